//! A filing in the 初审 of its provider.

use crate::Timestamp;
use crate::audit::Staff;
use crate::filing::ReturnReason;
use crate::terms::FilingId;

/// Who has taken a filing, and until when.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct InitialClaim {
    /// Who.
    pub by: Staff,
    /// Until when.
    pub until: Timestamp,
}

/// 初审通过; the filing waits to be reported.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Passed {
    /// Who has passed it.
    pub by: Staff,
    /// When.
    pub at: Timestamp,
}

/// See the module. The row is there as long as the filing's state is `initial_review`.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct InitialReview {
    /// Which.
    pub filing: FilingId,
    /// Who has submitted it.
    pub submitted_by: Staff,
    /// When.
    pub submitted_at: Timestamp,
    /// Why and when the filing had been returned, if it was submitted after a return: sent back, it is again.
    pub returned: Option<(ReturnReason, Timestamp)>,
    /// Who has taken it.
    pub claim: Option<InitialClaim>,
    /// Once it has passed.
    pub passed: Option<Passed>,
}

impl InitialReview {
    /// The claim, while it holds.
    pub fn held(&self, now: Timestamp) -> Option<&InitialClaim> {
        self.claim.as_ref().filter(|claim| now < claim.until)
    }
}
