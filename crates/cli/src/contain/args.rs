//! The command line of `posternctl contain`.

use crate::args::OrgArgs;
use clap::{Args, Subcommand};
use domain::{ContainAct, RiskLevel, check_risk_reason};

pub const HELP: &str = "\
Acts, each with --act, sent in this order whatever the order they are given in:
  universal_logout               Okta sessions, tokens, and the apps that Universal Logout reaches
  revoke_sessions=WHAT           Okta sessions; WHAT is tokens, devices (they are forgotten), tokens,devices or none
  suspend_user                   nobody signs in as them until they are unsuspended
  suspend_devices                each active device of theirs, also where others use it
  set_risk=LEVEL:REASON          LOW, MEDIUM or HIGH; above LOW the entity risk policy may log them out
  unsuspend_user                 takes a suspension back

plan sends nothing: it prints as JSON what each act would end, what goes on in spite of it, and what remains by hand.

run carries out what --confirm agrees to. Acts that end sessions ask for the person's name as the plan tells it (of several
people the word contain, of more than 25 their number); others for the number of people. Evidence is frozen into a case
before anything is sent. A logout counts as done when the org's log shows it, which may take minutes. Every step is one JSON
line; the exit code is 0 when every one is verified, 5 otherwise. One that is killed is held: see contain resume.

Examples:
  posternctl contain plan 00u1abcd
  posternctl contain run 00u1abcd --act universal_logout --act suspend_user --confirm 'Ada Moss' --note 'phished'
  posternctl contain show 3
";

/// `contain`.
#[derive(Debug, Args)]
pub struct ContainArgs {
    #[command(subcommand)]
    pub command: ContainCommand,
}

/// What to do.
#[derive(Debug, Subcommand)]
pub enum ContainCommand {
    /// What could be done about some people, and what it would reach; nothing is sent
    #[command(after_help = HELP)]
    Plan(PlanArgs),
    /// Freeze evidence about some people, then log them out, suspend them or set their risk
    #[command(after_help = HELP)]
    Run(RunArgs),
    /// One containment and its steps, or all of them; the org is not called
    Show(ShowArgs),
    /// Go on with a containment that was interrupted; nothing is done twice
    Resume(ResumeArgs),
}

/// `contain plan`.
#[derive(Debug, Args)]
pub struct PlanArgs {
    /// Ids of people
    #[arg(value_name = "USER", required = true)]
    pub users: Vec<String>,
    #[command(flatten)]
    pub org: OrgArgs,
}

/// `contain run`.
#[derive(Debug, Args)]
pub struct RunArgs {
    /// Ids of people
    #[arg(value_name = "USER", required = true)]
    pub users: Vec<String>,
    #[command(flatten)]
    pub org: OrgArgs,
    /// What to do; may be given again
    #[arg(long = "act", value_name = "ACT", value_parser = act, required = true)]
    pub acts: Vec<ContainAct>,
    /// Carry it out: what the plan asks to be typed. Without it the plan is printed, and nothing sent
    #[arg(long, value_name = "TEXT")]
    pub confirm: Option<String>,
    /// Why, for the journal and the case
    #[arg(long, value_name = "TEXT")]
    pub note: Option<String>,
    /// Freeze into this case instead of a new one
    #[arg(long, value_name = "NUMBER")]
    pub case: Option<i64>,
}

/// `contain show`.
#[derive(Debug, Args)]
pub struct ShowArgs {
    /// The number of the containment; without it all are listed, newest first
    pub containment: Option<i64>,
    #[command(flatten)]
    pub org: OrgArgs,
}

/// `contain resume`.
#[derive(Debug, Args)]
pub struct ResumeArgs {
    /// The number of the containment
    pub containment: i64,
    #[command(flatten)]
    pub org: OrgArgs,
}

fn act(text: &str) -> Result<ContainAct, String> {
    let (name, what) = text.split_once('=').map_or((text, None), |(name, what)| (name, Some(what)));
    match (name, what) {
        ("universal_logout", None) => Ok(ContainAct::UniversalLogout),
        ("suspend_user", None) => Ok(ContainAct::SuspendUser),
        ("suspend_devices", None) => Ok(ContainAct::SuspendDevices),
        ("unsuspend_user", None) => Ok(ContainAct::UnsuspendUser),
        ("revoke_sessions", Some(what)) => revoke_sessions(what),
        ("set_risk", Some(what)) => set_risk(what),
        // What a session's end takes with it is nothing to leave to a default.
        ("revoke_sessions", None) => {
            Err("say what goes with them: revoke_sessions=tokens, devices, tokens,devices or none".to_owned())
        }
        ("set_risk", None) => Err("say the level and why: set_risk=HIGH:token replayed".to_owned()),
        _ => Err(format!("there is no act \"{text}\"; see the help")),
    }
}

fn revoke_sessions(what: &str) -> Result<ContainAct, String> {
    let (mut oauth_tokens, mut forget_devices) = (false, false);
    let parts = what.split(',').filter(|_| what != "none");
    for part in parts {
        match part {
            "tokens" => oauth_tokens = true,
            "devices" => forget_devices = true,
            other => return Err(format!("tokens, devices or none, not \"{other}\"")),
        }
    }
    Ok(ContainAct::RevokeSessions { oauth_tokens, forget_devices })
}

fn set_risk(what: &str) -> Result<ContainAct, String> {
    let (level, reason) = what.split_once(':').ok_or("a reason is missing: set_risk=HIGH:token replayed")?;
    let level = match level {
        "LOW" => RiskLevel::Low,
        "MEDIUM" => RiskLevel::Medium,
        "HIGH" => RiskLevel::High,
        other => return Err(format!("a level is LOW, MEDIUM or HIGH, not \"{other}\"")),
    };
    check_risk_reason(reason).map_err(|why| why.to_string())?;
    Ok(ContainAct::SetRisk { level, reason: reason.to_owned() })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn acts_are_read_and_nothing_is_left_to_a_default() {
        let revoke =
            |oauth_tokens, forget_devices| ContainAct::RevokeSessions { oauth_tokens, forget_devices };
        assert_eq!(act("universal_logout"), Ok(ContainAct::UniversalLogout));
        assert_eq!(act("revoke_sessions=none"), Ok(revoke(false, false)));
        assert_eq!(act("revoke_sessions=tokens"), Ok(revoke(true, false)));
        assert_eq!(act("revoke_sessions=devices,tokens"), Ok(revoke(true, true)));
        let risk = ContainAct::SetRisk { level: RiskLevel::High, reason: "token replayed".to_owned() };
        assert_eq!(act("set_risk=HIGH:token replayed"), Ok(risk));
        for nonsense in [
            "",
            "delete",
            "universal_logout=yes",
            "revoke_sessions",
            "revoke_sessions=",
            "revoke_sessions=none,tokens",
            "set_risk",
            "set_risk=HIGH",
            "set_risk=SEVERE:x",
            "set_risk=HIGH:{x}",
        ] {
            assert!(act(nonsense).is_err(), "{nonsense}");
        }
    }
}
