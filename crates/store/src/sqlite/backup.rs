//! A copy of the database beside whoever writes it, and the way back.
//!
//! The copy is of one instant: a reading transaction is held until it is done, so that what is written meanwhile is not in
//! it and does not make it begin anew. It is as sealed as the data; the keys are not in it and are kept elsewhere.

use std::path::{Path, PathBuf};

use rusqlite::Connection;
use rusqlite::backup::{Backup, StepResult};

use super::file::File;
use crate::database::StoreError;
use crate::files::owner_only;

/// Pages copied at once, 4 KiB each.
const PAGES: i32 = 4_096;

/// Why there is no backup, or no data of one.
#[derive(Debug, thiserror::Error)]
pub enum BackupError {
    /// There is nothing to copy.
    #[error("there is no data in {0}\nname the directory of the data with --data")]
    NoData(PathBuf),
    /// Somebody's file is there already.
    #[error("{0} is there already, and is left as it is\nname a file that is not there")]
    FileThere(PathBuf),
    /// Data is there already.
    #[error("there is data in {0} already, and it is left as it is\nname an empty directory with --data")]
    DataThere(PathBuf),
    /// The copy is not what it has to be.
    #[error(
        "the copy is not whole: {0}\nthe disk or the memory of this machine is at fault; look at both and try again"
    )]
    NotWhole(String),
    /// A file cannot be read or written.
    #[error(
        "{path} cannot be read or written\nname a place that this account may write to, with room for the data"
    )]
    File {
        /// Which.
        path: PathBuf,
        /// Why.
        #[source]
        source: std::io::Error,
    },
    /// The database.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl From<rusqlite::Error> for BackupError {
    fn from(error: rusqlite::Error) -> Self {
        Self::Store(error.into())
    }
}

fn part_of(file: &Path) -> PathBuf {
    let mut name = file.as_os_str().to_owned();
    name.push(".part");
    PathBuf::from(name)
}

/// Makes what was written to a file outlast a power cut, and gives it its name.
fn keep(part: &Path, file: &Path) -> Result<(), BackupError> {
    let at = |path: &Path| {
        let path = path.to_owned();
        move |source| BackupError::File { path, source }
    };
    owner_only().open(part).and_then(|part| part.sync_all()).map_err(at(part))?;
    std::fs::rename(part, file).map_err(at(file))?;
    let directory = file.parent().filter(|directory| !directory.as_os_str().is_empty());
    let directory = directory.unwrap_or(Path::new("."));
    std::fs::File::open(directory).and_then(|directory| directory.sync_all()).map_err(at(directory))
}

/// What SQLite finds wrong with a file.
fn faults(connection: &Connection) -> Result<Option<String>, rusqlite::Error> {
    let first: String = connection.query_row("PRAGMA integrity_check(1)", [], |row| row.get(0))?;
    Ok((first != "ok").then_some(first))
}

/// Copies the database of a data directory into a file, beside the server that has it open; `progress` is told how many pages
/// are done, of how many. Gives the file's length.
///
/// # Errors
/// See [`BackupError`]; nothing is left behind.
pub fn back_up(
    directory: &Path,
    file: &Path,
    mut progress: impl FnMut(i32, i32),
) -> Result<u64, BackupError> {
    if file.exists() {
        return Err(BackupError::FileThere(file.to_owned()));
    }
    let source = File::connect_beside(directory)?;
    let source = source.ok_or_else(|| BackupError::NoData(directory.to_owned()))?;
    let part = part_of(file);
    let done = copy(&source, &part, &mut progress).and_then(|()| keep(&part, file));
    if done.is_err() {
        // It is of no use, and nobody knows its name.
        let _ = std::fs::remove_file(&part);
    }
    done?;
    let length = std::fs::metadata(file);
    Ok(length.map_err(|source| BackupError::File { path: file.to_owned(), source })?.len())
}

fn copy(source: &Connection, part: &Path, progress: &mut impl FnMut(i32, i32)) -> Result<(), BackupError> {
    let made = owner_only().create(true).truncate(true).open(part);
    made.map_err(|source| BackupError::File { path: part.to_owned(), source })?;
    let mut target = Connection::open(part)?;
    // Held to the end: the copy is of this instant.
    let snapshot = source.unchecked_transaction()?;
    source.query_row("SELECT count(*) FROM meta", [], |row| row.get::<_, i64>(0))?;
    {
        let backup = Backup::new(source, &mut target)?;
        while backup.step(PAGES)? != StepResult::Done {
            let at = backup.progress();
            progress(at.pagecount - at.remaining, at.pagecount);
        }
    }
    drop(snapshot);
    // One file, without a log beside it.
    target.pragma_update(None, "journal_mode", "DELETE")?;
    match faults(&target)? {
        None => Ok(()),
        Some(fault) => Err(BackupError::NotWhole(fault)),
    }
}

/// Puts a backup where data is kept. Whoever calls opens it next, and so learns whether keys and mode are its own.
///
/// # Errors
/// See [`BackupError`]; nothing is left behind.
pub fn put_back(file: &Path, directory: &Path) -> Result<(), BackupError> {
    let target = File::in_directory(directory);
    if target.exists() {
        return Err(BackupError::DataThere(directory.to_owned()));
    }
    let in_file = |path: &Path| {
        let path = path.to_owned();
        move |source| BackupError::File { path, source }
    };
    std::fs::create_dir_all(directory).map_err(in_file(directory))?;
    let part = part_of(&target);
    let copied = (|| {
        let mut from = std::fs::File::open(file).map_err(in_file(file))?;
        let mut to = owner_only().create(true).truncate(true).open(&part).map_err(in_file(&part))?;
        std::io::copy(&mut from, &mut to).map_err(in_file(&part))?;
        let connection = File::connect_file(&part)?;
        match faults(&connection)? {
            None => Ok(()),
            Some(fault) => Err(BackupError::NotWhole(fault)),
        }
    })();
    let done = copied.and_then(|()| keep(&part, &target));
    if done.is_err() {
        let _ = std::fs::remove_file(&part);
    }
    done
}

/// Takes back what [`put_back`] has put there, because it turned out that it must not be opened.
pub fn take_away(directory: &Path) {
    for ending in ["", "-wal", "-shm"] {
        let mut name = File::in_directory(directory).into_os_string();
        name.push(ending);
        // What is not there need not be removed.
        let _ = std::fs::remove_file(PathBuf::from(name));
    }
}
