//! What surrounds every page of the consoles.

use askama::Template;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse as _, Response};
use heyan_domain::Timestamp;
use heyan_domain::accounts::Role;

use super::parts::{Alert, Live};
use super::table::{Who, declared};
use super::words::texts;
use crate::app::App;
use crate::auth::{Staff, Visitor};
use crate::texts::Language;
use crate::texts::Texts;

/// Own style sheet and pictures, no scripts, no frames (SEC-10).
const POLICY: &str = "default-src 'none'; style-src 'self'; img-src 'self'; form-action 'self'; \
                      base-uri 'none'; frame-ancestors 'none'";
/// The same, and our one script, which asks nobody but us.
const LIVE_POLICY: &str = "default-src 'none'; style-src 'self'; img-src 'self'; script-src 'self'; \
                           connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'";

/// An entry of the menu.
pub(crate) struct Entry {
    pub path: &'static str,
    pub label: String,
    pub current: bool,
}

/// What the base template reads; a page's template has it as `shell`.
pub struct Shell<'a> {
    /// The texts of the page's language.
    pub t: &'static Texts,
    /// The time of the one clock.
    pub now: Timestamp,
    pub(crate) visitor: &'a Visitor,
    pub(crate) staff: Option<&'a Staff>,
    pub(crate) sandbox: bool,
    pub(crate) title: String,
    pub(crate) heading: String,
    pub(crate) menu: Vec<Entry>,
    pub(crate) flash: Option<Alert>,
}

impl std::fmt::Debug for Shell<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Shell({})", self.heading)
    }
}

/// The name of a role with what it is for, as people read it.
pub(crate) fn role_name(t: &Texts, role: &Role) -> String {
    let kind = t.get(&format!("role-{}", role.kind().as_str().replace('_', "-")));
    match (role.province(), role.provider()) {
        (Some(province), _) => {
            let name = t.get(&format!("province-{}", province.pinyin()));
            t.with("role-scoped", &[("role", &kind), ("scope", &name)])
        }
        (None, Some(provider)) => t.with("role-scoped", &[("role", &kind), ("scope", provider.as_str())]),
        (None, None) => kind,
    }
}

impl<'a> Shell<'a> {
    /// Around a page for somebody signed in; the heading is a key of the texts.
    pub fn new(app: &App, staff: &'a Staff, heading: &str) -> Self {
        let t = texts(staff.visitor.language);
        Self::with_heading(app, staff, t.get(heading))
    }

    /// The same with a heading that is written already, such as the name of a filing.
    pub fn with_heading(app: &App, staff: &'a Staff, heading: String) -> Self {
        let t = texts(staff.visitor.language);
        let path = staff.visitor.path.split('?').next().unwrap_or_default();
        let usable = |who: Who| who.may(staff.role.kind()) && !staff.must_set_up;
        let entries = declared().iter().filter(|route| usable(route.who));
        let shown: Vec<(&'static str, &'static str)> =
            entries.filter_map(|route| Some((route.path, route.menu?))).collect();
        // A page below an entry belongs to it; of several the longest.
        let below =
            |entry: &str| path == entry || path.strip_prefix(entry).is_some_and(|rest| rest.starts_with('/'));
        let current =
            shown.iter().map(|(path, _)| *path).filter(|path| below(path)).max_by_key(|path| path.len());
        let menu = shown.into_iter().map(|(path, key)| Entry {
            path,
            label: t.get(key),
            current: current == Some(path),
        });
        let flash = staff.flash.as_ref().map(|flash| {
            let values: Vec<(&str, &str)> =
                flash.values.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
            Alert::new(flash.tone, t.with(&flash.key, &values))
        });
        let shell = Self::bare(app, &staff.visitor, heading);
        Self { staff: Some(staff), menu: menu.collect(), flash, ..shell }
    }

    /// Around a page for whoever comes along; the heading is a key of the texts.
    pub fn of_visitor(app: &App, visitor: &'a Visitor, heading: &str) -> Self {
        Self::bare(app, visitor, texts(visitor.language).get(heading))
    }

    fn bare(app: &App, visitor: &'a Visitor, heading: String) -> Self {
        let t = texts(visitor.language);
        let title = t.one("title-suffix", "heading", &heading);
        let (now, sandbox) = (app.clock.now(), app.sandbox.is_some());
        Self { t, now, visitor, staff: None, sandbox, title, heading, menu: Vec::new(), flash: None }
    }

    /// The same with the mark of an error before the title, so that a screen reader says it first.
    #[must_use]
    pub fn with_error(mut self, error: bool) -> Self {
        if error {
            self.title = self.t.one("title-error", "title", &self.title);
        }
        self
    }

    /// The value of the hidden field `csrf`.
    pub fn csrf(&self) -> &str {
        self.staff.map_or("", |staff| &staff.csrf)
    }

    /// The path of this page, for links that lead back to it.
    pub fn path(&self) -> &str {
        if self.visitor.posted { "/console" } else { &self.visitor.path }
    }

    pub(crate) fn tag(&self) -> &'static str {
        self.visitor.language.tag()
    }

    /// The other language: its tag, and what it calls itself.
    pub(crate) fn other(&self) -> (&'static str, String) {
        let other = match self.visitor.language {
            Language::ZhCn => Language::En,
            Language::En => Language::ZhCn,
        };
        (other.tag(), texts(other).get("language-name"))
    }

    pub(crate) fn role(&self) -> String {
        self.staff.map(|staff| role_name(self.t, &staff.role)).unwrap_or_default()
    }
}

/// A page that needs no template of its own: a heading, what leads there, and parts one below the other.
#[derive(Template)]
#[template(path = "console/blocks.html")]
pub struct Blocks<'a> {
    shell: Shell<'a>,
    intro: Option<String>,
    parts: Vec<String>,
    live: bool,
}

impl std::fmt::Debug for Blocks<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Blocks({})", self.shell.heading)
    }
}

impl<'a> Blocks<'a> {
    /// With nothing in it yet.
    pub const fn new(shell: Shell<'a>) -> Self {
        Self { shell, intro: None, parts: Vec::new(), live: false }
    }

    /// The texts of the page's language.
    pub const fn texts(&self) -> &'static Texts {
        self.shell.t
    }

    /// A sentence below the heading; a key of the texts.
    #[must_use]
    pub fn intro(mut self, key: &str) -> Self {
        self.intro = Some(self.shell.t.get(key));
        self
    }

    /// One more part.
    #[must_use]
    pub fn part(mut self, part: &impl Template) -> Self {
        // A part that cannot be written is left out; only a full memory makes that happen.
        match part.render() {
            Ok(html) => self.parts.push(html),
            Err(error) => {
                tracing::error!(name: "console.part_failed", error = %error, "a part of a page is missing");
            }
        }
        self
    }

    /// The part that is asked for anew while the page is looked at; as of when is said in it.
    #[must_use]
    pub fn live(mut self, fill: impl FnOnce(Live) -> Live) -> Self {
        self.live = true;
        let shell = &self.shell;
        let values = [("time", shell.now.beijing_hh_mm_ss()), ("seconds", Live::SECONDS.to_string())];
        let values = values.each_ref().map(|(name, value)| (*name, value.as_str()));
        let note = shell.t.with("live-as-of", &values);
        self.part(&fill(Live::new(note)))
    }

    /// As an answer.
    pub fn respond(self) -> Response {
        self.respond_with(StatusCode::OK)
    }

    /// As an answer of another status.
    pub fn respond_with(self, status: StatusCode) -> Response {
        let policy = if self.live { LIVE_POLICY } else { POLICY };
        html_under(policy, status, &self)
    }
}

/// A rendered page, never stored by anybody.
pub(crate) fn html(status: StatusCode, view: &impl Template) -> Response {
    html_under(POLICY, status, view)
}

fn html_under(policy: &'static str, status: StatusCode, view: &impl Template) -> Response {
    let body = match view.render() {
        Ok(body) => body,
        Err(error) => {
            tracing::error!(name: "console.render_failed", error = %error, "a page could not be written");
            return StatusCode::INTERNAL_SERVER_ERROR.into_response();
        }
    };
    let headers = [
        (header::CONTENT_TYPE, "text/html; charset=utf-8"),
        (header::CACHE_CONTROL, "no-store"),
        (header::CONTENT_SECURITY_POLICY, policy),
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
        // Not `no-referrer`: that would hide from us too where our own forms stand.
        (header::REFERRER_POLICY, "same-origin"),
        (header::STRICT_TRANSPORT_SECURITY, "max-age=31536000"),
    ];
    (status, headers, body).into_response()
}

/// On to a page.
pub(crate) fn see_other(path: &str) -> Response {
    let mut response = StatusCode::SEE_OTHER.into_response();
    if let Ok(location) = HeaderValue::from_str(path) {
        response.headers_mut().insert(header::LOCATION, location);
    }
    response.headers_mut().insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    response
}
