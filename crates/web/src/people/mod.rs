//! What the portal's pages and the ministry portal's JSON endpoints have in common: reading what people type, the
//! captcha, and the words of an outcome.

mod captcha;
mod input;
mod once;
mod source;
mod words;

pub(crate) use captcha::{Challenge, Verdict, hex, unhex};
pub(crate) use input::{Typed, TypedProblem};
pub(crate) use once::{Once, Submission};
pub(crate) use source::Source;
pub(crate) use words::Words;
