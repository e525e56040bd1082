//! The small parts.

use askama::Template;
use serde::{Deserialize, Serialize};

/// How something is meant. Colour never says it alone: the words do.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub enum Tone {
    /// Neither good nor bad.
    Plain,
    /// On its way.
    Info,
    /// Good.
    Success,
    /// Needs a look.
    Warning,
    /// Bad.
    Error,
}

impl Tone {
    /// The class of the style sheet.
    pub const fn class(self) -> &'static str {
        match self {
            Self::Plain => "plain",
            Self::Info => "info",
            Self::Success => "success",
            Self::Warning => "warning",
            Self::Error => "error",
        }
    }

    const fn is_error(self) -> bool {
        matches!(self, Self::Error)
    }
}

/// A sentence in a box.
#[derive(Clone, PartialEq, Eq, Debug, Template)]
#[template(path = "console/parts/alert.html")]
pub struct Alert {
    tone: Tone,
    text: String,
    more: Vec<String>,
}

impl Alert {
    /// With one sentence.
    pub fn new(tone: Tone, text: String) -> Self {
        Self { tone, text, more: Vec::new() }
    }

    /// And one more below it.
    #[must_use]
    pub fn more(mut self, text: String) -> Self {
        self.more.push(text);
        self
    }
}

/// What a list without rows says, and what can be done about it.
#[derive(Clone, PartialEq, Eq, Debug, Template)]
#[template(path = "console/parts/empty.html")]
pub struct Empty {
    /// What is not there.
    pub title: String,
    /// Why, or what makes it be there.
    pub hint: String,
    /// A path and its words.
    pub action: Option<(String, String)>,
}

/// A heading within a page.
#[derive(Clone, PartialEq, Eq, Debug, Template)]
#[template(source = "<h2>{{ text }}</h2>", ext = "html")]
pub struct Heading {
    /// Its words.
    pub text: String,
}

/// Paragraphs.
#[derive(Clone, PartialEq, Eq, Debug, Template)]
#[template(source = "{% for line in lines %}<p>{{ line }}</p>{% endfor %}", ext = "html")]
pub struct Lines {
    /// One each.
    pub lines: Vec<String>,
}

/// What is known of one thing: names and values.
#[derive(Clone, PartialEq, Eq, Debug, Default, Template)]
#[template(path = "console/parts/facts.html")]
pub struct Facts {
    rows: Vec<(String, super::Cell)>,
}

impl Facts {
    /// None yet.
    pub fn new() -> Self {
        Self::default()
    }

    /// A name and its words.
    #[must_use]
    pub fn text(self, name: String, value: impl Into<String>) -> Self {
        self.cell(name, super::Cell::text(value))
    }

    /// A name and whatever a cell can be.
    #[must_use]
    pub fn cell(mut self, name: String, cell: super::Cell) -> Self {
        self.rows.push((name, cell));
        self
    }
}

/// Ways to other pages, side by side.
#[derive(Clone, PartialEq, Eq, Debug, Default, Template)]
#[template(path = "console/parts/cards.html")]
pub struct Cards {
    links: Vec<(String, String)>,
}

impl Cards {
    /// None yet.
    pub fn new() -> Self {
        Self::default()
    }

    /// One more.
    #[must_use]
    pub fn link(mut self, path: impl Into<String>, text: String) -> Self {
        self.links.push((path.into(), text));
        self
    }
}

/// Numbers side by side: label, value, where they are listed, how they are meant.
#[derive(Clone, PartialEq, Eq, Debug, Default, Template)]
#[template(path = "console/parts/statistics.html")]
pub struct Statistics {
    items: Vec<(String, String, Option<String>, Tone)>,
}

impl Statistics {
    /// None yet.
    pub fn new() -> Self {
        Self::default()
    }

    /// One more number.
    #[must_use]
    pub fn item(mut self, label: String, value: impl Into<String>, path: Option<String>, tone: Tone) -> Self {
        self.items.push((label, value.into(), path, tone));
        self
    }
}

/// How far a step has come.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum StepState {
    /// Behind us.
    Done,
    /// Here.
    Current,
    /// Here, and not going on.
    Failed,
    /// To come.
    Waiting,
}

impl StepState {
    const fn class(self) -> &'static str {
        match self {
            Self::Done => "done",
            Self::Current => "current",
            Self::Failed => "failed",
            Self::Waiting => "waiting",
        }
    }

    const fn is_here(self) -> bool {
        matches!(self, Self::Current | Self::Failed)
    }
}

/// One step of [`Steps`].
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Step {
    /// Its name.
    pub title: String,
    /// What more there is to say, such as when.
    pub detail: String,
    /// How far it has come, and the words for that, which screen readers say.
    pub state: (StepState, String),
}

/// A way of several steps.
#[derive(Clone, PartialEq, Eq, Debug, Template)]
#[template(path = "console/parts/steps.html")]
pub struct Steps {
    /// In order.
    pub steps: Vec<Step>,
}

/// "Are you sure?": a form of one button and a way back.
#[derive(Clone, PartialEq, Eq, Debug, Template)]
#[template(path = "console/parts/confirm.html")]
pub struct Confirm {
    /// Where the form goes.
    pub path: String,
    /// The session's token.
    pub csrf: String,
    /// What is going to happen, one paragraph each.
    pub lines: Vec<String>,
    /// Fields sent with it.
    pub fields: Vec<(String, String)>,
    /// The button's words.
    pub button: String,
    /// Whether it cannot be taken back.
    pub danger: bool,
    /// The way back: a path and its words.
    pub back: (String, String),
}
