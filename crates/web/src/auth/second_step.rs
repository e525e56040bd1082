//! The second step of signing in. That the password was right travels sealed in the page; there is no session yet.

use std::sync::Arc;

use askama::Template;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use axum::response::Response;
use heyan_domain::accounts::{AccountAction, AccountAnswer};
use heyan_domain::decide::{Action, Outcome};
use heyan_domain::terms::AccountId;
use heyan_domain::time::MINUTE_MS;
use serde::{Deserialize, Serialize};

use super::factor::second_factor;
use super::sealed::{open, seal};
use super::sign_in::{PATH, SignInPage, opened, posted};
use super::staff::Visitor;
use super::token::Token;
use crate::app::App;
use crate::console::{Problem, Shell, html, see_other};
use crate::people::Source;

const PLACE: &[u8] = b"second step";
/// How long somebody may take to find the phone with the app.
const LIFE_MS: i64 = 5 * MINUTE_MS;

/// Whose password was right.
#[derive(Serialize, Deserialize)]
struct Half {
    account: AccountId,
    generation: u32,
}

/// What the page shows, and carries from the first step.
#[derive(Default)]
pub(super) struct SecondPage {
    /// Whose password was right, sealed.
    half: String,
    /// Where to go then.
    pub next: String,
    /// The form that came too late, sealed.
    pub resume: String,
    /// Key of what went wrong, and the time that belongs to it.
    problem: Option<(&'static str, String)>,
}

#[derive(Template)]
#[template(path = "console/second_step.html")]
struct SecondView<'a> {
    shell: Shell<'a>,
    page: &'a SecondPage,
    problem: Option<String>,
}

impl SecondPage {
    /// For whoever has just shown the right password.
    pub fn after(
        app: &App,
        account: AccountId,
        generation: u32,
        next: String,
        resume: String,
    ) -> Option<Self> {
        let half = seal(app, PLACE, Half { account, generation }, LIFE_MS)?;
        Some(Self { half, next, resume, problem: None })
    }

    pub fn respond(&self, app: &App, visitor: &Visitor) -> Response {
        let shell = Shell::of_visitor(app, visitor, "second-title").with_error(self.problem.is_some());
        let problem = self.problem.as_ref().map(|(key, time)| shell.t.one(key, "time", time));
        let status = if problem.is_some() { StatusCode::UNPROCESSABLE_ENTITY } else { StatusCode::OK };
        html(status, &SecondView { shell, page: self, problem })
    }

    fn again(mut self, app: &App, visitor: &Visitor, problem: (&'static str, String)) -> Response {
        self.problem = Some(problem);
        self.respond(app, visitor)
    }
}

/// `GET /console/sign-in/code`: the page exists only as the answer to a right password.
pub(crate) async fn from_the_start() -> Response {
    see_other(PATH)
}

/// `POST /console/sign-in/code`.
pub(crate) async fn second_step(
    State(app): State<Arc<App>>,
    visitor: Visitor,
    Source(from): Source,
    headers: HeaderMap,
    body: axum::body::Body,
) -> Response {
    let fields = match posted(&headers, body).await {
        Ok(fields) => fields,
        Err(problem) => return problem.page(&app, &visitor, None),
    };
    let (mut page, mut code) = (SecondPage::default(), String::new());
    for (name, value) in fields {
        match name.as_str() {
            "half" => page.half = value,
            "code" => code = value,
            "next" => page.next = value,
            "resume" => page.resume = value,
            _ => {}
        }
    }
    let Some(Half { account, generation }) = open(&app, PLACE, &page.half) else {
        return from_the_first(&app, &visitor, page, "second-late");
    };
    let Some(shown) = second_factor(&code) else {
        return page.again(&app, &visitor, ("second-malformed", String::new()));
    };
    let token = app.draw(Token::draw);
    let action = AccountAction::SignInSecond { account, generation, shown, session: token.tag(), from };
    let done = app.engine.execute(Action::Account(Box::new(action))).await;
    let Ok(Outcome::Account(answer)) = done else { return Problem::System.page(&app, &visitor, None) };
    tracing::info!(name: "account.second_step", ?answer, "somebody on the staff shows a second factor");
    match answer {
        AccountAnswer::SignedIn(account) => opened(&app, &visitor, &token, account, &page.next, &page.resume),
        AccountAnswer::Disabled => from_the_first(&app, &visitor, page, "sign-in-disabled"),
        AccountAnswer::TooMany(until) => {
            page.again(&app, &visitor, ("sign-in-too-many", until.beijing_hh_mm()))
        }
        AccountAnswer::Wrong
        | AccountAnswer::Done(_)
        | AccountAnswer::SecondNext { .. }
        | AccountAnswer::NameTaken
        | AccountAnswer::NotFound
        | AccountAnswer::Elsewhere
        | AccountAnswer::Onward
        | AccountAnswer::OwnAccount => page.again(&app, &visitor, ("second-wrong", String::new())),
    }
}

/// Back to the name and the password, with what was carried.
fn from_the_first(app: &App, visitor: &Visitor, page: SecondPage, problem: &'static str) -> Response {
    let SecondPage { next, resume, .. } = page;
    let page = SignInPage {
        next,
        resume: Some(resume).filter(|resume| !resume.is_empty()),
        problem: Some((problem, String::new())),
        ..SignInPage::default()
    };
    page.respond(app, visitor, StatusCode::UNPROCESSABLE_ENTITY)
}
