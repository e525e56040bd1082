//! What goes in and what comes out, as `/openapi.json` has it.
//!
//! Words of the wire (states, kinds, reasons) and times are texts: a word that is new to this crate must not keep an answer
//! from being read. Members that it does not know are passed over.

#![expect(missing_docs, reason = "the members are those of /openapi.json, by the same names")]

use serde::{Deserialize, Serialize};

/// A page of a list.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct Page<T> {
    pub items: Vec<T>,
    /// Goes into the next question as `cursor`; nothing at the end.
    pub next_cursor: Option<String>,
}

#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
pub struct NewDocument {
    pub r#type: String,
    pub number: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub back_number: Option<String>,
}

#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
pub struct NewHead {
    pub name: String,
    pub phones: Vec<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub emergency_phone: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub email: Option<String>,
    pub document: NewDocument,
}

#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
pub struct Address {
    #[serde(default)]
    pub province: Option<String>,
    #[serde(default)]
    pub city: Option<String>,
    #[serde(default)]
    pub detail: Option<String>,
}

#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
pub struct Access {
    #[serde(default)]
    pub method: Option<String>,
    #[serde(default)]
    pub ip_addresses: Option<Vec<String>>,
    #[serde(default)]
    pub server_place: Option<String>,
}

#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
pub struct NewEntity {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub nature: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub document: Option<NewDocument>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub address: Option<Address>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub head: Option<NewHead>,
}

#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
pub struct NewService {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub service_no: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub kind: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub domains: Option<Vec<String>>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub head: Option<NewHead>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub access: Option<Access>,
}

#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
pub struct Reference {
    #[serde(default)]
    pub entity_no: Option<String>,
    #[serde(default)]
    pub service_no: Option<String>,
}

/// A filing to be made or corrected.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
pub struct NewFiling {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub provider_order_no: Option<String>,
    pub kind: String,
    pub province: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub initiator: Option<String>,
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub shell: bool,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub entity: Option<NewEntity>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub services: Vec<NewService>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reference: Option<Reference>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub remark: Option<String>,
    /// Whether it is handed over in the same call.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub report: bool,
}

#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct SentMessage {
    pub no: u32,
    pub kind: String,
    pub state: String,
    pub at: String,
}

/// Somebody who is asked to verify.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Verification {
    pub id: String,
    pub roles: Vec<String>,
    pub phone_masked: Option<String>,
    pub state: String,
    pub deadline: Option<String>,
    pub attempts_used: u32,
    pub attempts_limit: Option<u32>,
    pub resends_used: u32,
    pub resends_limit: Option<u32>,
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub disowned: bool,
    pub messages: Vec<SentMessage>,
}

/// The document that a rule follows.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Source {
    pub document: String,
    pub place: String,
}

#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Round {
    pub no: u32,
    pub ruleset: Option<String>,
    pub title: Option<String>,
    pub source: Option<Source>,
    pub reported_at: String,
    pub changed: Vec<String>,
    pub warnings: Vec<String>,
    pub verifications: Vec<Verification>,
}

/// Why a filing came back.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Return {
    pub reason: String,
    pub at: String,
    #[serde(default)]
    pub detail: Option<String>,
}

/// That it will come back.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct PendingReturn {
    pub reason: String,
    pub at: String,
}

/// What can be done about a filing that came back.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct Remedy {
    pub code: String,
    pub title: String,
    pub steps: Vec<String>,
    pub record_phone_masked: Option<String>,
    /// The call to begin with.
    pub action: serde_json::Value,
}

/// A filing, as lists and answers show it. In a list, what is filed (`entity`, `services`) is not there.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct Filing {
    pub id: String,
    /// What a call that depends on the version takes.
    pub etag: String,
    pub provider: String,
    pub provider_order_no: Option<String>,
    pub kind: String,
    pub province: String,
    pub initiator: String,
    pub shell: bool,
    pub state: String,
    pub created_at: String,
    pub round: Option<Round>,
    pub r#return: Option<Return>,
    pub pending_return: Option<PendingReturn>,
    pub remedies: Vec<Remedy>,
    pub entity_no: Option<String>,
    pub service_nos: Option<Vec<String>>,
    /// What was filed and whatever else the answer has, as it came.
    #[serde(flatten)]
    pub more: serde_json::Map<String, serde_json::Value>,
}

/// Those of a filing who are asked.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Verifications {
    pub filing_id: String,
    pub round: Option<u32>,
    pub items: Vec<Verification>,
}

/// Something that happened.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct Event {
    pub id: String,
    pub r#type: String,
    pub at: String,
    pub filing_id: String,
    pub verification_id: Option<String>,
    pub data: serde_json::Map<String, serde_json::Value>,
}

/// Who would have to verify.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Resolved {
    pub ruleset: String,
    pub roles: Vec<String>,
    pub suspended_roles: Vec<String>,
    pub source: Source,
    pub validity_hours: u32,
    pub attempts_limit: u32,
    pub resend_limit: u32,
}

/// An endpoint for webhooks.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct WebhookEndpoint {
    pub id: String,
    pub url: String,
    pub events: Vec<String>,
    pub enabled: bool,
    pub disabled: Option<Disabled>,
    pub failing_since: Option<String>,
    pub created_at: String,
    /// In the answer to what made it, and nowhere else.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub secret: Option<String>,
}

#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Disabled {
    pub at: String,
    pub reason: String,
}

#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Attempt {
    pub at: String,
    pub took_ms: u32,
    pub status: Option<u16>,
    pub failure: Option<String>,
}

/// An event on its way to an endpoint.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Delivery {
    pub id: String,
    pub endpoint_id: String,
    pub event_id: String,
    pub event_type: String,
    pub filing_id: String,
    pub state: String,
    pub created_at: String,
    pub next_attempt_at: Option<String>,
    pub attempts: Vec<Attempt>,
}

/// A message in the sandbox's inbox.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct SandboxMessage {
    pub id: String,
    pub to: String,
    pub sender: String,
    pub text: String,
    pub no: u32,
    pub created_at: String,
    pub state: String,
    pub filing_id: String,
    pub verification_id: String,
}

/// A member at fault.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct MemberError {
    pub pointer: String,
    pub code: String,
    pub detail: String,
}

/// What the API says when it does not do what it is asked.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Problem {
    pub status: u16,
    pub code: String,
    pub title: String,
    pub detail: String,
    pub request_id: String,
    pub errors: Vec<MemberError>,
}
