//! The queue of people at risk, one person's lanes, and what analysts decide. What the log tells of risk is read from its JSON
//! once; what was decided is kept here, for the org has no API for it.

mod asking;
mod decide;
pub(crate) mod events;
mod lanes;
mod linked;
mod list;
mod person;
mod queue;
mod report;
mod reported;
mod row;

pub(crate) use asking::ask;
pub(crate) use lanes::read_older as read_older_levels;
pub(crate) use queue::TriageKept;

use crate::App;
use contract::{
    Failure, Handle,
    triage::{
        AssessDetections, GetPersonLanes, GetPersonRisk, GetRiskReport, ListReported, ListTriage,
        PersonLanes, PersonRisk, Reported, RiskReport, SetTriage, SetTriageWeights, TriagePage,
    },
};

/// Names of what is set up, as the cache keeps them.
const WEIGHTS: &str = "weights";
/// Why the org's own levels are missing, as the sync met it last.
pub(crate) const RISK_FAILURE: &str = "risk failure";

impl Handle<ListTriage> for App {
    async fn handle(&self, command: ListTriage) -> Result<TriagePage, Failure> {
        self.org()?.read(move |org| list::list(org, &command)).await
    }
}

impl Handle<GetPersonRisk> for App {
    async fn handle(&self, command: GetPersonRisk) -> Result<PersonRisk, Failure> {
        self.org()?.read(move |org| person::get(org, &command)).await
    }
}

impl Handle<GetPersonLanes> for App {
    async fn handle(&self, command: GetPersonLanes) -> Result<PersonLanes, Failure> {
        self.org()?.read(move |org| lanes::get(org, &command)).await
    }
}

impl Handle<GetRiskReport> for App {
    async fn handle(&self, command: GetRiskReport) -> Result<RiskReport, Failure> {
        self.org()?.read(move |org| report::get(org, &command)).await
    }
}

impl Handle<ListReported> for App {
    async fn handle(&self, command: ListReported) -> Result<Reported, Failure> {
        self.org()?.read(move |org| reported::list(org, &command)).await
    }
}

impl Handle<AssessDetections> for App {
    async fn handle(&self, command: AssessDetections) -> Result<(), Failure> {
        self.org()?.read(move |org| decide::assess(org, &command)).await
    }
}

impl Handle<SetTriage> for App {
    async fn handle(&self, command: SetTriage) -> Result<(), Failure> {
        self.org()?.read(move |org| decide::set(org, &command)).await
    }
}

impl Handle<SetTriageWeights> for App {
    async fn handle(&self, command: SetTriageWeights) -> Result<(), Failure> {
        self.org()?.read(move |org| decide::weigh(org, &command)).await
    }
}
