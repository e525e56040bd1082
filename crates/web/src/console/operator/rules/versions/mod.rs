//! `/console/operator/rules/versions`: versions of rule files that operators put in: checked, compared with what is in force,
//! tried on past filings, and activated by two people (SEC-14).

mod add;
mod impact;
mod impact_page;
mod list;
mod propose;
mod show;

use std::collections::BTreeSet;

use heyan_domain::Timestamp;
use heyan_domain::proposals::{Payload, ProposalKind, Stage};
use heyan_domain::rulebook::Defect;
use heyan_domain::rules::{Activation, Rules, Version};
use heyan_domain::terms::VersionId;
use heyan_store::database::StoreError;
use heyan_store::tables::Reader;

use crate::app::App;
use crate::console::parts::{Cell, Tone};
use crate::console::problem::Problem;
use crate::console::table::Route;
use crate::texts::Texts;

const PATH: &str = "/console/operator/rules/versions";

pub(super) fn routes() -> Vec<Route> {
    [list::routes(), add::routes(), show::routes(), propose::routes(), impact_page::routes()]
        .into_iter()
        .flatten()
        .collect()
}

/// The page of a version.
pub(super) fn path(id: VersionId) -> String {
    format!("{PATH}/{id}")
}

/// The version that a path names.
async fn find(app: &App, id: &str) -> Result<Version, Problem> {
    let id = VersionId::parse(id).ok_or(Problem::NotFound)?;
    let found = app.readers.read(move |reader| reader.rule_version(id)).await;
    found.map_err(|_| Problem::System)?.ok_or(Problem::NotFound)
}

/// A mistake with its place, as people read it.
fn defect(t: &Texts, defect: &Defect) -> String {
    let line = defect.line.to_string();
    t.with("versions-defect", &[("file", &defect.file), ("line", &line), ("reason", &defect.reason)])
}

/// Where a version stands.
enum Standing {
    Draft,
    Proposed,
    Scheduled(Timestamp),
    InForce(Timestamp),
    Replaced(Timestamp),
}

/// Versions that a proposal waits to activate.
fn proposed(reader: &Reader, now: Timestamp) -> Result<BTreeSet<VersionId>, StoreError> {
    let open = reader.open_proposals(ProposalKind::ActivateRules)?;
    let waiting = open.into_iter().filter(|one| one.stage(now) == Stage::Waiting);
    let version = |payload: Payload| match payload {
        Payload::ActivateRules(wanted) => Some(wanted.version),
        Payload::ChangeKeys(_) | Payload::StopClocks(_) => None,
    };
    Ok(waiting.filter_map(|one| version(one.payload)).collect())
}

impl Standing {
    fn of(version: &Version, rules: &Rules, proposed: &BTreeSet<VersionId>, now: Timestamp) -> Self {
        let begun = |one: &&Activation| one.from <= now;
        // Of one file the last that has begun holds.
        let last = rules.activations().iter().rfind(|one| begun(one) && one.set == version.set);
        let own = rules.activations().iter().rfind(|one| one.version == version.id);
        match own {
            Some(own) if !begun(&own) => Self::Scheduled(own.from),
            Some(own) if last.is_some_and(|last| last.proposal == own.proposal) => Self::InForce(own.from),
            _ if proposed.contains(&version.id) => Self::Proposed,
            Some(own) => Self::Replaced(own.from),
            None => Self::Draft,
        }
    }

    fn cell(&self, t: &Texts) -> Cell {
        let (tone, key) = match self {
            Self::Draft => (Tone::Plain, "versions-draft"),
            Self::Proposed => (Tone::Warning, "versions-proposed"),
            Self::Scheduled(_) => (Tone::Info, "versions-scheduled"),
            Self::InForce(_) => (Tone::Success, "versions-in-force"),
            Self::Replaced(_) => (Tone::Plain, "versions-replaced"),
        };
        Cell::tag(tone, t.get(key))
    }

    /// From when on it holds or held.
    const fn from(&self) -> Option<Timestamp> {
        match self {
            Self::Draft | Self::Proposed => None,
            Self::Scheduled(from) | Self::InForce(from) | Self::Replaced(from) => Some(*from),
        }
    }
}
