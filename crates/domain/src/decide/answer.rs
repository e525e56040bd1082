//! What a command comes to: its outcome, or why it is refused.

use super::StoredReply;
use crate::Timestamp;
use crate::accounts::AccountAnswer;
use crate::api_keys::ApiKeyAnswer;
use crate::audit::unmask::UnmaskAnswer;
use crate::enterprise::EnterpriseAnswer;
use crate::filing;
use crate::filing::initial_review::InitialReviewRefusal;
use crate::filing::raw::FieldError;
use crate::proposals::ProposalAnswer;
use crate::rules::{RuleSetNo, RulesAnswer};
use crate::terms::{BulkId, FilingId};
use crate::verification::{DisownAnswer, ResendAnswered, VerifyAnswer};
use crate::webhooks::{WebhookAnswer, WebhookRefusal};

/// What became of a command.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Outcome {
    /// The answer to 短信核验, with the rule set whose words it is given in.
    Verified(VerifyAnswer, Option<RuleSetNo>),
    /// The answer to 短信重发.
    Resent(ResendAnswered),
    /// The answer to "这不是我的备案".
    Disowned(DisownAnswer),
    /// When a captcha may be drawn again, if there were too many.
    Drawing(Option<Timestamp>),
    /// Whether the captcha had not been used before.
    Captcha(bool),
    /// Until when the message is of use, if the route may have it.
    Handed(Option<Timestamp>),
    /// Done to this filing.
    Filing(FilingId),
    /// What a report would come to.
    Previewed(filing::Preview),
    /// What became of something about an account.
    Account(AccountAnswer),
    /// What became of a question about keys of the provider API.
    ApiKey(ApiKeyAnswer),
    /// What became of something about webhooks.
    Webhook(WebhookAnswer),
    /// What became of something about seeing personal data in clear.
    Unmask(UnmaskAnswer),
    /// What became of something about what takes two people.
    Proposal(ProposalAnswer),
    /// What became of something about versions of the rules.
    Rules(RulesAnswer),
    /// This file has been taken in.
    Bulk(BulkId),
    /// What became of something about the enterprise interface.
    Enterprise(EnterpriseAnswer),
    /// Done, or found to be pointless by now.
    Done,
    /// Done before under the same `Idempotency-Key`: the stored reply.
    Replayed(StoredReply),
    /// Not done; nothing has changed.
    Refused(Refusal),
}

/// Why a command is refused. Nothing has changed.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Refusal {
    /// Members that are wrong in the light of kind, rule or registry.
    Invalid(Vec<FieldError>),
    /// No such filing, or not the caller's.
    FilingNotFound,
    /// The filing's state does not allow it.
    State(&'static str),
    /// The filing has changed since it was read; the version it has now.
    Version(u32),
    /// The caller did not say which version it has read.
    VersionUnsaid,
    /// The entity has an open filing; named to its own provider only (FIL-10).
    EntityHasOpenFiling(Option<FilingId>),
    /// The entity is in the registry already (1003 主办者冲突).
    EntityRegistered,
    /// The provider has used the number before.
    OrderNumber(FilingId),
    /// The domain belongs to another service, in the registry or in the same filing.
    Domain {
        /// Where in the body.
        pointer: String,
        /// Which.
        domain: String,
    },
    /// An access filing names another phone than the record (WHO-04); remedy RET-03.
    PhoneOnRecord {
        /// Where in the body.
        pointer: String,
    },
    /// The shell still has access, or the access to be ended does not exist.
    Access,
    /// Another reviewer has it until then.
    Claimed(Timestamp),
    /// Too many messages to a phone, or reports naming it (RES-07); possible again then.
    PhoneMessages(Timestamp),
    /// The `Idempotency-Key` was used with another body.
    RequestReused,
    /// 初审 stands in the way.
    InitialReview(InitialReviewRefusal),
    /// More rounds or numbers than an id can hold.
    Exhausted,
    /// The provider has as many files under way as it may.
    BulkJobs,
    /// Webhooks are not so.
    Webhook(WebhookRefusal),
}
