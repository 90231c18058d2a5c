//! A set of device numbers, one bit each.

use super::column::Codes;

/// The devices that a search or a filter found.
#[derive(Clone)]
pub(crate) struct Bits(Vec<u64>);

impl Bits {
    pub fn none(len: u32) -> Self {
        Self(vec![0; (len as usize).div_ceil(64)])
    }

    /// The devices whose code is let through.
    pub fn of(codes: &Codes, lets: impl Fn(u32) -> bool) -> Self {
        let mut bits = Self::none(codes.len());
        match codes {
            Codes::Narrow(codes) => bits.fill(codes, |code| lets((*code).into())),
            Codes::Medium(codes) => bits.fill(codes, |code| lets((*code).into())),
            Codes::Wide(codes) => bits.fill(codes, |code| lets(*code)),
        }
        bits
    }

    fn fill<T>(&mut self, codes: &[T], lets: impl Fn(&T) -> bool) {
        for (word, codes) in self.0.iter_mut().zip(codes.chunks(64)) {
            *word = codes.iter().enumerate().fold(0, |word, (at, code)| word | u64::from(lets(code)) << at);
        }
    }

    pub fn insert(&mut self, pk: u32) {
        if let Some(word) = self.0.get_mut(pk as usize / 64) {
            *word |= 1 << (pk % 64);
        }
    }

    pub fn contains(&self, pk: u32) -> bool {
        self.0.get(pk as usize / 64).is_some_and(|word| word >> (pk % 64) & 1 == 1)
    }

    pub fn keep(&mut self, other: &Self) {
        for (own, other) in self.0.iter_mut().zip(&other.0) {
            *own &= other;
        }
    }

    pub fn add(&mut self, other: &Self) {
        for (own, other) in self.0.iter_mut().zip(&other.0) {
            *own |= other;
        }
    }
}
