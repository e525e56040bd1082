//! `POST /v1/reviews/{filing}/reject {"reason":"…"}`: 审核不通过, with the reason that the provider reads; needs `If-Match`.

use heyan_domain::decide::{Action, Expected};
use heyan_domain::filing::raw::{FieldError, MAX_REMARK_CHARS, Problem as Wrong};
use serde::Deserialize;

use super::handed_over;
use crate::api::act::Look;
use crate::api::incoming::Incoming;
use crate::api::problem::Problem;
use crate::api::reply::Answer;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Rejection {
    reason: String,
}

fn reason(text: &str) -> Result<String, Problem> {
    let trimmed = text.trim();
    let wrong = if trimmed.is_empty() {
        Wrong::Empty
    } else if trimmed.chars().count() > MAX_REMARK_CHARS {
        Wrong::TooLong(MAX_REMARK_CHARS)
    } else if trimmed.chars().any(|c| c.is_control() && !matches!(c, '\n' | '\r' | '\t')) {
        Wrong::Characters
    } else {
        return Ok(trimmed.to_owned());
    };
    Err(Problem::members(&[FieldError::at("/reason", wrong)]))
}

pub(super) async fn handle(mut incoming: Incoming) -> Answer {
    let province = incoming.administration()?;
    let key = incoming.idempotency_key()?;
    let filing = handed_over(&incoming, province).await?;
    let expected = incoming.expected(filing.version);
    if expected == Expected::Unsaid {
        return Err(Problem::version_unsaid());
    }
    incoming.query(&[])?;
    let (rejection, bytes) = incoming.json::<Rejection>().await?;
    let reason = reason(&rejection.reason)?;
    let route = format!("POST /v1/reviews/{}/reject", filing.id);
    let reviewer = incoming.caller_name();
    let action = Action::Reject { province, reviewer, filing: filing.id, expected, reason };
    incoming.act_once(&route, &key, &bytes, action, Look::Review(province)).await
}
