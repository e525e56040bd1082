//! `heyan sms`.

mod cloud;
mod decode;
mod say;
mod script;
mod simulate;
mod smpp;

use crate::cli::SmsCommand;
use crate::failure::Failure;

/// Plays the carrier or shows a frame.
pub fn run(command: &SmsCommand) -> Result<(), Failure> {
    match command {
        SmsCommand::Simulate(arguments) => simulate::run(arguments),
        SmsCommand::Decode(arguments) => decode::run(arguments),
    }
}
