//! Every word that pages say, in Fluent files by language.
//!
//! The outcome texts of a verification (VER-20) and of messages are not here: the rulebook has them, since a rule set
//! may word them differently. What is here frames them. Templates and code name a text by its key only, so that a
//! second language is a second folder with the same keys.

use std::collections::BTreeMap;
use std::fmt::Display;
use std::sync::LazyLock;

use fluent_bundle::concurrent::FluentBundle;
use fluent_bundle::{FluentArgs, FluentResource};
use heyan_domain::Timestamp;
use heyan_domain::time::{HOUR_MS, MINUTE_MS};

mod kept;
mod language;
mod terms;
#[cfg(test)]
pub(crate) mod tests;

pub use language::Language;

impl Language {
    /// The sources of the pages' texts.
    const fn sources(self) -> &'static [&'static str] {
        macro_rules! sources {
            ($language:literal) => {
                &[
                    include_str!(concat!("../../locales/", $language, "/common.ftl")),
                    include_str!(concat!("../../locales/", $language, "/terms.ftl")),
                    include_str!(concat!("../../locales/", $language, "/form.ftl")),
                    include_str!(concat!("../../locales/", $language, "/captcha.ftl")),
                    include_str!(concat!("../../locales/", $language, "/result.ftl")),
                    include_str!(concat!("../../locales/", $language, "/progress.ftl")),
                    include_str!(concat!("../../locales/", $language, "/help.ftl")),
                    include_str!(concat!("../../locales/", $language, "/not-mine.ftl")),
                    include_str!(concat!("../../locales/", $language, "/privacy.ftl")),
                    include_str!(concat!("../../locales/", $language, "/kept.ftl")),
                    include_str!(concat!("../../locales/", $language, "/notice.ftl")),
                    include_str!(concat!("../../locales/", $language, "/problem.ftl")),
                    include_str!(concat!("../../locales/", $language, "/sandbox.ftl")),
                ]
            };
        }
        match self {
            Self::ZhCn => sources!("zh-CN"),
            Self::En => sources!("en"),
        }
    }

    /// The source of the provider API's titles and details.
    const fn problems(self) -> &'static [&'static str] {
        match self {
            Self::ZhCn => {
                &[include_str!("../../locales/zh-CN/errors.ftl"), include_str!("../../locales/zh-CN/api.ftl")]
            }
            Self::En => {
                &[include_str!("../../locales/en/errors.ftl"), include_str!("../../locales/en/api.ftl")]
            }
        }
    }
}

/// A key that code chooses, as opposed to one that a template writes out. A test checks that each exists.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Key(pub &'static str);

/// The texts of one language.
pub struct Texts {
    bundle: FluentBundle<FluentResource>,
    defects: Vec<String>,
}

static PAGES: LazyLock<BTreeMap<Language, Texts>> = LazyLock::new(|| load(Language::sources));
static PROBLEMS: LazyLock<BTreeMap<Language, Texts>> = LazyLock::new(|| load(Language::problems));

fn load(sources: impl Fn(Language) -> &'static [&'static str]) -> BTreeMap<Language, Texts> {
    let texts = |&language: &Language| (language, Texts::from_sources(language.tag(), sources(language)));
    Language::ALL.iter().map(texts).collect()
}

/// Stands in if a language had no entry; it never does, and a page without words is better than no page.
static NONE: LazyLock<Texts> = LazyLock::new(|| Texts::from_sources("und", &[]));

impl Texts {
    /// The texts of the pages; read once per process.
    pub fn of(language: Language) -> &'static Self {
        PAGES.get(&language).unwrap_or(&NONE)
    }

    /// The titles and details of the provider API's problems; read once per process.
    pub fn of_problems(language: Language) -> &'static Self {
        PROBLEMS.get(&language).unwrap_or(&NONE)
    }

    pub(crate) fn from_sources(tag: &str, sources: &[&str]) -> Self {
        let mut bundle = FluentBundle::new_concurrent(tag.parse().into_iter().collect());
        // Isolation marks guard mixed directions of writing; they would end up in texts that people copy.
        bundle.set_use_isolating(false);
        let mut defects = Vec::new();
        for source in sources {
            let resource = match FluentResource::try_new((*source).to_owned()) {
                Ok(resource) => resource,
                Err((resource, errors)) => {
                    defects.extend(errors.iter().map(ToString::to_string));
                    resource
                }
            };
            if let Err(errors) = bundle.add_resource(resource) {
                defects.extend(errors.iter().map(ToString::to_string));
            }
        }
        Self { bundle, defects }
    }

    /// What kept a text from being loaded; empty, as a test holds.
    pub fn defects(&self) -> &[String] {
        &self.defects
    }

    /// The text of a key. A key that does not exist gives itself; a test keeps that from happening.
    pub fn get(&self, key: &str) -> String {
        self.with(key, &[])
    }

    /// The text of a key that code chose.
    pub fn key(&self, key: Key) -> String {
        self.get(key.0)
    }

    /// The text of a key with one value filled in.
    pub fn one(&self, key: &str, name: &str, value: impl Display) -> String {
        self.with(key, &[(name, &value.to_string())])
    }

    /// The text of a key with values filled in, each by its name.
    pub fn with(&self, key: &str, values: &[(&str, &str)]) -> String {
        let pattern = self.bundle.get_message(key).and_then(|message| message.value());
        let Some(pattern) = pattern else { return key.to_owned() };
        let mut arguments = FluentArgs::with_capacity(values.len());
        for (name, value) in values {
            arguments.set(*name, *value);
        }
        // A value that is missing shows as its name in braces; the tests of the pages look for that.
        let mut errors = Vec::new();
        self.bundle.format_pattern(pattern, Some(&arguments), &mut errors).into_owned()
    }

    /// Date and time in Beijing, as people read them (`2026年11月22日 14:05（北京时间）`, `22 November 2026, 14:05
    /// (Beijing time)`).
    pub fn date_time(&self, at: Timestamp) -> String {
        let time = at.beijing_hh_mm();
        self.with("date-time", &[("date", &self.date(at)), ("time", &time)])
    }

    /// The date in Beijing.
    pub fn date(&self, at: Timestamp) -> String {
        let civil = at.beijing();
        let month = self.month(civil.month());
        let (year, day) = (civil.year().to_string(), civil.day().to_string());
        self.with("date", &[("year", &year), ("month", &month), ("day", &day)])
    }

    /// When to try again: `HH:MM` if that is today, else date and time.
    pub fn time_from(&self, now: Timestamp, at: Timestamp) -> String {
        if now.beijing_date() == at.beijing_date() { at.beijing_hh_mm() } else { self.date_time(at) }
    }

    /// How long until `at`, in hours and minutes, rounded down so that nobody is promised more than there is.
    pub fn time_left(&self, now: Timestamp, at: Timestamp) -> String {
        let left_ms = at.since_ms(now);
        let hours = left_ms.div_euclid(HOUR_MS).to_string();
        let minutes = left_ms.rem_euclid(HOUR_MS).div_euclid(MINUTE_MS).to_string();
        if left_ms < MINUTE_MS {
            self.get("left-under-a-minute")
        } else if left_ms < HOUR_MS {
            self.one("left-minutes", "minutes", minutes)
        } else {
            self.with("left-hours", &[("hours", &hours), ("minutes", &minutes)])
        }
    }
}
