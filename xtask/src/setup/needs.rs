//! What each purpose needs, and how to see that it is there. The one list; a new need is a new line.

use Sign::{Library, Program, PythonModule};

use super::Purpose::{self, Browser, Demo, Headless, Page, Test};
use crate::run::{command, find, output};

/// One thing that is not Rust.
pub struct Need {
    since: Purpose,
    only: Option<Purpose>,
    /// In words, for a machine where apt-get can't help.
    pub what: &'static str,
    /// The package that brings it on Debian and its kin.
    pub debian: &'static str,
    sign: Sign,
}

/// How one sees that a need is met, on any system.
enum Sign {
    Program(&'static str),
    /// As pkg-config knows it.
    Library(&'static str),
    PythonModule(&'static str),
}

impl Need {
    pub fn is_met(&self) -> bool {
        match self.sign {
            // Their own build scripts know better elsewhere.
            Library(_) if !cfg!(target_os = "linux") => true,
            Program(name) => find(name).is_some(),
            Library(name) => output(command("pkg-config").args(["--exists", name])).is_some(),
            PythonModule(name) => {
                output(command("python3").args(["-c", &format!("import {name}")])).is_some()
            }
        }
    }
}

/// The needs of a purpose: its own, and those of every purpose before it.
pub fn of(purpose: Purpose) -> impl Iterator<Item = &'static Need> {
    NEEDS.iter().filter(move |need| need.since <= purpose && need.only.is_none_or(|only| only == purpose))
}

const fn need(since: Purpose, what: &'static str, debian: &'static str, sign: Sign) -> Need {
    Need { since, only: None, what, debian, sign }
}

const fn only(only: Purpose, what: &'static str, debian: &'static str, sign: Sign) -> Need {
    Need { since: only, only: Some(only), what, debian, sign }
}

#[rustfmt::skip]
static NEEDS: &[Need] = &[
    need(Page, "npm, for the SQL editor", "npm", Program("npm")),
    need(Browser, "a C compiler, for SQLCipher", "build-essential", Program("cc")),
    need(Browser, "make, for OpenSSL", "build-essential", Program("make")),
    need(Browser, "Perl, for OpenSSL", "perl", Program("perl")),
    need(Browser, "pkg-config", "pkg-config", Program("pkg-config")),
    need(Browser, "OpenSSL's headers", "libssl-dev", Library("openssl")),
    need(Demo, "WebKitGTK 4.1 with its headers", "libwebkit2gtk-4.1-dev", Library("webkit2gtk-4.1")),
    need(Headless, "a display in memory (Xvfb)", "xvfb", Program("Xvfb")),
    need(Headless, "ImageMagick, to take pictures", "imagemagick", Program("import")),
    only(Test, "WebKit's WebDriver", "webkit2gtk-driver", Program("WebKitWebDriver")),
    only(Test, "Chromium", "chromium", Program("chromium")),
    only(Test, "Chromium's WebDriver", "chromium-driver", Program("chromedriver")),
    only(Test, "a session bus", "dbus-daemon", Program("dbus-run-session")),
    only(Test, "a Secret Service", "gnome-keyring", Program("gnome-keyring-daemon")),
    only(Test, "Python with venv, for Okta's SDK and axe-core", "python3-venv", PythonModule("ensurepip")),
];
