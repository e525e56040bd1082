//! What is read for pages and answers.

use std::collections::BTreeMap;
use std::sync::Arc;

use heyan_domain::Timestamp;
use heyan_domain::enterprise::NotFiled;
use heyan_domain::event::{Event, EventKind};
use heyan_domain::filing::initial_review::InitialReview;
use heyan_domain::filing::{Body, Filing};
use heyan_domain::notices::Occasion;
use heyan_domain::registry::ServiceRecord;
use heyan_domain::review::Review;
use heyan_domain::terms::{EndpointId, EventId, FilingId, FilingKind, ProviderId, Province, UploadId};
use heyan_domain::verification::{Message, Verification};
use heyan_domain::webhooks::Delivery;

/// A filing with everything that is shown of it.
#[derive(Clone, Debug)]
pub struct FilingView {
    /// Its row.
    pub filing: Filing,
    /// Its content and rounds.
    pub body: Arc<Body>,
    /// All its verifications, over all rounds.
    pub verifications: Vec<Verification>,
    /// All its messages.
    pub messages: Vec<Message>,
    /// The registry's record of the service that it refers to.
    pub service: Option<ServiceRecord>,
    /// Its place in the administration's queue.
    pub review: Option<Review>,
    /// Its place in the 初审 of its provider.
    pub initial_review: Option<InitialReview>,
}

impl FilingView {
    /// The verifications of the latest round.
    pub fn current(&self) -> impl Iterator<Item = &Verification> {
        self.verifications.iter().filter(|verification| verification.round_no == self.filing.round_no)
    }

    /// A verification's messages.
    pub fn messages_of(&self, verification: &Verification) -> impl Iterator<Item = &Message> {
        let id = verification.id;
        self.messages.iter().filter(move |message| message.id.verification() == id)
    }
}

/// Sizes for the metrics.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Counts {
    /// Messages that no carrier has accepted yet.
    pub outbox: i64,
    /// Filings ever made.
    pub filings: i64,
    /// Events ever written.
    pub events: i64,
}

/// How the system is, for the operator's page.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct System {
    /// Messages that no carrier has accepted yet.
    pub outbox: i64,
    /// Filings ever made.
    pub filings: i64,
    /// Events ever written.
    pub events: i64,
    /// Commands whose time has come and that have not been carried out; counted up to 10,000.
    pub due: i64,
    /// Since when the oldest of them is due.
    pub due_since: Option<Timestamp>,
    /// When the next command is due, or was.
    pub next_due: Option<Timestamp>,
    /// Size of the database's file, in bytes.
    pub database_bytes: u64,
}

/// What the operator's charts count.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum Counted {
    /// A round was opened.
    Reported,
    /// A carrier has accepted the round's first message.
    Sent,
    /// A message of the round has arrived.
    Delivered,
    /// Somebody of the round has verified.
    FirstVerified,
    /// Everybody of the round has verified.
    AllVerified,
    /// The administration has approved.
    Approved,
    /// The round asked nobody; it is in none of the steps after the report.
    AskedNobody,
    /// The round failed: attempts used up.
    AttemptsExhausted,
    /// The round failed: deadline passed.
    Expired,
    /// The round failed: no route took a message in time.
    Undeliverable,
    /// The provider took the filing back.
    Withdrawn,
    /// The administration refused.
    Rejected,
    /// Somebody verified at most 5 minutes after a carrier had accepted the first message.
    Within5Minutes,
    /// After more than that, at most 15 minutes.
    Within15Minutes,
    /// After more than that, at most an hour.
    WithinAnHour,
    /// After more than that, at most 4 hours.
    Within4Hours,
    /// After more than that, at most 12 hours.
    Within12Hours,
    /// After more than that, at most 24 hours.
    WithinADay,
    /// After more than that.
    Later,
    /// A carrier has accepted a message.
    MessageAccepted,
    /// A message has arrived.
    MessageArrived,
    /// A message was refused or did not arrive.
    MessageFailed,
    /// A person asked for another message.
    Resent,
    /// The noon resend wrote another message.
    NoonResent,
    /// A message of the noon resend was refused or did not arrive.
    NoonFailed,
    /// A wrong attempt was counted.
    WrongAttempt,
}

impl Counted {
    /// Everything that is counted.
    pub const ALL: &'static [Self] = &[
        Self::Reported,
        Self::Sent,
        Self::Delivered,
        Self::FirstVerified,
        Self::AllVerified,
        Self::Approved,
        Self::AskedNobody,
        Self::AttemptsExhausted,
        Self::Expired,
        Self::Undeliverable,
        Self::Withdrawn,
        Self::Rejected,
        Self::Within5Minutes,
        Self::Within15Minutes,
        Self::WithinAnHour,
        Self::Within4Hours,
        Self::Within12Hours,
        Self::WithinADay,
        Self::Later,
        Self::MessageAccepted,
        Self::MessageArrived,
        Self::MessageFailed,
        Self::Resent,
        Self::NoonResent,
        Self::NoonFailed,
        Self::WrongAttempt,
    ];
}

/// Under what something is counted.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub struct CountKey {
    /// A civil day in Beijing, as 20260302.
    pub day: i64,
    /// The handling administration.
    pub province: Province,
    /// Whose filing it is.
    pub provider: ProviderId,
    /// What it asks for.
    pub kind: FilingKind,
    /// What is counted.
    pub what: Counted,
}

/// How far a round has come that is being counted.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct CountedRound {
    /// The day of its report.
    pub day: i64,
    /// The steps that have been counted, one bit each.
    pub steps: u8,
}

/// What a stretch of events comes to, and where it begins and ends: added once, or not at all.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Tally {
    /// Of each provider: the last event counted before, and the last one counted here.
    pub counted: BTreeMap<ProviderId, (EventId, EventId)>,
    /// How many of each.
    pub counts: BTreeMap<CountKey, u64>,
    /// Rounds as they are now; `None` for those that have been decided.
    pub rounds: BTreeMap<FilingId, Option<CountedRound>>,
}

/// A mail to be sent (PRO-05).
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Mail {
    /// Which.
    pub id: i64,
    /// About which filing.
    pub filing: FilingId,
    /// What it tells of.
    pub occasion: Occasion,
    /// When that was.
    pub happened_at: Timestamp,
    /// Which of the filing's addresses, from 0.
    pub recipient: usize,
    /// How often it was tried.
    pub tries: u32,
}

/// What events of providers whose applicants are told call for.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Noticed {
    /// Up to which event of each provider has been looked.
    pub reach: Vec<(ProviderId, EventId)>,
    /// The mails: of a filing, on an occasion, at an instant, to so many addresses.
    pub mails: Vec<(FilingId, Occasion, Timestamp, usize)>,
}

/// What events call for that endpoints for webhooks have not been told.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Followed {
    /// When that was looked at.
    pub at: Timestamp,
    /// For each endpoint that there is anything new for.
    pub endpoints: Vec<FollowedBy>,
}

/// The same for one endpoint.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct FollowedBy {
    /// Which.
    pub endpoint: EndpointId,
    /// Whose.
    pub provider: ProviderId,
    /// Behind which event was looked.
    pub from: EventId,
    /// Up to which.
    pub to: EventId,
    /// The events that it is to be told of.
    pub events: Vec<EventId>,
}

/// A part of a file of records that is being laid down.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct StagedPart {
    /// Of which file.
    pub upload: UploadId,
    /// Which, from 0.
    pub no: u32,
    /// When.
    pub at: Timestamp,
    /// What is in it.
    pub bytes: Vec<u8>,
}

/// Files of results for a provider, and what lies in them.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Published {
    /// Whose.
    pub provider: ProviderId,
    /// When they were made.
    pub at: Timestamp,
    /// What their names begin with; each gets its number behind it.
    pub stem: String,
    /// The files, in order.
    pub files: Vec<Vec<u8>>,
    /// Up to which of what records came to.
    pub not_filed: i64,
    /// Behind which event was looked.
    pub from: EventId,
    /// Up to which.
    pub to: EventId,
}

/// What the next files of results are made of.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Unpublished {
    /// Whether the provider was given its code tables; they come first.
    pub has_tables: bool,
    /// What records came to that are no filings, by number.
    pub not_filed: Vec<(i64, NotFiled)>,
    /// Behind which event was looked.
    pub from: EventId,
    /// Up to which.
    pub to: EventId,
    /// What was decided over filings.
    pub events: Vec<Event>,
}

/// A delivery, and what it tells of.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct DeliverySeen {
    /// The delivery.
    pub delivery: Delivery,
    /// What happened.
    pub kind: EventKind,
    /// To which filing.
    pub filing: FilingId,
}
