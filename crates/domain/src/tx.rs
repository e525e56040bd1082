//! One decision in the making: reads through to the loaded state, keeps what it writes, and can be dropped whole.

use std::sync::Arc;

use crate::Timestamp;
use crate::accounts::{Account, Session, SessionTag, SignInName};
use crate::audit::unmask::Unmasking;
use crate::audit::{AuditAction, AuditActor, AuditData, AuditEntry, AuditSubject};
use crate::bulk::{BulkEntry, BulkJob, BulkResult};
use crate::decide::{Context, Refusal, Stop};
use crate::due::Due;
use crate::event::{Actor, Event, EventData, EventKind};
use crate::filing::draft::Domain;
use crate::filing::initial_review::{InitialReview, InitialReviewRule};
use crate::filing::{Body, Filing, RoundBody};
use crate::outage::StoppedClocks;
use crate::proposals::Proposal;
use crate::registry::{EntityNo, EntityRecord, ServiceNo, ServiceRecord};
use crate::review::{Decided, Review};
use crate::rules::{Activation, Archived, Rules, Version};
use crate::state::{Key, State, Tables};
use crate::tags::{CounterKey, EntityTag, PersonTag, PhoneTag};
use crate::terms::{
    AccountId, BulkId, EventId, FilingId, MessageId, ProposalId, ProviderId, Province, VerificationId,
    VersionId,
};
use crate::verification::{Message, Orphan, Outgoing, Standing, Verification};

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
        /// A person's request to see a filing in clear.
        unmasking: unmaskings, Unmasking, (FilingId, AccountId) => Unmasking;
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

    /// Writes a filing's row, and with it the entity's hold (FIL-10). Only a filing that held the entity gives it free:
    /// by now another may hold it.
    pub fn put_filing(&mut self, filing: Filing) {
        let before =
            self.delta.rows.filings.get(&filing.id).or_else(|| self.state.rows.filings.get(&filing.id));
        let held = before.and_then(Option::as_ref).filter(|before| before.state.holds_entity());
        if let Some(entity) = held.and_then(|before| before.entity) {
            self.delta.rows.holders.insert(entity, None);
        }
        if let Some(entity) = filing.entity.filter(|_| filing.state.holds_entity()) {
            self.delta.rows.holders.insert(entity, Some(filing.id));
        }
        self.delta.rows.filings.insert(filing.id, Some(filing));
    }

    /// Writes a filing's body.
    pub fn put_body(&mut self, filing: FilingId, body: Body) {
        self.delta.rows.bodies.insert(filing, Some(Arc::new(body)));
    }

    /// Writes a verification that is there already.
    pub fn put_verification(&mut self, verification: Verification) {
        self.delta.rows.verifications.insert(verification.id, Some(verification));
    }

    /// Writes a new verification, and into the lists of its filing and its phone.
    pub fn add_verification(&mut self, verification: Verification) {
        let (id, phone) = (verification.id, verification.phone);
        self.put_verification(verification);
        let rows = (&mut self.delta.rows, &self.state.rows);
        let of_filing = rows.0.of_filing.get(&id.filing()).or_else(|| rows.1.of_filing.get(&id.filing()));
        let mut of_filing = of_filing.cloned().flatten().unwrap_or_default();
        of_filing.push(id);
        rows.0.of_filing.insert(id.filing(), Some(of_filing));
        let of_phone = rows.0.of_phone.get(&phone).or_else(|| rows.1.of_phone.get(&phone));
        let mut of_phone = of_phone.cloned().flatten().unwrap_or_default();
        // An earlier filing may be reported later.
        of_phone.insert(of_phone.partition_point(|before| *before < id), id);
        rows.0.of_phone.insert(phone, Some(of_phone));
    }

    /// Writes a message's row.
    pub fn put_message(&mut self, message: Message) {
        self.delta.rows.messages.insert(message.id, Some(message));
    }

    /// Puts a message into the outbox.
    pub fn send(&mut self, outgoing: Outgoing) {
        self.delta.outbox.push(outgoing);
    }

    /// Says where a message in the outbox stands from now on.
    pub fn stand(&mut self, message: MessageId, standing: Standing) {
        self.delta.standings.push((message, standing));
    }

    /// Remembers the id by which a carrier will report of a message.
    pub fn add_carrier_id(&mut self, message: MessageId, route: &str, carrier_id: &str) -> Result<(), Stop> {
        let key = (route.to_owned(), carrier_id.to_owned());
        let mut messages = self.of_carrier(&key)?.unwrap_or_default();
        messages.push(message);
        self.delta.carrier_ids.push((message, key.0.clone(), key.1.clone()));
        self.delta.rows.of_carrier.insert(key, Some(messages));
        Ok(())
    }

    /// Writes the early receipts of a route for a phone.
    pub fn put_orphans(&mut self, key: (String, PhoneTag), orphans: Vec<Orphan>) {
        self.delta.rows.orphans.insert(key, Some(orphans));
    }

    /// Wipes a message's sealed text.
    pub fn wipe(&mut self, message: MessageId) {
        self.delta.wiped.push(message);
    }

    /// Sets a command for later.
    pub fn schedule(&mut self, at: Timestamp, due: Due) {
        self.delta.due.push((at, due));
    }

    /// Remembers that a person is named by a filing.
    pub fn put_person(&mut self, person: PersonTag, filing: FilingId) {
        self.delta.rows.people.insert(person, Some(()));
        self.delta.named.push((person, filing));
    }

    /// Forgets everybody whom a filing names. For the decisions after it within one group they may still be known.
    pub fn forget_people(&mut self, filing: FilingId) {
        self.delta.forgotten.push(filing);
    }

    /// Takes a verification out of the list of a phone, which has been asked for.
    pub fn forget_phone(&mut self, phone: PhoneTag, verification: VerificationId) {
        let rows = (&mut self.delta.rows, &self.state.rows);
        let of_phone = rows.0.of_phone.get(&phone).or_else(|| rows.1.of_phone.get(&phone));
        let mut of_phone = of_phone.cloned().flatten().unwrap_or_default();
        of_phone.retain(|one| *one != verification);
        rows.0.of_phone.insert(phone, Some(of_phone));
    }

    /// Writes or deletes a review.
    pub fn put_review(&mut self, filing: FilingId, review: Option<Review>) {
        self.delta.rows.reviews.insert(filing, review);
    }

    /// Remembers what an administration has decided.
    pub fn remember_decision(&mut self, decided: Decided) {
        self.delta.decided.push(decided);
    }

    /// Writes an organiser's record, and the way to it by document.
    pub fn put_entity(&mut self, tag: EntityTag, record: EntityRecord) {
        self.delta.rows.entity_numbers.insert(tag, Some(record.no.clone()));
        self.delta.rows.entities.insert(record.no.clone(), Some(Arc::new(record)));
    }

    /// Removes the way to an organiser by document, under every key it may have been written with.
    pub fn remove_entity_number(&mut self, tags: impl Iterator<Item = EntityTag>) {
        for tag in tags {
            self.delta.rows.entity_numbers.insert(tag, None);
        }
    }

    /// Removes an organiser's record.
    pub fn remove_entity(&mut self, no: &EntityNo) {
        self.delta.rows.entities.insert(no.clone(), None);
    }

    /// Writes a service's record.
    pub fn put_service(&mut self, record: ServiceRecord) {
        for domain in &record.domains {
            self.delta.rows.domains.insert(domain.clone(), Some(record.no.clone()));
        }
        self.delta.rows.services.insert(record.no.clone(), Some(Arc::new(record)));
    }

    /// Removes a service's record and frees its domains.
    pub fn remove_service(&mut self, record: &ServiceRecord) {
        self.free_domains(record.domains.iter());
        self.delta.rows.services.insert(record.no.clone(), None);
    }

    /// Frees domains.
    pub fn free_domains<'d>(&mut self, domains: impl Iterator<Item = &'d Domain>) {
        for domain in domains {
            self.delta.rows.domains.insert(domain.clone(), None);
        }
    }

    /// Writes the last number a province has given.
    pub fn put_last_number(&mut self, province: Province, number: u32) {
        self.delta.rows.last_numbers.insert(province, Some(number));
    }

    /// Writes the outages for which clocks were stopped.
    pub fn put_outages(&mut self, outages: Vec<StoppedClocks>) {
        self.delta.rows.outages.insert((), Some(Arc::new(outages)));
    }

    /// The number that the next filing gets: all that there are have smaller ones.
    pub fn next_filing(&self) -> i64 {
        self.state.next_filing + self.delta.filings
    }

    /// Writes a counter.
    pub fn put_counter(&mut self, key: CounterKey, count: u32) {
        self.delta.rows.counters.insert(key, Some(count));
    }

    /// Writes how far a provider has acknowledged.
    pub fn put_acknowledged(&mut self, provider: ProviderId, event: EventId) {
        self.delta.rows.acknowledged.insert(provider, Some(event));
    }

    /// Stores a reply.
    pub fn put_reply(&mut self, key: crate::decide::RequestKey, reply: crate::decide::StoredReply) {
        self.delta.rows.replies.insert(key, Some(reply));
    }

    /// Writes an account, and the way to it by its name, which never changes.
    pub fn put_account(&mut self, account: Account) {
        self.delta.rows.account_names.insert(account.name.clone(), Some(account.id));
        self.delta.rows.accounts.insert(account.id, Some(account));
    }

    /// Writes or ends a session.
    pub fn put_session(&mut self, tag: SessionTag, session: Option<Session>) {
        self.delta.rows.sessions.insert(tag, session);
    }

    /// Writes or deletes a filing's place in the 初审 of its provider.
    pub fn put_initial_review(&mut self, filing: FilingId, review: Option<InitialReview>) {
        self.delta.rows.initial_reviews.insert(filing, review);
    }

    /// Writes whether a provider's console asks for 初审.
    pub fn put_initial_review_rule(&mut self, provider: ProviderId, rule: InitialReviewRule) {
        self.delta.rows.initial_review_rules.insert(provider, Some(rule));
    }

    /// Writes a file of filings.
    pub fn put_bulk_job(&mut self, job: BulkJob) {
        self.delta.rows.bulk_jobs.insert(job.id, Some(job));
    }

    /// Writes or deletes rows of such a file.
    pub fn put_bulk_chunk(&mut self, key: (BulkId, u32), chunk: Option<Arc<Vec<BulkEntry>>>) {
        self.delta.rows.bulk_chunks.insert(key, chunk);
    }

    /// Writes which files of a provider are under way.
    pub fn put_bulk_open(&mut self, provider: ProviderId, open: Vec<BulkId>) {
        self.delta.rows.bulk_open.insert(provider, Some(open));
    }

    /// Writes what became of a row.
    pub fn put_bulk_result(&mut self, result: BulkResult) {
        self.delta.bulk_results.push(result);
    }

    /// Writes a request to see a filing in clear.
    pub fn put_unmasking(&mut self, unmasking: Unmasking) {
        let key = (unmasking.filing, unmasking.requester.staff.account);
        self.delta.rows.unmaskings.insert(key, Some(unmasking));
    }

    /// Writes something that takes two people.
    pub fn put_proposal(&mut self, proposal: Proposal) {
        self.delta.rows.proposals.insert(proposal.id, Some(proposal));
    }

    /// Writes a version of a rule file.
    pub fn put_rule_version(&mut self, version: Version) {
        self.delta.rows.rule_versions.insert(version.id, Some(version));
    }

    /// Writes or removes a version in its time.
    pub fn put_activation(&mut self, proposal: ProposalId, activation: Option<Activation>) {
        self.delta.rows.activations.insert(proposal, activation);
    }

    /// Puts other rules in place for what is decided after this.
    pub fn put_rules(&mut self, rules: Rules, archived: Archived) {
        self.delta.rules = Some(Arc::new(rules));
        self.delta.archived = archived;
    }

    /// Remembers the provider's own number.
    pub fn put_order(&mut self, provider: ProviderId, order_no: String, filing: FilingId) {
        self.delta.rows.orders.insert((provider, order_no), Some(filing));
    }

    /// Forgets the provider's own number.
    pub fn remove_order(&mut self, provider: ProviderId, order_no: String) {
        self.delta.rows.orders.insert((provider, order_no), None);
    }
}
