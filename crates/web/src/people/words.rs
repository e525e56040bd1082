//! The words of an outcome, from the rule that decided it (VER-20).

use std::sync::Arc;

use heyan_domain::Timestamp;
use heyan_domain::rulebook::{MismatchOutcome, RuleSet};
use heyan_domain::rules::RuleSetNo;
use heyan_domain::terms::{ProviderId, Province};
use heyan_domain::verification::{ResendAnswer, VerifyAnswer};

use crate::app::App;
use crate::texts::Language;

/// The texts of one rule set in one language.
pub(crate) struct Words {
    rule: Arc<RuleSet>,
    language: Language,
}

impl Words {
    /// The rule that a round was pinned to; the base's, where no filing may be named.
    pub fn of(app: &App, ruleset: Option<RuleSetNo>, language: Language) -> Self {
        let pinned = ruleset.and_then(|number| app.rules.pinned(number));
        let rule = match pinned {
            Some(rule) => rule,
            None => base(app),
        };
        Self { rule, language }
    }

    /// The rule.
    pub fn rule(&self) -> &RuleSet {
        &self.rule
    }

    /// A text by its key.
    pub fn text(&self, key: &str) -> String {
        self.rule.text(self.language.tag(), key).unwrap_or_default().to_owned()
    }

    /// A text with a time in it.
    pub fn text_at(&self, key: &str, at: Timestamp) -> String {
        // Up to the next whole minute, so that whoever comes at that time is not too early.
        self.text(key).replace("{HH:MM}", &at.plus_ms(59_999).beijing_hh_mm())
    }

    /// What 短信核验 is answered.
    pub fn verified(&self, answer: &VerifyAnswer) -> String {
        match answer {
            VerifyAnswer::TooMany(until) => self.text_at("rate_limited", *until),
            VerifyAnswer::AllComplete(_) => self.text("all_complete"),
            VerifyAnswer::WaitOthers(_) => self.text("wait_others"),
            VerifyAnswer::AlreadyDone(_) => self.text("already_done"),
            VerifyAnswer::Superseded(_) => self.text("superseded"),
            VerifyAnswer::Mismatch { outcome: MismatchOutcome::WrongInfo, .. } => self.text("wrong_info"),
            VerifyAnswer::FailedFinal(_) => self.text("failed_final"),
            VerifyAnswer::Mismatch { outcome: MismatchOutcome::NotFound, .. } | VerifyAnswer::NotFound => {
                self.text("not_found")
            }
        }
    }

    /// What 短信重发 is answered.
    pub fn resent(&self, answer: &ResendAnswer) -> String {
        match answer {
            ResendAnswer::TooMany(until) => self.text_at("rate_limited", *until),
            ResendAnswer::Sent => self.text("resend_ok"),
            ResendAnswer::TooSoon(at) => self.text_at("resend_too_soon", *at),
            ResendAnswer::Limit => self.text("resend_limit"),
            ResendAnswer::NothingPending => self.text("resend_none"),
            ResendAnswer::NotFound => self.text("not_found"),
        }
    }
}

/// The set for people of whom nothing is known: that of a provider without a profile, now.
fn base(app: &App) -> Arc<RuleSet> {
    app.rules.current().resolve(Province::Beijing, &ProviderId::nobody(), app.clock.now())
}
