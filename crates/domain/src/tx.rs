//! One decision in the making: reads through to the loaded state, keeps what it writes, and can be dropped whole.

use std::sync::Arc;

use crate::Timestamp;
use crate::accounts::{Account, Session, SessionTag, SignInName};
use crate::api_keys::ApiKey;
use crate::audit::unmask::Unmasking;
use crate::audit::{AuditAction, AuditActor, AuditData, AuditEntry, AuditSubject};
use crate::bulk::{BulkEntry, BulkJob, BulkResult};
use crate::decide::{Context, Refusal, Stop};
use crate::due::Due;
use crate::enterprise::{EnterpriseAccount, IspId, NotFiled, RecordFiled, ResultFile, Upload, UsedValue};
use crate::event::{Actor, Event, EventData, EventKind};
use crate::filing::draft::Domain;
use crate::filing::initial_review::{InitialReview, InitialReviewRule};
use crate::filing::{Body, Filing, RoundBody};
use crate::outage::StoppedClocks;
use crate::proposals::Proposal;
use crate::providers::SupportContact;
use crate::registry::{EntityNo, EntityRecord, ServiceNo, ServiceRecord};
use crate::review::{Decided, Review};
use crate::routes::Drained;
use crate::rules::{Archived, Rules, Version};
use crate::state::{Key, State, Tables};
use crate::tags::{CounterKey, EntityTag, PersonTag, PhoneTag};
use crate::terms::{
    AccountId, ApiKeyId, BulkId, DeliveryId, EventId, FilingId, MessageId, ProposalId, ProviderId, Province,
    UploadId, VerificationId, VersionId,
};
use crate::verification::{Message, Orphan, Outgoing, Standing, Verification};
use crate::webhooks::{Delivery, Endpoint};

mod writes;

/// Everything a decision changes, as values.
#[derive(Clone, Default, Debug)]
pub struct Delta {
    /// Rows written; `None` deletes.
    pub rows: Tables,
    /// Events, in order; their ids follow on from the state's.
    pub events: Vec<Event>,
    /// Entries of the audit log, in order.
    pub audit: Vec<AuditEntry>,
    /// Messages for the outbox, in clear.
    pub outbox: Vec<Outgoing>,
    /// Messages whose sealed text is to be wiped (SMS-03).
    pub wiped: Vec<MessageId>,
    /// Where messages in the outbox stand from now on.
    pub standings: Vec<(MessageId, Standing)>,
    /// Carriers' ids of messages, by route.
    pub carrier_ids: Vec<(MessageId, String, String)>,
    /// Commands to come.
    pub due: Vec<(Timestamp, Due)>,
    /// Decisions of administrations.
    pub decided: Vec<Decided>,
    /// People that filings name, to be known by (RES-02).
    pub named: Vec<(PersonTag, FilingId)>,
    /// Filings whose people are no longer known by them (SEC-13).
    pub forgotten: Vec<FilingId>,
    /// What became of rows of files.
    pub bulk_results: Vec<BulkResult>,
    /// Filings that came as records over the enterprise interface.
    pub enterprise_filed: Vec<RecordFiled>,
    /// What other records came to, by provider.
    pub enterprise_not_filed: Vec<(ProviderId, NotFiled)>,
    /// Filings created.
    pub filings: i64,
    /// The rules from here on, if this changes them; what is decided next is decided by them.
    pub rules: Option<Arc<Rules>>,
    /// Rule sets for the archive.
    pub archived: Archived,
}

impl Delta {
    /// Whether nothing changes.
    pub fn is_empty(&self) -> bool {
        self.rows.is_empty()
            && self.events.is_empty()
            && self.audit.is_empty()
            && self.outbox.is_empty()
            && self.wiped.is_empty()
            && self.standings.is_empty()
            && self.due.is_empty()
            && self.decided.is_empty()
            && self.rules.is_none()
            && self.archived.is_empty()
            && self.named.is_empty()
            && self.forgotten.is_empty()
            && self.bulk_results.is_empty()
            && self.enterprise_filed.is_empty()
            && self.enterprise_not_filed.is_empty()
    }
}

impl State {
    /// Makes a decision's changes part of the state, for the decisions after it.
    pub fn apply(&mut self, delta: &Delta) {
        self.rows.absorb(delta.rows.clone());
        self.next_event += i64::try_from(delta.events.len()).unwrap_or(i64::MAX);
        self.next_filing += delta.filings;
    }
}

/// See the module.
pub struct Tx<'a> {
    /// What is given: time, rules, keys.
    pub context: &'a Context<'a>,
    state: &'a State,
    delta: Delta,
}

macro_rules! reads {
    ($($(#[$doc:meta])* $name:ident: $table:ident, $variant:ident, $key:ty => $row:ty;)+) => {
        $(
            $(#[$doc])*
            pub fn $name(&self, key: &$key) -> Result<Option<$row>, Stop> {
                match self.delta.rows.$table.get(key).or_else(|| self.state.rows.$table.get(key)) {
                    Some(row) => Ok(row.clone()),
                    None => Err(Stop::Need(vec![Key::$variant(key.clone())])),
                }
            }
        )+
    };
}

impl<'a> Tx<'a> {
    /// Begins a decision.
    pub fn new(context: &'a Context<'a>, state: &'a State) -> Self {
        Self { context, state, delta: Delta::default() }
    }

    /// Ends it.
    pub fn into_delta(self) -> Delta {
        self.delta
    }

    /// Carries out a part that may be refused by itself: what it has written until then is taken back, and the decision
    /// goes on.
    pub fn attempt<T>(
        &mut self,
        part: impl FnOnce(&mut Self) -> Result<T, Stop>,
    ) -> Result<Result<T, Refusal>, Stop> {
        let before = self.delta.clone();
        match part(self) {
            Ok(done) => Ok(Ok(done)),
            Err(Stop::Refuse(refusal)) => {
                self.delta = before;
                Ok(Err(refusal))
            }
            Err(Stop::Need(keys)) => Err(Stop::Need(keys)),
        }
    }

    /// The instant of the decision.
    pub fn now(&self) -> Timestamp {
        self.context.now
    }

    reads! {
        /// A filing's row.
        filing: filings, Filing, FilingId => Filing;
        /// A filing's body.
        body: bodies, Body, FilingId => Arc<Body>;
        /// One verification.
        verification: verifications, Verification, VerificationId => Verification;
        /// One message.
        message: messages, Message, MessageId => Message;
        /// The messages of a route that its carrier knows by an id.
        of_carrier: of_carrier, OfCarrier, (String, String) => Vec<MessageId>;
        /// The early receipts of a route for a phone.
        orphans: orphans, Orphans, (String, PhoneTag) => Vec<Orphan>;
        /// The open filing of an organiser.
        holder: holders, Holder, EntityTag => FilingId;
        /// The filing with a provider's own number.
        order: orders, Order, (ProviderId, String) => FilingId;
        /// 主体.
        entity: entities, Entity, EntityNo => Arc<EntityRecord>;
        /// The number of an organiser.
        entity_number: entity_numbers, EntityNumber, EntityTag => EntityNo;
        /// A service's record.
        service: services, Service, ServiceNo => Arc<ServiceRecord>;
        /// The service that has a domain.
        domain: domains, Domain, Domain => ServiceNo;
        /// The last filing number a province has given.
        last_number: last_numbers, LastNumber, Province => u32;
        /// The review of a filing.
        review: reviews, Review, FilingId => Review;
        /// A limit's counter.
        counter: counters, Counter, CounterKey => u32;
        /// How far a provider has acknowledged its feed.
        acknowledged: acknowledged, Acknowledged, ProviderId => EventId;
        /// Whether a person is named by any filing.
        person: people, Person, PersonTag => ();
        /// A stored reply.
        reply: replies, Reply, crate::decide::RequestKey => crate::decide::StoredReply;
        /// One account of the staff.
        account: accounts, Account, AccountId => Account;
        /// The account with a sign-in name.
        account_name: account_names, AccountName, SignInName => AccountId;
        /// One session.
        session: sessions, Session, SessionTag => Session;
        /// A filing's place in the 初审 of its provider.
        initial_review: initial_reviews, InitialReview, FilingId => InitialReview;
        /// Whether a provider's console asks for 初审.
        initial_review_rule: initial_review_rules, InitialReviewRule, ProviderId => InitialReviewRule;
        /// That a provider has its applicants told by e-mail.
        notices: notices, Notices, ProviderId => ();
        /// Whom the applicants of a provider are told to ask.
        support_contact: support_contacts, SupportContact, ProviderId => SupportContact;
        /// That a route gets no messages.
        drained_route: drained_routes, DrainedRoute, String => Drained;
        /// A person's request to see a filing in clear.
        unmasking: unmaskings, Unmasking, (FilingId, AccountId) => Unmasking;
        /// A key of the provider API.
        api_key: api_keys, ApiKey, ApiKeyId => ApiKey;
        /// The endpoints of a provider.
        webhooks: webhooks, Webhooks, ProviderId => Vec<Endpoint>;
        /// An event on its way to an endpoint.
        delivery: deliveries, Delivery, DeliveryId => Delivery;
        /// Something that takes two people.
        proposal: proposals, Proposal, ProposalId => Proposal;
        /// The outages for which clocks were stopped.
        outages: outages, Outages, () => Arc<Vec<StoppedClocks>>;
        /// A version of a rule file.
        rule_version: rule_versions, RuleVersion, VersionId => Version;
        /// A file of filings.
        bulk_job: bulk_jobs, BulkJob, BulkId => BulkJob;
        /// Rows of such a file that wait.
        bulk_chunk: bulk_chunks, BulkChunk, (BulkId, u32) => Arc<Vec<BulkEntry>>;
        /// The files of a provider that are under way.
        bulk_open: bulk_open, BulkOpen, ProviderId => Vec<BulkId>;
        /// A provider's account at the door of the enterprise interface.
        enterprise_account: enterprise_accounts, EnterpriseAccount, ProviderId => EnterpriseAccount;
        /// The provider with a number there.
        enterprise_unit: enterprise_units, EnterpriseUnit, IspId => ProviderId;
        /// Whether a random value was used there.
        enterprise_used: enterprise_used, EnterpriseUsed, UsedValue => ();
        /// A file of records that was accepted there.
        enterprise_upload: enterprise_uploads, EnterpriseUpload, UploadId => Upload;
        /// A file that waits there, or has been taken away.
        enterprise_result: enterprise_results, EnterpriseResult, (ProviderId, String) => ResultFile;
    }

    /// The rounds of a filing: of its body, if that is known, else read without it.
    pub fn rounds(&self, filing: FilingId) -> Result<Option<Arc<Vec<RoundBody>>>, Stop> {
        let rows = (&self.delta.rows, &self.state.rows);
        if let Some(body) = rows.0.bodies.get(&filing).or_else(|| rows.1.bodies.get(&filing)) {
            return Ok(body.as_ref().map(|body| Arc::new(body.rounds.clone())));
        }
        match rows.1.rounds.get(&filing) {
            Some(rounds) => Ok(rounds.clone()),
            None => Err(Stop::Need(vec![Key::Rounds(filing)])),
        }
    }

    fn list(&self, ids: Option<Vec<VerificationId>>) -> Result<Vec<Verification>, Stop> {
        let mut rows = Vec::new();
        for id in ids.unwrap_or_default() {
            rows.extend(self.verification(&id)?);
        }
        Ok(rows)
    }

    /// All verifications of a filing.
    pub fn of_filing(&self, filing: FilingId) -> Result<Vec<Verification>, Stop> {
        let ids = self.delta.rows.of_filing.get(&filing).or_else(|| self.state.rows.of_filing.get(&filing));
        let ids = ids.ok_or_else(|| Stop::Need(vec![Key::OfFiling(filing)]))?;
        self.list(ids.clone())
    }

    /// All verifications of a phone, under one key.
    pub fn of_phone(&self, phone: PhoneTag) -> Result<Vec<Verification>, Stop> {
        let ids = self.delta.rows.of_phone.get(&phone).or_else(|| self.state.rows.of_phone.get(&phone));
        let ids = ids.ok_or_else(|| Stop::Need(vec![Key::OfPhone(phone)]))?;
        self.list(ids.clone())
    }

    /// Asks for rows that will be needed, all at once rather than one by one.
    pub fn need(&self, keys: impl IntoIterator<Item = Key>) -> Result<(), Stop> {
        let missing: Vec<Key> = keys
            .into_iter()
            .filter(|key| !self.delta.rows.knows(key) && !self.state.rows.knows(key))
            .collect();
        if missing.is_empty() { Ok(()) } else { Err(Stop::Need(missing)) }
    }

    /// The id that a new filing gets.
    pub fn new_filing_id(&mut self) -> FilingId {
        let id = FilingId::from_number(self.state.next_filing + self.delta.filings);
        self.delta.filings += 1;
        // Nothing can be there yet, so nothing has to be loaded.
        self.delta.rows.of_filing.insert(id, Some(Vec::new()));
        id
    }

    /// Writes an event about a filing, or about one of its verifications; gives its id.
    pub fn event(
        &mut self,
        filing: &Filing,
        verification: Option<VerificationId>,
        previous: Option<EventId>,
        kind: EventKind,
        actor: Actor,
        data: EventData,
    ) -> EventId {
        let offset = i64::try_from(self.delta.events.len()).unwrap_or(i64::MAX);
        let id = EventId::from_number(self.state.next_event + offset);
        let at = self.now();
        let provider = filing.provider.clone();
        let event = Event { id, kind, at, provider, filing: filing.id, verification, previous, actor, data };
        self.delta.events.push(event);
        id
    }

    /// Writes an event into a verification's chain.
    pub fn note(
        &mut self,
        filing: &Filing,
        verification: &mut Verification,
        kind: EventKind,
        actor: Actor,
        data: EventData,
    ) {
        let previous = (verification.last_event.number() > 0).then_some(verification.last_event);
        verification.last_event = self.event(filing, Some(verification.id), previous, kind, actor, data);
    }

    /// Writes an entry of the audit log.
    pub fn audit(&mut self, entry: AuditEntry) {
        self.delta.audit.push(entry);
    }

    /// Writes an entry about a filing, of somebody who has just decided over it.
    pub fn audit_filing(
        &mut self,
        actor: AuditActor,
        action: AuditAction,
        filing: FilingId,
        data: AuditData,
    ) {
        let subject = AuditSubject::Filing(filing);
        // Whoever has decided over it has had it loaded.
        let provider = self.filing(&filing).ok().flatten().map(|filing| filing.provider);
        let data = AuditData { provider, ..data };
        self.audit(AuditEntry::new(self.now(), actor, action, subject).with(data));
    }

    /// Writes an entry about an account.
    pub fn audit_account(&mut self, actor: AuditActor, action: AuditAction, account: &Account) {
        let name = Some(account.name.as_str().to_owned());
        let provider = account.role.provider().cloned();
        let data = AuditData { account: name, provider, ..AuditData::default() };
        self.audit(AuditEntry::new(self.now(), actor, action, AuditSubject::Account(account.id)).with(data));
    }
}
