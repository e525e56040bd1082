//! What a decision writes, one function per table, so that what hangs together is written together.

use std::sync::Arc;

use super::Tx;
use crate::Timestamp;
use crate::accounts::{Account, Session, SessionTag};
use crate::api_keys::ApiKey;
use crate::audit::unmask::Unmasking;
use crate::bulk::{BulkEntry, BulkJob, BulkResult};
use crate::decide::Stop;
use crate::due::Due;
use crate::enterprise::{EnterpriseAccount, IspId, NotFiled, RecordFiled, ResultFile, Upload, UsedValue};
use crate::filing::draft::Domain;
use crate::filing::initial_review::{InitialReview, InitialReviewRule};
use crate::filing::{Body, Filing};
use crate::outage::StoppedClocks;
use crate::proposals::Proposal;
use crate::registry::{EntityNo, EntityRecord, ServiceRecord};
use crate::review::{Decided, Review};
use crate::rules::{Activation, Archived, Rules, Version};
use crate::tags::{CounterKey, EntityTag, PersonTag, PhoneTag};
use crate::terms::{BulkId, EventId, FilingId, MessageId, ProposalId, ProviderId, Province, VerificationId};
use crate::verification::{Message, Orphan, Outgoing, Standing, Verification};
use crate::webhooks::{Delivery, Endpoint};

impl Tx<'_> {
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

    /// Whether a provider has its applicants told by e-mail.
    pub fn put_notices(&mut self, provider: ProviderId, on: bool) {
        self.delta.rows.notices.insert(provider, on.then_some(()));
    }

    /// Writes whom the applicants of a provider are told to ask.
    pub fn put_support_contact(&mut self, provider: ProviderId, contact: crate::providers::SupportContact) {
        self.delta.rows.support_contacts.insert(provider, Some(contact));
    }

    /// Whether a route gets no messages.
    pub fn put_drained_route(&mut self, route: String, drained: Option<crate::routes::Drained>) {
        self.delta.rows.drained_routes.insert(route, drained);
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

    /// Writes or removes a provider's account at the door of the enterprise interface.
    pub fn put_enterprise_account(&mut self, provider: ProviderId, account: Option<EnterpriseAccount>) {
        self.delta.rows.enterprise_accounts.insert(provider, account);
    }

    /// Writes whose a number there is.
    pub fn put_enterprise_unit(&mut self, isp_id: IspId, provider: Option<ProviderId>) {
        self.delta.rows.enterprise_units.insert(isp_id, provider);
    }

    /// Writes that a random value was used there.
    pub fn put_enterprise_used(&mut self, value: UsedValue) {
        self.delta.rows.enterprise_used.insert(value, Some(()));
    }

    /// Writes a file of records that was accepted there.
    pub fn put_enterprise_upload(&mut self, upload: Upload) {
        self.delta.rows.enterprise_uploads.insert(upload.id, Some(upload));
    }

    /// Writes a file that waits there, or has been taken away.
    pub fn put_enterprise_result(&mut self, file: ResultFile) {
        self.delta.rows.enterprise_results.insert((file.provider.clone(), file.name.clone()), Some(file));
    }

    /// Writes which record a filing came as.
    pub fn put_enterprise_filed(&mut self, filed: RecordFiled) {
        self.delta.enterprise_filed.push(filed);
    }

    /// Writes what a record came to that is no filing.
    pub fn put_enterprise_not_filed(&mut self, provider: ProviderId, not_filed: NotFiled) {
        self.delta.enterprise_not_filed.push((provider, not_filed));
    }

    /// Writes a request to see a filing in clear.
    pub fn put_unmasking(&mut self, unmasking: Unmasking) {
        let key = (unmasking.filing, unmasking.requester.staff.account);
        self.delta.rows.unmaskings.insert(key, Some(unmasking));
    }

    /// Writes a key of the provider API.
    pub fn put_api_key(&mut self, key: ApiKey) {
        self.delta.rows.api_keys.insert(key.id, Some(key));
    }

    /// Writes the endpoints of a provider.
    pub fn put_webhooks(&mut self, provider: ProviderId, endpoints: Vec<Endpoint>) {
        self.delta.rows.webhooks.insert(provider, Some(endpoints));
    }

    /// Writes an event on its way to an endpoint.
    pub fn put_delivery(&mut self, delivery: Delivery) {
        self.delta.rows.deliveries.insert(delivery.id, Some(delivery));
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
