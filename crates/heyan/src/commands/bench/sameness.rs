//! Whether a known phone can be told from an unknown one by how long the answer takes (SEC-06).
//!
//! One connection asks in pairs, known and unknown in random order, each phone once, with limits on. The bodies have to
//! be equal; the medians of the times are compared, with the interval that resampling gives their difference.

use std::fmt::Write as _;
use std::path::Path;
use std::time::{Duration, Instant};

use rand::rngs::StdRng;
use rand::{RngExt as _, SeedableRng as _};

use super::child::Server;
use super::client::{Connection, write_request};
use super::prepare::Prepared;
use super::{machine, person, progress};
use crate::failure::Failure;

/// Pairs asked at each door.
const PAIRS: u64 = 10_000;
/// Pairs before that, so that connection and caches are warm.
const WARM_UP: u64 = 500;
/// Rows of prepared data: each pair has a known phone of its own.
pub(super) const ROWS: u64 = PAIRS + WARM_UP;
/// Times that the samples are drawn anew.
const RESAMPLES: usize = 1_000;
/// The most that the medians may differ, in percent (SEC-06).
const BOUND_PERCENT: f64 = 2.0;

/// A question about a phone whose last six nobody has, so that nothing is proved.
type Ask = fn(&mut Vec<u8>, u64);

const DOORS: [(&str, Ask); 2] = [("verify", ask_verify), ("resend", ask_resend)];

fn ask_verify(buffer: &mut Vec<u8>, phone: u64) {
    let body = format!(r#"{{"smsValidCode":"000000","mobileNum":{phone},"certNum":"ZZZZZZ"}}"#);
    write_request(buffer, "/pquery/smsValidate/validateByCondition", "", &body);
}

fn ask_resend(buffer: &mut Vec<u8>, phone: u64) {
    let body = format!(r#"{{"mobileNum":{phone},"certNum":"ZZZZZZ"}}"#);
    write_request(buffer, "/pquery/smsValidate/resendSMSByCondition", "", &body);
}

/// What one door gave.
struct Times {
    known: Vec<Duration>,
    unknown: Vec<Duration>,
    unequal: u64,
}

/// Medians in microseconds, and by how much they differ.
struct Compared {
    known_us: f64,
    unknown_us: f64,
    percent: f64,
    interval: (f64, f64),
}

fn median_us(times: &mut [Duration]) -> f64 {
    let middle = times.len() / 2;
    let (_, median, _) = times.select_nth_unstable(middle);
    median.as_secs_f64() * 1e6
}

fn difference(known: &mut [Duration], unknown: &mut [Duration]) -> (f64, f64, f64) {
    let (known_us, unknown_us) = (median_us(known), median_us(unknown));
    (known_us, unknown_us, 100.0 * (known_us - unknown_us) / unknown_us.max(1e-9))
}

fn drawn_anew(times: &[Duration], rng: &mut StdRng) -> Vec<Duration> {
    let draw = |_| times.get(rng.random_range(0..times.len())).copied().unwrap_or_default();
    (0..times.len()).map(draw).collect()
}

fn compare(times: &Times) -> Compared {
    let (known_us, unknown_us, percent) = difference(&mut times.known.clone(), &mut times.unknown.clone());
    let mut rng = StdRng::seed_from_u64(6);
    let mut resampled: Vec<f64> = (0..RESAMPLES)
        .map(|_| {
            let mut known = drawn_anew(&times.known, &mut rng);
            difference(&mut known, &mut drawn_anew(&times.unknown, &mut rng)).2
        })
        .collect();
    resampled.sort_by(f64::total_cmp);
    let at = |per_mille: usize| resampled.get(RESAMPLES * per_mille / 1_000).copied().unwrap_or_default();
    Compared { known_us, unknown_us, percent, interval: (at(25), at(975)) }
}

async fn timed(connection: &mut Connection, request: &[u8]) -> Result<(Duration, Vec<u8>), Failure> {
    let sent = Instant::now();
    let answer = connection.exchange(request).await?;
    let took = sent.elapsed();
    Ok((took, answer.body.to_vec()))
}

async fn ask(connection: &mut Connection, ask: Ask, known_from: u64) -> Result<Times, Failure> {
    let mut rng = StdRng::seed_from_u64(known_from);
    let mut times = Times { known: Vec::new(), unknown: Vec::new(), unequal: 0 };
    let mut request = Vec::new();
    for pair in 0..ROWS {
        let mut pair_times = [Duration::ZERO; 2];
        let mut bodies = [Vec::new(), Vec::new()];
        let first = usize::from(rng.random_bool(0.5));
        for which in [first, 1 - first] {
            let phone = if which == 0 { person::phone(pair) } else { person::phone(known_from + pair) };
            ask(&mut request, phone);
            let (took, body) = timed(connection, &request).await?;
            if let (Some(time), Some(kept)) = (pair_times.get_mut(which), bodies.get_mut(which)) {
                (*time, *kept) = (took, body);
            }
        }
        let ([known, unknown], [known_body, unknown_body]) = (pair_times, bodies);
        times.unequal += u64::from(known_body != unknown_body);
        if pair >= WARM_UP {
            times.known.push(known);
            times.unknown.push(unknown);
        }
    }
    Ok(times)
}

/// Asks at every door and writes the table; whether every bound holds is the second value.
pub(super) async fn measure(prepared: &Prepared, copy: &Path) -> Result<(String, bool), Failure> {
    let mut text = format!(
        "Machine: {}.\n\nCommand: `heyan bench --sameness`. {PAIRS} pairs a door, one connection, limits on.\n\n\
         | door | known, median µs | unknown, median µs | difference | 95 % interval | unequal bodies | within {BOUND_PERCENT} % |\n\
         |---|---:|---:|---:|---:|---:|---|\n",
        machine::line()
    );
    let mut holds = true;
    for (index, (name, question)) in (1_u64..).zip(DOORS) {
        prepared.copy_to(copy)?;
        let server = Server::start(copy, None)?;
        let mut connection = Connection::open(server.addresses.doors).await?;
        // Phones that nobody has filed, others for each door.
        let times = ask(&mut connection, question, prepared.rows() + index * ROWS).await?;
        drop(connection);
        server.end()?;
        let found = compare(&times);
        let within = found.percent.abs() < BOUND_PERCENT && times.unequal == 0;
        holds &= within;
        progress(&format!("{name}: {:+.2} %", found.percent));
        let _ = writeln!(
            text,
            "| {name} | {:.0} | {:.0} | {:+.2} % | {:+.2} to {:+.2} % | {} | {} |",
            found.known_us,
            found.unknown_us,
            found.percent,
            found.interval.0,
            found.interval.1,
            times.unequal,
            if within { "yes" } else { "**no**" },
        );
    }
    Ok((text, holds))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn times(base_us: u64) -> Vec<Duration> {
        (0..1_001).map(|step| Duration::from_micros(base_us + step % 11)).collect()
    }

    #[test]
    fn a_difference_is_found_with_its_interval() {
        let compared = compare(&Times { known: times(1_045), unknown: times(995), unequal: 0 });
        assert!((compared.percent - 5.0).abs() < 0.5, "{}", compared.percent);
        assert!(compared.interval.0 <= compared.percent && compared.percent <= compared.interval.1);
        let same = compare(&Times { known: times(1_000), unknown: times(1_000), unequal: 0 });
        assert!(same.percent.abs() < f64::EPSILON);
    }
}
