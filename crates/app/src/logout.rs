//! Universal Logout: the org's apps by how far a logout reaches them, what it would reach for one person, and what became of each
//! logout. What apps say is the org's own word; what became of a logout is judged in `domain`.
//!
//! `apps` reads and asks for apps, `person` tells one person's reach, `runs` reads the log and has it judged.

mod apps;
mod person;
mod runs;

pub(crate) use apps::{apps_in, apps_of, kept_apps};
pub(crate) use runs::runs_of;

use crate::App;
use contract::{
    Failure, Handle,
    logout::{GetOrgLogout, GetPersonReach, ListLogoutRuns, LogoutRuns, OrgLogout, PersonReach},
};

impl Handle<GetOrgLogout> for App {
    async fn handle(&self, command: GetOrgLogout) -> Result<OrgLogout, Failure> {
        self.org()?.read(move |org| apps::of_org(org, &command)).await
    }
}

impl Handle<GetPersonReach> for App {
    async fn handle(&self, command: GetPersonReach) -> Result<PersonReach, Failure> {
        person::reach(self.org()?, command).await
    }
}

impl Handle<ListLogoutRuns> for App {
    async fn handle(&self, command: ListLogoutRuns) -> Result<LogoutRuns, Failure> {
        self.org()?.read(move |org| runs::list(org, &command)).await
    }
}
