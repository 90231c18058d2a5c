//! One data folder, one Postern: a second start shows the first one's window and ends.
//!
//! A lock on a file decides, because it ends with the process, however that ends. The first instance also listens on
//! loopback and writes the port and a secret beside the lock; who can read the folder may ask for the window, and for
//! nothing else. (Tauri's plugin for this knows one instance per user, not per folder: the demo could not run beside a
//! real org, and where there is no session bus it lets two instances at one cache.)

use std::{
    fs::{self, File, TryLockError},
    io::{self, Read, Write},
    net::{Ipv4Addr, SocketAddr, TcpListener, TcpStream},
    path::Path,
    thread,
    time::{Duration, Instant},
};

use uuid::Uuid;

/// Locked as long as an instance lives.
const LOCK: &str = "postern.lock";
/// Where the instance listens, and the secret that it wants to hear.
const ADDRESS: &str = "postern.instance";
const SECRET_LEN: usize = 32;
const PATIENCE: Duration = Duration::from_secs(2);
/// How long an instance may take to end.
const ENDING: Duration = Duration::from_secs(3);

/// Whether this is the first instance.
pub enum Instance {
    /// It is; nobody else is while this lives.
    First(First),
    /// Another one lives; it was asked to show itself.
    Other,
}

/// The right to the data folder.
pub struct First {
    _lock: File,
    listener: TcpListener,
    secret: String,
}

impl Instance {
    /// Takes the data folder, or calls whoever has it.
    pub fn take(data: &Path) -> io::Result<Self> {
        fs::create_dir_all(data)?;
        let lock = File::options().create(true).truncate(false).write(true).open(data.join(LOCK))?;
        let start = Instant::now();
        loop {
            match lock.try_lock() {
                Ok(()) => break,
                Err(TryLockError::WouldBlock) if call(data).is_ok() => return Ok(Self::Other),
                // Nobody answers: the other one is ending, or just starting. An app that was closed a moment ago must open
                // again when it is asked to, not vanish.
                Err(TryLockError::WouldBlock) if start.elapsed() < ENDING => {
                    thread::sleep(Duration::from_millis(50))
                }
                Err(TryLockError::WouldBlock) => return Ok(Self::Other),
                Err(TryLockError::Error(error)) => return Err(error),
            }
        }
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?;
        let secret = Uuid::new_v4().simple().to_string();
        write_private(&data.join(ADDRESS), &format!("{} {secret}", listener.local_addr()?.port()))?;
        Ok(Self::First(First { _lock: lock, listener, secret }))
    }
}

impl First {
    /// Calls `show` whenever another start asks for the window.
    pub fn listen(&self, show: impl Fn() + Send + 'static) -> io::Result<()> {
        let (listener, secret) = (self.listener.try_clone()?, self.secret.clone());
        thread::Builder::new().name("instance".into()).spawn(move || {
            for mut stream in listener.incoming().flatten() {
                let mut heard = [0; SECRET_LEN];
                let asked =
                    stream.set_read_timeout(Some(PATIENCE)).and_then(|()| stream.read_exact(&mut heard));
                if asked.is_ok() && heard == *secret.as_bytes() {
                    show();
                }
            }
        })?;
        Ok(())
    }
}

fn call(data: &Path) -> io::Result<()> {
    let text = fs::read_to_string(data.join(ADDRESS))?;
    let (port, secret) = text.split_once(' ').ok_or(io::ErrorKind::InvalidData)?;
    let port: u16 = port.parse().map_err(|_| io::ErrorKind::InvalidData)?;
    let address = SocketAddr::from((Ipv4Addr::LOCALHOST, port));
    TcpStream::connect_timeout(&address, PATIENCE)?.write_all(secret.as_bytes())
}

/// Writes a file that only this user can read.
fn write_private(path: &Path, text: &str) -> io::Result<()> {
    let mut options = File::options();
    options.create(true).truncate(true).write(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options.open(path)?.write_all(text.as_bytes())
}

#[cfg(test)]
mod tests {
    use std::sync::mpsc;

    use super::*;

    #[test]
    fn the_second_calls_the_first_and_a_new_one_may_come_after_it() {
        let data = tempfile::tempdir().expect("a folder");
        let Instance::First(first) = Instance::take(data.path()).expect("takes") else {
            panic!("nobody else is here")
        };
        let (sender, shown) = mpsc::channel();
        first.listen(move || sender.send(()).expect("the test listens")).expect("listens");

        assert!(matches!(Instance::take(data.path()), Ok(Instance::Other)));
        shown.recv_timeout(PATIENCE).expect("the first shows itself");

        let port = first.listener.local_addr().expect("bound");
        TcpStream::connect(port).and_then(|mut s| s.write_all(&[b'x'; SECRET_LEN])).expect("sends");
        assert!(shown.recv_timeout(Duration::from_millis(200)).is_err(), "a stranger is not heard");

        drop(first);
        assert!(matches!(Instance::take(data.path()), Ok(Instance::First(_))));
    }
}
