//! From rows of cells to rows that can be filed: the heading names the columns, every row is parsed as the body of
//! `POST /v1/filings` is.

use std::collections::HashMap;

use heyan_domain::bulk::{BulkEntry, BulkFile, Fault, FaultyRow, MAX_FAULTY_ROWS, MAX_ROWS, RowError};
use heyan_domain::filing::raw::{
    FLAGS, MAX_NAME_CHARS, Problem, RawAccess, RawAddress, RawDocument, RawDraft, RawEntity, RawHead,
    RawReference, RawService,
};

use super::columns::{Column, REQUIRED, of_heading};
use super::{FileFault, Unusable};

/// The rows of a file with its heading.
pub(super) const MAX_SHEET_ROWS: usize = MAX_ROWS + 1;
/// The longest cell, as in Excel.
const MAX_CELL_CHARS: usize = 32_767;
/// So much of a heading that is no column's is said again.
const SHOWN_CHARS: usize = 40;
/// What parts the values of a cell that holds several.
const SEPARATORS: [char; 5] = [';', '\u{ff1b}', '\u{3001}', '\n', '\r'];

/// What a cell holds.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) enum Content {
    /// Text, trimmed; or nothing.
    Text(String),
    /// It computes.
    Formula,
    /// A number that the spreadsheet has rounded, a date, or an error.
    NotText,
}

impl Content {
    pub const fn is_blank(&self) -> bool {
        matches!(self, Self::Text(text) if text.is_empty())
    }
}

/// A row of cells, with its number as a spreadsheet shows it.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) struct Row {
    pub no: u32,
    pub cells: Vec<Content>,
}

impl Row {
    pub fn is_blank(&self) -> bool {
        self.cells.iter().all(Content::is_blank)
    }
}

/// The columns that a heading names, in its order. Blank headings may stand at blank columns.
fn columns(heading: &Row) -> Result<Vec<Option<Column>>, FileFault> {
    let mut columns: Vec<Option<Column>> = Vec::with_capacity(heading.cells.len());
    for cell in &heading.cells {
        let Content::Text(text) = cell else { return Err(FileFault::UnknownColumn(String::new())) };
        if text.is_empty() {
            columns.push(None);
            continue;
        }
        let shown = || text.chars().take(SHOWN_CHARS).collect();
        let column = of_heading(text).ok_or_else(|| FileFault::UnknownColumn(shown()))?;
        if columns.contains(&Some(column)) {
            return Err(FileFault::ColumnTwice(column));
        }
        columns.push(Some(column));
    }
    match REQUIRED.into_iter().find(|column| !columns.contains(&Some(*column))) {
        Some(missing) => Err(FileFault::MissingColumn(missing)),
        None => Ok(columns),
    }
}

/// The cells of a row by their columns.
struct Said<'r>(HashMap<Column, &'r str>);

impl Said<'_> {
    fn text(&self, pointer: &str) -> Option<String> {
        let column = Column::all().find(|column| column.pointer() == pointer)?;
        self.0.get(&column).map(|text| column.to_wire(text))
    }

    fn list(&self, pointer: &str) -> Option<Vec<String>> {
        let text = self.text(pointer)?;
        let parts = text.split(SEPARATORS).map(str::trim).filter(|part| !part.is_empty());
        Some(parts.map(str::to_owned).collect())
    }

    fn any(&self, prefix: &str) -> bool {
        self.0.keys().any(|column| column.pointer().starts_with(prefix))
    }

    fn document(&self, prefix: &str) -> Option<RawDocument> {
        self.any(&format!("{prefix}/")).then(|| RawDocument {
            kind: self.text(&format!("{prefix}/type")),
            number: self.text(&format!("{prefix}/number")),
            back_number: self.text(&format!("{prefix}/back_number")),
        })
    }

    fn head(&self, prefix: &str) -> Option<RawHead> {
        self.any(&format!("{prefix}/")).then(|| RawHead {
            name: self.text(&format!("{prefix}/name")),
            phones: self.list(&format!("{prefix}/phones")),
            emergency_phone: self.text(&format!("{prefix}/emergency_phone")),
            email: self.text(&format!("{prefix}/email")),
            document: self.document(&format!("{prefix}/document")),
        })
    }

    fn entity(&self) -> Option<RawEntity> {
        self.any("/entity/").then(|| RawEntity {
            name: self.text("/entity/name"),
            nature: self.text("/entity/nature"),
            document: self.document("/entity/document"),
            address: self.any("/entity/address/").then(|| RawAddress {
                province: self.text("/entity/address/province"),
                city: self.text("/entity/address/city"),
                detail: self.text("/entity/address/detail"),
            }),
            head: self.head("/entity/head"),
        })
    }

    fn service(&self) -> Option<RawService> {
        self.any("/services/0/").then(|| RawService {
            service_no: self.text("/services/0/service_no"),
            kind: self.text("/services/0/kind"),
            name: self.text("/services/0/name"),
            domains: self.list("/services/0/domains"),
            head: self.head("/services/0/head"),
            access: self.any("/services/0/access/").then(|| RawAccess {
                method: self.text("/services/0/access/method"),
                ip_addresses: self.list("/services/0/access/ip_addresses"),
                server_place: self.text("/services/0/access/server_place"),
            }),
        })
    }

    fn flag(&self, pointer: &str, errors: &mut Vec<RowError>) -> bool {
        match self.text(pointer).as_deref() {
            None | Some("false" | "0") => false,
            Some("true" | "1") => true,
            Some(_) => {
                errors.push(RowError::at(pointer, Fault::Member(Problem::Word(FLAGS))));
                false
            }
        }
    }

    fn raw(&self, errors: &mut Vec<RowError>) -> RawDraft {
        let reference = self.any("/reference/").then(|| RawReference {
            entity_no: self.text("/reference/entity_no"),
            service_no: self.text("/reference/service_no"),
        });
        RawDraft {
            provider_order_no: self.text("/provider_order_no"),
            kind: self.text("/kind"),
            province: self.text("/province"),
            initiator: self.text("/initiator"),
            shell: self.flag("/shell", errors),
            entity: self.entity(),
            services: self.service().into_iter().collect(),
            reference,
            remark: self.text("/remark"),
            report: self.flag("/report", errors),
        }
    }
}

/// What a row says by column, unless its cells are wrong in themselves.
fn said<'r>(row: &'r Row, columns: &[Option<Column>]) -> Result<Said<'r>, Vec<RowError>> {
    let (mut said, mut errors) = (HashMap::new(), Vec::new());
    for (at, cell) in row.cells.iter().enumerate().filter(|(_, cell)| !cell.is_blank()) {
        let Some(column) = columns.get(at).copied().flatten() else {
            errors.push(RowError::of_row(Fault::TooManyCells));
            continue;
        };
        let fault = match cell {
            Content::Text(text) if text.chars().count() > MAX_CELL_CHARS => {
                Fault::Member(Problem::TooLong(MAX_CELL_CHARS))
            }
            Content::Text(text) => {
                said.insert(column, text.as_str());
                continue;
            }
            Content::Formula => Fault::Formula,
            Content::NotText => Fault::NotText,
        };
        errors.push(RowError::at(column.pointer(), fault));
    }
    errors.dedup();
    if errors.is_empty() { Ok(Said(said)) } else { Err(errors) }
}

/// One row, parsed.
fn entry(
    row: &Row,
    columns: &[Option<Column>],
    numbers: &mut HashMap<String, u32>,
) -> Result<BulkEntry, FaultyRow> {
    let faulty = |order_no: Option<String>, errors| FaultyRow {
        row: row.no,
        order_no: order_no.filter(|no| no.chars().count() <= MAX_NAME_CHARS),
        errors,
    };
    let said = said(row, columns).map_err(|errors| faulty(None, errors))?;
    let mut errors = Vec::new();
    let raw = said.raw(&mut errors);
    if let Some(number) = &raw.provider_order_no {
        let first = *numbers.entry(number.clone()).or_insert(row.no);
        if first != row.no {
            errors.push(RowError::at("/provider_order_no", Fault::SameOrderNumber { row: first }));
        }
    }
    match raw.parse() {
        Ok(draft) if errors.is_empty() => Ok(BulkEntry { row: row.no, report: raw.report, draft }),
        Ok(_) => Err(faulty(raw.provider_order_no, errors)),
        Err(wrong) => {
            errors.extend(wrong.into_iter().map(RowError::from));
            Err(faulty(raw.provider_order_no, errors))
        }
    }
}

/// The whole file, or everything that is wrong with its rows.
pub(super) fn file(rows: Vec<Row>) -> Result<BulkFile, Unusable> {
    let mut rows = rows.into_iter();
    let heading = rows.next().ok_or(FileFault::Empty)?;
    let columns = columns(&heading)?;
    let (mut entries, mut faulty, mut count) = (Vec::new(), Vec::new(), 0_u32);
    let (mut numbers, mut total) = (HashMap::new(), 0_u32);
    for row in rows {
        total = total.saturating_add(1);
        match entry(&row, &columns, &mut numbers) {
            Ok(entry) => entries.push(entry),
            Err(row) => {
                count = count.saturating_add(1);
                if faulty.len() < MAX_FAULTY_ROWS {
                    faulty.push(row);
                }
            }
        }
    }
    if count > 0 {
        return Err(Unusable::Rows { total, faulty: count, rows: faulty });
    }
    let fault = if entries.is_empty() { FileFault::NoRows } else { FileFault::TooManyRows };
    BulkFile::new(&entries).ok_or(Unusable::File(fault))
}
