//! What is wrong with a document, and where.

use crate::codes::{RecordCode, words};

/// The first thing that is wrong with a document.
#[derive(Clone, PartialEq, Eq, Debug, thiserror::Error)]
#[error("{path}: {reason:?}")]
pub struct Fault {
    /// The element: `/UploadData/ICP/XZBA/Baxx[2]/Wz_xx[1]/Wzmc`. Elements that may repeat carry their number.
    pub path: String,
    /// What is wrong with it.
    pub reason: Reason,
}

/// What can be wrong.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Reason {
    /// It is no XML.
    NotWellFormed,
    /// It has a document type: it could bring entities, and what lies elsewhere.
    DocumentType,
    /// A reference to an entity that is none of the five.
    Entity,
    /// A character that XML, or GBK, does not have.
    IllegalCharacter,
    /// It says that it is written in something else than GBK.
    Encoding,
    /// The root's version is another.
    Version,
    /// This element must not stand here.
    Unexpected(String),
    /// This element is missing.
    Missing(&'static str),
    /// There are more of this element than there may be.
    TooOften(&'static str),
    /// An attribute that the element does not have.
    Attribute(String),
    /// Text between elements.
    Text,
    /// Fewer characters than this.
    TooShort(i64),
    /// More characters than this.
    TooLong(i64),
    /// No whole number, or none that 64 bits hold.
    NoNumber,
    /// Less than this.
    TooSmall(i64),
    /// More than this.
    TooLarge(i64),
    /// No Base64.
    NoBase64,
    /// More records than a file may have.
    TooManyRecords,
    /// A record with more elements than can be meant.
    TooManyElements,
}

impl Reason {
    /// The name under which the words of it stand in `data/reasons.txt`.
    fn key(&self) -> &'static str {
        match self {
            Self::NotWellFormed => "not-well-formed",
            Self::DocumentType => "document-type",
            Self::Entity => "entity",
            Self::IllegalCharacter => "illegal-character",
            Self::Encoding => "encoding",
            Self::Version => "version",
            Self::Unexpected(_) => "unexpected",
            Self::Missing(_) => "missing",
            Self::TooOften(_) => "too-often",
            Self::Attribute(_) => "attribute",
            Self::Text => "text",
            Self::TooShort(_) => "too-short",
            Self::TooLong(_) => "too-long",
            Self::NoNumber => "no-number",
            Self::TooSmall(_) => "too-small",
            Self::TooLarge(_) => "too-large",
            Self::NoBase64 => "no-base64",
            Self::TooManyRecords => "too-many-records",
            Self::TooManyElements => "too-many-elements",
        }
    }

    /// What stands in the words' `{}`.
    fn detail(&self) -> String {
        match self {
            Self::Unexpected(name) | Self::Attribute(name) => name.clone(),
            Self::Missing(name) | Self::TooOften(name) => (*name).to_owned(),
            Self::TooShort(bound) | Self::TooLong(bound) | Self::TooSmall(bound) | Self::TooLarge(bound) => {
                bound.to_string()
            }
            Self::NotWellFormed
            | Self::DocumentType
            | Self::Entity
            | Self::IllegalCharacter
            | Self::Encoding
            | Self::Version
            | Self::Text
            | Self::NoNumber
            | Self::NoBase64
            | Self::TooManyRecords
            | Self::TooManyElements => String::new(),
        }
    }
}

impl Fault {
    /// A fault of the document as a whole.
    pub(crate) fn whole(reason: Reason) -> Self {
        Self { path: "/".to_owned(), reason }
    }

    /// The result code that says it to the provider: 5004 for the version, 5008 for characters, else 5001.
    pub fn code(&self) -> RecordCode {
        match self.reason {
            Reason::Version => RecordCode::InterfaceVersion,
            Reason::IllegalCharacter => RecordCode::IllegalCharacter,
            Reason::NotWellFormed
            | Reason::DocumentType
            | Reason::Entity
            | Reason::Encoding
            | Reason::Unexpected(_)
            | Reason::Missing(_)
            | Reason::TooOften(_)
            | Reason::Attribute(_)
            | Reason::Text
            | Reason::TooShort(_)
            | Reason::TooLong(_)
            | Reason::NoNumber
            | Reason::TooSmall(_)
            | Reason::TooLarge(_)
            | Reason::NoBase64
            | Reason::TooManyRecords
            | Reason::TooManyElements => RecordCode::NotBySchema,
        }
    }

    /// Path and reason in Chinese, for the note of a result. Holds nothing of what people wrote but names of elements.
    pub fn words(&self) -> String {
        let words = words("reasons", self.reason.key()).replace("{}", &self.reason.detail());
        format!("{} {words}", self.path)
    }
}
