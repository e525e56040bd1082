//! 一人一次短信核验: one phone's duty within one round.

mod answer;
mod carrier;
mod clocks;
mod disown;
mod issue;
mod messages;
mod resend;
mod row;
mod text;
mod verify;

pub use answer::{Hint, ResendAnswer, ResendAnswered, VerifyAnswer};
pub use carrier::{Attempt, LOST, NOT_NEEDED, Orphan, Receipt, Transport, transport};
pub use clocks::due;
pub use disown::{DisownAnswer, disown};
pub(crate) use issue::pinned_rule;
pub use issue::{issue_code, open_verification};
pub use messages::{delivered, send_failed, submitted};
pub use resend::resend;
pub use row::{
    CancelledBy, MAX_MESSAGES, Message, MessageState, Outgoing, Standing, Verification, VerificationState,
};
pub use text::{MessageKind, filing_label, message_text};
pub use verify::verify;
