//! Compiles tauri.conf.json and the capabilities into the shell. It must not know anything else.

fn main() {
    // The one command is declared, so that a capability must allow it by name: nothing is open by default.
    let commands = tauri_build::AppManifest::new().commands(&["call"]);
    tauri_build::try_build(tauri_build::Attributes::new().app_manifest(commands))
        .expect("tauri.conf.json is valid");
}
