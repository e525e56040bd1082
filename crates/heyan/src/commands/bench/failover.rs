//! The fail-over, rehearsed: how long first messages wait while one of two routes is slow, dead, silent, and back.

use std::fmt::Write as _;

use heyan_domain::terms::Phone;
use heyan_gateway::rehearsal::{Act, Behaviour, Play, Told, rehearse};
use heyan_gateway::routing::{Pace, Terms};
use heyan_gateway::segments::Carrier;
use rand::SeedableRng as _;
use rand::rngs::StdRng;

use crate::failure::Failure;

/// New first messages a second; each route alone can take them.
const PER_SECOND: i64 = 50;
/// What each route's contract allows.
const RATE: u32 = 100;
/// The standard's window, and what may wait behind it at that rate.
const WINDOW: (usize, usize) = (16, 10);
/// How long a route that is well takes to answer, in milliseconds.
const WELL: Behaviour = Behaviour::Answers(20);
/// Slower than `slow_seconds`.
const SLOW: Behaviour = Behaviour::Answers(6_000);
const SEED: u64 = 12_381;
/// An invented number.
const PHONE: &str = "13800000000";

/// Plays it and writes the table.
pub(super) fn table() -> Result<String, Failure> {
    let terms =
        |name: &str| Terms { name: name.to_owned(), carriers: Carrier::ALL.to_vec(), weight: 1, rate: RATE };
    let play = Play {
        routes: vec![terms("a"), terms("b")],
        pace: Pace::default(),
        window: WINDOW,
        per_second: PER_SECOND,
        to: Phone::parse(PHONE).ok_or_else(|| Failure::plain("the number is no phone's"))?,
        acts: acts(),
    };
    let told = rehearse(&play, &mut StdRng::seed_from_u64(SEED));
    Ok(write(&play, &told))
}

fn acts() -> Vec<Act> {
    let act = |title: &str, seconds, a, b| Act { title: title.to_owned(), seconds, lines: vec![a, b] };
    vec![
        act("both well", 120, WELL, WELL),
        act("a slow", 120, SLOW, WELL),
        act("a dead", 120, Behaviour::Gone, WELL),
        act("a back", 180, WELL, WELL),
        act("a silent", 240, Behaviour::Silent, WELL),
        act("a back again", 120, WELL, WELL),
        act("both slow", 120, SLOW, SLOW),
        act("both well again", 300, WELL, WELL),
    ]
}

fn write(play: &Play, told: &[Told]) -> String {
    let mut text = format!(
        "Two routes of one weight, {PER_SECOND} first messages a second, window {}. Well: an answer after 20 ms; slow: after 6 s. \
         From being written to being accepted:\n\n\
         | act | seconds | messages | by a / b | p50 / p99 / most ms | unknown | weight of a / b in eighths at the end |\n\
         |---|---:|---:|---:|---:|---:|---:|\n",
        WINDOW.0
    );
    for (act, told) in play.acts.iter().zip(told) {
        let pair = |values: Vec<String>| values.join(" / ");
        // Writing into a string cannot fail.
        let _ = writeln!(
            text,
            "| {} | {} | {} | {} | {} / {} / {} | {} | {} |",
            told.title,
            act.seconds,
            told.accepted_ms.len() + told.unknown + told.waiting,
            pair(told.of_route.iter().map(ToString::to_string).collect()),
            told.percentile_ms(50),
            told.percentile_ms(99),
            told.percentile_ms(100),
            told.unknown,
            pair(told.levels.iter().map(ToString::to_string).collect()),
        );
    }
    text
}
