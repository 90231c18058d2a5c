//! Opening a bundle to read it: every byte is checked before anything of it is answered, and nothing of it is kept. The file may
//! come from anybody; an identity that opens it comes from the clipboard, past the page.

use crate::{App, failure};
use base64::Engine;
use bundle::{Error, Limits, Opened};
use contract::{
    Failure, FailureKind,
    cases::{Bundle, CaseItem, CaseNote, OpenBundle},
};
use domain::{SnapshotId, Timestamp};
use okta_client::Secret;
use serde::Deserialize;
use std::io::{BufRead, BufReader, Read};

/// A larger file is checked where it lies, with `posternctl case verify`.
const MOST: usize = 45 << 20;

pub(super) fn open(app: &App, command: &OpenBundle) -> Result<Bundle, Failure> {
    if command.data.len() / 4 > MOST / 3 {
        return Err(Failure::new(FailureKind::BadInput, "This file is larger than 45 MB.")
            .hint("Check it where it lies: posternctl case verify FILE."));
    }
    let data = base64::engine::general_purpose::STANDARD.decode(command.data.trim());
    let data = data.map_err(|_| Failure::new(FailureKind::BadInput, "This file did not arrive whole."))?;
    let opened = if bundle::is_encrypted(&data) {
        if !command.identity_from_clipboard {
            return Err(refused(Error::Encrypted));
        }
        let clipboard = app.0.config.host.clipboard().ok_or_else(failure::no_clipboard)?;
        let identity = Secret::new(clipboard.text()?.expose().trim());
        let plain = bundle::decrypted(&data[..], identity.expose()).map_err(refused)?;
        let opened = bundle::read(plain, &Limits::SHOW).map_err(refused)?;
        // It did what it was copied for.
        clipboard.clear_if(&identity);
        opened
    } else {
        bundle::read(&data[..], &Limits::SHOW).map_err(refused)?
    };
    Ok(shown(opened))
}

fn shown(opened: Opened) -> Bundle {
    let Opened { manifest, sha256, texts, .. } = opened;
    let notes = texts.get(super::export::NOTES).map(|text| notes(text)).unwrap_or_default();
    let items = manifest.files.into_iter().map(|file| CaseItem {
        path: file.path,
        title: file.title,
        rows: file.rows,
        bytes: file.bytes,
        sha256: file.sha256,
        frozen: file.frozen,
        snapshot: file.snapshot.map(SnapshotId),
    });
    Bundle {
        title: manifest.title,
        org: manifest.org,
        made: manifest.made,
        pseudonyms: manifest.pseudonyms,
        sha256: bundle::hex(&sha256),
        items: items.collect(),
        notes,
        // What is no text is not shown.
        texts: texts
            .into_iter()
            .filter_map(|(path, text)| Some((path, String::from_utf8(text).ok()?)))
            .collect(),
    }
}

fn notes(text: &[u8]) -> Vec<CaseNote> {
    #[derive(Deserialize)]
    struct Line {
        at: String,
        by: String,
        text: String,
    }
    let text = String::from_utf8_lossy(text);
    let lines = text.lines().filter_map(|line| serde_json::from_str::<Line>(line).ok());
    let note = |Line { at, by, text }: Line| Some(CaseNote { at: Timestamp::parse(&at)?, by, text });
    lines.filter_map(note).collect()
}

/// What is told of a bundle that was checked where it lies.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Checked {
    pub title: String,
    pub org: String,
    pub made: Timestamp,
    pub pseudonyms: bool,
    /// Of the unencrypted bundle.
    pub sha256: String,
    pub files: u64,
    pub bytes: u64,
}

/// Checks a bundle of any length in one pass. Needs no org and no core.
///
/// # Errors
/// Why it is not to be believed.
pub fn check_bundle(from: impl Read, identity: Option<&str>) -> Result<Checked, Failure> {
    let Opened { manifest, sha256, bytes, .. } = streamed(from, identity, &Limits::CHECK)?;
    Ok(Checked {
        title: manifest.title,
        org: manifest.org,
        made: manifest.made,
        pseudonyms: manifest.pseudonyms,
        sha256: bundle::hex(&sha256),
        files: manifest.files.len() as u64,
        bytes,
    })
}

/// Checks a bundle and answers what is in it. Needs no org and no core.
///
/// # Errors
/// Why it is not to be believed.
pub fn read_bundle(from: impl Read, identity: Option<&str>) -> Result<Bundle, Failure> {
    streamed(from, identity, &Limits::SHOW).map(shown)
}

fn streamed(from: impl Read, identity: Option<&str>, limits: &Limits) -> Result<Opened, Failure> {
    let mut from = BufReader::with_capacity(1 << 16, from);
    let beginning = from.fill_buf().map_err(|error| refused(error.into()))?;
    let opened = match (bundle::is_encrypted(beginning), identity) {
        (false, _) => bundle::read(from, limits),
        (true, None) => Err(Error::Encrypted),
        (true, Some(identity)) => {
            bundle::decrypted(from, identity.trim()).and_then(|plain| bundle::read(plain, limits))
        }
    };
    opened.map_err(refused)
}

/// A bundle that is not shown.
fn refused(error: Error) -> Failure {
    let failed = |kind, words: &str| Failure::new(kind, format!("This bundle was not opened: {words}."));
    let words = error.to_string();
    match error {
        Error::Encrypted => failed(FailureKind::Unauthorized, &words)
            .hint("Copy an age identity (AGE-SECRET-KEY-1…) of a recipient, and open it again."),
        Error::OtherRecipient | Error::BadIdentity => failed(FailureKind::Unauthorized, &words)
            .hint("Take the identity of somebody whom the bundle was encrypted to."),
        Error::Newer { .. } => failed(FailureKind::BadInput, &words).hint("Update Postern."),
        Error::NoBundle => failed(FailureKind::BadInput, &words)
            .hint("A bundle is written with Export on the Cases page and ends in .tar or .tar.age."),
        Error::Io(_) => failed(FailureKind::BadInput, &words),
        _ => failed(FailureKind::Conflict, &words).hint(
            "Nothing of it is shown. Ask for it again, and compare the hash with the sender by another way.",
        ),
    }
}
