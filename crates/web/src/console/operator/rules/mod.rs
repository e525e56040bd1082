//! `/console/operator/rules`: the rulebook, one set, two sets side by side, who has to verify in a case, and the calendar
//! of working days. What is shown is what decides: the book that the engine has loaded.

mod calendar;
mod diff;
mod explain;
mod list;
mod set;
mod versions;

use crate::console::parts::Choice;
use crate::console::table::Route;
use crate::texts::{Language, Texts};
use heyan_domain::rulebook::{Rulebook, Title};
use heyan_domain::terms::VersionId;

const PATH: &str = "/console/operator/rules";

pub(super) fn routes() -> Vec<Route> {
    [list::routes(), set::routes(), diff::routes(), explain::routes(), calendar::routes(), versions::routes()]
        .into_iter()
        .flatten()
        .collect()
}

/// The page of a version of a rule file.
pub(super) fn version_path(id: VersionId) -> String {
    versions::path(id)
}

/// A title in the language of the page.
fn title(title: &Title, language: Language) -> &str {
    match language {
        Language::ZhCn => &title.zh,
        Language::En => &title.en,
    }
}

/// Every set, to choose one.
fn choices(book: &Rulebook, language: Language) -> Vec<Choice> {
    let choice = |set: &std::sync::Arc<heyan_domain::rulebook::RuleSet>| Choice {
        value: set.id.to_string(),
        label: format!("{} · {}", title(&set.title, language), set.id),
    };
    book.sets().iter().map(choice).collect()
}

/// Names one after another, or the word for all of them.
fn names_or_all(t: &Texts, names: &[String]) -> String {
    if names.is_empty() { t.get("operator-all") } else { names.join(", ") }
}
