//! The audit log in its tables (SEC-12): appended to by the engine's thread, read by everybody.

use std::ops::Range;

use crate::sql::{Connection, Optional as _, Row, params};
use crate::sql::{SqlError, Value};
use heyan_domain::Timestamp;
use heyan_domain::audit::{AuditAction, AuditActor, AuditEntry, AuditSubject};
use heyan_domain::tags::{KeyId, Keyring as _};
use heyan_domain::terms::ProviderId;
use heyan_domain::time::DAY_MS;

use super::audit_walk::{Step, Walk};
use super::read::Reader;
use super::read_lists::{Page, one_more};
use super::rows::damaged;
use super::writer::Writer;
use crate::audit::{
    AuditReport, AuditRow, AuditState, Broken, CHECKPOINT_EVERY, Checkpoint, Head, Line, PublicKeys,
};
use crate::database::StoreError;
use crate::database::{meta, put_meta};
use crate::keys::KeySet;

/// How far the server has walked along the log, and what it has found, in `meta`. Neither is proof of anything: who can
/// write the file can write them. The log and the command line tell the same.
const VERIFIED: &str = "audit-verified";
const BROKEN: &str = "audit-broken";
/// When such a walk last came to the end, or to what is broken.
const CHECKED: &str = "audit-checked";
/// So long after the last checkpoint the next is signed, if there is anything new.
const CHECKPOINT_AFTER_MS: i64 = DAY_MS;
/// So often the server begins to walk along the log anew.
const WALK_EVERY_MS: i64 = DAY_MS;

const SELECT_CHECKPOINT: &str = "SELECT no, hash, at, key, signature FROM audit_checkpoints";

/// Where the log ends.
#[derive(Clone, Copy, Default)]
struct End {
    head: Head,
    /// The last entry with a checkpoint, and when that was signed.
    signed: Option<(i64, Timestamp)>,
}

/// Where the log ends, as the one writer knows by heart; a file that somebody cuts off meanwhile does not make it forget.
#[derive(Default)]
pub(super) struct Chain {
    committed: End,
    /// With what the group at hand has written.
    written: End,
    walk: Option<(Walk, Timestamp)>,
}

impl Chain {
    pub(super) fn read(connection: &Connection) -> Result<Self, StoreError> {
        // Both are asked before either is waited for, where that makes a difference.
        let (head, signed) = (head(connection), last_checkpoint(connection));
        let end = End { head: head?, signed: signed?.map(|checkpoint| (checkpoint.head.no, checkpoint.at)) };
        Ok(Self { committed: end, written: end, walk: None })
    }

    /// Where it ends now that others have written; how far it was walked along stays as it is.
    pub(super) fn read_again(&mut self, connection: &Connection) -> Result<(), StoreError> {
        let read = Self::read(connection)?;
        *self = Self { walk: self.walk.take(), ..read };
        Ok(())
    }

    /// The group was committed.
    pub(super) fn keep(&mut self) {
        self.committed = self.written;
    }

    /// The group was not.
    pub(super) fn take_back(&mut self) {
        self.written = self.committed;
    }
}

fn head(connection: &Connection) -> Result<Head, StoreError> {
    let mut statement = connection.prepare_cached("SELECT no, hash FROM audit ORDER BY no DESC LIMIT 1")?;
    let head = statement.query_row((), |row| Ok(Head { no: row.get(0)?, hash: row.get(1)? })).optional()?;
    Ok(head.unwrap_or_default())
}

pub(super) fn checkpoint(row: &Row<'_>) -> Result<Checkpoint, SqlError> {
    Ok(Checkpoint {
        head: Head { no: row.get(0)?, hash: row.get(1)? },
        at: Timestamp::from_ms(row.get(2)?),
        key: KeyId(row.get(3)?),
        signature: row.get(4)?,
    })
}

fn last_checkpoint(connection: &Connection) -> Result<Option<Checkpoint>, StoreError> {
    let sql = format!("{SELECT_CHECKPOINT} ORDER BY no DESC LIMIT 1");
    Ok(connection.prepare_cached(&sql)?.query_row((), checkpoint).optional()?)
}

impl Writer {
    /// Appends entries in the transaction at hand.
    pub(super) fn write_audit(&mut self, entries: &[AuditEntry], now: Timestamp) -> Result<(), StoreError> {
        for entry in entries {
            let line = Line { no: self.chain.written.head.no + 1, entry: entry.clone() };
            let text =
                serde_json::to_string(&line).map_err(|_| StoreError::Damaged { what: "audit entry" })?;
            let head = self.chain.written.head.followed_by(&text);
            let sql = "INSERT INTO audit (no, at, actor, action, subject, provider, line, hash) \
                       VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)";
            self.connection.put(
                sql,
                params![
                    head.no,
                    entry.at.as_ms(),
                    entry.actor.to_string(),
                    entry.action.as_str(),
                    entry.subject.to_string(),
                    entry.data.provider.as_ref().map(ProviderId::as_str),
                    text,
                    head.hash,
                ],
            )?;
            self.chain.written.head = head;
            if head.no % CHECKPOINT_EVERY == 0 {
                self.sign_head(now)?;
            }
        }
        Ok(())
    }

    fn sign_head(&mut self, now: Timestamp) -> Result<(), StoreError> {
        let Some(signed) = self.ring.current().sign(self.chain.written.head, now) else { return Ok(()) };
        let sql = "INSERT INTO audit_checkpoints (no, hash, at, key, signature) VALUES (?1, ?2, ?3, ?4, ?5)";
        self.connection.put(
            sql,
            params![signed.head.no, signed.head.hash, signed.at.as_ms(), signed.key.0, signed.signature,],
        )?;
        self.chain.written.signed = Some((signed.head.no, now));
        Ok(())
    }

    /// Notes in the log which keys the data has come to know, the oldest first; in the transaction at hand.
    pub(super) fn audit_keys(&mut self, keys: &KeySet, now: Timestamp) -> Result<(), StoreError> {
        for key in keys.keys().iter().rev() {
            let subject = AuditSubject::Key(*key);
            let sql = "SELECT 1 FROM audit WHERE subject = ?1";
            if self.one(sql, [subject.to_string()], |_| Ok(()))?.is_none() {
                let taken_up = AuditEntry::new(now, AuditActor::Machine, AuditAction::KeyTakenUp, subject);
                self.write_audit(&[taken_up], now)?;
            }
        }
        Ok(())
    }

    /// The same at a start, which takes up whatever is in the key file.
    pub(crate) fn note_keys(&mut self, now: Timestamp) -> Result<(), StoreError> {
        self.begin()?;
        let keys = self.ring.current();
        let noted = self.audit_keys(&keys, now).and_then(|()| self.commit());
        if noted.is_err() {
            self.take_back();
        }
        noted
    }

    /// Signs the head, if that is due, and walks along the next entries; gives how many those were.
    pub(super) fn audit_chore(&mut self, now: Timestamp) -> Result<usize, StoreError> {
        let End { head, signed } = self.chain.committed;
        let due = signed.is_none_or(|(no, at)| no < head.no && now.since_ms(at) >= CHECKPOINT_AFTER_MS);
        if due && head.no > 0 {
            self.sign_head(now)?;
        }
        let (mut walk, began_at) = match self.chain.walk.take() {
            Some((walk, began_at)) if now.since_ms(began_at) < WALK_EVERY_MS => (walk, began_at),
            Some(_) | None => (Walk::default(), now),
        };
        if walk.is_over() {
            self.chain.walk = Some((walk, began_at));
            return Ok(0);
        }
        let keys = PublicKeys::of(&self.ring.current());
        let before = walk.head().no;
        let step = walk.step(&self.connection, &keys, Some(head))?;
        if walk.head().no != before {
            put_meta(&self.connection, VERIFIED, &walk.head().no.to_string())?;
        }
        let looked_at = match step {
            Step::On(entries) => entries,
            Step::End => {
                put_meta(&self.connection, CHECKED, &now.as_ms().to_string())?;
                0
            }
            Step::Broken(broken) => {
                self.note_broken(&broken, now)?;
                0
            }
        };
        self.chain.walk = Some((walk, began_at));
        Ok(looked_at)
    }

    fn note_broken(&self, broken: &Broken, now: Timestamp) -> Result<(), StoreError> {
        tracing::error!(name: "audit.broken", no = broken.no, fault = %broken.fault, "the audit log is not as it was written");
        put_meta(&self.connection, BROKEN, &broken.to_string())?;
        put_meta(&self.connection, CHECKED, &now.as_ms().to_string())?;
        Ok(())
    }

    /// Notes what a reader has found that walked along the whole log. What was broken once stays said: only whoever mends
    /// the file knows that it is mended.
    pub(super) fn note_checked(&self, report: &AuditReport, now: Timestamp) -> Result<usize, StoreError> {
        put_meta(&self.connection, VERIFIED, &report.head.no.to_string())?;
        match &report.broken {
            Some(broken) => self.note_broken(broken, now)?,
            None => put_meta(&self.connection, CHECKED, &now.as_ms().to_string())?,
        }
        Ok(0)
    }
}

/// By how much the system's clock may have been set back without an entry being missed by its time.
const SET_BACK_MS: i64 = 3_600_000;

/// Which entries are asked for.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct AuditFilter {
    /// At or after this.
    pub since: Option<Timestamp>,
    /// Before this.
    pub until: Option<Timestamp>,
    /// By whom, as [`AuditActor`] is printed: `staff:li.lei`, `provider:tencent`, `machine`.
    pub actor: Option<String>,
    /// By the same person under the other right that they may act by.
    pub or_actor: Option<String>,
    /// About this provider's filings and accounts.
    pub provider: Option<ProviderId>,
    /// What.
    pub action: Option<AuditAction>,
    /// To what.
    pub subject: Option<AuditSubject>,
}

impl AuditFilter {
    /// The entries from `within.start` on and before `within.end`, under the filter.
    fn sql(&self, within: &Range<i64>, limit: usize) -> (String, Vec<Value>) {
        let mut sql = "SELECT no, line, hash FROM audit WHERE no >= ? AND no < ?".to_owned();
        let mut values = vec![Value::Integer(within.start), Value::Integer(within.end)];
        let mut and = |condition: &str, value: Option<Value>| {
            if let Some(value) = value {
                sql.push_str(condition);
                values.push(value);
            }
        };
        and(" AND at >= ?", self.since.map(|since| Value::Integer(since.as_ms())));
        and(" AND at < ?", self.until.map(|until| Value::Integer(until.as_ms())));
        let provider = self.provider.as_ref().map(|provider| provider.as_str().to_owned());
        and(" AND provider = ?", provider.map(Value::Text));
        and(" AND action = ?", self.action.map(|action| Value::Text(action.as_str().to_owned())));
        and(" AND subject = ?", self.subject.map(|subject| Value::Text(subject.to_string())));
        let actors: Vec<&String> = self.actor.iter().chain(&self.or_actor).collect();
        if !actors.is_empty() {
            sql.push_str(if actors.len() == 1 { " AND actor = ?" } else { " AND actor IN (?, ?)" });
            values.extend(actors.into_iter().map(|actor| Value::Text(actor.clone())));
        }
        sql.push_str(" ORDER BY no DESC LIMIT ?");
        values.push(one_more(limit));
        (sql, values)
    }
}

impl Reader {
    /// Entries of the audit log, the newest first; `before` is where the last page ended.
    pub fn audit(
        &self,
        filter: &AuditFilter,
        before: Option<i64>,
        limit: usize,
    ) -> Result<Page<AuditRow, i64>, StoreError> {
        let first = match filter.since {
            Some(since) => self.first_entry_at(since.plus_ms(-SET_BACK_MS))?,
            None => 1,
        };
        let end = match filter.until {
            Some(until) => self.first_entry_at(until.plus_ms(SET_BACK_MS))?,
            None => i64::MAX,
        };
        let within = first..before.unwrap_or(i64::MAX).min(end);
        let (sql, values) = filter.sql(&within, limit);
        let rows = self.many(&sql, values, |row| {
            let text: String = row.get(1)?;
            let line: Line = damaged(serde_json::from_str(&text).ok(), "audit entry")?;
            Ok(AuditRow { no: row.get(0)?, entry: line.entry, line: text, hash: row.get(2)? })
        })?;
        Ok(Page::cut(rows, limit, |row| row.no))
    }

    /// The number of the first entry at or after an instant, found by halving: entries follow in the order of time, so a
    /// day of long ago costs some twenty steps and no index, where reading back to it would cost every entry since.
    fn first_entry_at(&self, at: Timestamp) -> Result<i64, StoreError> {
        let (mut low, mut high) = (1, head(&self.connection)?.no + 1);
        while low < high {
            let middle = low + (high - low) / 2;
            let sql = "SELECT at FROM audit WHERE no = ?1";
            let found: i64 = self.one(sql, [middle], |row| Ok(row.get(0)?))?.unwrap_or(i64::MAX);
            if found < at.as_ms() { low = middle + 1 } else { high = middle }
        }
        Ok(low)
    }

    /// How the audit log stands, as far as is known without walking along it.
    pub fn audit_state(&self) -> Result<AuditState, StoreError> {
        let snapshot = self.connection.snapshot()?;
        let head = head(&self.connection)?;
        let last_checkpoint = last_checkpoint(&self.connection)?;
        let verified = meta(&self.connection, VERIFIED)?.and_then(|no| no.parse().ok());
        let broken = meta(&self.connection, BROKEN)?;
        let checked = meta(&self.connection, CHECKED)?.and_then(|at| at.parse().ok());
        drop(snapshot);
        let verified_up_to = verified.unwrap_or(0);
        Ok(AuditState {
            entries: head.no,
            head,
            last_checkpoint,
            verified_up_to,
            checked_at: checked.map(Timestamp::from_ms),
            broken,
        })
    }

    /// Walks along the whole audit log, beside whoever writes it, until the first entry that is not as it was written.
    /// `published` is a head that is known from elsewhere; `progress` hears how many of how many entries are done.
    pub fn verify_audit(
        &self,
        keys: &PublicKeys,
        published: Option<Head>,
        mut progress: impl FnMut(i64, i64),
    ) -> Result<AuditReport, StoreError> {
        let mut walk = Walk::default();
        loop {
            // Every step sees the log at one moment; between two of them it may have grown.
            let snapshot = self.connection.snapshot()?;
            let step = walk.step(&self.connection, keys, published)?;
            let of = head(&self.connection)?.no;
            drop(snapshot);
            progress(walk.head().no, of);
            let broken = match step {
                Step::On(_) => continue,
                Step::End => None,
                Step::Broken(broken) => Some(broken),
            };
            return Ok(walk.report(broken));
        }
    }
}
