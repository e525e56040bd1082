//! Forms.

use askama::Template;

/// One of several values: what is sent, and its words.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Choice {
    /// What is sent.
    pub value: String,
    /// Its words.
    pub label: String,
}

#[derive(Clone, PartialEq, Eq, Debug)]
enum Kind {
    /// `type` of the input.
    Input(&'static str),
    /// Rows of the text area.
    Area(u8),
    Select(Vec<Choice>),
    Radios(Vec<Choice>),
    /// Sent as `on` if ticked.
    Check,
    Hidden,
    /// The types of file that are offered first.
    File(&'static str),
}

/// One field: label above, hint below it, then what is wrong, then the input.
#[derive(Clone, PartialEq, Eq, Debug, Template)]
#[template(path = "console/parts/field.html")]
pub struct Field {
    name: String,
    label: String,
    value: String,
    kind: Kind,
    hint: Option<String>,
    note: Option<String>,
    error: Option<String>,
    autocomplete: &'static str,
    wide: bool,
}

impl Field {
    fn of(name: &str, label: String, value: &str, kind: Kind) -> Self {
        let (name, value) = (name.to_owned(), value.to_owned());
        Self {
            name,
            label,
            value,
            kind,
            hint: None,
            note: None,
            error: None,
            autocomplete: "off",
            wide: false,
        }
    }

    /// One line of text.
    pub fn text(name: &str, label: String, value: &str) -> Self {
        Self::of(name, label, value, Kind::Input("text"))
    }

    /// A one-time code, which phones offer to fill in.
    pub fn code(name: &str, label: String) -> Self {
        Self { autocomplete: "one-time-code", ..Self::text(name, label, "") }
    }

    /// A civil date.
    pub fn date(name: &str, label: String, value: &str) -> Self {
        Self::of(name, label, value, Kind::Input("date"))
    }

    /// A civil date with a time.
    pub fn date_time(name: &str, label: String, value: &str) -> Self {
        Self::of(name, label, value, Kind::Input("datetime-local"))
    }

    /// A password; never shown again. `autocomplete` is `current-password` or `new-password`.
    pub fn password(name: &str, label: String, autocomplete: &'static str) -> Self {
        Self { autocomplete, ..Self::of(name, label, "", Kind::Input("password")) }
    }

    /// Several lines of text.
    pub fn area(name: &str, label: String, value: &str, rows: u8) -> Self {
        Self::of(name, label, value, Kind::Area(rows))
    }

    /// One of many.
    pub fn select(name: &str, label: String, value: &str, choices: Vec<Choice>) -> Self {
        Self::of(name, label, value, Kind::Select(choices))
    }

    /// One of a few.
    pub fn radios(name: &str, label: String, value: &str, choices: Vec<Choice>) -> Self {
        Self::of(name, label, value, Kind::Radios(choices))
    }

    /// Yes or no.
    pub fn check(name: &str, label: String, ticked: bool) -> Self {
        Self::of(name, label, if ticked { "on" } else { "" }, Kind::Check)
    }

    /// Sent without being shown.
    pub fn hidden(name: &str, value: &str) -> Self {
        Self::of(name, String::new(), value, Kind::Hidden)
    }

    /// A file; its form is sent as `multipart/form-data`, the token first.
    pub fn file(name: &str, label: String, accept: &'static str) -> Self {
        Self::of(name, label, "", Kind::File(accept))
    }

    /// What to type.
    #[must_use]
    pub fn hint(mut self, hint: String) -> Self {
        self.hint = Some(hint);
        self
    }

    /// Several lines as wide as the page, such as a file.
    #[must_use]
    pub const fn wide(mut self) -> Self {
        self.wide = true;
        self
    }

    /// What somebody has said about it, such as why it was sent back.
    #[must_use]
    pub fn note(mut self, note: Option<String>) -> Self {
        self.note = note;
        self
    }

    /// What is wrong.
    #[must_use]
    pub fn error(mut self, error: Option<String>) -> Self {
        self.error = error;
        self
    }

    /// Its name.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Its label.
    pub fn label(&self) -> &str {
        &self.label
    }

    /// Whether one of several is chosen.
    pub const fn is_choice(&self) -> bool {
        matches!(self.kind, Kind::Select(_) | Kind::Radios(_))
    }

    /// What was filled in, as people read it: of a choice its words, of a box that is ticked a mark.
    pub fn shown(&self) -> String {
        match &self.kind {
            Kind::Select(choices) | Kind::Radios(choices) => {
                let chosen =
                    choices.iter().find(|choice| choice.value == self.value && !choice.value.is_empty());
                chosen.map(|choice| choice.label.clone()).unwrap_or_default()
            }
            Kind::Check => {
                if self.value == "on" {
                    "\u{2713}".to_owned()
                } else {
                    String::new()
                }
            }
            Kind::Input(_) | Kind::Area(_) => self.value.clone(),
            Kind::Hidden | Kind::File(_) => String::new(),
        }
    }

    fn described_by(&self) -> String {
        let hint = self.hint.is_some().then(|| format!("{}-hint", self.name));
        let note = self.note.is_some().then(|| format!("{}-note", self.name));
        let error = self.error.is_some().then(|| format!("{}-error", self.name));
        hint.into_iter().chain(note).chain(error).collect::<Vec<_>>().join(" ")
    }
}

/// What is wrong with a form, on top of it: links to the fields.
#[derive(Clone, PartialEq, Eq, Debug, Template)]
#[template(path = "console/parts/summary.html")]
pub struct ErrorSummary {
    title: String,
    items: Vec<(String, String)>,
}

impl ErrorSummary {
    /// Of a heading, and of each field's name with what is wrong.
    pub const fn new(title: String, items: Vec<(String, String)>) -> Self {
        Self { title, items }
    }
}

/// A form that is sent with POST.
#[derive(Clone, PartialEq, Eq, Debug, Template)]
#[template(path = "console/parts/form.html")]
pub struct FormPart {
    path: String,
    csrf: String,
    submit: String,
    heading: Option<String>,
    summary: String,
    fields: Vec<Field>,
    back: Option<(String, String)>,
}

impl FormPart {
    /// Without fields yet: where it goes, the session's token, the words of its button.
    pub fn new(path: impl Into<String>, csrf: &str, submit: String) -> Self {
        let (path, csrf, summary) = (path.into(), csrf.to_owned(), String::new());
        Self { path, csrf, submit, heading: None, summary, fields: Vec::new(), back: None }
    }

    /// A heading over it.
    #[must_use]
    pub fn heading(mut self, heading: String) -> Self {
        self.heading = Some(heading);
        self
    }

    /// The heading of the summary of errors, shown if any field has one.
    #[must_use]
    pub fn summary(mut self, title: String) -> Self {
        self.summary = title;
        self
    }

    /// One more field.
    #[must_use]
    pub fn field(mut self, field: Field) -> Self {
        self.fields.push(field);
        self
    }

    /// A way back beside the button: a path and its words.
    #[must_use]
    pub fn back(mut self, path: impl Into<String>, text: String) -> Self {
        self.back = Some((path.into(), text));
        self
    }

    fn errors(&self) -> Option<ErrorSummary> {
        let wrong = |field: &Field| Some((field.name.clone(), field.error.clone()?));
        let items: Vec<_> = self.fields.iter().filter_map(wrong).collect();
        (!items.is_empty()).then(|| ErrorSummary { title: self.summary.clone(), items })
    }

    fn is_upload(&self) -> bool {
        self.fields.iter().any(|field| matches!(field.kind, Kind::File(_)))
    }
}

/// A form that is sent with GET: what a list is narrowed to. Nothing personal belongs here, since it stands in the address.
#[derive(Clone, PartialEq, Eq, Debug, Template)]
#[template(path = "console/parts/filters.html")]
pub struct Filters {
    /// The page itself.
    pub path: String,
    /// The fields.
    pub fields: Vec<Field>,
    /// The button's words.
    pub submit: String,
    /// Words of the way back to everything; `None` if nothing is narrowed.
    pub reset: Option<String>,
}
