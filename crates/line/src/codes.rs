//! The words in which the tables of codes say what a carrier's code means, in every protocol.

/// What is known about a message after a code.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Meaning {
    /// The phone has it.
    Delivered,
    /// On its way: more will be said.
    Intermediate,
    /// Not delivered, and the same message can succeed later.
    FailedForNow,
    /// Not delivered, and the same message will fail again on this route.
    FailedForGood,
    /// The code does not say whether the phone has it.
    Unknown,
}

impl Meaning {
    /// As the tables of the documentation have it.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Delivered => "delivered",
            Self::Intermediate => "intermediate",
            Self::FailedForNow => "failed for now",
            Self::FailedForGood => "failed for good",
            Self::Unknown => "unknown",
        }
    }
}

/// Where the reason lies, so what can be done about it.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Cause {
    /// No reason is needed, or none is given.
    None,
    /// The phone or its owner: switched off, no such number, blocked.
    Recipient,
    /// The number is another carrier's, as after porting.
    OtherCarrier,
    /// The text was not let through.
    Content,
    /// The account at the carrier: its rights, numbers, limits.
    Account,
    /// The carrier's network, or too much at once.
    Carrier,
    /// The PDU itself.
    Protocol,
}

impl Cause {
    /// As the tables of the documentation have it.
    pub const fn name(self) -> &'static str {
        match self {
            Self::None => "",
            Self::Recipient => "recipient",
            Self::OtherCarrier => "other carrier",
            Self::Content => "content",
            Self::Account => "account",
            Self::Carrier => "carrier",
            Self::Protocol => "protocol",
        }
    }
}

/// How sure the tables are of a row.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Source {
    /// The protocol's own text.
    Standard,
    /// Code lists that gateways' makers and cloud providers publish. They agree on most and not on all.
    Field,
    /// What the maker of an interface says of its own codes.
    Vendor,
    /// Nobody says: the cautious reading.
    Silence,
}

impl Source {
    /// As the tables of the documentation have it.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Standard => "standard",
            Self::Field => "field",
            Self::Vendor => "vendor",
            Self::Silence => "",
        }
    }
}

/// What a code means.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Row {
    /// What is known now.
    pub meaning: Meaning,
    /// Where the reason lies.
    pub cause: Cause,
    /// In a few words.
    pub words: &'static str,
    /// Who says so.
    pub source: Source,
}

impl Row {
    /// A row of a table.
    pub const fn new(meaning: Meaning, cause: Cause, source: Source, words: &'static str) -> Self {
        Self { meaning, cause, words, source }
    }
}
