//! The connections of one cache: one that writes, and a few that read without ever waiting for it. A cache in memory has
//! one connection for both, so there a reader may wait for one short write.

use crate::open::{self, Role};
use crate::{Key, Location, Result, schema};
use rusqlite::Connection;
use std::ops::Deref;
use std::path::PathBuf;
use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};

/// More readers than this wait for each other. Each costs its page cache.
const READERS: usize = 4;

pub(crate) struct Pool {
    writer: Mutex<Connection>,
    readers: Option<Readers>,
}

pub(crate) struct Readers {
    path: PathBuf,
    key: Key,
    idle: Mutex<Idle>,
    returned: Condvar,
}

#[derive(Default)]
struct Idle {
    connections: Vec<Connection>,
    made: usize,
}

impl Pool {
    /// Opens the writer and brings the file to the newest format.
    pub fn open(location: &Location, key: &Key) -> Result<Self> {
        let (mut writer, readers) = match location {
            Location::Memory => (open::connect_memory()?, None),
            Location::File(path) => {
                let readers = Readers {
                    path: path.clone(),
                    key: key.clone(),
                    idle: Mutex::default(),
                    returned: Condvar::new(),
                };
                (open::connect(path, key, Role::Writer)?, Some(readers))
            }
        };
        schema::migrate(&mut writer)?;
        Ok(Self { writer: Mutex::new(writer), readers })
    }

    /// The connection that writes. A panic elsewhere leaves no half transaction: rusqlite rolls back on drop.
    pub fn writer(&self) -> MutexGuard<'_, Connection> {
        self.writer.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// A connection that reads.
    pub fn reader(&self) -> Result<Reader<'_>> {
        let Some(readers) = &self.readers else { return Ok(Reader::Shared(self.writer())) };
        let mut idle = readers.idle.lock().unwrap_or_else(PoisonError::into_inner);
        loop {
            if let Some(connection) = idle.connections.pop() {
                return Ok(Reader::Pooled { connection: Some(connection), home: readers });
            }
            if idle.made < READERS {
                idle.made += 1;
                break;
            }
            idle = readers.returned.wait(idle).unwrap_or_else(PoisonError::into_inner);
        }
        drop(idle);
        let opened = open::connect(&readers.path, &readers.key, Role::Reader);
        if opened.is_err() {
            readers.put_back(None);
        }
        Ok(Reader::Pooled { connection: Some(opened?), home: readers })
    }
}

impl Readers {
    fn put_back(&self, connection: Option<Connection>) {
        let mut idle = self.idle.lock().unwrap_or_else(PoisonError::into_inner);
        match connection {
            Some(connection) => idle.connections.push(connection),
            None => idle.made -= 1,
        }
        self.returned.notify_one();
    }
}

/// A connection on loan.
pub(crate) enum Reader<'p> {
    Shared(MutexGuard<'p, Connection>),
    Pooled { connection: Option<Connection>, home: &'p Readers },
}

impl Deref for Reader<'_> {
    type Target = Connection;

    fn deref(&self) -> &Connection {
        match self {
            Self::Shared(connection) => connection,
            Self::Pooled { connection: Some(connection), .. } => connection,
            Self::Pooled { connection: None, .. } => unreachable!("only drop takes the connection"),
        }
    }
}

impl Drop for Reader<'_> {
    fn drop(&mut self) {
        if let Self::Pooled { connection, home } = self {
            home.put_back(connection.take());
        }
    }
}
