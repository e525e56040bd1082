//! The glossary as types. Parsing happens here, at the edge; inside there are no unparsed strings.

mod code;
mod document;
mod filing_kind;
mod id_last6;
mod ids;
mod phone;
mod provider;
mod province;

pub use code::Code;
pub use document::{Document, DocumentNumber, DocumentType, DocumentWarning, Nature};
pub use filing_kind::{Changed, FilingKind, Initiator, ParseTermError, Role, Roles, ServiceKind};
pub use id_last6::IdLast6;
pub use ids::{
    AccountId, ApiKeyId, BulkId, DeliveryId, EndpointId, EventId, FilingId, MessageId, ProposalId, UploadId,
    VerificationId, VersionId,
};
pub use phone::Phone;
pub use provider::ProviderId;
pub use province::Province;

use unicode_normalization::UnicodeNormalization as _;

/// NFKC: full-width digits, letters and brackets become their plain forms.
pub(crate) fn nfkc(text: &str) -> String {
    text.nfkc().collect()
}

/// Defines an enum whose variants have one name on the wire, with parsing, printing and serde in that name.
macro_rules! wire_enum {
    ($(#[$doc:meta])* $vis:vis enum $name:ident { $($(#[$vdoc:meta])* $variant:ident = $wire:literal $(| $alias:literal)*,)+ }) => {
        $(#[$doc])*
        #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
        $vis enum $name { $($(#[$vdoc])* $variant,)+ }

        impl $name {
            /// Every value, in the order of the specification.
            pub const ALL: &'static [Self] = &[$(Self::$variant,)+];

            /// The name on the wire.
            pub const fn as_str(self) -> &'static str {
                match self { $(Self::$variant => $wire,)+ }
            }
        }

        impl std::str::FromStr for $name {
            type Err = $crate::terms::ParseTermError;
            fn from_str(text: &str) -> Result<Self, Self::Err> {
                match text {
                    $($wire $(| $alias)* => Ok(Self::$variant),)+
                    _ => Err($crate::terms::ParseTermError { expected: &[$($wire,)+] }),
                }
            }
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.pad(self.as_str())
            }
        }

        impl serde::Serialize for $name {
            fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.serialize_str(self.as_str())
            }
        }

        impl<'de> serde::Deserialize<'de> for $name {
            fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                let text = std::borrow::Cow::<'de, str>::deserialize(deserializer)?;
                text.parse().map_err(serde::de::Error::custom)
            }
        }
    };
}
pub(crate) use wire_enum;
