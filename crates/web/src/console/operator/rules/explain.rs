//! Who has to verify in one case, which set decides, and which sentence of which source.

use std::collections::BTreeSet;
use std::sync::Arc;

use axum::extract::{Query, State};
use axum::response::{IntoResponse as _, Response};
use heyan_domain::Timestamp;
use heyan_domain::rulebook::Case;
use heyan_domain::terms::{Changed, FilingKind, Initiator, ProviderId, Province, Roles};
use jiff::civil;
use serde::Deserialize;

use super::{PATH, title};
use crate::app::App;
use crate::auth::Staff;
use crate::console::parts::{Cell, Choice, Facts, Field, Filters, Heading};
use crate::console::problem::Problem;
use crate::console::shell::{Blocks, Shell};
use crate::console::table::{OVERSEERS, Route, page};
use crate::texts::{Language, Texts};

pub(super) fn routes() -> Vec<Route> {
    vec![page("/console/operator/rules/explain", OVERSEERS, explain)]
}

#[derive(Deserialize, Default)]
#[serde(default)]
struct Asked {
    province: String,
    provider: String,
    kind: String,
    on: String,
    initiator: String,
    entity: String,
    service: String,
    access: String,
    remark: String,
    moves: String,
    elsewhere: String,
}

/// What is asked, once everything in it is something.
struct Question {
    province: Province,
    provider: ProviderId,
    at: Timestamp,
    case: Case,
}

impl Asked {
    fn is_empty(&self) -> bool {
        self.kind.is_empty()
    }

    fn question(&self, now: Timestamp) -> Option<Question> {
        let ticked = [
            (&self.entity, Changed::Entity),
            (&self.service, Changed::Service),
            (&self.access, Changed::Access),
            (&self.remark, Changed::Remark),
        ];
        let changed: BTreeSet<Changed> =
            ticked.into_iter().filter(|(sent, _)| *sent == "on").map(|(_, changed)| changed).collect();
        let at = if self.on.is_empty() {
            now
        } else {
            let day: civil::Date = self.on.parse().ok()?;
            Timestamp::from_beijing(day.to_datetime(civil::Time::midnight()))?
        };
        Some(Question {
            province: Province::from_pinyin(&self.province)?,
            provider: ProviderId::parse(&self.provider)?,
            at,
            case: Case {
                kind: self.kind.parse().ok()?,
                changed,
                province_changes: self.moves == "on",
                initiator: self.initiator.parse().ok()?,
                record_at_this_provider: self.elsewhere != "on",
            },
        })
    }
}

async fn explain(State(app): State<Arc<App>>, staff: Staff, Query(asked): Query<Asked>) -> Response {
    let shell = Shell::new(&app, &staff, "explain-title");
    let (t, now) = (shell.t, shell.now);
    let filters = form(&app, t, &asked);
    if asked.is_empty() {
        return Blocks::new(shell).intro("explain-intro").part(&filters).respond();
    }
    let Some(question) = asked.question(now) else { return Problem::Unreadable.into_response() };
    let answer = answer(&app, t, staff.visitor.language, &question);
    Blocks::new(shell)
        .intro("explain-intro")
        .part(&filters)
        .part(&Heading { text: t.get("explain-answer") })
        .part(&answer)
        .respond()
}

fn form(app: &App, t: &Texts, asked: &Asked) -> Filters {
    let provinces =
        Province::ALL.iter().map(|one| Choice { value: one.pinyin().to_owned(), label: t.province(*one) });
    let providers =
        app.providers.iter().map(|one| Choice { value: one.id.to_string(), label: one.support.name.clone() });
    let kinds = FilingKind::ALL.iter().map(|one| Choice { value: one.to_string(), label: t.kind(*one) });
    let initiators = [Initiator::Provider, Initiator::Holder];
    let initiators = initiators.iter().map(|one| {
        let label = match one {
            Initiator::Provider => t.get("explain-initiator-provider"),
            Initiator::Holder => t.get("explain-initiator-holder"),
        };
        Choice { value: one.to_string(), label }
    });
    let check = |name: &str, label: &str, sent: &str| Field::check(name, t.get(label), sent == "on");
    Filters {
        path: format!("{PATH}/explain"),
        fields: vec![
            Field::select("kind", t.get("rules-kind"), &asked.kind, kinds.collect()),
            Field::select("province", t.get("accounts-province"), &asked.province, provinces.collect()),
            Field::select("provider", t.get("accounts-provider"), &asked.provider, providers.collect()),
            Field::date("on", t.get("explain-on"), &asked.on),
            Field::select("initiator", t.get("explain-initiator"), &asked.initiator, initiators.collect()),
            check("entity", "explain-entity", &asked.entity),
            check("service", "explain-service", &asked.service),
            check("access", "explain-access", &asked.access),
            check("remark", "explain-remark", &asked.remark),
            check("moves", "explain-moves", &asked.moves),
            check("elsewhere", "explain-elsewhere", &asked.elsewhere),
        ],
        submit: t.get("explain-submit"),
        reset: None,
    }
}

fn answer(app: &App, t: &Texts, language: Language, question: &Question) -> Facts {
    let set = app.rules.current().resolve(question.province, &question.provider, question.at);
    let who = set.who(&question.case);
    let roles = |roles: Roles| {
        let words: Vec<String> = roles.iter().map(|role| t.role(role)).collect();
        if words.is_empty() { t.get("explain-nobody") } else { words.join(", ") }
    };
    let clocks = [
        ("hours", set.validity_hours.to_string()),
        ("attempts", set.attempts.limit.to_string()),
        ("resends", set.manual_resend.limit.to_string()),
    ];
    let clocks = clocks.each_ref().map(|(name, value)| (*name, value.as_str()));
    let facts = Facts::new()
        .text(t.get("explain-who"), roles(who.roles))
        .cell(
            t.get("explain-set"),
            Cell::link(format!("{PATH}/sets/{}", set.id), title(&set.title, language)),
        )
        .text(t.get("explain-row"), who.row)
        .text(t.get("rules-document"), who.source.document.as_str())
        .text(t.get("rules-place"), who.source.place.as_str())
        .text(t.get("explain-clocks"), t.with("explain-clocks-are", &clocks));
    let facts = if who.suspended.is_empty() {
        facts
    } else {
        facts.text(t.get("explain-suspended"), roles(who.suspended))
    };
    match who.note {
        Some(note) => facts.text(t.get("explain-note"), note),
        None => facts,
    }
}
