//! Writes what is kept for a time only: whom filings name, which filings wait for erasure, replies.

use crate::sql::params;
use heyan_domain::Timestamp;
use heyan_domain::state::Tables;
use heyan_domain::terms::FilingId;
use heyan_domain::tx::Delta;
use rand::Rng;

use super::write::WholeFiling;
use super::writer::Writer;
use crate::database::StoreError;
use crate::keys::Purpose;

macro_rules! run {
    ($self:ident, $sql:expr, $($param:expr),* $(,)?) => {
        $self.connection.put($sql, params![$($param),*])?
    };
}

impl Writer {
    /// Keeps the queue of what is to be erased in step with where the filing stands (SEC-13).
    pub(super) fn write_ended(&mut self, whole: &WholeFiling<'_>) -> Result<(), StoreError> {
        let id = whole.filing.id.number();
        let before = whole.before.and_then(|(filing, _)| filing.state.kept_since());
        let after = whole.filing.state.kept_since();
        if before == after {
            return Ok(());
        }
        if let Some(at) = before {
            run!(self, "DELETE FROM ended WHERE at = ?1 AND filing = ?2", at.as_ms(), id);
        }
        if let Some(at) = after {
            run!(
                self,
                "INSERT INTO ended (at, filing) VALUES (?1, ?2) ON CONFLICT DO NOTHING",
                at.as_ms(),
                id
            );
        }
        Ok(())
    }

    /// Whom filings name; and once their data is erased, nobody any more. Nothing of the rest waits for it then.
    pub(super) fn write_people(&mut self, delta: &Delta) -> Result<(), StoreError> {
        for (person, filing) in &delta.named {
            let sql = "INSERT INTO people (person, filing) VALUES (?1, ?2) ON CONFLICT DO NOTHING";
            run!(self, sql, person.as_bytes(), filing.number());
        }
        for filing in &delta.forgotten {
            run!(self, "DELETE FROM people WHERE filing = ?1", filing.number());
            let state = delta.rows.filings.get(filing).and_then(Option::as_ref).map(|filing| filing.state);
            if let Some(at) = state.and_then(|state| state.kept_since()) {
                let sql = "DELETE FROM ended WHERE at = ?1 AND filing = ?2";
                run!(self, sql, at.as_ms(), filing.number());
            }
        }
        Ok(())
    }

    pub(super) fn write_replies(
        &mut self,
        rows: &Tables,
        now: Timestamp,
        rng: &mut dyn Rng,
    ) -> Result<(), StoreError> {
        for (key, reply) in &rows.replies {
            let Some(stored) = reply else { continue };
            let (status, sealed) = match &stored.reply {
                Some((status, body)) => {
                    (Some(*status), Some(self.ring.seal(Purpose::Reply, &key.0, body, rng)))
                }
                None => (None, None),
            };
            run!(
                self,
                "INSERT INTO replies (key, body_hash, filing, status, sealed, at) VALUES (?1, ?2, ?3, ?4, ?5, ?6) \
                 ON CONFLICT (key) DO UPDATE SET status = excluded.status, sealed = excluded.sealed",
                key.0,
                stored.body,
                stored.filing.map(FilingId::number),
                status,
                sealed,
                stored.at.max(Timestamp::default()).min(now).as_ms(),
            );
        }
        Ok(())
    }
}
