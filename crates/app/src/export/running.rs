//! The one export that may be under way: begun once, and ended however its work goes and whoever still listens. Knows
//! nothing of rows and files.

use contract::{
    Failure, FailureKind,
    exports::{self, ExportProgress, Exported},
};
use std::sync::{
    Arc, Mutex, MutexGuard, PoisonError,
    atomic::{AtomicBool, AtomicU64, Ordering},
};

/// The export that is under way, if one is, and how the last one ended.
#[derive(Default, Clone)]
pub(crate) struct Exports(Arc<Mutex<State>>);

#[derive(Default)]
struct State {
    current: Option<Arc<Job>>,
    last: Option<Result<Exported, Failure>>,
}

/// How far it is, and whether it is to end.
#[derive(Default)]
pub(super) struct Job {
    pub done: AtomicU64,
    pub total: AtomicU64,
    pub cancelled: AtomicBool,
}

/// An export that has begun. It is over when this is dropped.
pub(super) struct Running {
    exports: Exports,
    job: Arc<Job>,
    /// Stays `None` if the work panics: then nothing is known of its end.
    ended: Option<Result<Exported, Failure>>,
}

impl Exports {
    pub(super) fn begin(&self) -> Result<Running, Failure> {
        let mut state = self.state();
        if state.current.is_some() {
            let failure = Failure::new(FailureKind::BadInput, "Another export is under way.");
            return Err(failure.hint("Wait for it, or cancel it first."));
        }
        let job = state.current.insert(Arc::default()).clone();
        Ok(Running { exports: self.clone(), job, ended: None })
    }

    pub(super) fn known(&self) -> exports::Exports {
        let read = |amount: &AtomicU64| amount.load(Ordering::Relaxed);
        let progress = |job: &Arc<Job>| ExportProgress { done: read(&job.done), total: read(&job.total) };
        let state = self.state();
        exports::Exports { running: state.current.as_ref().map(progress), last: state.last.clone() }
    }

    pub(super) fn cancel(&self) {
        if let Some(job) = &self.state().current {
            job.cancelled.store(true, Ordering::Relaxed);
        }
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Running {
    pub fn job(&self) -> &Job {
        &self.job
    }

    /// Over, with this to tell.
    pub fn end(mut self, how: Result<Exported, Failure>) {
        self.ended = Some(how);
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        let mut state = self.exports.state();
        state.current = None;
        state.last = self.ended.take();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_is_over_even_when_the_work_panics() {
        let exports = Exports::default();
        let running = exports.begin().expect("the first one");
        assert_eq!(exports.begin().err().expect("one at a time").kind, FailureKind::BadInput);
        let work = std::thread::spawn(move || {
            running.job().total.store(1, Ordering::Relaxed);
            panic!("a bug in the work");
        });
        assert!(work.join().is_err());
        assert_eq!(exports.known(), exports::Exports::default());
        assert!(exports.begin().is_ok(), "the next one is not held up");
    }
}
