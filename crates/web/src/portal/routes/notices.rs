//! What everybody should know at the moment.

use heyan_domain::time::DAY_MS;

use super::visit::Visit;
use crate::texts::Texts;

/// For so long after the approval people read that deadlines have moved (DDL-06): longer than any verification lasts.
const SHOWN_MS: i64 = 3 * DAY_MS;
/// No more are shown at once.
const MAX_NOTICES: usize = 3;

/// The notices, the latest first. A form is shown without them rather than not at all.
pub(super) async fn of(visit: &Visit) -> Vec<String> {
    let since = visit.app.clock.now().plus_ms(-SHOWN_MS);
    let found = visit.app.readers.read(move |reader| reader.outages_since(since)).await;
    let t = Texts::of(visit.language);
    let said = found.unwrap_or_default().into_iter().take(MAX_NOTICES).map(|one| {
        let (from, until) = (t.date_time(one.outage.from), t.date_time(one.outage.until));
        t.with("notice-outage", &[("from", &from), ("until", &until)])
    });
    said.collect()
}
