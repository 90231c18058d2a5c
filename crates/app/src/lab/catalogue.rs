//! osquery's schema of one platform, as the page shows it.

use contract::lab::{Catalogue, CatalogueColumn, CatalogueFunction, CatalogueTable};
use domain::OsqueryPlatform;
use posture::catalogue::{Builtin, Column, Function, Table};

/// Every table and function there.
pub(super) fn of(platform: OsqueryPlatform) -> Catalogue {
    let catalogue = posture::Catalogue::shipped();
    // One that osquery and SQLite both have is osquery's; one that SQLite has twice is one.
    let mut builtins: Vec<&Builtin> =
        catalogue.builtins.iter().filter(|b| catalogue.function(&b.name).is_none()).collect();
    builtins.dedup_by(|a, b| a.name == b.name);
    Catalogue {
        osquery: catalogue.osquery.clone(),
        platform,
        tables: catalogue.tables_on(platform).map(|found| table(found, platform)).collect(),
        functions: catalogue
            .functions
            .iter()
            .map(function)
            .chain(builtins.into_iter().map(builtin))
            .collect(),
    }
}

fn table(table: &Table, platform: OsqueryPlatform) -> CatalogueTable {
    CatalogueTable {
        name: table.name.clone(),
        aliases: table.aliases.clone(),
        about: table.about.clone(),
        platforms: table.platforms.clone(),
        evented: table.evented,
        per_user: table.per_user,
        condition: table.condition.clone(),
        columns: table.columns.iter().map(|found| column(found, platform)).collect(),
    }
}

fn column(column: &Column, platform: OsqueryPlatform) -> CatalogueColumn {
    CatalogueColumn {
        name: column.name.clone(),
        kind: column.kind.sql().to_owned(),
        required: column.required,
        passed_on: column.is_passed_on(),
        hidden: column.is_hidden_on(platform),
        collate: column.collate.clone(),
        null_here: !column.is_on(platform),
    }
}

fn function(function: &Function) -> CatalogueFunction {
    CatalogueFunction {
        name: function.name.clone(),
        call: format!("{}({})", function.name, function.arguments.join(", ")),
        about: function.about.clone(),
        added: true,
    }
}

fn builtin(builtin: &Builtin) -> CatalogueFunction {
    let most = builtin.arities.iter().max();
    let arguments = match most {
        Some(0) => String::new(),
        Some(1) => "x".to_owned(),
        Some(n) => (1..=*n).map(|i| format!("x{i}")).collect::<Vec<_>>().join(", "),
        None => "…".to_owned(),
    };
    CatalogueFunction {
        name: builtin.name.clone(),
        call: format!("{}({arguments})", builtin.name),
        about: None,
        added: false,
    }
}
