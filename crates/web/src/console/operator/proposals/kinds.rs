//! What the pages say about each kind of proposal. A new kind is an arm in each function, and its words in
//! `proposals.ftl`.

use heyan_domain::proposals::{Obstacle, Payload};

use crate::console::operator::{outages, rules, time_or};
use crate::console::parts::{Cell, Facts};
use crate::texts::Texts;

/// The proposal in a few words, for the list and the headings.
pub(super) fn title(t: &Texts, payload: &Payload) -> String {
    match payload {
        Payload::ChangeKeys(change) => t.one("proposals-change-keys", "key", change.key.0),
        Payload::ActivateRules(wanted) => t.one("proposals-activate-rules", "set", &wanted.set),
        Payload::StopClocks(outage) => t.one("proposals-stop-clocks", "from", t.date_time(outage.from)),
    }
}

/// What it holds.
pub(super) fn facts(t: &Texts, payload: &Payload, facts: Facts) -> Facts {
    match payload {
        Payload::ChangeKeys(change) => facts
            .text(t.get("proposals-key"), change.key.0.to_string())
            .text(t.get("proposals-key-check"), change.check.as_str()),
        Payload::StopClocks(outage) => outages::facts(t, outage, facts),
        Payload::ActivateRules(wanted) => facts
            .text(t.get("versions-set"), wanted.set.as_str())
            .cell(
                t.get("versions-version"),
                Cell::link(rules::version_path(wanted.version), wanted.version.to_string()),
            )
            .text(t.get("versions-start"), time_or(t, wanted.start, "versions-start-at-once")),
    }
}

/// What follows from the approval, for whoever is to give it.
pub(super) fn follows(t: &Texts, payload: &Payload) -> String {
    match payload {
        Payload::ChangeKeys(_) => t.get("proposals-change-keys-follows"),
        Payload::StopClocks(_) => t.get("proposals-stop-clocks-follows"),
        Payload::ActivateRules(wanted) => match wanted.start {
            None => t.get("proposals-activate-rules-follows-now"),
            Some(start) => t.one("proposals-activate-rules-follows", "time", t.date_time(start)),
        },
    }
}

/// Why it cannot be done as things are.
pub(super) fn obstacle(t: &Texts, obstacle: &Obstacle) -> Vec<String> {
    match obstacle {
        Obstacle::KeyInUse => vec![t.get("proposals-key-in-use")],
        Obstacle::NoVersion => vec![t.get("proposals-no-version")],
        Obstacle::StartOver => vec![t.get("proposals-start-over")],
        Obstacle::OutageTimes => vec![t.get("outages-times-wrong")],
        Obstacle::OutageKnown => vec![t.get("outages-known")],
        Obstacle::OutageBegun => vec![t.get("outages-begun")],
        Obstacle::Rules(defects) => std::iter::once(t.get("proposals-rules-defective"))
            .chain(defects.iter().map(ToString::to_string))
            .collect(),
    }
}
