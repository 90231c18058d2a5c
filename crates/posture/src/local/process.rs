//! The one place of this crate that starts a program: with a time limit, with caps on what it prints, and so that nothing of it
//! is left behind. Knows nothing of osquery.

use super::LocalError;
use std::process::Stdio;
use std::time::Duration;
use tokio::io::{AsyncRead, AsyncReadExt};
use tokio::process::{Child, Command};
use tokio::time::{Instant, timeout};

/// How a program ended, and what it printed.
#[derive(Debug, Default)]
pub struct Ended {
    pub stdout: Vec<u8>,
    pub stderr: Vec<u8>,
    /// `None` where a signal ended it.
    pub exit: Option<i32>,
    pub millis: u64,
    pub timed_out: bool,
    /// It printed more on standard output than is kept, and was ended.
    pub flooded: bool,
}

/// Runs a program until it ends, `limit` is over, or it prints more than `most[0]` bytes; of standard error `most[1]` bytes are
/// kept. On Unix the program leads a group of its own, and the whole group is ended; on Windows the program alone is, which
/// osquery's shell does not mind: it starts no other.
pub(super) async fn run(
    path: &str,
    arguments: &[&str],
    limit: Duration,
    most: [usize; 2],
) -> Result<Ended, LocalError> {
    let mut command = Command::new(path);
    command.args(arguments).kill_on_drop(true);
    command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
    #[cfg(unix)]
    command.process_group(0);
    let started = Instant::now();
    let child = command.spawn().map_err(|source| not_started(path, source))?;
    let mut group = Group(child);
    let mut ended = Ended::default();
    let (stdout, stderr) = (group.0.stdout.take(), group.0.stderr.take());
    let Ended { stdout: out, stderr: err, flooded, .. } = &mut ended;
    // Standard error is read in the same breath, for a full pipe would stop the program. Waiting comes last: as long as nobody
    // has waited, its id can't have become another's.
    let reading = async {
        let first = async {
            *flooded = !keep(stdout, out, most[0], true).await;
            if *flooded { Err(()) } else { Ok(()) }
        };
        let second = async {
            keep(stderr, err, most[1], false).await;
            Ok(())
        };
        // A flood ends the waiting for the other one, too.
        let _ = tokio::try_join!(first, second);
    };
    let in_time = timeout(limit, reading).await.is_ok();
    let left = limit.saturating_sub(started.elapsed());
    // A program may close its pipes and go on.
    let finished = in_time && !ended.flooded && group.ends_within(left).await;
    if !finished {
        group.end();
    }
    ended.timed_out = !finished && !ended.flooded;
    if let Ok(status) = group.0.wait().await {
        ended.exit = if finished { status.code() } else { None };
    }
    ended.millis = u64::try_from(started.elapsed().as_millis()).unwrap_or(u64::MAX);
    Ok(ended)
}

/// A child and what it started. Dropping it ends them.
struct Group(Child);

impl Group {
    /// Whether the program itself ends in time. Its group is ended either way: it has nothing left to say.
    async fn ends_within(&mut self, limit: Duration) -> bool {
        timeout(limit, self.0.wait()).await.is_ok()
    }

    /// Ends the whole group. `id` is `None` once the program was waited for; then its id may be another's by now.
    fn end(&mut self) {
        #[cfg(unix)]
        if let Some(id) = self.0.id().and_then(|id| i32::try_from(id).ok()) {
            let group = nix::unistd::Pid::from_raw(id);
            let _ = nix::sys::signal::killpg(group, nix::sys::signal::Signal::SIGKILL);
        }
        let _ = self.0.start_kill();
    }
}

impl Drop for Group {
    fn drop(&mut self) {
        self.end();
    }
}

/// Reads to the end and keeps at most `most` bytes. `false` where there was more and `stop` says to read no further.
async fn keep(pipe: Option<impl AsyncRead + Unpin>, kept: &mut Vec<u8>, most: usize, stop: bool) -> bool {
    let Some(mut pipe) = pipe else { return true };
    let mut buffer = vec![0; 16 << 10];
    loop {
        // A pipe that breaks is at its end.
        let Ok(count @ 1..) = pipe.read(&mut buffer).await else { return true };
        let room = most.saturating_sub(kept.len()).min(count);
        kept.extend_from_slice(&buffer[..room]);
        if stop && room < count {
            return false;
        }
    }
}

fn not_started(path: &str, source: std::io::Error) -> LocalError {
    let path = path.to_owned();
    match source.kind() {
        std::io::ErrorKind::NotFound => LocalError::NotFound { path },
        std::io::ErrorKind::PermissionDenied => LocalError::NotAllowed { path },
        _ => LocalError::NotStarted { path, source },
    }
}
