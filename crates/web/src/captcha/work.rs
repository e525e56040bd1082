//! The captcha as work for a machine (免图形验证): find a number whose hash with the puzzle begins with enough zero bits.
//! It costs a visitor a second or two and whoever comes by the thousand a thousand times that.

use std::fmt::Write as _;

use sha2::{Digest as _, Sha256};

/// Zero bits with which the hash of a solution begins. Eighteen take 262,144 hashes on average: a third of
/// a second in a browser on a desk, one to three on a phone.
pub const DIFFICULTY_BITS: u32 = 18;

/// What a solution begins with, so that it is never taken for something typed.
pub const PREFIX: &str = "pow-";

/// Digits that the number of a solution may have. Nobody needs to look that far.
const MAX_DIGITS: usize = 10;

/// Whether a text is a solution of a puzzle: `pow-` and a number, such that SHA-256 of puzzle, colon and number
/// begins with [`DIFFICULTY_BITS`] zero bits.
pub fn solves(puzzle: &str, solution: &str) -> bool {
    let Some(number) = solution.strip_prefix(PREFIX) else { return false };
    let fits = (1..=MAX_DIGITS).contains(&number.len()) && number.bytes().all(|byte| byte.is_ascii_digit());
    fits && zero_bits(&hash(puzzle, number)) >= DIFFICULTY_BITS
}

/// Finds the solution of a puzzle, trying from nought upwards as the browser's script does. `None` if no number of ten
/// digits is one.
pub fn solve(puzzle: &str) -> Option<String> {
    let mut number = String::new();
    for attempt in 0..10_u64.pow(10) {
        number.clear();
        let _ = write!(number, "{attempt}");
        if zero_bits(&hash(puzzle, &number)) >= DIFFICULTY_BITS {
            return Some(format!("{PREFIX}{number}"));
        }
    }
    None
}

fn hash(puzzle: &str, number: &str) -> [u8; 32] {
    Sha256::new().chain_update(puzzle).chain_update(":").chain_update(number).finalize().into()
}

fn zero_bits(hash: &[u8; 32]) -> u32 {
    let whole = hash.iter().take_while(|byte| **byte == 0).count();
    let rest = hash.get(whole).map_or(0, |byte| byte.leading_zeros());
    u32::try_from(whole).unwrap_or_default() * 8 + rest
}

#[cfg(test)]
mod tests {
    use super::*;

    const PUZZLE: &str = "00112233445566778899aabbccddeeff";

    #[test]
    fn a_solution_solves_its_own_puzzle_and_no_other() {
        let solution = solve(PUZZLE).unwrap();
        assert!(solves(PUZZLE, &solution));
        assert!(!solves("ffeeddccbbaa99887766554433221100", &solution));
    }

    #[test]
    fn only_a_prefix_and_a_number_of_digits_is_a_solution() {
        let solution = solve(PUZZLE).unwrap();
        let number = solution.strip_prefix(PREFIX).unwrap();
        for other in [number, "", "pow-", "pow--1", "pow-12345678901", "pow-1e5", "pow- 1", "POW-1"] {
            assert!(!solves(PUZZLE, other), "{other}");
        }
        assert!(!solves(PUZZLE, &format!("{PREFIX}+{number}")) && !solves(PUZZLE, &format!("{solution} ")));
    }

    #[test]
    fn zero_bits_are_counted_from_the_front() {
        let mut hash = [0_u8; 32];
        assert_eq!(zero_bits(&hash), 256);
        hash[2] = 0b0010_0000;
        assert_eq!(zero_bits(&hash), 18);
        hash[0] = 0x80;
        assert_eq!(zero_bits(&hash), 0);
    }
}
