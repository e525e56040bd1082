//! `/console/provider/filings`: the filings, narrowed and paged by key.

use std::sync::Arc;

use axum::extract::rejection::QueryRejection;
use axum::extract::{Query, State};
use axum::response::{IntoResponse as _, Response};
use heyan_domain::terms::{FilingId, FilingKind, ProviderId, Province};
use heyan_domain::verification::VerificationState;
use heyan_store::database::StoreError;
use heyan_store::tables::{FilingFilter, Page, PlaceFilter, Standings};
use heyan_store::views::FilingView;
use serde::Deserialize;

use super::links::Links;
use super::own::failed;
use super::terms::{self, STATES, encode};
use super::{FILINGS, NEW, PAGE_ROWS};
use crate::app::App;
use crate::auth::OfProvider;
use crate::console::parts::{Cell, Column, Empty, Field, Filters, Lines, Pager, Table};
use crate::console::{Blocks, Problem, Shell};
use crate::texts::Texts;

/// What the list is narrowed to, as it stands in the address.
#[derive(Clone, Deserialize, Default)]
#[serde(default)]
pub(super) struct Asked {
    state: String,
    kind: String,
    province: String,
    number: String,
    before: String,
}

impl Asked {
    fn is_narrowed(&self) -> bool {
        [&self.state, &self.kind, &self.province, &self.number].iter().any(|text| !text.is_empty())
    }

    /// `None` if a word is none of the known ones: then nothing can match.
    fn filter(&self) -> Option<PlaceFilter> {
        let state = match self.state.as_str() {
            "" => None,
            asked => Some(*STATES.iter().find(|state| **state == asked)?),
        };
        let kind: Option<FilingKind> = match self.kind.as_str() {
            "" => None,
            asked => Some(asked.parse().ok()?),
        };
        let province = match self.province.as_str() {
            "" => None,
            asked => Some(Province::from_pinyin(asked)?),
        };
        Some(PlaceFilter { state, kind, province })
    }

    /// The address with the same filter.
    fn path(&self, path: &str, before: Option<FilingId>) -> String {
        let before = before.map(|id| id.to_string()).unwrap_or_default();
        let pairs = [
            ("state", &self.state),
            ("kind", &self.kind),
            ("province", &self.province),
            ("number", &self.number),
            ("before", &before),
        ];
        let said = pairs.iter().filter(|(_, value)| !value.is_empty());
        let pairs: Vec<String> = said.map(|(name, value)| format!("{name}={}", encode(value))).collect();
        if pairs.is_empty() { path.to_owned() } else { format!("{path}?{}", pairs.join("&")) }
    }

    /// A page of ids under this filter.
    pub fn ids(
        self,
        app: &App,
        provider: ProviderId,
        limit: usize,
    ) -> impl Future<Output = Result<Page<FilingId, FilingId>, StoreError>> {
        let (filter, before) = (self.filter(), FilingId::parse(&self.before));
        let number = self.number.trim().to_owned();
        app.readers.standings(provider.clone(), move |standings, reader| {
            let none = Page { items: Vec::new(), next: None };
            let Some(filter) = filter else { return Ok(none) };
            if number.is_empty() {
                return Ok(standings.page(filter, before, limit));
            }
            // The provider's own numbers have an index of their own, and each is given once.
            let own = FilingFilter { provider_order_no: Some(number), ..FilingFilter::default() };
            let found = reader.filings(&provider, &own, None, 1)?;
            let items: Vec<FilingId> = found.items.iter().map(|view| view.filing.id).collect();
            Ok(Page { items: items.into_iter().filter(|id| standings.admits(filter, *id)).collect(), ..none })
        })
    }
}

/// How many of the people asked have verified.
pub(super) fn progress(t: &Texts, view: &FilingView) -> String {
    let all = view.current().count();
    let passed = view.current().filter(|one| one.state == VerificationState::Passed).count();
    if all == 0 {
        return t.get("provider-none");
    }
    t.with("provider-progress", &[("passed", &passed.to_string()), ("all", &all.to_string())])
}

/// The same, and whether somebody's number is not theirs (PRO-07).
fn verified(t: &Texts, view: &FilingView) -> Cell {
    let note = view.current().any(|one| one.disowned).then(|| t.get("provider-not-mine"));
    Cell::lines([Some(progress(t, view)), note].into_iter().flatten().collect())
}

fn columns(t: &Texts) -> Vec<Column> {
    vec![
        Column::text(t.get("provider-number")),
        Column::text(t.get("provider-subject")),
        Column::text(t.get("provider-kind")),
        Column::text(t.get("provider-province")),
        Column::text(t.get("provider-state")),
        Column::text(t.get("provider-verified")),
        Column::text(t.get("provider-reported-at")),
    ]
}

fn row(t: &Texts, view: &FilingView) -> Vec<Cell> {
    let filing = &view.filing;
    let reported = filing.reported_at.map_or_else(|| t.get("provider-none"), |at| t.date_time(at));
    vec![
        Cell::link(terms::path(view), terms::number(view)),
        Cell::text(terms::subject(view)),
        Cell::text(terms::kind(t, filing.kind)),
        Cell::text(terms::province(t, filing.province)),
        terms::state(t, &filing.state),
        verified(t, view),
        Cell::text(reported),
    ]
}

fn filters(t: &Texts, asked: &Asked) -> Filters {
    let any = || Some(t.get("provider-any"));
    let kinds = FilingKind::ALL.iter().map(|kind| kind.as_str());
    let states = STATES.iter().copied();
    Filters {
        path: FILINGS.to_owned(),
        fields: vec![
            Field::select(
                "state",
                t.get("provider-state"),
                &asked.state,
                terms::choices(t, "state", any(), states),
            ),
            Field::select(
                "kind",
                t.get("provider-kind"),
                &asked.kind,
                terms::choices(t, "kind", any(), kinds),
            ),
            Field::select(
                "province",
                t.get("provider-province"),
                &asked.province,
                terms::provinces(t, any()),
            ),
            Field::text("number", t.get("provider-own-number"), &asked.number),
        ],
        submit: t.get("provider-filter"),
        reset: asked.is_narrowed().then(|| t.get("provider-filter-reset")),
    }
}

fn nothing(t: &Texts, asked: &Asked) -> Empty {
    if asked.is_narrowed() {
        let action = Some((FILINGS.to_owned(), t.get("provider-filter-reset")));
        return Empty { title: t.get("provider-no-match"), hint: t.get("provider-no-match-hint"), action };
    }
    let action = Some((NEW.to_owned(), t.get("menu-provider-new")));
    Empty { title: t.get("provider-no-filings"), hint: t.get("provider-no-filings-hint"), action }
}

/// The views of a page that is found among the standings.
pub(super) async fn found<C: Send + 'static>(
    app: &App,
    provider: ProviderId,
    find: impl FnOnce(&Standings) -> Page<FilingId, C> + Send + 'static,
) -> Result<Page<FilingView, C>, StoreError> {
    let page = app.readers.standings(provider, move |standings, _| Ok(find(standings))).await?;
    views(app, page).await
}

/// The views of a page of ids.
pub(super) async fn views<C: Send + 'static>(
    app: &App,
    page: Page<FilingId, C>,
) -> Result<Page<FilingView, C>, StoreError> {
    app.readers
        .read(move |reader| {
            let mut items = Vec::with_capacity(page.items.len());
            for id in page.items {
                items.extend(reader.filing_view(id)?);
            }
            Ok(Page { items, next: page.next })
        })
        .await
}

pub(super) async fn show(
    State(app): State<Arc<App>>,
    OfProvider(staff, provider): OfProvider,
    asked: Result<Query<Asked>, QueryRejection>,
) -> Response {
    let Ok(Query(asked)) = asked else { return Problem::Unreadable.into_response() };
    let page = match asked.clone().ids(&app, provider, PAGE_ROWS).await {
        Ok(page) => page,
        Err(error) => return failed(&error).into_response(),
    };
    let page = match views(&app, page).await {
        Ok(page) => page,
        Err(error) => return failed(&error).into_response(),
    };
    let shell = Shell::new(&app, &staff, "provider-filings-title");
    let t = shell.t;
    let empty = Table::new(t.get("provider-filings-title"), columns(t), nothing(t, &asked));
    let table = page.items.iter().fold(empty, |table, view| table.row(row(t, view)));
    let first = (!asked.before.is_empty()).then(|| (asked.path(FILINGS, None), t.get("provider-first-page")));
    let next = page.next.map(|id| (asked.path(FILINGS, Some(id)), t.get("provider-next-page")));
    let whole = Asked { before: String::new(), ..asked.clone() };
    let export = if page.items.is_empty() {
        Links::default()
    } else {
        Links::default().link(whole.path(super::csv::PATH, None), t.get("provider-export"))
    };
    let limit = t.one("provider-export-hint", "rows", super::csv::MAX_ROWS);
    let note = Lines { lines: if page.items.is_empty() { Vec::new() } else { vec![limit] } };
    Blocks::new(shell)
        .part(&filters(t, &asked))
        .part(&table)
        .part(&Pager { label: t.get("provider-pages"), first, next })
        .part(&export)
        .part(&note)
        .respond()
}
