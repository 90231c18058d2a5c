//! The keychain of a real system: a Secret Service in a session bus of its own, missing, silent, locked and open.

#![cfg(target_os = "linux")]

mod inside;
mod outside;
