//! Debian's package manager: how to call it as whoever runs this.

use anyhow::{Result, bail};

use crate::run::{check, command, describe, find, output};

/// Whether this is Debian or one of its kin.
pub fn has_apt() -> bool {
    find("apt-get").is_some()
}

/// Installs packages as root, or through a sudo that asks nothing; otherwise says what to type.
pub fn install(packages: &[&str]) -> Result<()> {
    let mut packages = packages.to_vec();
    packages.sort_unstable();
    packages.dedup();
    let prefix: &[&str] = if is_root() {
        &["env"]
    } else if output(command("sudo").args(["-n", "true"])).is_some() {
        &["sudo", "-n", "env"]
    } else {
        let list = packages.join(" ");
        bail!(
            "This needs an administrator. Please run:\n\n    sudo apt-get install --no-install-recommends {list}\n"
        );
    };
    let apt = |args: &[&str]| {
        let mut apt = command(prefix[0]);
        apt.args(&prefix[1..]).args(["DEBIAN_FRONTEND=noninteractive", "apt-get", "-q", "-y"]).args(args);
        eprintln!("   $ {}", describe(&apt));
        check(&mut apt)
    };
    apt(&["update"])?;
    apt(&[&["install", "--no-install-recommends"], packages.as_slice()].concat())
}

fn is_root() -> bool {
    output(command("id").arg("-u")).is_some_and(|id| id.trim() == "0")
}
