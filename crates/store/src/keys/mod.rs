//! Keys: where they live (SEC-18), the keyed hashes made with them, and what is sealed with them (SEC-02, SEC-07).

mod file;
mod ring;

pub use file::{KeyFile, KeyFileError};
pub(crate) use file::{decode_hex, encode_hex};
pub(crate) use ring::counter_floor;
pub use ring::{KeySet, Purpose, Ring, Rotation, SealError};
