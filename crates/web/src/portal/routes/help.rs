//! P8: help, who has to verify, and privacy.

use axum::extract::Query;
use axum::extract::rejection::QueryRejection;
use axum::http::StatusCode;
use axum::response::Response;
use heyan_domain::rulebook::AutoResend;
use heyan_domain::terms::{ProviderId, Province};
use serde::Deserialize;

use super::forms::hints;
use super::seen;
use super::visit::Visit;
use crate::app::Provider;
use crate::people::Words;
use crate::portal::pages::{Choice, HelpPage, PrivacyPage, Problem, WhoPage, who_rows};
use crate::texts::Texts;

pub(super) async fn help(visit: Visit) -> Response {
    let words = Words::of(&visit.app, None, visit.language);
    let rule = words.rule();
    let page = HelpPage {
        hints: hints(&words, visit.language),
        expected_minutes: (rule.expected_arrival.from_minutes, rule.expected_arrival.to_minutes),
        validity_hours: rule.validity_hours,
        attempts_limit: rule.attempts.limit.into(),
        resends_limit: rule.manual_resend.limit.into(),
        noon_resend: rule.auto_resend == AutoResend::NextDayNoon,
    };
    visit.html(StatusCode::OK, page.render(&visit.page()))
}

/// What the form asks: a province in pinyin, a provider's short name; empty for all.
#[derive(Deserialize)]
#[serde(default)]
#[derive(Default)]
pub(super) struct Asked {
    province: String,
    provider: String,
}

/// The table of the set that is in force now where the form asks. A name that is none stands for all.
pub(super) async fn who(visit: Visit, asked: Result<Query<Asked>, QueryRejection>) -> Response {
    let Ok(Query(asked)) = asked else {
        return visit.problem(StatusCode::BAD_REQUEST, Problem::Unreadable);
    };
    let t = Texts::of(visit.language);
    let province = Province::from_pinyin(&asked.province);
    let provider = ProviderId::parse(&asked.provider).and_then(|id| visit.app.provider(&id));
    let provinces = Province::ALL.iter().map(|each| Choice {
        value: each.pinyin().to_owned(),
        label: t.province(*each),
        chosen: Some(*each) == province,
    });
    let providers = visit.app.providers.iter().map(|each| Choice {
        value: each.id.as_str().to_owned(),
        label: each.support.name.clone(),
        chosen: provider.is_some_and(|chosen| chosen.id == each.id),
    });
    let asked_of = provider.map_or_else(ProviderId::nobody, |provider| provider.id.clone());
    let now = visit.app.clock.now();
    let set = visit.app.rules.current().resolve(province.unwrap_or(Province::Beijing), &asked_of, now);
    let page = WhoPage {
        provinces: provinces.collect(),
        providers: providers.collect(),
        set: visit.language.pick(&set.title.zh, &set.title.en).clone(),
        source: set.source.to_string(),
        validity_hours: set.validity_hours,
        attempts_limit: set.attempts.limit.into(),
        resends_limit: set.manual_resend.limit.into(),
        rows: who_rows(&set),
        contact: provider.map(|provider: &Provider| seen::contact_of(provider)),
    };
    visit.html(StatusCode::OK, page.render(&visit.page()))
}

pub(super) async fn privacy(visit: Visit) -> Response {
    visit.html(StatusCode::OK, PrivacyPage { retention: visit.app.retention }.render(&visit.page()))
}
