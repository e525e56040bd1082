//! `POST /pquery/smsValidate/validateByCondition`.

use std::sync::Arc;

use axum::body::Body;
use axum::extract::State;
use axum::http::HeaderMap;
use axum::response::Response;
use heyan_domain::decide::{Action, Outcome};
use heyan_domain::verification::VerifyAnswer;
use serde::Deserialize;

use super::answer::{self, NumberOrText};
use crate::app::App;
use crate::people::{Source, Typed, Words};
use crate::texts::Language;

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Request {
    sms_valid_code: Option<NumberOrText>,
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
    let (code, phone, id_last6) =
        (text(request.sms_valid_code), text(request.mobile_num), text(request.cert_num));
    let typed = Typed { code: &code, phone: &phone, id_last6: &id_last6 };
    let Ok((phone, id_last6, code)) = typed.for_verify() else {
        return answer::outcome(0, &words.text("malformed"));
    };
    if let Err(response) = answer::captcha(&app, &headers, &words).await {
        return response;
    }
    let outcome = app.engine.execute(Action::Verify { phone, id_last6, code, from }).await;
    let Ok(Outcome::Verified(answered, ruleset)) = outcome else { return answer::unavailable(&words) };
    let text = Words::of(&app, ruleset, Language::ZhCn).verified(&answered);
    match answered {
        VerifyAnswer::TooMany(until) => answer::too_many(&app, until, &text),
        VerifyAnswer::AllComplete(_)
        | VerifyAnswer::WaitOthers(_)
        | VerifyAnswer::AlreadyDone(_)
        | VerifyAnswer::Superseded(_)
        | VerifyAnswer::Mismatch { .. }
        | VerifyAnswer::FailedFinal(_)
        | VerifyAnswer::NotFound => answer::outcome(answered.valid_status(), &text),
    }
}
