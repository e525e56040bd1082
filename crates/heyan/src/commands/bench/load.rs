//! The load: connections that each send one request after the other, until the time or the rows are over.

use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use super::client::{Connection, valid_status, write_request};
use super::histogram::Histogram;
use super::person;
use super::prepare::Prepared;
use crate::failure::Failure;

/// One request of so many is a wrong answer.
const WRONG_EVERY: u64 = 50;

/// What is asked.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Call {
    /// The handler that does nothing, with the body of an answer.
    Nothing,
    /// 短信核验, right and wrong.
    Verify,
    /// 短信重发.
    Resend,
    /// 提交管局: a new filing, reported in the same call.
    Report,
}

impl Call {
    pub(super) const fn name(self) -> &'static str {
        match self {
            Self::Nothing => "do nothing",
            Self::Verify => "verify",
            Self::Resend => "resend",
            Self::Report => "report",
        }
    }

    /// Writes the request of a turn; gives which answers are right, or `None` when the rows are used up.
    fn write(self, turn: u64, data: &Prepared, buffer: &mut Vec<u8>) -> Option<&'static [u16]> {
        match self {
            Self::Nothing => {
                write_answer(buffer, "/nothing", turn % data.rows(), 123_456);
                Some(&[3])
            }
            Self::Verify => {
                // Wrong answers go to people at the other end of the walk, so that none has been asked before.
                let wrong = turn % WRONG_EVERY == WRONG_EVERY - 1;
                let number = if wrong {
                    data.nth_from_end(turn / WRONG_EVERY)?
                } else {
                    data.nth_of_walk(turn - turn / WRONG_EVERY)?
                };
                let code = (data.code(number)? + u32::from(wrong)) % 1_000_000;
                write_answer(buffer, "/pquery/smsValidate/validateByCondition", number, code);
                Some(if wrong { &[2, 4] } else { &[3] })
            }
            Self::Resend => {
                let number = data.nth_of_walk(turn)?;
                let (phone, last6) = (person::phone(number), person::id_last6(number));
                let body = format!(r#"{{"mobileNum":{phone},"certNum":"{last6}"}}"#);
                write_request(buffer, "/pquery/smsValidate/resendSMSByCondition", "", &body);
                Some(&[101])
            }
            Self::Report => {
                let number = data.rows() + turn;
                let headers =
                    format!("Authorization: Bearer test_other\r\nIdempotency-Key: bench-{number}\r\n");
                write_request(buffer, "/v1/filings", &headers, &person::filing_body(number));
                Some(&[201])
            }
        }
    }

    /// What is compared with the right answers: `validStatus`, or the HTTP status where there is none.
    fn judged(self, status: u16, body: &[u8]) -> u16 {
        match self {
            Self::Nothing | Self::Verify | Self::Resend => valid_status(body).unwrap_or(status),
            Self::Report => status,
        }
    }
}

fn write_answer(buffer: &mut Vec<u8>, path: &str, number: u64, code: u32) {
    let (phone, last6) = (person::phone(number), person::id_last6(number));
    let body = format!(r#"{{"smsValidCode":"{code:06}","mobileNum":{phone},"certNum":"{last6}"}}"#);
    write_request(buffer, path, "", &body);
}

/// How a measurement went.
#[derive(Clone, Debug)]
pub(super) struct Measured {
    /// Requests answered.
    pub requests: u64,
    /// Answers that were not what they had to be.
    pub wrong: u64,
    /// The first such answer.
    pub example: Option<String>,
    /// How long it took.
    pub took: Duration,
    /// Latencies.
    pub latencies: Histogram,
}

impl Measured {
    /// Requests per second.
    pub(super) fn per_second(&self) -> f64 {
        f64::from(u32::try_from(self.requests).unwrap_or(u32::MAX)) / self.took.as_secs_f64().max(1e-9)
    }
}

/// A steady rate, whatever the answers take. A request is counted from when it was due, so that what has to wait for a
/// connection counts as well.
#[derive(Clone, Copy, Debug)]
pub(super) struct Pace {
    /// Requests a second.
    pub rate: u32,
}

struct Shared {
    pace: Option<Pace>,
    begun: Instant,
    call: Call,
    data: Arc<Prepared>,
    turns: AtomicU64,
    until: Instant,
}

/// Sends over so many connections, spread over the addresses, for so long, or until the rows are used up.
pub(super) async fn measure(
    call: Call,
    to: &[SocketAddr],
    data: &Arc<Prepared>,
    connections: usize,
    duration: Duration,
    pace: Option<Pace>,
) -> Result<Measured, Failure> {
    let mut opened = Vec::with_capacity(connections);
    for to in to.iter().cycle().take(connections) {
        opened.push(Connection::open(*to).await?);
    }
    let begun = Instant::now();
    let until = begun + duration;
    let turns = AtomicU64::new(0);
    let shared = Arc::new(Shared { pace, begun, call, data: Arc::clone(data), turns, until });
    let sending: Vec<_> =
        opened.into_iter().map(|connection| tokio::spawn(send(Arc::clone(&shared), connection))).collect();
    let mut all =
        Measured { requests: 0, wrong: 0, example: None, took: Duration::ZERO, latencies: Histogram::new() };
    for sender in sending {
        let one = sender.await??;
        all.requests += one.requests;
        all.wrong += one.wrong;
        all.example = all.example.or(one.example);
        all.latencies.absorb(&one.latencies);
    }
    all.took = begun.elapsed();
    Ok(all)
}

/// Turns are far fewer than what a float counts exactly.
fn turn_of(turn: u64) -> f64 {
    f64::from(u32::try_from(turn).unwrap_or(u32::MAX))
}

async fn send(shared: Arc<Shared>, mut connection: Connection) -> Result<Measured, Failure> {
    let begun = Instant::now();
    let mut latencies = Histogram::new();
    let (mut requests, mut wrong, mut example) = (0, 0, None);
    let mut buffer = Vec::with_capacity(2_048);
    let mut now = begun;
    while now < shared.until {
        let turn = shared.turns.fetch_add(1, Ordering::Relaxed);
        let Some(right) = shared.call.write(turn, &shared.data, &mut buffer) else { break };
        let sent = match shared.pace {
            Some(pace) => {
                let due = shared.begun + Duration::from_secs(1).mul_f64(turn_of(turn) / f64::from(pace.rate));
                if due >= shared.until {
                    break;
                }
                tokio::time::sleep_until(due.into()).await;
                due
            }
            None => Instant::now(),
        };
        let answer = connection.exchange(&buffer).await?;
        now = Instant::now();
        latencies.add(now - sent);
        requests += 1;
        if !right.contains(&shared.call.judged(answer.status, answer.body)) {
            wrong += 1;
            example
                .get_or_insert_with(|| format!("{} {}", answer.status, String::from_utf8_lossy(answer.body)));
        }
    }
    Ok(Measured { requests, wrong, example, took: begun.elapsed(), latencies })
}
