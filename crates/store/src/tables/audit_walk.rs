//! Walking along the audit log to see whether it is whole, some entries at a time.

use std::collections::BTreeMap;

use crate::sql::{Connection, Row, SqlError, params};
use heyan_domain::terms::ProviderId;

use super::audit::checkpoint;
use crate::audit::{AuditReport, Broken, CHECKPOINT_EVERY, Checkpoint, Fault, Head, Line, PublicKeys};
use crate::database::StoreError;

/// Entries looked at in one step.
const STEP: usize = 500;

/// What a step has led to.
pub(super) enum Step {
    /// So many entries further; there may be more.
    On(usize),
    /// There are no more entries.
    End,
    /// This is the first that is not as it was written.
    Broken(Broken),
}

/// How far the log has been found whole.
#[derive(Clone, Default)]
pub(super) struct Walk {
    head: Head,
    /// The head before that, by which an entry that was put in is told.
    before: Head,
    checkpoints: u64,
    last_checkpoint: Option<Checkpoint>,
    broken: Option<Broken>,
}

/// A row, with the columns that the line must agree with.
struct Stored {
    no: i64,
    at: i64,
    actor: String,
    action: String,
    subject: String,
    provider: Option<String>,
    line: String,
    hash: Vec<u8>,
}

fn stored(row: &Row<'_>) -> Result<Stored, SqlError> {
    Ok(Stored {
        no: row.get(0)?,
        at: row.get(1)?,
        actor: row.get(2)?,
        action: row.get(3)?,
        subject: row.get(4)?,
        provider: row.get(5)?,
        line: row.get(6)?,
        hash: row.get(7)?,
    })
}

impl Stored {
    fn agrees_with(&self, line: &Line) -> bool {
        let entry = &line.entry;
        self.at == entry.at.as_ms()
            && self.actor == entry.actor.to_string()
            && self.action == entry.action.as_str()
            && self.subject == entry.subject.to_string()
            && self.provider.as_deref() == entry.data.provider.as_ref().map(ProviderId::as_str)
    }
}

impl Walk {
    /// The last entry found whole.
    pub(super) fn head(&self) -> Head {
        self.head
    }

    /// Whether it has come to an entry that it does not get past.
    pub(super) fn is_over(&self) -> bool {
        self.broken.is_some()
    }

    pub(super) fn report(self, broken: Option<Broken>) -> AuditReport {
        AuditReport {
            head: self.head,
            checkpoints: self.checkpoints,
            last_checkpoint: self.last_checkpoint,
            broken,
        }
    }

    /// Looks at the next entries. `known` is a head that the log has had, from whoever knows it from elsewhere.
    pub(super) fn step(
        &mut self,
        connection: &Connection,
        keys: &PublicKeys,
        known: Option<Head>,
    ) -> Result<Step, StoreError> {
        let rows = self.next_rows(connection)?;
        let looked_at = rows.len();
        let last = rows.last().map_or(i64::MAX, |row| row.no);
        let mut checkpoints = self.next_checkpoints(connection, last)?;
        for row in &rows {
            let signed = checkpoints.remove(&row.no);
            let stepped = self.entry(row).and_then(|head| {
                self.known(head, known)?;
                self.signed(head, signed.as_ref(), keys)
            });
            if let Err(broken) = stepped {
                self.broken = Some(broken);
                return Ok(Step::Broken(broken));
            }
        }
        if looked_at == STEP {
            return Ok(Step::On(looked_at));
        }
        let signed_beyond = checkpoints.into_keys().next_back();
        let known_beyond = known.map(|known| known.no).filter(|no| *no > self.head.no);
        if let Some(until) = signed_beyond.max(known_beyond) {
            let broken = Broken { no: self.head.no + 1, fault: Fault::CutOff { until } };
            self.broken = Some(broken);
            return Ok(Step::Broken(broken));
        }
        Ok(if looked_at > 0 { Step::On(looked_at) } else { Step::End })
    }

    fn next_rows(&self, connection: &Connection) -> Result<Vec<Stored>, StoreError> {
        let sql = "SELECT no, at, actor, action, subject, provider, line, hash FROM audit WHERE no > ?1 \
                   ORDER BY no LIMIT ?2";
        let mut statement = connection.prepare_cached(sql)?;
        let limit = i64::try_from(STEP).unwrap_or(i64::MAX);
        let rows = statement.query_map(params![self.head.no, limit], stored)?;
        Ok(rows)
    }

    /// Those up to the last of the rows; all, if there are no more rows after them.
    fn next_checkpoints(
        &self,
        connection: &Connection,
        last: i64,
    ) -> Result<BTreeMap<i64, Checkpoint>, StoreError> {
        let sql = "SELECT no, hash, at, key, signature FROM audit_checkpoints WHERE no > ?1 \
                   AND (no <= ?2 OR ?2 = (SELECT max(no) FROM audit))";
        let mut statement = connection.prepare_cached(sql)?;
        let found = statement.query_map([self.head.no, last], checkpoint)?;
        Ok(found.into_iter().map(|found| (found.head.no, found)).collect())
    }

    /// Goes one entry further, if it is the one that was written there.
    fn entry(&mut self, row: &Stored) -> Result<Head, Broken> {
        let expected = self.head.no + 1;
        let broken = |no, fault| Err(Broken { no, fault });
        if row.no != expected {
            return broken(expected, Fault::Missing);
        }
        let line: Option<Line> = serde_json::from_str(&row.line).ok();
        let head = self.head.followed_by(&row.line);
        if head.hash.as_slice() != row.hash.as_slice() {
            let says = line.map(|line| line.no).filter(|says| *says != row.no);
            let skips_one = self.before.followed_by(&row.line).hash.as_slice() == row.hash.as_slice();
            return match says {
                Some(_) if skips_one && self.head.no > 0 => broken(self.head.no, Fault::Inserted),
                Some(says) => broken(row.no, Fault::Moved { says }),
                None => broken(row.no, Fault::Changed),
            };
        }
        match line {
            None => broken(row.no, Fault::Changed),
            Some(line) if line.no != row.no => broken(row.no, Fault::Moved { says: line.no }),
            Some(line) if !row.agrees_with(&line) => broken(row.no, Fault::Columns),
            Some(_) => {
                self.before = std::mem::replace(&mut self.head, head);
                Ok(head)
            }
        }
    }

    /// The first entry that may have been rewritten, if the hash at a later one is not the one known: the one after the
    /// last checkpoint that was in order.
    fn rewritten(&self, until: i64) -> Broken {
        let whole = self.last_checkpoint.as_ref().map_or(0, |checkpoint| checkpoint.head.no);
        Broken { no: whole + 1, fault: Fault::Rewritten { until } }
    }

    fn known(&self, head: Head, known: Option<Head>) -> Result<(), Broken> {
        match known {
            Some(known) if known.no == head.no && known != head => Err(self.rewritten(head.no)),
            Some(_) | None => Ok(()),
        }
    }

    fn signed(&mut self, head: Head, signed: Option<&Checkpoint>, keys: &PublicKeys) -> Result<(), Broken> {
        match signed {
            None if head.no % CHECKPOINT_EVERY == 0 => {
                Err(Broken { no: head.no, fault: Fault::NoCheckpoint })
            }
            None => Ok(()),
            Some(checkpoint) if !keys.confirm(checkpoint) => {
                Err(Broken { no: head.no, fault: Fault::Signature })
            }
            Some(checkpoint) if checkpoint.head != head => Err(self.rewritten(head.no)),
            Some(checkpoint) => {
                self.checkpoints += 1;
                self.last_checkpoint = Some(checkpoint.clone());
                Ok(())
            }
        }
    }
}
