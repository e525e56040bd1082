//! `/pquery/smsValidate/*`: what the ministry portal's own page speaks (3-interfaces.md 3.1). A page or client made for
//! it works here unchanged.

mod answer;
mod resend;
mod verify;

use std::sync::Arc;

use axum::Router;
use axum::routing::post;

use crate::app::App;

/// The largest body that is read; the real ones have a hundred bytes.
const MAX_BODY_BYTES: usize = 16 * 1024;

pub(crate) fn router() -> Router<Arc<App>> {
    Router::new()
        .route("/pquery/smsValidate/validateByCondition", post(verify::handle))
        .route("/pquery/smsValidate/resendSMSByCondition", post(resend::handle))
}
