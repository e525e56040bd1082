//! Writes what a group has decided.

use std::collections::{BTreeMap, HashMap};

use crate::sql::params;
use heyan_domain::Timestamp;
use heyan_domain::filing::{Filing, FilingState};
use heyan_domain::state::Tables;
use heyan_domain::tags::{EntityTag, PhoneTag};
use heyan_domain::terms::{EventId, FilingId, Phone, Province, VerificationId};
use heyan_domain::verification::{Message, MessageState, Outgoing, Verification};
use rand::Rng;
use serde::{Deserialize, Serialize};

use super::columns;
use super::packed::pack;
use super::rows::store_state;
use super::writer::Writer;
use crate::database::StoreError;
use crate::engine::ChangeSet;
use crate::keys::Purpose;

/// What is sealed in the outbox.
#[derive(Serialize, Deserialize)]
pub(super) struct SealedMessage {
    pub to: Phone,
    pub sender: String,
    pub text: String,
}

/// A filing as it is to be stored: its row, and all its verifications in their order.
pub(super) struct WholeFiling<'a> {
    pub(super) before: Option<&'a (Filing, Vec<Verification>)>,
    pub(super) filing: &'a Filing,
    verifications: BTreeMap<VerificationId, &'a Verification>,
}

impl<'a> WholeFiling<'a> {
    fn new(
        filing: &'a Filing,
        before: Option<&'a (Filing, Vec<Verification>)>,
        changed: &[&'a Verification],
    ) -> Self {
        let there = before.map(|(_, verifications)| verifications.as_slice()).unwrap_or_default();
        let all = there.iter().chain(changed.iter().copied());
        Self { before, filing, verifications: all.map(|row| (row.id, row)).collect() }
    }

    fn pack(&self) -> Result<Vec<u8>, StoreError> {
        pack(self.verifications.values().copied())
    }

    /// The earliest deadline within the round.
    fn deadline_at(&self) -> Option<Timestamp> {
        let round = self.verifications.values().filter(|row| row.round_no == self.filing.round_no);
        round.filter_map(|row| row.deadline_at).min()
    }

    /// The phones under which the filing was not found before.
    fn new_phones(&self) -> impl Iterator<Item = PhoneTag> {
        let there: Vec<PhoneTag> = self.phones_before().collect();
        let now = self.verifications.values().map(|row| row.phone);
        now.filter(move |phone| *phone != PhoneTag::ERASED && !there.contains(phone))
    }

    /// The phones under which it is no longer to be found (SEC-13).
    fn gone_phones(&self) -> impl Iterator<Item = PhoneTag> {
        let now: Vec<PhoneTag> = self.verifications.values().map(|row| row.phone).collect();
        self.phones_before().filter(move |phone| !now.contains(phone))
    }

    fn phones_before(&self) -> impl Iterator<Item = PhoneTag> {
        let there = self.before.map(|(_, verifications)| verifications.as_slice()).unwrap_or_default();
        there.iter().map(|row| row.phone)
    }
}

/// Where a filing stands in an administration's queue.
fn queue_place(filing: &Filing) -> Option<(Province, Timestamp)> {
    match filing.state {
        FilingState::InReview { at } => Some((filing.province, at)),
        FilingState::Draft
        | FilingState::InitialReview
        | FilingState::Verifying(_)
        | FilingState::Returned { .. }
        | FilingState::Approved { .. }
        | FilingState::Rejected { .. }
        | FilingState::Withdrawn { .. } => None,
    }
}

macro_rules! run {
    ($self:ident, $sql:expr, $($param:expr),* $(,)?) => {
        $self.connection.put($sql, params![$($param),*])?
    };
}
pub(super) use run;

fn ms(at: Option<Timestamp>) -> Option<i64> {
    at.map(Timestamp::as_ms)
}

pub(super) fn to_json<T: Serialize>(value: &T, what: &'static str) -> Result<Vec<u8>, StoreError> {
    serde_json::to_vec(value).map_err(|_| StoreError::Damaged { what })
}

impl Writer {
    /// Writes rows, events, outbox and due commands.
    pub(crate) fn write(
        &mut self,
        changes: &ChangeSet,
        now: Timestamp,
        rng: &mut dyn Rng,
    ) -> Result<(), StoreError> {
        let delta = &changes.delta;
        self.write_filings(&delta.rows)?;
        self.write_bodies(&delta.rows, rng)?;
        for message in delta.rows.messages.values().flatten() {
            self.write_message(message)?;
        }
        self.write_outbox(&delta.outbox, rng)?;
        self.write_transport(delta, now)?;
        for message in &delta.wiped {
            run!(self, "DELETE FROM outbox WHERE message = ?1", message.number());
        }
        self.write_events(changes)?;
        self.write_audit(&delta.audit, now)?;
        self.write_unmaskings(&delta.rows)?;
        self.write_api_keys(&delta.rows, rng)?;
        self.write_webhooks(&delta.rows, rng)?;
        self.write_proposals(&delta.rows)?;
        self.write_outages(&delta.rows)?;
        self.write_rules(&delta.rows, &delta.archived)?;
        self.write_initial_reviews(&delta.rows)?;
        self.write_notices(&delta.rows)?;
        self.write_drained_routes(&delta.rows)?;
        self.write_due(changes)?;
        self.write_reviews(&delta.rows)?;
        self.write_decisions(&delta.decided)?;
        self.write_registry(&delta.rows, rng)?;
        self.write_small(&delta.rows)?;
        self.write_people(delta)?;
        self.write_replies(&delta.rows, now, rng)?;
        self.write_accounts(&delta.rows, rng)?;
        self.write_bulk(delta, rng)?;
        self.write_enterprise(delta, rng)?;
        self.write_providers(&delta.rows)?;
        self.advance(changes)
    }

    /// Writes the rows of filings of which anything has changed, their verifications with them.
    fn write_filings(&mut self, rows: &Tables) -> Result<(), StoreError> {
        let originals = std::mem::take(&mut self.originals.filings);
        let mut changed: HashMap<FilingId, Vec<&Verification>> = HashMap::new();
        for verification in rows.verifications.values().flatten() {
            changed.entry(verification.id.filing()).or_default().push(verification);
        }
        for filing in rows.filings.values().flatten() {
            changed.entry(filing.id).or_default();
        }
        let mut all = Vec::with_capacity(changed.len());
        for (id, changed) in &changed {
            let before = originals.get(id);
            let after = rows.filings.get(id).and_then(Option::as_ref);
            // Nothing decides about a verification without its filing.
            let Some(filing) = after.or(before.map(|(filing, _)| filing)) else { continue };
            all.push(WholeFiling::new(filing, before, changed));
        }
        // What lets go of an organiser or a number first, so that what takes it up in the same group finds it free.
        all.sort_by_key(|whole| whole.filing.state.holds_entity());
        for whole in all {
            match whole.before {
                None => self.insert_filing(&whole)?,
                Some((before, _)) => self.update_filing(before, &whole)?,
            }
            for phone in whole.new_phones() {
                let sql = "INSERT INTO phones (phone, filing) VALUES (?1, ?2) ON CONFLICT DO NOTHING";
                run!(self, sql, phone.as_bytes(), whole.filing.id.number());
            }
            for phone in whole.gone_phones() {
                let sql = "DELETE FROM phones WHERE phone = ?1 AND filing = ?2";
                run!(self, sql, phone.as_bytes(), whole.filing.id.number());
            }
            self.write_ended(&whole)?;
        }
        self.originals.filings = originals;
        Ok(())
    }

    fn insert_filing(&mut self, whole: &WholeFiling<'_>) -> Result<(), StoreError> {
        let filing = whole.filing;
        let stored = store_state(&filing.state);
        let held = filing.entity.filter(|_| filing.state.holds_entity());
        run!(
            self,
            "INSERT INTO filings (id, provider, order_no, kind, province, held_entity, entity, created_at, state, \
             reason, state_at, edited, version, round_no, rule_set, next_verification, reported_at, last_event, \
             deadline_at, verifications, report_due_at, report_due_provisional) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, \
             ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17, ?18, ?19, ?20, ?21, ?22)",
            filing.id.number(),
            filing.provider.as_str(),
            filing.order_no,
            columns::kind_number(filing.kind),
            filing.province.code(),
            held.as_ref().map(EntityTag::as_bytes),
            filing.entity.as_ref().map(EntityTag::as_bytes),
            filing.created_at.as_ms(),
            stored.state,
            stored.reason,
            stored.state_at,
            stored.edited,
            filing.version,
            filing.round_no,
            filing.ruleset.map(|ruleset| ruleset.0),
            filing.next_verification,
            ms(filing.reported_at),
            filing.last_event.number(),
            ms(whole.deadline_at()),
            whole.pack()?,
            filing.report_due.map(|due| due.at.as_ms()),
            filing.report_due.is_some_and(|due| due.provisional),
        );
        Ok(())
    }

    fn update_filing(&mut self, before: &Filing, whole: &WholeFiling<'_>) -> Result<(), StoreError> {
        let filing = whole.filing;
        let held = |filing: &Filing| filing.entity.filter(|_| filing.state.holds_entity());
        if held(before) != held(filing) {
            let held = held(filing);
            let sql = "UPDATE filings SET held_entity = ?2 WHERE id = ?1";
            run!(self, sql, filing.id.number(), held.as_ref().map(EntityTag::as_bytes));
        }
        let same = before.order_no == filing.order_no
            && (before.kind, before.province, before.entity) == (filing.kind, filing.province, filing.entity)
            && before.report_due == filing.report_due;
        if !same {
            run!(
                self,
                "UPDATE filings SET order_no = ?2, kind = ?3, province = ?4, entity = ?5, report_due_at = ?6, \
                 report_due_provisional = ?7 WHERE id = ?1",
                filing.id.number(),
                filing.order_no,
                columns::kind_number(filing.kind),
                filing.province.code(),
                filing.entity.as_ref().map(EntityTag::as_bytes),
                filing.report_due.map(|due| due.at.as_ms()),
                filing.report_due.is_some_and(|due| due.provisional),
            );
        }
        let stored = store_state(&filing.state);
        run!(
            self,
            "UPDATE filings SET state = ?2, reason = ?3, state_at = ?4, edited = ?5, version = ?6, round_no = ?7, \
             rule_set = ?8, next_verification = ?9, reported_at = ?10, last_event = ?11, deadline_at = ?12, \
             verifications = ?13 WHERE id = ?1",
            filing.id.number(),
            stored.state,
            stored.reason,
            stored.state_at,
            stored.edited,
            filing.version,
            filing.round_no,
            filing.ruleset.map(|ruleset| ruleset.0),
            filing.next_verification,
            ms(filing.reported_at),
            filing.last_event.number(),
            ms(whole.deadline_at()),
            whole.pack()?,
        );
        Ok(())
    }

    fn write_bodies(&mut self, rows: &Tables, rng: &mut dyn Rng) -> Result<(), StoreError> {
        for (id, body) in &rows.bodies {
            let Some(body) = body else { continue };
            let clear = zeroize::Zeroizing::new(to_json(&**body, "filing")?);
            let place = id.number().to_be_bytes();
            let sealed = self.ring.seal(Purpose::FilingBody, &place, &clear, rng);
            let sql = "INSERT INTO filing_bodies (filing, sealed) VALUES (?1, ?2) \
                       ON CONFLICT (filing) DO UPDATE SET sealed = excluded.sealed";
            run!(self, sql, id.number(), sealed);
        }
        Ok(())
    }

    fn write_message(&mut self, row: &Message) -> Result<(), StoreError> {
        let state = columns::message_state_number(row.state);
        if let Some(at) = row.finished_at.filter(|_| row.state == MessageState::Failed) {
            let sql = "INSERT INTO failed_messages (at, message) VALUES (?1, ?2) ON CONFLICT DO NOTHING";
            run!(self, sql, at.as_ms(), row.id.number());
        }
        let attempts = Some(&row.attempts).filter(|attempts| !attempts.is_empty());
        let attempts = attempts.map(serde_json::to_string).transpose();
        let attempts = attempts.map_err(|_| StoreError::Damaged { what: "message" })?;
        if self.originals.messages.contains(&row.id) {
            run!(
                self,
                "UPDATE messages SET state = ?2, submitted_at = ?3, finished_at = ?4, route = ?5, carrier_id = ?6, \
                 carrier_code = ?7, handed_at = ?8, attempts = ?9 WHERE id = ?1",
                row.id.number(),
                state,
                ms(row.submitted_at),
                ms(row.finished_at),
                row.route,
                row.carrier_id,
                row.carrier_code,
                ms(row.handed_at),
                attempts,
            );
            return Ok(());
        }
        run!(
            self,
            "INSERT INTO messages (id, kind, state, created_at, submitted_at, finished_at, route, carrier_id, \
             carrier_code, handed_at, attempts) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11)",
            row.id.number(),
            columns::message_kind_number(row.kind),
            state,
            row.created_at.as_ms(),
            ms(row.submitted_at),
            ms(row.finished_at),
            row.route,
            row.carrier_id,
            row.carrier_code,
            ms(row.handed_at),
            attempts,
        );
        Ok(())
    }

    fn write_outbox(&mut self, outbox: &[Outgoing], rng: &mut dyn Rng) -> Result<(), StoreError> {
        for outgoing in outbox {
            let message = SealedMessage {
                to: outgoing.to,
                sender: outgoing.sender.clone(),
                text: outgoing.text.to_string(),
            };
            let clear = zeroize::Zeroizing::new(to_json(&message, "message")?);
            let place = outgoing.message.number().to_be_bytes();
            let sealed = self.ring.seal(Purpose::Message, &place, &clear, rng);
            run!(
                self,
                "INSERT INTO outbox (message, standing, sealed) VALUES (?1, ?2, ?3)",
                outgoing.message.number(),
                columns::message_kind_number(outgoing.kind),
                sealed
            );
        }
        Ok(())
    }

    fn write_events(&mut self, changes: &ChangeSet) -> Result<(), StoreError> {
        for event in &changes.delta.events {
            let data = if event.data.is_empty() {
                None
            } else {
                Some(serde_json::to_string(&event.data).map_err(|_| StoreError::Damaged { what: "event" })?)
            };
            run!(
                self,
                "INSERT INTO events (provider, id, kind, at, filing, verification, previous, actor, data) \
                 VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)",
                event.provider.as_str(),
                event.id.number(),
                columns::event_kind_number(event.kind),
                event.at.as_ms(),
                event.filing.number(),
                event.verification.map(VerificationId::number),
                event.previous.map(EventId::number),
                columns::actor_number(&event.actor),
                data,
            );
        }
        Ok(())
    }

    fn write_due(&mut self, changes: &ChangeSet) -> Result<(), StoreError> {
        for (at, due) in &changes.carried_out {
            let (kind, target, round_no) = due.parts();
            let sql = "DELETE FROM due WHERE at = ?1 AND kind = ?2 AND target = ?3 AND round_no = ?4";
            run!(self, sql, at.as_ms(), kind, target, round_no);
        }
        for (at, due) in &changes.delta.due {
            let (kind, target, round_no) = due.parts();
            let sql =
                "INSERT INTO due (at, kind, target, round_no) VALUES (?1, ?2, ?3, ?4) ON CONFLICT DO NOTHING";
            run!(self, sql, at.as_ms(), kind, target, round_no);
        }
        Ok(())
    }

    fn write_reviews(&mut self, rows: &Tables) -> Result<(), StoreError> {
        for (filing, review) in &rows.reviews {
            let place = review.as_ref().map(|review| (review.province, review.arrived_at));
            let before = self.originals.filings.get(filing).and_then(|(filing, _)| queue_place(filing));
            if let Some((province, arrived_at)) = before.filter(|before| Some(*before) != place) {
                let sql = "DELETE FROM reviews WHERE province = ?1 AND arrived_at = ?2 AND filing = ?3";
                run!(self, sql, province.code(), arrived_at.as_ms(), filing.number());
            }
            let Some(review) = review else { continue };
            let claim = review.claim.as_ref();
            run!(
                self,
                "INSERT INTO reviews (filing, province, arrived_at, due_at, due_provisional, reviewer, claimed_until) \
                 VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7) ON CONFLICT (province, arrived_at, filing) DO UPDATE SET \
                 reviewer = excluded.reviewer, claimed_until = excluded.claimed_until",
                filing.number(),
                review.province.code(),
                review.arrived_at.as_ms(),
                review.due_at.as_ms(),
                review.due_provisional,
                claim.map(|claim| claim.reviewer.as_str()),
                claim.map(|claim| claim.until.as_ms()),
            );
        }
        Ok(())
    }

    fn write_small(&mut self, rows: &Tables) -> Result<(), StoreError> {
        for (province, number) in &rows.last_numbers {
            let sql = "INSERT INTO last_numbers (province, number) VALUES (?1, ?2) \
                       ON CONFLICT (province) DO UPDATE SET number = excluded.number";
            run!(self, sql, province.code(), number.unwrap_or(0));
        }
        for (key, count) in &rows.counters {
            let count = count.unwrap_or(0);
            run!(self, "INSERT INTO counters (key, count) VALUES (?1, ?2)", key.0, count);
            self.counted.push((key.0, count));
        }
        for (provider, event) in &rows.acknowledged {
            let Some(event) = event else { continue };
            let sql = "INSERT INTO acknowledged (provider, event) VALUES (?1, ?2) \
                       ON CONFLICT (provider) DO UPDATE SET event = excluded.event";
            run!(self, sql, provider.as_str(), event.number());
        }
        Ok(())
    }

    fn advance(&mut self, changes: &ChangeSet) -> Result<(), StoreError> {
        let sql = "INSERT INTO sequences (name, next) VALUES (?1, 1 + CAST(?2 AS BIGINT)) \
                   ON CONFLICT (name) DO UPDATE SET next = sequences.next + excluded.next - 1";
        if changes.delta.filings > 0 {
            run!(self, sql, "filing", changes.delta.filings);
        }
        if !changes.delta.events.is_empty() {
            let events = i64::try_from(changes.delta.events.len()).unwrap_or(i64::MAX);
            run!(self, sql, "event", events);
        }
        Ok(())
    }
}
