//! Postern's page: mounts the app. Runs in the shell's web view and, in browser mode, in any browser.

mod address;
mod app;
mod filters;
mod host;
mod kit;
mod pages;
mod parts;
mod query;
mod routes;
mod rows;
mod state;

fn main() {
    console_error_panic_hook::set_once();
    leptos::mount::mount_to_body(app::App);
}
