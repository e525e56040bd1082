//! `Jgdm`: what became of a record, and `Czlx`: what kind of thing it asked for.

use super::words;

macro_rules! results {
    ($($(#[$doc:meta])* $name:ident = $code:literal,)*) => {
        /// `Jgdm`: what became of a record.
        #[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
        pub enum RecordCode { $($(#[$doc])* $name,)* }

        impl RecordCode {
            /// All of them.
            pub const ALL: &[Self] = &[$(Self::$name,)*];

            /// The number in `Jgdm`.
            pub const fn number(self) -> u16 {
                match self { $(Self::$name => $code,)* }
            }

            /// The code with that number.
            pub const fn of_number(number: u16) -> Option<Self> {
                match number { $($code => Some(Self::$name),)* _ => None }
            }
        }
    };
}

results! {
    /// The administration has approved.
    Approved = 1001,
    /// The administration has rejected.
    Rejected = 1002,
    /// The organiser has a filing already.
    OrganiserConflict = 1003,
    /// No domain name.
    InvalidDomain = 1004,
    /// The domain is another filing's.
    DomainConflict = 1005,
    /// No such document.
    InvalidDocument = 1008,
    /// No mobile number.
    InvalidPhone = 1011,
    /// No resident identity number.
    InvalidIdentityNumber = 1015,
    /// What it refers to does not exist.
    NotFound = 1016,
    /// A change of it is under way.
    ChangeUnderWay = 1017,
    /// No such province, city or county.
    InvalidRegion = 1019,
    /// The entity's cancellation was asked for already.
    EntityCancelledTwice = 1027,
    /// The service's cancellation was asked for already.
    ServiceCancelledTwice = 1030,
    /// A cancellation in conflict with a change.
    CancellationAgainstChange = 1042,
    /// A cancellation in conflict with another.
    CancellationAgainstCancellation = 1043,
    /// Only the entity's own province takes it.
    ForeignProvince = 1045,
    /// A change must not move the entity to another province.
    ProvinceMustStay = 1046,
    /// Only the provider's own access can be cancelled.
    ForeignAccess = 1047,
    /// The entity is cancelled.
    EntityIsCancelled = 1049,
    /// The service is cancelled.
    ServiceIsCancelled = 1050,
    /// It is being dealt with.
    UnderWay = 1052,
    /// The file is not as the schema wants it.
    NotBySchema = 5001,
    /// The unit in the file is another than the one that reports.
    UnitDiffers = 5003,
    /// Another version of the interface.
    InterfaceVersion = 5004,
    /// Characters that must not be there.
    IllegalCharacter = 5008,
    /// The unit may not do this.
    NotPermitted = 5009,
    /// An attachment that is none.
    InvalidAttachment = 5010,
    /// This is not open.
    NotOpen = 5011,
    /// Anything else.
    Other = 5999,
}

impl RecordCode {
    /// The words beside it, in Chinese.
    pub fn words(self) -> &'static str {
        words("records", &self.number().to_string())
    }
}

/// `Czlx`: what a record asks for. The standard's 35 (material by itself) is not open here, and its own schema refuses it.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Operation {
    /// XZBA: a first filing.
    NewFiling,
    /// XZWZ: services for an entity on record.
    NewService,
    /// XZJR: access for a service on record.
    NewAccess,
    /// BGBA: a change of entity, services, access.
    Change,
    /// ZXBA 2: access is given up.
    CancelAccess,
    /// ZXBA 0: the entity is cancelled, with all its services.
    CancelEntity,
    /// ZXBA 1: a service is cancelled.
    CancelService,
}

impl Operation {
    /// The number in `Czlx`.
    pub const fn number(self) -> u8 {
        match self {
            Self::NewFiling => 1,
            Self::NewService => 2,
            Self::NewAccess => 3,
            Self::Change => 4,
            Self::CancelAccess => 5,
            Self::CancelEntity => 6,
            Self::CancelService => 7,
        }
    }

    /// What has that number.
    pub const fn of_number(number: u8) -> Option<Self> {
        Some(match number {
            1 => Self::NewFiling,
            2 => Self::NewService,
            3 => Self::NewAccess,
            4 => Self::Change,
            5 => Self::CancelAccess,
            6 => Self::CancelEntity,
            7 => Self::CancelService,
            _ => return None,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_name_what_they_are_of() {
        for number in 0..=u8::MAX {
            assert!(Operation::of_number(number).is_none_or(|operation| operation.number() == number));
        }
        for code in RecordCode::ALL {
            assert_eq!(RecordCode::of_number(code.number()), Some(*code));
        }
    }

    #[test]
    fn every_code_has_words() {
        for code in RecordCode::ALL {
            assert!(!code.words().is_empty(), "{code:?}");
        }
    }
}
