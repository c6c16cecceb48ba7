//! Moves the write-ahead log's pages to where they belong, beside the writer.
//!
//! SQLite would do it inside a commit, which then waits for the whole of it. Here a thread with a connection of its own
//! does the bulk while commits go on. The write-ahead log begins anew only when nothing of it is left, which under load
//! never comes about by itself: so now and then the writer is asked to move the little that has come meanwhile.

use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{Receiver, RecvTimeoutError, SyncSender, sync_channel};
use std::thread::JoinHandle;
use std::time::Duration;

use rusqlite::Connection;

use super::fault::Outcome;
use super::open;
use crate::StoreError;

/// How often the thread looks.
const INTERVAL: Duration = Duration::from_millis(100);
/// From how many pages on it is worth the while: moving a page that changes again soon is work for nothing.
const PAGES_WORTHWHILE: i64 = 16_000;
/// From how many pages on the write-ahead log shall begin anew.
const PAGES_MANY: i64 = 64_000;

/// The thread, as the writer sees it. Dropping it ends the thread.
pub(super) struct Checkpointer {
    finish: Arc<AtomicBool>,
    end: Option<SyncSender<()>>,
    thread: Option<JoinHandle<()>>,
}

impl Checkpointer {
    /// Starts the thread.
    ///
    /// # Errors
    ///
    /// When the database or the thread cannot be opened.
    pub(super) fn start(file: &Path) -> Result<Checkpointer, StoreError> {
        let connection = open::keeper(file)?;
        let finish = Arc::new(AtomicBool::new(false));
        let (end, ended) = sync_channel(0);
        let shared = Arc::clone(&finish);
        let thread = std::thread::Builder::new().name("checkpoint".to_owned());
        let thread = thread.spawn(move || watch(&connection, &ended, &shared)).map_err(|error| {
            StoreError::Database { doing: "start the checkpoint thread", source: Box::new(error) }
        })?;
        Ok(Checkpointer { finish, end: Some(end), thread: Some(thread) })
    }

    /// Moves what is left, if the thread has asked for it. The writer calls this between transactions.
    pub(super) fn finish(&self, writer: &Connection) -> Outcome<()> {
        if self.finish.swap(false, Ordering::Relaxed) {
            run(writer, "PASSIVE")?;
        }
        Ok(())
    }
}

impl Drop for Checkpointer {
    fn drop(&mut self) {
        drop(self.end.take());
        if let Some(thread) = self.thread.take()
            && thread.join().is_err()
        {
            tracing::error!("the checkpoint thread has panicked");
        }
    }
}

fn watch(connection: &Connection, ended: &Receiver<()>, finish: &AtomicBool) {
    let mut seen = 0;
    while let Err(RecvTimeoutError::Timeout) = ended.recv_timeout(INTERVAL) {
        match look(connection, seen, finish) {
            Ok(pages) => seen = pages,
            // Nothing is lost: the pages stay in the write-ahead log until it works again.
            Err(fault) => {
                let error = fault.while_doing("checkpoint");
                tracing::warn!(%error, "pages stay in the write-ahead log");
            }
        }
    }
}

/// Moves pages when there are many, or when nobody has written for a while; answers with how many there are.
fn look(connection: &Connection, seen: i64, finish: &AtomicBool) -> Outcome<i64> {
    let State { pages, moved } = run(connection, "NOOP")?;
    let is_idle = pages == seen;
    if moved == pages || (!is_idle && pages - moved < PAGES_WORTHWHILE) {
        return Ok(pages);
    }
    let State { pages, .. } = run(connection, "PASSIVE")?;
    if PAGES_MANY <= pages {
        finish.store(true, Ordering::Relaxed);
    }
    Ok(pages)
}

/// How many pages the write-ahead log has, and how many of them have been moved.
struct State {
    pages: i64,
    moved: i64,
}

/// Runs a checkpoint of this kind: `NOOP` only tells, `PASSIVE` waits for nobody, `TRUNCATE` leaves an empty file.
fn run(connection: &Connection, kind: &str) -> Outcome<State> {
    let state = connection.query_row(&format!("PRAGMA wal_checkpoint({kind})"), [], |row| {
        Ok(State { pages: row.get(1)?, moved: row.get(2)? })
    })?;
    Ok(state)
}

/// Leaves everything in the database's main file, so that it is whole by itself.
pub(super) fn truncate(connection: &Connection) -> Outcome<()> {
    run(connection, "TRUNCATE").map(|_| ())
}
