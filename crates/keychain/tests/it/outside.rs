//! Builds the surroundings and runs a step of `inside` in each, as a process of its own: which bus to talk to is told by the
//! environment, which a test must not change under its neighbours.

use std::os::unix::net::UnixListener;
use std::process::{Command, Output, Stdio};
use std::time::{Duration, Instant};

/// A home of its own, so that nobody's keyring is touched.
fn command(program: &str, home: &tempfile::TempDir) -> Command {
    let mut command = Command::new(program);
    let path = home.path();
    command.env("HOME", path).env("XDG_DATA_HOME", path.join("data")).env("XDG_RUNTIME_DIR", path);
    command.env_remove("DBUS_SESSION_BUS_ADDRESS").env_remove("DISPLAY").env_remove("WAYLAND_DISPLAY");
    command.stdin(Stdio::null());
    command
}

/// This program, told to run one step.
fn step_arguments(step: &str) -> [String; 5] {
    ["--exact", "inside::step", "--ignored", "--nocapture", step].map(str::to_owned)
}

fn this_program() -> String {
    std::env::current_exe().expect("it runs").display().to_string()
}

fn expect_success(output: &Output, step: &str) {
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    assert!(output.status.success(), "{step}: {}\n{}", text(&output.stdout), text(&output.stderr));
    assert!(text(&output.stdout).contains("1 passed"), "{step} was not run");
}

/// Runs `step` with the session bus at `address`.
fn with_bus(address: &str, step: &str) {
    let home = tempfile::tempdir().expect("a folder");
    let mut command = command(&this_program(), &home);
    command.env("DBUS_SESSION_BUS_ADDRESS", address).env("KEYCHAIN_STEP", step);
    expect_success(&command.args(&step_arguments(step)[..4]).output().expect("it starts"), step);
}

/// Runs `steps` one after the other in a session with gnome-keyring, prepared by these shell lines. Says so and does nothing
/// where there is none.
fn with_gnome_keyring(prepare: &str, step: &str, home: &tempfile::TempDir) -> bool {
    let installed = |program: &str| {
        std::env::var_os("PATH")
            .is_some_and(|paths| std::env::split_paths(&paths).any(|dir| dir.join(program).exists()))
    };
    if !installed("gnome-keyring-daemon") || !installed("dbus-run-session") {
        eprintln!("SKIPPED: gnome-keyring or dbus-run-session is not installed");
        return false;
    }
    let script = format!("{prepare}\nexec \"$0\" --exact inside::step --ignored --nocapture");
    let mut command = command("dbus-run-session", home);
    command.args(["--", "sh", "-c", &script, &this_program()]).env("KEYCHAIN_STEP", step);
    expect_success(&command.output().expect("it starts"), step);
    true
}

const UNLOCK: &str = "printf '%s' 'hunter2' | gnome-keyring-daemon --unlock --components=secrets >/dev/null";

#[test]
fn without_a_bus_the_keychain_is_missing() {
    with_bus("unix:path=/nonexistent/bus", "missing");
}

#[test]
fn a_bus_that_never_answers_does_not_hold_up_the_start() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("bus");
    // Bound and listening, so that connecting works; nobody ever says a word.
    let _listener = UnixListener::bind(&path).expect("a socket");
    let start = Instant::now();
    with_bus(&format!("unix:path={}", path.display()), "silent");
    assert!(start.elapsed() < Duration::from_secs(10));
}

#[test]
fn gnome_keyring_keeps_keys_and_credentials_across_sessions() {
    let home = tempfile::tempdir().expect("a folder");
    if with_gnome_keyring(UNLOCK, "store", &home) {
        with_gnome_keyring(UNLOCK, "find", &home);
    }
}

#[test]
fn gnome_keyring_locked_is_told_apart_from_missing() {
    let home = tempfile::tempdir().expect("a folder");
    if with_gnome_keyring(UNLOCK, "store", &home) {
        // Started by the bus this time, with nobody there to type the password.
        with_gnome_keyring("gnome-keyring-daemon --start --components=secrets >/dev/null", "locked", &home);
    }
}

#[test]
fn gnome_keyring_that_was_never_set_up_does_not_pass_for_a_keychain() {
    let home = tempfile::tempdir().expect("a folder");
    with_gnome_keyring("gnome-keyring-daemon --start --components=secrets >/dev/null", "virgin", &home);
}
