//! "这不是我的备案" (PRO-07): the form, and what it came to.

use axum::Form;
use axum::extract::rejection::FormRejection;
use axum::http::{HeaderMap, StatusCode};
use axum::response::Response;
use heyan_domain::decide::{Action, Outcome};
use heyan_domain::limits::AddressBlock;
use heyan_domain::verification::DisownAnswer;
use heyan_store::engine::EngineError;

use super::flash::{Alert, Flash, Returned, Said, Tier};
use super::forms::{self, Posted, Shown};
use super::results::to_form;
use super::visit::Visit;
use crate::app::App;
use crate::people::{Source, Words};
use crate::portal::pages::{NOT_MINE_DONE_PATH, NOT_MINE_PATH, NotMineDone, NotMineForm};

pub(super) async fn show(visit: Visit, headers: HeaderMap) -> Response {
    let app = &visit.app;
    let returned = match Flash::of(app, &headers) {
        Some(Flash::NotMine(returned)) => returned,
        Some(
            Flash::Verify(_)
            | Flash::Resend(_)
            | Flash::Disowned
            | Flash::Verified { .. }
            | Flash::Resent { .. },
        )
        | None => Returned::default(),
    };
    let words = Words::of(app, None, visit.language);
    let form = NotMineForm {
        form: forms::token(app),
        phone: returned.phone,
        captcha: forms::captcha(app),
        problems: returned.problems.into_iter().map(forms::field_problem).collect(),
        alert: returned.alert.map(|answer| forms::alert(answer, &visit)),
        hints: forms::hints(&words, visit.language),
    };
    visit.html(StatusCode::OK, form.render(&visit.page()))
}

pub(super) async fn post(
    visit: Visit,
    Source(from): Source,
    posted: Result<Form<Posted>, FormRejection>,
) -> Response {
    let posted = match posted {
        Ok(Form(posted)) => posted,
        Err(rejection) => return forms::unreadable(&visit, &rejection),
    };
    let app = &visit.app;
    let carry_out = || disown(app, &posted, from);
    let shown = app.submissions.0.run(posted.submission("not-mine"), app.clock.now(), carry_out).await;
    forms::respond(&visit, shown)
}

async fn disown(app: &App, posted: &Posted, from: Option<AddressBlock>) -> Result<Shown, EngineError> {
    let back = |problems| Ok((NOT_MINE_PATH, Flash::NotMine(forms::returned(posted, problems))));
    if posted.is_refresh() {
        return back(Vec::new());
    }
    let (phone, code) = match posted.typed().for_disown() {
        Ok(fields) => fields,
        Err(problems) => return back(problems),
    };
    if let Some(problem) = forms::captcha_problem(app, posted).await? {
        return back(vec![problem]);
    }
    let Outcome::Disowned(answer) = app.engine.execute(Action::Disown { phone, code, from }).await? else {
        return Err(EngineError::Storage);
    };
    let alert = match answer {
        DisownAnswer::Stopped(_) => return Ok((NOT_MINE_DONE_PATH, Flash::Disowned)),
        DisownAnswer::TooMany(until) => Alert::TooMany { until },
        DisownAnswer::NotFound => {
            Alert::Outcome { said: Said::NotFound, ruleset: None, tier: Tier::Checklist }
        }
    };
    let returned = forms::returned(posted, Vec::new());
    Ok((NOT_MINE_PATH, Flash::NotMine(Returned { alert: Some(alert), ..returned })))
}

pub(super) async fn done(visit: Visit, headers: HeaderMap) -> Response {
    match Flash::of(&visit.app, &headers) {
        Some(Flash::Disowned) => visit.html(StatusCode::OK, NotMineDone.render(&visit.page())),
        Some(
            Flash::Verify(_)
            | Flash::Resend(_)
            | Flash::NotMine(_)
            | Flash::Verified { .. }
            | Flash::Resent { .. },
        )
        | None => to_form(NOT_MINE_PATH),
    }
}
