//! The System Log, and the levels of risk that it tells of. One chain of polls is followed from sync to sync: only that
//! way no late event is missed. An event that comes twice is known by its id. Which times were read is noted with the events, so
//! that what a broken chain left out is seen, and read again as long as the org has it.

use super::{
    read::{Reader, read_cursor, write_cursor},
    risk_failure::Answers,
    run::Stop,
    stage::Standing,
};
use crate::{
    failure,
    log::{gaps, readable},
    snapshot,
};
use cache::{Collection, LogSpan, Outcome, Run};
use contract::Failure;
use domain::{LogEvent, RiskLevel, RiskSource, Timestamp, UserId, UserRisk};
use futures::{StreamExt, stream};
use okta_client::{Cursor, Error, Listing, LogQuery, Page, Single};
use std::{
    cmp::Reverse,
    collections::{BTreeMap, HashSet},
};

/// How far back a first sync reads everything: as far as the org's own log page shows at first. A page is a call of one
/// of the smallest allowances, and a large org fills hundreds a day.
const HISTORY: i64 = 7 * Timestamp::DAY;
/// A chain that is begun anew goes back so far behind what was read: events of the background come late.
const OVERLAP: i64 = 60 * 60 * 1000;
/// Pages of gaps that one sync reads: they come from a small allowance, and what happens now is more urgent.
const GAP_PAGES: usize = 100;
/// Most people whose level is asked for in one sync: one call each, of an allowance that others share.
const MOST_CONFIRMED: usize = 200;
/// Questions side by side.
const ABREAST: usize = 4;

impl Reader<'_> {
    /// New events since the last sync.
    pub async fn log(&mut self, standing: Standing) -> Result<Outcome, Stop> {
        let spans = self.spans().await?;
        let read = spans.last().copied();
        let begun = begin(read, self.org.now());
        let listing = self.org.client.log(&LogQuery::Poll { since: Some(begun), filter: None });
        let cursor = standing.cursor.or(standing.mark).as_deref().and_then(read_cursor);
        let mut items = standing.items;
        let first = spans.first().map_or(begun, |first| first.since);
        items += self.older_rare(first).await?;
        let (mut page, is_anew) = self.poll(&listing, cursor).await?;
        let began = page.server_time;
        // Where the chain's beginning is not known, all that is known is that it goes on from here.
        let since = if is_anew { begun } else { read.map_or(began, |read| read.until) };
        loop {
            self.look_at(&Collection::Log, &page);
            let new = page.items.len() as u64;
            // A chain has no end. Events from after the beginning of this sync are the next one's business.
            let last = page.items.iter().map(|item| item.value.published).max();
            let ends = last.is_none_or(|last| last >= began);
            let (next, told) = (page.next.clone(), page.server_time);
            self.write(page, |run, rows, next| run.put_log_events(rows, next)).await?;
            let until = if ends { told } else { last.map_or(told, |last| last.min(told)) };
            self.cover(LogSpan { since, until }).await?;
            items += new;
            self.org.progress.items(items, new);
            self.control().checkpoint().await?;
            match next {
                Some(next) if ends => {
                    self.leave_mark(&next).await?;
                    break;
                }
                Some(next) => page = self.control().unless_cancelled(listing.page(&next)).await??,
                None => break,
            }
        }
        self.fill_gaps().await?;
        Ok(Outcome::Changes)
    }

    pub(super) async fn spans(&self) -> Result<Vec<LogSpan>, Failure> {
        self.stage.with(Run::flush).await?;
        self.org.read(|org| org.cache.log_spans().map_err(failure::cache)).await
    }

    async fn cover(&self, span: LogSpan) -> Result<(), Failure> {
        let cover = move |run: &mut Run| {
            run.cover_log(span);
            Ok(())
        };
        self.stage.with(cover).await
    }

    /// Reads what the chains left out, the newest gap first, as far as the org still has it. A gap that can't be read now is
    /// still one at the next sync.
    async fn fill_gaps(&mut self) -> Result<(), Stop> {
        let missing = gaps(&self.spans().await?);
        let (mut pages, now) = (GAP_PAGES, self.org.now());
        for gap in missing.into_iter().rev().filter_map(|gap| readable(gap, now)) {
            match self.fill(gap, &mut pages).await {
                Err(Stop::Org(error)) => {
                    tracing::warn!(%error, "a gap of the log could not be read");
                    break;
                }
                filled => filled?,
            }
        }
        Ok(())
    }

    async fn fill(&mut self, gap: LogSpan, pages: &mut usize) -> Result<(), Stop> {
        // Its beginning is not asked for itself, and its end may have been reached late.
        let (since, until) = (Timestamp(gap.since.0 - 1), Timestamp(gap.until.0 + 1));
        let listing = self.org.client.log(&LogQuery::Between { since, until, filter: None });
        let mut next = None;
        while *pages > 0 {
            *pages -= 1;
            let page = match &next {
                Some(next) => self.control().unless_cancelled(listing.page(next)).await??,
                None => self.control().unless_cancelled(listing.first()).await??,
            };
            self.look_at(&Collection::Log, &page);
            let last = page.items.iter().map(|item| item.value.published).max();
            next = page.next.clone();
            self.write(page, |run, rows, _| run.put_past_log_events(rows)).await?;
            let until = if next.is_none() { gap.until } else { last.unwrap_or(gap.since).min(gap.until) };
            self.cover(LogSpan { since: gap.since, until }).await?;
            if next.is_none() {
                break;
            }
            self.control().checkpoint().await?;
        }
        Ok(())
    }

    /// The page to go on with, and whether it begins a chain: one that the org no longer knows is begun anew.
    async fn poll(
        &self,
        listing: &Listing<LogEvent>,
        cursor: Option<Cursor>,
    ) -> Result<(Page<LogEvent>, bool), Stop> {
        if let Some(cursor) = cursor {
            match self.control().unless_cancelled(listing.page(&cursor)).await? {
                Err(Error::BadRequest(_) | Error::NotFound(_) | Error::ForeignLink { .. }) => {}
                page => return Ok((page?, false)),
            }
        }
        Ok((self.control().unless_cancelled(listing.first()).await??, true))
    }

    async fn leave_mark(&self, next: &Cursor) -> Result<(), Stop> {
        let mark = write_cursor(next)?;
        Ok(self.stage.with(move |run| run.set_mark(&Collection::Log, &mark)).await?)
    }

    /// The levels of the newest snapshot.
    async fn known_risks(&self) -> Result<Vec<UserRisk>, Failure> {
        let known = self.org.read(|org| match snapshot::newest(org)? {
            Some(newest) => org.cache.user_risks(newest.id).map_err(failure::cache),
            None => Ok(Vec::new()),
        });
        known.await
    }

    /// People's levels of risk: what the log told, and for as many as one sync may ask for, what the org says now. There
    /// is no list of people by risk, and asking for everybody would take a call each.
    ///
    /// What the log told is taken from the cache, not from this session: a cancelled or interrupted sync leaves its events
    /// there, and the log does not tell them again.
    pub async fn risks(&mut self) -> Result<Outcome, Stop> {
        let known = if self.thorough { self.known_risks().await? } else { Vec::new() };
        let heard = newest(self.stage.with(Run::risk_events).await?);
        let asked = worth_asking(&heard, &known);
        let count = heard.len() as u64;
        let rows: Vec<_> = heard.into_iter().map(|risk| (risk, "null")).collect();
        self.stage.with(move |run| run.put_user_risks(rows, None)).await?;
        self.org.progress.items(count, count);

        let client = &self.org.client;
        let answers = stream::iter(asked).map(|user| async move { client.user_risk(&user).await });
        let mut answers = answers.buffer_unordered(ABREAST);
        let (mut confirmed, mut failed): (Vec<(UserRisk, Box<str>)>, _) = (Vec::new(), None);
        while let Some(answer) = self.control().unless_cancelled(answers.next()).await? {
            match answer {
                Ok(Single { value, raw, .. }) => confirmed.push((value, raw)),
                Err(Error::Cancelled) => return Err(Stop::Cancelled),
                // Without an answer the log's word stands, marked as such. The person may be gone.
                Err(Error::NotFound(_)) => {}
                // The others would meet the same: the right to ask is missing, or the org is in trouble.
                Err(error) => {
                    tracing::warn!(%error, "levels of risk are told from the log only");
                    failed = Some(failure::org(&error));
                    break;
                }
            }
        }
        drop(answers);
        self.note_answers(Answers { answered: !confirmed.is_empty(), failed }).await?;
        self.stage.with(move |run| run.put_user_risks(confirmed, None)).await?;
        Ok(Outcome::Changes)
    }
}

/// From when on a chain is begun: a little before the end of what was read, or as far back as a first sync goes. What lies
/// between is a gap, which is read after the news.
fn begin(read: Option<LogSpan>, now: Timestamp) -> Timestamp {
    let history = Timestamp(now.0 - HISTORY);
    read.map_or(history, |read| Timestamp(read.until.0 - OVERLAP).max(history))
}

/// The newest level that events, oldest first, tell of each person.
fn newest(events: Vec<LogEvent>) -> Vec<UserRisk> {
    let risk = |event: LogEvent| {
        let level = event.risk_level?;
        let reason = event.reason.or(event.message);
        Some(UserRisk {
            user: event.user?,
            level,
            reason,
            source: RiskSource::Log,
            observed: event.published,
        })
    };
    let heard: BTreeMap<UserId, UserRisk> =
        events.into_iter().filter_map(risk).map(|risk| (risk.user.clone(), risk)).collect();
    heard.into_values().collect()
}

/// Whom to ask about: those the log has just told of, the most at risk first; then those who were at risk, since a level may
/// fall without an event. No more than one sync may ask for.
fn worth_asking(heard: &[UserRisk], known: &[UserRisk]) -> Vec<UserId> {
    let mut heard: Vec<&UserRisk> = heard.iter().collect();
    heard.sort_by_key(|risk| (risk.level.clone(), Reverse(risk.observed)));
    let told: HashSet<&UserId> = heard.iter().map(|risk| &risk.user).collect();
    let at_risk = |risk: &&UserRisk| {
        matches!(risk.level, RiskLevel::High | RiskLevel::Medium) && !told.contains(&risk.user)
    };
    let mut known: Vec<&UserRisk> = known.iter().filter(at_risk).collect();
    known.sort_by_key(|risk| (risk.level.clone(), risk.observed));
    heard.iter().chain(&known).take(MOST_CONFIRMED).map(|risk| risk.user.clone()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_chain_begins_where_the_last_one_ended() {
        let now = Timestamp(100 * Timestamp::DAY);
        let read = |until| Some(LogSpan { since: Timestamp(0), until: Timestamp(until) });
        assert_eq!(begin(None, now), Timestamp(93 * Timestamp::DAY));
        assert_eq!(begin(read(99 * Timestamp::DAY), now), Timestamp(99 * Timestamp::DAY - OVERLAP));
        assert_eq!(
            begin(read(50 * Timestamp::DAY), now),
            Timestamp(93 * Timestamp::DAY),
            "the rest is a gap"
        );
    }

    #[test]
    fn the_most_at_risk_are_asked_about_first() {
        let risk = |user: &str, level, observed| UserRisk {
            user: user.into(),
            level,
            reason: None,
            source: RiskSource::Log,
            observed: Timestamp(observed),
        };
        let heard =
            [risk("a", RiskLevel::Low, 9), risk("b", RiskLevel::High, 1), risk("c", RiskLevel::High, 5)];
        let known =
            [risk("b", RiskLevel::High, 0), risk("d", RiskLevel::Medium, 0), risk("e", RiskLevel::Low, 0)];
        let asked = worth_asking(&heard, &known);
        assert_eq!(asked.iter().map(UserId::as_str).collect::<Vec<_>>(), ["c", "b", "a", "d"]);
        let many: Vec<UserRisk> = (0..500).map(|n| risk(&n.to_string(), RiskLevel::High, n)).collect();
        assert_eq!(worth_asking(&many, &[]).len(), MOST_CONFIRMED);
    }
}
