//! What deriving a key costs: the time of whoever guesses, and a little of everyone else's.

use serde::{Deserialize, Serialize};

/// Parameters of argon2id.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Cost {
    pub memory_kib: u32,
    pub passes: u32,
    pub lanes: u32,
}

impl Default for Cost {
    /// 64 MiB, three passes: RFC 9106's second recommendation, but for one lane.
    fn default() -> Self {
        Self { memory_kib: 64 << 10, passes: 3, lanes: 1 }
    }
}

impl Cost {
    /// Whether a file may ask for this much. Whoever can change the file must not be able to take the machine down.
    pub(crate) fn is_bearable(self) -> bool {
        (8..=1 << 20).contains(&self.memory_kib)
            && (1..=64).contains(&self.passes)
            && (1..=16).contains(&self.lanes)
    }
}
