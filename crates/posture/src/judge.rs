//! How Okta would judge a result: exactly one row of one column, and in it `1`, `0`, or the text that a policy asks for.

use domain::{Expect, Judgement};

/// Judges a result. `count` counts rows that were not kept, too.
pub(crate) fn judge(columns: usize, rows: &[Vec<Option<String>>], count: u64, expect: &Expect) -> Judgement {
    if columns != 1 {
        return Judgement::Error(format!("The result has {columns} columns; Okta reads exactly one."));
    }
    let value = match rows {
        [] => return Judgement::Error("The result has no row, so there is no answer.".to_owned()),
        [row] if count == 1 => row.first().and_then(Option::as_deref),
        _ => return Judgement::Error(format!("The result has {count} rows; Okta reads exactly one.")),
    };
    match expect {
        Expect::Checkbox => match value {
            Some("1") => Judgement::Pass,
            Some("0") => Judgement::Fail,
            None => Judgement::Error(
                "The answer is NULL, which prints as an empty text: neither 1 nor 0.".to_owned(),
            ),
            Some("") => Judgement::Error("The answer is an empty text: neither 1 nor 0.".to_owned()),
            Some(other) => Judgement::Error(format!("The answer is {}: neither 1 nor 0.", short(other))),
        },
        Expect::Text(Some(wanted)) if value.unwrap_or_default() == wanted => Judgement::Pass,
        Expect::Text(Some(_)) => Judgement::Fail,
        Expect::Text(None) => Judgement::Unknown("No policy says which answer passes.".to_owned()),
    }
}

/// As much of a value as a sentence bears.
fn short(value: &str) -> String {
    const MOST: usize = 60;
    if value.chars().count() <= MOST {
        return value.to_owned();
    }
    value.chars().take(MOST).chain(['…']).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_one_row_of_one_column_with_1_or_0_is_an_answer() {
        let row = |value: Option<&str>| vec![vec![value.map(str::to_owned)]];
        let check = |rows: &[Vec<Option<String>>], expect: &Expect, want: &str| {
            let count = u64::try_from(rows.len()).unwrap_or_default();
            assert_eq!(judge(1, rows, count, expect).label(), want, "{rows:?}");
        };
        let box_ = &Expect::Checkbox;
        check(&row(Some("1")), box_, "Pass");
        check(&row(Some("0")), box_, "Fail");
        for not in ["1.0", "true", "", " 1", "2", "-1", "01"] {
            check(&row(Some(not)), box_, "Error");
        }
        check(&row(None), box_, "Error");
        check(&[], box_, "Error");
        check(&[row(Some("1")), row(Some("1"))].concat(), box_, "Error");
        let text = &Expect::Text(Some("on".to_owned()));
        check(&row(Some("on")), text, "Pass");
        check(&row(Some("On")), text, "Fail");
        check(&row(None), text, "Fail");
        check(&row(None), &Expect::Text(Some(String::new())), "Pass");
        check(&row(Some("on")), &Expect::Text(None), "Unknown");
        assert_eq!(judge(2, &row(Some("1")), 1, box_).label(), "Error");
        // One row was kept of many that were counted.
        assert_eq!(judge(1, &row(Some("1")), 2, box_).label(), "Error");
    }
}
