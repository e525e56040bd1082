//! Every set of the book, and from when on a kind of service may be filed.

use std::sync::Arc;

use axum::extract::State;
use axum::response::Response;
use heyan_domain::rulebook::RuleSet;

use super::{PATH, names_or_all, title};
use crate::app::App;
use crate::auth::Staff;
use crate::console::operator::time_or;
use crate::console::parts::{Cards, Cell, Column, Empty, Heading, Table, Tone};
use crate::console::shell::{Blocks, Shell};
use crate::console::table::{OVERSEERS, Route, page};
use crate::texts::Texts;

pub(super) fn routes() -> Vec<Route> {
    vec![page(PATH, OVERSEERS, show).in_menu("menu-rules")]
}

async fn show(State(app): State<Arc<App>>, staff: Staff) -> Response {
    let language = staff.visitor.language;
    let shell = Shell::new(&app, &staff, "rules-title");
    let (t, now) = (shell.t, shell.now);
    let book = app.rules.book_at(now);
    let heads = [
        "rules-set",
        "rules-standing",
        "rules-from",
        "rules-until",
        "rules-provinces",
        "rules-providers",
        "rules-base",
    ];
    let columns = heads.iter().map(|head| Column::text(t.get(head))).collect();
    let empty = || Empty { title: t.get("rules-none"), hint: t.get("rules-none-hint"), action: None };
    let table = book.sets().iter().fold(Table::new(t.get("rules-title"), columns, empty()), |table, set| {
        let standing = if set.in_force(now) {
            Cell::tag(Tone::Success, t.get("rules-in-force"))
        } else if now < set.effective_from {
            Cell::tag(Tone::Info, t.get("rules-to-come"))
        } else {
            Cell::tag(Tone::Plain, t.get("rules-past"))
        };
        let cells = [Cell::link(format!("{PATH}/sets/{}", set.id), title(&set.title, language)), standing];
        table.row(cells.into_iter().chain(scope(t, set)).collect())
    });
    let ways = Cards::new()
        .link(format!("{PATH}/explain"), t.get("explain-title"))
        .link(format!("{PATH}/diff"), t.get("diff-title"))
        .link(format!("{PATH}/versions"), t.get("versions-title"))
        .link(format!("{PATH}/calendar"), t.get("calendar-title"));
    let blocks = Blocks::new(shell).intro("rules-intro").part(&ways).part(&table);
    let Some((overlay, permitted)) = book.overlay() else { return blocks.respond() };
    let heads = ["rules-service-kind", "rules-from", "rules-document", "rules-place"];
    let columns = heads.iter().map(|head| Column::text(t.get(head))).collect();
    let caption = title(overlay, language).to_owned();
    let table = permitted.iter().fold(Table::new(caption.clone(), columns, empty()), |table, row| {
        table.row(vec![
            Cell::text(t.get(&format!("service-kind-{}", row.kind.as_str().replace('_', "-")))),
            Cell::text(time_or(t, row.from, "rules-always")),
            Cell::text(row.source.document.as_str()),
            Cell::text(row.source.place.as_str()),
        ])
    });
    blocks.part(&Heading { text: caption }).part(&table).respond()
}

/// Where, when and for whom a set holds, and what it rests on.
fn scope(t: &Texts, set: &RuleSet) -> [Cell; 5] {
    let provinces = set.scope.provinces.iter().map(|province| t.province(*province)).collect::<Vec<_>>();
    let providers = set.scope.providers.iter().map(ToString::to_string).collect::<Vec<_>>();
    let base = set.base.as_ref().map_or_else(|| t.get("operator-none"), ToString::to_string);
    [
        Cell::text(t.date_time(set.effective_from)),
        Cell::text(time_or(t, set.effective_until, "rules-further-notice")),
        Cell::text(names_or_all(t, &provinces)),
        Cell::text(names_or_all(t, &providers)),
        Cell::text(base),
    ]
}
