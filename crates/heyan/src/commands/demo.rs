//! `heyan demo`.

use crate::cli::Demo;
use crate::failure::Failure;

/// Runs every profile's story.
pub fn run(_arguments: &Demo) -> Result<(), Failure> {
    Err(Failure::plain("not yet"))
}
