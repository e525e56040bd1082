//! The audit log: one chain whatever happens, and whoever changes it is found out.

use std::path::Path;
use std::sync::Arc;

use heyan_domain::accounts::Role;
use heyan_domain::audit::unmask::{Person, UnmaskAction, UnmaskAnswer};
use heyan_domain::audit::{AuditAction, AuditActor, AuditSubject, Reason, Staff};
use heyan_domain::decide::{Action, Outcome};
use heyan_domain::tags::KeyId;
use heyan_domain::terms::{AccountId, FilingId};
use heyan_domain::time::{DAY_MS, HOUR_MS};
use heyan_store::audit::{AuditReport, Broken, CHECKPOINT_EVERY, Fault, Head, PublicKeys};
use heyan_store::engine::{Chore, EngineError};
use heyan_store::keys::{KeyFile, KeySet, Ring};
use heyan_store::tables::{AuditFilter, Reader};
use rusqlite::{Connection, params};
use sha2::{Digest as _, Sha256};

use crate::content::{create, provider};
use crate::place::{Opened, Place, monday_10_o_clock, runtime, threads};
use crate::rotation::take_up;

pub fn staff(no: i64) -> Staff {
    Staff { account: AccountId::from_number(no), name: format!("person{no}") }
}

pub fn operator(no: i64) -> Person {
    Person { staff: staff(no), role: Role::Operator }
}

fn first() -> FilingId {
    FilingId::from_number(1)
}

/// Writes one entry.
fn request(no: i64) -> Action {
    let reason = Reason::parse(&format!("case {no}")).unwrap();
    Action::Unmask(Box::new(UnmaskAction::Request { by: operator(no), filing: first(), reason }))
}

/// What the keys in a key file say of the log beside it.
pub fn walk(directory: &Path, published: Option<Head>) -> AuditReport {
    let file = KeyFile::read(&directory.join("keys.toml")).unwrap();
    let keys = PublicKeys::of(&KeySet::new(&file));
    let reader = Reader::beside(directory, Arc::new(Ring::new(&file))).unwrap().unwrap();
    reader.verify_audit(&keys, published, |_, _| {}).unwrap()
}

/// The first key, then so many requests: a log of one entry more.
fn written(place: &mut Place, requests: i64) -> Opened {
    let opened = place.open();
    runtime().block_on(async {
        opened.execute(create(1, 1, 1)).await;
        for outcome in opened.engine.execute_background((2..=requests + 1).map(request).collect()).await {
            assert!(matches!(outcome, Ok(Outcome::Unmask(UnmaskAnswer::Requested(_)))), "{outcome:?}");
        }
    });
    opened
}

const ENTRIES: i64 = 250;

/// Somebody who can write the file, but does not have the keys.
struct Intruder(Connection);

impl Intruder {
    fn run(&self, sql: &str) {
        self.0.execute_batch(sql).unwrap();
    }

    fn line(&self, no: i64) -> String {
        self.0.query_row("SELECT line FROM audit WHERE no = ?1", [no], |row| row.get(0)).unwrap()
    }

    fn hash(&self, no: i64) -> Vec<u8> {
        self.0.query_row("SELECT hash FROM audit WHERE no = ?1", [no], |row| row.get(0)).unwrap()
    }

    /// Puts a line in place, with the hash that fits to the entry before.
    fn write(&self, no: i64, line: &str) {
        let hash = Sha256::new().chain_update(self.hash(no - 1)).chain_update(line).finalize();
        let sql = "UPDATE audit SET line = ?2, hash = ?3 WHERE no = ?1";
        self.0.execute(sql, params![no, line, hash.as_slice()]).unwrap();
    }

    /// Changes one line and the whole chain after it.
    fn rewrite_from(&self, no: i64) {
        self.write(no, &self.line(no).replace("case", "case no"));
        (no + 1..=ENTRIES).for_each(|no| self.write(no, &self.line(no)));
    }

    /// Makes room before an entry.
    fn shift(&self, from: i64, by: i64) {
        self.run(&format!(
            "UPDATE audit SET no = -no WHERE no >= {from}; UPDATE audit SET no = -no + {by} WHERE no < 0;"
        ));
    }
}

type Deed = (&'static str, fn(&Intruder), Option<(i64, Fault)>);

/// What can be done to a log, and the first entry that then shows it; `None` if the log alone shows nothing.
const DEEDS: [Deed; 14] = [
    ("nothing", |_| {}, None),
    (
        "a line is changed",
        |db| {
            db.run("UPDATE audit SET line = replace(line, 'case 7', 'case 8') WHERE no = 7");
        },
        Some((7, Fault::Changed)),
    ),
    (
        "a line is changed with its hash",
        |db| db.write(7, &db.line(7).replace("case 7", "case 8")),
        Some((8, Fault::Changed)),
    ),
    (
        "what it is found by is changed",
        |db| db.run("UPDATE audit SET actor = 'machine' WHERE no = 7"),
        Some((7, Fault::Columns)),
    ),
    ("an entry is removed", |db| db.run("DELETE FROM audit WHERE no = 7"), Some((7, Fault::Missing))),
    (
        "an entry is removed and the others close up",
        |db| {
            db.run("DELETE FROM audit WHERE no = 7");
            db.shift(8, -1);
        },
        Some((7, Fault::Moved { says: 8 })),
    ),
    (
        "an entry is put in",
        |db| {
            db.shift(7, 1);
            db.run(
                "INSERT INTO audit (no, at, actor, action, subject, provider, line, hash) \
                SELECT 7, at, actor, action, subject, provider, line, hash FROM audit WHERE no = 6",
            );
            db.write(7, &db.line(6).replace("\"no\":6", "\"no\":7"));
        },
        Some((7, Fault::Inserted)),
    ),
    (
        "two entries change places",
        |db| {
            db.run(
                "UPDATE audit SET no = -7 WHERE no = 7; UPDATE audit SET no = 7 WHERE no = 8; \
                UPDATE audit SET no = 8 WHERE no = -7;",
            );
        },
        Some((7, Fault::Moved { says: 8 })),
    ),
    (
        "the last are cut off",
        |db| db.run("DELETE FROM audit WHERE no > 150"),
        Some((151, Fault::CutOff { until: 200 })),
    ),
    (
        "the last are cut off with their checkpoints",
        |db| {
            db.run("DELETE FROM audit WHERE no > 150; DELETE FROM audit_checkpoints WHERE no > 150");
        },
        None,
    ),
    (
        "everything from an entry on is written anew",
        |db| db.rewrite_from(120),
        Some((101, Fault::Rewritten { until: 200 })),
    ),
    ("what no checkpoint has signed is written anew", |db| db.rewrite_from(220), None),
    (
        "a checkpoint is removed",
        |db| db.run("DELETE FROM audit_checkpoints WHERE no = 200"),
        Some((200, Fault::NoCheckpoint)),
    ),
    (
        "a checkpoint is signed by somebody else",
        |db| {
            db.run("UPDATE audit_checkpoints SET signature = zeroblob(64) WHERE no = 100");
        },
        Some((100, Fault::Signature)),
    ),
];

/// proves: SEC-12
#[test]
fn whoever_changes_the_log_is_found_out_at_the_first_entry() {
    let whole = tempfile::tempdir().unwrap();
    let mut place = Place::new(whole.path(), 71);
    drop(written(&mut place, ENTRIES - 1));
    let report = walk(whole.path(), None);
    let published = report.head;
    assert_eq!((published.no, report.checkpoints, report.broken), (ENTRIES, 2, None));
    assert_eq!(report.last_checkpoint.unwrap().head.no, 2 * CHECKPOINT_EVERY);

    for (deed, carry_out, shown) in DEEDS {
        let directory = tempfile::tempdir().unwrap();
        for file in ["heyan.db", "keys.toml"] {
            std::fs::copy(whole.path().join(file), directory.path().join(file)).unwrap();
        }
        let intruder = Intruder(Place::new(directory.path(), 72).connection());
        for trigger in triggers(&intruder.0) {
            intruder.run(&format!("DROP TRIGGER {trigger}"));
        }
        carry_out(&intruder);
        let expected = shown.map(|(no, fault)| Broken { no, fault });
        assert_eq!(walk(directory.path(), None).broken, expected, "{deed}");
        // Whoever has the head from elsewhere sees that, too, which nothing within the file could show.
        let known = match (deed, expected) {
            ("nothing", _) => None,
            ("the last are cut off with their checkpoints", _) => {
                Some(Broken { no: 151, fault: Fault::CutOff { until: ENTRIES } })
            }
            ("what no checkpoint has signed is written anew", _) => {
                Some(Broken { no: 201, fault: Fault::Rewritten { until: ENTRIES } })
            }
            ("the last are cut off", _) => Some(Broken { no: 151, fault: Fault::CutOff { until: ENTRIES } }),
            (_, expected) => expected,
        };
        assert_eq!(walk(directory.path(), Some(published)).broken, known, "{deed}");
    }
}

fn triggers(connection: &Connection) -> Vec<String> {
    let mut statement = connection.prepare("SELECT name FROM sqlite_schema WHERE type = 'trigger'").unwrap();
    let names = statement.query_map([], |row| row.get(0)).unwrap();
    names.collect::<Result<_, _>>().unwrap()
}

#[test]
fn the_tables_themselves_are_only_appended_to() {
    let directory = tempfile::tempdir().unwrap();
    let mut place = Place::new(directory.path(), 73);
    let opened = written(&mut place, CHECKPOINT_EVERY);
    let connection = place.connection();
    for table in ["audit", "audit_checkpoints"] {
        for refused in [
            format!("DELETE FROM {table}"),
            format!("UPDATE {table} SET at = 0"),
            format!("INSERT OR REPLACE INTO {table} SELECT * FROM {table} LIMIT 1"),
        ] {
            assert!(connection.execute(&refused, []).is_err(), "{refused}");
        }
    }
    drop(opened);
    assert_eq!(walk(directory.path(), None).broken, None);
}

#[test]
fn many_at_once_write_one_chain() {
    const TASKS: i64 = 20;
    const EACH: i64 = 15;
    let directory = tempfile::tempdir().unwrap();
    let mut place = Place::new(directory.path(), 74);
    threads().block_on(async {
        let opened = Arc::new(place.open());
        opened.execute(create(1, 1, 1)).await;
        let tasks = (0..TASKS).map(|task| {
            let opened = Arc::clone(&opened);
            tokio::spawn(async move {
                for no in 1..=EACH {
                    opened.execute(request(task * EACH + no)).await;
                }
            })
        });
        for task in tasks.collect::<Vec<_>>() {
            task.await.unwrap();
        }
    });
    let report = walk(directory.path(), None);
    assert_eq!((report.head.no, report.broken), (1 + TASKS * EACH, None));
}

#[test]
fn a_group_that_is_taken_back_leaves_no_gap() {
    let directory = tempfile::tempdir().unwrap();
    let mut place = Place::new(directory.path(), 75);
    let opened = written(&mut place, 3);
    let trigger = "CREATE TRIGGER poison BEFORE INSERT ON unmaskings WHEN NEW.name = 'person50' \
                   BEGIN SELECT RAISE(ABORT, 'poison'); END";
    place.connection().execute_batch(trigger).unwrap();
    let outcomes = runtime().block_on(opened.engine.execute_background((40..60).map(request).collect()));
    assert_eq!(outcomes[10], Err(EngineError::Storage));
    assert_eq!(outcomes.iter().filter(|outcome| outcome.is_ok()).count(), 19);
    let report = walk(directory.path(), None);
    assert_eq!((report.head.no, report.broken), (1 + 3 + 19, None));
    drop(opened);

    // A start goes on where the log ended.
    let opened = place.open();
    runtime().block_on(opened.execute(request(70)));
    assert_eq!(walk(directory.path(), Some(report.head)).head.no, report.head.no + 1);
}

#[test]
fn a_running_server_knows_the_end_of_the_log_by_heart() {
    let directory = tempfile::tempdir().unwrap();
    let mut place = Place::new(directory.path(), 76);
    let opened = written(&mut place, 5);
    let connection = place.connection();
    for name in triggers(&connection) {
        connection.execute_batch(&format!("DROP TRIGGER {name}")).unwrap();
    }
    connection.execute_batch("DELETE FROM audit WHERE no > 4").unwrap();
    runtime().block_on(async {
        while opened.engine.chore(Chore::Audit(monday_10_o_clock())).await.unwrap() > 0 {}
        opened.execute(request(80)).await;
    });
    let state = opened.readers.read_blocking(Reader::audit_state).unwrap();
    assert_eq!(state.verified_up_to, 4);
    assert!(state.broken.unwrap().starts_with("entry 5: "));
    // What it writes now continues what it knows, so the gap stays to be seen.
    let broken = walk(directory.path(), None).broken;
    assert_eq!(broken, Some(Broken { no: 5, fault: Fault::Missing }));
}

#[test]
fn a_head_is_signed_every_day_with_something_new() {
    let directory = tempfile::tempdir().unwrap();
    let mut place = Place::new(directory.path(), 77);
    let opened = written(&mut place, 5);
    let monday = monday_10_o_clock();
    let signed = |opened: &Opened| {
        let state = opened.readers.read_blocking(Reader::audit_state).unwrap();
        (state.last_checkpoint.map(|checkpoint| checkpoint.head.no), state.verified_up_to)
    };
    assert_eq!(signed(&opened), (None, 0));
    runtime().block_on(async {
        let chore = async |at| while opened.engine.chore(Chore::Audit(at)).await.unwrap() > 0 {};
        chore(monday).await;
        assert_eq!(signed(&opened), (Some(6), 6));
        opened.execute(request(90)).await;
        chore(monday.plus_ms(23 * HOUR_MS)).await;
        assert_eq!(signed(&opened), (Some(6), 7), "not yet");
        chore(monday.plus_ms(DAY_MS)).await;
        assert_eq!(signed(&opened), (Some(7), 7));
        chore(monday.plus_ms(9 * DAY_MS)).await;
        assert_eq!(signed(&opened), (Some(7), 7), "nothing new");
    });
    // With another key the next heads are signed; the older key's signatures still count.
    place.rotate();
    runtime().block_on(async {
        take_up(&opened, &place.keys()).await.unwrap();
        let at = monday.plus_ms(10 * DAY_MS);
        while opened.engine.chore(Chore::Audit(at)).await.unwrap() > 0 {}
    });
    let report = walk(directory.path(), None);
    assert_eq!((report.checkpoints, report.broken), (3, None));
    assert_eq!(report.last_checkpoint.unwrap().key, KeyId(2));
    let newest =
        opened.readers.read_blocking(|reader| reader.audit(&AuditFilter::default(), None, 1)).unwrap();
    assert_eq!(newest.items[0].entry.action, AuditAction::KeyTakenUp);
    assert_eq!(newest.items[0].entry.subject, AuditSubject::Key(KeyId(2)));
}

#[test]
fn entries_are_found_by_who_what_and_when_page_by_page() {
    let directory = tempfile::tempdir().unwrap();
    let mut place = Place::new(directory.path(), 78);
    let opened = written(&mut place, 5);
    runtime().block_on(async {
        place.clock.hold(monday_10_o_clock().plus_ms(HOUR_MS));
        opened.execute(Action::Withdraw { provider: provider(), filing: first() }).await;
    });
    let read = |filter: AuditFilter, before, limit| {
        let page = opened.readers.read_blocking(|reader| reader.audit(&filter, before, limit)).unwrap();
        (page.items.iter().map(|row| row.no).collect::<Vec<_>>(), page.next)
    };
    assert_eq!(read(AuditFilter::default(), None, 3), (vec![7, 6, 5], Some(5)));
    assert_eq!(read(AuditFilter::default(), Some(5), 9), (vec![4, 3, 2, 1], None));
    let by = |actor: &str| AuditFilter { actor: Some(actor.to_owned()), ..AuditFilter::default() };
    assert_eq!(read(by("staff:person3"), None, 9).0, [3]);
    assert_eq!(read(by("provider:idc"), None, 9).0, [7]);
    let action = Some(AuditAction::UnmaskRequested);
    assert_eq!(read(AuditFilter { action, ..AuditFilter::default() }, None, 2), (vec![6, 5], Some(5)));
    let since = Some(monday_10_o_clock().plus_ms(1));
    assert_eq!(read(AuditFilter { since, ..AuditFilter::default() }, None, 9).0, [7]);
    let subject = Some(AuditSubject::Key(KeyId(1)));
    let page = opened
        .readers
        .read_blocking(|reader| reader.audit(&AuditFilter { subject, ..AuditFilter::default() }, None, 9));
    assert_eq!(page.unwrap().items[0].entry.actor, AuditActor::Machine);
}

#[test]
fn others_can_check_it_with_the_public_keys_alone() {
    let directory = tempfile::tempdir().unwrap();
    let mut place = Place::new(directory.path(), 79);
    let opened = written(&mut place, CHECKPOINT_EVERY);
    let texts: Vec<String> = PublicKeys::of(&opened.ring.current()).texts().collect();
    let keys = PublicKeys::parse(texts.iter().map(String::as_str)).unwrap();
    let report = opened.readers.read_blocking(|reader| reader.verify_audit(&keys, None, |_, _| {})).unwrap();
    assert_eq!((report.checkpoints, report.broken), (1, None));
    let none = PublicKeys::default();
    let report = opened.readers.read_blocking(|reader| reader.verify_audit(&none, None, |_, _| {})).unwrap();
    assert_eq!(report.broken, Some(Broken { no: CHECKPOINT_EVERY, fault: Fault::Signature }));
    assert!(PublicKeys::parse(["1:00"]).is_none());
}
