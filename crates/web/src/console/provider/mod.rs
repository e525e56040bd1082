//! The console of an access provider: its filings, who is missing, what can be done.

mod audit;
mod bulk;
mod changed;
mod csv;
mod deed;
mod detail;
mod form;
mod initial_review;
mod keys;
mod links;
mod list;
mod members;
mod overview;
mod own;
mod remedies;
mod returned;
mod settings;
mod terms;
mod timeline;
mod verifiers;
mod waiting;
mod webhooks;
mod wrong;

use super::table::{PROVIDER, PROVIDER_ADMIN, Route, action, page};

pub(super) use terms::encode;

/// The overview.
const OVERVIEW: &str = "/console/provider";
/// The list of filings.
const FILINGS: &str = "/console/provider/filings";
/// Who has to verify by when.
const WAITING: &str = "/console/provider/waiting";
/// Filings that came back.
const RETURNED: &str = "/console/provider/returned";
/// Filings in 初审, and the pages of each below it.
const INITIAL_REVIEW: &str = "/console/provider/initial-review";
/// A new filing.
const NEW: &str = "/console/provider/new";
/// Files of filings.
const BULK: &str = "/console/provider/bulk";
/// Where a file is sent.
const UPLOAD: &str = "/console/provider/bulk/upload";
/// Where the form of a filing is sent.
const FORM: &str = "/console/provider/new/form";

/// Rows on a page of a list.
const PAGE_ROWS: usize = 50;

pub(super) fn routes() -> Vec<Route> {
    let own = vec![
        page(OVERVIEW, PROVIDER, overview::show).in_menu("menu-provider-overview"),
        page(FILINGS, PROVIDER, list::show).in_menu("menu-provider-filings"),
        page(NEW, PROVIDER, form::new).in_menu("menu-provider-new"),
        page(INITIAL_REVIEW, PROVIDER, initial_review::queue).in_menu("menu-provider-initial-review"),
        page(BULK, PROVIDER, bulk::list).in_menu("menu-provider-bulk"),
        page(WAITING, PROVIDER, waiting::show).in_menu("menu-provider-waiting"),
        page(RETURNED, PROVIDER, returned::show).in_menu("menu-provider-returned"),
        page(audit::PATH, PROVIDER_ADMIN, audit::show).in_menu("menu-provider-audit"),
        page("/console/provider/filings.csv", PROVIDER, csv::download),
        action(FORM, PROVIDER, form::sent),
        action(UPLOAD, PROVIDER, bulk::upload),
        page("/console/provider/bulk/template.csv", PROVIDER, bulk::csv_template),
        page("/console/provider/bulk/template.xlsx", PROVIDER, bulk::xlsx_template),
        page("/console/provider/bulk/jobs/{job}", PROVIDER, bulk::job),
        page("/console/provider/bulk/jobs/{job}/errors.csv", PROVIDER, bulk::errors_csv),
        page("/console/provider/bulk/jobs/{job}/result.csv", PROVIDER, bulk::result_csv),
        page("/console/provider/filings/{filing}", PROVIDER, detail::show),
        page("/console/provider/filings/{filing}/correct", PROVIDER, form::correct),
        page("/console/provider/filings/{filing}/act/{deed}", PROVIDER, deed::ask),
        action("/console/provider/filings/{filing}/act/{deed}", PROVIDER, deed::act),
    ];
    [own, initial_review::routes(), keys::routes(), webhooks::routes(), members::routes(), settings::routes()]
        .into_iter()
        .flatten()
        .collect()
}
