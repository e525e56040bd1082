//! Loads the rows that decisions ask for.

use std::sync::Arc;

use heyan_domain::Timestamp;
use heyan_domain::decide::StoredReply;
use heyan_domain::registry::{EntityNo, EntityRecord, ServiceNo, ServiceRecord};
use heyan_domain::state::{Key, Tables};
use heyan_domain::tags::PhoneTag;
use heyan_domain::terms::{EventId, FilingId, VerificationId};
use heyan_domain::verification::Verification;
use rusqlite::{OptionalExtension as _, Row, params};

use super::StoreError;
use super::rows::{self, damaged, select_filing, select_message, select_review, select_verification};
use super::writer::Writer;
use crate::keys::Purpose;

/// The least id above all verifications of a filing.
pub(super) const fn after_filing(filing: FilingId) -> i64 {
    FilingId::from_number(filing.number() + 1).verification(0).number()
}

impl Writer {
    /// Loads rows; what is not there is noted as absent.
    pub fn load(&mut self, keys: &[Key], rows: &mut Tables) -> Result<(), StoreError> {
        for key in keys {
            if !rows.knows(key) {
                self.load_one(key, rows)?;
            }
        }
        Ok(())
    }

    fn load_one(&mut self, key: &Key, rows: &mut Tables) -> Result<(), StoreError> {
        match key {
            Key::Filing(id) => self.load_filing(*id, rows),
            Key::Body(id) => self.load_body(*id, rows),
            Key::Verification(id) => self.load_verification(*id, rows),
            Key::OfFiling(id) => self.load_of_filing(*id, rows),
            Key::OfPhone(phone) => self.load_of_phone(*phone, rows),
            Key::Person(person) => {
                let found =
                    self.one("SELECT 1 FROM people WHERE person = ?1", [person.as_bytes()], |_| Ok(()))?;
                rows.people.insert(*person, found);
                Ok(())
            }
            Key::Message(id) => {
                let sql = select_message!("FROM messages WHERE id = ?1");
                let found = self.one(sql, [id.number()], rows::message)?;
                if found.is_some() {
                    self.originals.messages.insert(*id);
                }
                rows.messages.insert(*id, found);
                Ok(())
            }
            Key::Review(id) => {
                let found =
                    self.one(select_review!("FROM reviews WHERE filing = ?1"), [id.number()], rows::review)?;
                rows.reviews.insert(*id, found);
                Ok(())
            }
            Key::Holder(entity) => {
                let sql = "SELECT id FROM filings WHERE held_entity = ?1";
                let found =
                    self.one(sql, [entity.as_bytes()], |row| Ok(FilingId::from_number(row.get(0)?)))?;
                rows.holders.insert(*entity, found);
                Ok(())
            }
            Key::Order(order) => {
                let sql = "SELECT id FROM filings WHERE provider = ?1 AND order_no = ?2";
                let found = self.one(sql, params![order.0.as_str(), order.1], |row| {
                    Ok(FilingId::from_number(row.get(0)?))
                })?;
                rows.orders.insert(order.clone(), found);
                Ok(())
            }
            Key::Entity(_) | Key::EntityNumber(_) | Key::Service(_) | Key::Domain(_) | Key::LastNumber(_) => {
                self.load_registry(key, rows)
            }
            Key::Counter(key) => {
                rows.counters.insert(*key, self.counters.get(&key.0).copied());
                Ok(())
            }
            Key::Acknowledged(provider) => {
                let sql = "SELECT event FROM acknowledged WHERE provider = ?1";
                let found =
                    self.one(sql, [provider.as_str()], |row| Ok(EventId::from_number(row.get(0)?)))?;
                rows.acknowledged.insert(provider.clone(), found);
                Ok(())
            }
            Key::Reply(key) => {
                let ring = Arc::clone(&self.ring);
                let sql = "SELECT body_hash, filing, status, sealed, at FROM replies WHERE key = ?1";
                let found = self.one(sql, [&key.0], |row| {
                    let sealed: Option<Vec<u8>> = row.get(3)?;
                    let opened = sealed.map(|sealed| ring.open(Purpose::Reply, &key.0, &sealed)).transpose();
                    let body = opened.map_err(|_| StoreError::Damaged { what: "reply" })?;
                    let status: Option<u16> = row.get(2)?;
                    Ok(StoredReply {
                        body: row.get(0)?,
                        filing: row.get::<_, Option<i64>>(1)?.map(FilingId::from_number),
                        reply: status.zip(body.map(|body| Arc::from(body.as_slice()))),
                        at: Timestamp::from_ms(row.get(4)?),
                    })
                })?;
                rows.replies.insert(*key, found);
                Ok(())
            }
        }
    }

    fn load_registry(&mut self, key: &Key, rows: &mut Tables) -> Result<(), StoreError> {
        let ring = Arc::clone(&self.ring);
        match key {
            Key::Entity(no) => {
                let text = no.to_string();
                let found = self.one("SELECT sealed FROM entities WHERE no = ?1", [&text], |row| {
                    let sealed = row.get_ref(0)?.as_blob().map_err(rusqlite::Error::from)?;
                    rows::unseal::<EntityRecord>(&ring, Purpose::Entity, text.as_bytes(), sealed, "entity")
                })?;
                rows.entities.insert(no.clone(), found.map(Arc::new));
            }
            Key::Service(no) => {
                let text = no.to_string();
                let found = self.one("SELECT sealed FROM services WHERE no = ?1", [&text], |row| {
                    let sealed = row.get_ref(0)?.as_blob().map_err(rusqlite::Error::from)?;
                    rows::unseal::<ServiceRecord>(&ring, Purpose::Service, text.as_bytes(), sealed, "service")
                })?;
                rows.services.insert(no.clone(), found.map(Arc::new));
            }
            Key::EntityNumber(entity) => {
                let sql = "SELECT no FROM entity_numbers WHERE entity = ?1";
                let found = self.one(sql, [entity.as_bytes()], |row| {
                    damaged(EntityNo::parse(&row.get::<_, String>(0)?), "entity number")
                })?;
                rows.entity_numbers.insert(*entity, found);
            }
            Key::Domain(domain) => {
                let sql = "SELECT service_no FROM domains WHERE domain = ?1";
                let found = self.one(sql, [domain.as_str()], |row| {
                    damaged(ServiceNo::parse(&row.get::<_, String>(0)?), "service number")
                })?;
                rows.domains.insert(domain.clone(), found);
            }
            Key::LastNumber(province) => {
                let sql = "SELECT number FROM last_numbers WHERE province = ?1";
                let found = self.one(sql, [province.code()], |row| Ok(row.get(0)?))?;
                rows.last_numbers.insert(*province, found);
            }
            Key::Filing(_)
            | Key::Body(_)
            | Key::Verification(_)
            | Key::OfFiling(_)
            | Key::OfPhone(_)
            | Key::Person(_)
            | Key::Message(_)
            | Key::Holder(_)
            | Key::Order(_)
            | Key::Review(_)
            | Key::Counter(_)
            | Key::Acknowledged(_)
            | Key::Reply(_) => {}
        }
        Ok(())
    }

    fn one<T>(
        &self,
        sql: &str,
        params: impl rusqlite::Params,
        read: impl FnOnce(&Row<'_>) -> Result<T, StoreError>,
    ) -> Result<Option<T>, StoreError> {
        let mut statement = self.connection.prepare_cached(sql)?;
        let found = statement.query_row(params, |row| Ok(read(row))).optional()?;
        found.transpose()
    }

    fn load_filing(&mut self, id: FilingId, rows: &mut Tables) -> Result<(), StoreError> {
        if rows.filings.contains_key(&id) {
            return Ok(());
        }
        let found = self.one(select_filing!("FROM filings WHERE id = ?1"), [id.number()], rows::filing)?;
        if let Some(filing) = &found {
            self.originals.filings.insert(id, filing.clone());
        }
        rows.filings.insert(id, found);
        Ok(())
    }

    fn load_body(&mut self, id: FilingId, rows: &mut Tables) -> Result<(), StoreError> {
        let ring = Arc::clone(&self.ring);
        let found = self.one("SELECT sealed FROM filing_bodies WHERE filing = ?1", [id.number()], |row| {
            rows::body(&ring, id, row.get_ref(0)?.as_blob().map_err(rusqlite::Error::from)?)
        })?;
        rows.bodies.insert(id, found);
        Ok(())
    }

    fn load_verification(&mut self, id: VerificationId, rows: &mut Tables) -> Result<(), StoreError> {
        let found = self.one(
            select_verification!("FROM verifications WHERE id = ?1"),
            [id.number()],
            rows::verification,
        )?;
        if found.is_some() {
            self.originals.verifications.insert(id);
        }
        rows.verifications.insert(id, found);
        Ok(())
    }

    /// Keeps what earlier decisions of the group have made of a row.
    fn keep(&mut self, verification: Verification, rows: &mut Tables) {
        self.originals.verifications.insert(verification.id);
        rows.verifications.entry(verification.id).or_insert(Some(verification));
    }

    fn load_of_filing(&mut self, id: FilingId, rows: &mut Tables) -> Result<(), StoreError> {
        let first = id.verification(0).number();
        let found = self.many(
            select_verification!("FROM verifications WHERE id >= ?1 AND id < ?2 ORDER BY id"),
            params![first, after_filing(id)],
        )?;
        rows.of_filing.insert(id, Some(found.iter().map(|verification| verification.id).collect()));
        for verification in found {
            self.keep(verification, rows);
        }
        Ok(())
    }

    /// A verification is decided in one pass: the filings' rows come along, and so do the siblings of what is not
    /// finished.
    fn load_of_phone(&mut self, phone: PhoneTag, rows: &mut Tables) -> Result<(), StoreError> {
        let found = self.many(
            select_verification!("FROM verifications WHERE phone = ?1 ORDER BY id"),
            [phone.as_bytes()],
        )?;
        rows.of_phone.insert(phone, Some(found.iter().map(|verification| verification.id).collect()));
        for verification in found {
            let filing = verification.id.filing();
            let unfinished = verification.is_open(Timestamp::default());
            self.keep(verification, rows);
            self.load_filing(filing, rows)?;
            if unfinished && !rows.of_filing.contains_key(&filing) {
                self.load_of_filing(filing, rows)?;
            }
        }
        Ok(())
    }

    fn many(&self, sql: &str, params: impl rusqlite::Params) -> Result<Vec<Verification>, StoreError> {
        let mut statement = self.connection.prepare_cached(sql)?;
        let mut cursor = statement.query(params)?;
        let mut found = Vec::new();
        while let Some(row) = cursor.next()? {
            found.push(rows::verification(row)?);
        }
        Ok(found)
    }
}
