//! The statements about 初审: what a provider's people do before a filing is reported.

use heyan_domain::audit::Staff;
use heyan_domain::decide::Action;
use heyan_domain::filing::initial_review::{FieldReason, HandOn, InitialReviewAction};
use heyan_domain::terms::AccountId;

use crate::act::expected_version;
use crate::runner::{World, provider};
use crate::words::Words;

/// Somebody by name; the same name is the same account.
fn staff(name: &str) -> Staff {
    let number = name.bytes().fold(7_i64, |sum, byte| (sum * 31 + i64::from(byte)) % 1_000_003);
    Staff { account: AccountId::from_number(number + 1), name: name.to_owned() }
}

impl World<'_> {
    /// `rule skipped|required|second_person`: what the provider chooses.
    pub(crate) fn set_initial_review(&mut self, words: &mut Words) -> Result<String, String> {
        let text = words.required("the rule")?;
        let rule = text.parse().map_err(|_| format!("{text} is no rule"))?;
        let provider = self.acting(words)?;
        let action = InitialReviewAction::SetRule { by: staff("admin"), provider, rule };
        let outcome = self.engine.execute(Action::InitialReview(Box::new(action)).into());
        self.other(&outcome)
    }

    /// `submit F1`, `hand-over F1` (to the administration), `take F1` (claim), `pass F1 [report]`,
    /// `send-back F1 /entity/name=…`; `by=alice` or `by=another/alice` says who.
    pub(crate) fn by_staff(&mut self, verb: &str, words: &mut Words) -> Result<String, String> {
        let filed = self.filed(&words.required("the filing's name")?)?;
        let (filing, own) = (filed.id, filed.provider.clone());
        let by = words.option("by").unwrap_or_else(|| "alice".to_owned());
        let (provider, by) = match by.split_once('/') {
            Some((name, by)) => (provider(name)?, staff(by)),
            None => (own, staff(&by)),
        };
        let expected = expected_version(words)?;
        let action = match verb {
            "submit" => {
                InitialReviewAction::HandOn { by, provider, filing, expected, to: HandOn::InitialReview }
            }
            "hand-over" => InitialReviewAction::HandOn { by, provider, filing, expected, to: HandOn::Report },
            "take" => InitialReviewAction::Claim { by, provider, filing },
            "pass" => {
                let report = words.flag("report");
                InitialReviewAction::Pass { by, provider, filing, expected, report }
            }
            _ => {
                let reasons = words.rest().iter().map(|text| reason(text)).collect();
                InitialReviewAction::SendBack { by, provider, filing, expected, reasons }
            }
        };
        let outcome = self.engine.execute(Action::InitialReview(Box::new(action)).into());
        self.other(&outcome)
    }
}

/// `/entity/name=What to correct`.
fn reason(text: &str) -> FieldReason {
    let (pointer, text) = text.split_once('=').unwrap_or((text, ""));
    FieldReason { pointer: pointer.to_owned(), text: text.to_owned() }
}
