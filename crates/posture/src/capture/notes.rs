//! What was not as it should be in a capture: each thing once, and not without end.

use super::CaptureNote;
use std::collections::HashSet;

/// More notes than a person reads.
const MOST: usize = 200;

#[derive(Debug, Default)]
pub(super) struct Notes {
    pub file: Option<String>,
    kept: Vec<CaptureNote>,
    seen: HashSet<(Option<String>, String)>,
    left_out: u64,
}

impl Notes {
    pub(super) fn add(&mut self, line: u64, offset: u64, what: String) {
        let key = (self.file.clone(), what);
        if self.seen.contains(&key) {
            return;
        }
        if self.kept.len() >= MOST {
            self.left_out += 1;
            return;
        }
        let (file, what) = key.clone();
        self.seen.insert(key);
        self.kept.push(CaptureNote { file, line, offset, what });
    }

    /// The notes, and how many were left out.
    pub(super) fn finish(self) -> (Vec<CaptureNote>, u64) {
        (self.kept, self.left_out)
    }
}
