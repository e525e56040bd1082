//! The audit log (SEC-12): who did what, by which right.
//!
//! Events (FIL-11) say what happened to a filing, and name the side that did it. The log names the one who decided, and
//! holds what is no event because it happened to no filing or changed nothing: a key taken up, a look at personal data.
//! So what a provider files, corrects and reports is in the events alone; what somebody decides over a filing (claim,
//! approval, rejection, withdrawal) is in both.
//!
//! An entry is written in the transaction of what it tells of, and a refused command writes none. It holds no phone, no
//! document and no name of a person in a filing: it is never erased (SEC-13).

mod reason;
pub mod unmask;

use serde::{Deserialize, Serialize};

use crate::Timestamp;
use crate::accounts::Account;
use crate::enterprise::IspId;
use crate::tags::KeyId;
use crate::terms::{
    AccountId, ApiKeyId, EndpointId, FilingId, ProposalId, ProviderId, Province, VersionId, wire_enum,
};

pub use reason::Reason;

wire_enum! {
    /// What was done.
    pub enum AuditAction {
        /// A reviewer has taken a filing, or renewed that.
        Claimed = "claimed",
        /// 管局审核通过.
        Approved = "approved",
        /// 管局审核不通过. The reason given stands in the filing, since the provider reads it and it may name people.
        Rejected = "rejected",
        /// A provider has taken a filing back.
        Withdrawn = "withdrawn",
        /// A person on the staff has signed in.
        SignedIn = "sign_in",
        /// A wrong password or second factor was typed for an account that there is. Names that nobody has are not noted: strangers could
        /// fill the log with them.
        SignInFailed = "sign_in_failed",
        /// Signed out.
        SignedOut = "sign_out",
        /// An account was made.
        AccountCreated = "account_created",
        /// An account was shut.
        AccountDisabled = "account_disabled",
        /// A shut account was opened again.
        AccountEnabled = "account_enabled",
        /// An identity provider says that a person has another role.
        RoleChanged = "role_changed",
        /// An identity provider gives a person no role any more; the sessions have ended.
        RoleLost = "role_lost",
        /// A person has changed the own password.
        PasswordChanged = "password_changed",
        /// Somebody else has given an account another password.
        PasswordReset = "password_reset",
        /// A person has set up a second factor.
        SecondFactorOn = "second_factor_on",
        /// A person does without it from now on.
        SecondFactorOff = "second_factor_off",
        /// Somebody else has taken it from an account.
        SecondFactorReset = "second_factor_reset",
        /// A person has made other recovery codes.
        RecoveryRenewed = "recovery_renewed",
        /// A master key has become known to the data; what is written from then on is sealed with the newest.
        KeyTakenUp = "key_taken_up",
        /// A person on the staff asks to see a filing's personal data.
        UnmaskRequested = "unmask_requested",
        /// A second person lets them.
        UnmaskApproved = "unmask_approved",
        /// The second person does not let them.
        UnmaskRefused = "unmask_refused",
        /// The personal data was shown.
        Unmasked = "unmasked",
        /// An operator proposes what takes two people.
        Proposed = "proposed",
        /// A second operator approves it.
        ProposalApproved = "proposal_approved",
        /// A second operator refuses it.
        ProposalRefused = "proposal_refused",
        /// It was taken back before it had any effect.
        ProposalWithdrawn = "proposal_withdrawn",
        /// What was approved is done.
        ProposalCarriedOut = "proposal_carried_out",
        /// An operator has put in a version of a rule file.
        RulesAdded = "rules_added",
        /// The personal data of a filing was erased because somebody whom it is about has asked for it. What is erased
        /// because its time is over is an event, and nobody's decision.
        Erased = "erased",
        /// One of a provider's people has taken a filing for 初审, or renewed that.
        InitialReviewClaimed = "initial_review_claimed",
        /// 初审通过.
        InitialReviewPassed = "initial_review_passed",
        /// 初审退回. The reasons stand in the filing, since they may name people.
        InitialReviewSentBack = "initial_review_sent_back",
        /// A provider has chosen whether its console asks for 初审.
        InitialReviewRuleSet = "initial_review_rule_set",
        /// A key of the provider API was made.
        ApiKeyMade = "api_key_made",
        /// Something else is said of it: what it may do, from where.
        ApiKeyChanged = "api_key_changed",
        /// It was given a second secret.
        ApiKeySecretMade = "api_key_secret_made",
        /// The older of its secrets was dropped.
        ApiKeySecretDropped = "api_key_secret_dropped",
        /// It was taken out of use.
        ApiKeyRevoked = "api_key_revoked",
        /// A provider has an endpoint for webhooks.
        WebhookMade = "webhook_made",
        /// Something else is said of it: where it is, what it is told of.
        WebhookChanged = "webhook_changed",
        /// It was given a new secret.
        WebhookSecretMade = "webhook_secret_made",
        /// The secret before the last one has ended before its time.
        WebhookSecretDropped = "webhook_secret_dropped",
        /// It was switched on again.
        WebhookOn = "webhook_on",
        /// It was switched off, by its people or because of what it answers.
        WebhookOff = "webhook_off",
        /// It was removed.
        WebhookRemoved = "webhook_removed",
        /// Deliveries were sent once more.
        WebhookReplayed = "webhook_replayed",
        /// A provider has its applicants told by e-mail.
        NoticesOn = "notices_on",
        /// A provider has them told no more.
        NoticesOff = "notices_off",
        /// An operator gives a route no messages any more.
        RouteDrained = "route_drained",
        /// An operator takes such a route back.
        RouteTakenBack = "route_taken_back",
        /// A provider is known from now on.
        ProviderAdded = "provider_added",
        /// Something else is said of it: its name, whom its applicants ask.
        ProviderChanged = "provider_changed",
        /// A provider has an account at the door of the enterprise interface.
        EnterpriseOpened = "enterprise_opened",
        /// Something else is said of it: its number, its user, from where it may be used.
        EnterpriseChanged = "enterprise_changed",
        /// It was given another password.
        EnterpriseRenewed = "enterprise_renewed",
        /// It was taken away.
        EnterpriseClosed = "enterprise_closed",
    }
}

/// A person on the staff.
#[derive(Clone, PartialEq, Eq, Hash, Debug, Serialize, Deserialize)]
pub struct Staff {
    /// The account, by which one person is told from another.
    pub account: AccountId,
    /// The name to sign in with, as people know it.
    pub name: String,
}

impl Staff {
    /// The person who has an account.
    pub fn of(account: &Account) -> Self {
        Self { account: account.id, name: account.name.as_str().to_owned() }
    }
}

/// Who did it.
#[derive(Clone, PartialEq, Eq, Hash, Debug, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum AuditActor {
    /// A person on the staff, by their role.
    Staff(Staff),
    /// An access provider's key.
    Provider {
        /// Whose.
        provider: ProviderId,
    },
    /// A reviewer, for an administration.
    Administration {
        /// Which.
        province: Province,
        /// Who: the key or the account that reviews.
        reviewer: String,
    },
    /// Whoever has the data and the keys: the command line, a changed key file.
    Machine,
    /// Whoever was at the door without having shown who they are.
    Unknown,
}

impl std::fmt::Display for AuditActor {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Staff(staff) => write!(f, "staff:{}", staff.name),
            Self::Provider { provider } => write!(f, "provider:{}", provider.as_str()),
            Self::Administration { province, reviewer } => {
                write!(f, "administration:{}/{reviewer}", province.pinyin())
            }
            Self::Machine => f.write_str("machine"),
            Self::Unknown => f.write_str("unknown"),
        }
    }
}

/// What it was done to.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum AuditSubject {
    /// A filing.
    Filing(FilingId),
    /// An account of the staff.
    Account(AccountId),
    /// A master key, by its id.
    Key(KeyId),
    /// A key of the provider API.
    ApiKey(ApiKeyId),
    /// An endpoint for webhooks.
    Webhook(EndpointId),
    /// A provider, which the data beside it names.
    Provider,
    /// An account at the door of the enterprise interface.
    Enterprise(IspId),
    /// Something that takes two people.
    Proposal(ProposalId),
    /// A version of a rule file.
    RuleVersion(VersionId),
}

impl std::fmt::Display for AuditSubject {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Filing(filing) => write!(f, "filing:{filing}"),
            Self::Account(account) => write!(f, "account:{account}"),
            Self::Key(key) => write!(f, "key:{}", key.0),
            Self::ApiKey(key) => write!(f, "api-key:{key}"),
            Self::Webhook(endpoint) => write!(f, "webhook:{endpoint}"),
            Self::Provider => f.write_str("provider"),
            Self::Enterprise(isp_id) => write!(f, "enterprise:{isp_id}"),
            Self::Proposal(proposal) => write!(f, "proposal:{proposal}"),
            Self::RuleVersion(version) => write!(f, "rules:{version}"),
        }
    }
}

/// What else is known; never personal data of somebody in a filing.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
pub struct AuditData {
    /// Until when it holds.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub until: Option<Timestamp>,
    /// For whom it was approved.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub requester: Option<Staff>,
    /// The sign-in name of the account that it was done to.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub account: Option<String>,
    /// Whose filing or account it was done to, so that a provider finds its own entries.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub provider: Option<ProviderId>,
    /// What an account that was made may do: its role, with the province or the provider it is for.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub role: Option<String>,
    /// What was proposed or put in, in one line.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub about: Option<String>,
    /// The rule of 初审 that a provider has chosen, of the provider whose person did it.
    pub initial_review: Option<String>,
}

impl AuditData {
    fn is_empty(&self) -> bool {
        *self == Self::default()
    }
}

/// One entry. Its place in the log is given when it is written.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct AuditEntry {
    /// When.
    pub at: Timestamp,
    /// Who.
    pub actor: AuditActor,
    /// What.
    pub action: AuditAction,
    /// To what.
    pub subject: AuditSubject,
    /// Why, where a reason is asked for.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<Reason>,
    /// What else is known.
    #[serde(default, skip_serializing_if = "AuditData::is_empty")]
    pub data: AuditData,
}

impl AuditEntry {
    /// An entry with neither reason nor data.
    pub fn new(at: Timestamp, actor: AuditActor, action: AuditAction, subject: AuditSubject) -> Self {
        Self { at, actor, action, subject, reason: None, data: AuditData::default() }
    }

    /// With what else is known.
    #[must_use]
    pub fn with(self, data: AuditData) -> Self {
        Self { data, ..self }
    }

    /// With the reason that was given.
    #[must_use]
    pub fn because(self, reason: &Reason) -> Self {
        Self { reason: Some(reason.clone()), ..self }
    }
}
