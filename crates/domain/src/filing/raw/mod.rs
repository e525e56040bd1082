//! The filing body as it comes in (`3-interfaces.md` 3.2), and its parsing into a [`Draft`].
//!
//! Every defect is found and named by its JSON pointer; nothing is corrected silently except the normal forms of phones
//! and documents.

mod read;
mod words;

use serde::{Deserialize, Serialize};

use super::draft::Draft;

/// The most services one filing may hold: a round asks every head in one transaction.
pub const MAX_SERVICES: usize = 100;
/// The most domains one service may hold.
pub const MAX_DOMAINS: usize = 500;
/// The most phones one head may name.
pub const MAX_PHONES: usize = 5;
/// How yes and no are written.
pub const FLAGS: &[&str] = &["true", "false"];
/// The longest short text: names, numbers, cities.
pub const MAX_NAME_CHARS: usize = 200;
/// The longest long text: remarks, reasons.
pub const MAX_REMARK_CHARS: usize = 2_000;

/// What is wrong with one member.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub enum Problem {
    /// The kind of filing needs it.
    Missing,
    /// No mainland mobile number (WHO-07).
    Phone,
    /// No document number: fewer than six characters, or unusable ones.
    Document,
    /// A head's document must be a natural person's.
    DocumentOfPerson,
    /// A 港澳居民来往内地通行证 in Zhejiang needs the number on its back (WHO-06, S3).
    BackNumber,
    /// None of the expected words.
    Word(#[serde(with = "words")] &'static [&'static str]),
    /// No province of the mainland.
    Province,
    /// No kind of filing.
    Kind,
    /// No domain name.
    Domain,
    /// No number of a record, or a record that does not exist.
    Reference,
    /// Longer than so many characters.
    TooLong(usize),
    /// More than so many items.
    TooMany(usize),
    /// Empty.
    Empty,
    /// The kind of filing has no use for it.
    NotExpected,
    /// Nothing differs from the record.
    NothingChanged,
    /// Such services cannot be filed yet at that time (notice 工信部信管〔2023〕105号).
    NotPermitted,
    /// Characters that no text has.
    Characters,
}

impl Problem {
    /// The public error code.
    pub const fn code(&self) -> &'static str {
        match self {
            Self::Missing => "InvalidParameter.Missing",
            Self::Phone => "InvalidParameter.Phone",
            Self::Document | Self::DocumentOfPerson | Self::BackNumber => "InvalidParameter.Document",
            Self::Province => "InvalidParameter.Province",
            Self::Kind => "InvalidParameter.Kind",
            Self::Domain => "InvalidParameter.Domain",
            Self::Reference => "InvalidParameter.Reference",
            Self::Word(_)
            | Self::TooLong(_)
            | Self::TooMany(_)
            | Self::Empty
            | Self::NotExpected
            | Self::NothingChanged
            | Self::NotPermitted
            | Self::Characters => "InvalidParameter.Value",
        }
    }
}

/// A defect of one member.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct FieldError {
    /// JSON pointer (RFC 6901) into the body.
    pub pointer: String,
    /// What is wrong.
    pub problem: Problem,
}

impl FieldError {
    /// A defect at a pointer.
    pub fn at(pointer: impl Into<String>, problem: Problem) -> Self {
        Self { pointer: pointer.into(), problem }
    }
}

/// The body of `POST /v1/filings` and `PUT /v1/filings/{id}`.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
#[expect(missing_docs, reason = "the members are those of the interface; `Draft` documents them")]
pub struct RawDraft {
    pub provider_order_no: Option<String>,
    pub kind: Option<String>,
    pub province: Option<String>,
    pub initiator: Option<String>,
    #[serde(default)]
    pub shell: bool,
    pub entity: Option<RawEntity>,
    #[serde(default)]
    pub services: Vec<RawService>,
    pub reference: Option<RawReference>,
    pub remark: Option<String>,
    #[serde(default)]
    pub report: bool,
}

/// See [`RawDraft`].
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
#[expect(missing_docs, reason = "the members are those of the interface; `Draft` documents them")]
pub struct RawReference {
    pub entity_no: Option<String>,
    pub service_no: Option<String>,
}

/// See [`RawDraft`].
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
#[expect(missing_docs, reason = "the members are those of the interface; `Draft` documents them")]
pub struct RawEntity {
    pub name: Option<String>,
    pub nature: Option<String>,
    pub document: Option<RawDocument>,
    pub address: Option<RawAddress>,
    pub head: Option<RawHead>,
}

/// See [`RawDraft`].
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
#[expect(missing_docs, reason = "the members are those of the interface; `Draft` documents them")]
pub struct RawAddress {
    pub province: Option<String>,
    pub city: Option<String>,
    pub detail: Option<String>,
}

/// See [`RawDraft`].
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
#[expect(missing_docs, reason = "the members are those of the interface; `Draft` documents them")]
pub struct RawHead {
    pub name: Option<String>,
    pub phones: Option<Vec<String>>,
    pub emergency_phone: Option<String>,
    pub email: Option<String>,
    pub document: Option<RawDocument>,
}

/// See [`RawDraft`].
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
#[expect(missing_docs, reason = "the members are those of the interface; `Draft` documents them")]
pub struct RawDocument {
    #[serde(rename = "type")]
    pub kind: Option<String>,
    pub number: Option<String>,
    pub back_number: Option<String>,
}

/// See [`RawDraft`].
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
#[expect(missing_docs, reason = "the members are those of the interface; `Draft` documents them")]
pub struct RawService {
    pub service_no: Option<String>,
    pub kind: Option<String>,
    pub name: Option<String>,
    pub domains: Option<Vec<String>>,
    pub head: Option<RawHead>,
    pub access: Option<RawAccess>,
}

/// See [`RawDraft`].
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
#[expect(missing_docs, reason = "the members are those of the interface; `Draft` documents them")]
pub struct RawAccess {
    pub method: Option<String>,
    pub ip_addresses: Option<Vec<String>>,
    pub server_place: Option<String>,
}

impl RawDraft {
    /// Parses; all defects at once.
    pub fn parse(&self) -> Result<Draft, Vec<FieldError>> {
        let mut reader = read::Reader::default();
        let draft = reader.draft(self);
        let errors = reader.into_errors();
        match draft {
            Some(draft) if errors.is_empty() => Ok(draft),
            Some(_) | None => Err(errors),
        }
    }
}
