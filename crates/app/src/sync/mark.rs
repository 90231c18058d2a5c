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
    gaps: bool,
}

/// Follows the time in a mark whose listing left something out.
const GAPS: &str = " gaps";

impl Mark {
    /// For a listing whose first page of this session came at `server_time`; a resumed one began earlier.
    pub fn new(standing: &Standing, resumed: bool, server_time: Timestamp) -> Self {
        match (Self::read(standing), resumed) {
            (Some(begun), true) => Self {
                begun,
                latest: None,
                gaps: standing.mark.as_deref().is_some_and(|m| m.ends_with(GAPS)),
            },
            (None, true) => Self { begun: server_time, latest: None, gaps: false },
            // Where nothing has changed since, the mark of the last sync stands.
            (before, false) => Self { begun: server_time, latest: before, gaps: false },
        }
    }

    /// The mark that was left.
    pub fn read(standing: &Standing) -> Option<Timestamp> {
        let mark = standing.mark.as_deref()?;
        mark.strip_suffix(GAPS).unwrap_or(mark).parse().ok().map(Timestamp)
    }

    /// A page's latest change.
    pub fn saw(&mut self, latest: Option<Timestamp>) {
        self.latest = self.latest.max(latest);
    }

    /// Something could not be read, and was left out. A sync that is resumed has to know it too.
    pub fn missed(&mut self) {
        self.gaps = true;
    }

    /// Whether everything could be read.
    pub fn is_whole(&self) -> bool {
        !self.gaps
    }

    /// The mark to leave.
    pub fn text(&self) -> String {
        let mark = self.latest.map_or(self.begun, |latest| latest.min(self.begun)).0;
        format!("{mark}{}", if self.gaps { GAPS } else { "" })
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

    #[test]
    fn a_gap_is_remembered_by_the_same_listing_only() {
        let standing = Standing { mark: Some("60 gaps".to_owned()), ..Standing::default() };
        let resumed = Mark::new(&standing, true, Timestamp(100));
        assert_eq!((resumed.is_whole(), resumed.text().as_str()), (false, "60 gaps"));
        let next = Mark::new(&standing, false, Timestamp(100));
        assert_eq!((next.is_whole(), next.text().as_str()), (true, "60"));
    }
}
