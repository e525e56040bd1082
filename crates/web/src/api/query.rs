//! Query parameters: known names, each at most once.

use std::collections::BTreeMap;
use std::str::FromStr;

use axum::extract::Query as Pairs;
use axum::http::Uri;
use heyan_domain::Timestamp;
use heyan_domain::filing::raw::{FieldError, Problem as Wrong};
use heyan_domain::terms::{FilingKind, ParseTermError, Province};

use super::code::ErrorCode;
use super::problem::{Problem, Sentence};

/// The parameters of one request.
pub(super) struct Query(BTreeMap<String, String>);

impl Query {
    /// Reads them; one that is not among the known names is refused, and so is one given twice.
    pub fn read(uri: &Uri, known: &[&str]) -> Result<Self, Problem> {
        let unreadable = || Problem::new(ErrorCode::Cursor, Sentence::new("query"));
        let Pairs(pairs) = Pairs::<Vec<(String, String)>>::try_from_uri(uri).map_err(|_| unreadable())?;
        let mut values = BTreeMap::new();
        for (name, value) in pairs {
            let pointer = format!("/{name}");
            if !known.contains(&name.as_str()) {
                let sentence = Sentence::new("unknown-parameter").with("known", known.join(", "));
                return Err(Problem::member(ErrorCode::UnknownMember, pointer, sentence));
            }
            if values.insert(name, value).is_some() {
                return Err(Problem::member(ErrorCode::Cursor, pointer, Sentence::new("twice")));
            }
        }
        // `?state=` says as little as leaving it out.
        values.retain(|_, value| !value.is_empty());
        Ok(Self(values))
    }

    pub fn text(&self, name: &str) -> Option<&str> {
        self.0.get(name).map(String::as_str)
    }

    fn wrong(name: &str, problem: Wrong) -> Problem {
        Problem::members(&[FieldError::at(format!("/{name}"), problem)])
    }

    /// One of the words of a term.
    pub fn word<T: FromStr<Err = ParseTermError>>(&self, name: &str) -> Result<Option<T>, Problem> {
        let Some(text) = self.text(name) else { return Ok(None) };
        text.parse().map(Some).map_err(|error: ParseTermError| Self::wrong(name, Wrong::Word(error.expected)))
    }

    /// `kind`, by its name on the wire or in Chinese.
    pub fn kind(&self) -> Result<Option<FilingKind>, Problem> {
        let Some(text) = self.text("kind") else { return Ok(None) };
        text.parse().map(Some).map_err(|_| Self::wrong("kind", Wrong::Kind))
    }

    /// `province`, by its short Chinese name.
    pub fn province(&self) -> Result<Option<Province>, Problem> {
        let Some(text) = self.text("province") else { return Ok(None) };
        text.parse().map(Some).map_err(|_| Self::wrong("province", Wrong::Province))
    }

    /// One of a few words.
    pub fn one_of(&self, name: &str, words: &'static [&'static str]) -> Result<Option<&str>, Problem> {
        match self.text(name) {
            Some(text) if !words.contains(&text) => Err(Self::wrong(name, Wrong::Word(words))),
            found => Ok(found),
        }
    }

    /// `true` or `false`.
    pub fn flag(&self, name: &str, default: bool) -> Result<bool, Problem> {
        Ok(self.one_of(name, &["true", "false"])?.map_or(default, |text| text == "true"))
    }

    /// A time in RFC 3339. A plus that was not percent-encoded arrives as a blank and is taken for what it was.
    pub fn time(&self, name: &str) -> Result<Option<Timestamp>, Problem> {
        let Some(text) = self.text(name) else { return Ok(None) };
        let at = Timestamp::parse_rfc3339(&text.replace(' ', "+"));
        let wrong = || Problem::member(ErrorCode::Value, format!("/{name}"), Sentence::new("time"));
        at.map(Some).ok_or_else(wrong)
    }

    /// A number within bounds.
    pub fn number(&self, name: &str, least: usize, most: usize) -> Result<Option<usize>, Problem> {
        let Some(text) = self.text(name) else { return Ok(None) };
        let number = text.parse().ok().filter(|number| (least..=most).contains(number));
        let sentence = || Sentence::new("number").with("least", least).with("most", most);
        number.map(Some).ok_or_else(|| Problem::member(ErrorCode::Cursor, format!("/{name}"), sentence()))
    }

    /// A place in a list, as given out before.
    pub fn cursor<T>(&self, name: &str, read: impl FnOnce(&str) -> Option<T>) -> Result<Option<T>, Problem> {
        let Some(text) = self.text(name) else { return Ok(None) };
        let wrong = || Problem::member(ErrorCode::Cursor, format!("/{name}"), Sentence::new("cursor"));
        read(text).map(Some).ok_or_else(wrong)
    }
}
