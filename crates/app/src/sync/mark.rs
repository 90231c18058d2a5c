//! The mark that a listing leaves for the next sync: from when on changes have to be asked for.

use super::stage::Standing;
use domain::Timestamp;

/// The mark of a listing under way.
///
/// It is the server's time when the listing began, but never later than the latest change that was seen: a server whose
/// `Date` runs ahead of the times it writes into its objects would otherwise hide changes for good.
#[derive(Debug, Clone, Copy)]
pub(super) struct Mark {
    begun: Timestamp,
    latest: Option<Timestamp>,
}

impl Mark {
    /// For a listing whose first page of this session came at `server_time`; a resumed one began earlier.
    pub fn new(standing: &Standing, resumed: bool, server_time: Timestamp) -> Self {
        match (Self::read(standing), resumed) {
            (Some(begun), true) => Self { begun, latest: None },
            (None, true) => Self { begun: server_time, latest: None },
            // Where nothing has changed since, the mark of the last sync stands.
            (before, false) => Self { begun: server_time, latest: before },
        }
    }

    /// The mark that was left.
    pub fn read(standing: &Standing) -> Option<Timestamp> {
        standing.mark.as_deref()?.parse().ok().map(Timestamp)
    }

    /// A page's latest change.
    pub fn saw(&mut self, latest: Option<Timestamp>) {
        self.latest = self.latest.max(latest);
    }

    /// The mark to leave.
    pub fn text(&self) -> String {
        self.latest.map_or(self.begun, |latest| latest.min(self.begun)).0.to_string()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn mark(before: Option<&str>, resumed: bool, date: i64, seen: &[i64]) -> String {
        let standing = Standing { mark: before.map(str::to_owned), ..Standing::default() };
        let mut mark = Mark::new(&standing, resumed, Timestamp(date));
        seen.iter().for_each(|at| mark.saw(Some(Timestamp(*at))));
        mark.text()
    }

    #[test]
    fn nothing_that_changes_meanwhile_is_missed() {
        assert_eq!(
            mark(None, false, 100, &[80, 120, 90]),
            "100",
            "changes since the listing began are asked for again"
        );
        assert_eq!(mark(None, false, 5_000, &[80, 90]), "90", "a date that runs ahead is not believed");
        assert_eq!(mark(Some("70"), false, 5_000, &[]), "70", "nothing changed, so the last mark stands");
        assert_eq!(mark(Some("60"), true, 100, &[80]), "60", "a resumed listing began before");
        assert_eq!(mark(None, false, 100, &[]), "100");
    }
}
