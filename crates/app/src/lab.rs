//! The posture lab: a query looked over, tried against states of devices, attacked, and run on this machine. Nothing here
//! touches the org; what is kept is kept in the org's file.

mod bench;
mod catalogue;
mod here;
mod look;
mod ready;
mod states;

use crate::{App, failure};
use contract::{
    Failure, Handle,
    lab::{
        AttackCheck, Attacked, Catalogue, CheckReadiness, DeleteStates, FindOsquery, FormatQuery,
        FoundOsquery, GetCatalogue, GetCheckReadiness, GetState, GetTerminalCommand, ImportStates,
        ImportedStates, LintCheck, Linted, ListStates, RanHere, RunHere, States, Tried, TryCheck,
    },
};
use domain::{DeviceState, Expect, Mapping};

/// What an answer is measured against.
pub(crate) fn expect(mapping: Mapping, passes: Option<&str>) -> Expect {
    match mapping {
        Mapping::Checkbox => Expect::Checkbox,
        Mapping::Textbox => Expect::Text(passes.map(str::to_owned)),
    }
}

/// Work that needs no org, off the threads that answer.
async fn work<T: Send + 'static>(work: impl FnOnce() -> T + Send + 'static) -> Result<T, Failure> {
    tokio::task::spawn_blocking(work).await.map_err(failure::task)
}

impl Handle<LintCheck> for App {
    async fn handle(&self, command: LintCheck) -> Result<Linted, Failure> {
        work(move || look::lint(&command.subject)).await
    }
}

impl Handle<FormatQuery> for App {
    async fn handle(&self, command: FormatQuery) -> Result<String, Failure> {
        work(move || posture::lint::format(&command.query)).await
    }
}

impl Handle<ListStates> for App {
    async fn handle(&self, command: ListStates) -> Result<States, Failure> {
        self.org()?.read(move |org| states::list(org, command.platform)).await
    }
}

impl Handle<GetState> for App {
    async fn handle(&self, command: GetState) -> Result<DeviceState, Failure> {
        self.org()?.read(move |org| states::one(org, &command.key)).await
    }
}

impl Handle<ImportStates> for App {
    async fn handle(&self, command: ImportStates) -> Result<ImportedStates, Failure> {
        self.org()?.read(move |org| states::import(org, &command)).await
    }
}

impl Handle<DeleteStates> for App {
    async fn handle(&self, command: DeleteStates) -> Result<u64, Failure> {
        self.org()?.read(move |org| states::delete(org, command.platform, command.one)).await
    }
}

impl Handle<TryCheck> for App {
    async fn handle(&self, command: TryCheck) -> Result<Tried, Failure> {
        self.org()?.read(move |org| bench::try_all(org, &command)).await
    }
}

impl Handle<AttackCheck> for App {
    async fn handle(&self, command: AttackCheck) -> Result<Attacked, Failure> {
        self.org()?.read(move |org| bench::attack(org, &command)).await
    }
}

impl Handle<FindOsquery> for App {
    async fn handle(&self, _: FindOsquery) -> Result<FoundOsquery, Failure> {
        here::find().await
    }
}

impl Handle<RunHere> for App {
    async fn handle(&self, command: RunHere) -> Result<RanHere, Failure> {
        here::run(command).await
    }
}

impl Handle<GetTerminalCommand> for App {
    async fn handle(&self, command: GetTerminalCommand) -> Result<String, Failure> {
        here::line(&command)
    }
}

impl Handle<GetCatalogue> for App {
    async fn handle(&self, command: GetCatalogue) -> Result<Catalogue, Failure> {
        work(move || catalogue::of(command.platform)).await
    }
}

impl Handle<GetCheckReadiness> for App {
    async fn handle(&self, command: GetCheckReadiness) -> Result<CheckReadiness, Failure> {
        self.org()?.read(move |org| ready::readiness(org, command.as_of)).await
    }
}
