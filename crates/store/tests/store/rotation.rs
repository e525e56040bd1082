//! Another key becomes the active one while verifications are open.

use heyan_domain::decide::{Action, Command, Expected, Outcome, Request, RequestKey};
use heyan_domain::terms::{FilingId, Province};
use heyan_store::engine::Chore;

use crate::content::{create, verify};
use crate::place::{Place, runtime};

/// Every table with sealed values, and how many there are by key.
fn sealed(place: &Place) -> Vec<(String, Option<u8>, i64)> {
    let connection = place.connection();
    let mut found = Vec::new();
    for table in ["filing_bodies", "outbox", "entities", "services", "replies"] {
        let sql = format!("SELECT substr(sealed, 1, 1), count(*) FROM {table} GROUP BY 1");
        let mut statement = connection.prepare(&sql).unwrap();
        let mut rows = statement.query([]).unwrap();
        while let Some(row) = rows.next().unwrap() {
            let key: Option<Vec<u8>> = row.get(0).unwrap();
            found.push((table.to_owned(), key.map(|key| key[0]), row.get(1).unwrap()));
        }
    }
    found
}

const FILINGS: u32 = 620;

/// proves: SEC-07
#[test]
fn a_new_key_seals_everything_anew_and_loses_nothing() {
    let directory = tempfile::tempdir().unwrap();
    let mut place = Place::new(directory.path(), 21);
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
