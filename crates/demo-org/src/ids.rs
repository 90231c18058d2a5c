//! Ids in Okta's shape (20 letters and digits with a telling prefix) that carry their number, so that reading by id costs
//! nothing. A caller can't tell: the number is scattered by a keyed bijection.

use crate::seeded::{Permutation, mix};

const DIGITS: &[u8; 62] = b"0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ";
const HEAD: &str = "4nw";
const TAIL: &str = "1d7";
/// Eleven digits of base 62 hold any number below 2⁶⁰; real numbers are so few that a made-up id betrays itself.
const WIDTH: usize = 11;
const SPACE: u64 = 1 << 60;

/// The id of number `number` among things with this three-letter `prefix`.
pub fn encode(seed: u64, prefix: &str, number: u64) -> String {
    let mut scattered = key(seed, prefix).apply(number % SPACE);
    let mut digits = [b'0'; WIDTH];
    for digit in digits.iter_mut().rev() {
        *digit = DIGITS[(scattered % 62) as usize];
        scattered /= 62;
    }
    let mut id = String::with_capacity(20);
    id.push_str(prefix);
    id.push_str(HEAD);
    id.extend(digits.iter().map(|d| char::from(*d)));
    id.push_str(TAIL);
    id
}

/// The number in an id; `None` for an id that this org never gave.
pub fn decode(seed: u64, prefix: &str, id: &str) -> Option<u64> {
    let digits = id.strip_prefix(prefix)?.strip_prefix(HEAD)?.strip_suffix(TAIL)?;
    if digits.len() != WIDTH {
        return None;
    }
    let mut scattered: u64 = 0;
    for digit in digits.bytes() {
        let value = DIGITS.iter().position(|d| *d == digit)? as u64;
        scattered = scattered.checked_mul(62)?.checked_add(value)?;
    }
    (scattered < SPACE).then(|| key(seed, prefix).invert(scattered))
}

fn key(seed: u64, prefix: &str) -> Permutation {
    let prefix = prefix.bytes().fold(0, |sum, byte| (sum << 8) | u64::from(byte));
    Permutation::new(mix(seed) ^ mix(prefix), SPACE)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_have_oktas_shape_and_lead_back() {
        for number in [0, 1, 9_999, 1_000_000, (7 << 40) | 12] {
            let id = encode(7, "guo", number);
            assert_eq!(id.len(), 20, "{id}");
            assert!(id.starts_with("guo") && id.bytes().all(|b| b.is_ascii_alphanumeric()), "{id}");
            assert_eq!(decode(7, "guo", &id), Some(number));
            assert_ne!(decode(8, "guo", &id), Some(number), "another seed has other ids");
            assert_eq!(decode(7, "00u", &id), None);
        }
    }

    #[test]
    fn foreign_ids_are_refused_without_fuss() {
        for id in
            ["", "guo", "guo4nw1d7", "guo4nw!!!!!!!!!!!1d7", "guo4nwZZZZZZZZZZZ1d7", "guo4nwäääääääääää1d7"]
        {
            assert_eq!(decode(7, "guo", id), None, "{id}");
        }
    }
}
