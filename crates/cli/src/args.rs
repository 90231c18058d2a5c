//! The command line: what can be asked for, and the help that teaches it.

use crate::{
    case::CaseArgs,
    check::CheckArgs,
    contain::args::ContainArgs,
    log::args::{self as log, LogArgs},
};
use clap::{Args, Parser, Subcommand, ValueEnum};
use domain::{Facet, FacetFilter, LifecycleMove, SortColumn, SortKey, Where};
use std::path::PathBuf;

const ABOUT: &str = "Keeps a local, encrypted copy of an Okta org's devices, people and policies, exports it, and changes devices.";

const AFTER: &str = "\
Credentials come from the environment, never from the command line:
  POSTERN_CLIENT_ID, POSTERN_KEY_ID, POSTERN_KEY_FILE   a service app's private key (preferred)
  POSTERN_TOKEN                                         an API token

The copy is encrypted. Its key is derived from POSTERN_PASSPHRASE if that is set, else kept in the OS keychain, else
derived from the API token (a new token then needs a new copy).

Data goes to stdout, progress and messages to stderr. Exit codes:
  0  done                         4  the org can't be reached
  1  something else failed        5  synced, but some collections could not be read
  2  wrong usage or settings      6  the local copy can't be opened, read or written
  3  the org refuses the credential or the right is missing
  7  check plan: there is something to do

Examples:
  posternctl sync --org acme.okta.com
  posternctl export devices --org acme.okta.com --format csv --output devices.csv
  posternctl export devices --org acme.okta.com --filter platform=MACOS --filter encryption=~,NONE
  posternctl check test checks
  posternctl check plan checks --org acme.okta.com
  posternctl case verify case-7.tar
  posternctl log --filter event_type=user.risk.detect --since 30d
  posternctl contain plan 00u1abcd --org acme.okta.com
  posternctl export users --org acme.okta.com --format jsonl | jq -r .status | sort | uniq -c
";

/// The whole command line.
#[derive(Debug, Parser)]
#[command(name = "posternctl", version, about = ABOUT, after_help = AFTER, max_term_width = 110)]
pub struct Cli {
    #[command(subcommand)]
    pub command: Command,
}

/// What to do.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Bring the local copy up to date with the org
    #[command(after_help = SYNC_HELP)]
    Sync(SyncArgs),
    /// Write rows of the local copy; the org is not called
    #[command(after_help = EXPORT_HELP)]
    Export(ExportArgs),
    /// Suspend, unsuspend, activate, deactivate or delete devices in the org
    #[command(after_help = CHANGE_HELP)]
    Change(ChangeArgs),
    /// Go on with a change of devices that was interrupted; nothing is done twice. For posture checks: check resume
    Resume(ResumeArgs),
    /// Lint, test and compare posture checks kept as files, and bring an org to have them
    Check(CheckArgs),
    /// Freeze evidence about people, write a case as one file, and check such a file
    Case(CaseArgs),
    /// List or count events of the local copy of the System Log; the org is not called
    #[command(after_help = log::HELP)]
    Log(LogArgs),
    /// Log people at risk out, suspend them or their devices, with the evidence frozen first
    Contain(ContainArgs),
}

const SYNC_HELP: &str = "\
The first sync reads everything; later ones read what changed, and everything again once a day. An interrupted sync goes
on where it stopped. A collection that the credential may not read is named and skipped: the exit code is then 5.

Examples:
  posternctl sync --org acme.okta.com --data /var/lib/postern
  posternctl sync --org acme.okta.com --full      # also finds what was deleted in the org
";

/// Which org, and where its copy lies.
#[derive(Debug, Args)]
pub struct OrgArgs {
    /// The org's address, such as acme.okta.com
    #[arg(long, env = "POSTERN_ORG", value_name = "URL")]
    pub org: Option<String>,
    /// Where the local copy lies; org.toml in it may name the org
    #[arg(long, env = "POSTERN_DATA", value_name = "DIR", default_value_os_t = default_data())]
    pub data: PathBuf,
}

/// The folder that the desktop app uses too: its identifier in the place where the system keeps such data.
fn default_data() -> PathBuf {
    // Read here because the help shows it; nothing is made before a command asks for it.
    let folder = |name| std::env::var_os(name).filter(|folder| !folder.is_empty()).map(PathBuf::from);
    let home = || folder("HOME").unwrap_or_default();
    let base = if cfg!(windows) {
        folder("LOCALAPPDATA").unwrap_or_default()
    } else if cfg!(target_os = "macos") {
        home().join("Library/Application Support")
    } else {
        folder("XDG_DATA_HOME").unwrap_or_else(|| home().join(".local/share"))
    };
    base.join("dev.postern.console")
}

/// `sync`.
#[derive(Debug, Args)]
pub struct SyncArgs {
    #[command(flatten)]
    pub org: OrgArgs,
    /// Read everything and find what was deleted in the org, instead of only what changed
    #[arg(long)]
    pub full: bool,
}

const CHANGE_HELP: &str = "\
Without --confirm nothing is sent: the plan is printed as JSON, with every device that would be refused and why. With
--confirm N it is carried out if it means exactly N devices. Each device is read again right before its request; one that has
changed since is refused. A request whose answer is lost is settled by reading, never sent again. Every step is one JSON
line; the exit code is 0 when every one is verified, 5 otherwise. A change that is killed is held: see posternctl resume.

Examples:
  posternctl change suspend guo4nw7device00001d7 --confirm 1 --note 'lost on a train'
  posternctl change deactivate --where 'last_updated older than 180 days' --filter lifecycle=ACTIVE
";

/// `change`.
#[derive(Debug, Args)]
pub struct ChangeArgs {
    /// suspend, unsuspend, activate, deactivate or delete
    #[arg(value_name = "MOVE", value_parser = lifecycle_move)]
    pub wish: LifecycleMove,
    /// Ids of devices; or choose them with the filters below
    #[arg(value_name = "ID", conflicts_with_all = ["filter", "conditions", "search"])]
    pub ids: Vec<String>,
    #[command(flatten)]
    pub org: OrgArgs,
    #[command(flatten)]
    pub which: Which,
    /// Carry it out, if it means exactly so many devices
    #[arg(long, value_name = "COUNT")]
    pub confirm: Option<u64>,
    /// Why, for the journal
    #[arg(long, value_name = "TEXT")]
    pub note: Option<String>,
}

/// `resume`.
#[derive(Debug, Args)]
pub struct ResumeArgs {
    /// The number of the change
    pub change: i64,
    #[command(flatten)]
    pub org: OrgArgs,
}

/// Which devices.
#[derive(Debug, Args)]
pub struct Which {
    /// facet=value[,value…] or facet!=value[,value…]
    #[arg(long, value_name = "FILTER", value_parser = filter)]
    pub filter: Vec<FacetFilter>,
    /// A typed filter, such as 'os < 15.6.1 and platform is macOS'
    #[arg(long = "where", value_name = "FILTER", value_parser = Where::parse, default_value = "")]
    pub conditions: Where,
    /// Words that must all be found
    #[arg(long, value_name = "TEXT", default_value = "")]
    pub search: String,
}

fn lifecycle_move(text: &str) -> Result<LifecycleMove, String> {
    LifecycleMove::from_key(text).ok_or_else(|| {
        let known: Vec<&str> = LifecycleMove::ALL.iter().map(|wish| wish.key()).collect();
        format!("there is no move \"{text}\"; there are {}", known.join(", "))
    })
}

const EXPORT_HELP: &str = "\
Every row belongs to the last completed sync. In CSV, text that a spreadsheet would take for a formula gets a leading
apostrophe; JSON is as it is. `objects` are groups, apps, policies, rules, zones, posture checks and the like.

Facets for --filter: platform, managed, lifecycle, risk, encryption, screen_lock, secure_hardware, registered, users,
last_evidence, os. The value ~ means \"never reported\". Several values of one filter are alternatives; several filters
must all hold; != excludes. A typed filter (--where) asks of any attribute: is, contains, starts with, <, >=, older than 90
days, is unknown, or unknown; joined by and, or and brackets.

Examples:
  posternctl export devices --where 'os < 15.6.1 and platform is macOS or last_updated older than 90 days'
  posternctl export devices --filter 'platform=MACOS,WINDOWS' --filter 'encryption!=FULL' --sort last_updated
  posternctl export links --format jsonl          # one row per device and user
  posternctl export devices --search mac --format json --output macs.json
";

/// `export`.
#[derive(Debug, Args)]
pub struct ExportArgs {
    /// Which rows
    pub what: What,
    #[command(flatten)]
    pub org: OrgArgs,
    /// How to write them
    #[arg(long, value_enum, default_value_t = Format::Csv)]
    pub format: Format,
    /// Write here instead of to stdout; the file appears when it is complete
    #[arg(long, short, value_name = "FILE")]
    pub output: Option<PathBuf>,
    /// Devices only: facet=value[,value…] or facet!=value[,value…]
    #[arg(long, value_name = "FILTER", value_parser = filter)]
    pub filter: Vec<FacetFilter>,
    /// Devices only: a typed filter, such as 'os < 15.6.1 and platform is macOS'
    #[arg(long = "where", value_name = "FILTER", value_parser = Where::parse, default_value = "")]
    pub conditions: Where,
    /// Devices only: words that must all be found
    #[arg(long, value_name = "TEXT", default_value = "")]
    pub search: String,
    /// Devices only: column or column:desc; give it again for a second key
    #[arg(long, value_name = "COLUMN", value_parser = sort)]
    pub sort: Vec<SortKey>,
}

/// The rows that can be exported.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum What {
    /// One row per device
    Devices,
    /// One row per user
    Users,
    /// One row per device and user
    Links,
    /// Groups, apps, policies, rules, zones, …
    Objects,
}

/// The formats.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Format {
    /// A header and one line per row
    Csv,
    /// One array
    Json,
    /// One object per line
    Jsonl,
}

impl From<Format> for app::export::Format {
    fn from(format: Format) -> Self {
        match format {
            Format::Csv => Self::Csv,
            Format::Json => Self::Json,
            Format::Jsonl => Self::Jsonl,
        }
    }
}

fn filter(text: &str) -> Result<FacetFilter, String> {
    let (facet, values) = text.split_once('=').ok_or("a filter is facet=value or facet!=value")?;
    let (facet, exclude) = facet.strip_suffix('!').map_or((facet, false), |facet| (facet, true));
    let facet = Facet::from_key(facet).ok_or_else(|| {
        let known: Vec<&str> = Facet::ALL.iter().map(|facet| facet.key()).collect();
        format!("there is no facet \"{facet}\"; there are {}", known.join(", "))
    })?;
    Ok(FacetFilter { exclude, ..FacetFilter::include(facet, values.split(',')) })
}

fn sort(text: &str) -> Result<SortKey, String> {
    let (column, descending) = match text.split_once(':') {
        None | Some((_, "asc")) => (text.trim_end_matches(":asc"), false),
        Some((column, "desc")) => (column, true),
        Some((_, other)) => return Err(format!("a direction is asc or desc, not \"{other}\"")),
    };
    let quoted = serde_json::Value::String(column.to_owned());
    let column: SortColumn = serde_json::from_value(quoted).map_err(|error| error.to_string())?;
    Ok(SortKey { column, descending })
}

#[cfg(test)]
mod tests {
    use super::*;
    use clap::CommandFactory;

    #[test]
    fn the_grammar_is_sound() {
        Cli::command().debug_assert();
    }

    #[test]
    fn filters_and_sorts_are_read() {
        let got = filter("encryption!=FULL,~").expect("reads");
        let want = FacetFilter { exclude: true, ..FacetFilter::include(Facet::Encryption, ["FULL", "~"]) };
        assert_eq!(got, want);
        assert!(filter("colour=red").is_err_and(|why| why.contains("platform")));
        assert!(filter("platform").is_err());
        assert_eq!(
            sort("last_updated:desc"),
            Ok(SortKey { column: SortColumn::LastUpdated, descending: true })
        );
        assert_eq!(sort("name"), Ok(SortKey { column: SortColumn::Name, descending: false }));
        assert!(sort("colour").is_err());
        assert!(sort("name:up").is_err());
    }
}
