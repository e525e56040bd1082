//! `heyan sms`.

mod cloud;
mod decode;
mod say;
mod script;
mod simulate;
mod smpp;
mod trial;

use crate::cli::SmsCommand;
use crate::failure::Failure;

/// Tries a route, plays the carrier or shows a frame.
pub fn run(command: &SmsCommand) -> Result<(), Failure> {
    match command {
        SmsCommand::Test(arguments) => trial::run(arguments),
        SmsCommand::Simulate(arguments) => simulate::run(arguments),
        SmsCommand::Decode(arguments) => decode::run(arguments),
    }
}
