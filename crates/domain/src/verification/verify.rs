//! 短信核验: the order of answers, the first that applies wins (VER-02).

use std::collections::BTreeMap;

use super::{CancelledBy, Hint, Verification, VerificationState, VerifyAnswer};
use crate::decide::Stop;
use crate::event::{Actor, EventData, EventKind};
use crate::filing::{Filing, FilingState, ReturnReason, complete_verification, fail_round};
use crate::limits::{AddressBlock, count_request};
use crate::mark;
use crate::rulebook::{AttemptCounting, RuleSet};
use crate::rules::RuleSetNo;
use crate::terms::{Code, FilingId, IdLast6, Phone, VerificationId};
use crate::tx::Tx;

/// What someone typed, compared with one verification of the phone.
#[expect(clippy::struct_excessive_bools, reason = "four facts that are independent of each other")]
struct Candidate {
    verification: Verification,
    filing: Filing,
    open: bool,
    person: bool,
    live_code: bool,
    superseded_code: bool,
}

/// Answers 短信核验.
pub fn verify(
    tx: &mut Tx<'_>,
    phone: &Phone,
    id_last6: &IdLast6,
    code: &Code,
    from: Option<AddressBlock>,
) -> Result<(VerifyAnswer, Option<RuleSetNo>), Stop> {
    mark!("VER-02");
    if let Some(until) = count_request(tx, phone, from)? {
        return Ok((VerifyAnswer::TooMany(until), None));
    }
    let candidates = candidates(tx, phone, id_last6, code)?;
    let answer = answer(tx, &candidates)?;
    let about = answer.verification();
    let ruleset = candidates.iter().find(|candidate| Some(candidate.verification.id) == about);
    Ok((answer, ruleset.and_then(|candidate| candidate.filing.ruleset)))
}

/// The first answer that applies, from step 4 on.
fn answer(tx: &mut Tx<'_>, candidates: &[Candidate]) -> Result<VerifyAnswer, Stop> {
    let all_right = |candidate: &&Candidate| candidate.person && candidate.live_code;

    if let Some(right) = candidates.iter().filter(all_right).find(|candidate| candidate.open) {
        return pass(tx, right);
    }
    // A code of an earlier round tells somebody whom a later round asks again to use the newest message (step 6a), not
    // that there is nothing left to do: that would let the new round expire.
    let asked_again = |done: &Candidate| {
        candidates.iter().any(|later| {
            later.open
                && later.person
                && later.filing.id == done.filing.id
                && later.verification.round_no > done.verification.round_no
        })
    };
    let passed = |candidate: &&Candidate| {
        candidate.verification.state == VerificationState::Passed && !asked_again(candidate)
    };
    if let Some(done) = candidates.iter().filter(all_right).find(passed) {
        mark!("VER-07");
        return Ok(VerifyAnswer::AlreadyDone(done.verification.id));
    }
    if let Some(charged) = charged(tx, candidates)? {
        let rule = rule(tx, charged.filing.ruleset)?;
        if charged.person && superseded(candidates, charged) {
            mark!("RES-04");
            return Ok(VerifyAnswer::Superseded(charged.verification.id));
        }
        if counts(rule.attempts.counting, charged) {
            return count_attempt(tx, charged, &rule);
        }
        if charged.person || charged.live_code {
            return Ok(mismatch(&charged.verification, charged, &rule));
        }
    }
    if let Some(failed) = candidates.iter().find(|candidate| failed_for_good(candidate)) {
        return Ok(VerifyAnswer::FailedFinal(failed.verification.id));
    }
    mark!("VER-09");
    Ok(VerifyAnswer::NotFound)
}

fn rule(tx: &Tx<'_>, pinned: Option<RuleSetNo>) -> Result<std::sync::Arc<RuleSet>, Stop> {
    super::issue::pinned_rule(tx, pinned)
}

fn candidates(tx: &Tx<'_>, phone: &Phone, id_last6: &IdLast6, code: &Code) -> Result<Vec<Candidate>, Stop> {
    let keyring = tx.context.keyring;
    let mut filings: BTreeMap<FilingId, Filing> = BTreeMap::new();
    let mut found = Vec::new();
    for key in keyring.keys() {
        for verification in tx.of_phone(keyring.phone(*key, phone))? {
            let filing_id = verification.id.filing();
            let filing = match filings.get(&filing_id) {
                Some(filing) => filing.clone(),
                None => match tx.filing(&filing_id)? {
                    Some(filing) => filings.entry(filing_id).or_insert(filing).clone(),
                    None => continue,
                },
            };
            found.push(compare(tx, verification, filing, phone, id_last6, code));
        }
    }
    if found.is_empty() {
        mark!("SEC-06");
        // The comparisons that a phone with one verification costs, so that time does not tell which phones are known.
        let key = crate::tags::active(keyring);
        std::hint::black_box(keyring.person(key, phone, id_last6));
        std::hint::black_box(keyring.code(key, VerificationId::from_number(0), code));
    }
    Ok(found)
}

fn compare(
    tx: &Tx<'_>,
    verification: Verification,
    filing: Filing,
    phone: &Phone,
    id_last6: &IdLast6,
    code: &Code,
) -> Candidate {
    let keyring = tx.context.keyring;
    mark!("WHO-02");
    let person = verification
        .persons
        .iter()
        .any(|person| person.matches(&keyring.person(person.key(), phone, id_last6)));
    let typed = keyring.code(verification.code.key(), verification.id, code);
    let live_code = verification.code.matches(&typed);
    let superseded_code = verification.superseded.iter().any(|old| {
        let typed = keyring.code(old.key(), verification.id, code);
        old.matches(&typed)
    });
    let open = verification.is_open(tx.now()) && matches!(filing.state, FilingState::Verifying(_));
    Candidate { verification, filing, open, person, live_code, superseded_code }
}

/// The open verification that a wrong answer is about (VER-06): the one whose code it is; else, among those whose last
/// six or code it is, the one sent most recently. Nobody else's on a shared phone is ever charged.
fn charged<'c>(tx: &Tx<'_>, candidates: &'c [Candidate]) -> Result<Option<&'c Candidate>, Stop> {
    mark!("VER-06");
    let mut best: Option<(&Candidate, (u8, crate::Timestamp, VerificationId))> = None;
    for candidate in candidates.iter().filter(|candidate| candidate.open) {
        let counting = rule(tx, candidate.filing.ruleset)?.attempts.counting;
        let tier = if candidate.live_code {
            3
        } else if candidate.person && superseded(candidates, candidate) {
            2
        } else if candidate.person || counting == AttemptCounting::AnyField {
            1
        } else {
            continue;
        };
        let rank = (tier, candidate.verification.last_message_at, candidate.verification.id);
        if best.as_ref().is_none_or(|(_, best)| rank > *best) {
            best = Some((candidate, rank));
        }
    }
    Ok(best.map(|(candidate, _)| candidate))
}

/// Whether the code was this verification's before a resend, or that of an earlier round of its filing.
fn superseded(candidates: &[Candidate], of: &Candidate) -> bool {
    let earlier_round = |other: &Candidate| {
        other.filing.id == of.filing.id && other.verification.round_no < of.verification.round_no
    };
    of.superseded_code
        || candidates.iter().any(|other| earlier_round(other) && (other.live_code || other.superseded_code))
}

/// Whether the rule counts this wrong answer (VER-05). All of them name the phone.
fn counts(counting: AttemptCounting, candidate: &Candidate) -> bool {
    match counting {
        AttemptCounting::PhoneAndOne => candidate.person || candidate.live_code,
        AttemptCounting::IdOnly => candidate.live_code && !candidate.person,
        AttemptCounting::AnyField => true,
    }
}

fn mismatch(verification: &Verification, candidate: &Candidate, rule: &RuleSet) -> VerifyAnswer {
    let hint = if candidate.person {
        let attempts_left = rule.attempts.limit.saturating_sub(verification.attempts_used);
        Hint::Code { attempts_left, deadline_at: verification.deadline_at }
    } else if candidate.live_code {
        Hint::IdLast6
    } else {
        Hint::None
    };
    VerifyAnswer::Mismatch { verification: verification.id, outcome: rule.attempts.mismatch_outcome, hint }
}

fn count_attempt(tx: &mut Tx<'_>, candidate: &Candidate, rule: &RuleSet) -> Result<VerifyAnswer, Stop> {
    mark!("VER-05");
    mark!("SEC-03");
    let mut verification = candidate.verification.clone();
    verification.attempts_used = verification.attempts_used.saturating_add(1);
    let exhausted = verification.attempts_used >= rule.attempts.limit;
    let answer = if exhausted {
        VerifyAnswer::FailedFinal(verification.id)
    } else {
        mismatch(&verification, candidate, rule)
    };
    let data = EventData {
        attempts_used: Some(verification.attempts_used),
        outcome: Some(answer.valid_status()),
        ..EventData::default()
    };
    if exhausted {
        verification.state = VerificationState::Failed;
    }
    tx.note(&candidate.filing, &mut verification, EventKind::AttemptFailed, Actor::Person, data);
    tx.put_verification(verification.clone());
    if exhausted {
        let filing = candidate.filing.clone();
        fail_round(tx, filing, &verification, ReturnReason::AttemptsExhausted, rule)?;
    }
    Ok(answer)
}

fn pass(tx: &mut Tx<'_>, candidate: &Candidate) -> Result<VerifyAnswer, Stop> {
    let siblings = tx.of_filing(candidate.filing.id)?;
    let mut verification = candidate.verification.clone();
    verification.state = VerificationState::Passed;
    let completes = siblings
        .iter()
        .filter(|other| other.round_no == verification.round_no && other.id != verification.id)
        .all(|other| other.state == VerificationState::Passed);
    let answer = if completes {
        VerifyAnswer::AllComplete(verification.id)
    } else {
        VerifyAnswer::WaitOthers(verification.id)
    };
    let data = EventData { outcome: Some(answer.valid_status()), ..EventData::default() };
    tx.note(&candidate.filing, &mut verification, EventKind::Passed, Actor::Person, data);
    tx.put_verification(verification);
    if completes {
        mark!("VER-08");
        complete_verification(tx, candidate.filing.clone(), Actor::Person, false);
    }
    Ok(answer)
}

/// Failed, expired, or cancelled by the return, in the latest round of a filing that is not yet approved.
fn failed_for_good(candidate: &Candidate) -> bool {
    let latest = candidate.verification.round_no == candidate.filing.round_no;
    let approved = matches!(candidate.filing.state, FilingState::Approved { .. });
    let failed = match candidate.verification.state {
        VerificationState::Failed
        | VerificationState::Expired
        | VerificationState::Cancelled(CancelledBy::Return) => true,
        // Past its deadline, though the worker has not noticed yet (VER-03).
        VerificationState::WaitingToSend | VerificationState::Open => !candidate.open,
        VerificationState::Passed | VerificationState::Cancelled(CancelledBy::Withdrawal) => false,
    };
    candidate.person && latest && !approved && failed
}
