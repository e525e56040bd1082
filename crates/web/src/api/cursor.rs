//! Cursors of lists: opaque to the client, the last filing's id inside.

use heyan_domain::terms::FilingId;

const PREFIX: &str = "cur_";

/// The cursor behind a filing.
pub(super) fn behind(filing: FilingId) -> String {
    let id = filing.to_string();
    format!("{PREFIX}{}", id.strip_prefix("fil_").unwrap_or(&id))
}

/// The filing that a cursor is behind.
pub(super) fn read(text: &str) -> Option<FilingId> {
    FilingId::parse(&format!("fil_{}", text.strip_prefix(PREFIX)?))
}
