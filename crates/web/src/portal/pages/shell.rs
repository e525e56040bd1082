//! What surrounds every page: header, tabs, banner, footer.

use askama::Template;
use heyan_domain::Timestamp;

use super::RenderError;
use crate::texts::{Locale, Texts};

/// What is true of the request rather than of the page's subject.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Page {
    /// The language of the page.
    pub locale: Locale,
    /// Whether this server is a sandbox: a banner says so on every page, and the inbox is in the menu.
    pub sandbox: bool,
    /// The time of the one clock; "time left" and "at HH:MM" are relative to it.
    pub now: Timestamp,
    /// The switch between standard and large type (大字版); `None` hides it.
    pub display: Option<Display>,
    /// Where "who must verify" is explained (P8); `None` hides the link.
    pub help_path: Option<String>,
}

/// The type size, and where switching it returns to.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Display {
    /// Whether the page is shown in large type.
    pub large: bool,
    /// The path of the current page; the switch is a link to `/display?size=large|normal&back=PATH`, which is expected
    /// to keep the choice in a cookie and to lead back.
    pub back: String,
}

/// The menu entry that a page belongs to.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Tab {
    Verify,
    Resend,
    Inbox,
    None,
}

/// What the base template reads.
pub(super) struct Shell<'a> {
    pub page: &'a Page,
    pub t: &'static Texts,
    pub tab: Tab,
    pub title: String,
    pub heading: String,
    /// Seconds after which the page loads itself again.
    pub refresh_s: Option<u32>,
}

impl<'a> Shell<'a> {
    /// A shell for a page with this heading; the title is the heading and the site's name.
    pub fn new(page: &'a Page, tab: Tab, heading: String) -> Self {
        let t = Texts::of(page.locale);
        let title = t.one("title-suffix", "heading", &heading);
        Self { page, t, tab, title, heading, refresh_s: None }
    }

    /// The same with the mark of an error before the title, so that a screen reader says it first.
    pub fn with_error(mut self, error: bool) -> Self {
        if error {
            self.title = self.t.one("title-error", "title", &self.title);
        }
        self
    }

    /// Whether large type is chosen.
    pub fn is_large(&self) -> bool {
        self.page.display.as_ref().is_some_and(|display| display.large)
    }

    /// Whether the menu stands at 短信核验.
    pub fn is_verify(&self) -> bool {
        self.tab == Tab::Verify
    }

    /// Whether the menu stands at 短信重发.
    pub fn is_resend(&self) -> bool {
        self.tab == Tab::Resend
    }

    /// Whether the menu stands at the inbox.
    pub fn is_inbox(&self) -> bool {
        self.tab == Tab::Inbox
    }
}

/// Renders a view to HTML.
pub(super) fn finish(view: &impl Template) -> Result<String, RenderError> {
    Ok(view.render()?)
}
