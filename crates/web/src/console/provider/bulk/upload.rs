//! `POST /console/provider/bulk/upload`: a file is checked whole, and becomes a job.
//!
//! A file that cannot be read at all is refused on the page of the form. One with faulty rows becomes a job too, but one
//! that files nothing: what is wrong with it can be paged through and taken away.

use std::sync::Arc;

use axum::body::Bytes;
use axum::extract::multipart::MultipartRejection;
use axum::extract::{Multipart, State};
use axum::response::{IntoResponse as _, Response};
use heyan_domain::bulk::BulkAction;
use heyan_domain::decide::{Action, Command, Outcome};
use heyan_domain::terms::BulkId;

use super::super::{UPLOAD, wrong};
use super::{list, path};
use crate::api::{file_problem, request_once};
use crate::app::App;
use crate::auth::{OfProvider, Staff};
use crate::bulk::{MAX_FILE_BYTES, Unusable, read_beside};
use crate::console::{Flash, Problem, see_other, texts};

/// Key and file of the form; `None` if it is another form.
async fn fields(mut form: Multipart) -> Option<(String, Bytes)> {
    let (mut key, mut file) = (None, None);
    while let Some(field) = form.next_field().await.ok()? {
        match field.name() {
            Some("key") => key = Some(field.text().await.ok()?),
            Some("file") => file = Some(field.bytes().await.ok()?),
            Some(_) | None => {}
        }
    }
    Some((key.filter(|key| !key.is_empty())?, file?))
}

fn told(staff: &Staff, problem: &crate::api::Problem) -> Option<String> {
    problem.told_with_codes(staff.visitor.language).into_iter().next().map(|told| told.text)
}

pub(in crate::console::provider) async fn upload(
    State(app): State<Arc<App>>,
    OfProvider(staff, provider): OfProvider,
    form: Result<Multipart, MultipartRejection>,
) -> Response {
    let Ok(form) = form else { return Problem::Unreadable.into_response() };
    let Some((key, bytes)) = fields(form).await else { return Problem::Unreadable.into_response() };
    if bytes.is_empty() {
        let wrong = texts(staff.visitor.language).get("bulk-no-file");
        return list::page(&app, &staff, provider, None, Some(wrong)).await;
    }
    if bytes.len() > MAX_FILE_BYTES {
        return Problem::TooLarge.into_response();
    }
    // Sent twice, it is one job: its id is made of the form's key.
    let request = request_once(&staff.account.to_string(), UPLOAD, &key, &bytes);
    let id = BulkId::of_request(&request.key.0);
    let (action, done) = match read_beside(bytes).await {
        Ok(file) => {
            let file = file.handed_in_by(staff.named());
            (BulkAction::Begin { id, provider: provider.clone(), file }, true)
        }
        Err(Unusable::Rows { total, faulty, rows }) => {
            (BulkAction::Refuse { id, provider: provider.clone(), total, faulty, rows }, false)
        }
        Err(Unusable::File(fault)) => {
            let wrong = told(&staff, &file_problem(&fault));
            return list::page(&app, &staff, provider, None, wrong).await;
        }
    };
    let command = Command { action: Action::Bulk(Box::new(action)), request: Some(request) };
    match app.engine.execute(command).await {
        Ok(Outcome::Bulk(_) | Outcome::Replayed(_)) if done => {
            Flash::success("bulk-taken-in").see_other(&app, &path(id))
        }
        Ok(Outcome::Bulk(_) | Outcome::Replayed(_)) => see_other(&path(id)),
        Ok(Outcome::Refused(refusal)) => {
            let t = texts(staff.visitor.language);
            let wrong = wrong::in_a_line(t, &refusal, app.clock.now());
            list::page(&app, &staff, provider, None, Some(wrong)).await
        }
        Ok(_) | Err(_) => Problem::System.into_response(),
    }
}
