//! `heyan sms trace`: all that is known of one message. Reads beside a running server, and writes nothing. Neither the phone
//! nor the code is printed.

use std::fmt::Write as _;
use std::path::Path;
use std::sync::Arc;

use heyan_domain::Timestamp;
use heyan_domain::event::Event;
use heyan_domain::verification::{LOST, Message, MessageState, NOT_NEEDED};
use heyan_gateway::capture;
use heyan_store::keys::{KeyFile, Ring};
use heyan_store::tables::Reader;

use crate::cli::SmsTrace;
use crate::failure::Failure;

/// Prints it.
#[expect(clippy::print_stdout, reason = "the command's answer")]
pub fn run(arguments: &SmsTrace) -> Result<(), Failure> {
    print!("{}", trace(arguments)?);
    Ok(())
}

/// All that is known of a message, a line each.
///
/// # Errors
/// The data or the file cannot be read, or there is no such message.
pub fn trace(arguments: &SmsTrace) -> Result<String, Failure> {
    let place = &arguments.place;
    let ring = Arc::new(Ring::new(&KeyFile::read(&place.keys())?));
    let location = place.location()?;
    let reader = Reader::beside(location.clone(), ring)?.ok_or_else(|| {
        Failure::new(format!("there is no data in {location}"), "name the directory of the data with --data")
    })?;
    let known = Known::read(&reader, arguments)?;
    let mut text = known.text();
    if let Some(file) = &arguments.frames {
        text.push_str(&frames(&known.message, file)?);
    }
    Ok(text)
}

/// What the database has.
struct Known {
    message: Message,
    /// The phone, masked, while the text still waits.
    waits_for: Option<String>,
    events: Vec<Event>,
}

impl Known {
    fn read(reader: &Reader, arguments: &SmsTrace) -> Result<Self, Failure> {
        let id = arguments.message;
        let message = reader
            .message(id)?
            .ok_or_else(|| Failure::plain(format!("there is no message {id} in this data")))?;
        let waits_for = reader.queued(id)?.map(|queued| queued.to.masked());
        let verification = id.verification();
        let filing = reader.filing(verification.filing())?;
        let timeline = filing.map(|filing| reader.timeline(&filing)).transpose()?.unwrap_or_default();
        let is_of_it = |event: &Event| {
            event.verification == Some(verification) && event.data.message_no == Some(id.no())
        };
        Ok(Self { message, waits_for, events: timeline.into_iter().filter(is_of_it).collect() })
    }

    fn text(&self) -> String {
        let (message, id) = (&self.message, self.message.id);
        let verification = id.verification();
        let mut text = String::new();
        row(&mut text, "message", &format!("{id}, number {} of {verification}", id.no()));
        row(&mut text, "filing", &verification.filing().to_string());
        row(&mut text, "kind", message.kind.as_str());
        row(&mut text, "state", standing(message));
        row(&mut text, "written", &message.created_at.to_string());
        for attempt in &message.attempts {
            let code = meaning(&attempt.code);
            row(&mut text, "tried", &format!("{} on {}: {code}", attempt.at, attempt.route));
        }
        let route = message.route.as_deref().unwrap_or("no route");
        let at = |at: Option<Timestamp>| at.map(|at| at.to_string());
        if let Some(at) = at(message.handed_at) {
            row(&mut text, "handed over", &format!("{at} to {route}"));
        }
        if let Some(at) = at(message.submitted_at) {
            let known = message.carrier_id.as_deref().map_or_else(
                || "without an answer".to_owned(),
                |carrier_id| format!("the carrier calls it {carrier_id}"),
            );
            row(&mut text, "submitted", &format!("{at} by {route}, {known}"));
        }
        if let Some(at) = at(message.finished_at) {
            let code = message.carrier_code.as_deref().map(meaning).unwrap_or_default();
            row(&mut text, "ended", &format!("{at} {}, {code}", message.state.as_str()));
        }
        let kept = match &self.waits_for {
            Some(phone) => format!("sealed in the outbox, for {phone}"),
            None => "wiped".to_owned(),
        };
        row(&mut text, "text", &kept);
        for event in &self.events {
            let code = event.data.carrier_code.as_deref().map(|code| format!(" {}", meaning(code)));
            let code = code.unwrap_or_default();
            row(&mut text, "event", &format!("{} {}{code}", event.at, event.kind.as_str()));
        }
        text
    }
}

fn row(text: &mut String, name: &str, value: &str) {
    // Writing into a string cannot fail.
    let _ = writeln!(text, "{name:<12} {value}");
}

const fn standing(message: &Message) -> &'static str {
    match (message.state, message.handed_at.is_some()) {
        (MessageState::Queued, false) => "waits for a route",
        (MessageState::Queued, true) => "handed over; the answer is not there yet",
        (MessageState::Submitted, _) => "accepted; the report is not there yet",
        (MessageState::Delivered, _) => "delivered",
        (MessageState::Failed, _) => "failed",
        (MessageState::Unknown, _) => {
            "unknown: submitted, and no answer came; it goes out once more after ten minutes if no report comes"
        }
    }
}

/// A code, with what it means where it is our own.
fn meaning(code: &str) -> String {
    let own = match code {
        LOST => "no answer came",
        NOT_NEEDED => "not sent: the verification was over, or a newer code had replaced this one",
        "NOROUTE" => "no route takes this number",
        _ => return format!("code {code}"),
    };
    format!("code {code} ({own})")
}

/// The frames of the message in a file of captured ones: those that name it by the carrier's id, and the SUBMIT that was
/// answered so.
fn frames(message: &Message, file: &Path) -> Result<String, Failure> {
    let Some(carrier_id) = &message.carrier_id else {
        return Ok("frames       none can be found: no carrier has said its id of the message\n".to_owned());
    };
    let mut lines = Vec::new();
    for path in [capture::before(file), file.to_owned()] {
        match std::fs::read_to_string(&path) {
            Ok(text) => lines.extend(text.lines().map(str::to_owned)),
            Err(error) if error.kind() == std::io::ErrorKind::NotFound && path != *file => {}
            Err(error) => {
                return Err(Failure::new(
                    format!("{} cannot be read: {error}", path.display()),
                    "name the file that sms.capture_file names in the configuration",
                ));
            }
        }
    }
    let found = of_message(&lines, carrier_id, message.route.as_deref().unwrap_or_default());
    if found.is_empty() {
        return Ok("frames       none in that file\n".to_owned());
    }
    let mut text = String::new();
    for line in found {
        row(&mut text, "frame", line);
    }
    Ok(text)
}

/// A captured line is time, route, `>` or `<`, command, `sequence` and its number, and what else it says.
fn of_message<'l>(lines: &'l [String], carrier_id: &str, route: &str) -> Vec<&'l str> {
    let named = format!(" id {carrier_id},");
    let mut found: Vec<usize> = Vec::new();
    for (at, line) in lines.iter().enumerate() {
        let of_route = line.split(' ').nth(1) == Some(route);
        if !of_route || !line.contains(&named) {
            continue;
        }
        let answered = |answer: &str| {
            line.split_once(answer).and_then(|(_, rest)| rest.split(',').next()).map(str::to_owned)
        };
        let submit =
            answered(" < SUBMIT_RESP ").map(|sequence| format!(" {route} > SUBMIT {sequence},")).or_else(
                || answered(" < submit_sm_resp ").map(|sequence| format!(" {route} > submit_sm {sequence},")),
            );
        if let Some(submit) = submit {
            found.extend(lines.iter().take(at).rposition(|line| line.contains(&submit)));
        }
        found.push(at);
    }
    found.into_iter().filter_map(|at| lines.get(at).map(String::as_str)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn frames_of_a_message_are_those_of_its_id_on_its_route_and_the_submit_before_the_answer() {
        let lines: Vec<String> = [
            "t0 a > SUBMIT sequence 7, 207 octets to [138****0000]",
            "t1 b > SUBMIT sequence 7, 207 octets to [138****0000]",
            "t2 a > SUBMIT sequence 8, 207 octets to [138****0000]",
            "t3 a < SUBMIT_RESP sequence 7, 21 octets id 11, result 0",
            "t4 a < SUBMIT_RESP sequence 8, 21 octets id 12, result 0",
            "t5 a < DELIVER sequence 1, 145 octets id 12, report DELIVRD of 138****0000",
            "t6 b < DELIVER sequence 1, 145 octets id 12, report DELIVRD of 138****0000",
            "t7 c > submit_sm sequence 3, 120 octets to 138****0000",
            "t8 c < submit_sm_resp sequence 3, 19 octets id 1f, status 0x00",
            "t9 c < deliver_sm sequence 9, 99 octets id 31, id 1f, report DELIVRD of 138****0000",
        ]
        .map(str::to_owned)
        .to_vec();
        let times: Vec<_> =
            of_message(&lines, "12", "a").iter().filter_map(|line| line.split(' ').next()).collect();
        assert_eq!(times, ["t2", "t4", "t5"]);
        let times: Vec<_> =
            of_message(&lines, "1f", "c").iter().filter_map(|line| line.split(' ').next()).collect();
        assert_eq!(times, ["t7", "t8", "t9"], "SMPP says its ids in every reading");
        assert!(of_message(&lines, "1", "a").is_empty(), "an id is compared whole");
    }

    #[test]
    fn own_codes_are_said_in_words() {
        assert_eq!(meaning("LOST"), "code LOST (no answer came)");
        assert_eq!(meaning("13"), "code 13");
    }
}
