//! Clocks that two operators stop for the time in which messages or the portal were out of order (DDL-06).
//!
//! What is stopped is over: the outage lies in the past when it is proposed. Whoever was being asked during it has that
//! much longer. Whoever ran out of time because of it is not brought back: the filing has gone back to its provider, who
//! may have corrected it since, and a new report asks everybody anew.

use std::sync::Arc;

use serde::{Deserialize, Serialize};

use crate::Timestamp;
use crate::decide::Stop;
use crate::due::Due;
use crate::event::{Actor, EventData, EventKind};
use crate::filing::{Filing, FilingState};
use crate::mark;
use crate::proposals::{self, Obstacle, Payload, Proposal};
use crate::rulebook::{AutoResend, RuleSet};
use crate::state::Key;
use crate::terms::{FilingId, ProposalId, ProviderId, Province};
use crate::time::{DAY_MS, HOUR_MS};
use crate::tx::Tx;
use crate::verification::{Message, Verification, VerificationState, pinned_rule};

/// The longest outage that clocks are stopped for.
pub const MAX_OUTAGE_MS: i64 = 7 * DAY_MS;
/// An outage that ended longer ago concerns nobody any more: no rule gives people so much time.
pub const MAX_AGE_MS: i64 = 30 * DAY_MS;
/// Filings whose turn comes in one transaction, so that no batch holds others up.
pub const BATCH_FILINGS: i64 = 500;
/// The longest name of a route.
pub const MAX_ROUTE_CHARS: usize = 64;

/// When what was out of order, and for whom. What is not said is everything.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Outage {
    /// Its begin.
    pub from: Timestamp,
    /// Its end.
    pub until: Timestamp,
    /// Filings of this province only.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub province: Option<Province>,
    /// Filings of this provider only.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub provider: Option<ProviderId>,
    /// People whose messages this route took only.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub route: Option<String>,
}

/// An outage for which clocks were stopped.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct StoppedClocks {
    /// The proposal by which.
    pub proposal: ProposalId,
    /// When it was approved.
    pub approved_at: Timestamp,
    /// Which.
    pub outage: Outage,
}

impl std::fmt::Display for Outage {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{} to {}", self.from, self.until)?;
        self.province.map_or(Ok(()), |province| write!(f, " province:{}", province.pinyin()))?;
        self.provider.as_ref().map_or(Ok(()), |provider| write!(f, " provider:{}", provider.as_str()))?;
        self.route.as_ref().map_or(Ok(()), |route| write!(f, " route:{route}"))
    }
}

fn both<T: PartialEq>(one: Option<&T>, other: Option<&T>) -> bool {
    one.zip(other).is_none_or(|(one, other)| one == other)
}

impl Outage {
    /// Milliseconds that it shares with a time.
    pub fn overlap_ms(&self, from: Timestamp, until: Timestamp) -> i64 {
        self.until.min(until).since_ms(self.from.max(from)).max(0)
    }

    fn is_of(&self, filing: &Filing) -> bool {
        both(self.province.as_ref(), Some(&filing.province))
            && both(self.provider.as_ref(), Some(&filing.provider))
    }

    /// Whether somebody can be concerned by both at one time, who would then get that time twice.
    fn meets(&self, other: &Self) -> bool {
        self.overlap_ms(other.from, other.until) > 0
            && both(self.province.as_ref(), other.province.as_ref())
            && both(self.provider.as_ref(), other.provider.as_ref())
            && both(self.route.as_ref(), other.route.as_ref())
    }
}

fn stopped(tx: &Tx<'_>) -> Result<Arc<Vec<StoppedClocks>>, Stop> {
    Ok(tx.outages(&())?.unwrap_or_default())
}

/// Whether it can be proposed, and approved.
pub(crate) fn check(tx: &Tx<'_>, outage: &Outage) -> Result<Result<(), Obstacle>, Stop> {
    let length_ms = outage.until.since_ms(outage.from);
    let over = outage.until <= tx.now() && tx.now().since_ms(outage.until) <= MAX_AGE_MS;
    if length_ms <= 0 || length_ms > MAX_OUTAGE_MS || !over {
        return Ok(Err(Obstacle::OutageTimes));
    }
    let known = stopped(tx)?.iter().any(|other| other.outage.meets(outage));
    Ok(if known { Err(Obstacle::OutageKnown) } else { Ok(()) })
}

/// Two operators agree: the deadlines are moved, a batch at a time.
pub(crate) fn begin(
    tx: &mut Tx<'_>,
    proposal: &Proposal,
    outage: &Outage,
) -> Result<Result<(), Obstacle>, Stop> {
    if let Err(obstacle) = check(tx, outage)? {
        return Ok(Err(obstacle));
    }
    let mut all = Vec::clone(&*stopped(tx)?);
    all.push(StoppedClocks { proposal: proposal.id, approved_at: tx.now(), outage: outage.clone() });
    tx.put_outages(all);
    tx.schedule(tx.now(), Due::StopClocks(proposal.id, 0));
    Ok(Ok(()))
}

/// Moves the deadlines of one batch of filings, and sets the next. The batch that has been moved is the due command that
/// the store removes in the same transaction: after a crash nobody is moved twice, and nobody is left out.
pub(crate) fn move_batch(tx: &mut Tx<'_>, id: ProposalId, batch: u16) -> Result<(), Stop> {
    mark!("DDL-06");
    let Some(proposal) = tx.proposal(&id)? else { return Ok(()) };
    let Payload::StopClocks(outage) = proposal.payload else { return Ok(()) };
    let first = i64::from(batch) * BATCH_FILINGS;
    let last = (first + BATCH_FILINGS).min(tx.next_filing());
    let ids: Vec<FilingId> = (first..last).map(FilingId::from_number).collect();
    tx.need(ids.iter().map(|id| Key::Filing(*id)))?;
    let mut concerned = Vec::new();
    for id in ids {
        let verifying = |filing: &Filing| filing.state == FilingState::Verifying(None);
        concerned.extend(tx.filing(&id)?.filter(|filing| verifying(filing) && outage.is_of(filing)));
    }
    tx.need(concerned.iter().map(|filing| Key::OfFiling(filing.id)))?;
    let mut open = Vec::new();
    for filing in concerned {
        for verification in tx.of_filing(filing.id)? {
            let runs = verification.state == VerificationState::Open && verification.is_open(tx.now());
            if runs && verification.round_no == filing.round_no {
                open.push((filing.clone(), verification));
            }
        }
    }
    let numbers = |one: &Verification| (1..=one.messages).map(|no| one.id.message(no)).collect::<Vec<_>>();
    tx.need(open.iter().flat_map(|(_, one)| numbers(one)).map(Key::Message))?;
    for (filing, verification) in open {
        let mut messages = Vec::new();
        for number in numbers(&verification) {
            messages.extend(tx.message(&number)?);
        }
        let rule = pinned_rule(tx, filing.ruleset)?;
        move_one(tx, &outage, &rule, &filing, verification, &messages);
    }
    match batch.checked_add(1) {
        Some(next) if last < tx.next_filing() => {
            let now = tx.now();
            tx.schedule(now, Due::StopClocks(id, next));
        }
        Some(_) | None => drop(proposals::carried_out(tx, id)?),
    }
    Ok(())
}

fn move_one(
    tx: &mut Tx<'_>,
    outage: &Outage,
    rule: &RuleSet,
    filing: &Filing,
    mut verification: Verification,
    messages: &[Message],
) {
    let by_route = |message: &Message| both(outage.route.as_ref(), message.route.as_ref());
    let accepted = messages.iter().filter_map(|message| message.submitted_at);
    // The clock runs from the first acceptance (DDL-02), or from the last one where a resend restarts it.
    let started = if rule.resend_restarts_clock { accepted.max() } else { accepted.min() };
    let (Some(started), Some(old)) = (started, verification.deadline_at) else { return };
    let overlap_ms = outage.overlap_ms(started, old);
    let concerned =
        outage.route.is_none() || messages.iter().any(|message| message.route.is_some() && by_route(message));
    if overlap_ms == 0 || !concerned {
        return;
    }
    // Whole seconds, rounded in the person's favour.
    let new = old.plus_ms(overlap_ms).ceil_to_second();
    verification.deadline_at = Some(new);
    tx.schedule(new, Due::Expire(verification.id));
    // A noon that came after the old deadline and comes before the new one is one more (RES-06); one that was before both
    // stays where it is.
    let noon = started.next_day_noon();
    if rule.auto_resend == AutoResend::NextDayNoon && old <= noon && noon < new && tx.now() < noon {
        tx.schedule(noon, Due::NoonResend(verification.id));
    }
    let data = EventData { deadline_at: Some(new), ..EventData::default() };
    tx.note(filing, &mut verification, EventKind::DeadlineMoved, Actor::Clock, data);
    tx.put_verification(verification);
}

/// When the send window of a round ends (DDL-03), later by every outage within it, whichever route was out of order: what
/// no route has taken was waiting for all.
pub(crate) fn send_window_ends(tx: &Tx<'_>, filing: &Filing, rule: &RuleSet) -> Result<Timestamp, Stop> {
    let reported = filing.reported_at.unwrap_or(filing.created_at);
    let end = reported.plus_ms(i64::from(rule.send_window_hours) * HOUR_MS);
    let all = stopped(tx)?;
    let within = all.iter().filter(|one| one.outage.is_of(filing));
    Ok(end.plus_ms(within.map(|one| one.outage.overlap_ms(reported, end)).sum()))
}
