//! Frames out of a stream of octets.

pub use heyan_line::frame::{FrameError, Framer, Shape};

/// CMPP: the longest frame of the standard is a SUBMIT 3.0 to 99 numbers with 255 octets of content, 3,586 octets.
pub const CMPP: Shape = Shape { shortest: crate::HEADER_LENGTH, longest: 4096 };
