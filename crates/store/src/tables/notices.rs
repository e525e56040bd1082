//! Notices by e-mail (PRO-05): a reader follows the events of the providers that want them, and the writer keeps what is to
//! be sent together with how far that reaches, so that nothing is told twice or left out.

use std::collections::BTreeSet;

use crate::sql::params;
use heyan_domain::Timestamp;
use heyan_domain::filing::Body;
use heyan_domain::notices::Occasion;
use heyan_domain::state::Tables;
use heyan_domain::terms::{FilingId, ProviderId};

use super::read::Reader;
use super::rows::{self, damaged, select_event};
use super::writer::Writer;
use crate::database::StoreError;
use crate::views::{Mail, Noticed};

const fn occasion_number(occasion: Occasion) -> u8 {
    match occasion {
        Occasion::Reported => 1,
        Occasion::Returned => 2,
    }
}

const fn occasion(number: u8) -> Option<Occasion> {
    match number {
        1 => Some(Occasion::Reported),
        2 => Some(Occasion::Returned),
        _ => None,
    }
}

/// The addresses of a filing's heads, each once, in the order of the request.
pub fn addresses(body: &Body) -> Vec<&str> {
    let mut seen = BTreeSet::new();
    let all = body.draft.heads().filter_map(|(_, head)| head.email.as_deref());
    all.map(str::trim).filter(|address| !address.is_empty() && seen.insert(*address)).collect()
}

fn count(number: usize) -> i64 {
    i64::try_from(number).unwrap_or(i64::MAX)
}

impl Reader {
    /// Whether a provider has its applicants told.
    pub fn notices(&self, provider: &ProviderId) -> Result<bool, StoreError> {
        let sql = "SELECT 1 FROM notices WHERE provider = ?1";
        Ok(self.one(sql, [provider.as_str()], |_| Ok(()))?.is_some())
    }

    /// What events call for that have not been looked at, at most `limit` events of each provider. Nothing to write down if
    /// there are none.
    pub fn noticed(&self, limit: usize) -> Result<Noticed, StoreError> {
        let snapshot = self.connection.snapshot()?;
        let mut noticed = Noticed::default();
        let providers = self.many("SELECT provider, event FROM notices ORDER BY provider", (), |row| {
            Ok((row.get::<String>(0)?, row.get::<i64>(1)?))
        })?;
        for (name, from) in providers {
            let sql = select_event!("FROM events WHERE provider = ?1 AND id > ?2 ORDER BY id LIMIT ?3");
            let events = self.many(sql, params![name, from, count(limit)], rows::event)?;
            for event in &events {
                let Some(occasion) = Occasion::of(event.kind) else { continue };
                let body = match self.body_of(event.filing) {
                    Ok(Some(body)) => body,
                    // One filing that cannot be read keeps nobody else from being told.
                    Ok(None) | Err(StoreError::Damaged { .. }) => continue,
                    Err(error) => return Err(error),
                };
                let recipients = addresses(&body).len();
                noticed.mails.push((event.filing, occasion, event.at, recipients));
            }
            if let Some(end) = events.last() {
                noticed.reach.push((end.provider.clone(), end.id));
            }
        }
        drop(snapshot);
        Ok(noticed)
    }

    fn body_of(&self, id: FilingId) -> Result<Option<Body>, StoreError> {
        let sql = "SELECT sealed FROM filing_bodies WHERE filing = ?1";
        let sealed: Option<Vec<u8>> = self.one(sql, [id.number()], |row| Ok(row.get(0)?))?;
        sealed
            .map(|sealed| rows::body(&self.ring, id, &sealed).map(std::sync::Arc::unwrap_or_clone))
            .transpose()
    }

    /// The mails whose time has come, the earliest first.
    pub fn mails(&self, now: Timestamp, limit: usize) -> Result<Vec<Mail>, StoreError> {
        let sql = "SELECT id, filing, occasion, happened_at, recipient, tries FROM mails WHERE at <= ?1 \
                   ORDER BY at, id LIMIT ?2";
        self.many(sql, params![now.as_ms(), count(limit)], |row| {
            Ok(Mail {
                id: row.get(0)?,
                filing: FilingId::from_number(row.get(1)?),
                occasion: damaged(occasion(row.get(2)?), "occasion of a mail")?,
                happened_at: Timestamp::from_ms(row.get(3)?),
                recipient: usize::try_from(row.get::<i64>(4)?).unwrap_or(usize::MAX),
                tries: row.get(5)?,
            })
        })
    }

    /// How many mails wait, and since when the oldest.
    pub fn mails_waiting(&self) -> Result<(u64, Option<Timestamp>), StoreError> {
        let sql = "SELECT count(*), min(happened_at) FROM mails";
        let found = self.one(sql, (), |row| {
            let oldest: Option<i64> = row.get(1)?;
            Ok((row.get::<i64>(0)?, oldest.map(Timestamp::from_ms)))
        })?;
        let (waiting, oldest) = found.unwrap_or_default();
        Ok((u64::try_from(waiting).unwrap_or_default(), oldest))
    }
}

impl Writer {
    pub(super) fn load_notices(&self, provider: &ProviderId, rows: &mut Tables) -> Result<(), StoreError> {
        let sql = "SELECT 1 FROM notices WHERE provider = ?1";
        let found = self.one(sql, [provider.as_str()], |_| Ok(()))?;
        rows.notices.insert(provider.clone(), found);
        Ok(())
    }

    pub(super) fn write_notices(&self, rows: &Tables) -> Result<(), StoreError> {
        for (provider, on) in &rows.notices {
            let sql = if on.is_some() {
                // From here on: what has happened before is not told of.
                "INSERT INTO notices (provider, event) \
                 VALUES (?1, (SELECT coalesce(max(id), 0) FROM events WHERE provider = ?1)) ON CONFLICT DO NOTHING"
            } else {
                "DELETE FROM notices WHERE provider = ?1"
            };
            self.connection.put(sql, [provider.as_str()])?;
            if on.is_none() {
                let sql = "DELETE FROM mails WHERE id IN (SELECT mails.id FROM mails \
                           JOIN filings ON filings.id = mails.filing WHERE filings.provider = ?1)";
                self.connection.put(sql, [provider.as_str()])?;
            }
        }
        Ok(())
    }

    pub(super) fn note_notices(&self, noticed: &Noticed) -> Result<usize, StoreError> {
        let mut added = 0;
        for (filing, occasion, at, recipients) in &noticed.mails {
            for recipient in 0..*recipients {
                let sql = "INSERT INTO mails (filing, occasion, happened_at, recipient, tries, at) \
                           VALUES (?1, ?2, ?3, ?4, 0, ?3)";
                let occasion = occasion_number(*occasion);
                let values = params![filing.number(), occasion, at.as_ms(), count(recipient)];
                added += self.connection.prepare_cached(sql)?.execute(values)?;
            }
        }
        for (provider, event) in &noticed.reach {
            let sql = "UPDATE notices SET event = ?2 WHERE provider = ?1 AND event < ?2";
            self.connection.put(sql, params![provider.as_str(), event.number()])?;
        }
        Ok(added)
    }

    pub(super) fn mailed(&self, mail: i64) -> Result<usize, StoreError> {
        Ok(self.connection.prepare_cached("DELETE FROM mails WHERE id = ?1")?.execute([mail])?)
    }

    pub(super) fn mail_later(&self, mail: i64, at: Timestamp) -> Result<usize, StoreError> {
        let sql = "UPDATE mails SET tries = tries + 1, at = ?2 WHERE id = ?1";
        Ok(self.connection.prepare_cached(sql)?.execute(params![mail, at.as_ms()])?)
    }
}
