//! What has happened on the double, one line each.

use heyan_cmpp::codes;
use heyan_cmpp::masked;
use heyan_cmpp::pdu::Submit;
use heyan_cmpp::server::Event;
use heyan_cmpp::text::{read, user_data};

/// One line, without the connection. Numbers and texts only in clear if asked for.
pub fn line(event: &Event, clear: bool) -> String {
    match event {
        Event::LoggedIn { sp_id, version } => format!("logged in: {}, version {version}", sp_id.text()),
        Event::Refused { sp_id, status } => {
            format!(
                "login refused: {}, status {status}: {}",
                sp_id.text(),
                codes::connect_status(*status).words
            )
        }
        Event::Submitted { msg_id, result, submit } => {
            format!(
                "submit {msg_id} {}, result {result}: {}",
                message(submit, clear),
                codes::submit_result(*result).words
            )
        }
        Event::WindowExceeded => "the window is exceeded".to_owned(),
        Event::Disturbed { disturbance } => format!("fault: {disturbance:?}").to_lowercase(),
        Event::Reported { msg_id, stat, repeated: 0 } => format!("report {msg_id} {}", stat.text()),
        Event::Reported { msg_id, stat, repeated } => {
            format!("report {msg_id} {}, repeated {repeated} times", stat.text())
        }
        Event::Forwarded { msg_id } => format!("message of a phone {msg_id}"),
        Event::Acknowledged { msg_id, result } => format!("acknowledged {msg_id}, result {result}"),
        Event::Stray => "something that nobody waited for".to_owned(),
        Event::Probed => "active test".to_owned(),
        Event::Malformed { error } => format!("cannot be read: {error}"),
        Event::Broken { error } => format!("the stream is broken: {error}"),
        Event::Terminated => "terminate".to_owned(),
        Event::Closed { unanswered, undelivered } => {
            format!("closed; {unanswered} submits unanswered, {undelivered} reports not acknowledged")
        }
    }
}

fn message(submit: &Submit, clear: bool) -> String {
    let show = |number: &str| if clear { number.to_owned() } else { masked(number) };
    let numbers: Vec<_> = submit.destinations().iter().map(|number| show(&number.text())).collect();
    let octets = submit.content.as_bytes();
    let mut line = format!(
        "to {}, part {} of {}, {} octets {:?}",
        numbers.join(" "),
        submit.part_number,
        submit.part_total,
        octets.len(),
        submit.format
    );
    let body = if submit.tp_udhi == 1 { user_data(octets).map_or(octets, |(_, body)| body) } else { octets };
    if let (true, Some(text)) = (clear, read(submit.format, body)) {
        line.push_str(", ");
        line.push_str(&text.text.escape_debug().to_string());
    }
    line
}
