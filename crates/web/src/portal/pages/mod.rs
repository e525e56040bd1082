//! What each page of the portal shows, as plain values, and how it becomes HTML.
//!
//! A page is a struct of what is true (texts of the rulebook, times, masked phones) with
//! `render(&self, page: &Page)`. Nothing here decides an outcome, does I/O or knows HTTP. The words that frame the
//! values come from [`crate::texts`]; the templates are under `templates/portal/`.

use std::sync::LazyLock;

use sha2::{Digest as _, Sha256};

use crate::people::hex;

mod api;
mod contact;
mod document;
mod form;
mod help;
mod not_mine;
mod problem;
mod progress;
mod resend;
mod resend_result;
mod sandbox;
mod shell;
mod verify;
mod verify_result;
mod who;

#[cfg(test)]
mod samples;
#[cfg(test)]
mod tests;

pub use api::ApiPage;
pub use contact::ProviderContact;
pub use document::DocumentPage;
pub use form::{Captcha, FieldProblem, FormAlert, RuleHints, WrongTier};
pub use help::{HelpPage, PrivacyPage};
pub use not_mine::{NotMineDone, NotMineForm};
pub use problem::{Problem, ProblemPage};
pub use progress::{DueDay, ProgressPage, Promise, Stage, StoppedReason};
pub use resend::ResendForm;
pub use resend_result::{
    LimitedCode, NoonResend, ResendLimit, ResendNothing, ResendOk, ResendTooSoon, ResentMessage,
};
pub use sandbox::{
    HomePage, InboxMessage, InboxPage, MessageState, ReceivedMessage, ReceivedPage, SANDBOX_FILING,
};
pub use shell::{Display, Page};
pub use verify::VerifyForm;
pub use verify_result::{
    AllComplete, AlreadyDone, Failed, FailedReason, FilingBrief, OtherState, OtherVerifier, Partial, Remedy,
    ReturnTime,
};
pub use who::{Choice, SpecialCase, WhoPage, WhoRow, who_rows};

/// Where help is (P8).
pub const HELP_PATH: &str = "/help";

/// Where "who has to verify" is rendered from the rulebook (P8).
pub const WHO_PATH: &str = "/help/who";

/// Where somebody says that a message was not for them (PRO-07).
pub const NOT_MINE_PATH: &str = "/not-mine";

/// What that came to.
pub const NOT_MINE_DONE_PATH: &str = "/not-mine/result";

/// Where the privacy notice is (SEC-13).
pub const PRIVACY_PATH: &str = "/privacy";

/// The one style sheet of the portal, to be served at [`STYLESHEET_PATH`] as `text/css; charset=utf-8`.
pub const STYLESHEET: &str = include_str!("../../../assets/portal.css");

/// Where every page looks for [`STYLESHEET`].
pub const STYLESHEET_PATH: &str = "/assets/portal.css";

/// The script of the captcha's proof of work, page and worker in one, to be served at [`captcha_script_path`] as
/// `text/javascript; charset=utf-8`. No page needs it.
pub const CAPTCHA_SCRIPT: &str = include_str!("../../../assets/captcha.js");

/// Where forms look for [`CAPTCHA_SCRIPT`]: its name holds the beginning of its SHA-256, so that a name never means two
/// scripts.
pub fn captcha_script_path() -> &'static str {
    static PATH: LazyLock<String> = LazyLock::new(|| {
        let hash = Sha256::digest(CAPTCHA_SCRIPT);
        format!("/assets/captcha-{}.js", hex(hash.get(..8).unwrap_or_default()))
    });
    &PATH
}

/// A page could not be written. Nothing that a person typed causes it.
#[derive(Debug, thiserror::Error)]
#[error("the page could not be rendered")]
pub struct RenderError(#[from] askama::Error);
