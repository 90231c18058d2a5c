//! Sort orders: a list of device numbers, made by stable counting sorts from the last key to the first. Ties are broken by
//! name, then by device number; unknown values come last in both directions.

use super::column::{Codes, ColumnId};
use super::{Fleet, Kept};
use domain::{Facet, SortColumn, SortKey};
use std::sync::{Arc, PoisonError};

impl ColumnId {
    fn of(column: SortColumn) -> Self {
        match column {
            SortColumn::Name => Self::Name,
            SortColumn::Platform => Self::Facet(Facet::Platform),
            SortColumn::OsVersion => Self::OsVersion,
            SortColumn::Model => Self::Model,
            SortColumn::Serial => Self::Serial,
            SortColumn::Lifecycle => Self::Facet(Facet::Lifecycle),
            SortColumn::Managed => Self::Facet(Facet::Managed),
            SortColumn::Risk => Self::Facet(Facet::Risk),
            SortColumn::Encryption => Self::Facet(Facet::Encryption),
            SortColumn::ScreenLock => Self::Facet(Facet::ScreenLock),
            SortColumn::SecureHardware => Self::Facet(Facet::SecureHardware),
            SortColumn::Registered => Self::Facet(Facet::Registered),
            SortColumn::User => Self::User,
            SortColumn::Users => Self::UserCount,
            SortColumn::Created => Self::Created,
            SortColumn::LastUpdated => Self::LastUpdated,
            SortColumn::Manufacturer => Self::Manufacturer,
            SortColumn::Jailbreak => Self::Jailbreak,
        }
    }
}

impl Fleet {
    /// All devices in this order.
    pub(crate) fn order(&self, sort: &[SortKey]) -> Arc<[u32]> {
        // A column that comes again decides nothing any more, and the last word is always the name's.
        let mut keys: Vec<SortKey> = Vec::new();
        for key in sort {
            if !keys.iter().any(|k| k.column == key.column) {
                keys.push(*key);
            }
        }
        if !keys.iter().any(|k| k.column == SortColumn::Name) {
            keys.push(SortKey { column: SortColumn::Name, descending: false });
        }
        if let Some(order) = self.kept_orders().get(keys.as_slice()) {
            return order;
        }
        let mut order: Vec<u32> = (0..self.len()).filter(|pk| self.is_alive(*pk)).collect();
        for key in keys.iter().rev() {
            // Levels of risk are declared, and shown, from the highest down; sorted up, they begin with the lowest.
            let descending = key.descending != (key.column == SortColumn::Risk);
            order = sorted(&order, &self.column(ColumnId::of(key.column)).codes, descending);
        }
        let order: Arc<[u32]> = order.into();
        self.kept_orders().put(keys, order.clone());
        order
    }

    fn kept_orders(&self) -> std::sync::MutexGuard<'_, Kept<Vec<SortKey>, Arc<[u32]>>> {
        self.orders.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// One stable counting sort.
pub(crate) fn sorted(order: &[u32], codes: &Codes, descending: bool) -> Vec<u32> {
    let largest = order.iter().map(|pk| codes.get(*pk)).max().unwrap_or(0);
    let place = |code: u32| match (code, descending) {
        (0, _) => largest as usize,
        (code, false) => code as usize - 1,
        (code, true) => (largest - code) as usize,
    };
    let mut starts = vec![0u32; largest as usize + 2];
    for pk in order {
        starts[place(codes.get(*pk)) + 1] += 1;
    }
    for at in 1..starts.len() {
        starts[at] += starts[at - 1];
    }
    let mut sorted = vec![0; order.len()];
    for pk in order {
        let start = &mut starts[place(codes.get(*pk))];
        sorted[*start as usize] = *pk;
        *start += 1;
    }
    sorted
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn unknown_comes_last_in_both_directions_and_ties_keep_their_order() {
        let codes = Codes::Narrow(vec![2, 0, 1, 2, 3, 0]);
        assert_eq!(sorted(&[0, 1, 2, 3, 4, 5], &codes, false), [2, 0, 3, 4, 1, 5]);
        assert_eq!(sorted(&[0, 1, 2, 3, 4, 5], &codes, true), [4, 0, 3, 2, 1, 5]);
        assert_eq!(sorted(&[], &codes, true), [] as [u32; 0]);
    }
}
