//! Keys, and what lies on the disk.

use std::path::Path;

use heyan_domain::decide::Outcome;
use heyan_store::database::{Database, Mode, StoreError};
use heyan_store::keys::{KeyFile, KeyFileError, Ring};
use rand::SeedableRng as _;
use rand_chacha::ChaCha12Rng;

use crate::content::{create, document_text, organiser_document, other_than, phone_text, verify};
use crate::place::{Place, monday_10_o_clock, runtime};

/// All files of a data directory but the keys, in one; what is ASCII in them stays as it is.
fn everything_in(directory: &Path) -> String {
    let mut names = Vec::new();
    let mut bytes = Vec::new();
    for entry in std::fs::read_dir(directory).unwrap() {
        let path = entry.unwrap().path();
        let name = path.file_name().unwrap().to_string_lossy().into_owned();
        if name != "keys.toml" {
            bytes.extend(std::fs::read(&path).unwrap());
            names.push(name);
        }
    }
    assert!(names.contains(&"heyan.db".to_owned()), "{names:?}");
    String::from_utf8_lossy(&bytes).into_owned()
}

/// proves: SEC-02
#[test]
fn no_file_holds_a_code_a_phone_or_a_document_in_clear() {
    let directory = tempfile::tempdir().unwrap();
    let mut place = Place::new(directory.path(), 11);
    let opened = place.open();
    let mut secrets = Vec::new();
    runtime().block_on(async {
        for no in 1..=8 {
            opened.execute(create(no, no, 100 + no)).await;
            secrets.extend([organiser_document(no), format!("Person{no}")]);
            for person in [no, 100 + no] {
                secrets.extend([phone_text(person), document_text(person)]);
            }
        }
        let waiting = opened.outbox();
        secrets.extend(waiting.iter().map(|(_, _, code)| code.expose().to_owned()));
        // Half are sent and wiped, half still wait.
        let (_, _, code) = &waiting[0];
        for answer in [other_than(code), code.clone()] {
            assert!(matches!(opened.execute(verify(1, &answer)).await, Outcome::Verified(..)));
        }
    });
    let check = |files: &str| {
        assert!(files.contains("idc"), "what is known to be in clear is found");
        let found: Vec<&String> = secrets.iter().filter(|secret| files.contains(secret.as_str())).collect();
        assert!(found.is_empty(), "in clear: {found:?}");
    };
    check(&everything_in(directory.path()));
    runtime().block_on(opened.send());
    check(&everything_in(directory.path()));
    drop(opened);
    check(&everything_in(directory.path()));
}

/// proves: SEC-18
#[test]
fn without_the_keys_of_the_data_nothing_starts() {
    let directory = tempfile::tempdir().unwrap();
    let mut place = Place::new(directory.path(), 12);
    drop(place.open());
    let kept = directory.path().join("kept.toml");
    std::fs::rename(place.keys(), &kept).unwrap();
    assert!(matches!(KeyFile::read(&place.keys()), Err(KeyFileError::Missing(_))));

    let mut rng = ChaCha12Rng::seed_from_u64(999);
    let foreign = KeyFile::init(&place.keys(), monday_10_o_clock(), &mut rng).unwrap();
    let refused = Database::open(directory.path(), Mode::Sandbox, &Ring::new(&foreign));
    assert!(matches!(refused, Err(StoreError::Keys { key: 1 })), "{refused:?}");
    let again = KeyFile::init(&place.keys(), monday_10_o_clock(), &mut rng);
    assert!(matches!(again, Err(KeyFileError::Exists(_))));

    // A key that the data has seen may not go missing either, even if a newer one is there.
    std::fs::copy(&kept, place.keys()).unwrap();
    place.rotate();
    drop(place.open());
    std::fs::copy(&kept, place.keys()).unwrap();
    let refused = place.try_open().map(|_| ());
    assert!(matches!(refused, Err(StoreError::Keys { key: 2 })), "{refused:?}");
}

/// proves: SEC-16
#[test]
fn sandbox_and_production_never_mix_and_keys_are_nobody_elses() {
    for (made, wanted) in [(Mode::Sandbox, Mode::Production), (Mode::Production, Mode::Sandbox)] {
        let directory = tempfile::tempdir().unwrap();
        let ring = Place::new(directory.path(), 13).ring();
        drop(Database::open(directory.path(), made, &ring).unwrap());
        let refused = Database::open(directory.path(), wanted, &ring);
        assert!(matches!(refused, Err(StoreError::Mode { .. })), "{refused:?}");
        Database::open(directory.path(), made, &ring).unwrap();
    }
    let directory = tempfile::tempdir().unwrap();
    let mut place = Place::new(directory.path(), 14);
    place.ring();
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        let mode = |path: &Path| std::fs::metadata(path).unwrap().permissions().mode() & 0o777;
        assert_eq!(mode(&place.keys()), 0o600);
        for open in [0o640, 0o604, 0o660] {
            std::fs::set_permissions(place.keys(), std::fs::Permissions::from_mode(open)).unwrap();
            assert!(matches!(KeyFile::read(&place.keys()), Err(KeyFileError::Exposed(_))));
        }
        std::fs::set_permissions(place.keys(), std::fs::Permissions::from_mode(0o600)).unwrap();
        place.rotate();
        assert_eq!(mode(&place.keys()), 0o600);
    }
    KeyFile::read(&place.keys()).unwrap();
}

#[cfg(unix)]
#[test]
fn nobody_else_reads_the_data() {
    use std::os::unix::fs::PermissionsExt as _;
    let directory = tempfile::tempdir().unwrap();
    let opened = Place::new(directory.path(), 16).open();
    let mut names: Vec<String> = Vec::new();
    for file in std::fs::read_dir(directory.path()).unwrap().map(Result::unwrap) {
        names.push(file.file_name().to_string_lossy().into_owned());
        assert_eq!(file.metadata().unwrap().permissions().mode() & 0o777, 0o600, "{names:?}");
    }
    names.sort();
    assert_eq!(names, ["heyan.db", "heyan.db-shm", "heyan.db-wal", "heyan.lock", "keys.toml"]);
    drop(opened);
}

#[cfg(unix)]
#[test]
fn whoever_rotates_the_key_file_stays_the_services() {
    use std::os::unix::fs::{MetadataExt as _, chown};
    let directory = tempfile::tempdir().unwrap();
    let mut place = Place::new(directory.path(), 17);
    place.ring();
    // Only root may give it to another account and rotate it then; anybody else's stays his own.
    let _ = chown(place.keys(), Some(65_534), None);
    let owner = std::fs::metadata(place.keys()).unwrap().uid();
    place.rotate();
    for file in [place.keys(), place.keys().with_extension("toml.lock")] {
        assert_eq!(std::fs::metadata(file).unwrap().uid(), owner);
    }
    assert_eq!(KeyFile::read(&place.keys()).unwrap().list().count(), 2);
}

#[test]
fn a_key_file_that_is_none_is_refused_without_telling_a_key() {
    let directory = tempfile::tempdir().unwrap();
    let mut place = Place::new(directory.path(), 15);
    place.ring();
    let good = std::fs::read_to_string(place.keys()).unwrap();
    let master = good.split('"').find(|part| part.len() == 64).unwrap().to_owned();
    let bad = [
        String::new(),
        good.replace("master", "mister"),
        good.replace(&master, "12"),
        good.replace("id = 1", "id = 0"),
        format!("{good}\n{}", good.split_once("[[keys]]").map(|(_, key)| format!("[[keys]]{key}")).unwrap()),
    ];
    for text in bad {
        std::fs::write(place.keys(), &text).unwrap();
        let refused = KeyFile::read(&place.keys()).unwrap_err();
        assert!(matches!(refused, KeyFileError::Invalid { .. }), "{refused:?}");
        assert!(!format!("{refused} {refused:?}").contains(&master));
    }
}
