//! The part of a page that a browser with scripts asks for anew while it is looked at.

use askama::Template;

/// Parts that are read, not used: whoever stands on a link or in a field would lose the place when it is replaced.
/// One a page. Without scripts it is what it was when the page was loaded, and says as of when.
#[derive(Clone, PartialEq, Eq, Debug, Template)]
#[template(path = "console/parts/live.html")]
pub struct Live {
    note: String,
    parts: Vec<String>,
}

impl Live {
    /// Seconds between two readings.
    pub const SECONDS: u16 = 10;

    /// Without parts yet; the note says as of when they are true.
    pub const fn new(note: String) -> Self {
        Self { note, parts: Vec::new() }
    }

    /// One more part.
    #[must_use]
    pub fn part(mut self, part: &impl Template) -> Self {
        match part.render() {
            Ok(html) => self.parts.push(html),
            Err(error) => {
                tracing::error!(name: "console.part_failed", error = %error, "a part of a page is missing");
            }
        }
        self
    }
}
