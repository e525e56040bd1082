//! The page of an error code of the provider API.

use super::RenderError;
use super::shell::{Page, Shell, Tab, finish};
use crate::texts::Language;

/// A page of `docs/errors/`, shown in one language.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct DocumentPage {
    /// The code, `Conflict.State`.
    pub code: &'static str,
    /// Its HTTP status.
    pub status: u16,
    /// Its title in the page's language.
    pub title: String,
    /// The page in Markdown: a head, a section in Chinese, a section in English; each of paragraphs that begin with a
    /// heading in bold, with code between back quotes.
    pub source: &'static str,
}

/// A paragraph under its heading.
struct Part<'a> {
    heading: &'a str,
    /// Pieces of text, and whether each is code.
    pieces: Vec<(bool, &'a str)>,
}

#[derive(askama::Template)]
#[template(path = "portal/document.html")]
struct DocumentView<'a> {
    shell: Shell<'a>,
    code: &'static str,
    status: u16,
    parts: Vec<Part<'a>>,
}

fn part(paragraph: &str) -> Part<'_> {
    let (heading, text) =
        paragraph.strip_prefix("**").and_then(|rest| rest.split_once("** ")).unwrap_or(("", paragraph));
    let pieces = text.split('`').enumerate().map(|(at, piece)| (at % 2 == 1, piece));
    Part { heading, pieces: pieces.collect() }
}

impl DocumentPage {
    /// The page as HTML.
    pub fn render(&self, page: &Page) -> Result<String, RenderError> {
        let mut sections = self.source.split("\n## ").skip(1);
        let section = match page.language {
            Language::ZhCn => sections.next(),
            Language::En => sections.nth(1),
        };
        let paragraphs = section.unwrap_or_default().split("\n\n").skip(1);
        let parts = paragraphs.map(|paragraph| part(paragraph.trim_end()));
        finish(&DocumentView {
            shell: Shell::new(page, Tab::None, self.title.clone()),
            code: self.code,
            status: self.status,
            parts: parts.collect(),
        })
    }
}
