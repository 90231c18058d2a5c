//! What osquery's shell prints for a result with `--S --json`: every value a text, keys sorted and each once.

use std::collections::BTreeMap;

/// Standard output.
pub(crate) fn stdout(columns: &[String], rows: &[Vec<Option<String>>]) -> String {
    let lines: Vec<String> = rows
        .iter()
        .map(|row| {
            // Of two columns with one name the last wins.
            let object: BTreeMap<&str, &str> = columns
                .iter()
                .zip(row)
                .map(|(name, value)| (name.as_str(), value.as_deref().unwrap_or_default()))
                .collect();
            format!("  {}", serde_json::to_string(&object).unwrap_or_default())
        })
        .collect();
    format!("[\n{}\n]\n", lines.join(",\n"))
}

/// Standard error: warnings as glog writes them, then the error. Time and process, which glog writes too, mean nothing here.
pub(crate) fn stderr(warnings: &[String], error: Option<&str>) -> String {
    let mut text = String::new();
    for warning in warnings {
        text.push_str("W0101 00:00:00.000000     1 virtual_table.cpp:1050] ");
        text.push_str(warning);
        text.push('\n');
    }
    if let Some(error) = error {
        text.push_str("Error: ");
        text.push_str(error);
        text.push('\n');
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_result_prints_as_osquery_prints_it() {
        let check = |columns: &[&str], rows: &[&[Option<&str>]], want: &str| {
            let columns: Vec<String> = columns.iter().map(|&name| name.into()).collect();
            let rows: Vec<Vec<Option<String>>> =
                rows.iter().map(|row| row.iter().map(|v| v.map(str::to_owned)).collect()).collect();
            assert_eq!(stdout(&columns, &rows), want);
        };
        check(&["a"], &[], "[\n\n]\n");
        check(&["a"], &[&[Some("1")]], "[\n  {\"a\":\"1\"}\n]\n");
        check(
            &["b", "a"],
            &[&[None, Some("x\"")], &[Some(""), Some("y")]],
            "[\n  {\"a\":\"x\\\"\",\"b\":\"\"},\n  {\"a\":\"y\",\"b\":\"\"}\n]\n",
        );
        check(&["a", "a"], &[&[Some("0"), Some("1")]], "[\n  {\"a\":\"1\"}\n]\n");
    }
}
