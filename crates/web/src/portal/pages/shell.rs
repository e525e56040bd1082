//! What surrounds every page: header, tabs, banner, footer.

use askama::Template;
use heyan_domain::Timestamp;

use super::RenderError;
use crate::texts::{Key, Language, Texts};

/// What is true of the request rather than of the page's subject.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Page {
    /// The language of the page.
    pub language: Language,
    /// Whether this server is a sandbox: a banner says so on every page, and the inbox is in the menu.
    pub sandbox: bool,
    /// The time of the one clock; "time left" and "at HH:MM" are relative to it.
    pub now: Timestamp,
    /// The display that was chosen.
    pub display: Display,
}

/// Type size and colours, and where switching them leads back to.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Display {
    /// Whether the page is shown in large type (大字版).
    pub large: bool,
    /// Whether it is shown in high contrast.
    pub contrast: bool,
    /// The address of the current page; the switches are links to `/display?size=…&contrast=…&language=…&back=…`, which
    /// keeps the choice in a cookie and leads back.
    pub back: String,
}

/// The menu entry that a page belongs to.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Tab {
    Verify,
    Resend,
    Inbox,
    Help,
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
        let t = Texts::of(page.language);
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

    /// The classes of the page: how it is displayed.
    pub fn classes(&self) -> &'static str {
        match (self.page.display.large, self.page.display.contrast) {
            (true, true) => "large contrast",
            (true, false) => "large",
            (false, true) => "contrast",
            (false, false) => "",
        }
    }

    /// The name of the other language, in that language.
    pub fn other_language(&self) -> (&'static str, String) {
        let other = self.page.language.other();
        (other.tag(), Texts::of(other).key(Key("language-name")))
    }

    /// Whether the menu stands at help.
    pub fn is_help(&self) -> bool {
        self.tab == Tab::Help
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
