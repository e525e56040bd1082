//! SMS over the HTTP interfaces of two cloud vendors: Tencent Cloud (`SendSms` of 2021-01-11) and Alibaba Cloud (`SendSms` of
//! 2017-05-25).
//!
//! Layers, each usable without the one above it:
//!
//! 1. **pure functions**: [`tencent`] and [`alibaba`] make requests and read answers, [`sign`] signs and checks signatures,
//!    [`receipt`] reads what vendors call back with, [`codes`] says what their codes mean, [`template`] finds the values of
//!    an approved template in a message's text;
//! 2. the **link** ([`link`]): takes messages, keeps a bounded number under way, and tells of each what has become of it;
//! 3. the **double** ([`double`]): plays both vendors for drills and tests.
//!
//! Sources: the vendors' public documentation of their interfaces. `docs/sms.md` says what is kept to, and what the tables
//! rest on.

mod account;
pub mod alibaba;
pub mod codes;
pub mod double;
mod encode;
pub mod link;
mod message;
pub mod receipt;
pub mod sign;
pub mod template;
pub mod tencent;
mod time;

pub use account::{BadCredentials, BadEndpoint, Credentials, Endpoint, Secret};
pub use message::{Message, Said};
pub use time::Second;

/// Whose interface.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Vendor {
    /// Tencent Cloud SMS.
    Tencent,
    /// Alibaba Cloud SMS.
    Alibaba,
}

impl Vendor {
    /// As configuration and logs have it.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Tencent => "tencent",
            Self::Alibaba => "alibaba",
        }
    }
}
