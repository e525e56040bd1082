//! What the two forms have in common: fields, their errors, and the alert on top.

use heyan_domain::Timestamp;

use super::shell::Page;
use crate::captcha;
use crate::texts::{Key, Texts};

/// The captcha of a form. Its absence means that the rule or the sandbox asks for none.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Captcha {
    /// The id that holds the answers; the picture is at `/captcha/{id}.png`, the speech at `/captcha/{id}.wav`. Letters
    /// and digits.
    pub id: String,
    /// The puzzle that a browser may solve instead (免图形验证).
    pub puzzle: String,
}

/// What the hints at the fields take from the rule in force, so that no figure is written twice.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct RuleHints {
    /// Accepted senders, for people to compare (`12381`, `106…12381`).
    pub senders: Vec<String>,
    /// Digits of a code.
    pub code_length: u32,
    /// Names of the provinces in which the number on the back of a Hong Kong or Macao permit counts (WHO-06; S3).
    pub back_number_provinces: Vec<String>,
}

impl RuleHints {
    /// How to read the last six off a document (WHO-06).
    pub(super) fn document_help(&self, t: &Texts) -> Vec<String> {
        let mut help = vec![t.get("id-help-letter"), t.get("id-help-bracket")];
        if !self.back_number_provinces.is_empty() {
            let provinces = self.back_number_provinces.join(&t.get("list-and"));
            help.push(t.one("id-help-back", "provinces", provinces));
        }
        help
    }
}

/// What is wrong with a field. The first one of a field is shown.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum FieldProblem {
    /// No code.
    CodeMissing,
    /// No run of digits of the right length.
    CodeMalformed,
    /// More than one such run.
    CodeAmbiguous,
    /// No phone.
    PhoneMissing,
    /// Not a mainland mobile number.
    PhoneMalformed,
    /// No ID suffix.
    IdMissing,
    /// Not six characters of a document number.
    IdMalformed,
    /// No answer to the captcha.
    CaptchaMissing,
    /// A wrong answer to the captcha.
    CaptchaWrong,
    /// The captcha is too old, used or unknown.
    CaptchaExpired,
}

/// The fields, in the order of the form.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Field {
    Code,
    Phone,
    IdLast6,
    Captcha,
}

impl FieldProblem {
    pub(super) const fn field(self) -> Field {
        match self {
            Self::CodeMissing | Self::CodeMalformed | Self::CodeAmbiguous => Field::Code,
            Self::PhoneMissing | Self::PhoneMalformed => Field::Phone,
            Self::IdMissing | Self::IdMalformed => Field::IdLast6,
            Self::CaptchaMissing | Self::CaptchaWrong | Self::CaptchaExpired => Field::Captcha,
        }
    }

    const fn key(self) -> Key {
        match self {
            Self::CodeMissing => Key("error-code-missing"),
            Self::CodeMalformed => Key("error-code-malformed"),
            Self::CodeAmbiguous => Key("error-code-ambiguous"),
            Self::PhoneMissing => Key("error-phone-missing"),
            Self::PhoneMalformed => Key("error-phone-malformed"),
            Self::IdMissing => Key("error-id-missing"),
            Self::IdMalformed => Key("error-id-malformed"),
            Self::CaptchaMissing => Key("error-captcha-missing"),
            Self::CaptchaWrong => Key("error-captcha-wrong"),
            Self::CaptchaExpired => Key("error-captcha-expired"),
        }
    }
}

/// An answer that leaves the person at the form.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum FormAlert {
    /// An outcome of the rulebook (`wrong_info`, `not_found`) with what may be said besides (VER-09).
    Outcome {
        /// The outcome's text (VER-20).
        text: String,
        /// What is added.
        tier: WrongTier,
    },
    /// Too many requests, or too many messages to this number (RES-07): nothing was done or counted.
    TooMany {
        /// When it is possible again.
        until: Timestamp,
    },
}

/// How helpful an answer may be (VER-09).
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum WrongTier {
    /// Nothing is proven: the fixed checklist, the same for everybody.
    Checklist,
    /// Phone and ID suffix are right, the code is not.
    CodeWrong {
        /// Attempts left.
        attempts_left: u32,
        /// The deadline of the verification.
        deadline_at: Timestamp,
    },
    /// Phone and code are right, the ID suffix is not.
    IdWrong,
    /// The ID suffix is right and the code is an older one; nothing was counted.
    Superseded,
}

/// One input as the template writes it.
pub(super) struct Input<'a> {
    pub id: &'static str,
    pub label: String,
    pub hint: String,
    pub help: Vec<String>,
    pub error: Option<String>,
    pub value: &'a str,
    /// Attributes that are the same whatever is typed.
    pub kind: &'static str,
    pub mode: Option<&'static str>,
    pub autocomplete: &'static str,
    pub wide: bool,
    /// The captcha if this is its field.
    pub challenge: Option<&'a Captcha>,
}

impl Field {
    const fn id(self) -> &'static str {
        match self {
            Self::Code => "code",
            Self::Phone => "phone",
            Self::IdLast6 => "id_last6",
            Self::Captcha => "captcha",
        }
    }
}

/// Builds the inputs of a form.
pub(super) struct Inputs<'a> {
    pub t: &'static Texts,
    pub hints: &'a RuleHints,
    pub problems: &'a [FieldProblem],
}

impl<'a> Inputs<'a> {
    fn error(&self, field: Field) -> Option<String> {
        let problem = self.problems.iter().find(|problem| problem.field() == field)?;
        Some(self.t.one(problem.key().0, "length", self.hints.code_length))
    }

    /// The code. Its value never comes back (5.1).
    pub fn code(&self) -> Input<'a> {
        let senders = self.hints.senders.join(&self.t.get("list-or"));
        let length = self.hints.code_length.to_string();
        Input {
            id: Field::Code.id(),
            label: self.t.get("code-label"),
            hint: self.t.with("code-hint", &[("senders", &senders), ("length", &length)]),
            help: Vec::new(),
            error: self.error(Field::Code),
            value: "",
            kind: "text",
            mode: Some("numeric"),
            autocomplete: "one-time-code",
            wide: false,
            challenge: None,
        }
    }

    /// The phone as typed.
    pub fn phone(&self, value: &'a str) -> Input<'a> {
        Input {
            id: Field::Phone.id(),
            label: self.t.get("phone-label"),
            hint: self.t.get("phone-hint"),
            help: Vec::new(),
            error: self.error(Field::Phone),
            value,
            kind: "tel",
            mode: None,
            autocomplete: "tel-national",
            wide: true,
            challenge: None,
        }
    }

    /// The ID suffix as typed.
    pub fn id_last6(&self, value: &'a str) -> Input<'a> {
        Input {
            id: Field::IdLast6.id(),
            label: self.t.get("id-label"),
            hint: self.t.get("id-hint"),
            help: self.hints.document_help(self.t),
            error: self.error(Field::IdLast6),
            value,
            kind: "text",
            mode: None,
            autocomplete: "off",
            wide: false,
            challenge: None,
        }
    }

    /// The captcha. Its answer never comes back (5.1).
    pub fn captcha(&self, captcha: &'a Captcha) -> Input<'a> {
        Input {
            id: Field::Captcha.id(),
            label: self.t.get("captcha-label"),
            hint: self.t.one("captcha-hint", "length", captcha::LENGTH),
            help: Vec::new(),
            error: self.error(Field::Captcha),
            value: "",
            kind: "text",
            mode: None,
            autocomplete: "off",
            wide: false,
            challenge: Some(captcha),
        }
    }
}

/// The alert on top of a form, in words.
pub(super) struct AlertView {
    pub title: String,
    pub body: Option<String>,
    pub list_title: Option<String>,
    /// What to check, one after the other.
    pub list: Vec<String>,
}

impl AlertView {
    /// Puts an alert into words; `checks` are the points of the fixed checklist.
    pub fn new(alert: &FormAlert, page: &Page, checks: Vec<String>) -> Self {
        let t = Texts::of(page.language);
        let plain = |title: String, body: String| Self {
            title,
            body: Some(body),
            list_title: None,
            list: Vec::new(),
        };
        match alert {
            FormAlert::Outcome { text, tier } => match tier {
                WrongTier::Checklist => Self {
                    title: text.clone(),
                    body: None,
                    list_title: Some(t.get("check-title")),
                    list: checks,
                },
                WrongTier::CodeWrong { attempts_left, deadline_at } => {
                    let left = attempts_left.to_string();
                    let values = [("left", left.as_str()), ("deadline", &t.date_time(*deadline_at))];
                    plain(text.clone(), t.get("wrong-code") + &t.with("wrong-code-left", &values))
                }
                WrongTier::IdWrong => plain(text.clone(), t.get("wrong-id")),
                WrongTier::Superseded => plain(text.clone(), t.get("wrong-superseded")),
            },
            FormAlert::TooMany { until } => {
                plain(t.one("too-many", "time", t.time_from(page.now, *until)), t.get("too-many-detail"))
            }
        }
    }
}

/// A form as the template writes it: 短信核验 and 短信重发 differ only in what is in here.
#[derive(askama::Template)]
#[template(path = "portal/form.html")]
pub(super) struct FormView<'a> {
    pub shell: super::shell::Shell<'a>,
    pub action: &'static str,
    pub token: &'a str,
    pub intro: String,
    pub alert: Option<AlertView>,
    pub notices: &'a [String],
    pub inputs: Vec<Input<'a>>,
    pub captcha: Option<&'a Captcha>,
    pub other_way: String,
    pub other_link: String,
    pub other_path: &'static str,
    /// Where help with this form is, and what it is called.
    pub help: Vec<(&'static str, String)>,
}

impl FormView<'_> {
    /// The fields that have an error, in the order of the form.
    fn faulty(&self) -> impl Iterator<Item = (&'static str, &str)> {
        self.inputs.iter().filter_map(|input| Some((input.id, input.error.as_deref()?)))
    }

    fn has_errors(&self) -> bool {
        self.faulty().next().is_some()
    }
}
