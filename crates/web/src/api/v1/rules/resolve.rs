//! `GET /v1/rules/resolve`: who will have to verify, under which set, from which sentence (PRO-02).
//!
//! The sets are looked up as for the calling provider; an administration gets what holds for all providers.

use std::collections::BTreeSet;

use heyan_domain::filing::raw::{FieldError, Problem as Wrong};
use heyan_domain::mark;
use heyan_domain::rulebook::{Case, RuleSetId, Source};
use heyan_domain::terms::{Changed, Initiator, ProviderId, Roles};
use serde::Serialize;

use crate::api::incoming::Incoming;
use crate::api::problem::Problem;
use crate::api::query::Query;
use crate::api::reply::{Answer, Reply};
use crate::app::Caller;

#[derive(Serialize)]
struct Resolved<'r> {
    ruleset: &'r RuleSetId,
    roles: Roles,
    suspended_roles: Roles,
    source: &'r Source,
    validity_hours: u32,
    attempts_limit: u8,
    resend_limit: u8,
}

/// `changed=entity,service`.
fn changed(query: &Query) -> Result<BTreeSet<Changed>, Problem> {
    const WORDS: &[&str] = &["entity", "service", "access", "remark"];
    let words = query.text("changed").unwrap_or_default().split(',').map(str::trim);
    let read = words.filter(|word| !word.is_empty()).map(|word| {
        word.parse().map_err(|_| Problem::members(&[FieldError::at("/changed", Wrong::Word(WORDS))]))
    });
    read.collect()
}

fn missing(name: &str) -> Problem {
    Problem::members(&[FieldError::at(format!("/{name}"), Wrong::Missing)])
}

pub(super) async fn handle(incoming: Incoming) -> Answer {
    // No set is written for a provider of this name, so it stands for all that no set names.
    let provider = match incoming.anyone()? {
        Caller::Provider(provider) => Some(provider),
        Caller::Administration(_) => ProviderId::parse("administration"),
    };
    let provider = provider.ok_or_else(Problem::internal)?;
    let query = incoming.query(&[
        "kind",
        "province",
        "at",
        "changed",
        "province_changes",
        "record_at_this_provider",
        "initiator",
    ])?;
    let kind = query.kind()?.ok_or_else(|| missing("kind"))?;
    let province = query.province()?.ok_or_else(|| missing("province"))?;
    let at = query.time("at")?.unwrap_or_else(|| incoming.now());
    mark!("PRO-02");
    let case = Case {
        kind,
        changed: changed(&query)?,
        province_changes: query.flag("province_changes", false)?,
        initiator: query.word("initiator")?.unwrap_or(Initiator::Provider),
        record_at_this_provider: query.flag("record_at_this_provider", true)?,
    };
    let set = incoming.api.app.rules.current().resolve(province, &provider, at);
    let who = set.who(&case);
    Reply::ok(&Resolved {
        ruleset: &set.id,
        roles: who.roles,
        suspended_roles: who.suspended,
        source: who.source,
        validity_hours: set.validity_hours,
        attempts_limit: set.attempts.limit,
        resend_limit: set.manual_resend.limit,
    })
}
