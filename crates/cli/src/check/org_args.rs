//! The command line of what `posternctl check` does with an org: plan, apply, resume and export.

use super::args::Format;
use crate::args::OrgArgs;
use clap::Args;
use std::path::PathBuf;

/// What `check plan --help` says after the options.
pub const PLAN_HELP: &str = "\
Checks are matched by their variable name. The local copy is brought up to date first, nothing is changed in the org. A check
with errors, or that answers one of its own states otherwise than wanted, is refused. A check that only the org has is never
deleted, unless --prune is given; even then a check stays that a policy uses, or may use where the copy could not look.

Exit codes: 0 the org is as the files say; 7 there is something to do; 1 a check is refused; 2 a file can't be read, or wrong
usage; 3 to 6 as in posternctl --help.

Examples:
  posternctl check plan checks --org acme.okta.com
  posternctl check plan checks --format json > plan.json
";

/// What `check apply --help` says after the options.
pub const APPLY_HELP: &str = "\
The plan is shown, and carried out after a yes: --yes, or typed on a terminal. If any check is refused, nothing is sent. Changes
are made one after the other: each check is read again right before its request, and after it. A request whose answer is lost
is settled by reading, never sent again. An apply that is killed is held: see posternctl check resume.

Exit codes: 0 everything is verified, or there was nothing to do; 5 something was not done; 1 a check is refused and nothing was
sent; 2 a file can't be read, or the yes is missing; 3, 4 and 6 as in posternctl --help.

Examples:
  posternctl check apply checks --yes --note 'rollout of ticket 4711'
  posternctl check apply checks --prune --yes --format json
";

/// What `check resume --help` says after the options.
pub const RESUME_HELP: &str = "\
Without a number, the changes of checks that wait for somebody are listed; the exit code is then 7 if there are any. What may
have been sent before a kill is settled by reading as soon as the org answers, and needs nobody.

Examples:
  posternctl check resume
  posternctl check resume 3
  posternctl check resume 3 --cancel
";

/// `check plan`, and what `check apply` shares with it.
#[derive(Debug, Args)]
pub struct PlanArgs {
    /// Files that end in .check.yaml, or folders of them
    #[arg(value_name = "PATH", required = true)]
    pub paths: Vec<PathBuf>,
    #[command(flatten)]
    pub org: OrgArgs,
    /// Delete custom checks that no file names and no policy uses
    #[arg(long)]
    pub prune: bool,
    /// Also take checks with errors, or that answer their states otherwise than wanted
    #[arg(long)]
    pub force: bool,
    /// Compare with the local copy as it is
    #[arg(long)]
    pub no_sync: bool,
    /// How to write the answer
    #[arg(long, value_enum, default_value_t = Format::Text)]
    pub format: Format,
}

/// `check apply`.
#[derive(Debug, Args)]
pub struct ApplyArgs {
    #[command(flatten)]
    pub plan: PlanArgs,
    /// Carry it out without asking
    #[arg(long, short)]
    pub yes: bool,
    /// Why, for the journal
    #[arg(long, value_name = "TEXT")]
    pub note: Option<String>,
    /// Go on with the others when one was not done
    #[arg(long)]
    pub keep_going: bool,
}

/// `check resume`.
#[derive(Debug, Args)]
pub struct ResumeArgs {
    /// The number of the change; none lists those that wait
    pub change: Option<i64>,
    /// End the change instead: what was not sent is not sent any more
    #[arg(long, requires = "change")]
    pub cancel: bool,
    #[command(flatten)]
    pub org: OrgArgs,
}

/// `check export`.
#[derive(Debug, Args)]
pub struct ExportArgs {
    /// The folder, which is made if needed
    #[arg(value_name = "DIR")]
    pub folder: PathBuf,
    #[command(flatten)]
    pub org: OrgArgs,
    /// Bring files that are there already up to date; their states and notes stay
    #[arg(long)]
    pub replace: bool,
    /// Write the checks of the local copy as it is
    #[arg(long)]
    pub no_sync: bool,
}
