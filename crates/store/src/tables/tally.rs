//! Counting events for the operator's charts. A reader follows the events and adds up; the writer adds the sums in one
//! short transaction together with how far they reach, so that nothing is counted twice or left out, and deciding costs
//! nothing more.

use std::collections::BTreeMap;

use crate::sql::Value;
use crate::sql::params;
use heyan_domain::Timestamp;
use heyan_domain::event::{Event, EventKind};
use heyan_domain::filing::ReturnReason;
use heyan_domain::terms::{EventId, FilingId, FilingKind, ProviderId, Province, VerificationId};
use heyan_domain::time::{HOUR_MS, MINUTE_MS};
use heyan_domain::verification::{Message, MessageKind};

use super::columns;
use super::load::is_loaded;
use super::read::Reader;
use super::rows::{self, damaged, select_event};
use super::writer::Writer;
use crate::database::StoreError;
use crate::views::{CountKey, Counted, CountedRound, Tally};

const SENT: u8 = 1;
const DELIVERED: u8 = 2;
const FIRST_VERIFIED: u8 = 4;
const ASKED_NOBODY: u8 = 8;

/// Which counts are asked for.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct CountFilter {
    /// From this day on, as 20260302.
    pub from_day: i64,
    /// Of one administration.
    pub province: Option<Province>,
    /// Of one provider.
    pub provider: Option<ProviderId>,
    /// Of one kind.
    pub kind: Option<FilingKind>,
}

/// By what counts are told apart, beside what is counted.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum CountedBy {
    /// The day, as `20260302`.
    Day,
    /// The administration, as its GB/T 2260 code.
    Province,
    /// The provider, as its short name.
    Provider,
    /// The kind of filing, as its name on the wire.
    Kind,
}

/// The civil day of an instant in Beijing, as 20260302.
fn day(at: Timestamp) -> i64 {
    let date = at.beijing_date();
    i64::from(date.year()) * 10_000 + i64::from(date.month()) * 100 + i64::from(date.day())
}

fn time_to_verify(ms: i64) -> Counted {
    match ms {
        ..=300_000 => Counted::Within5Minutes,
        ms if ms <= 15 * MINUTE_MS => Counted::Within15Minutes,
        ms if ms <= HOUR_MS => Counted::WithinAnHour,
        ms if ms <= 4 * HOUR_MS => Counted::Within4Hours,
        ms if ms <= 12 * HOUR_MS => Counted::Within12Hours,
        ms if ms <= 24 * HOUR_MS => Counted::WithinADay,
        _ => Counted::Later,
    }
}

const fn failure(reason: ReturnReason) -> Counted {
    match reason {
        ReturnReason::AttemptsExhausted => Counted::AttemptsExhausted,
        ReturnReason::Expired => Counted::Expired,
        ReturnReason::SmsUndeliverable => Counted::Undeliverable,
        ReturnReason::Withdrawn => Counted::Withdrawn,
        ReturnReason::Rejected => Counted::Rejected,
    }
}

/// One stretch of events being counted.
struct Counting<'r> {
    reader: &'r Reader,
    tally: Tally,
    /// What the rows say of the filings met so far.
    filings: BTreeMap<FilingId, (Province, FilingKind)>,
}

impl Counting<'_> {
    fn facts(&mut self, id: FilingId) -> Result<(Province, FilingKind), StoreError> {
        if let Some(known) = self.filings.get(&id) {
            return Ok(*known);
        }
        let found =
            self.reader.one("SELECT province, kind FROM filings WHERE id = ?1", [id.number()], |row| {
                let province = damaged(Province::from_code(row.get(0)?), "province")?;
                Ok((province, damaged(columns::kind(row.get(1)?), "kind of filing")?))
            })?;
        let facts = damaged(found, "filing of an event")?;
        self.filings.insert(id, facts);
        Ok(facts)
    }

    fn round(&mut self, id: FilingId) -> Result<Option<CountedRound>, StoreError> {
        if let Some(known) = self.tally.rounds.get(&id) {
            return Ok(*known);
        }
        let sql = "SELECT day, steps FROM counted_rounds WHERE filing = ?1";
        self.reader.one(sql, [id.number()], |row| Ok(CountedRound { day: row.get(0)?, steps: row.get(1)? }))
    }

    /// Asks what counting the event may ask, so that a server is asked for all events together.
    fn look_ahead(&mut self, event: &Event) -> Result<bool, StoreError> {
        let mut known = is_loaded(self.facts(event.filing).map(|_| ()))?;
        known &= is_loaded(self.round(event.filing).map(|_| ()))?;
        known &= match event.kind {
            EventKind::Passed => is_loaded(self.first_message(event).map(|_| ()))?,
            EventKind::MessageFailed => is_loaded(self.is_noon(event).map(|_| ()))?,
            _ => true,
        };
        Ok(known)
    }

    fn all(&mut self, events: &[Event]) -> Result<(), StoreError> {
        if self.reader.connection.gather() {
            let mut known = true;
            for event in events {
                known &= self.look_ahead(event)?;
            }
            if !known {
                self.reader.connection.fetch()?;
            }
        }
        events.iter().try_for_each(|event| self.event(event))
    }

    fn add(&mut self, event: &Event, day: i64, what: Counted) -> Result<(), StoreError> {
        let (province, kind) = self.facts(event.filing)?;
        let key = CountKey { day, province, provider: event.provider.clone(), kind, what };
        *self.tally.counts.entry(key).or_default() += 1;
        Ok(())
    }

    /// Counts a step of a round once.
    fn step(&mut self, event: &Event, step: u8, what: Counted) -> Result<(), StoreError> {
        let Some(mut round) = self.round(event.filing)?.filter(|round| round.steps & step == 0) else {
            return Ok(());
        };
        round.steps |= step;
        self.tally.rounds.insert(event.filing, Some(round));
        self.add(event, round.day, what)
    }

    /// Counts the end of a round.
    fn end(&mut self, event: &Event, what: Option<Counted>) -> Result<(), StoreError> {
        let round = self.round(event.filing)?;
        self.tally.rounds.insert(event.filing, None);
        let Some(round) = round else { return Ok(()) };
        match what.filter(|what| *what != Counted::Approved || round.steps & ASKED_NOBODY == 0) {
            Some(what) => self.add(event, round.day, what),
            None => Ok(()),
        }
    }

    fn event(&mut self, event: &Event) -> Result<(), StoreError> {
        let today = day(event.at);
        match event.kind {
            EventKind::FilingReported => {
                self.tally.rounds.insert(event.filing, Some(CountedRound { day: today, steps: 0 }));
                self.add(event, today, Counted::Reported)
            }
            EventKind::MessageSubmitted => {
                self.add(event, today, Counted::MessageAccepted)?;
                self.step(event, SENT, Counted::Sent)
            }
            EventKind::MessageDelivered => {
                self.add(event, today, Counted::MessageArrived)?;
                self.step(event, DELIVERED, Counted::Delivered)
            }
            EventKind::MessageFailed => {
                if self.is_noon(event)? {
                    self.add(event, today, Counted::NoonFailed)?;
                }
                self.add(event, today, Counted::MessageFailed)
            }
            EventKind::Resent => self.add(event, today, Counted::Resent),
            EventKind::AutoResent => self.add(event, today, Counted::NoonResent),
            EventKind::AttemptFailed => self.add(event, today, Counted::WrongAttempt),
            EventKind::Passed => self.passed(event),
            EventKind::FilingVerificationCompleted => {
                let round = self.round(event.filing)?;
                let verified = round.is_some_and(|round| round.steps & FIRST_VERIFIED != 0);
                match round.filter(|_| verified) {
                    Some(round) => self.add(event, round.day, Counted::AllVerified),
                    None => self.step(event, ASKED_NOBODY, Counted::AskedNobody),
                }
            }
            EventKind::FilingVerificationFailed => match (self.round(event.filing)?, event.data.reason) {
                (Some(round), Some(reason)) => self.add(event, round.day, failure(reason)),
                (None, _) | (_, None) => Ok(()),
            },
            EventKind::FilingApproved => self.end(event, Some(Counted::Approved)),
            EventKind::FilingRejected => self.end(event, Some(Counted::Rejected)),
            EventKind::FilingWithdrawn => self.end(event, Some(Counted::Withdrawn)),
            EventKind::FilingReturned => self.end(event, None),
            EventKind::FilingCreated
            | EventKind::FilingCorrected
            | EventKind::FilingClaimed
            | EventKind::FilingErased
            | EventKind::InitialReviewSubmitted
            | EventKind::InitialReviewClaimed
            | EventKind::InitialReviewPassed
            | EventKind::InitialReviewSentBack
            | EventKind::Expired
            | EventKind::Disowned
            | EventKind::DeadlineMoved => Ok(()),
        }
    }

    fn passed(&mut self, event: &Event) -> Result<(), StoreError> {
        self.step(event, FIRST_VERIFIED, Counted::FirstVerified)?;
        let sent = self.first_message(event)?.and_then(|first| first.submitted_at);
        let (Some(round), Some(sent)) = (self.round(event.filing)?, sent) else {
            return Ok(());
        };
        self.add(event, round.day, time_to_verify(event.at.since_ms(sent)))
    }

    fn first_message(&self, event: &Event) -> Result<Option<Message>, StoreError> {
        let first = event.verification.map(|verification: VerificationId| verification.message(1));
        Ok(first.map(|first| self.reader.message(first)).transpose()?.flatten())
    }

    fn is_noon(&self, event: &Event) -> Result<bool, StoreError> {
        let (Some(verification), Some(no)) = (event.verification, event.data.message_no) else {
            return Ok(false);
        };
        let message = self.reader.message(verification.message(no))?;
        Ok(message.is_some_and(|message| message.kind == MessageKind::Noon))
    }
}

macro_rules! sum_by {
    ($column:literal) => {
        concat!(
            "SELECT ",
            $column,
            ", what, CAST(sum(count) AS BIGINT) FROM daily_counts WHERE day >= ?1 AND (province = ?2 OR ?2 IS NULL) \
             AND (provider = ?3 OR ?3 IS NULL) AND (kind = ?4 OR ?4 IS NULL) GROUP BY 1, 2 ORDER BY 1, 2"
        )
    };
}
impl Reader {
    /// Counts the events that have not been counted, at most `limit` of each provider. Empty if there are none.
    pub fn tally(&self, limit: usize) -> Result<Tally, StoreError> {
        let snapshot = self.connection.snapshot()?;
        let mut counting = Counting { reader: self, tally: Tally::default(), filings: BTreeMap::new() };
        let mut last = String::new();
        // Providers are few, and each is found by a step along the primary key.
        while let Some(name) = self.one(
            "SELECT provider FROM events WHERE provider > ?1 ORDER BY provider LIMIT 1",
            [&last],
            |row| Ok(row.get::<String>(0)?),
        )? {
            let sql = "SELECT event FROM counted WHERE provider = ?1";
            let from = self.one(sql, [&name], |row| Ok(row.get(0)?))?.unwrap_or(0);
            let sql = select_event!("FROM events WHERE provider = ?1 AND id > ?2 ORDER BY id LIMIT ?3");
            let limit = i64::try_from(limit).unwrap_or(i64::MAX);
            let events = self.many(sql, params![name, from, limit], rows::event)?;
            let counted = counting.all(&events);
            self.connection.end_gathering();
            counted?;
            if let Some(end) = events.last() {
                let reach = (EventId::from_number(from), end.id);
                counting.tally.counted.insert(end.provider.clone(), reach);
            }
            last = name;
        }
        drop(snapshot);
        Ok(counting.tally)
    }

    /// Sums of what has been counted, by one thing: its name, what is counted, how many.
    pub fn daily_counts(
        &self,
        filter: &CountFilter,
        by: CountedBy,
    ) -> Result<Vec<(String, Counted, u64)>, StoreError> {
        let sql = match by {
            CountedBy::Day => sum_by!("day"),
            CountedBy::Province => sum_by!("province"),
            CountedBy::Provider => sum_by!("provider"),
            CountedBy::Kind => sum_by!("kind"),
        };
        let values = [
            Value::Integer(filter.from_day),
            filter.province.map_or(Value::Null, |province| Value::Integer(province.code().into())),
            filter.provider.as_ref().map_or(Value::Null, |provider| Value::Text(provider.to_string())),
            filter.kind.map_or(Value::Null, |kind| Value::Integer(columns::kind_number(kind).into())),
        ];
        self.many(sql, values, |row| {
            let name = match by {
                CountedBy::Kind => damaged(columns::kind(row.get(0)?), "kind of filing")?.to_string(),
                CountedBy::Provider => row.get(0)?,
                CountedBy::Day | CountedBy::Province => row.get::<i64>(0)?.to_string(),
            };
            let count = u64::try_from(row.get::<i64>(2)?).unwrap_or(0);
            Ok((name, damaged(columns::counted(row.get(1)?), "count")?, count))
        })
    }

    /// How many noon resends are due at an instant (RES-06).
    pub fn noon_resends(&self, at: Timestamp) -> Result<u64, StoreError> {
        let sql = "SELECT count(*) FROM due WHERE at = ?1 AND kind = 2";
        let count: i64 = self.one(sql, [at.as_ms()], |row| Ok(row.get(0)?))?.unwrap_or(0);
        Ok(u64::try_from(count).unwrap_or(0))
    }
}

impl Writer {
    /// Adds a tally if it begins where counting stands; gives how many providers it moved on.
    pub(super) fn add(&mut self, tally: &Tally) -> Result<usize, StoreError> {
        for (provider, (from, _)) in &tally.counted {
            let sql = "SELECT event FROM counted WHERE provider = ?1";
            let stands: i64 = self.one(sql, [provider.as_str()], |row| Ok(row.get(0)?))?.unwrap_or(0);
            if stands != from.number() {
                return Ok(0);
            }
        }
        for (key, count) in &tally.counts {
            let sql = "INSERT INTO daily_counts (day, province, provider, kind, what, count) \
                       VALUES (?1, ?2, ?3, ?4, ?5, ?6) ON CONFLICT (day, province, provider, kind, what) DO UPDATE SET \
                       count = daily_counts.count + excluded.count";
            self.connection.put(
                sql,
                params![
                    key.day,
                    key.province.code(),
                    key.provider.as_str(),
                    columns::kind_number(key.kind),
                    columns::counted_number(key.what),
                    i64::try_from(*count).unwrap_or(i64::MAX),
                ],
            )?;
        }
        for (filing, _) in tally.rounds.iter().filter(|(_, round)| round.is_none()) {
            let sql = "DELETE FROM counted_rounds WHERE filing = ?1";
            self.connection.put(sql, [filing.number()])?;
        }
        for (filing, round) in &tally.rounds {
            let Some(round) = round else { continue };
            let sql = "INSERT INTO counted_rounds (filing, day, steps) VALUES (?1, ?2, ?3) \
                       ON CONFLICT (filing) DO UPDATE SET day = excluded.day, steps = excluded.steps";
            self.connection.put(sql, params![filing.number(), round.day, round.steps])?;
        }
        for (provider, (_, to)) in &tally.counted {
            let sql = "INSERT INTO counted (provider, event) VALUES (?1, ?2) \
                       ON CONFLICT (provider) DO UPDATE SET event = excluded.event";
            self.connection.put(sql, params![provider.as_str(), to.number()])?;
        }
        Ok(tally.counted.len())
    }
}
