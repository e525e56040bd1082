//! What the pages say about each kind of proposal. A new kind is an arm in each function, and its words in
//! `proposals.ftl`.

use heyan_domain::proposals::{Obstacle, Payload};

use crate::console::parts::Facts;
use crate::texts::Texts;

/// The proposal in a few words, for the list and the headings.
pub(super) fn title(t: &Texts, payload: &Payload) -> String {
    match payload {
        Payload::ChangeKeys(change) => t.one("proposals-change-keys", "key", change.key.0),
    }
}

/// What it holds.
pub(super) fn facts(t: &Texts, payload: &Payload, facts: Facts) -> Facts {
    match payload {
        Payload::ChangeKeys(change) => facts
            .text(t.get("proposals-key"), change.key.0.to_string())
            .text(t.get("proposals-key-check"), change.check.as_str()),
    }
}

/// What follows from the approval, for whoever is to give it.
pub(super) fn follows(t: &Texts, payload: &Payload) -> String {
    match payload {
        Payload::ChangeKeys(_) => t.get("proposals-change-keys-follows"),
    }
}

/// Why it cannot be done as things are.
pub(super) fn obstacle(t: &Texts, obstacle: &Obstacle) -> Vec<String> {
    match obstacle {
        Obstacle::KeyInUse => vec![t.get("proposals-key-in-use")],
    }
}
