//! Another key becomes the active one while verifications are open.

use std::path::Path;

use heyan_domain::decide::{Action, Command, Expected, Outcome, Request, RequestKey};
use heyan_domain::limits::Limits;
use heyan_domain::tags::KeyId;
use heyan_domain::terms::{FilingId, Province};
use heyan_store::database::StoreError;
use heyan_store::engine::{Chore, TakeUpError};
use heyan_store::keys::{KeyFile, KeySet};
use heyan_store::tables::Reader;
use rand::SeedableRng as _;
use rand_chacha::ChaCha12Rng;

use crate::content::{create, other_than, verify};
use crate::place::{Kind, Opened, Place, monday_10_o_clock, on_both, runtime, threads};

on_both!(
    a_new_key_seals_everything_anew_and_loses_nothing,
    a_key_is_taken_up_while_the_engine_runs,
    keys_that_are_not_those_of_the_data_are_not_taken_up,
    a_rotation_starts_no_limit_over,
    rotations_disturb_nobody_at_work,
);

/// Every table with sealed values, and how many there are by key.
fn sealed(place: &Place) -> Vec<(String, Option<u8>, i64)> {
    let mut found = Vec::new();
    for table in ["filing_bodies", "outbox", "entities", "services", "replies"] {
        let count = |which: &str| place.number(&format!("SELECT count(*) FROM {table} WHERE {which}"));
        let by_key = (1..=9).map(|key| (Some(key), count(&place.begins_with("sealed", key))));
        let all = std::iter::once((None, count("sealed IS NULL"))).chain(by_key);
        found.extend(all.filter(|(_, count)| *count > 0).map(|(key, count)| (table.to_owned(), key, count)));
    }
    found
}

const FILINGS: u32 = 620;

/// proves: SEC-07
fn a_new_key_seals_everything_anew_and_loses_nothing(kind: Kind) {
    let directory = tempfile::tempdir().unwrap();
    let mut place = Place::of(kind, directory.path(), 21);
    let runtime = runtime();
    let request = Some(Request { key: RequestKey([9; 16]), body: [3; 16] });
    let first = FilingId::from_number(1);

    let opened = place.open();
    let waiting = runtime.block_on(async {
        // One is approved and so in the registry, with a stored reply; of the others, codes still wait to be sent.
        let made = Command { action: create(1, 1, 1), request };
        assert_eq!(opened.engine.execute(made.clone()).await, Ok(Outcome::Filing(first)));
        let body = b"made".as_slice().into();
        opened.execute(Action::SaveReply { key: RequestKey([9; 16]), status: 201, body }).await;
        let (_, _, code) = opened.send().await.remove(0);
        opened.execute(verify(1, &code)).await;
        let province: Province = "广东".parse().unwrap();
        let (reviewer, expected) = ("alice".to_owned(), Expected::Any);
        let approved = opened.execute(Action::Approve { province, reviewer, filing: first, expected }).await;
        assert_eq!(approved, Outcome::Filing(first));
        opened.engine.execute_background((2..=FILINGS).map(|no| create(no, no, no)).collect()).await;
        assert_eq!(opened.engine.chore(Chore::Rekey).await, Ok(0), "there is one key only");
        opened.outbox()
    });
    let before: Vec<_> = sealed(&place).into_iter().map(|(table, _, count)| (table, count)).collect();
    let view = opened.readers.read_blocking(|reader| reader.filing_view(first)).unwrap().unwrap();
    drop(opened);

    place.rotate();
    let opened = place.open();
    runtime.block_on(async {
        // Before anything is sealed anew, what the older key made still opens and still counts.
        let (_, _, code) = &waiting[0];
        let other: u32 = 2;
        let answer = opened.execute(verify(other, code)).await;
        assert!(matches!(&answer, Outcome::Verified(answer, _) if answer.valid_status() == 3), "{answer:?}");
        // A command sealed in between is left alone.
        opened.execute(create(FILINGS + 1, 5_000, 5_000)).await;
        let mut batches = 0;
        while opened.engine.chore(Chore::Rekey).await.unwrap() > 0 {
            batches += 1;
        }
        assert!(batches > 2, "{batches}");
        assert_eq!(opened.engine.chore(Chore::Rekey).await, Ok(0));
    });
    let after = sealed(&place);
    assert!(after.iter().all(|(_, key, _)| *key == Some(2)), "{after:?}");
    let after: Vec<_> = after.into_iter().map(|(table, _, count)| (table, count)).collect();
    let grown = before.iter().map(|(table, count)| {
        let one_more = i64::from(table == "filing_bodies" || table == "outbox");
        (table.clone(), count + one_more)
    });
    assert_eq!(after, grown.collect::<Vec<_>>());

    let again = opened.readers.read_blocking(|reader| reader.filing_view(first)).unwrap().unwrap();
    assert_eq!(format!("{again:?}"), format!("{view:?}"));
    let outbox = opened.outbox();
    assert!(waiting.iter().all(|message| outbox.contains(message)));
    runtime.block_on(async {
        let (_, _, code) = waiting.last().unwrap();
        let answer = opened.execute(verify(FILINGS, code)).await;
        assert!(matches!(&answer, Outcome::Verified(answer, _) if answer.valid_status() == 3), "{answer:?}");
        let repeated = Command { action: create(1, 1, 1), request };
        let Ok(Outcome::Replayed(stored)) = opened.engine.execute(repeated).await else { panic!() };
        assert_eq!(stored.reply, Some((201, b"made".as_slice().into())));
    });
}

/// What a running server does when the key file has changed.
pub async fn take_up(opened: &Opened, file: &Path) -> Result<(), TakeUpError> {
    opened.engine.take_up(KeySet::new(&KeyFile::read(file).unwrap())).await
}

fn active(opened: &Opened) -> u8 {
    opened.ring.current().active().0
}

fn a_key_is_taken_up_while_the_engine_runs(kind: Kind) {
    let directory = tempfile::tempdir().unwrap();
    let mut place = Place::of(kind, directory.path(), 22);
    let runtime = runtime();
    let opened = place.open();
    runtime.block_on(opened.execute(create(1, 1, 101)));
    let of_old_key = opened.outbox();
    place.rotate();
    assert_eq!(active(&opened), 1, "a file alone changes nothing");

    runtime.block_on(async {
        take_up(&opened, &place.keys()).await.unwrap();
        assert_eq!(active(&opened), 2);
        let seen = opened.readers.read_blocking(Reader::keys_seen).unwrap();
        assert_eq!(seen, [KeyId(1), KeyId(2)]);
        // The same person is asked once under each key, and verifies both.
        opened.execute(create(2, 1, 102)).await;
        let by_key = opened.readers.read_blocking(Reader::sealed_values).unwrap();
        assert_eq!(by_key.into_iter().collect::<Vec<_>>(), [(KeyId(1), 3), (KeyId(2), 3)]);
        for (_, _, code) in opened.outbox() {
            for person in [1, 101, 102] {
                opened.execute(verify(person, &code)).await;
            }
        }
        while opened.engine.chore(Chore::Rekey).await.unwrap() > 0 {}
    });
    let by_key = opened.readers.read_blocking(Reader::sealed_values).unwrap();
    assert_eq!(by_key.into_iter().collect::<Vec<_>>(), [(KeyId(2), 6)]);
    assert_eq!(opened.outbox()[..2], of_old_key);
    drop(opened);

    let opened = place.open();
    for filing in [1, 2].map(FilingId::from_number) {
        let view = opened.readers.read_blocking(|reader| reader.filing_view(filing)).unwrap().unwrap();
        assert!(view.review.is_some(), "all have verified: {:?}", view.filing.state);
    }
}

fn keys_that_are_not_those_of_the_data_are_not_taken_up(kind: Kind) {
    let directory = tempfile::tempdir().unwrap();
    let mut place = Place::of(kind, directory.path(), 23);
    let opened = place.open();
    let old = directory.path().join("old.toml");
    std::fs::copy(place.keys(), &old).unwrap();
    let foreign = directory.path().join("foreign.toml");
    let mut rng = ChaCha12Rng::seed_from_u64(998);
    KeyFile::init(&foreign, monday_10_o_clock(), &mut rng).unwrap();
    KeyFile::rotate(&foreign, monday_10_o_clock(), &mut rng).unwrap();
    place.rotate();

    runtime().block_on(async {
        let refused = take_up(&opened, &foreign).await;
        assert!(matches!(refused, Err(TakeUpError::Store(StoreError::Keys { key: 1 }))), "{refused:?}");
        assert_eq!(active(&opened), 1);

        // A key that could not be noted down is not used, and nothing of it stays behind.
        place.refuse("meta", "NEW.name = 'key-002'");
        let refused = take_up(&opened, &place.keys()).await;
        assert!(matches!(refused, Err(TakeUpError::Store(StoreError::Sql(_)))), "{refused:?}");
        assert_eq!(active(&opened), 1);
        opened.execute(create(1, 1, 1)).await;
        place.refuse_no_more("meta");
        take_up(&opened, &place.keys()).await.unwrap();

        // From now on the file before the rotation lacks a key, though nothing has been sealed with it yet.
        let refused = take_up(&opened, &old).await;
        assert!(matches!(refused, Err(TakeUpError::Store(StoreError::Keys { key: 2 }))), "{refused:?}");
        assert_eq!(active(&opened), 2);
        opened.engine.stop();
        assert!(matches!(take_up(&opened, &place.keys()).await, Err(TakeUpError::Stopped)));
    });
    assert_eq!(opened.outbox().len(), 1);
}

fn a_rotation_starts_no_limit_over(kind: Kind) {
    let directory = tempfile::tempdir().unwrap();
    let mut place = Place::of(kind, directory.path(), 24);
    place.limits = Some(Limits { requests_per_phone_and_day: 2, ..Limits::default() });
    let opened = place.open();
    let nonce = [7; 16];
    runtime().block_on(async {
        opened.execute(create(1, 1, 1)).await;
        let wrong = other_than(&opened.outbox()[0].2);
        let too_many =
            |outcome: &Outcome| matches!(outcome, Outcome::Verified(answer, _) if answer.valid_status() == 0);
        assert!(!too_many(&opened.execute(verify(1, &wrong)).await));
        assert!(!too_many(&opened.execute(verify(1, &wrong)).await));
        assert_eq!(opened.execute(Action::UseCaptcha { nonce }).await, Outcome::Captcha(true));
        place.rotate();
        take_up(&opened, &place.keys()).await.unwrap();
        assert!(too_many(&opened.execute(verify(1, &wrong)).await));
        assert_eq!(opened.execute(Action::UseCaptcha { nonce }).await, Outcome::Captcha(false));
    });
}

fn rotations_disturb_nobody_at_work(kind: Kind) {
    const ROTATIONS: u8 = 4;
    let directory = tempfile::tempdir().unwrap();
    let mut place = Place::of(kind, directory.path(), 25);
    let opened = place.open();
    threads().block_on(async {
        let work = async {
            for no in 1..=300 {
                let Outcome::Filing(id) = opened.execute(create(no, no, no)).await else { panic!("{no}") };
                let view = opened.readers.read(move |reader| reader.filing_view(id)).await;
                assert_eq!(view.unwrap().unwrap().verifications.len(), 1);
            }
        };
        let rotate = async {
            for _ in 0..ROTATIONS {
                place.rotate();
                take_up(&opened, &place.keys()).await.unwrap();
                while opened.engine.chore(Chore::Rekey).await.unwrap() > 0 {}
            }
        };
        tokio::join!(work, rotate);
        while opened.engine.chore(Chore::Rekey).await.unwrap() > 0 {}
    });
    let by_key = opened.readers.read_blocking(Reader::sealed_values).unwrap();
    assert_eq!(by_key.into_iter().collect::<Vec<_>>(), [(KeyId(ROTATIONS + 1), 600)]);
    assert_eq!(opened.outbox().len(), 300);
}

#[test]
fn of_rotations_at_the_same_time_each_adds_its_key() {
    let directory = tempfile::tempdir().unwrap();
    let mut place = Place::new(directory.path(), 26);
    place.ring();
    let path = place.keys();
    std::thread::scope(|scope| {
        for seed in 0..8 {
            let path = &path;
            scope.spawn(move || {
                let mut rng = ChaCha12Rng::seed_from_u64(seed);
                KeyFile::rotate(path, monday_10_o_clock(), &mut rng).unwrap();
            });
        }
    });
    let ids: Vec<u8> = KeyFile::read(&path).unwrap().list().map(|(key, _)| key.0).collect();
    assert_eq!(ids, [9, 8, 7, 6, 5, 4, 3, 2, 1]);
    drop(place.open());
}
