//! A provider's own filings; another's are not there (SEC-09).

use heyan_domain::event::Event;
use heyan_domain::filing::initial_review::InitialReviewRule;
use heyan_domain::terms::{FilingId, ProviderId};
use heyan_store::database::StoreError;
use heyan_store::views::FilingView;

use crate::app::App;
use crate::console::Problem;

/// What a failed read is to the one who asked.
pub(super) fn failed(error: &StoreError) -> Problem {
    tracing::error!(name: "console.read_failed", error = %error, "a page of the provider could not be read");
    Problem::System
}

/// Whether the provider's console asks for 初审.
pub(super) async fn initial_review_rule(
    app: &App,
    provider: &ProviderId,
) -> Result<InitialReviewRule, Problem> {
    let provider = provider.clone();
    let read = app.readers.read(move |reader| reader.initial_review_rule(&provider)).await;
    read.map_err(|error| failed(&error))
}

/// A filing by the text of its id.
pub(super) async fn filing(app: &App, provider: &ProviderId, id: &str) -> Result<FilingView, Problem> {
    let id = FilingId::parse(id).ok_or(Problem::NotFound)?;
    let view =
        app.readers.read(move |reader| reader.filing_view(id)).await.map_err(|error| failed(&error))?;
    view.filter(|view| view.filing.provider == *provider).ok_or(Problem::NotFound)
}

/// A filing with everything that has happened to it, in order.
pub(super) async fn filing_with_events(
    app: &App,
    provider: &ProviderId,
    id: &str,
) -> Result<(FilingView, Vec<Event>), Problem> {
    let view = filing(app, provider, id).await?;
    let row = view.filing.clone();
    let events =
        app.readers.read(move |reader| reader.timeline(&row)).await.map_err(|error| failed(&error))?;
    Ok((view, events))
}
