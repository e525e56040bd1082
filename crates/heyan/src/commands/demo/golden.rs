//! What has to come out: `golden.toml`, read once.

use std::collections::BTreeMap;

use heyan_domain::Timestamp;
use serde::Deserialize;

use crate::failure::Failure;

/// Everything the demo expects.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Golden {
    pub sets: Vec<String>,
    pub words: Words,
    pub provinces: BTreeMap<String, ProvinceNames>,
    pub back_number: BackNumber,
    pub profiles: Vec<Profile>,
    pub rows: Vec<Row>,
    points: Vec<Point>,
    examples: Vec<Example>,
    pub chapters: Vec<Chapter>,
}

/// Chinese words of the output and of the requests.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Words {
    pub entity_head: String,
    pub service_head: String,
    pub administration: String,
    pub stranger_phone: String,
    pub reason: String,
}

/// How an administration is named in keys and in numbers.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct ProvinceNames {
    pub pinyin: String,
    pub letter: String,
}

/// WHO-06: where the number on the back of the card counts.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct BackNumber {
    pub province: String,
    pub document: String,
}

/// Whose story is told, and when.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Profile {
    pub set: String,
    pub title: String,
    pub provider: String,
    pub another: String,
    start: String,
    pub province: Option<String>,
    #[serde(default)]
    pub websites_only: bool,
    #[serde(default)]
    pub asks_nobody: bool,
}

/// A row of the first table.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Row {
    pub name: String,
    pub title: String,
    cells: Vec<String>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Point {
    name: String,
    cells: Vec<String>,
}

/// What an example file stands for.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Example {
    pub file: String,
    pub row: String,
    pub question: Option<String>,
    #[serde(default)]
    pub not_only_websites: bool,
}

/// Filings that belong together.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Chapter {
    pub title: String,
    pub steps: Vec<String>,
    #[serde(default)]
    pub another: Vec<String>,
}

/// A cell of the first table.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) struct Cell {
    pub entity_head: bool,
    pub service_head: bool,
    pub suspended: bool,
}

impl Cell {
    const NOBODY: Self = Self { entity_head: false, service_head: false, suspended: false };

    fn parse(text: &str) -> Self {
        let (suspended, roles) = match text.strip_prefix('~') {
            Some(roles) => (true, roles),
            None => (false, text),
        };
        let has = |letter: char| roles.contains(letter);
        Self { entity_head: has('E'), service_head: has('S'), suspended }
    }

    /// The interface's words for the roles in the cell.
    pub fn roles(self) -> Vec<&'static str> {
        let named = [(self.entity_head, "entity_head"), (self.service_head, "service_head")];
        named.into_iter().filter_map(|(is_in, role)| is_in.then_some(role)).collect()
    }

    /// The roles that are asked.
    pub fn asked(self) -> Vec<&'static str> {
        if self.suspended { Vec::new() } else { self.roles() }
    }

    /// The roles that are named but not asked.
    pub fn named_only(self) -> Vec<&'static str> {
        if self.suspended { self.roles() } else { Vec::new() }
    }
}

impl Profile {
    /// When its story begins.
    pub fn start(&self) -> Result<Timestamp, Failure> {
        Timestamp::parse_rfc3339(&self.start)
            .ok_or_else(|| Failure::plain(format!("golden.toml: {} is no time", self.start)))
    }
}

impl Golden {
    /// Reads the file that is part of the program.
    pub fn read() -> Result<Self, Failure> {
        Ok(toml::from_str(include_str!("golden.toml"))?)
    }

    /// The cell of a set, or the base's where it is silent.
    fn of_set<'c>(&self, cells: &'c [String], set: &str) -> &'c str {
        let column = self.sets.iter().position(|name| name == set).unwrap_or(0);
        let own = cells.get(column).filter(|text| !text.is_empty());
        own.or_else(|| cells.first()).map_or("", String::as_str)
    }

    /// Who has to verify in a row.
    pub fn cell(&self, row: &Row, profile: &Profile) -> Cell {
        if profile.asks_nobody { Cell::NOBODY } else { Cell::parse(self.of_set(&row.cells, &profile.set)) }
    }

    /// A value of the second table.
    pub fn point(&self, name: &str, profile: &Profile) -> Result<&str, Failure> {
        let point = self.points.iter().find(|point| point.name == name);
        let point = point.ok_or_else(|| Failure::plain(format!("golden.toml has no point {name}")))?;
        Ok(self.of_set(&point.cells, &profile.set))
    }

    /// A number of the second table.
    pub fn number(&self, name: &str, profile: &Profile) -> Result<u64, Failure> {
        Ok(self.point(name, profile)?.parse()?)
    }

    /// What a file stands for, and its row.
    pub fn example(&self, file: &str) -> Result<(&Example, &Row), Failure> {
        let example = self.examples.iter().find(|example| example.file == file);
        let row = example.and_then(|example| self.rows.iter().find(|row| row.name == example.row));
        example.zip(row).ok_or_else(|| {
            Failure::new(
                format!("the demo does not know what {file}.json stands for"),
                "add it to golden.toml with its row, and to a chapter",
            )
        })
    }

    /// An administration's names.
    pub fn province(&self, name: &str) -> Result<&ProvinceNames, Failure> {
        self.provinces.get(name).ok_or_else(|| Failure::plain(format!("golden.toml does not name {name}")))
    }
}
