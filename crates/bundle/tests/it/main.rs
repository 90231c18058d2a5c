//! Bundles as their readers meet them: written here, then changed in every way that somebody might think of.

mod hostile;
mod masks;
mod seal;

use bundle::{About, File, Limits, Opened, Written, read, write};
use domain::Timestamp;

/// When everything of the tests was frozen.
pub const AT: Timestamp = Timestamp(1_790_000_000_123);

pub fn about() -> About {
    About {
        tool: "Postern 0.1.0".into(),
        org: "northwind.okta.example".into(),
        case: 7,
        title: "A hijacked session, “maybe”".into(),
        opened: Timestamp(AT.0 - 60_000),
        made: AT,
        pseudonyms: false,
    }
}

pub fn file(path: &str) -> File {
    File { path: path.into(), title: format!("About {path}"), rows: Some(2), frozen: AT, snapshot: Some(3) }
}

/// A bundle of these files.
pub fn bundle(files: &[(&str, &str)]) -> (Vec<u8>, Written) {
    let list: Vec<File> = files.iter().map(|(path, _)| file(path)).collect();
    let mut out = Vec::new();
    let written =
        write(&mut out, &about(), &list, |at, to| to.write_all(files[at].1.as_bytes())).expect("writes");
    (out, written)
}

pub fn small() -> (Vec<u8>, Written) {
    bundle(&[("notes.jsonl", "{\"a\":1}\n{\"a\":2}\n"), ("frozen-1/people/00u1.json", "{}\n"), ("a.txt", "")])
}

pub fn opened(bytes: &[u8]) -> bundle::Result<Opened> {
    read(bytes, &Limits::SHOW)
}

#[test]
fn the_same_content_gives_the_same_bytes_in_whatever_order_it_comes() {
    let (one, written) = small();
    let (again, _) = small();
    let (turned, _) = bundle(&[
        ("a.txt", ""),
        ("notes.jsonl", "{\"a\":1}\n{\"a\":2}\n"),
        ("frozen-1/people/00u1.json", "{}\n"),
    ]);
    assert!(one == again && one == turned);
    let (other, _) = bundle(&[("a.txt", "x")]);
    assert_ne!(one, other);
    assert_eq!((written.bytes, written.files), (one.len() as u64, 5));
}

#[test]
fn what_was_written_is_read() {
    let (bytes, written) = small();
    let opened = opened(&bytes).expect("whole");
    assert_eq!((opened.sha256, opened.bytes), (written.sha256, written.bytes));
    assert_eq!((opened.manifest.title, opened.manifest.made), (about().title, AT));
    let paths: Vec<&str> = opened.manifest.files.iter().map(|file| file.path.as_str()).collect();
    assert_eq!(paths, ["a.txt", "frozen-1/people/00u1.json", "notes.jsonl"]);
    assert_eq!(opened.texts["notes.jsonl"], b"{\"a\":1}\n{\"a\":2}\n");
    let check = read(&bytes[..], &Limits::CHECK).expect("whole");
    assert!(check.texts.is_empty(), "nothing is kept of what is only checked");
}

#[test]
fn a_content_that_is_not_the_same_twice_is_told() {
    let mut turn = 0;
    let written = write(std::io::sink(), &about(), &[file("a")], |_, to| {
        turn += 1;
        write!(to, "{turn}")
    });
    assert!(matches!(written, Err(bundle::Error::Unsteady { .. })), "{written:?}");
}

#[test]
fn a_name_that_could_lead_elsewhere_is_not_written() {
    for paths in
        [&["../a"][..], &["/a"], &["a", "a"], &["manifest.json"], &["manifest.json.sha256"], &["a b"]]
    {
        let files: Vec<File> = paths.iter().map(|path| file(path)).collect();
        let written = write(std::io::sink(), &about(), &files, |_, _| Ok(()));
        assert!(matches!(written, Err(bundle::Error::Path(_))), "{paths:?}: {written:?}");
    }
}
