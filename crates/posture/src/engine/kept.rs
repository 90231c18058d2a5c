//! Rows of a table straight from the JSON that a state is kept as, into what SQLite reads: only columns that the query names are
//! kept. Says of them what reading the whole state says. Knows no SQL.

use super::cells::Cell;
use super::session::{Loaded, is_in};
use crate::catalogue::{Column, Table};
use domain::{OsqueryPlatform, Reach};
use serde::de::{DeserializeSeed, Deserializer, Error, IgnoredAny, MapAccess, SeqAccess, Visitor};
use std::fmt::{Formatter, Result as Formatted};

impl Loaded {
    /// The rows of one table that was kept as this JSON ([`domain::TableState`]), with those columns that the mask names.
    pub(crate) fn from_json(
        table: &Table,
        json: &str,
        mask: u64,
        platform: OsqueryPlatform,
    ) -> serde_json::Result<Self> {
        let row = table.columns.iter().enumerate().map(|(place, column)| {
            if is_in(mask, place) && !column.is_on(platform) { Cell::Null } else { Cell::Missing }
        });
        let mut reading = Reading {
            table,
            mask,
            platform,
            empty: row.collect(),
            seen: Vec::new(),
            cells: Vec::new(),
            reach: Reach::default(),
        };
        let mut text = serde_json::Deserializer::from_str(json);
        WholeTable(&mut reading).deserialize(&mut text)?;
        text.end()?;
        Ok(Self::new(reading.cells, table.columns.len(), reading.reach))
    }
}

/// A table as far as it has been read.
struct Reading<'t> {
    table: &'t Table,
    mask: u64,
    platform: OsqueryPlatform,
    /// A row of which nothing has been read.
    empty: Vec<Cell>,
    /// The names of a row in their order, with their places: the next row most likely has the same.
    seen: Vec<(Box<str>, Option<usize>)>,
    cells: Vec<Cell>,
    reach: Reach,
}

impl Reading<'_> {
    /// The place of the wanted column of this name, which is the row's `nth`.
    fn place(&mut self, nth: usize, name: &str) -> Option<usize> {
        if let Some((known, place)) = self.seen.get(nth)
            && **known == *name
        {
            return *place;
        }
        let called =
            |column: &Column| column.name == name || column.aliases.iter().any(|alias| alias == name);
        let place = self.table.columns.iter().position(called);
        let place = place.filter(|&place| {
            is_in(self.mask, place)
                && self.table.columns.get(place).is_some_and(|column| column.is_on(self.platform))
        });
        if nth == self.seen.len() {
            self.seen.push((name.into(), place));
        }
        place
    }
}

struct WholeTable<'r, 't>(&'r mut Reading<'t>);
struct Rows<'r, 't>(&'r mut Reading<'t>);
struct Row<'r, 't>(&'r mut Reading<'t>);
/// A column's name, as the place of its column and whether it is an alias.
struct Name<'r, 't>(&'r mut Reading<'t>, usize);
struct Value<'c>(&'c Column);

macro_rules! seeds {
    ($($seed:ty: $lifetimes:tt $ask:ident -> $value:ty;)+) => {
        $(seeds!(@ $seed, $lifetimes, $ask, $value);)+
    };
    (@ $seed:ty, [$($lifetime:lifetime),*], $ask:ident, $value:ty) => {
        impl<'de, $($lifetime),*> DeserializeSeed<'de> for $seed {
            type Value = $value;
            fn deserialize<D: Deserializer<'de>>(self, from: D) -> Result<Self::Value, D::Error> {
                from.$ask(self)
            }
        }
    };
}

seeds! {
    WholeTable<'r, 't>: ['r, 't] deserialize_map -> ();
    Rows<'r, 't>: ['r, 't] deserialize_seq -> ();
    Row<'r, 't>: ['r, 't] deserialize_map -> ();
    Name<'r, 't>: ['r, 't] deserialize_str -> Option<(usize, bool)>;
    Value<'c>: ['c] deserialize_any -> Cell;
}

impl<'de> Visitor<'de> for WholeTable<'_, '_> {
    type Value = ();

    fn expecting(&self, f: &mut Formatter<'_>) -> Formatted {
        f.write_str("a table with its rows")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<(), A::Error> {
        while let Some(key) = map.next_key::<std::borrow::Cow<'_, str>>()? {
            match &*key {
                "reach" => self.0.reach = map.next_value()?,
                "rows" => map.next_value_seed(Rows(self.0))?,
                _ => {
                    map.next_value::<IgnoredAny>()?;
                }
            }
        }
        Ok(())
    }
}

impl<'de> Visitor<'de> for Rows<'_, '_> {
    type Value = ();

    fn expecting(&self, f: &mut Formatter<'_>) -> Formatted {
        f.write_str("rows")
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut rows: A) -> Result<(), A::Error> {
        while rows.next_element_seed(Row(self.0))?.is_some() {}
        Ok(())
    }
}

impl<'de> Visitor<'de> for Row<'_, '_> {
    type Value = ();

    fn expecting(&self, f: &mut Formatter<'_>) -> Formatted {
        f.write_str("a row: texts by column")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<(), A::Error> {
        let Self(reading) = self;
        let start = reading.cells.len();
        reading.cells.extend_from_slice(&reading.empty);
        let mut nth = 0;
        while let Some(found) = map.next_key_seed(Name(reading, nth))? {
            nth += 1;
            let Some((place, alias)) = found else {
                map.next_value::<IgnoredAny>()?;
                continue;
            };
            let value = map.next_value_seed(Value(&reading.table.columns[place]))?;
            // A column that is there by its own name and by an older one is what its own says.
            if let Some(cell) = reading.cells.get_mut(start + place)
                && (!alias || *cell == Cell::Missing)
            {
                *cell = value;
            }
        }
        Ok(())
    }
}

impl Visitor<'_> for Name<'_, '_> {
    type Value = Option<(usize, bool)>;

    fn expecting(&self, f: &mut Formatter<'_>) -> Formatted {
        f.write_str("a column's name")
    }

    fn visit_str<E: Error>(self, name: &str) -> Result<Self::Value, E> {
        let place = self.0.place(self.1, name);
        Ok(place.map(|place| (place, self.0.table.columns[place].name != name)))
    }
}

impl Visitor<'_> for Value<'_> {
    type Value = Cell;

    fn expecting(&self, f: &mut Formatter<'_>) -> Formatted {
        f.write_str("a text or null")
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<Cell, E> {
        Ok(Cell::read(self.0.kind, text))
    }

    fn visit_unit<E: Error>(self) -> Result<Cell, E> {
        Ok(Cell::Null)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::states;

    /// Every shipped table, for some masks: what is read from JSON is what is read from the state.
    #[test]
    fn json_says_what_the_state_says() {
        let mut rows = 0;
        for state in states::shipped() {
            for (name, kept) in &state.tables {
                let table = crate::Catalogue::shipped().table(name).expect("a table");
                let json = serde_json::to_string(kept).expect("writes");
                for mask in [u64::MAX, 0, 0b1, 0b1010_1010_1011] {
                    for platform in OsqueryPlatform::ALL {
                        let from_state = Loaded::of(table, kept, mask, platform);
                        let from_json = Loaded::from_json(table, &json, mask, platform).expect("reads");
                        assert_eq!(format!("{from_json:?}"), format!("{from_state:?}"), "{name} {mask:b}");
                        rows += from_json.len();
                    }
                }
            }
        }
        assert!(rows > 10_000, "{rows}");
    }

    #[test]
    fn odd_rows_are_read_alike() {
        let table = crate::Catalogue::shipped().table("alf").expect("a table");
        let check = |json: &str| {
            let state: domain::TableState = serde_json::from_str(json).expect("reads");
            let from_state = Loaded::of(table, &state, u64::MAX, OsqueryPlatform::Macos);
            let from_json = Loaded::from_json(table, json, u64::MAX, OsqueryPlatform::Macos).expect("reads");
            assert_eq!(format!("{from_json:?}"), format!("{from_state:?}"), "{json}");
        };
        check("{}");
        check(
            r#"{"rows":[{},{"version":"1"},{"global_state":null,"version":"2"},{"version":"3","zzz":"4"}]}"#,
        );
        check(
            r#"{"rows":[{"a":"1"},{"version":"1","global_state":"7"}],"reach":{"where":[{"column":"a","value":"b"}]}}"#,
        );
        check(r#"{"other":[1,{}],"rows":[{"ver\u0073ion":"\u00e4\n"}]}"#);
        for wrong in ["", "[]", r#"{"rows":[{"version":1}]}"#, r#"{"rows":[1]}"#, r#"{"rows":[]}x"#] {
            assert!(Loaded::from_json(table, wrong, u64::MAX, OsqueryPlatform::Macos).is_err(), "{wrong}");
        }
    }
}
