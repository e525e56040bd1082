//! Who would be asked if a filing were reported now (PRO-02): the report's own steps, of which nothing is kept.

use super::case::Subject;
use super::draft::Draft;
use super::parties::Parties;
use super::report::{check_service_kinds, hold_entity};
use super::row::RoundWarning;
use crate::decide::{Outcome, Refusal, Stop};
use crate::rulebook::RuleSetId;
use crate::rules::roles_of;
use crate::terms::{FilingId, Phone, ProviderId, Roles};
use crate::tx::Tx;

/// Who would be asked.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Preview {
    /// The set that would decide the round.
    pub ruleset: RuleSetId,
    /// One a phone.
    pub asked: Vec<(Roles, Phone)>,
    /// What the provider should know.
    pub warnings: Vec<RoundWarning>,
}

/// Refuses what a report would refuse, and otherwise says who would be asked. `own` is the filing that is corrected.
pub fn preview(
    tx: &Tx<'_>,
    provider: &ProviderId,
    own: Option<FilingId>,
    draft: &Draft,
) -> Result<Outcome, Stop> {
    if let Some(order_no) = &draft.provider_order_no
        && let Some(other) = tx.order(&(provider.clone(), order_no.clone()))?
        && Some(other) != own
    {
        return Err(Refusal::OrderNumber(other).into());
    }
    let subject = Subject::of(tx, provider, draft)?;
    hold_entity(tx, own, provider, &subject)?;
    check_service_kinds(tx, &draft.services, tx.now())?;
    let (_, rule) = tx
        .context
        .rules
        .in_force(draft.province, provider, tx.now())
        .ok_or(Stop::Refuse(Refusal::Exhausted))?;
    let roles = roles_of(&rule, &subject.case, draft.shell);
    let parties = Parties::find(&rule, roles, draft, &subject)?;
    let asked = parties.asked.iter().map(|asked| (asked.roles, asked.phone)).collect();
    let warnings = parties.warnings.into_iter().collect();
    Ok(Outcome::Previewed(Preview { ruleset: rule.id.clone(), asked, warnings }))
}
