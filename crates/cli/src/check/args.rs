//! The command line of `posternctl check`, and the help that teaches it.

use clap::{ArgGroup, Args, Subcommand, ValueEnum};
use domain::{Mapping, OsqueryPlatform, Severity};
use std::path::PathBuf;

const AFTER: &str = "\
A check is two files: <variable_name>.check.yaml says what it is and in which states it has to pass or fail, and the query
stands beside it in a .sql. Nothing is asked of an org. Exit codes:
  0  everything is fine
  1  there are findings, a state is not answered as wanted, or two checks differ
  2  wrong usage, or a file that can't be read

Examples:
  posternctl check templates --write checks
  posternctl check lint checks --format sarif > lint.sarif
  posternctl check test checks
";

/// `check`.
#[derive(Debug, Args)]
#[command(after_help = AFTER)]
pub struct CheckArgs {
    #[command(subcommand)]
    pub command: CheckCommand,
}

/// What to do with checks.
#[derive(Debug, Subcommand)]
pub enum CheckCommand {
    /// Look for mistakes in checks, as a device with osquery and as Okta would see them
    #[command(after_help = LINT_HELP)]
    Lint(LintArgs),
    /// Try checks against their states, and attack them
    #[command(after_help = TEST_HELP)]
    Test(TestArgs),
    /// List the checks that ship with this program, or write them as files
    Templates(TemplatesArgs),
    /// Show what differs between two checks; the exit code is 1 if anything does
    Diff(DiffArgs),
}

const LINT_HELP: &str = "\
Errors and warnings end with the exit code 1, notes do not: --fail-on says otherwise. With --jsonl, each line of the input is
an object such as {\"id\":1,\"platform\":\"macos\",\"query\":\"…\"} and is answered by one line with the same id:
{\"id\":1,\"valid\":true,\"findings\":[…]}; start and end are bytes of the query. `valid` means that a device with the osquery
of the catalogue would run it there. A line that can't be read is answered by {\"line\":7,\"error\":\"…\"}, the others go on, and
the exit code is 2. Findings alone don't change it there, unless --fail-on is given.

Examples:
  posternctl check lint checks/macos_firewall.check.yaml
  posternctl check lint --platform windows --query - < query.sql
  posternctl check lint --jsonl queries.jsonl > answers.jsonl
";

/// `check lint`.
#[derive(Debug, Args)]
#[command(group = ArgGroup::new("what").required(true).args(["paths", "query", "jsonl"]))]
pub struct LintArgs {
    /// Files that end in .check.yaml, or folders of them
    #[arg(value_name = "PATH")]
    pub paths: Vec<PathBuf>,
    /// One query instead of files; - reads it from stdin
    #[arg(long, value_name = "SQL", requires = "platform", allow_hyphen_values = true)]
    pub query: Option<String>,
    /// The platform of --query: macos, windows or linux
    #[arg(long, value_name = "PLATFORM", value_parser = platform, requires = "query")]
    pub platform: Option<OsqueryPlatform>,
    /// The answer that --query has to give: 1 or 0 (checkbox), or any text (textbox)
    #[arg(long, value_enum, default_value_t = Answer::Checkbox, requires = "query")]
    pub mapping: Answer,
    /// Queries in bulk, one JSON object a line; - reads them from stdin
    #[arg(long, value_name = "FILE", conflicts_with = "format")]
    pub jsonl: Option<PathBuf>,
    /// How to write the findings
    #[arg(long, value_enum, default_value_t = LintFormat::Text)]
    pub format: LintFormat,
    /// The least bad finding that ends with the exit code 1; warning unless --jsonl is given
    #[arg(long, value_enum, value_name = "SEVERITY")]
    pub fail_on: Option<FailOn>,
}

const TEST_HELP: &str = "\
Each check is run against the states in its file, and the answers are compared with those expected there. Then every state
that passes is attacked: tables emptied, columns set to NULL, rows doubled, values flipped. A check that still passes when
nothing is known, or whose answer no value changes, has failed. States given with --state are tried, too, and only shown.

Examples:
  posternctl check test checks
  posternctl check test checks/macos_firewall.check.yaml --state mac-of-anna/
";

/// `check test`.
#[derive(Debug, Args)]
pub struct TestArgs {
    /// Files that end in .check.yaml, or folders of them
    #[arg(value_name = "PATH", required = true)]
    pub paths: Vec<PathBuf>,
    /// What was captured of devices: a dump of osqueryi --json called after its table (alf.json), a folder of dumps, a result
    /// log of osqueryd, or states as this console writes them
    #[arg(long, value_name = "FILE")]
    pub state: Vec<PathBuf>,
    /// How to write the results
    #[arg(long, value_enum, default_value_t = Format::Text)]
    pub format: Format,
}

/// `check templates`.
#[derive(Debug, Args)]
pub struct TemplatesArgs {
    /// Only these
    #[arg(value_name = "ID")]
    pub ids: Vec<String>,
    /// Write them as files into this folder, which is made if needed
    #[arg(long, value_name = "DIR", conflicts_with = "format")]
    pub write: Option<PathBuf>,
    /// Replace files that are there already
    #[arg(long, requires = "write")]
    pub replace: bool,
    /// How to write the list
    #[arg(long, value_enum, default_value_t = Format::Text)]
    pub format: Format,
}

/// `check diff`.
#[derive(Debug, Args)]
pub struct DiffArgs {
    /// The check as it was
    #[arg(value_name = "A")]
    pub before: PathBuf,
    /// The check as it is
    #[arg(value_name = "B")]
    pub after: PathBuf,
    /// How to write the differences
    #[arg(long, value_enum, default_value_t = Format::Text)]
    pub format: Format,
}

/// How results are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Format {
    /// For a person
    Text,
    /// One object
    Json,
}

/// How findings are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum LintFormat {
    /// For a person: path:line:column: severity[code]: what
    Text,
    /// One object
    Json,
    /// SARIF 2.1.0, for code hosts that show findings in a change
    Sarif,
}

/// What kind of answer a query gives.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Answer {
    /// 1 or 0
    Checkbox,
    /// Any text
    Textbox,
}

impl From<Answer> for Mapping {
    fn from(answer: Answer) -> Self {
        match answer {
            Answer::Checkbox => Self::Checkbox,
            Answer::Textbox => Self::Textbox,
        }
    }
}

/// Which findings matter for the exit code.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum FailOn {
    /// Only what a device would not run, or Okta could not use
    Error,
    /// Also what is likely not meant
    Warning,
    /// Everything
    Note,
}

impl FailOn {
    /// Whether a finding of this severity matters.
    pub fn counts(self, severity: Severity) -> bool {
        let least = match self {
            Self::Error => Severity::Error,
            Self::Warning => Severity::Warning,
            Self::Note => Severity::Note,
        };
        severity <= least
    }
}

fn platform(text: &str) -> Result<OsqueryPlatform, String> {
    OsqueryPlatform::from_key(text).ok_or_else(|| {
        let known = OsqueryPlatform::ALL.map(OsqueryPlatform::key).join(", ");
        format!("there is no platform \"{text}\"; there are {known}")
    })
}
