//! How codes are drawn: what no scenario can show, since it cannot choose the random numbers.

#![expect(clippy::unwrap_used, reason = "a test stops where it is surprised")]

use std::convert::Infallible;

use heyan_domain::terms::Code;
use heyan_scenario::{MemoryEngine, Script, run};
use rand::{SeedableRng as _, TryRng};
use rand_chacha::ChaCha12Rng;

/// Gives the same number so many times, then the next.
struct Repeating {
    of: ChaCha12Rng,
    times: u32,
    given: u32,
    number: u64,
}

impl TryRng for Repeating {
    type Error = Infallible;

    fn try_next_u32(&mut self) -> Result<u32, Infallible> {
        self.try_next_u64().map(|number| u32::try_from(number >> 32).unwrap())
    }

    fn try_next_u64(&mut self) -> Result<u64, Infallible> {
        if self.given.is_multiple_of(self.times) {
            self.number = self.of.try_next_u64()?;
        }
        self.given += 1;
        Ok(self.number)
    }

    fn try_fill_bytes(&mut self, bytes: &mut [u8]) -> Result<(), Infallible> {
        self.of.try_fill_bytes(bytes)
    }
}

/// Always the same number.
struct Constant(u64);

impl TryRng for Constant {
    type Error = Infallible;

    fn try_next_u32(&mut self) -> Result<u32, Infallible> {
        Ok(u32::try_from(self.0 >> 32).unwrap())
    }

    fn try_next_u64(&mut self) -> Result<u64, Infallible> {
        Ok(self.0)
    }

    fn try_fill_bytes(&mut self, bytes: &mut [u8]) -> Result<(), Infallible> {
        bytes.fill(0);
        Ok(())
    }
}

/// proves: SEC-01
#[test]
fn every_code_is_as_likely_as_any_other() {
    assert_eq!(Code::draw(&mut Constant(0)).expose(), "000000");
    assert_eq!(Code::draw(&mut Constant(u64::MAX)).expose(), "999999");

    // Each digit at each place, over 100,000 codes: 10,000 expected, standard deviation 95.
    let mut rng = ChaCha12Rng::seed_from_u64(20_200_817);
    let mut counts = [[0_u32; 10]; 6];
    for _ in 0..100_000 {
        for (place, digit) in Code::draw(&mut rng).expose().bytes().enumerate() {
            counts[place][usize::from(digit - b'0')] += 1;
        }
    }
    for count in counts.iter().flatten() {
        assert!((9_500..=10_500).contains(count), "{counts:?}");
    }
}

/// proves: VER-04
#[test]
fn no_two_open_verifications_of_a_phone_have_the_same_code() {
    let text = r"
        explains VER-04
        # The second filing would draw the first one's code.
        provider idc
        at 2026-03-02 10:00
        person Wang phone=15400000001 id=11010519491231002X
        file F1 first 广东 head=Wang service=书店/Wang
        file F2 first 广东 organiser=乙 head=Wang service=茶馆/Wang
        verify Wang in F2 => all_complete
        expect F1 state verifying
        expect F2 state in_review
        verify Wang in F1 => all_complete
    ";
    let script = Script::parse("codes.rs", text).unwrap();
    let rng = Repeating { of: ChaCha12Rng::seed_from_u64(1), times: 3, given: 0, number: 0 };
    let mut engine = MemoryEngine::with_rng(Box::new(rng)).unwrap();
    run(&script, &mut engine).unwrap();
}

#[test]
fn a_leading_zero_counts() {
    let text = r"
        explains VER-01
        # The code that was drawn is 000000.
        provider idc
        at 2026-03-02 10:00
        person Wang phone=15400000001 id=11010519491231002X
        file F1 first 广东 head=Wang service=书店/Wang
        verify Wang code=0 => malformed
        verify Wang code=00000 => malformed
        verify Wang code=000001 => wrong_code 4
        verify Wang code=000000 => all_complete
    ";
    let script = Script::parse("codes.rs", text).unwrap();
    let mut engine = MemoryEngine::with_rng(Box::new(Constant(0))).unwrap();
    run(&script, &mut engine).unwrap();
}
