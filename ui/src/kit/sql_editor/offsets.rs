//! Rust counts a text in bytes, JavaScript in UTF-16 units. Both ways between the two, for one text.

/// The characters of a text that are not one byte and one unit; between them both counts run alike.
#[derive(Default)]
pub struct Offsets {
    wide: Vec<Wide>,
}

/// One such character, and where it begins in either count.
struct Wide {
    byte: usize,
    bytes: usize,
    unit: usize,
    units: usize,
}

impl Offsets {
    pub fn of(text: &str) -> Self {
        let mut wide = Vec::new();
        if text.is_ascii() {
            return Self { wide };
        }
        let mut unit = 0;
        for (byte, c) in text.char_indices() {
            if !c.is_ascii() {
                wide.push(Wide { byte, bytes: c.len_utf8(), unit, units: c.len_utf16() });
            }
            unit += c.len_utf16();
        }
        Self { wide }
    }

    /// The unit at which the byte `byte` stands; inside a character, where that begins. Past the end it counts on, and
    /// whoever uses the answer cuts it.
    pub fn unit(&self, byte: usize) -> usize {
        match self.wide[..self.wide.partition_point(|c| c.byte <= byte)].last() {
            None => byte,
            Some(c) if byte < c.byte + c.bytes => c.unit,
            Some(c) => c.unit + c.units + (byte - c.byte - c.bytes),
        }
    }

    /// The byte at which the unit `unit` stands; between the halves of a pair, where the character begins.
    pub fn byte(&self, unit: usize) -> usize {
        match self.wide[..self.wide.partition_point(|c| c.unit <= unit)].last() {
            None => unit,
            Some(c) if unit < c.unit + c.units => c.byte,
            Some(c) => c.byte + c.bytes + (unit - c.unit - c.units),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_character_is_found_both_ways() {
        for text in ["", "select 1", "é", "aé😀b", "😀😀", "日本 = '語'", "a\r\nb\u{feff}c\0"] {
            let offsets = Offsets::of(text);
            for (byte, _) in text.char_indices().chain([(text.len(), ' ')]) {
                let unit = text[..byte].encode_utf16().count();
                assert_eq!((offsets.unit(byte), offsets.byte(unit)), (unit, byte), "{text:?} at {byte}");
            }
        }
    }

    #[test]
    fn inside_a_character_its_beginning_is_meant() {
        let offsets = Offsets::of("aé😀b");
        let check = |byte: usize, want: usize| assert_eq!(offsets.unit(byte), want, "byte {byte}");
        check(2, 1);
        check(4, 2);
        check(6, 2);
        check(7, 4);
        // Half of the pair.
        assert_eq!(offsets.byte(3), 3);
    }

    #[test]
    fn past_the_end_is_no_panic() {
        assert_eq!(Offsets::of("é").unit(10), 9);
        assert_eq!(Offsets::of("").byte(5), 5);
    }
}
