//! The enterprise interface V3.0 (企业系统接口规范, October 2013): what access providers' systems speak to the
//! administrations' systems. Pure functions for both sides; no socket, no clock, no database, and nothing of Heyan.
//!
//! From the outside in:
//!
//! 1. [`soap`]: a request becomes a [`soap::Request`], an answer becomes an envelope; [`soap::wsdl`] describes both services;
//! 2. [`credentials`] and [`sequence`]: whether a call is who it says, and whether its file is the next one;
//! 3. [`envelope`]: XML in GBK, packed, hashed, perhaps encrypted, as Base64, and back, within bounds;
//! 4. [`upload`]: the file's records, checked against the tables of [`schema`], as types;
//! 5. [`download`]: files of results and of code tables; [`reply`]: the `<return>` of every call;
//! 6. [`desk`]: what each call is answered with, from all of these; [`codes`]: every code and its words.
//!
//! What is decided where the standard contradicts itself stands in `docs/enterprise.md`.

mod base64;
pub mod charset;
pub mod codes;
pub mod credentials;
pub mod desk;
pub mod download;
pub mod envelope;
mod private;
pub mod reply;
pub mod schema;
pub mod sequence;
pub mod soap;
pub mod upload;
mod xml;

pub use codes::{AnswerCode, Operation, RecordCode};
pub use private::Private;

/// The version that every document names.
pub const VERSION: &str = "V.3.0";
