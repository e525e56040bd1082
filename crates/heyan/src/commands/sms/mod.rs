//! `heyan sms`.

mod cloud;
mod decode;
mod say;
mod script;
mod simulate;
mod smpp;
mod trace;
mod trial;

pub use trace::trace;

use crate::cli::SmsCommand;
use crate::failure::Failure;

/// Tries a route, plays the carrier, shows a frame, or what is known of a message.
pub fn run(command: &SmsCommand) -> Result<(), Failure> {
    match command {
        SmsCommand::Test(arguments) => trial::run(arguments),
        SmsCommand::Simulate(arguments) => simulate::run(arguments),
        SmsCommand::Decode(arguments) => decode::run(arguments),
        SmsCommand::Trace(arguments) => trace::run(arguments),
    }
}
