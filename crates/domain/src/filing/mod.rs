//! 备案申请: one request by one provider, of one kind, for one entity in one province.

mod case;
mod correct;
mod create;
pub mod draft;
pub mod initial_review;
mod parties;
mod preview;
pub mod raw;
mod remedies;
mod report;
mod returned;
mod row;
mod withdraw;

pub use correct::correct;
pub use create::create;
pub use preview::{Preview, preview};
pub use remedies::{FollowUp, follow_up, remedies};
pub use report::{report, reverify};
pub use returned::{fail_round, finish_return};
pub use row::{
    Body, Failure, Filing, FilingState, Numbers, PartyBody, ReturnReason, RoundBody, RoundWarning,
};
pub use withdraw::withdraw;

pub(crate) use case::{Subject, entity_on_record, service_on_record};
pub(crate) use row::complete_verification;
pub(crate) use withdraw::check_version;
