//! Both sides of a line as state machines, on a clock that the test moves; and what each does with octets that are none.

#![expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test stops where it is surprised")]

mod client;
mod codec;
mod double;
mod line;
mod losses;
