//! What the addresses of pages name: one of each thing that stands in the filled database.

use heyan_domain::terms::{AccountId, ApiKeyId, BulkId, DeliveryId, EndpointId, FilingId, ProposalId};

/// See the module.
#[derive(Clone, Debug)]
pub(super) struct Objects {
    /// Of the province of the demo account, waiting for its decision.
    pub in_review: FilingId,
    /// Of the provider of the demo accounts.
    pub draft: FilingId,
    pub returned: FilingId,
    pub verifying: FilingId,
    pub withdrawn: FilingId,
    pub in_initial_review: FilingId,
    /// A clerk of that provider, for the pages of accounts and of members.
    pub member: AccountId,
    pub job: BulkId,
    /// A key of that provider, its webhook, and what was sent to it last.
    pub key: ApiKeyId,
    pub endpoint: EndpointId,
    pub delivery: DeliveryId,
    /// A proposal of the second operator, and one of the first.
    pub proposal: ProposalId,
    pub own_proposal: ProposalId,
    /// A version of the rules, as addresses name it.
    pub version: String,
    /// How much of everything there is, for the table's head.
    pub counts: Vec<(&'static str, u64)>,
}
