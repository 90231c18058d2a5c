//! Whether a text can be an age recipient, told while it is typed: its letters and its checksum are right. Whether anybody has the
//! identity that belongs to it nobody can tell. The core reads it again.

/// What every recipient begins with.
const PREFIX: &str = "age1";
/// A key of 32 bytes in letters of five bits, its checksum, and the beginning.
const LEN: usize = 62;
const LETTERS: &[u8; 32] = b"qpzry9x8gf2tvdw0s3jn54khce6mua7l";

/// The recipients in a text: separated by blanks, commas or lines.
pub fn split(text: &str) -> Vec<String> {
    let words = text.split(|c: char| c.is_whitespace() || c == ',').filter(|word| !word.is_empty());
    words.map(str::to_owned).collect()
}

/// What is wrong with a recipient, in words.
pub fn problem(text: &str) -> Option<&'static str> {
    if text.to_ascii_uppercase().starts_with("AGE-SECRET-KEY-") {
        return Some("This is the secret half. Give the public one, which begins with age1.");
    }
    if !text.starts_with(PREFIX) {
        return Some("A recipient begins with age1.");
    }
    let values: Option<Vec<u8>> = text[PREFIX.len()..]
        .bytes()
        .map(|letter| LETTERS.iter().position(|known| *known == letter).and_then(|at| u8::try_from(at).ok()))
        .collect();
    let Some(values) = values else { return Some("There is a letter in it that no recipient has.") };
    if text.len() != LEN {
        return Some(if text.len() < LEN { "It is too short." } else { "It is too long." });
    }
    (!checksum_holds(&values)).then_some("A letter is wrong: its checksum does not hold.")
}

/// The checksum of Bech32 (BIP 173).
fn checksum_holds(values: &[u8]) -> bool {
    const WEIGHTS: [u32; 5] = [0x3b6a_57b2, 0x2650_8e6d, 0x1ea1_19fa, 0x3d42_33dd, 0x2a14_62b3];
    let name = b"age";
    let spread = name.iter().map(|byte| byte >> 5).chain([0]).chain(name.iter().map(|byte| byte & 31));
    let sum = spread.chain(values.iter().copied()).fold(1_u32, |sum, value| {
        let top = sum >> 25;
        let next = ((sum & 0x01ff_ffff) << 5) ^ u32::from(value);
        WEIGHTS
            .iter()
            .enumerate()
            .fold(next, |next, (bit, weight)| if top >> bit & 1 == 1 { next ^ weight } else { next })
    });
    sum == 1
}

#[cfg(test)]
mod tests {
    use super::*;

    /// From age's own specification.
    const GOOD: &str = "age1zvkyg2lqzraa2lnjvqej32nkuu0ues2s82hzrye869xeexvn73equnujwj";

    #[test]
    fn a_recipient_is_told_from_anything_else() {
        assert_eq!(problem(GOOD), None);
        for at in PREFIX.len()..GOOD.len() {
            let other = if &GOOD[at..=at] == "q" { "p" } else { "q" };
            let typo = format!("{}{other}{}", &GOOD[..at], &GOOD[at + 1..]);
            assert!(problem(&typo).is_some(), "{typo}");
        }
        for bad in [
            "",
            "age",
            "age1",
            "age1b",
            &GOOD[..61],
            &format!("{GOOD}q"),
            &GOOD.to_uppercase(),
            "AGE-SECRET-KEY-1X",
            "ssh-ed25519",
            "age1ä",
        ] {
            assert!(problem(bad).is_some(), "{bad}");
        }
        assert!(problem("age-secret-key-1qq").is_some_and(|why| why.contains("secret")));
    }

    #[test]
    fn recipients_stand_apart() {
        assert_eq!(split(" a,b\nc  d, "), ["a", "b", "c", "d"]);
    }
}
