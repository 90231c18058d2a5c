//! Where an osquery program may be on this machine: beside Okta Verify, in osquery's own package, in Fleet's agent, or on the
//! search path. Only looks; `local/process.rs` runs.

use domain::{BinaryKind, BinaryOrigin, LocalBinary, OsqueryPlatform};
use std::ffi::OsString;
use std::path::{Path, PathBuf};

/// Where to look. The environment is read by whoever builds this, not here.
#[derive(Debug, Clone, Default)]
pub struct Places {
    /// Which system this is; `None` looks on the search path and at the named ones alone.
    pub platform: Option<OsqueryPlatform>,
    /// `PATH` as it is in the environment.
    pub search_path: Option<OsString>,
    /// Programs that somebody named.
    pub named: Vec<PathBuf>,
    /// Put before every fixed path; `/` in earnest. A test has a folder of its own.
    pub root: Option<PathBuf>,
}

impl Places {
    /// The places of the system that this program was built for.
    pub fn of_this_system(search_path: Option<OsString>) -> Self {
        Self { platform: OsqueryPlatform::from_key(std::env::consts::OS), search_path, ..Self::default() }
    }
}

/// The usual places, the ones that Okta Verify runs first. Source: Okta's guide to custom posture checks, and the packages of
/// osquery 5 and Fleet's agent.
fn usual(platform: OsqueryPlatform) -> &'static [(BinaryOrigin, &'static str)] {
    use BinaryOrigin::{Fleet, OktaVerify, Package};
    match platform {
        OsqueryPlatform::Macos => &[
            (
                OktaVerify,
                "/Applications/Okta Verify.app/Contents/XPCServices/OktaAuthenticationService.xpc/Contents/Resources/osqueryd",
            ),
            // Before Okta Verify 9.52.0.
            (
                OktaVerify,
                "/Applications/Okta Verify.app/Contents/XPCServices/OSQueryService.xpc/Contents/Resources/osqueryd",
            ),
            (Package, "/usr/local/bin/osqueryi"),
            (Package, "/opt/osquery/lib/osquery.app/Contents/MacOS/osqueryd"),
            (Fleet, "/opt/orbit/bin/osqueryd/macos-app/stable/osquery.app/Contents/MacOS/osqueryd"),
        ],
        OsqueryPlatform::Windows => &[
            (OktaVerify, r"C:\Program Files\Okta\Services\Authenticator Service\osqueryi.exe"),
            (Package, r"C:\Program Files\osquery\osqueryi.exe"),
            (Package, r"C:\Program Files\osquery\osqueryd\osqueryd.exe"),
            (Fleet, r"C:\Program Files\Orbit\bin\osqueryd\windows\stable\osqueryd.exe"),
        ],
        OsqueryPlatform::Linux => &[
            (Package, "/usr/bin/osqueryi"),
            (Package, "/opt/osquery/bin/osqueryd"),
            (Fleet, "/opt/orbit/bin/osqueryd/linux/stable/osqueryd"),
        ],
    }
}

/// Every osquery program there is, without versions (`local::version` asks for one), Okta Verify's first, each file once. A
/// path that is not Unicode is left out: it could not be shown or copied.
pub fn find(places: &Places) -> Vec<LocalBinary> {
    let named = places.named.iter().map(|path| (BinaryOrigin::Named, path.clone()));
    let usual = places.platform.map(usual).unwrap_or_default().iter().map(|(origin, path)| {
        let path = Path::new(path);
        let path = match &places.root {
            Some(root) => root.join(path.strip_prefix("/").unwrap_or(path)),
            None => path.to_owned(),
        };
        (*origin, path)
    });
    let folders: Vec<PathBuf> =
        places.search_path.as_ref().map(|path| std::env::split_paths(path).collect()).unwrap_or_default();
    let names = if places.platform == Some(OsqueryPlatform::Windows) {
        ["osqueryi.exe", "osqueryd.exe"]
    } else {
        ["osqueryi", "osqueryd"]
    };
    // A relative folder in the search path is whatever folder this program happens to stand in.
    let searched = folders
        .iter()
        .filter(|folder| folder.is_absolute())
        .flat_map(|folder| names.map(|name| (BinaryOrigin::SearchPath, folder.join(name))));
    let mut seen = Vec::new();
    let mut found = Vec::new();
    for (origin, path) in named.chain(usual).chain(searched) {
        let (Some(kind), Ok(real)) = (kind(&path), path.canonicalize()) else { continue };
        // A link counts as the program it leads to, but the name decides what the program is, so the link's own is kept.
        if seen.contains(&real) || !is_program(&real) {
            continue;
        }
        if let Some(text) = path.to_str() {
            found.push(LocalBinary { path: text.to_owned(), kind, origin, version: None });
            seen.push(real);
        }
    }
    found
}

/// By its name, as osquery itself decides; any other name is taken for the daemon, which has to be told to be the shell.
fn kind(path: &Path) -> Option<BinaryKind> {
    let name = path.file_stem()?.to_str()?;
    Some(if name.eq_ignore_ascii_case("osqueryi") { BinaryKind::Shell } else { BinaryKind::Daemon })
}

#[cfg(unix)]
fn is_program(path: &Path) -> bool {
    use std::os::unix::fs::PermissionsExt;
    path.metadata().is_ok_and(|about| about.is_file() && about.permissions().mode() & 0o111 != 0)
}

#[cfg(not(unix))]
fn is_program(path: &Path) -> bool {
    path.is_file()
}

#[cfg(all(test, unix))]
mod tests {
    use super::*;
    use std::os::unix::fs::PermissionsExt;

    #[test]
    fn each_program_is_found_once_and_okta_verifys_first() {
        let root = tempfile::tempdir().expect("a folder");
        let put = |path: &str, mode: u32| {
            let path = root.path().join(path);
            std::fs::create_dir_all(path.parent().expect("a folder")).expect("made");
            std::fs::write(&path, "#!/bin/sh\n").expect("written");
            std::fs::set_permissions(&path, std::fs::Permissions::from_mode(mode)).expect("set");
            path
        };
        let okta = put(&usual(OsqueryPlatform::Macos)[0].1[1..], 0o755);
        let package = put("opt/osquery/lib/osquery.app/Contents/MacOS/osqueryd", 0o755);
        let link = root.path().join("usr/local/bin/osqueryi");
        std::fs::create_dir_all(link.parent().expect("a folder")).expect("made");
        std::os::unix::fs::symlink(&package, &link).expect("linked");
        put("plain/osqueryi", 0o644);
        let own = put("own/osqueryd", 0o755);
        // The same kind of folder, told from where this test stands.
        let relative = put("relative/osqueryd", 0o755);
        let here = std::env::current_dir().expect("a folder");
        let up: PathBuf = here.components().skip(1).map(|_| "..").collect();
        let relative =
            up.join(relative.parent().and_then(|path| path.strip_prefix("/").ok()).expect("absolute"));
        assert!(relative.join("osqueryd").is_file());
        let search = std::env::join_paths([root.path().join("plain"), root.path().join("own"), relative]);
        let found = find(&Places {
            platform: Some(OsqueryPlatform::Macos),
            search_path: search.ok(),
            named: vec![root.path().join("absent")],
            root: Some(root.path().into()),
        });
        let brief: Vec<_> = found.iter().map(|b| (b.origin, b.kind, PathBuf::from(&b.path))).collect();
        assert_eq!(
            brief,
            [
                (BinaryOrigin::OktaVerify, BinaryKind::Daemon, okta),
                // The link comes first and names the shell; the file behind it is the same program.
                (BinaryOrigin::Package, BinaryKind::Shell, link),
                (BinaryOrigin::SearchPath, BinaryKind::Daemon, own),
            ]
        );
    }
}
