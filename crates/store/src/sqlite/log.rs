//! The log of the one writing connection, copied back into the file beside the groups.

use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::thread::JoinHandle;
use std::time::Duration;

use rusqlite::Connection;
use rusqlite::hooks::Wal;

use super::file::{BUSY_TIMEOUT, File};
use crate::database::StoreError;

/// From this many pages in the log on it is copied back into the file, by a thread of its own while groups go on.
const CHECKPOINT_PAGES: u32 = 32 * 1024;

/// See the module.
pub(crate) struct Log {
    file: File,
    /// Pages in the log, as of the last commit.
    pages: Arc<AtomicU32>,
    checkpoint: Option<JoinHandle<()>>,
}

impl Log {
    /// Follows what a connection writes.
    pub fn of(file: &File, connection: &mut Connection) -> Result<Self, StoreError> {
        let pages = Arc::new(AtomicU32::new(0));
        let seen = Arc::clone(&pages);
        let hook = move |_: &mut Wal, pages| {
            seen.store(u32::try_from(pages).unwrap_or(0), Ordering::Relaxed);
            Ok(())
        };
        connection.wal_hook(Some(hook))?;
        Ok(Self { file: file.clone(), pages, checkpoint: None })
    }

    /// Keeps the log from growing without end. Checkpoints set the p99, so the copying is done beside the groups; only
    /// what they have written meanwhile is copied here, between two of them, so that the log can start over.
    pub fn between_groups(&mut self, connection: &Connection) {
        match self.checkpoint.take() {
            Some(running) if !running.is_finished() => self.checkpoint = Some(running),
            // In the file it has: allocating that anew would cost more than the space is worth.
            Some(_) => checkpoint_now(connection, "PRAGMA wal_checkpoint(RESTART)"),
            None if self.pages.load(Ordering::Relaxed) >= CHECKPOINT_PAGES => {
                let file = self.file.clone();
                let thread = std::thread::Builder::new().name("heyan-copy".to_owned());
                self.checkpoint = thread.spawn(move || passive_checkpoint(&file)).ok();
            }
            None => {}
        }
    }

    /// Copies the log back.
    pub fn close(mut self, connection: &Connection) {
        if let Some(thread) = self.checkpoint.take() {
            let _ = thread.join();
        }
        checkpoint_now(connection, "PRAGMA wal_checkpoint(TRUNCATE)");
    }
}

fn checkpoint_now(connection: &Connection, sql: &str) {
    let copied = connection.busy_timeout(Duration::ZERO).and_then(|()| {
        // A busy answer is no failure: the next look tries again.
        connection.query_row(sql, [], |_| Ok(()))
    });
    if let Err(error) = copied.and(connection.busy_timeout(BUSY_TIMEOUT)) {
        tracing::warn!(name: "store.checkpoint_failed", error = %error, "the log could not be copied back");
    }
}

fn passive_checkpoint(file: &File) {
    let copied = file
        .connect_writer()
        .and_then(|connection| Ok(connection.query_row("PRAGMA wal_checkpoint(PASSIVE)", [], |_| Ok(()))?));
    if let Err(error) = copied {
        tracing::warn!(name: "store.checkpoint_failed", error = %error, "the log could not be copied back");
    }
}
