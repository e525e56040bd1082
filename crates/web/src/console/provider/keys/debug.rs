//! What is wrong with a signature: whoever writes a client pastes a request, and sees it as it is signed here.

use std::sync::Arc;

use axum::Form;
use axum::extract::State;
use axum::extract::rejection::FormRejection;
use axum::http::request::Parts;
use axum::http::{HeaderName, HeaderValue, Request};
use axum::response::{IntoResponse as _, Response};
use heyan_domain::terms::ProviderId;
use serde::Deserialize;

use super::PATH;
use crate::api::explain;
use crate::app::App;
use crate::auth::{OfProvider, Staff};
use crate::console::parts::{Alert, Cell, Facts, Field, FormPart, Heading, Tone};
use crate::console::table::{PROVIDER_ADMIN, Route, action, page};
use crate::console::{Blocks, Problem, Shell};

const DEBUG: &str = "/console/provider/keys/debug";
/// Rows of the fields.
const ROWS: (u8, u8) = (10, 6);

pub(super) fn routes() -> Vec<Route> {
    vec![page(DEBUG, PROVIDER_ADMIN, show), action(DEBUG, PROVIDER_ADMIN, judge)]
}

#[derive(Deserialize, Default)]
#[serde(default)]
struct Typed {
    head: String,
    body: String,
}

/// The head of a request as it goes over the wire, or as tools print it: a line of method and path, and a header in each
/// line below.
fn read(text: &str) -> Option<Parts> {
    let mut lines = text.lines().map(|line| line.trim().trim_start_matches('>').trim());
    let first = lines.find(|line| !line.is_empty())?;
    let mut words = first.split_whitespace();
    let (method, uri) = (words.next()?, words.next().filter(|uri| uri.starts_with(['/', 'h']))?);
    let mut request = Request::builder().method(method).uri(uri);
    for line in lines.take_while(|line| !line.is_empty()) {
        let (name, value) = line.split_once(':')?;
        let name: HeaderName = name.trim().parse().ok()?;
        let value: HeaderValue = value.trim().parse().ok()?;
        request = request.header(name, value);
    }
    Some(request.body(()).ok()?.into_parts().0)
}

async fn show(State(app): State<Arc<App>>, OfProvider(staff, _): OfProvider) -> Response {
    let shell = Shell::new(&app, &staff, "api-keys-debug");
    let form = form(&shell, &staff, &Typed::default(), false);
    Blocks::new(shell).intro("api-keys-debug-intro").part(&form).respond()
}

fn form(shell: &Shell<'_>, staff: &Staff, typed: &Typed, wrong: bool) -> FormPart {
    let t = shell.t;
    let head = Field::area("head", t.get("api-keys-debug-head"), &typed.head, ROWS.0)
        .hint(t.get("api-keys-debug-head-hint"))
        .error(wrong.then(|| t.get("api-keys-debug-head-wrong")));
    let body = Field::area("body", t.get("api-keys-debug-body"), &typed.body, ROWS.1)
        .hint(t.get("api-keys-debug-body-hint"));
    FormPart::new(DEBUG, &staff.csrf, t.get("api-keys-debug-submit"))
        .summary(t.get("form-problems"))
        .field(head)
        .field(body)
        .back(PATH, t.get("provider-back"))
}

async fn judge(
    State(app): State<Arc<App>>,
    OfProvider(staff, provider): OfProvider,
    typed: Result<Form<Typed>, FormRejection>,
) -> Response {
    let Ok(Form(typed)) = typed else { return Problem::Unreadable.into_response() };
    let Some(parts) = read(&typed.head) else {
        let shell = Shell::new(&app, &staff, "api-keys-debug").with_error(true);
        let form = form(&shell, &staff, &typed, true);
        let status = axum::http::StatusCode::UNPROCESSABLE_ENTITY;
        return Blocks::new(shell).intro("api-keys-debug-intro").part(&form).respond_with(status);
    };
    explained(&app, &staff, &provider, &typed, &parts).await
}

async fn explained(
    app: &App,
    staff: &Staff,
    provider: &ProviderId,
    typed: &Typed,
    parts: &Parts,
) -> Response {
    // Browsers write line breaks as two characters; programs that sign rarely do.
    let body = typed.body.replace("\r\n", "\n");
    let explained = explain(app, provider, parts, body.as_bytes()).await;
    let shell = Shell::new(app, staff, "api-keys-debug");
    let t = shell.t;
    let alert = match &explained.problem {
        None => Alert::new(Tone::Success, t.get("api-keys-debug-holds")),
        Some(problem) => {
            let told = problem.told_with_codes(staff.visitor.language).into_iter().next();
            let code = told.as_ref().map_or("", |told| told.code.as_str());
            let text = told.as_ref().map(|told| told.text.clone()).unwrap_or_default();
            Alert::new(Tone::Error, format!("{code}: {text}"))
        }
    };
    let form = form(&shell, staff, typed, false);
    let lines = |text: &str| Cell::lines(text.lines().map(str::to_owned).collect());
    let mut page = Blocks::new(shell).intro("api-keys-debug-intro").part(&alert);
    if let Some((canonical, to_sign)) = &explained.texts {
        let facts = Facts::new()
            .cell(t.get("api-keys-debug-canonical"), lines(canonical))
            .cell(t.get("api-keys-debug-to-sign"), lines(to_sign))
            .text(t.get("api-keys-debug-body-hash"), heyan_signing::content_sha256(body.as_bytes()));
        page = page.part(&Heading { text: t.get("api-keys-debug-here") }).part(&facts);
    }
    page.part(&form).respond()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_head_is_read_as_it_goes_over_the_wire_and_as_tools_print_it() {
        let wire =
            "GET /v1/filings?limit=2 HTTP/1.1\r\nHost: api.example\r\nX-Heyan-Nonce: abc\r\n\r\nbody: none";
        let parts = read(wire).unwrap();
        assert_eq!((parts.method.as_str(), parts.uri.query()), ("GET", Some("limit=2")));
        assert_eq!(parts.headers.len(), 2);
        let curl = "> GET /v1/filings?limit=2 HTTP/1.1\n> Host: api.example\n> X-Heyan-Nonce: abc\n>\n";
        assert_eq!(read(curl).unwrap().headers, parts.headers);
        for wrong in ["", "GET", "GET /v1 HTTP/1.1\nno header", "GET /v1 HTTP/1.1\nna me: x"] {
            assert!(read(wrong).is_none(), "{wrong}");
        }
    }
}
