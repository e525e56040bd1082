//! The shapes of the rule files, before a base is merged in. Unknown fields are refused here.

use std::collections::BTreeMap;

use serde::Deserialize;
use toml::Spanned;

use super::{
    AttemptCounting, AutoResend, IdRule, MergeBy, MismatchOutcome, Remedy, ReturnOnFailure, RuleSetId, Scope,
    Source, Title, When,
};
use crate::terms::{FilingKind, Initiator, Province, Roles, ServiceKind};
use crate::time::Timestamp;

/// One rule set as written: what it does not state, its base decides.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct SetFile {
    pub id: Spanned<RuleSetId>,
    pub base: Option<Spanned<RuleSetId>>,
    pub title: Title,
    pub source: Source,
    pub effective_from: Spanned<Timestamp>,
    pub effective_until: Option<Spanned<Timestamp>>,
    #[serde(default)]
    pub scope: Scope,
    /// Whether the base's table of parties holds where this set's does not.
    #[serde(default = "yes")]
    pub inherit_parties: bool,
    #[serde(default)]
    pub parties: Vec<PartyRow>,
    pub validity_hours: Option<Spanned<u32>>,
    #[serde(default)]
    pub attempts: AttemptsFile,
    #[serde(default)]
    pub manual_resend: ManualResendFile,
    pub auto_resend: Option<AutoResend>,
    pub resend_restarts_clock: Option<bool>,
    pub merge_by: Option<MergeBy>,
    pub send_window_hours: Option<Spanned<u32>>,
    pub senders: Option<Spanned<Vec<String>>>,
    #[serde(default)]
    pub captcha: CaptchaFile,
    pub id_rules: Option<Vec<IdRule>>,
    #[serde(default)]
    pub portal_hosts: PortalHostsFile,
    #[serde(default)]
    pub expected_arrival: ExpectedArrivalFile,
    pub code_length: Option<Spanned<u8>>,
    #[serde(default)]
    pub texts: BTreeMap<String, BTreeMap<String, Spanned<String>>>,
    #[serde(default)]
    pub remedies: Vec<Remedy>,
    pub resubmission_working_days: Option<Spanned<u8>>,
    /// The sentence behind a value, by the value's name.
    #[serde(default)]
    pub sources: BTreeMap<String, Spanned<SourceRow>>,
}

/// The sentence behind a value.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct SourceRow {
    /// Another document than the set's own.
    pub document: Option<String>,
    pub place: String,
}

const fn yes() -> bool {
    true
}

/// One `[[parties]]`. A row whose name the base knows takes the kinds and conditions that it leaves out from there.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct PartyRow {
    pub row: Spanned<String>,
    pub kinds: Option<Spanned<Vec<FilingKind>>>,
    pub entity_changes: Option<bool>,
    pub service_changes: Option<bool>,
    pub access_changes: Option<bool>,
    pub province_changes: Option<bool>,
    pub initiator: Option<Initiator>,
    pub record_at_this_provider: Option<bool>,
    pub roles: Roles,
    #[serde(default)]
    pub suspended: Roles,
    /// Another document than the set's own.
    pub document: Option<String>,
    pub place: String,
    pub note: Option<String>,
}

impl PartyRow {
    pub(super) fn when(&self) -> When {
        When {
            entity_changes: self.entity_changes,
            service_changes: self.service_changes,
            access_changes: self.access_changes,
            province_changes: self.province_changes,
            initiator: self.initiator,
            record_at_this_provider: self.record_at_this_provider,
        }
    }
}

#[derive(Deserialize, Default)]
#[serde(deny_unknown_fields)]
pub(super) struct AttemptsFile {
    pub limit: Option<Spanned<u8>>,
    pub counting: Option<AttemptCounting>,
    pub mismatch_outcome: Option<MismatchOutcome>,
    pub return_on_failure: Option<ReturnOnFailure>,
}

#[derive(Deserialize, Default)]
#[serde(deny_unknown_fields)]
pub(super) struct ManualResendFile {
    pub limit: Option<Spanned<u8>>,
    pub minimum_interval_seconds: Option<u32>,
}

#[derive(Deserialize, Default)]
#[serde(deny_unknown_fields)]
pub(super) struct CaptchaFile {
    pub verify: Option<bool>,
    pub resend: Option<bool>,
}

#[derive(Deserialize, Default)]
#[serde(deny_unknown_fields)]
pub(super) struct PortalHostsFile {
    pub default: Option<Spanned<String>>,
    #[serde(default)]
    pub by_province: BTreeMap<Province, Spanned<String>>,
}

#[derive(Deserialize, Default)]
#[serde(deny_unknown_fields)]
pub(super) struct ExpectedArrivalFile {
    pub from_minutes: Option<Spanned<u32>>,
    pub to_minutes: Option<Spanned<u32>>,
}

/// The overlay of permitted kinds of services, which lies over every set.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct OverlayFile {
    /// Its name; the key that tells an overlay from a rule set.
    pub overlay: Spanned<String>,
    pub title: Title,
    pub permitted: Vec<PermittedRow>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct PermittedRow {
    pub kind: Spanned<ServiceKind>,
    /// From this instant on; absent: always.
    pub from: Option<Timestamp>,
    pub source: Source,
}
