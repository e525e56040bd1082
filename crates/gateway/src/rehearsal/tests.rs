//! The fail-over as a rule book: who takes what, and how long first messages wait for it.

use rand::SeedableRng as _;
use rand_chacha::ChaCha12Rng;

use super::Behaviour::{Answers, Gone, Silent};
use super::*;
use crate::routing::FULL;
use crate::segments::Carrier;

const PER_SECOND: i64 = 50;

fn act(title: &str, seconds: i64, lines: [Behaviour; 2]) -> Act {
    Act { title: title.to_owned(), seconds, lines: lines.to_vec() }
}

fn played(acts: Vec<Act>) -> Vec<Told> {
    let terms =
        |name: &str| Terms { name: name.to_owned(), carriers: Carrier::ALL.to_vec(), weight: 1, rate: 100 };
    let play = Play {
        routes: vec![terms("a"), terms("b")],
        pace: Pace::default(),
        window: (16, 10),
        per_second: PER_SECOND,
        to: Phone::parse("13800000000").unwrap(),
        acts,
    };
    rehearse(&play, &mut ChaCha12Rng::seed_from_u64(1))
}

/// Every message has exactly one end, or waits.
fn is_whole(told: &[Told], seconds: i64) {
    let ends = told.iter().map(|act| act.accepted_ms.len() + act.unknown + act.waiting).sum::<usize>();
    assert_eq!(i64::try_from(ends).unwrap(), seconds * PER_SECOND);
}

#[test]
fn a_line_that_is_slow_and_then_dead_leaves_its_messages_to_the_other_and_gets_them_back() {
    let told = played(vec![
        act("both well", 60, [Answers(20), Answers(20)]),
        act("a slow", 120, [Answers(6_000), Answers(20)]),
        act("a dead", 120, [Gone, Answers(20)]),
        act("a back", 180, [Answers(20), Answers(20)]),
        act("after that", 60, [Answers(20), Answers(20)]),
    ]);
    is_whole(&told, 540);
    let share = |act: usize| told[act].of_route[0] * 100 / told[act].accepted_ms.len();
    assert!((45..=55).contains(&share(0)), "{}", share(0));
    assert!(told[0].percentile_ms(99) <= 50, "{}", told[0].percentile_ms(99));
    // Its window holds it back before its weight does: sixteen messages in six seconds.
    assert!(share(1) < 10, "{}", share(1));
    assert_eq!(told[1].levels, [1, FULL]);
    assert!(told[1].percentile_ms(90) <= 50, "nine of ten notice nothing: {}", told[1].percentile_ms(90));
    assert!(told[2].of_route[0] <= 1, "the last one may still wait when the act ends");
    assert!(told[2].percentile_ms(99) <= 50, "{}", told[2].percentile_ms(99));
    // What it had when it died is unknown, at most its window; what waited behind it goes the other way.
    assert!((1..=16).contains(&told[1].unknown), "{}", told[1].unknown);
    assert_eq!(told[3].levels, [FULL, FULL], "a step every ten seconds, and its slow minute is forgotten");
    assert!((45..=55).contains(&share(4)), "{}", share(4));
    let waiting = told.iter().map(|act| act.waiting).sum::<usize>();
    assert!(waiting <= 3, "those of the last moments: {waiting}");
}

#[test]
fn a_line_that_falls_silent_gets_little_more_than_it_has_room_for() {
    let told = played(vec![
        act("both well", 30, [Answers(20), Answers(20)]),
        act("a silent", 300, [Silent, Answers(20)]),
        act("a back", 120, [Answers(20), Answers(20)]),
    ]);
    is_whole(&told, 450);
    let unknown = told.iter().map(|act| act.unknown).sum::<usize>();
    // What it has room for; what it is given while the first ten go unanswered; then one at a time to try it.
    assert!((1..=26 + 10 + 4).contains(&unknown), "{unknown}");
    assert!(told[1].percentile_ms(99) <= 50, "{}", told[1].percentile_ms(99));
    assert!(told[2].of_route[0] > 1_000, "it is given messages again: {:?}", told[2].of_route);
}

#[test]
fn when_both_are_slow_nothing_moves() {
    let told = played(vec![
        act("both well", 30, [Answers(20), Answers(20)]),
        act("both slow", 120, [Answers(6_000), Answers(6_000)]),
    ]);
    assert_eq!(told[1].levels, [FULL, FULL]);
    let [a, b] = told[1].of_route[..] else { panic!("two routes") };
    assert!(a.abs_diff(b) < a / 5, "{a} and {b}");
}

#[test]
fn the_same_seed_plays_the_same() {
    let acts = vec![act("a slow", 20, [Answers(6_000), Answers(20)])];
    assert_eq!(played(acts.clone()), played(acts));
}
