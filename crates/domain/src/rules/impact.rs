//! What a version would have made of rounds that were opened under other rules: the same questions that opening a round asks,
//! of both sets.

use super::roles_of;
use crate::rulebook::{Case, RuleSet};
use crate::terms::wire_enum;

wire_enum! {
    /// What of a round would have been otherwise.
    pub enum Differs {
        /// It would have been refused: such services may not be filed.
        Refused = "refused",
        /// Who is asked to verify.
        Roles = "roles",
        /// Who is named, but not asked for now (暂不验证).
        Suspended = "suspended",
        /// How long a code holds, and for how long messages are tried.
        Validity = "validity",
        /// How many attempts there are, what counts, and what follows from the last one.
        Attempts = "attempts",
        /// Resends: how many, how soon, at noon, and what they do to the clock.
        Resends = "resends",
        /// What of a document is compared.
        Documents = "documents",
    }
}

/// What would have been otherwise for a round of this case; nothing, if the sets answer alike.
pub fn differences(was: &RuleSet, would_be: &RuleSet, case: &Case, shell: bool) -> Vec<Differs> {
    let suspended = |set: &RuleSet| set.who(case).suspended;
    let roles = |set: &RuleSet| roles_of(set, case, shell);
    let validity = |set: &RuleSet| (set.validity_hours, set.send_window_hours);
    let resends = |set: &RuleSet| (set.manual_resend.clone(), set.auto_resend, set.resend_restarts_clock);
    let asks = !roles(was).is_empty() || !roles(would_be).is_empty();
    // Whoever asks nobody has no clocks.
    let clocks = |differs: bool| asks && differs;
    let all = [
        (Differs::Roles, roles(was) != roles(would_be)),
        (Differs::Suspended, !shell && suspended(was) != suspended(would_be)),
        (Differs::Validity, clocks(validity(was) != validity(would_be))),
        (Differs::Attempts, clocks(was.attempts != would_be.attempts)),
        (Differs::Resends, clocks(resends(was) != resends(would_be))),
        (Differs::Documents, clocks(was.id_rules != would_be.id_rules)),
    ];
    all.into_iter().filter(|(_, differs)| *differs).map(|(what, _)| what).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rulebook::{RuleSet, Rulebook};
    use crate::terms::{Changed, FilingKind};

    /// The base, and what another text in its file makes of it.
    fn both(before: &str, after: &str) -> [RuleSet; 2] {
        let book = Rulebook::shipped().unwrap();
        let text = book.file("national-2020").unwrap();
        assert!(text.contains(before));
        let changed = book.with_file(&text.replacen(before, after, 1)).unwrap();
        [book, changed].map(|book| RuleSet::clone(book.set("national-2020").unwrap()))
    }

    #[test]
    fn a_round_that_asks_nobody_has_no_clocks_to_differ_in() {
        let [was, would_be] = both("validity_hours = 24", "validity_hours = 36");
        let first = Case::of(FilingKind::First);
        assert_eq!(differences(&was, &would_be, &first, false), [Differs::Validity]);
        assert_eq!(differences(&was, &would_be, &first, true), [], "a shell asks nobody");
        let remark = Case { changed: [Changed::Remark].into(), ..Case::of(FilingKind::Change) };
        assert_eq!(differences(&was, &would_be, &remark, false), []);
        assert_eq!(differences(&was, &was, &first, false), []);
    }

    #[test]
    fn each_thing_that_differs_is_named() {
        let [was, would_be] = both("[attempts]\nlimit = 5", "[attempts]\nlimit = 4");
        let first = Case::of(FilingKind::First);
        assert_eq!(differences(&was, &would_be, &first, false), [Differs::Attempts]);
        let book = Rulebook::shipped().unwrap();
        let pilot = book.set("pilot-2017").unwrap();
        let cancelled = differences(&was, pilot, &Case::of(FilingKind::CancelEntity), false);
        assert!(cancelled.starts_with(&[Differs::Roles, Differs::Suspended]), "{cancelled:?}");
    }
}
