//! The house rules, as tests: each reads the sources and says, for every place that breaks it, what to do instead. A rule
//! is a function from files to findings, so that each can be shown a file that breaks it (the last test here).

use std::path::{Path, PathBuf};

/// One source file of the repository.
struct File {
    /// From the repository's root, with `/`.
    path: String,
    text: String,
}

/// What a rule has against a file.
type Findings = Vec<String>;
/// A rule looks at one file at a time.
type Rule = fn(&File, &mut Findings);

const RULES: &[(&str, Rule)] = &[
    ("layers", layers),
    ("pure crates", pure_crates),
    ("okta paths", okta_paths),
    ("sql", sql),
    ("tauri", tauri),
    ("javascript", javascript),
    ("kit", kit),
    ("colours", colours),
    ("clock", clock),
    ("processes", processes),
    ("secrets", secrets),
    ("headers", headers),
    ("length", length),
    ("no mod.rs", no_mod_rs),
    ("names", names),
];

/// Which crates of the house a crate may use (`[dependencies]` only: tests may look further). A crate that is not in
/// this list is found by `layers`, so a new room has to be given its place here.
const LAYERS: &[(&str, &[&str])] = &[
    ("crates/domain", &[]),
    ("crates/contract", &["domain"]),
    ("crates/policy", &["domain"]),
    ("crates/keychain", &[]),
    ("crates/okta-client", &["domain"]),
    ("crates/cache", &["domain"]),
    ("crates/signals", &["domain"]),
    ("crates/uem", &["domain"]),
    ("crates/posture", &["domain"]),
    ("crates/posture/fuzz", &["domain", "posture"]),
    ("crates/okta-client/fuzz", &["domain", "okta-client"]),
    ("crates/bundle", &["domain"]),
    ("crates/demo-org", &["domain"]),
    (
        "crates/app",
        &[
            "domain",
            "contract",
            "policy",
            "okta-client",
            "signals",
            "uem",
            "cache",
            "keychain",
            "posture",
            "bundle",
        ],
    ),
    ("crates/cli", &["app", "contract", "domain", "keychain", "cache", "okta-client", "posture"]),
    ("crates/browser", &["app", "contract", "domain", "keychain", "cache", "demo-org"]),
    ("src-tauri", &["app", "contract", "domain", "keychain", "cache", "demo-org", "browser"]),
    ("ui", &["contract", "domain", "policy"]),
];
/// Tools and tests may use every crate of the house.
const FREE: &[&str] =
    &["tests", "xtask", "xtask/page", "xtask/bench", "crates/posture/fuzz", "crates/okta-client/fuzz"];
/// The crates that build for wasm32.
const PURE: &[&str] = &["crates/domain/", "crates/contract/", "crates/policy/"];
/// A file is looked at again at 400 lines and split before this.
const MOST_LINES: usize = 600;

#[test]
fn the_house_is_tidy() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).parent().expect("the package stands in the repository");
    let mut files = Vec::new();
    read(root, root, &mut files);
    assert!(files.len() > 50, "only {} files found under {}", files.len(), root.display());
    let mut findings = Findings::new();
    for (_, rule) in RULES {
        files.iter().for_each(|file| rule(file, &mut findings));
    }
    assert!(findings.is_empty(), "{} findings:\n{}", findings.len(), findings.join("\n"));
}

fn read(root: &Path, folder: &Path, files: &mut Vec<File>) {
    let entries = std::fs::read_dir(folder).expect("a folder of the repository");
    let mut paths: Vec<PathBuf> = entries.map(|entry| entry.expect("an entry").path()).collect();
    paths.sort();
    for path in paths {
        let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
        if path.is_dir() {
            if !name.starts_with('.') && !["target", "dist", "node_modules", "gen"].contains(&name.as_str()) {
                read(root, &path, files);
            }
        } else if [".rs", ".css", "Cargo.toml"].iter().any(|end| name.ends_with(end)) {
            let inside =
                path.strip_prefix(root).expect("under the root").to_string_lossy().replace('\\', "/");
            files.push(File { path: inside, text: std::fs::read_to_string(&path).expect("text") });
        }
    }
}

impl File {
    fn is_rust(&self) -> bool {
        self.path.ends_with(".rs")
    }
    fn is_test_or_tool(&self) -> bool {
        let tests = ["/tests/", "/benches/", "/examples/"];
        self.under(&["tests/", "xtask/"]) || tests.iter().any(|folder| self.path.contains(folder))
    }
    fn under(&self, folders: &[&str]) -> bool {
        folders.iter().any(|folder| self.path.starts_with(folder))
    }
    /// The lines with their numbers, without comments and without the tests at the end of a file.
    fn code(&self) -> impl Iterator<Item = (usize, &str)> {
        let lines = self.text.lines().enumerate().map(|(index, line)| (index + 1, line));
        let lines = lines.take_while(|(_, line)| !line.starts_with("#[cfg(test)]"));
        lines.filter(|(_, line)| !line.trim_start().starts_with("//"))
    }
    /// Finds every line of code with one of `words`, and says what to do.
    fn forbid(&self, words: &[&str], advice: &str, findings: &mut Findings) {
        for (number, line) in self.code() {
            if let Some(word) = words.iter().find(|word| line.contains(**word)) {
                findings.push(format!("{}:{number}: `{word}`: {advice}", self.path));
            }
        }
    }
}

fn layers(file: &File, findings: &mut Findings) {
    let Some(folder) = file.path.strip_suffix("/Cargo.toml") else { return };
    if FREE.contains(&folder) {
        return;
    }
    let Some((_, allowed)) = LAYERS.iter().find(|(name, _)| *name == folder) else {
        return findings.push(format!("{}: give this crate its place in LAYERS of tests/tidy.rs", file.path));
    };
    let manifest: toml::Table = file.text.parse().expect("a manifest is TOML");
    let house: Vec<&str> = LAYERS.iter().filter_map(|(name, _)| name.rsplit('/').next()).collect();
    for used in dependencies(&manifest) {
        if house.contains(&used.as_str()) && !allowed.contains(&used.as_str()) {
            findings.push(format!(
                "{}: {folder} may not use {used}: a fact flows one way (docs/ARCHITECTURE.md); pass it in from outside",
                file.path
            ));
        }
        if used.starts_with("tauri") && folder != "src-tauri" {
            findings.push(format!("{}: {used} belongs to src-tauri alone", file.path));
        }
        if used == "rusqlite" && !["crates/cache", "crates/posture"].contains(&folder) {
            findings.push(format!("{}: ask the cache crate for what you need instead of {used}", file.path));
        }
    }
}

/// Names under `[dependencies]`, also those of one target.
fn dependencies(manifest: &toml::Table) -> Vec<String> {
    let mut names = Vec::new();
    let mut add = |table: Option<&toml::Value>| {
        names.extend(
            table.and_then(toml::Value::as_table).into_iter().flat_map(|table| table.keys().cloned()),
        );
    };
    add(manifest.get("dependencies"));
    for target in manifest.get("target").and_then(toml::Value::as_table).into_iter().flat_map(|t| t.values())
    {
        add(target.get("dependencies"));
    }
    names
}

fn pure_crates(file: &File, findings: &mut Findings) {
    if file.under(PURE) && file.is_rust() {
        let words = [
            "std::fs",
            "std::net",
            "std::process",
            "std::env",
            "std::thread",
            "tokio::",
            "SystemTime",
            "Instant::now",
        ];
        file.forbid(
            &words,
            "this crate also runs in the page: it does no I/O and reads no clock; pass the value in",
            findings,
        );
    }
}

fn okta_paths(file: &File, findings: &mut Findings) {
    let at_home = file.under(&["crates/okta-client/", "crates/demo-org/"]) || file.is_test_or_tool();
    if file.is_rust() && !at_home {
        let words = ["/api/v1/", "/oauth2/v1", "/.well-known/", "_embedded"];
        file.forbid(&words, "Okta's paths and JSON live in crates/okta-client; add a method there", findings);
    }
}

fn sql(file: &File, findings: &mut Findings) {
    if file.is_rust() && !file.under(&["crates/cache/", "crates/posture/"]) && !file.is_test_or_tool() {
        let words = ["SELECT ", "INSERT INTO", "CREATE TABLE", "DELETE FROM", "PRAGMA "];
        file.forbid(&words, "SQL of the cache lives in crates/cache; add a method there", findings);
    }
}

fn tauri(file: &File, findings: &mut Findings) {
    if file.is_rust() && !file.under(&["src-tauri/"]) && !file.is_test_or_tool() {
        file.forbid(
            &["tauri::"],
            "the core knows no shell: hand it a value or a trait from src-tauri",
            findings,
        );
        if file.path != "ui/src/host.rs" {
            file.forbid(&["__TAURI"], "only ui/src/host.rs reaches the shell; call through it", findings);
        }
    }
}

/// The files that reach JavaScript of our own or of the shell: the one that carries commands, and the SQL editor's.
const BRIDGES: [&str; 2] = ["ui/src/host.rs", "ui/src/kit/sql_editor/bridge.rs"];

fn javascript(file: &File, findings: &mut Findings) {
    if file.is_rust() && file.under(&["ui/src/"]) && !BRIDGES.contains(&file.path.as_str()) {
        let words = ["#[wasm_bindgen", "extern \"C\"", "js_sys::eval"];
        file.forbid(
            &words,
            "the page is Rust; what has to reach JavaScript goes through a named bridge",
            findings,
        );
    }
}

fn kit(file: &File, findings: &mut Findings) {
    if file.under(&["ui/src/kit/", "ui/src/kit.rs"]) && file.is_rust() {
        let words = ["domain::", "contract::", "crate::host", "crate::query", "crate::parts", "crate::pages"];
        file.forbid(
            &words,
            "kit is generic: take plain values as props, and put what knows the domain into ui/src/parts",
            findings,
        );
    }
}

fn colours(file: &File, findings: &mut Findings) {
    let style = file.path.ends_with(".css") && !file.path.ends_with("/tokens.css");
    let page = file.under(&["ui/src/"]) && file.is_rust();
    if !style && !page {
        return;
    }
    for (number, line) in file.code() {
        let function = ["rgb(", "rgba(", "hsl(", "hsla(", "oklch("].iter().any(|name| line.contains(name));
        if function || line.match_indices('#').any(|(at, _)| is_hex_colour(line, at, page)) {
            findings.push(format!(
                "{}:{number}: name the colour in ui/styles/tokens.css and use var(--…)",
                file.path
            ));
        }
    }
}

/// Whether a colour like `#8c1d18` stands at `at`; in Rust only at the start of a text, elsewhere `#` means much else.
fn is_hex_colour(line: &str, at: usize, rust: bool) -> bool {
    let digits = line[at + 1..].bytes().take_while(u8::is_ascii_hexdigit).count();
    let ends = !line[at + 1 + digits..].starts_with(|c: char| c.is_alphanumeric() || c == '-' || c == '_');
    matches!(digits, 3 | 4 | 6 | 8) && ends && (!rust || line[..at].ends_with(['"', ' ', ':']))
}

/// The one file of each crate that may read a clock; the page's counts down the seconds of a rate limit.
const CLOCKS: [&str; 4] = [
    "crates/app/src/clock.rs",
    "crates/demo-org/src/clock.rs",
    "crates/okta-client/src/clock.rs",
    "ui/src/parts/sync_panel.rs",
];

fn clock(file: &File, findings: &mut Findings) {
    if file.is_rust() && !CLOCKS.contains(&file.path.as_str()) && !file.is_test_or_tool() {
        let words = ["SystemTime::now", "Timestamp::now()", "Zoned::now", "Date::now()", "Date::new_0("];
        file.forbid(&words, "time is passed in: take a Clock, or ages from the reply's `now`", findings);
    }
}

fn processes(file: &File, findings: &mut Findings) {
    let named = ["crates/keychain/src/process.rs", "crates/posture/src/local/process.rs"];
    if file.is_rust() && !named.contains(&file.path.as_str()) && !file.is_test_or_tool() {
        file.forbid(
            &["Command::new("],
            "no process is started from here; each crate names one file that may",
            findings,
        );
    }
}

fn secrets(file: &File, findings: &mut Findings) {
    if file.under(&["crates/contract/"]) {
        let words = [
            "zeroize",
            "Zeroizing",
            "pub token:",
            "pub secret:",
            "pub password:",
            "pub passphrase:",
            // A typed key (`CheckKey`) names a thing; bytes and text would be a key to something.
            "pub key: String",
            "pub key: Box<str>",
            "pub key: Option<String>",
            "pub key: Vec<u8>",
            "pub key: [u8",
        ];
        file.forbid(
            &words,
            "no secret crosses to the pages; name it by an id and keep it in the core",
            findings,
        );
    }
}

fn headers(file: &File, findings: &mut Findings) {
    if file.is_rust() && !file.text.starts_with("//!") {
        findings.push(format!(
            "{}:1: begin with `//!`: what this file is for and what it must not know",
            file.path
        ));
    }
}

fn length(file: &File, findings: &mut Findings) {
    let lines = file.text.lines().count();
    if lines > MOST_LINES {
        findings.push(format!(
            "{}: {lines} lines; a file is one idea: split it (at most {MOST_LINES})",
            file.path
        ));
    }
}

fn no_mod_rs(file: &File, findings: &mut Findings) {
    if file.path.ends_with("/mod.rs") {
        findings.push(format!(
            "{}: name it after its folder, beside the folder: `devices.rs`, not `devices/mod.rs`",
            file.path
        ));
    }
}

fn names(file: &File, findings: &mut Findings) {
    if !file.is_rust() {
        return;
    }
    for (number, line) in file.code() {
        let mut words = line
            .split_whitespace()
            .skip_while(|word| !["struct", "enum", "trait", "type"].contains(word))
            .skip(1);
        let name: String = words.next().unwrap_or("").chars().take_while(|c| c.is_alphanumeric()).collect();
        if ["Manager", "Service", "Helper", "Util", "Utils"].iter().any(|end| name.ends_with(end)) {
            findings.push(format!("{}:{number}: `{name}` says nothing: name it after what it is", file.path));
        }
    }
}

/// Shows each rule a file that breaks it and one that does not.
#[test]
fn every_rule_finds_what_it_is_for() {
    // Pieced together so that this file does not break the rules itself.
    let cases: &[(&str, &str, &str, &str)] = &[
        (
            "layers",
            "crates/cache/Cargo.toml",
            "[dependencies]\napp.workspace = true",
            "[dependencies]\ndomain.workspace = true",
        ),
        ("layers", "crates/attic/Cargo.toml", "[package]", ""),
        (
            "layers",
            "crates/app/Cargo.toml",
            "[dependencies]\ntauri = '2'",
            "[dependencies]\ncache.workspace = true",
        ),
        (
            "layers",
            "ui/Cargo.toml",
            "[target.'cfg(unix)'.dependencies]\nrusqlite = '1'",
            "[dependencies]\nleptos = '1'",
        ),
        ("pure crates", "crates/domain/src/x.rs", "use std::fs;", "// std::fs is not used"),
        ("okta paths", "crates/app/src/x.rs", "get(\"/api/v1/devices\")", "client.devices()"),
        ("sql", "crates/app/src/x.rs", "\"SELECT 1\"", "cache.devices()"),
        ("tauri", "ui/src/app.rs", "window.__TAURI__", "host::call(x)"),
        ("tauri", "crates/app/src/x.rs", "use tauri::Window;", "use std::sync::Arc;"),
        (
            "javascript",
            "ui/src/kit/table.rs",
            "#[wasm_bindgen(module = \"/x.js\")]",
            "use wasm_bindgen::JsCast;",
        ),
        ("kit", "ui/src/kit/table.rs", "use domain::Device;", "use leptos::prelude::*;"),
        ("colours", "ui/styles/table.css", "color: #8c1d18;", "color: var(--risk-high);"),
        ("colours", "ui/src/app.rs", "fill=\"#fff\"", "#[component] \"#/devices\""),
        ("clock", "crates/cache/src/x.rs", "SystemTime::now()", "clock.now()"),
        ("processes", "crates/app/src/x.rs", "Command::new(\"ls\")", "Request::new()"),
        ("secrets", "crates/contract/src/x.rs", "pub token: String,", "pub name: String,"),
        ("headers", "crates/app/src/x.rs", "use std::fs;", "//! What it is for."),
        ("no mod.rs", "crates/app/src/sync/mod.rs", "//! x", ""),
        ("names", "crates/app/src/x.rs", "pub struct Sync\u{4d}anager;", "pub struct Sync;"),
    ];
    for (name, path, bad, good) in cases {
        let (_, rule) = RULES.iter().find(|(rule, _)| rule == name).expect(name);
        let found = |text: &str| {
            let mut findings = Findings::new();
            rule(&File { path: (*path).to_owned(), text: text.to_owned() }, &mut findings);
            findings.len()
        };
        assert_eq!(found(bad), 1, "{name} overlooks {bad:?}");
        assert!(good.is_empty() || found(good) == 0, "{name} is wrong about {good:?}");
    }
    let mut findings = Findings::new();
    length(&File { path: "x.rs".into(), text: "//! x\n".repeat(MOST_LINES + 1) }, &mut findings);
    assert_eq!(findings.len(), 1);
    let shown: Vec<&str> = cases.iter().map(|(name, ..)| *name).chain(["length"]).collect();
    assert!(RULES.iter().all(|(name, _)| shown.contains(name)), "a rule is never shown a bad file");
}
