//! Deterministic dice and a keyed bijection. Everything the org shows follows from these and a seed; nothing here knows
//! what the numbers are for.

/// The finaliser of splitmix64: a bijection on 64 bits that scatters neighbouring inputs.
pub const fn mix(mut x: u64) -> u64 {
    x = x.wrapping_add(0x9E37_79B9_7F4A_7C15);
    x = (x ^ (x >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    x = (x ^ (x >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
    x ^ (x >> 31)
}

/// Dice for one thing (a device, a person, a device in one period). Each throw names its salt, so that adding a throw
/// never changes the result of another.
#[derive(Debug, Clone, Copy)]
pub struct Dice(u64);

impl Dice {
    /// Dice for number `index` of a `stream` (a constant that tells devices from people, say).
    pub const fn new(seed: u64, stream: u64, index: u64) -> Self {
        Self(mix(mix(seed ^ mix(stream)) ^ index))
    }

    /// The same thing at another step in time.
    pub const fn at(self, step: i64) -> Self {
        Self(mix(self.0 ^ mix(step as u64)))
    }

    /// 64 bits.
    pub const fn bits(self, salt: u64) -> u64 {
        mix(self.0 ^ mix(salt))
    }

    /// A number below `n`; 0 when `n` is 0.
    pub const fn below(self, salt: u64, n: u64) -> u64 {
        // The high bits of a product are as even as those of a remainder, without the division.
        ((self.bits(salt) as u128 * n as u128) >> 64) as u64
    }

    /// True in `per_mille` of a thousand cases.
    pub const fn chance(self, salt: u64, per_mille: u64) -> bool {
        self.below(salt, 1000) < per_mille
    }

    /// One of `items`.
    pub fn pick<T>(self, salt: u64, items: &[T]) -> &T {
        &items[self.below(salt, items.len() as u64) as usize]
    }

    /// One of `items`, each as often as its weight says.
    pub fn weighted<T>(self, salt: u64, items: &[(u64, T)]) -> &T {
        let total = items.iter().map(|(weight, _)| weight).sum();
        let mut left = self.below(salt, total);
        for (weight, item) in items {
            if left < *weight {
                return item;
            }
            left -= weight;
        }
        &items[items.len() - 1].1
    }

    /// `n` characters of `alphabet`.
    pub fn text(self, salt: u64, alphabet: &[u8], n: usize) -> String {
        let mut state = self.bits(salt);
        (0..n)
            .map(|_| {
                state = mix(state);
                char::from(alphabet[(state % alphabet.len() as u64) as usize])
            })
            .collect()
    }
}

/// A keyed permutation of `0..n` that can be walked both ways in constant time (a Feistel network, walked until the
/// result falls inside the range).
#[derive(Debug, Clone, Copy)]
pub struct Permutation {
    key: u64,
    n: u64,
    half: u32,
}

impl Permutation {
    /// A permutation of `0..n`; `n` up to 2⁶⁰.
    pub const fn new(key: u64, n: u64) -> Self {
        let bits = if n <= 2 { 2 } else { u64::BITS - (n - 1).leading_zeros() };
        Self { key, n, half: bits.div_ceil(2) }
    }

    const fn round(self, round: u64, x: u64) -> u64 {
        mix(self.key ^ (round << 56) ^ x) & ((1 << self.half) - 1)
    }

    /// Where `x` goes.
    pub const fn apply(self, x: u64) -> u64 {
        let mut x = x;
        loop {
            let (mut left, mut right) = (x >> self.half, x & ((1 << self.half) - 1));
            let mut i = 0;
            while i < 4 {
                (left, right) = (right, left ^ self.round(i, right));
                i += 1;
            }
            x = (left << self.half) | right;
            if x < self.n {
                return x;
            }
        }
    }

    /// What goes to `y`.
    pub const fn invert(self, y: u64) -> u64 {
        let mut y = y;
        loop {
            let (mut left, mut right) = (y >> self.half, y & ((1 << self.half) - 1));
            let mut i = 4;
            while i > 0 {
                i -= 1;
                (left, right) = (right ^ self.round(i, left), left);
            }
            y = (left << self.half) | right;
            if y < self.n {
                return y;
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn permutation_is_a_bijection_both_ways() {
        for n in [1, 2, 3, 10, 255, 256, 257, 1000, 9999] {
            let permutation = Permutation::new(n * 7 + 1, n);
            let mut seen = vec![false; n as usize];
            for x in 0..n {
                let y = permutation.apply(x);
                assert!(!std::mem::replace(&mut seen[y as usize], true), "{y} twice for n = {n}");
                assert_eq!(permutation.invert(y), x);
            }
        }
    }

    #[test]
    fn dice_are_even_and_repeatable() {
        let hits = (0..100_000).filter(|i| Dice::new(1, 2, *i).chance(3, 100)).count();
        assert!((9_500..10_500).contains(&hits), "{hits}");
        assert_eq!(Dice::new(1, 2, 3).bits(4), Dice::new(1, 2, 3).bits(4));
        assert_ne!(Dice::new(1, 2, 3).bits(4), Dice::new(1, 2, 3).at(0).bits(4));
    }

    #[test]
    fn weights_hold() {
        let table = [(75, 'a'), (25, 'b')];
        let a = (0..10_000).filter(|i| *Dice::new(9, 9, *i).weighted(0, &table) == 'a').count();
        assert!((7_200..7_800).contains(&a), "{a}");
    }
}
