//! Rows of the tables as the domain's values.

use std::sync::Arc;

use crate::sql::Row;
use heyan_domain::Timestamp;
use heyan_domain::event::{Event, EventData};
use heyan_domain::filing::{Body, Failure, Filing, FilingState, RoundBody};
use heyan_domain::review::{Claim, Review};
use heyan_domain::rules::RuleSetNo;
use heyan_domain::tags::EntityTag;
use heyan_domain::terms::{EventId, FilingId, MessageId, ProviderId, Province, VerificationId};
use heyan_domain::verification::{Message, Verification};
use heyan_domain::working_days::DueDate;

use super::columns;
use super::packed;
use crate::database::StoreError;
use crate::keys::{Purpose, Ring};

/// `SELECT` of a table's columns in the order in which the functions below read them.
macro_rules! select {
    ($name:ident, $columns:literal) => {
        macro_rules! $name {
            ($rest:literal) => {
                concat!("SELECT ", $columns, " ", $rest)
            };
        }
        pub(super) use $name;
    };
}
select!(
    select_filing,
    "id, provider, order_no, kind, province, entity, created_at, state, reason, state_at, edited, version, \
     round_no, rule_set, next_verification, reported_at, last_event, verifications, report_due_at, \
     report_due_provisional"
);
select!(
    select_message,
    "id, kind, state, created_at, submitted_at, finished_at, route, carrier_id, carrier_code, handed_at, attempts"
);
select!(select_event, "provider, id, kind, at, filing, verification, previous, actor, data");
select!(
    select_review,
    "reviews.filing, reviews.province, arrived_at, due_at, due_provisional, reviewer, claimed_until"
);

/// The review of one filing, by the way to it that the filing's row holds.
pub(super) const REVIEW_OF: &str = select_review!(
    "FROM filings CROSS JOIN reviews WHERE reviews.province = filings.province \
     AND reviews.arrived_at = filings.state_at AND reviews.filing = filings.id AND filings.id = ?1"
);

pub(super) fn damaged<T>(value: Option<T>, what: &'static str) -> Result<T, StoreError> {
    value.ok_or(StoreError::Damaged { what })
}

fn at(value: Option<i64>) -> Option<Timestamp> {
    value.map(Timestamp::from_ms)
}

/// Which of the numbers in `state` a filing's state is.
pub(super) mod filing_state {
    pub const DRAFT: u8 = 1;
    pub const INITIAL_REVIEW: u8 = 2;
    pub const VERIFYING: u8 = 3;
    pub const VERIFICATION_FAILED: u8 = 4;
    pub const IN_REVIEW: u8 = 5;
    pub const RETURNED: u8 = 6;
    pub const APPROVED: u8 = 7;
    pub const REJECTED: u8 = 8;
    pub const WITHDRAWN: u8 = 9;

    /// The numbers behind a state's name on the wire; none for a name that is no state at rest.
    pub fn numbers(name: &str) -> &'static [u8] {
        match name {
            "draft" => &[DRAFT],
            "initial_review" => &[INITIAL_REVIEW],
            "verifying" => &[VERIFYING, VERIFICATION_FAILED],
            "in_review" => &[IN_REVIEW],
            "returned" => &[RETURNED],
            "approved" => &[APPROVED],
            "rejected" => &[REJECTED],
            "withdrawn" => &[WITHDRAWN],
            _ => &[],
        }
    }
}

pub(super) struct StoredState {
    pub state: u8,
    pub reason: Option<u8>,
    pub state_at: Option<i64>,
    pub edited: bool,
}

pub(super) fn store_state(state: &FilingState) -> StoredState {
    let plain = |state| StoredState { state, reason: None, state_at: None, edited: false };
    let since = |state, at: Timestamp| StoredState { state_at: Some(at.as_ms()), ..plain(state) };
    match state {
        FilingState::Draft => plain(filing_state::DRAFT),
        FilingState::InitialReview => plain(filing_state::INITIAL_REVIEW),
        FilingState::Verifying(None) => plain(filing_state::VERIFYING),
        FilingState::Verifying(Some(failure)) => StoredState {
            reason: Some(columns::reason_number(failure.reason)),
            ..since(filing_state::VERIFICATION_FAILED, failure.return_at)
        },
        FilingState::InReview { at } => since(filing_state::IN_REVIEW, *at),
        FilingState::Returned { reason, at, edited } => StoredState {
            reason: Some(columns::reason_number(*reason)),
            edited: *edited,
            ..since(filing_state::RETURNED, *at)
        },
        FilingState::Approved { at } => since(filing_state::APPROVED, *at),
        FilingState::Rejected { at } => since(filing_state::REJECTED, *at),
        FilingState::Withdrawn { at } => since(filing_state::WITHDRAWN, *at),
    }
}

fn read_state(stored: &StoredState) -> Option<FilingState> {
    let state_at = at(stored.state_at);
    let reason = stored.reason.and_then(columns::reason);
    Some(match stored.state {
        filing_state::DRAFT => FilingState::Draft,
        filing_state::INITIAL_REVIEW => FilingState::InitialReview,
        filing_state::VERIFYING => FilingState::Verifying(None),
        filing_state::VERIFICATION_FAILED => {
            FilingState::Verifying(Some(Failure { reason: reason?, return_at: state_at? }))
        }
        filing_state::IN_REVIEW => FilingState::InReview { at: state_at? },
        filing_state::RETURNED => {
            FilingState::Returned { reason: reason?, at: state_at?, edited: stored.edited }
        }
        filing_state::APPROVED => FilingState::Approved { at: state_at? },
        filing_state::REJECTED => FilingState::Rejected { at: state_at? },
        filing_state::WITHDRAWN => FilingState::Withdrawn { at: state_at? },
        _ => return None,
    })
}

pub(super) fn filing(row: &Row<'_>) -> Result<Filing, StoreError> {
    let stored =
        StoredState { state: row.get(7)?, reason: row.get(8)?, state_at: row.get(9)?, edited: row.get(10)? };
    Ok(Filing {
        id: FilingId::from_number(row.get(0)?),
        provider: provider(row, 1)?,
        order_no: row.get(2)?,
        kind: damaged(columns::kind(row.get(3)?), "kind of filing")?,
        province: damaged(Province::from_code(row.get(4)?), "province")?,
        entity: row.get::<Option<[u8; 16]>>(5)?.map(EntityTag::from_bytes),
        created_at: Timestamp::from_ms(row.get(6)?),
        state: damaged(read_state(&stored), "state of a filing")?,
        version: row.get(11)?,
        round_no: row.get(12)?,
        ruleset: row.get::<Option<u32>>(13)?.map(RuleSetNo),
        next_verification: row.get(14)?,
        reported_at: at(row.get(15)?),
        report_due: match at(row.get(18)?) {
            Some(at) => Some(DueDate { at, provisional: row.get(19)? }),
            None => None,
        },
        last_event: EventId::from_number(row.get(16)?),
    })
}

fn provider(row: &Row<'_>, index: usize) -> Result<ProviderId, StoreError> {
    let text = row.get_ref(index)?.as_str()?;
    damaged(ProviderId::parse(text), "provider")
}

/// A filing with its verifications.
pub(super) fn filing_with_verifications(row: &Row<'_>) -> Result<(Filing, Vec<Verification>), StoreError> {
    let filing = filing(row)?;
    let verifications = packed::unpack(filing.id, row.get_ref(17)?.as_blob()?)?;
    Ok((filing, verifications))
}

pub(super) fn message(row: &Row<'_>) -> Result<Message, StoreError> {
    let attempts: Option<String> = row.get(10)?;
    let attempts = attempts.map_or(Ok(Vec::new()), |text| serde_json::from_str(&text));
    Ok(Message {
        id: MessageId::from_number(row.get(0)?),
        kind: damaged(columns::message_kind(row.get(1)?), "kind of message")?,
        state: damaged(columns::message_state(row.get(2)?), "state of a message")?,
        created_at: Timestamp::from_ms(row.get(3)?),
        submitted_at: at(row.get(4)?),
        finished_at: at(row.get(5)?),
        route: row.get(6)?,
        carrier_id: row.get(7)?,
        carrier_code: row.get(8)?,
        handed_at: at(row.get(9)?),
        attempts: attempts.map_err(|_| StoreError::Damaged { what: "message" })?,
    })
}

pub(super) fn event(row: &Row<'_>) -> Result<Event, StoreError> {
    let data: Option<String> = row.get(8)?;
    let data = data.map_or(Ok(EventData::default()), |text| serde_json::from_str(&text));
    Ok(Event {
        provider: provider(row, 0)?,
        id: EventId::from_number(row.get(1)?),
        kind: damaged(columns::event_kind(row.get(2)?), "kind of event")?,
        at: Timestamp::from_ms(row.get(3)?),
        filing: FilingId::from_number(row.get(4)?),
        verification: row.get::<Option<i64>>(5)?.map(VerificationId::from_number),
        previous: row.get::<Option<i64>>(6)?.map(EventId::from_number),
        actor: damaged(columns::actor(row.get(7)?), "actor")?,
        data: data.map_err(|_| StoreError::Damaged { what: "data of an event" })?,
    })
}

pub(super) fn review(row: &Row<'_>) -> Result<Review, StoreError> {
    let reviewer: Option<String> = row.get(5)?;
    let until = at(row.get(6)?);
    Ok(Review {
        filing: FilingId::from_number(row.get(0)?),
        province: damaged(Province::from_code(row.get(1)?), "province")?,
        arrived_at: Timestamp::from_ms(row.get(2)?),
        due_at: Timestamp::from_ms(row.get(3)?),
        due_provisional: row.get(4)?,
        claim: reviewer.zip(until).map(|(reviewer, until)| Claim { reviewer, until }),
    })
}

/// Opens a sealed JSON value.
pub(super) fn unseal<T: serde::de::DeserializeOwned>(
    ring: &Ring,
    purpose: Purpose,
    place: &[u8],
    sealed: &[u8],
    what: &'static str,
) -> Result<T, StoreError> {
    let clear = ring.open(purpose, place, sealed).map_err(|_| StoreError::Damaged { what })?;
    serde_json::from_slice(&clear).map_err(|_| StoreError::Damaged { what })
}

pub(super) fn body(ring: &Ring, filing: FilingId, sealed: &[u8]) -> Result<Arc<Body>, StoreError> {
    let place = filing.number().to_be_bytes();
    unseal(ring, Purpose::FilingBody, &place, sealed, "filing").map(Arc::new)
}

/// The rounds of a body alone. What was filed is longer, and passed over without being kept.
pub(super) fn rounds(ring: &Ring, filing: FilingId, sealed: &[u8]) -> Result<Vec<RoundBody>, StoreError> {
    #[derive(serde::Deserialize)]
    struct Rounds {
        #[serde(default)]
        rounds: Vec<RoundBody>,
    }
    let place = filing.number().to_be_bytes();
    let found: Rounds = unseal(ring, Purpose::FilingBody, &place, sealed, "filing")?;
    Ok(found.rounds)
}
