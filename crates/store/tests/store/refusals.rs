//! What must not be opened is refused, with the reason, and left as it is.

use heyan_store::database::{Database, Mode, StoreError};

use crate::place::Place;

#[test]
fn a_directory_that_cannot_be_made_is_named() {
    let directory = tempfile::tempdir().unwrap();
    let ring = Place::new(directory.path(), 31).ring();
    let file = directory.path().join("file");
    std::fs::write(&file, "").unwrap();
    let refused = Database::open(&file.join("below"), Mode::Sandbox, &ring);
    assert!(matches!(&refused, Err(StoreError::Directory { path, .. }) if path.starts_with(&file)));
    assert!(refused.unwrap_err().is_storage());
}

#[test]
fn a_newer_database_and_a_much_older_one_are_refused_and_left_alone() {
    let directory = tempfile::tempdir().unwrap();
    let mut place = Place::new(directory.path(), 32);
    drop(place.open());
    place.connection().pragma_update(None, "user_version", 1_000).unwrap();
    let before = std::fs::read(place.file()).unwrap();
    let refused = place.try_open().map(|_| ());
    assert!(matches!(refused, Err(StoreError::Newer { found: 1_000, .. })), "{refused:?}");
    assert!(std::fs::read(place.file()).unwrap() == before);

    place.connection().pragma_update(None, "user_version", 1).unwrap();
    let before = std::fs::read(place.file()).unwrap();
    let refused = place.try_open().map(|_| ());
    assert!(matches!(refused, Err(StoreError::Older { found: 1 })), "{refused:?}");
    assert!(std::fs::read(place.file()).unwrap() == before);
}

#[test]
fn a_database_of_something_else_is_refused_and_left_alone() {
    let directory = tempfile::tempdir().unwrap();
    let mut place = Place::new(directory.path(), 33);
    place.connection().execute_batch("CREATE TABLE recipes (name TEXT)").unwrap();
    let before = std::fs::read(place.file()).unwrap();
    let refused = place.try_open().map(|_| ());
    assert!(matches!(refused, Err(StoreError::Foreign(_))), "{refused:?}");
    assert!(std::fs::read(place.file()).unwrap() == before, "not even its journal mode has changed");

    let no_database = "Dear diary, ".repeat(1_000);
    std::fs::write(place.file(), &no_database).unwrap();
    let refused = place.try_open().map(|_| ());
    assert!(matches!(refused, Err(StoreError::Foreign(_))), "{refused:?}");
    assert_eq!(std::fs::read_to_string(place.file()).unwrap(), no_database);
}

#[test]
fn one_process_at_a_time_has_the_data() {
    let directory = tempfile::tempdir().unwrap();
    let mut place = Place::new(directory.path(), 34);
    let opened = place.open();
    let refused = place.try_open().map(|_| ());
    assert!(matches!(refused, Err(StoreError::InUse)), "{refused:?}");
    // Readers keep the data as long as the engine does.
    let readers = opened.readers.clone();
    drop(opened);
    assert!(matches!(place.try_open().map(|_| ()), Err(StoreError::InUse)));
    drop(readers);
    place.open();
}
