//! Typed filters on the fleet. Most are answered by its codes alone. A time, or how a text begins, is a place among the
//! ranks, found by reading some twenty rows; what stands inside a text is found by reading the column once. The answers to
//! single conditions are kept, so that changing one filter asks one question.

use crate::fleet::{self, Bits, ColumnId, Fleet, Rows, Source};
use crate::version::Table;
use crate::{Result, Store};
use domain::{Condition, SortColumn, SortKey, Test, TextTest, Timestamp, Where};
use rusqlite::{Connection, params, types::Value};
use std::sync::Arc;

impl Store {
    /// The devices that fit; `None` where nothing is asked.
    pub(crate) fn conditions(&self, fleet: &Arc<Fleet>, filter: &Where) -> Result<Option<Arc<Bits>>> {
        let mut whole: Option<Bits> = None;
        for (any, conditions) in filter.asked() {
            let mut group: Option<Bits> = None;
            for condition in conditions {
                join(&mut group, &*self.condition(fleet, condition)?, any);
            }
            if let Some(group) = group {
                join(&mut whole, &group, filter.any);
            }
        }
        Ok(whole.map(Arc::new))
    }

    fn condition(&self, fleet: &Arc<Fleet>, condition: &Condition) -> Result<Arc<Bits>> {
        fleet.condition(condition, || match Source::of(condition.attribute) {
            Source::Dictionary(id) => Ok(fleet.by_dictionary(id, condition)),
            Source::Users => Ok(fleet.by_users(condition)),
            Source::Duplicates => Ok(fleet.by_duplicates(condition)),
            Source::Times(id, column) => self.by_time(fleet, id, column, condition),
            Source::Texts(id, column) => self.by_text(fleet, id, column, condition),
            Source::Rows(column) => self.by_rows(fleet, column, condition),
        })
    }

    /// A moment divides the ranks in two.
    fn by_time(&self, fleet: &Fleet, id: ColumnId, column: &str, condition: &Condition) -> Result<Bits> {
        let Some((moment, before)) = condition.test.moment(fleet.finished()) else {
            return Ok(fleet.by_rank(id, condition, |_| true));
        };
        let reader = self.reader()?;
        let earlier = |value: &Value| matches!(value, Value::Integer(at) if Timestamp(*at) < moment);
        let first = Ranks::new(fleet, id, column)?.first_not(&reader, earlier)?;
        Ok(fleet.by_rank(id, condition, |rank| (rank < first) == before))
    }

    /// Texts that are the same, or begin alike, are neighbours among the ranks.
    fn by_text(&self, fleet: &Fleet, id: ColumnId, column: &str, condition: &Condition) -> Result<Bits> {
        let (test, wanted) = match &condition.test {
            Test::Text(test @ (TextTest::Is | TextTest::IsNot | TextTest::Starts), wanted) => (test, wanted),
            Test::Text(..) => return self.by_rows(fleet, column, condition),
            _ => return Ok(fleet.by_rank(id, condition, |_| true)),
        };
        let Some(wanted) = fleet::folded(wanted) else { return self.by_rows(fleet, column, condition) };
        let reader = self.reader()?;
        let ranks = Ranks::new(fleet, id, column)?;
        let text = |value: &Value| match value {
            Value::Text(text) => fleet::head_of(text),
            _ => String::new(),
        };
        let first = ranks.first_not(&reader, |value| text(value) < wanted)?;
        let after = match test {
            TextTest::Starts => ranks.first_not(&reader, |value| {
                let text = text(value);
                text < wanted || text.starts_with(&wanted)
            })?,
            _ => ranks.first_not(&reader, |value| text(value) <= wanted)?,
        };
        let inside = *test != TextTest::IsNot;
        Ok(fleet.by_rank(id, condition, |rank| (first..after).contains(&rank) == inside))
    }

    /// Reads the column of every row.
    fn by_rows(&self, fleet: &Fleet, column: &str, condition: &Condition) -> Result<Bits> {
        let reader = self.reader()?;
        let mut found = Bits::none(fleet.len());
        Rows::find(&reader, Table::Device, fleet.snapshot())?.each(
            &reader,
            &format!("pk, {column}"),
            |row| {
                let text = row.get_ref(1)?.as_str_or_null()?.filter(|text| !text.trim().is_empty());
                let answer = match condition.test {
                    Test::Known | Test::Unknown => text.map(|_| true),
                    _ => text.and_then(|text| condition.test.of_text(text)),
                };
                if condition.keeps(answer) {
                    found.insert(row.get(0)?);
                }
                Ok(())
            },
        )?;
        Ok(found)
    }
}

fn join(whole: &mut Option<Bits>, one: &Bits, any: bool) {
    match whole {
        None => *whole = Some(one.clone()),
        Some(whole) if any => whole.add(one),
        Some(whole) => whole.keep(one),
    }
}

/// The devices in the order of one column, to look for a place in it.
struct Ranks<'f> {
    fleet: &'f Fleet,
    id: ColumnId,
    column: &'f str,
    order: Arc<[u32]>,
    /// The devices with a value; they come first.
    known: usize,
}

impl<'f> Ranks<'f> {
    fn new(fleet: &'f Fleet, id: ColumnId, column: &'f str) -> Result<Self> {
        let sort = match id {
            ColumnId::Serial => SortColumn::Serial,
            ColumnId::User => SortColumn::User,
            ColumnId::Created => SortColumn::Created,
            ColumnId::LastUpdated => SortColumn::LastUpdated,
            _ => SortColumn::Name,
        };
        let order = fleet.order(&[SortKey { column: sort, descending: false }]);
        let codes = &fleet.column(id).codes;
        let known = order.partition_point(|pk| codes.get(*pk) != 0);
        Ok(Self { fleet, id, column, order, known })
    }

    /// The first rank whose value is not `before` what is looked for; one more than the last where all are.
    fn first_not(&self, reader: &Connection, before: impl Fn(&Value) -> bool) -> Result<u32> {
        let mut one = reader.prepare_cached(&format!(
            "SELECT {} FROM device WHERE pk = ?1 AND valid_from <= ?2 AND valid_to > ?2",
            self.column
        ))?;
        let (mut low, mut high) = (0, self.known);
        while low < high {
            let middle = low + (high - low) / 2;
            let value =
                one.query_row(params![self.order[middle], self.fleet.snapshot().0], |row| row.get(0))?;
            if before(&value) { low = middle + 1 } else { high = middle }
        }
        let codes = &self.fleet.column(self.id).codes;
        Ok(self.order[..self.known].get(low).map_or(u32::MAX, |pk| codes.get(*pk)))
    }
}
