//! The command line of `posternctl case`.

use crate::args::OrgArgs;
use clap::{Args, Subcommand};
use std::path::PathBuf;

const VERIFY_HELP: &str = "\
Every byte is checked: each file against the manifest, the manifest against its own hash, and that nothing else is in it. The
hash of the whole goes to stdout: compare it with the one that the sender tells you by another way, or give it with --sha256.

Exit codes:
  0  whole                        2  no bundle, or the file can't be read
  1  damaged, or another bundle   3  encrypted, and no identity given opens it

Examples:
  posternctl case verify case-7.tar
  posternctl case verify case-7.tar.age --identity key.txt --sha256 9f86d081884c7d65…
";

/// `case`.
#[derive(Debug, Args)]
pub struct CaseArgs {
    #[command(subcommand)]
    pub command: CaseCommand,
}

/// What to do with cases.
#[derive(Debug, Subcommand)]
pub enum CaseCommand {
    /// One JSON line for each case, newest first
    List(ListArgs),
    /// Freeze evidence about people into a case; the org is not called
    Freeze(FreezeArgs),
    /// Write a case as one file into the data folder's exports
    Export(ExportArgs),
    /// Check a bundle, whoever made it; needs no org
    #[command(after_help = VERIFY_HELP)]
    Verify(FileArgs),
    /// List what is in a bundle, or print one file of it; everything is checked first
    Open(OpenArgs),
}

/// `case list`.
#[derive(Debug, Args)]
pub struct ListArgs {
    #[command(flatten)]
    pub org: OrgArgs,
    /// Only open cases
    #[arg(long)]
    pub open: bool,
    /// Words in title, people or notes
    #[arg(long, value_name = "TEXT", default_value = "")]
    pub search: String,
}

/// `case freeze`.
#[derive(Debug, Args)]
pub struct FreezeArgs {
    #[command(flatten)]
    pub org: OrgArgs,
    /// Into this case; without it a new one is made
    #[arg(long, value_name = "NUMBER")]
    pub case: Option<i64>,
    /// Of a new case
    #[arg(long, value_name = "TEXT", required_unless_present = "case")]
    pub title: Option<String>,
    /// Ids of people; give it again for each
    #[arg(long, value_name = "ID")]
    pub user: Vec<String>,
    /// A slice of the log beside what is about the people: event types, with * at the end for all that begin so
    #[arg(long, value_name = "TYPE")]
    pub event_type: Vec<String>,
    /// Days of the people's events
    #[arg(long, value_name = "DAYS", default_value_t = 30)]
    pub days: u32,
    /// A note beside the evidence
    #[arg(long, value_name = "TEXT")]
    pub note: Option<String>,
}

/// `case export`.
#[derive(Debug, Args)]
pub struct ExportArgs {
    #[command(flatten)]
    pub org: OrgArgs,
    /// The number of the case
    pub case: i64,
    /// People, addresses and devices under made-up names
    #[arg(long)]
    pub pseudonyms: bool,
    /// Encrypt it to this age recipient (age1…); give it again for each
    #[arg(long, value_name = "RECIPIENT")]
    pub recipient: Vec<String>,
}

/// A bundle.
#[derive(Debug, Args)]
pub struct FileArgs {
    /// The bundle
    pub file: PathBuf,
    /// A file with an age identity, as age-keygen writes it
    #[arg(long, value_name = "FILE")]
    pub identity: Option<PathBuf>,
    /// The hash that the unencrypted bundle must have
    #[arg(long, value_name = "HEX")]
    pub sha256: Option<String>,
}

/// `case open`.
#[derive(Debug, Args)]
pub struct OpenArgs {
    #[command(flatten)]
    pub from: FileArgs,
    /// Print this file of it
    #[arg(long, value_name = "PATH")]
    pub print: Option<String>,
}
