//! Serial numbers and UDIDs as they are compared: without case, blanks and dashes, and never by what makers write where a
//! number is missing.

/// Texts that stand where no number was ever written, compared as [`identifier`] compares.
const PLACEHOLDERS: [&str; 14] = [
    "NA",
    "N/A",
    "NONE",
    "NULL",
    "UNKNOWN",
    "DEFAULT",
    "DEFAULTSTRING",
    "INVALID",
    "NOTAPPLICABLE",
    "NOTAVAILABLE",
    "NOTSPECIFIED",
    "SYSTEMSERIALNUMBER",
    "TOBEFILLEDBYO.E.M.",
    "TOBEFILLEDBYOEM",
];

/// What two records are compared by; `None` for a placeholder, which says nothing about being the same machine.
pub fn identifier(text: &str) -> Option<String> {
    let plain: String =
        text.chars().filter(|c| !c.is_whitespace() && *c != '-').flat_map(char::to_uppercase).collect();
    let one_sign = plain.chars().next().is_none_or(|first| plain.chars().all(|c| c == first));
    (!one_sign && !PLACEHOLDERS.contains(&plain.as_str())).then_some(plain)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_same_number_is_the_same_however_it_is_written() {
        assert_eq!(identifier(" c02zk19qmd6t "), identifier("C02ZK19QMD6T"));
        assert_eq!(identifier("5F0C1B7A-93D4"), identifier("5f0c1b7a93d4"));
        assert_ne!(identifier("C02ZK19QMD6T"), identifier("C02ZK19QMD6U"));
    }

    #[test]
    fn a_placeholder_is_no_number() {
        for text in [
            "",
            " ",
            "0",
            "0000000",
            "N/A",
            "n/a",
            "None",
            "To be filled by O.E.M.",
            "System Serial Number",
            "Default string",
            "XXXXXXXX",
            "........",
            "-",
            "ZZZ",
        ] {
            assert_eq!(identifier(text), None, "{text:?}");
        }
        assert!(identifier("0A").is_some() && identifier("100").is_some());
    }
}
