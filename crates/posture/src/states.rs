//! The states of a device that ship with the program: a check is tried against them, and an attack starts from them. Each is
//! a file in `assets/states`; the device, its people and its company are invented, the values look as osquery's own. Knows
//! neither queries nor states that somebody captured.

mod part;

use domain::{DeviceState, OsqueryPlatform};
pub use part::read_part;
use std::sync::LazyLock;

/// The name of the state in which everything is as a security admin wants it; each platform has one.
const HEALTHY: &str = "Healthy laptop";

/// One file for each; a platform's healthy state comes first.
const FILES: [&str; 8] = [
    include_str!("../../../assets/states/macos-healthy.json"),
    include_str!("../../../assets/states/macos-neglected.json"),
    include_str!("../../../assets/states/macos-just-set-up.json"),
    include_str!("../../../assets/states/windows-healthy.json"),
    include_str!("../../../assets/states/windows-neglected.json"),
    include_str!("../../../assets/states/windows-just-set-up.json"),
    include_str!("../../../assets/states/windows-server.json"),
    include_str!("../../../assets/states/linux-healthy.json"),
];

/// Every state that this version ships, by platform. Read once, in a few milliseconds, by whoever asks first.
pub fn shipped() -> &'static [DeviceState] {
    // The files are part of the program, and a test reads them.
    static READ: LazyLock<Vec<DeviceState>> = LazyLock::new(|| {
        FILES.iter().map(|file| serde_json::from_str(file).expect("a shipped state is well-formed")).collect()
    });
    &READ
}

/// The state of a platform in which everything is as a security admin wants it.
pub fn healthy(platform: OsqueryPlatform) -> &'static DeviceState {
    let wanted = |state: &&DeviceState| state.platform == platform && state.name == HEALTHY;
    shipped().iter().find(wanted).expect("each platform has a healthy state, which a test looks at")
}

#[cfg(test)]
mod tests;
