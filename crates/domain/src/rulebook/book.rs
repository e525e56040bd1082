//! The whole book: all sets, and the overlay of permitted services.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::coverage::{self, Found};
use super::defect::SourceFile;
use super::file::{OverlayFile, SetFile};
use super::merge::{self, Read};
use super::{Defect, RuleSet, RuleSetId, Source, Title, check, texts};
use crate::mark;
use crate::terms::{ProviderId, Province, ServiceKind};
use crate::time::Timestamp;

/// The name that tells the overlay of services from a rule set.
const SERVICE_KINDS: &str = "service-kinds";

macro_rules! shipped {
    ($($name:literal),+ $(,)?) => {
        [$(($name, include_str!(concat!("../../../../rules/", $name)))),+]
    };
}

const SHIPPED: [(&str, &str); 8] = shipped![
    "national-2020.toml",
    "tencent-cloud.toml",
    "jd-cloud.toml",
    "qingcloud.toml",
    "volcengine.toml",
    "pilot-2017.toml",
    "pre-verification.toml",
    "service-kinds.toml",
];

/// A file of the book, as it was read.
#[derive(Clone, PartialEq, Eq, Debug)]
struct BookFile {
    name: String,
    text: Arc<str>,
    /// Of the set or the overlay in it.
    id: String,
}

/// From when on a kind of service may be filed.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Permitted {
    /// The kind.
    pub kind: ServiceKind,
    /// From this instant on; `None`: always.
    pub from: Option<Timestamp>,
    /// The notice that says so.
    pub source: Source,
}

/// All rule sets and the overlay over them. Loading has proved that every lookup has exactly one answer.
#[derive(Clone, Debug)]
pub struct Rulebook {
    sets: Vec<Arc<RuleSet>>,
    files: Vec<BookFile>,
    /// Answers what loading has proved cannot be asked, so that the lookup needs no error.
    last_resort: Arc<RuleSet>,
    overlay_title: Option<Title>,
    permitted: Vec<Permitted>,
}

impl Rulebook {
    /// The book that comes with the program.
    ///
    /// # Errors
    /// Never for a released program; a test loads it.
    pub fn shipped() -> Result<Self, Vec<Defect>> {
        Self::load(&SHIPPED.map(|(name, text)| (name.to_owned(), text.to_owned())))
    }

    /// Reads a book from files of (name, text): any number of rule sets, at most one overlay.
    ///
    /// # Errors
    /// Everything that was found wrong, in the order of files and lines.
    pub fn load(files: &[(String, String)]) -> Result<Self, Vec<Defect>> {
        let mut defects = Vec::new();
        let mut read = Vec::new();
        let mut overlay: Option<OverlayFile> = None;
        for (name, text) in files {
            let source = SourceFile { name, text };
            match parse(source) {
                Ok(Parsed::Set(file)) => read.push(Read { source, file: *file }),
                Ok(Parsed::Overlay(file)) if overlay.is_some() => {
                    defects.push(
                        source.defect(file.overlay.span().start, "a second overlay, expected at most one"),
                    );
                }
                Ok(Parsed::Overlay(file)) => {
                    defects.extend(check_overlay(source, &file));
                    overlay = Some(file);
                }
                Err(defect) => defects.push(defect),
            }
        }
        let sets = checked_sets(&read, &mut defects);
        let Some(last_resort) = sets.first().cloned().filter(|_| defects.is_empty()) else {
            defects.sort();
            defects.dedup();
            return Err(defects);
        };
        let file = |(name, text): &(String, String)| {
            let id = id_in(text).unwrap_or_default();
            BookFile { name: name.clone(), text: text.as_str().into(), id }
        };
        let files = files.iter().map(file).collect();
        let overlay_title = overlay.as_ref().map(|overlay| overlay.title.clone());
        let rows = overlay.map(|overlay| overlay.permitted).unwrap_or_default();
        let permitted = rows
            .into_iter()
            .map(|row| Permitted { kind: row.kind.into_inner(), from: row.from, source: row.source })
            .collect();
        Ok(Self { sets, files, last_resort, overlay_title, permitted })
    }

    /// The book with a file more, or with another one in the place of that which has the same id.
    ///
    /// # Errors
    /// Everything that is wrong with the file, or with what rests on it.
    pub fn with_file(&self, text: &str) -> Result<Self, Vec<Defect>> {
        let id = id_in(text).unwrap_or_default();
        let of = |file: &BookFile| (file.name.clone(), file.text.as_ref().to_owned());
        let mut files: Vec<(String, String)> = self.files.iter().map(of).collect();
        let same = self.files.iter().position(|file| !id.is_empty() && file.id == id);
        match same.and_then(|at| files.get_mut(at)) {
            Some((_, before)) => text.clone_into(before),
            None if id.is_empty() => files.push(("new.toml".to_owned(), text.to_owned())),
            None => files.push((format!("{id}.toml"), text.to_owned())),
        }
        Self::load(&files)
    }

    /// The id of the set or the overlay in a file of this book.
    pub fn id_of(&self, text: &str) -> Option<String> {
        self.files.iter().find(|file| &*file.text == text).map(|file| file.id.clone())
    }

    /// The file of a set or an overlay, as it was written.
    pub fn file(&self, id: &str) -> Option<&str> {
        self.files.iter().find(|file| file.id == id).map(|file| &*file.text)
    }

    /// All sets, in the order of their files.
    pub fn sets(&self) -> &[Arc<RuleSet>] {
        &self.sets
    }

    /// The set of this name.
    pub fn set(&self, id: &str) -> Option<&Arc<RuleSet>> {
        self.sets.iter().find(|set| set.id.as_str() == id)
    }

    /// The most specific set in force at the instant for a province and a provider (FIL-02). Instants before
    /// [`BOOK_BEGINS`](super::BOOK_BEGINS) are answered as that one.
    pub fn resolve(&self, province: Province, provider: &ProviderId, at: Timestamp) -> Arc<RuleSet> {
        mark!("FIL-02");
        match coverage::find(&self.sets, province, Some(provider), at) {
            Found::One(set) => Arc::clone(set),
            Found::Nothing | Found::Several(..) => Arc::clone(&self.last_resort),
        }
    }

    /// Whether such a service may be filed at the instant. A kind that the overlay does not name may not.
    pub fn permits(&self, kind: ServiceKind, at: Timestamp) -> bool {
        match self.permitted_from(kind) {
            Some(permitted) => permitted.from.is_none_or(|from| from <= at),
            // Without an overlay the book knows websites only, as it was before the notice of 2023.
            None => kind == ServiceKind::Website,
        }
    }

    /// The overlay's row for a kind of service, with its source.
    pub fn permitted_from(&self, kind: ServiceKind) -> Option<&Permitted> {
        self.permitted.iter().find(|permitted| permitted.kind == kind)
    }

    /// The overlay: its title and its rows.
    pub fn overlay(&self) -> Option<(&Title, &[Permitted])> {
        self.overlay_title.as_ref().map(|title| (title, self.permitted.as_slice()))
    }
}

/// Merges and checks what could be read; the sets in the order of their files.
fn checked_sets(read: &[Read<'_>], defects: &mut Vec<Defect>) -> Vec<Arc<RuleSet>> {
    let all_readable = defects.is_empty();
    if all_readable && read.is_empty() {
        defects.push(Defect { file: "rules".to_owned(), line: 1, reason: "no rule set in it".to_owned() });
    }
    for one in read {
        defects.extend(check::values(one.source, &one.file));
        defects.extend(texts::check(one.source, &one.file));
    }
    defects.extend(duplicates(read));
    let mut unmerged = Vec::new();
    let merged = merge::resolve_all(read, &mut unmerged);
    // A base in a file that cannot be read is not unknown; that file has its own defect.
    if all_readable {
        defects.append(&mut unmerged);
    }
    let sets: Vec<Arc<RuleSet>> =
        read.iter().filter_map(|one| merged.get(one.file.id.get_ref()).cloned()).collect();
    // Gaps and overlaps of a book with broken sets would only be echoes.
    if defects.is_empty() {
        for (one, set) in read.iter().zip(&sets) {
            defects.extend(check::table(one, set));
        }
        defects.extend(coverage::check(read, &sets));
    }
    sets
}

enum Parsed {
    Set(Box<SetFile>),
    Overlay(OverlayFile),
}

/// The id of the set or the overlay in a file, as far as it can be read.
fn id_in(text: &str) -> Option<String> {
    let table: toml::Table = toml::from_str(text).ok()?;
    let id = table.get("overlay").or_else(|| table.get("id"))?;
    id.as_str().map(str::to_owned)
}

fn parse(source: SourceFile<'_>) -> Result<Parsed, Defect> {
    let table: toml::Table = toml::from_str(source.text).map_err(|error| source.unreadable(&error))?;
    let parsed = if table.contains_key("overlay") {
        toml::from_str(source.text).map(Parsed::Overlay)
    } else {
        toml::from_str(source.text).map(|file| Parsed::Set(Box::new(file)))
    };
    parsed.map_err(|error| source.unreadable(&error))
}

fn check_overlay(source: SourceFile<'_>, file: &OverlayFile) -> Vec<Defect> {
    let mut defects = Vec::new();
    if file.overlay.get_ref() != SERVICE_KINDS {
        let reason = format!("unknown overlay `{}`, expected {SERVICE_KINDS}", file.overlay.get_ref());
        defects.push(source.defect(file.overlay.span().start, reason));
    }
    for (at, row) in file.permitted.iter().enumerate() {
        let kind = row.kind.get_ref();
        if file.permitted.iter().take(at).any(|earlier| earlier.kind.get_ref() == kind) {
            defects.push(source.defect(row.kind.span().start, format!("`{kind}` is permitted twice")));
        }
    }
    defects
}

fn duplicates(read: &[Read<'_>]) -> Vec<Defect> {
    let mut first: BTreeMap<&RuleSetId, &str> = BTreeMap::new();
    let mut defects = Vec::new();
    for one in read {
        let id = one.file.id.get_ref();
        if let Some(name) = first.get(id) {
            let reason = format!("duplicate id `{id}`, already in {name}");
            defects.push(one.source.defect(one.file.id.span().start, reason));
        } else {
            first.insert(id, one.source.name);
        }
    }
    defects
}
