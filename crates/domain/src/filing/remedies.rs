//! What can be done after a return or a rejection (RET): exactly what fits the kind and the record.

use super::draft::Draft;
use super::row::{FilingState, ReturnReason};
use crate::mark;
use crate::registry::ServiceRecord;
use crate::rulebook::{Remedy, RemedyAction, RemedyWhen, RuleSet};
use crate::terms::{FilingKind, Province};

/// The call that a remedy's action makes on the provider API, and with what it begins.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct FollowUp {
    /// `report` and `reverify` act on the filing itself; the others make a new one.
    pub of_kind: Option<FilingKind>,
    /// The handling administration of the new one.
    pub province: Province,
    /// Whether the new one refers to the same records.
    pub same_reference: bool,
}

/// The remedies of a rule set that fit. `service` is the record that an access filing refers to.
///
/// Whether a provider is out of reach is nothing a record can tell, so RET-04 stays on offer beside RET-02 and RET-03;
/// for an empty shell, which has no provider to ask for a change, it takes the place of RET-03 (decided).
pub fn remedies<'r>(
    rule: &'r RuleSet,
    draft: &Draft,
    state: &FilingState,
    service: Option<&ServiceRecord>,
) -> Vec<&'r Remedy> {
    let Some((reason, _)) = state.returned() else { return Vec::new() };
    mark!("RET-06");
    let shell = service.is_some_and(ServiceRecord::is_shell);
    let fits = |remedy: &&Remedy| match (reason, remedy.when) {
        (ReturnReason::Rejected, when) => when == RemedyWhen::Rejected,
        (ReturnReason::Withdrawn, _) | (_, RemedyWhen::Rejected) => false,
        (_, RemedyWhen::Always) => !(shell && remedy.action == RemedyAction::ChangeAtRecordHolder),
        (_, RemedyWhen::ShellOrProviderUnreachable) => true,
    };
    mark!("RET-01", "RET-02", "RET-03", "RET-04", "RET-05");
    rule.remedies_for(draft.kind).filter(fits).collect()
}

/// The follow-up filing that an action prefills; `None` where the same filing is reported again.
pub fn follow_up(action: RemedyAction, draft: &Draft) -> Option<FollowUp> {
    let province = draft.province;
    match action {
        RemedyAction::CorrectAndReport | RemedyAction::Reverify | RemedyAction::ChangeAtRecordHolder => None,
        RemedyAction::CancelThenAddService => {
            Some(FollowUp { of_kind: Some(FilingKind::CancelService), province, same_reference: true })
        }
        RemedyAction::ChangeThenCancel => {
            Some(FollowUp { of_kind: Some(FilingKind::Change), province, same_reference: true })
        }
        RemedyAction::FileAgain => Some(FollowUp { of_kind: None, province, same_reference: true }),
    }
}
