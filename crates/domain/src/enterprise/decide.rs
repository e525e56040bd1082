//! Lets calls in, and files records.

use rand::Rng;

use super::{
    AccountSecret, AccountTerms, Call, EnterpriseAccount, EnterpriseAction, EnterpriseAnswer, IspId,
    NotFiled, Place, RandomValue, RecordFiled, Upload,
};
use crate::accounts::{Authority, Role};
use crate::audit::{AuditAction, AuditActor, AuditData, AuditEntry, AuditSubject, Staff};
use crate::bulk::{Fault, RowError, faults};
use crate::decide::{Outcome, Stop};
use crate::filing;
use crate::terms::{ProviderId, UploadId};
use crate::tx::Tx;

/// Decides over accounts, calls and files.
pub(crate) fn decide(
    tx: &mut Tx<'_>,
    action: &EnterpriseAction,
    rng: &mut dyn Rng,
) -> Result<EnterpriseAnswer, Stop> {
    match action {
        EnterpriseAction::Open { by, provider, terms } => open(tx, *by, provider, terms, rng),
        EnterpriseAction::Change { by, provider, terms } => change(tx, *by, provider, terms, rng),
        EnterpriseAction::Renew { by, provider } => renew(tx, *by, provider, rng),
        EnterpriseAction::Close { by, provider } => close(tx, *by, provider),
        EnterpriseAction::Enter { provider, generation, random, call } => {
            enter(tx, provider, *generation, *random, call)
        }
        EnterpriseAction::File { upload, place, what } => file(tx, *upload, *place, what, rng),
    }
}

/// Only whoever runs the system gives accounts: the machine, an operator.
fn actor(tx: &Tx<'_>, by: Authority) -> Result<Option<AuditActor>, Stop> {
    let Authority::Staff(id) = by else { return Ok(Some(AuditActor::Machine)) };
    let account = tx.account(&id)?.filter(|account| account.disabled_at.is_none());
    let operator = account.filter(|account| account.role == Role::Operator);
    Ok(operator.map(|account| AuditActor::Staff(Staff::of(&account))))
}

fn audit(tx: &mut Tx<'_>, actor: AuditActor, action: AuditAction, provider: &ProviderId, isp_id: IspId) {
    let data = AuditData { provider: Some(provider.clone()), ..AuditData::default() };
    tx.audit(AuditEntry::new(tx.now(), actor, action, AuditSubject::Enterprise(isp_id)).with(data));
}

/// Whether a number is another provider's.
fn is_taken(tx: &Tx<'_>, isp_id: IspId, provider: &ProviderId) -> Result<bool, Stop> {
    Ok(tx.enterprise_unit(&isp_id)?.is_some_and(|other| other != *provider))
}

fn open(
    tx: &mut Tx<'_>,
    by: Authority,
    provider: &ProviderId,
    terms: &AccountTerms,
    rng: &mut dyn Rng,
) -> Result<EnterpriseAnswer, Stop> {
    let Some(actor) = actor(tx, by)? else { return Ok(EnterpriseAnswer::NotFound) };
    if tx.enterprise_account(provider)?.is_some() {
        return Ok(EnterpriseAnswer::AccountThere);
    }
    if is_taken(tx, terms.isp_id, provider)? {
        return Ok(EnterpriseAnswer::IspIdTaken);
    }
    let secret = AccountSecret::draw(terms.encrypted, rng);
    audit(tx, actor, AuditAction::EnterpriseOpened, provider, terms.isp_id);
    tx.put_enterprise_unit(terms.isp_id, Some(provider.clone()));
    tx.put_enterprise_account(
        provider.clone(),
        Some(EnterpriseAccount {
            provider: provider.clone(),
            terms: terms.clone(),
            secret: secret.clone(),
            generation: 1,
            made_at: tx.now(),
            last: 0,
            last_upload: None,
        }),
    );
    Ok(EnterpriseAnswer::Secret(terms.clone(), secret))
}

fn change(
    tx: &mut Tx<'_>,
    by: Authority,
    provider: &ProviderId,
    terms: &AccountTerms,
    rng: &mut dyn Rng,
) -> Result<EnterpriseAnswer, Stop> {
    let Some(actor) = actor(tx, by)? else { return Ok(EnterpriseAnswer::NotFound) };
    let Some(mut account) = tx.enterprise_account(provider)? else { return Ok(EnterpriseAnswer::NotFound) };
    if is_taken(tx, terms.isp_id, provider)? {
        return Ok(EnterpriseAnswer::IspIdTaken);
    }
    let has_key = account.secret.key.is_some();
    let answer = if terms.encrypted == has_key {
        EnterpriseAnswer::Done
    } else {
        let key = AccountSecret::draw(terms.encrypted, rng).key.clone();
        account.secret = AccountSecret { password: account.secret.password.clone(), key };
        EnterpriseAnswer::Secret(terms.clone(), account.secret.clone())
    };
    audit(tx, actor, AuditAction::EnterpriseChanged, provider, terms.isp_id);
    if account.terms.isp_id != terms.isp_id {
        tx.put_enterprise_unit(account.terms.isp_id, None);
        tx.put_enterprise_unit(terms.isp_id, Some(provider.clone()));
    }
    account.terms = terms.clone();
    tx.put_enterprise_account(provider.clone(), Some(account));
    Ok(answer)
}

fn renew(
    tx: &mut Tx<'_>,
    by: Authority,
    provider: &ProviderId,
    rng: &mut dyn Rng,
) -> Result<EnterpriseAnswer, Stop> {
    let Some(actor) = actor(tx, by)? else { return Ok(EnterpriseAnswer::NotFound) };
    let Some(mut account) = tx.enterprise_account(provider)? else { return Ok(EnterpriseAnswer::NotFound) };
    account.secret = AccountSecret::draw(account.terms.encrypted, rng);
    account.generation = account.generation.saturating_add(1);
    audit(tx, actor, AuditAction::EnterpriseRenewed, provider, account.terms.isp_id);
    let answer = EnterpriseAnswer::Secret(account.terms.clone(), account.secret.clone());
    tx.put_enterprise_account(provider.clone(), Some(account));
    Ok(answer)
}

fn close(tx: &mut Tx<'_>, by: Authority, provider: &ProviderId) -> Result<EnterpriseAnswer, Stop> {
    let Some(actor) = actor(tx, by)? else { return Ok(EnterpriseAnswer::NotFound) };
    let Some(account) = tx.enterprise_account(provider)? else { return Ok(EnterpriseAnswer::NotFound) };
    audit(tx, actor, AuditAction::EnterpriseClosed, provider, account.terms.isp_id);
    tx.put_enterprise_unit(account.terms.isp_id, None);
    tx.put_enterprise_account(provider.clone(), None);
    Ok(EnterpriseAnswer::Done)
}

/// The random value is used up by the transaction that carries the call out, so that the same call twice is one at most.
fn enter(
    tx: &mut Tx<'_>,
    provider: &ProviderId,
    generation: u32,
    random: RandomValue,
    call: &Call,
) -> Result<EnterpriseAnswer, Stop> {
    let Some(mut account) = tx.enterprise_account(provider)? else { return Ok(EnterpriseAnswer::NotFound) };
    if account.generation != generation {
        return Ok(EnterpriseAnswer::OldPassword);
    }
    let used = (provider.clone(), generation, random);
    if tx.enterprise_used(&used)?.is_some() {
        return Ok(EnterpriseAnswer::ValueUsed);
    }
    let answer = match call {
        Call::Look => EnterpriseAnswer::Done,
        Call::TakeIn { upload, number, parts } => {
            if account.last.checked_add(1) == Some(*number) {
                tx.put_enterprise_upload(Upload {
                    id: *upload,
                    provider: provider.clone(),
                    number: *number,
                    parts: *parts,
                    taken_at: tx.now(),
                    done: 0,
                    ended_at: None,
                });
                account.last = *number;
                account.last_upload = Some(*upload);
                tx.put_enterprise_account(provider.clone(), Some(account));
                EnterpriseAnswer::Done
            } else {
                EnterpriseAnswer::NumberTaken(account.last)
            }
        }
        Call::Acknowledge { name } => match tx.enterprise_result(&(provider.clone(), name.clone()))? {
            Some(mut file) => {
                if file.acknowledged_at.is_none() {
                    file.acknowledged_at = Some(tx.now());
                    tx.put_enterprise_result(file);
                }
                EnterpriseAnswer::Done
            }
            None => EnterpriseAnswer::NoSuchFile,
        },
    };
    tx.put_enterprise_used(used);
    Ok(answer)
}

/// Files what lies at a place. The file notes each with what came of it in one transaction: whoever asks again for a place
/// that is behind, after a crash or by mistake, finds nothing to do.
fn file(
    tx: &mut Tx<'_>,
    id: UploadId,
    place: u32,
    what: &Place,
    rng: &mut dyn Rng,
) -> Result<EnterpriseAnswer, Stop> {
    let Some(mut upload) = tx.enterprise_upload(&id)? else { return Ok(EnterpriseAnswer::Done) };
    if upload.ended_at.is_some() || place != upload.done + 1 {
        return Ok(EnterpriseAnswer::Done);
    }
    match what {
        Place::End => upload.ended_at = Some(tx.now()),
        Place::NotFiled(not_filed) => tx.put_enterprise_not_filed(upload.provider.clone(), not_filed.clone()),
        Place::Record { name, draft, record } => {
            let provider = upload.provider.clone();
            let tried = tx.attempt(|tx| filing::create(tx, &provider, draft, true, rng))?;
            match tried {
                Ok(Outcome::Filing(filing)) => tx.put_enterprise_filed(RecordFiled {
                    filing,
                    provider,
                    name: name.clone(),
                    record: std::sync::Arc::clone(record),
                }),
                Ok(_) => {
                    let errors = vec![RowError::of_row(Fault::Internal)];
                    tx.put_enterprise_not_filed(provider, NotFiled::Refused { name: name.clone(), errors });
                }
                Err(refusal) => {
                    let errors = faults(refusal);
                    tx.put_enterprise_not_filed(provider, NotFiled::Refused { name: name.clone(), errors });
                }
            }
        }
    }
    if !matches!(what, Place::End) {
        upload.done = place;
    }
    tx.put_enterprise_upload(upload);
    Ok(EnterpriseAnswer::Done)
}
