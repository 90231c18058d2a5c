//! Lists of people with their facets, and one person whole. Rows come from the cache; only a person's groups and admin roles
//! are asked of the org, for no sync reads them.

mod access;
mod detail;
mod row;

pub(crate) use access::{ROLES, observed};

use crate::{App, facets, failure, org::Org, snapshot};
use contract::{
    Failure, FailureKind, Handle,
    users::{GetUser, GetUserAccess, ListUsers, UserAccess, UserDetail, UserPage},
};

/// Most rows of one page.
const MOST_ROWS: u32 = 500;

impl Handle<ListUsers> for App {
    async fn handle(&self, command: ListUsers) -> Result<UserPage, Failure> {
        self.org()?.read(move |org| list(org, &command)).await
    }
}

impl Handle<GetUser> for App {
    async fn handle(&self, command: GetUser) -> Result<UserDetail, Failure> {
        self.org()?.read(move |org| detail::get(org, &command)).await
    }
}

impl Handle<GetUserAccess> for App {
    async fn handle(&self, command: GetUserAccess) -> Result<UserAccess, Failure> {
        access::get(self.org()?, command).await
    }
}

fn list(org: &Org, command: &ListUsers) -> Result<UserPage, Failure> {
    let snapshot = snapshot::chosen(org, command.as_of)?;
    let listing = org.cache.users(snapshot, &command.query).map_err(failure::cache)?;
    let offset = usize::try_from(command.offset)
        .map_err(|_| Failure::new(FailureKind::BadInput, "There are no pages that far back."))?;
    let limit = command.limit.min(MOST_ROWS) as usize;
    let rows = org.cache.user_rows(&listing, offset, limit).map_err(failure::cache)?;
    Ok(UserPage {
        snapshot,
        now: org.now(),
        total: listing.people().people(),
        matching: listing.total(),
        offset: command.offset,
        rows: rows.into_iter().map(row::row).collect(),
        facets: if command.rows_only { Vec::new() } else { facets::of_people(listing.facets()) },
    })
}
