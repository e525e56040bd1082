//! What a decision may look at: the rows that were loaded for it, and nothing else.

use std::collections::HashMap;
use std::sync::Arc;

use crate::accounts::{Account, Session, SessionTag, SignInName};
use crate::api_keys::ApiKey;
use crate::audit::unmask::Unmasking;
use crate::bulk::{BulkEntry, BulkJob};
use crate::enterprise::{EnterpriseAccount, IspId, ResultFile, Upload, UsedValue};
use crate::filing::draft::Domain;
use crate::filing::initial_review::{InitialReview, InitialReviewRule};
use crate::filing::{Body, Filing, RoundBody};
use crate::outage::StoppedClocks;
use crate::proposals::Proposal;
use crate::providers::SupportContact;
use crate::registry::{EntityNo, EntityRecord, ServiceNo, ServiceRecord};
use crate::review::Review;
use crate::routes::Drained;
use crate::rules::{Activation, Version};
use crate::tags::{CounterKey, EntityTag, PersonTag, PhoneTag};
use crate::terms::{
    AccountId, ApiKeyId, BulkId, DeliveryId, EventId, FilingId, MessageId, ProposalId, ProviderId, Province,
    UploadId, VerificationId, VersionId,
};
use crate::verification::{Message, Orphan, Verification};
use crate::webhooks::{Delivery, Endpoint};

macro_rules! tables {
    ($($(#[$doc:meta])* $field:ident, $variant:ident: $key:ty => $row:ty;)+) => {
        /// Rows by key. A key that is absent has not been looked for; a key with `None` does not exist.
        #[derive(Clone, Default, Debug)]
        pub struct Tables {
            $($(#[$doc])* pub $field: HashMap<$key, Option<$row>>,)+
        }

        /// Names a row to be loaded.
        #[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
        pub enum Key {
            $($(#[$doc])* $variant($key),)+
        }

        impl Tables {
            /// Lets the rows of `later` replace those here.
            pub fn absorb(&mut self, later: Self) {
                $(
                    if self.$field.is_empty() {
                        self.$field = later.$field;
                    } else {
                        self.$field.extend(later.$field);
                    }
                )+
            }

            /// Whether no row is here.
            pub fn is_empty(&self) -> bool {
                true $(&& self.$field.is_empty())+
            }

            /// Whether the row has been looked for.
            pub fn knows(&self, key: &Key) -> bool {
                match key {
                    $(Key::$variant(key) => self.$field.contains_key(key),)+
                }
            }
        }
    };
}

tables! {
    /// A filing's row.
    filings, Filing: FilingId => Filing;
    /// A filing's body.
    bodies, Body: FilingId => Arc<Body>;
    /// A filing's rounds, where its body is not known whole: who was asked, without what was filed. They are part of the
    /// body and written with it.
    rounds, Rounds: FilingId => Arc<Vec<RoundBody>>;
    /// One verification.
    verifications, Verification: VerificationId => Verification;
    /// All verifications of a filing, in the order of their ordinals.
    of_filing, OfFiling: FilingId => Vec<VerificationId>;
    /// All verifications of a phone, in the order of their ids. The loader adds the verifications themselves and
    /// their filings' rows and siblings, so that a verification is decided in one pass.
    of_phone, OfPhone: PhoneTag => Vec<VerificationId>;
    /// Whether a person is named by any filing (RES-02).
    people, Person: PersonTag => ();
    /// One message.
    messages, Message: MessageId => Message;
    /// The messages that a route's carrier knows by an id of its own, in the order in which it said so.
    of_carrier, OfCarrier: (String, String) => Vec<MessageId>;
    /// The receipts of a route for a phone that no message is known for yet.
    orphans, Orphans: (String, PhoneTag) => Vec<Orphan>;
    /// The open filing of an organiser (FIL-10).
    holders, Holder: EntityTag => FilingId;
    /// The filing with a provider's own number.
    orders, Order: (ProviderId, String) => FilingId;
    /// 主体.
    entities, Entity: EntityNo => Arc<EntityRecord>;
    /// The number of an organiser by its document.
    entity_numbers, EntityNumber: EntityTag => EntityNo;
    /// 网站 and other services.
    services, Service: ServiceNo => Arc<ServiceRecord>;
    /// The service that has a domain.
    domains, Domain: Domain => ServiceNo;
    /// The last filing number a province has given.
    last_numbers, LastNumber: Province => u32;
    /// The review of a filing.
    reviews, Review: FilingId => Review;
    /// A limit's counter.
    counters, Counter: CounterKey => u32;
    /// How far a provider has acknowledged its feed.
    acknowledged, Acknowledged: ProviderId => EventId;
    /// The stored reply to a repeated request.
    replies, Reply: crate::decide::RequestKey => crate::decide::StoredReply;
    /// One account of the staff.
    accounts, Account: AccountId => Account;
    /// The account with a sign-in name.
    account_names, AccountName: SignInName => AccountId;
    /// One session.
    sessions, Session: SessionTag => Session;
    /// A filing's place in the 初审 of its provider.
    initial_reviews, InitialReview: FilingId => InitialReview;
    /// Whether a provider's console asks for 初审.
    initial_review_rules, InitialReviewRule: ProviderId => InitialReviewRule;
    /// That a provider has its applicants told by e-mail.
    notices, Notices: ProviderId => ();
    /// Whom the applicants of a provider are told to ask.
    support_contacts, SupportContact: ProviderId => SupportContact;
    /// A route that gets no messages.
    drained_routes, DrainedRoute: String => Drained;
    /// A person's request to see a filing in clear.
    unmaskings, Unmasking: (FilingId, AccountId) => Unmasking;
    /// One key of the provider API.
    api_keys, ApiKey: ApiKeyId => ApiKey;
    /// The endpoints of a provider, all of them.
    webhooks, Webhooks: ProviderId => Vec<Endpoint>;
    /// An event on its way to an endpoint.
    deliveries, Delivery: DeliveryId => Delivery;
    /// Something that takes two people.
    proposals, Proposal: ProposalId => Proposal;
    /// A version of a rule file.
    rule_versions, RuleVersion: VersionId => Version;
    /// A version of a rule file in its time, by the proposal that activated it.
    activations, Activation: ProposalId => Activation;
    /// A file of filings.
    bulk_jobs, BulkJob: BulkId => BulkJob;
    /// Rows of such a file that wait, by the number of their chunk, from 0.
    bulk_chunks, BulkChunk: (BulkId, u32) => Arc<Vec<BulkEntry>>;
    /// The files of a provider that are under way.
    bulk_open, BulkOpen: ProviderId => Vec<BulkId>;
    /// A provider's account at the door of the enterprise interface.
    enterprise_accounts, EnterpriseAccount: ProviderId => EnterpriseAccount;
    /// The provider with a number there.
    enterprise_units, EnterpriseUnit: IspId => ProviderId;
    /// Whether a random value was used there.
    enterprise_used, EnterpriseUsed: UsedValue => ();
    /// A file of records that was accepted there.
    enterprise_uploads, EnterpriseUpload: UploadId => Upload;
    /// A file that waits there, or has been taken away, by its name.
    enterprise_results, EnterpriseResult: (ProviderId, String) => ResultFile;
    /// The outages for which clocks were stopped, all of them.
    outages, Outages: () => Arc<Vec<StoppedClocks>>;
}

/// What was loaded, and where the counters of ids stand.
#[derive(Clone, Default, Debug)]
pub struct State {
    /// The rows.
    pub rows: Tables,
    /// The number that the next filing gets.
    pub next_filing: i64,
    /// The number that the next event gets.
    pub next_event: i64,
}
