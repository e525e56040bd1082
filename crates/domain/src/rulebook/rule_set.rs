//! A rule set: the regulation as one provider, province and time know it.

use std::collections::BTreeMap;
use std::fmt;
use std::time::Duration;

use serde::de::Error as _;
use serde::{Deserialize, Deserializer, Serialize};

use super::{PartyRule, Remedy};
use crate::terms::{DocumentType, FilingKind, ProviderId, Province, wire_enum};
use crate::time::Timestamp;

/// The name of a rule set: lower-case letters, digits, `-`; 1 to 64 characters.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Serialize)]
#[serde(transparent)]
pub struct RuleSetId(String);

impl RuleSetId {
    /// The longest name that is taken.
    pub const MAX_CHARS: usize = 64;

    /// Reads a name.
    pub fn parse(text: &str) -> Option<Self> {
        let fits = (1..=Self::MAX_CHARS).contains(&text.len());
        let plain = text.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-');
        (fits && plain).then(|| Self(text.to_owned()))
    }

    /// The name.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for RuleSetId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.0)
    }
}

impl<'de> Deserialize<'de> for RuleSetId {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = std::borrow::Cow::<'de, str>::deserialize(deserializer)?;
        Self::parse(&text).ok_or_else(|| {
            D::Error::custom("not a rule set's name: lower-case letters, digits and `-`, at most 64")
        })
    }
}

/// A text in both languages of the project.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Title {
    /// Chinese.
    pub zh: String,
    /// English.
    pub en: String,
}

/// Where a rule is written.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Source {
    /// The seed or notice.
    pub document: String,
    /// The sentence's place in it.
    pub place: String,
}

impl fmt::Display for Source {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}, {}", self.document, self.place)
    }
}

/// Where and for whom a set holds; an empty list means all.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Scope {
    /// The provinces.
    #[serde(default)]
    pub provinces: Vec<Province>,
    /// The access providers.
    #[serde(default)]
    pub providers: Vec<ProviderId>,
}

wire_enum! {
    /// Which wrong answers count as an attempt (VER-05).
    pub enum AttemptCounting {
        /// The phone and one of code and document digits are right.
        PhoneAndOne = "phone_and_one",
        /// Phone and live code are right, the document digits are wrong (S1).
        IdOnly = "id_only",
        /// The phone alone is enough.
        AnyField = "any_field",
    }
}

wire_enum! {
    /// What a person with a wrong answer is told (VER-02).
    pub enum MismatchOutcome {
        /// 请输入正确的信息
        WrongInfo = "wrong_info",
        /// 找不到记录 (S1)
        NotFound = "not_found",
    }
}

impl MismatchOutcome {
    /// The `validStatus` of the portal's own page (VER-20).
    pub const fn valid_status(self) -> u8 {
        match self {
            Self::WrongInfo => 2,
            Self::NotFound => 4,
        }
    }
}

wire_enum! {
    /// When a failed round goes back to the provider (FIL-05).
    pub enum ReturnOnFailure {
        /// At once.
        Immediately = "immediately",
        /// At the deadline of the verification that failed (S0).
        AtDeadline = "at_deadline",
    }
}

wire_enum! {
    /// Whether the system sends again by itself (RES-06).
    pub enum AutoResend {
        /// Never.
        None = "none",
        /// Once, at 12:00 in Beijing of the day after the first message.
        NextDayNoon = "next_day_noon",
    }
}

wire_enum! {
    /// What makes two roles one person (WHO-02).
    pub enum MergeBy {
        /// The same phone.
        Phone = "phone",
    }
}

/// How often a person may answer wrongly, and what follows.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Attempts {
    /// So many counted attempts; the last of them fails the verification.
    pub limit: u8,
    /// What counts.
    pub counting: AttemptCounting,
    /// What a wrong answer is told.
    pub mismatch_outcome: MismatchOutcome,
    /// When the failed round goes back.
    pub return_on_failure: ReturnOnFailure,
}

/// 短信重发 by hand (RES-03).
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct ManualResend {
    /// So many resends per verification.
    pub limit: u8,
    /// At least so many seconds between two messages of one verification.
    pub minimum_interval_seconds: u32,
}

/// Which forms ask for a captcha.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Captcha {
    /// 短信核验
    pub verify: bool,
    /// 短信重发
    pub resend: bool,
}

/// Which number's last six characters a document gives (WHO-06).
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct IdRule {
    /// The provinces; empty: all.
    pub provinces: Vec<Province>,
    /// The document.
    pub document_type: DocumentType,
    /// Whether the number on the back counts instead of the document's own.
    pub use_back_number: bool,
    /// The sentence that says so.
    pub source: Source,
}

/// The host of the portal that a message names (SMS-01).
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct PortalHosts {
    /// Where no province has its own.
    pub default: String,
    /// The provinces that have their own (S1).
    #[serde(default)]
    pub by_province: BTreeMap<Province, String>,
}

/// How long people are told to wait for a message (DDL-05).
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct ExpectedArrival {
    /// From so many minutes
    pub from_minutes: u32,
    /// to so many.
    pub to_minutes: u32,
}

/// A rule set with its base merged in: complete by itself, so that it can be pinned to a round and archived as JSON.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct RuleSet {
    /// Its name.
    pub id: RuleSetId,
    /// The set whose values hold where this one is silent; already merged in, kept to be shown.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub base: Option<RuleSetId>,
    /// What it is called.
    pub title: Title,
    /// The seed or notice that it follows.
    pub source: Source,
    /// In force from this instant on.
    pub effective_from: Timestamp,
    /// In force before this instant; `None`: until further notice.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub effective_until: Option<Timestamp>,
    /// Where and for whom.
    pub scope: Scope,
    /// Who has to verify.
    pub parties: Vec<PartyRule>,
    /// A verification's deadline is so many hours after its first message was accepted (DDL-02).
    pub validity_hours: u32,
    /// Wrong answers.
    pub attempts: Attempts,
    /// Resends by hand.
    pub manual_resend: ManualResend,
    /// The resend that the system makes.
    pub auto_resend: AutoResend,
    /// Whether a resend starts the clock again (RES-05).
    pub resend_restarts_clock: bool,
    /// What makes two roles one person.
    pub merge_by: MergeBy,
    /// If no route takes a message within so many hours of the report, the round goes back (DDL-03).
    pub send_window_hours: u32,
    /// The numbers that messages may come from; `*` stands for digits that differ.
    pub senders: Vec<String>,
    /// Where a captcha is asked.
    pub captcha: Captcha,
    /// Documents whose back counts.
    pub id_rules: Vec<IdRule>,
    /// Where people verify.
    pub portal_hosts: PortalHosts,
    /// How long people are told to wait.
    pub expected_arrival: ExpectedArrival,
    /// Digits of a code; always 6.
    pub code_length: u8,
    /// Texts by locale and key; see [`text`](Self::text).
    pub texts: BTreeMap<String, BTreeMap<String, String>>,
    /// What can be done after a return (RET).
    pub remedies: Vec<Remedy>,
    /// A new report within so many working days is promised after the applicant's resubmission (FIL-08).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub resubmission_working_days: Option<u8>,
    /// Where each value besides the parties is written, by the value's name, `attempts.limit`.
    #[serde(default)]
    pub sources: BTreeMap<String, Source>,
}

impl RuleSet {
    /// How long a verification stays open after its first message was accepted (DDL-02).
    pub const fn validity(&self) -> Duration {
        Duration::from_secs(hours_in_seconds(self.validity_hours))
    }

    /// How long a message may wait for a route (DDL-03).
    pub const fn send_window(&self) -> Duration {
        Duration::from_secs(hours_in_seconds(self.send_window_hours))
    }

    /// The portal's host for filings of this province.
    pub fn portal_host(&self, province: Province) -> &str {
        self.portal_hosts.by_province.get(&province).unwrap_or(&self.portal_hosts.default)
    }

    /// Whether the number on the document's back is the one whose last six characters are asked (WHO-06).
    pub fn id_rule(&self, province: Province, document_type: DocumentType) -> bool {
        self.id_rules
            .iter()
            .filter(|rule| rule.document_type == document_type)
            .find(|rule| rule.provinces.is_empty() || rule.provinces.contains(&province))
            .is_some_and(|rule| rule.use_back_number)
    }

    /// A text of this set by locale (`zh-CN`, `en`) and key (an outcome of VER-20, `sms.first`, …), placeholders in it.
    pub fn text(&self, locale: &str, key: &str) -> Option<&str> {
        self.texts.get(locale)?.get(key).map(String::as_str)
    }

    /// The remedies for a kind of filing, in the order in which they should be tried (RET).
    pub fn remedies_for(&self, kind: FilingKind) -> impl Iterator<Item = &Remedy> {
        self.remedies.iter().filter(move |remedy| remedy.kinds.contains(&kind))
    }

    /// Whether it is in force at the instant.
    pub fn in_force(&self, at: Timestamp) -> bool {
        self.effective_from <= at && self.effective_until.is_none_or(|until| at < until)
    }
}

const fn hours_in_seconds(hours: u32) -> u64 {
    #[expect(clippy::as_conversions, reason = "`From` is not const; u32 fits u64")]
    let hours = hours as u64;
    hours * 3_600
}
