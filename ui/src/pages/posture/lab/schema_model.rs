//! osquery's schema as the editor offers and explains it.

use crate::kit::sql_editor::{Column, CompletionModel, Function, Table};
use contract::lab::{Catalogue, CatalogueColumn, CatalogueFunction, CatalogueTable};

/// Words of SQL that checks are written with.
const KEYWORDS: [&str; 50] = [
    "SELECT",
    "DISTINCT",
    "FROM",
    "WHERE",
    "AND",
    "OR",
    "NOT",
    "IN",
    "IS",
    "NULL",
    "LIKE",
    "GLOB",
    "ESCAPE",
    "BETWEEN",
    "EXISTS",
    "CASE",
    "WHEN",
    "THEN",
    "ELSE",
    "END",
    "AS",
    "JOIN",
    "CROSS JOIN",
    "LEFT JOIN",
    "INNER JOIN",
    "ON",
    "USING",
    "GROUP BY",
    "HAVING",
    "ORDER BY",
    "ASC",
    "DESC",
    "LIMIT",
    "OFFSET",
    "UNION",
    "UNION ALL",
    "EXCEPT",
    "INTERSECT",
    "WITH",
    "RECURSIVE",
    "MATERIALIZED",
    "CAST",
    "COLLATE",
    "TEXT",
    "INTEGER",
    "REAL",
    "OVER",
    "PARTITION BY",
    "FILTER",
    "VALUES",
];

/// The model of one platform.
pub fn model_of(catalogue: &Catalogue) -> CompletionModel {
    CompletionModel {
        tables: catalogue.tables.iter().flat_map(tables).collect(),
        functions: catalogue.functions.iter().map(function).collect(),
        keywords: KEYWORDS.map(str::to_owned).into(),
    }
}

/// The table, and again by each of its other names.
fn tables(table: &CatalogueTable) -> impl Iterator<Item = Table> {
    let mut facts = vec![table.platforms.iter().map(|p| p.label()).collect::<Vec<_>>().join(", ")];
    let required: Vec<&str> = table.columns.iter().filter(|c| c.required).map(|c| c.name.as_str()).collect();
    if !required.is_empty() {
        facts.push(format!("Needs {} with = or LIKE", required.join(" or ")));
    }
    if table.evented {
        facts.push("Filled by events: always empty in a check".into());
    }
    if table.per_user {
        facts.push("Per user: join it with users".into());
    }
    let entry = move |name: &String| Table {
        name: name.clone(),
        about: table.about.clone().unwrap_or_default(),
        facts: facts.clone(),
        columns: table.columns.iter().map(column).collect(),
    };
    std::iter::once(&table.name).chain(&table.aliases).map(entry)
}

fn column(column: &CatalogueColumn) -> Column {
    let mut facts = Vec::new();
    if column.required {
        facts.push("Required".to_owned());
    }
    if column.null_here {
        facts.push("Always NULL on this platform".to_owned());
    }
    if let Some(collate) = &column.collate {
        facts.push(format!("Compares as {collate}"));
    }
    Column { name: column.name.clone(), kind: column.kind.clone(), about: String::new(), facts }
}

fn function(function: &CatalogueFunction) -> Function {
    Function {
        name: function.name.clone(),
        signature: function.call.clone(),
        about: function.about.clone().unwrap_or_default(),
    }
}
