//! Tables and the pages of long lists.

use askama::Template;

use super::{Empty, Tone};

/// A column's head.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Column {
    label: String,
    numeric: bool,
}

impl Column {
    /// Of words.
    pub fn text(label: String) -> Self {
        Self { label, numeric: false }
    }

    /// Of numbers, which stand to the right.
    pub fn number(label: String) -> Self {
        Self { label, numeric: true }
    }
}

/// What stands in a cell.
#[derive(Clone, PartialEq, Eq, Debug)]
enum Content {
    Text(String),
    Marked(String),
    Link { path: String, text: String },
    Tag { tone: Tone, text: String },
    Lines(Vec<String>),
    Button { path: String, csrf: String, fields: Vec<(String, String)>, text: String },
}

/// One cell.
#[derive(Clone, PartialEq, Eq, Debug, Template)]
#[template(path = "console/parts/cell.html")]
pub struct Cell {
    content: Content,
}

impl Cell {
    /// Words or a number.
    pub fn text(text: impl Into<String>) -> Self {
        Self { content: Content::Text(text.into()) }
    }

    /// Words that stand out, such as what differs.
    pub fn marked(text: impl Into<String>) -> Self {
        Self { content: Content::Marked(text.into()) }
    }

    /// A number.
    pub fn number(number: u64) -> Self {
        Self::text(number.to_string())
    }

    /// A link; the first cell of a row is one where the row has a page.
    pub fn link(path: impl Into<String>, text: impl Into<String>) -> Self {
        Self { content: Content::Link { path: path.into(), text: text.into() } }
    }

    /// A state as a coloured word.
    pub fn tag(tone: Tone, text: impl Into<String>) -> Self {
        Self { content: Content::Tag { tone, text: text.into() } }
    }

    /// Several lines; the ones after the first are lighter.
    pub fn lines(lines: Vec<String>) -> Self {
        Self { content: Content::Lines(lines) }
    }

    /// A form of one button, for what needs no page to be sure; `fields` are sent with it.
    pub fn button(path: impl Into<String>, csrf: &str, fields: &[(&str, &str)], text: String) -> Self {
        let fields = fields.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
        Self { content: Content::Button { path: path.into(), csrf: csrf.to_owned(), fields, text } }
    }
}

/// A table; on narrow screens it scrolls in its own frame. Without rows it is what [`Empty`] says.
#[derive(Clone, PartialEq, Eq, Debug, Template)]
#[template(path = "console/parts/table.html")]
pub struct Table {
    caption: String,
    columns: Vec<Column>,
    rows: Vec<Vec<Cell>>,
    empty: Empty,
}

impl Table {
    /// Without rows; the caption says what it lists.
    pub fn new(caption: String, columns: Vec<Column>, empty: Empty) -> Self {
        Self { caption, columns, rows: Vec::new(), empty }
    }

    /// One more row, of as many cells as there are columns.
    #[must_use]
    pub fn row(mut self, cells: Vec<Cell>) -> Self {
        self.rows.push(cells);
        self
    }

    /// Every row with its cells and their columns.
    fn rows(&self) -> impl Iterator<Item = Vec<(&Column, &Cell)>> {
        self.rows.iter().map(|row| self.columns.iter().zip(row).collect())
    }
}

/// Ways to the other pages of a list that is read by key, not by number.
#[derive(Clone, PartialEq, Eq, Debug, Template)]
#[template(path = "console/parts/pager.html")]
pub struct Pager {
    /// What the ways are called together, for screen readers.
    pub label: String,
    /// Back to the first page, with its words; `None` on it.
    pub first: Option<(String, String)>,
    /// To the next page, with its words; `None` on the last.
    pub next: Option<(String, String)>,
}
