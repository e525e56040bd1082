//! P8: help, and the privacy notice (SEC-13).

use heyan_domain::privacy::{Kept, PERIODS, Retention};

use super::form::RuleHints;
use super::shell::{Page, Shell, Tab, finish};
use super::{NOT_MINE_PATH, RenderError, WHO_PATH};
use crate::texts::Texts;

/// Help (P8): the figures in it are the rule's, so that none is written twice.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct HelpPage {
    /// Senders, and where the number on the back of a document counts.
    pub hints: RuleHints,
    /// The rule's `expected_arrival`, least and most minutes.
    pub expected_minutes: (u32, u32),
    /// Hours that a code is valid.
    pub validity_hours: u32,
    /// Wrong answers until a verification fails.
    pub attempts_limit: u32,
    /// Resends by hand.
    pub resends_limit: u32,
    /// Whether the system resends at noon of the next day (RES-06).
    pub noon_resend: bool,
}

/// A heading, what stands under it, and a link that goes on from there.
struct Section {
    id: &'static str,
    title: String,
    points: Vec<String>,
    link: Option<(&'static str, String)>,
}

#[derive(askama::Template)]
#[template(path = "portal/help.html")]
struct HelpView<'a> {
    shell: Shell<'a>,
    intro: String,
    sections: Vec<Section>,
}

impl HelpPage {
    fn no_message(&self, t: &Texts) -> Vec<String> {
        let (from, to) = self.expected_minutes;
        let minutes = [("from", from.to_string()), ("to", to.to_string())];
        let minutes: Vec<(&str, &str)> =
            minutes.iter().map(|(name, value)| (*name, value.as_str())).collect();
        let mut points = vec![
            t.with("help-none-reported", &minutes),
            t.one("help-none-sender", "senders", self.hints.senders.join(&t.get("list-or"))),
            t.one("help-none-resend", "limit", self.resends_limit),
        ];
        points.extend(self.noon_resend.then(|| t.get("help-none-noon")));
        points.push(t.get("help-none-number"));
        points
    }

    fn sections(&self, t: &Texts) -> Vec<Section> {
        let (hours, attempts) = (self.validity_hours.to_string(), self.attempts_limit.to_string());
        let section = |id, title: &str, points| Section { id, title: title.to_owned(), points, link: None };
        let mut id_points = vec![t.get("help-id-which")];
        id_points.extend(self.hints.document_help(t));
        vec![
            Section {
                link: Some((WHO_PATH, t.get("nav-who"))),
                ..section(
                    "who",
                    &t.get("help-who"),
                    vec![t.get("help-who-same"), t.get("help-who-first"), t.get("help-who-text")],
                )
            },
            Section {
                link: Some(("/resend", t.get("verify-other-link"))),
                ..section("message", &t.get("help-none"), self.no_message(t))
            },
            section(
                "phone",
                &t.get("help-phone"),
                vec![
                    t.get("help-phone-first"),
                    t.get("help-phone-access"),
                    t.get("help-phone-shell"),
                    t.get("help-phone-cancel"),
                ],
            ),
            section("document", &t.get("help-id"), id_points),
            section(
                "deadline",
                &t.get("help-fail"),
                vec![
                    t.with("help-fail-clock", &[("hours", &hours), ("attempts", &attempts)]),
                    t.get("help-fail-returned"),
                ],
            ),
            Section {
                link: Some((NOT_MINE_PATH, t.get("not-mine-title"))),
                ..section(
                    "not-mine",
                    &t.get("help-not-mine"),
                    vec![t.get("help-not-mine-text"), t.get("help-not-mine-stop")],
                )
            },
        ]
    }

    /// The page as HTML.
    pub fn render(&self, page: &Page) -> Result<String, RenderError> {
        let t = Texts::of(page.language);
        finish(&HelpView {
            shell: Shell::new(page, Tab::Help, t.get("help-title")),
            intro: t.get("help-intro"),
            sections: self.sections(t),
        })
    }
}

/// The privacy notice (SEC-13): what is used, how it is protected, what the browser keeps.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct PrivacyPage {
    /// For how long the personal data of a filing is kept after its end.
    pub retention: Retention,
}

impl PrivacyPage {
    /// The page as HTML.
    pub fn render(&self, page: &Page) -> Result<String, RenderError> {
        let t = Texts::of(page.language);
        let period = |kept: &Kept| {
            let [what, purpose, ground] = t.kept(kept);
            let period = t.kept_for(kept, self.retention);
            let values = [("what", &what), ("for", &purpose), ("period", &period), ("ground", &ground)];
            t.with("kept-row", &values.map(|(name, value)| (name, value.as_str())))
        };
        let section = |id, title: String, points| Section { id, title, points, link: None };
        let sections = vec![
            section(
                "what",
                t.get("privacy-what"),
                vec![t.get("privacy-what-typed"), t.get("privacy-what-filed"), t.get("privacy-what-network")],
            ),
            section(
                "protection",
                t.get("privacy-protect"),
                vec![
                    t.get("privacy-protect-stored"),
                    t.get("privacy-protect-shown"),
                    t.get("privacy-protect-others"),
                ],
            ),
            section("seen-by", t.get("privacy-who"), vec![t.get("privacy-who-text")]),
            section("kept", t.get("privacy-kept"), PERIODS.iter().map(period).collect()),
            section(
                "browser",
                t.get("privacy-cookies"),
                vec![t.get("privacy-cookie-answer"), t.get("privacy-cookie-view")],
            ),
            section("rights", t.get("privacy-rights"), vec![t.get("privacy-rights-text")]),
        ];
        finish(&HelpView {
            shell: Shell::new(page, Tab::None, t.get("privacy-title")),
            intro: t.get("privacy-intro"),
            sections,
        })
    }
}
