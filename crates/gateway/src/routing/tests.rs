//! Routing as a rule book: seeds, seconds and names, and what must come of them.

use rand::SeedableRng as _;
use rand_chacha::ChaCha12Rng;

use super::*;

fn at(seconds: i64) -> Timestamp {
    Timestamp::from_ms(seconds * 1_000)
}

fn terms(name: &str, carriers: &[Carrier], weight: u32) -> Terms {
    Terms { name: name.to_owned(), carriers: carriers.to_vec(), weight, rate: 1_000_000 }
}

fn mobile() -> Phone {
    Phone::parse("13800000000").unwrap()
}

fn unicom() -> Phone {
    Phone::parse("18600000000").unwrap()
}

/// Two lines that take everything, up, with room.
fn pair() -> Router {
    let terms = vec![terms("a", &Carrier::ALL, 3), terms("b", &Carrier::ALL, 1)];
    let mut router = Router::new(terms, Pace::default(), at(0));
    router.link(0, Some(1_000_000));
    router.link(1, Some(1_000_000));
    router
}

/// How many of a thousand messages each line gets at a second.
fn shares(router: &mut Router, second: i64) -> [usize; 2] {
    let mut rng = ChaCha12Rng::seed_from_u64(1);
    let mut shares = [0; 2];
    for _ in 0..1_000 {
        shares[router.choose(&mobile(), &[], at(second), &mut rng).unwrap()] += 1;
    }
    shares
}

/// Answers of both lines in a second: how long each took.
fn answers(router: &mut Router, second: i64, took_ms: [i64; 2]) {
    for _ in 0..30 {
        router.answered(0, at(second), took_ms[0], false);
        router.answered(1, at(second), took_ms[1], false);
    }
}

#[test]
fn the_lot_follows_the_weights() {
    let [a, b] = shares(&mut pair(), 0);
    assert!((700..800).contains(&a), "{a} and {b}");
}

#[test]
fn a_number_goes_to_a_line_of_its_operator() {
    let terms = vec![terms("m", &[Carrier::Mobile], 1), terms("u", &[Carrier::Unicom], 1)];
    let mut router = Router::new(terms, Pace::default(), at(0));
    router.link(0, Some(10));
    let mut rng = ChaCha12Rng::seed_from_u64(1);
    assert_eq!(router.choose(&mobile(), &[], at(0), &mut rng), Ok(0));
    assert_eq!(router.choose(&unicom(), &[], at(0), &mut rng), Err(NoRoute::Now), "its line is down");
    let satellite = Phone::parse("13490000000").unwrap();
    assert_eq!(router.choose(&satellite, &[], at(0), &mut rng), Err(NoRoute::Never));
}

#[test]
fn a_line_gets_no_more_than_it_has_room_for() {
    let mut router = Router::new(vec![terms("a", &Carrier::ALL, 1)], Pace::default(), at(0));
    router.link(0, Some(2));
    let mut rng = ChaCha12Rng::seed_from_u64(1);
    let mut choose = |router: &mut Router| router.choose(&mobile(), &[], at(0), &mut rng);
    assert_eq!(choose(&mut router), Ok(0));
    assert_eq!(choose(&mut router), Ok(0));
    assert_eq!(choose(&mut router), Err(NoRoute::Now));
    router.answered(0, at(0), 10, false);
    assert_eq!(choose(&mut router), Ok(0));
}

#[test]
fn a_slow_line_loses_weight_step_by_step_and_gets_it_back() {
    let mut router = pair();
    for step in 1..=8 {
        answers(&mut router, step * 10 - 1, [9_000, 100]);
        shares(&mut router, step * 10);
    }
    assert_eq!(router.shown()[0].level, 1);
    let [a, b] = shares(&mut router, 80);
    assert!(a < 350 && b > 650, "three eighths of the weight beside eight: {a} and {b}");
    for step in 9..=22 {
        answers(&mut router, step * 10 - 1, [100, 100]);
        shares(&mut router, step * 10);
    }
    assert_eq!(router.shown()[0].level, FULL, "a minute later its slow answers are forgotten");
}

#[test]
fn when_both_are_slow_nothing_moves() {
    let mut router = pair();
    for step in 1..=5 {
        answers(&mut router, step * 10 - 1, [9_000, 9_000]);
        shares(&mut router, step * 10);
    }
    assert_eq!(router.shown().iter().map(|shown| shown.level).collect::<Vec<_>>(), [FULL, FULL]);
}

#[test]
fn a_line_that_has_refused_a_message_gets_it_again_only_if_there_is_no_other() {
    let mut router = pair();
    let mut rng = ChaCha12Rng::seed_from_u64(1);
    let refused = [Attempt { route: "a".to_owned(), at: at(0), code: "9".to_owned() }];
    for _ in 0..100 {
        assert_eq!(router.choose(&mobile(), &refused, at(0), &mut rng), Ok(1));
    }
    router.link(1, None);
    assert_eq!(router.choose(&mobile(), &refused, at(0), &mut rng), Ok(0));
}

#[test]
fn a_drained_line_gets_nothing_until_it_is_taken_back() {
    let mut router = pair();
    assert!(router.drain("a", true));
    assert_eq!(shares(&mut router, 0), [0, 1_000]);
    assert!(router.drain("a", false));
    assert!(shares(&mut router, 0)[0] > 0);
    assert!(!router.drain("c", true));
}
