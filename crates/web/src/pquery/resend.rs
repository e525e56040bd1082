//! `POST /pquery/smsValidate/resendSMSByCondition`.

use std::sync::Arc;

use axum::body::Body;
use axum::extract::State;
use axum::http::HeaderMap;
use axum::response::Response;
use heyan_domain::decide::{Action, Outcome};
use heyan_domain::verification::ResendAnswer;
use serde::Deserialize;

use super::answer::{self, NumberOrText};
use crate::app::App;
use crate::people::{Source, Typed, Words};
use crate::texts::Language;

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Request {
    mobile_num: Option<NumberOrText>,
    cert_num: Option<NumberOrText>,
}

pub(super) async fn handle(
    State(app): State<Arc<App>>,
    Source(from): Source,
    headers: HeaderMap,
    body: Body,
) -> Response {
    let words = answer::words(&app);
    let Some(request) = answer::read::<Request>(body).await else { return answer::unreadable(&words) };
    let text = |value: Option<NumberOrText>| value.map(NumberOrText::into_text).unwrap_or_default();
    let (phone, id_last6) = (text(request.mobile_num), text(request.cert_num));
    let typed = Typed { code: "", phone: &phone, id_last6: &id_last6 };
    let Ok((phone, id_last6)) = typed.for_resend() else {
        return answer::outcome(0, &words.text("malformed"));
    };
    if let Err(response) = answer::captcha(&app, &headers, &words).await {
        return response;
    }
    let outcome = app.engine.execute(Action::Resend { phone, id_last6, from }).await;
    let Ok(Outcome::Resent(answered)) = outcome else { return answer::unavailable(&words) };
    if answered.answer == ResendAnswer::Sent && app.settle().await.is_err() {
        // The message waits in the outbox and will be sent; only this answer could not wait for it.
        tracing::warn!(name: "pquery.settle_failed", "a resend was answered before its message was in the inbox");
    }
    let text = Words::of(&app, answered.ruleset, Language::ZhCn).resent(&answered.answer);
    match answered.answer {
        ResendAnswer::TooMany(until) => answer::too_many(&app, until, &text),
        ResendAnswer::Sent
        | ResendAnswer::TooSoon(_)
        | ResendAnswer::Limit
        | ResendAnswer::NothingPending
        | ResendAnswer::NotFound => answer::outcome(answered.answer.valid_status(), &text),
    }
}
