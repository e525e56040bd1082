//! How long personal data is kept, and how it goes (SEC-13).

mod erase;
mod periods;

pub use erase::{ErasureCause, erase};
pub use periods::{
    ENTERPRISE_FILES_KEPT_MS, Kept, PERIODS, Period, RECEIPTS_KEPT_MS, REPLIES_KEPT_MS, Retention,
    UNMASKINGS_KEPT_MS,
};
