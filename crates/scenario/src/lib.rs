//! The scenarios of the regulation, and what runs them.
//!
//! A scenario is a short text that reads like the rule it proves: who files what when, what each person types, what the
//! portal answers. [`run`] carries it out against anything that implements [`Engine`]: the pure domain in memory
//! ([`MemoryEngine`]) or a database. The statements are described in `docs/scenarios.md`.

mod act;
mod check;
mod content;
mod engine;
mod initial_review;
mod keyring;
mod memory;
mod outage;
mod people;
mod runner;
mod script;
mod words;

pub use engine::Engine;
pub use keyring::TestKeyring;
pub use memory::MemoryEngine;
pub use runner::{Failure, run};
pub use script::{Script, Statement};
