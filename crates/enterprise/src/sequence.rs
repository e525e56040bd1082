//! `dataSequence`: a provider's files are numbered from 1, and none may be left out.

/// So many missing numbers are named at once.
pub const MAX_NAMED: u64 = 100;

/// What a file's number says.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Arrival {
    /// It is the next one: take it in.
    Next,
    /// It is the last one again, whose answer was lost: answer as before and do nothing.
    Repeated,
    /// Others have to come first, these: 14.
    Missing(Vec<u64>),
}

/// Judges a number. `last` is that of the file accepted last, nought before the first.
///
/// A number below the last is no repeat of anything that can be compared, and above all not the next: the answer names
/// the one that is (decided), as for a number that is none.
pub fn judge(last: u64, number: Option<i64>) -> Arrival {
    let next = last.saturating_add(1);
    match number.and_then(|number| u64::try_from(number).ok()) {
        Some(number) if number == next => Arrival::Next,
        Some(number) if number == last && last > 0 => Arrival::Repeated,
        Some(number) if number > next => {
            Arrival::Missing((next..number.min(next.saturating_add(MAX_NAMED))).collect())
        }
        Some(_) | None => Arrival::Missing(vec![next]),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn files_come_one_after_the_other_and_the_last_may_come_again() {
        assert_eq!(judge(0, Some(1)), Arrival::Next);
        assert_eq!(judge(7, Some(8)), Arrival::Next);
        assert_eq!(judge(7, Some(7)), Arrival::Repeated);
    }

    #[test]
    fn a_gap_is_named_up_to_a_bound() {
        assert_eq!(judge(7, Some(10)), Arrival::Missing(vec![8, 9]));
        let Arrival::Missing(named) = judge(0, Some(i64::MAX)) else { panic!("a gap") };
        assert_eq!(named, (1..=100).collect::<Vec<_>>());
    }

    #[test]
    fn anything_else_is_told_which_is_next() {
        for number in [Some(6), Some(0), Some(-1), None] {
            assert_eq!(judge(7, number), Arrival::Missing(vec![8]), "{number:?}");
        }
        assert_eq!(judge(0, Some(0)), Arrival::Missing(vec![1]));
    }
}
