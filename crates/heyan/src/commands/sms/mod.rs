//! `heyan sms`.

mod cloud;
mod decode;
mod say;
mod script;
mod simulate;
mod smpp;
mod trace;

pub use trace::trace;

use crate::cli::SmsCommand;
use crate::failure::Failure;

/// Plays the carrier, shows a frame, or what is known of a message.
pub fn run(command: &SmsCommand) -> Result<(), Failure> {
    match command {
        SmsCommand::Simulate(arguments) => simulate::run(arguments),
        SmsCommand::Decode(arguments) => decode::run(arguments),
        SmsCommand::Trace(arguments) => trace::run(arguments),
    }
}
