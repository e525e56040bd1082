//! The pure domain over tables in memory.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::hash::Hash;
use std::sync::Arc;

use heyan_domain::Timestamp;
use heyan_domain::audit::{AuditEntry, AuditSubject};
use heyan_domain::decide::{Action, Command, Context, Outcome, decide};
use heyan_domain::due::Due;
use heyan_domain::event::Event;
use heyan_domain::filing::{Body, Filing};
use heyan_domain::limits::Limits;
use heyan_domain::registry::{EntityNo, EntityRecord, ServiceNo, ServiceRecord};
use heyan_domain::review::Review;
use heyan_domain::rulebook::{Defect, Rulebook};
use heyan_domain::rules::Rules;
use heyan_domain::state::{Key, State, Tables};
use heyan_domain::tags::{Keyring as _, PersonTag, active};
use heyan_domain::terms::{FilingId, MessageId};
use heyan_domain::tx::Delta;
use heyan_domain::verification::{Message, Outgoing, Standing, Verification};
use heyan_domain::working_days::WorkingDays;
use rand::{Rng, SeedableRng as _};
use rand_chacha::ChaCha12Rng;

use crate::engine::Engine;
use crate::keyring::TestKeyring;

/// Decides over tables in memory, and shows each decision only the rows that it asked for, as a database does: what a
/// decision forgets to ask for is missing here too.
pub struct MemoryEngine {
    now: Timestamp,
    rules: Arc<Rules>,
    calendar: WorkingDays,
    keyring: TestKeyring,
    limits: Option<Limits>,
    rng: Box<dyn Rng + Send>,
    rows: Tables,
    next_filing: i64,
    events: Vec<Event>,
    audit: Vec<AuditEntry>,
    due: BTreeSet<(Timestamp, (u8, i64, u16))>,
    outbox: Vec<Outgoing>,
    sealed: HashMap<MessageId, Outgoing>,
    /// Whom filings name without asking.
    named: BTreeSet<(PersonTag, FilingId)>,
}

impl std::fmt::Debug for MemoryEngine {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "MemoryEngine(at {})", self.now)
    }
}

impl MemoryEngine {
    /// With the shipped rulebook and calendar, limits off, and codes that follow from the seed.
    ///
    /// # Errors
    /// The defects of the shipped files.
    pub fn new(seed: u64) -> Result<Self, Vec<Defect>> {
        Self::with_rng(Box::new(ChaCha12Rng::seed_from_u64(seed)))
    }

    /// The same, with codes drawn from whatever is given.
    ///
    /// # Errors
    /// The defects of the shipped files.
    pub fn with_rng(rng: Box<dyn Rng + Send>) -> Result<Self, Vec<Defect>> {
        Self::with(Rulebook::shipped()?, rng)
    }

    /// The same, with another rulebook.
    ///
    /// # Errors
    /// The defects of the shipped calendar.
    pub fn with(book: Rulebook, rng: Box<dyn Rng + Send>) -> Result<Self, Vec<Defect>> {
        let (rules, _) = Rules::new(book, BTreeMap::new());
        Ok(Self {
            now: Timestamp::default(),
            rules: Arc::new(rules),
            calendar: WorkingDays::shipped()?,
            keyring: TestKeyring::default(),
            limits: None,
            rng,
            rows: Tables::default(),
            next_filing: 1,
            events: Vec::new(),
            audit: Vec::new(),
            due: BTreeSet::new(),
            outbox: Vec::new(),
            sealed: HashMap::new(),
            named: BTreeSet::new(),
        })
    }

    fn next_event(&self) -> i64 {
        i64::try_from(self.events.len()).unwrap_or(i64::MAX).saturating_add(1)
    }

    fn apply(&mut self, delta: Delta) {
        if let Some(rules) = &delta.rules {
            self.rules = Arc::clone(rules);
        }
        self.rows.absorb(delta.rows);
        self.events.extend(delta.events);
        self.audit.extend(delta.audit);
        self.next_filing += delta.filings;
        self.named.extend(delta.named);
        self.named.retain(|(_, filing)| !delta.forgotten.contains(filing));
        self.due.extend(delta.due.into_iter().map(|(at, due)| (at, due.parts())));
        self.sealed.extend(delta.outbox.iter().map(|outgoing| (outgoing.message, outgoing.clone())));
        for message in &delta.wiped {
            self.sealed.remove(message);
        }
        self.outbox.extend(delta.outbox);
        for (message, standing) in delta.standings {
            if matches!(standing, Standing::Waits(_)) {
                self.outbox.extend(self.sealed.get(&message).cloned());
            }
        }
    }

    fn load(&self, state: &mut Tables, key: &Key) {
        let rows = &self.rows;
        match key {
            Key::Filing(key) => copy(&rows.filings, &mut state.filings, key),
            Key::Body(key) => copy(&rows.bodies, &mut state.bodies, key),
            Key::Rounds(id) => {
                let body = rows.bodies.get(id).cloned().flatten();
                state.rounds.insert(*id, body.map(|body| Arc::new(body.rounds.clone())));
            }
            Key::Verification(key) => copy(&rows.verifications, &mut state.verifications, key),
            Key::OfFiling(key) => {
                copy(&rows.of_filing, &mut state.of_filing, key);
                state.of_filing.entry(*key).and_modify(|list| _ = list.get_or_insert_default());
            }
            Key::OfPhone(key) => {
                copy(&rows.of_phone, &mut state.of_phone, key);
                state.of_phone.entry(*key).and_modify(|list| _ = list.get_or_insert_default());
            }
            Key::Person(key) => {
                let known = self.named.iter().any(|(person, _)| person == key);
                state.people.insert(*key, known.then_some(()));
            }
            Key::Message(key) => copy(&rows.messages, &mut state.messages, key),
            Key::Holder(key) => copy(&rows.holders, &mut state.holders, key),
            Key::Order(key) => copy(&rows.orders, &mut state.orders, key),
            Key::Entity(key) => copy(&rows.entities, &mut state.entities, key),
            Key::EntityNumber(key) => copy(&rows.entity_numbers, &mut state.entity_numbers, key),
            Key::Service(key) => copy(&rows.services, &mut state.services, key),
            Key::Domain(key) => copy(&rows.domains, &mut state.domains, key),
            Key::LastNumber(key) => copy(&rows.last_numbers, &mut state.last_numbers, key),
            Key::Review(key) => copy(&rows.reviews, &mut state.reviews, key),
            Key::Counter(key) => copy(&rows.counters, &mut state.counters, key),
            Key::Acknowledged(key) => copy(&rows.acknowledged, &mut state.acknowledged, key),
            Key::Reply(key) => copy(&rows.replies, &mut state.replies, key),
            Key::Account(key) => copy(&rows.accounts, &mut state.accounts, key),
            Key::AccountName(key) => copy(&rows.account_names, &mut state.account_names, key),
            Key::Session(key) => copy(&rows.sessions, &mut state.sessions, key),
            Key::OfCarrier(key) => copy(&rows.of_carrier, &mut state.of_carrier, key),
            Key::Orphans(key) => copy(&rows.orphans, &mut state.orphans, key),
            Key::InitialReview(key) => copy(&rows.initial_reviews, &mut state.initial_reviews, key),
            Key::InitialReviewRule(key) => {
                copy(&rows.initial_review_rules, &mut state.initial_review_rules, key);
            }
            Key::Notices(key) => copy(&rows.notices, &mut state.notices, key),
            Key::DrainedRoute(key) => copy(&rows.drained_routes, &mut state.drained_routes, key),
            Key::Unmasking(key) => copy(&rows.unmaskings, &mut state.unmaskings, key),
            Key::Webhooks(key) => copy(&rows.webhooks, &mut state.webhooks, key),
            Key::Delivery(key) => copy(&rows.deliveries, &mut state.deliveries, key),
            Key::ApiKey(key) => copy(&rows.api_keys, &mut state.api_keys, key),
            Key::Proposal(key) => copy(&rows.proposals, &mut state.proposals, key),
            Key::RuleVersion(key) => copy(&rows.rule_versions, &mut state.rule_versions, key),
            Key::Outages(key) => copy(&rows.outages, &mut state.outages, key),
            Key::Activation(key) => copy(&rows.activations, &mut state.activations, key),
            Key::BulkJob(key) => copy(&rows.bulk_jobs, &mut state.bulk_jobs, key),
            Key::BulkChunk(key) => copy(&rows.bulk_chunks, &mut state.bulk_chunks, key),
            Key::BulkOpen(key) => copy(&rows.bulk_open, &mut state.bulk_open, key),
            Key::SupportContact(key) => copy(&rows.support_contacts, &mut state.support_contacts, key),
            Key::EnterpriseAccount(key) => {
                copy(&rows.enterprise_accounts, &mut state.enterprise_accounts, key);
            }
            Key::EnterpriseUnit(key) => copy(&rows.enterprise_units, &mut state.enterprise_units, key),
            Key::EnterpriseUsed(key) => copy(&rows.enterprise_used, &mut state.enterprise_used, key),
            Key::EnterpriseUpload(key) => copy(&rows.enterprise_uploads, &mut state.enterprise_uploads, key),
            Key::EnterpriseResult(key) => copy(&rows.enterprise_results, &mut state.enterprise_results, key),
        }
    }
}

/// Shows one row, or that there is none.
fn copy<K: Eq + Hash + Clone, V: Clone>(
    from: &HashMap<K, Option<V>>,
    to: &mut HashMap<K, Option<V>>,
    key: &K,
) {
    to.insert(key.clone(), from.get(key).cloned().flatten());
}

fn row<K: Eq + Hash, V: Clone>(rows: &HashMap<K, Option<V>>, key: &K) -> Option<V> {
    rows.get(key).cloned().flatten()
}

impl Engine for MemoryEngine {
    fn now(&self) -> Timestamp {
        self.now
    }

    fn set_now(&mut self, now: Timestamp) {
        self.now = now;
    }

    fn execute(&mut self, command: Command) -> Outcome {
        let mut state =
            State { rows: Tables::default(), next_filing: self.next_filing, next_event: self.next_event() };
        loop {
            let context = Context {
                now: self.now,
                rules: &self.rules,
                keyring: &self.keyring,
                limits: self.limits.as_ref(),
                calendar: &self.calendar,
            };
            match decide(&context, &state, &command, &mut *self.rng) {
                Ok((outcome, delta)) => {
                    self.apply(delta);
                    return outcome;
                }
                Err(keys) => {
                    for key in keys {
                        self.load(&mut state.rows, &key);
                    }
                }
            }
        }
    }

    fn next_due(&self) -> Option<Timestamp> {
        self.due.first().map(|(at, _)| *at)
    }

    fn run_due(&mut self) {
        while let Some((at, (kind, target, round_no))) = self.due.first().copied()
            && at <= self.now
        {
            self.due.pop_first();
            if let Some(due) = Due::from_parts(kind, target, round_no) {
                self.execute(Action::Due(due).into());
            }
        }
    }

    fn take_outbox(&mut self) -> Vec<Outgoing> {
        std::mem::take(&mut self.outbox)
    }

    fn holds_text(&self, message: MessageId) -> bool {
        self.sealed.contains_key(&message)
    }

    fn filing(&self, id: FilingId) -> Option<Filing> {
        row(&self.rows.filings, &id)
    }

    fn body(&self, id: FilingId) -> Option<Arc<Body>> {
        row(&self.rows.bodies, &id)
    }

    fn verifications(&self, id: FilingId) -> Vec<Verification> {
        let ids = row(&self.rows.of_filing, &id).unwrap_or_default();
        ids.iter().filter_map(|id| row(&self.rows.verifications, id)).collect()
    }

    fn message(&self, id: MessageId) -> Option<Message> {
        row(&self.rows.messages, &id)
    }

    fn events(&self, id: FilingId) -> Vec<Event> {
        self.events.iter().filter(|event| event.filing == id).cloned().collect()
    }

    fn audit(&self, id: FilingId) -> Vec<AuditEntry> {
        let about = |entry: &&AuditEntry| entry.subject == AuditSubject::Filing(id);
        self.audit.iter().filter(about).cloned().collect()
    }

    fn review(&self, id: FilingId) -> Option<Review> {
        row(&self.rows.reviews, &id)
    }

    fn entity(&self, no: &EntityNo) -> Option<Arc<EntityRecord>> {
        row(&self.rows.entities, no)
    }

    fn service(&self, no: &ServiceNo) -> Option<Arc<ServiceRecord>> {
        row(&self.rows.services, no)
    }

    fn rules(&self) -> Arc<Rules> {
        Arc::clone(&self.rules)
    }

    fn import(&mut self, entity: EntityRecord, services: Vec<ServiceRecord>) {
        let tag = self.keyring.entity(active(&self.keyring), &entity.document);
        self.rows.entity_numbers.insert(tag, Some(entity.no.clone()));
        self.rows.entities.insert(entity.no.clone(), Some(Arc::new(entity)));
        for service in services {
            for domain in &service.domains {
                self.rows.domains.insert(domain.clone(), Some(service.no.clone()));
            }
            self.rows.services.insert(service.no.clone(), Some(Arc::new(service)));
        }
    }

    fn set_limits(&mut self, limits: Option<Limits>) {
        self.limits = limits;
    }

    fn add_key(&mut self) {
        self.keyring.add_key();
    }

    fn same_thread(&self) -> bool {
        true
    }
}
