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
