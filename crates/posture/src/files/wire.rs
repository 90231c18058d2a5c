//! The YAML's shape, key by key, and its way to and from the nouns of a check. An unknown key is an error; a value that is missing
//! has the meaning that `docs/CHECKS.md` gives it.

use super::{CheckFile, FileError, place};
use domain::{
    Captured, CheckContent, DeviceState, Expectation, Mapping, OsqueryPlatform, Reach, ReachTest,
    Remediation, StateSource, TableState, Timestamp, Want,
};
use serde::de::value::{MapAccessDeserializer, SeqAccessDeserializer};
use serde::de::{Deserializer, MapAccess, SeqAccess, Visitor};
use serde::ser::{SerializeMap, Serializer};
use serde::{Deserialize, Serialize};
use serde_saphyr::Spanned;
use std::{collections::BTreeMap, fmt, path::Path};

/// A `.check.yaml`.
#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Wire {
    pub name: String,
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub description: String,
    pub variable_name: Spanned<String>,
    pub platform: Spanned<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub mapping: Option<Spanned<String>>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub passing_text: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub query_file: Option<Spanned<String>>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub query: Option<Spanned<String>>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub notes: Option<Spanned<String>>,
    #[serde(default, skip_serializing_if = "is_nothing")]
    pub remediation: WireRemediation,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub expectations: Vec<WireExpectation>,
}

#[derive(Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub(super) struct WireRemediation {
    #[serde(skip_serializing_if = "Option::is_none")]
    message: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    link: Option<String>,
    /// The two below are Okta's own; only built-in checks have them.
    #[serde(skip_serializing_if = "Option::is_none")]
    message_key: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    default_link: Option<String>,
}

fn is_nothing(remediation: &WireRemediation) -> bool {
    *remediation == WireRemediation::default()
}

#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct WireExpectation {
    state: String,
    expect: Want,
    /// Where it differs from the check's.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    platform: Option<Spanned<String>>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    source: Option<StateSource>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    captured: Option<Spanned<String>>,
    #[serde(default)]
    tables: BTreeMap<String, WireTable>,
}

/// A table's rows, or what was asked for together with the rows that came.
#[derive(Debug)]
struct WireTable {
    tests: Option<Vec<Spanned<WireTest>>>,
    rows: Vec<Captured>,
}

#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct WireLimited {
    #[serde(rename = "where")]
    tests: Vec<Spanned<WireTest>>,
    rows: Vec<Captured>,
}

#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct WireTest {
    column: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    is: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    like: Option<String>,
}

impl<'de> Deserialize<'de> for WireTable {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Either;
        impl<'de> Visitor<'de> for Either {
            type Value = WireTable;
            fn expecting(&self, f: &mut fmt::Formatter) -> fmt::Result {
                f.write_str("a list of rows, or `where:` and `rows:`")
            }
            fn visit_seq<A: SeqAccess<'de>>(self, rows: A) -> Result<WireTable, A::Error> {
                let rows = Vec::deserialize(SeqAccessDeserializer::new(rows))?;
                Ok(WireTable { tests: None, rows })
            }
            fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<WireTable, A::Error> {
                let WireLimited { tests, rows } = WireLimited::deserialize(MapAccessDeserializer::new(map))?;
                Ok(WireTable { tests: Some(tests), rows })
            }
        }
        deserializer.deserialize_any(Either)
    }
}

impl Serialize for WireTable {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let Some(tests) = &self.tests else { return self.rows.serialize(serializer) };
        let mut map = serializer.serialize_map(Some(2))?;
        map.serialize_entry("where", tests)?;
        map.serialize_entry("rows", &self.rows)?;
        map.end()
    }
}

/// The nouns of a check, given its query and notes.
pub(super) fn check(path: &Path, wire: Wire, query: String, notes: String) -> Result<CheckFile, FileError> {
    let platform = platform(path, &wire.platform)?;
    let expectations = wire.expectations.into_iter().map(|each| expectation(path, platform, each));
    Ok(CheckFile {
        notes,
        passing_text: wire.passing_text,
        expectations: expectations.collect::<Result<_, _>>()?,
        content: CheckContent {
            name: wire.name,
            description: wire.description,
            variable_name: wire.variable_name.value,
            platform,
            mapping: wire.mapping.map_or(Ok(Mapping::default()), |text| mapping(path, &text))?,
            query,
            remediation: Remediation {
                message_key: wire.remediation.message_key,
                message: wire.remediation.message,
                default_link: wire.remediation.default_link,
                link: wire.remediation.link,
            },
        },
    })
}

fn platform(path: &Path, text: &Spanned<String>) -> Result<OsqueryPlatform, FileError> {
    OsqueryPlatform::from_key(&text.value).ok_or_else(|| {
        let known = OsqueryPlatform::ALL.map(OsqueryPlatform::key);
        place::at(path, text.referenced, place::unknown("platform", &text.value, &known))
    })
}

fn mapping(path: &Path, text: &Spanned<String>) -> Result<Mapping, FileError> {
    match text.value.to_ascii_lowercase().as_str() {
        "checkbox" => Ok(Mapping::Checkbox),
        "textbox" => Ok(Mapping::Textbox),
        _ => {
            let what = place::unknown("mapping", &text.value, &["checkbox", "textbox"]);
            Err(place::at(path, text.referenced, what))
        }
    }
}

fn expectation(path: &Path, check: OsqueryPlatform, wire: WireExpectation) -> Result<Expectation, FileError> {
    let captured = wire.captured.map(|text| {
        Timestamp::parse(&text.value).ok_or_else(|| {
            let what = format!("`{}` is no time such as 2026-10-05T14:02:11Z.", text.value);
            place::at(path, text.referenced, what)
        })
    });
    let tables = wire.tables.into_iter().map(|(name, table)| Ok((name, table_state(path, table)?)));
    Ok(Expectation {
        want: wire.expect,
        state: DeviceState {
            name: wire.state,
            platform: wire.platform.map_or(Ok(check), |text| platform(path, &text))?,
            source: wire.source.unwrap_or_default(),
            captured: captured.transpose()?,
            tables: tables.collect::<Result<_, FileError>>()?,
        },
    })
}

fn table_state(path: &Path, wire: WireTable) -> Result<TableState, FileError> {
    let Some(tests) = wire.tests else { return Ok(TableState { reach: Reach::Whole, rows: wire.rows }) };
    let tests = tests.into_iter().map(|Spanned { value: test, referenced, .. }| {
        let (like, value) = match (test.is, test.like) {
            (Some(value), None) => (false, value),
            (None, Some(value)) => (true, value),
            _ => return Err(place::at(path, referenced, "Each test needs either `is` or `like`.")),
        };
        Ok(ReachTest { column: test.column, like, value })
    });
    Ok(TableState { reach: Reach::Where(tests.collect::<Result<_, _>>()?), rows: wire.rows })
}

/// The file's shape of a check; the query goes into it, or is named by it.
pub(super) fn wire(check: &CheckFile, query_file: Option<String>) -> Wire {
    let CheckContent { name, description, variable_name, platform, mapping, query, remediation } =
        check.content.clone();
    let inline = query_file.is_none();
    Wire {
        name,
        description,
        variable_name: spanned(variable_name),
        platform: spanned(platform.key().to_owned()),
        mapping: (mapping == Mapping::Textbox).then(|| spanned("textbox".to_owned())),
        passing_text: check.passing_text.clone(),
        query_file: query_file.map(spanned),
        query: inline.then(|| spanned(query)),
        notes: (inline && !check.notes.is_empty()).then(|| spanned(check.notes.clone())),
        remediation: WireRemediation {
            message: remediation.message,
            link: remediation.link,
            message_key: remediation.message_key,
            default_link: remediation.default_link,
        },
        expectations: check.expectations.iter().map(|each| wire_expectation(platform, each)).collect(),
    }
}

fn wire_expectation(check: OsqueryPlatform, from: &Expectation) -> WireExpectation {
    let state = &from.state;
    WireExpectation {
        state: state.name.clone(),
        expect: from.want,
        platform: (state.platform != check).then(|| spanned(state.platform.key().to_owned())),
        source: (state.source != StateSource::default()).then_some(state.source),
        captured: state.captured.map(|time| spanned(time.to_rfc3339())),
        tables: state.tables.iter().map(|(name, table)| (name.clone(), wire_table(table))).collect(),
    }
}

fn wire_table(table: &TableState) -> WireTable {
    let test = |test: &ReachTest| {
        let (is, like) = if test.like { (None, Some(&test.value)) } else { (Some(&test.value), None) };
        spanned(WireTest { column: test.column.clone(), is: is.cloned(), like: like.cloned() })
    };
    let tests = match &table.reach {
        Reach::Whole => None,
        Reach::Where(tests) => Some(tests.iter().map(test).collect()),
    };
    WireTable { tests, rows: table.rows.clone() }
}

/// A value on its way out has no place yet.
fn spanned<T>(value: T) -> Spanned<T> {
    Spanned::new(value, serde_saphyr::Location::UNKNOWN, serde_saphyr::Location::UNKNOWN)
}
