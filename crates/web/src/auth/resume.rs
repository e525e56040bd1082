//! A form that came after its session was over: kept sealed in the sign-in page, and given back to the same person.

use axum::Form;
use axum::body::Body;
use axum::extract::FromRequest as _;
use axum::http::{Request, header};
use heyan_domain::terms::AccountId;
use heyan_domain::time::MINUTE_MS;
use serde::{Deserialize, Serialize};

use super::sealed::{open, seal};
use crate::app::App;

const PLACE: &[u8] = b"resume";
/// How long somebody may take to sign in again.
const LIFE_MS: i64 = 30 * MINUTE_MS;
/// The form's own type.
pub(super) const FORM: &str = "application/x-www-form-urlencoded";

/// A form that was sent: where to, and what was in it.
#[derive(Serialize, Deserialize)]
pub(super) struct Kept {
    /// Whose session it was sent in; nobody else gets to see it.
    pub account: AccountId,
    /// Where it was sent.
    pub path: String,
    /// Its fields, in order, without the token of the session that is over.
    pub fields: Vec<(String, String)>,
}

impl Kept {
    /// As text for a hidden field.
    pub fn seal(&self, app: &App) -> Option<String> {
        seal(app, PLACE, self, LIFE_MS)
    }

    /// From the text of the hidden field, for the person who has signed in.
    pub fn open(app: &App, text: &str, account: AccountId) -> Option<Self> {
        open(app, PLACE, text).filter(|kept: &Self| kept.account == account)
    }
}

/// The fields of a form.
pub(super) async fn fields(body: Vec<u8>) -> Option<Vec<(String, String)>> {
    let request = Request::post("/").header(header::CONTENT_TYPE, FORM).body(Body::from(body)).ok()?;
    let Form(fields) = Form::<Vec<(String, String)>>::from_request(request, &()).await.ok()?;
    Some(fields)
}
