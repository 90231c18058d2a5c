//! A set of device numbers, one bit each.

/// The devices that a search found.
pub(crate) struct Bits(Vec<u64>);

impl Bits {
    pub fn none(len: u32) -> Self {
        Self(vec![0; (len as usize).div_ceil(64)])
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
}
