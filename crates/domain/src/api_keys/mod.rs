//! Keys of the provider API: who may make and change them, and that a signed request counts once (3.2).
//!
//! A key has an id, which everybody may see, and one or two secrets, with which its owner's programs sign. A second secret
//! is made before the first is dropped, so that nothing stands still meanwhile. How a request is signed is the door's
//! business.

mod row;
#[cfg(test)]
mod tests;

use rand::{Rng, RngExt as _};

use crate::accounts::{Authority, Role};
use crate::audit::{AuditAction, AuditActor, AuditData, AuditEntry, AuditSubject, Staff};
use crate::decide::Stop;
use crate::limits;
use crate::terms::ApiKeyId;
use crate::tx::Tx;

pub use row::{ApiKey, ApiSecret, KeyLabel, KeyOwner, LiveSecret, MAX_NETWORKS, MAX_SECRETS, Network, Scope};

/// What whoever makes a key says of it.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct KeyTerms {
    /// What people know it by.
    pub label: KeyLabel,
    /// What it may do; what its owner's keys cannot do is left out.
    pub scopes: Vec<Scope>,
    /// From where it may be used; from anywhere if none is named.
    pub networks: Vec<Network>,
}

/// What can be asked.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum ApiKeyAction {
    /// Makes a key with one secret.
    Make {
        /// On whose word.
        by: Authority,
        /// For whom it speaks.
        owner: KeyOwner,
        /// What is said of it.
        terms: KeyTerms,
    },
    /// Says something else of it.
    Change {
        /// On whose word.
        by: Authority,
        /// Which.
        key: ApiKeyId,
        /// What.
        terms: KeyTerms,
    },
    /// Gives it a second secret.
    AddSecret {
        /// On whose word.
        by: Authority,
        /// Which.
        key: ApiKeyId,
    },
    /// Drops the older of two secrets.
    DropSecret {
        /// On whose word.
        by: Authority,
        /// Which.
        key: ApiKeyId,
    },
    /// Takes it out of use for good.
    Revoke {
        /// On whose word.
        by: Authority,
        /// Which.
        key: ApiKeyId,
    },
    /// Uses up the nonce of a signed request.
    UseNonce {
        /// Whose.
        key: ApiKeyId,
        /// The first half of the nonce's hash.
        nonce: [u8; 16],
    },
}

/// What became of it.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum ApiKeyAnswer {
    /// A secret was made; this is the one time that it is told.
    Secret(ApiKeyId, ApiSecret),
    /// Done.
    Done(ApiKeyId),
    /// There is no such key for whoever asks.
    NotFound,
    /// There are two secrets already.
    TwoSecrets,
    /// There is only one: drop the key instead.
    LastSecret,
    /// Whether the nonce had not been used before.
    Nonce(bool),
}

/// Whether somebody may make or change keys of an owner: the machine, an operator, the owner's own admin.
fn may(tx: &Tx<'_>, by: Authority, owner: &KeyOwner) -> Result<Option<AuditActor>, Stop> {
    let Authority::Staff(id) = by else { return Ok(Some(AuditActor::Machine)) };
    let account = tx.account(&id)?.filter(|account| account.disabled_at.is_none());
    let may = |role: &Role| match role {
        Role::Operator => true,
        Role::ProviderAdmin(provider) => owner.provider() == Some(provider),
        Role::Auditor | Role::Administration(_) | Role::ProviderClerk(_) => false,
    };
    Ok(account.filter(|account| may(&account.role)).map(|account| AuditActor::Staff(Staff::of(&account))))
}

fn audit(tx: &mut Tx<'_>, actor: AuditActor, action: AuditAction, key: &ApiKey) {
    let data = AuditData {
        provider: key.owner.provider().cloned(),
        about: Some(format!("{} {}", key.owner, key.label.as_str())),
        ..AuditData::default()
    };
    tx.audit(AuditEntry::new(tx.now(), actor, action, AuditSubject::ApiKey(key.id)).with(data));
}

/// A key in use that somebody may change, and who that is; of any other they learn nothing.
fn managed(tx: &Tx<'_>, by: Authority, id: ApiKeyId) -> Result<Option<(ApiKey, AuditActor)>, Stop> {
    let Some(key) = tx.api_key(&id)?.filter(|key| key.revoked_at.is_none()) else { return Ok(None) };
    Ok(may(tx, by, &key.owner)?.map(|actor| (key, actor)))
}

fn fitting(owner: &KeyOwner, terms: &KeyTerms) -> Vec<Scope> {
    owner.scopes().iter().copied().filter(|scope| terms.scopes.contains(scope)).collect()
}

/// Decides over keys.
pub(crate) fn decide(
    tx: &mut Tx<'_>,
    action: &ApiKeyAction,
    rng: &mut dyn Rng,
) -> Result<ApiKeyAnswer, Stop> {
    match action {
        ApiKeyAction::Make { by, owner, terms } => make(tx, *by, owner, terms, rng),
        ApiKeyAction::Change { by, key, terms } => {
            changed(tx, *by, *key, AuditAction::ApiKeyChanged, |key| {
                key.scopes = fitting(&key.owner, terms);
                key.label = terms.label.clone();
                key.networks.clone_from(&terms.networks);
                Ok(ApiKeyAnswer::Done(key.id))
            })
        }
        ApiKeyAction::AddSecret { by, key } => {
            let (secret, made_at) = (ApiSecret::draw(rng), tx.now());
            changed(tx, *by, *key, AuditAction::ApiKeySecretMade, |key| {
                if key.secrets.len() >= MAX_SECRETS {
                    return Err(ApiKeyAnswer::TwoSecrets);
                }
                key.secrets.push(LiveSecret { secret: secret.clone(), made_at });
                Ok(ApiKeyAnswer::Secret(key.id, secret))
            })
        }
        ApiKeyAction::DropSecret { by, key } => {
            changed(tx, *by, *key, AuditAction::ApiKeySecretDropped, |key| {
                if key.secrets.len() < MAX_SECRETS {
                    return Err(ApiKeyAnswer::LastSecret);
                }
                key.secrets.remove(0);
                Ok(ApiKeyAnswer::Done(key.id))
            })
        }
        ApiKeyAction::Revoke { by, key } => {
            let now = tx.now();
            changed(tx, *by, *key, AuditAction::ApiKeyRevoked, |key| {
                key.revoked_at = Some(now);
                key.secrets.clear();
                Ok(ApiKeyAnswer::Done(key.id))
            })
        }
        ApiKeyAction::UseNonce { key, nonce } => limits::use_nonce(tx, *key, nonce).map(ApiKeyAnswer::Nonce),
    }
}

fn make(
    tx: &mut Tx<'_>,
    by: Authority,
    owner: &KeyOwner,
    terms: &KeyTerms,
    rng: &mut dyn Rng,
) -> Result<ApiKeyAnswer, Stop> {
    let Some(actor) = may(tx, by, owner)? else { return Ok(ApiKeyAnswer::NotFound) };
    let secret = ApiSecret::draw(rng);
    let key = ApiKey {
        id: ApiKeyId::from_number(rng.random_range(1..=i64::MAX)),
        owner: owner.clone(),
        label: terms.label.clone(),
        scopes: fitting(owner, terms),
        networks: terms.networks.clone(),
        secrets: vec![LiveSecret { secret: secret.clone(), made_at: tx.now() }],
        made_at: tx.now(),
        revoked_at: None,
    };
    audit(tx, actor, AuditAction::ApiKeyMade, &key);
    let id = key.id;
    tx.put_api_key(key);
    Ok(ApiKeyAnswer::Secret(id, secret))
}

/// Changes a key, and writes both it and that it was; an answer that is an error changes nothing.
fn changed(
    tx: &mut Tx<'_>,
    by: Authority,
    id: ApiKeyId,
    action: AuditAction,
    change: impl FnOnce(&mut ApiKey) -> Result<ApiKeyAnswer, ApiKeyAnswer>,
) -> Result<ApiKeyAnswer, Stop> {
    let Some((mut key, actor)) = managed(tx, by, id)? else { return Ok(ApiKeyAnswer::NotFound) };
    match change(&mut key) {
        Ok(answer) => {
            audit(tx, actor, action, &key);
            tx.put_api_key(key);
            Ok(answer)
        }
        Err(answer) => Ok(answer),
    }
}
