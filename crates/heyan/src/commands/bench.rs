//! `heyan bench`.

use crate::cli::Bench;
use crate::failure::Failure;

/// Measures.
pub fn run(_arguments: &Bench) -> Result<(), Failure> {
    Err(Failure::plain("not yet"))
}
