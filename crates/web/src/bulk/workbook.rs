//! XLSX: the first sheet of a workbook, cell by cell as it is read.
//!
//! The ready-made readers of workbooks reserve as much memory as a file says it needs, and give what a formula came to
//! as if it had been written; here neither may happen.

use std::collections::HashMap;

use quick_xml::XmlVersion;
use quick_xml::events::{BytesRef, BytesStart, Event};

use super::FileFault;
use super::package::Package;
use super::rows::{Content, MAX_SHEET_ROWS, Row};

/// Cells beyond this column are not looked at one by one.
const MAX_COLUMNS: usize = 200;
/// The longest number that a spreadsheet keeps whole.
const WHOLE_DIGITS: usize = 15;

/// The value of an attribute by its name without prefix.
fn attribute(element: &BytesStart<'_>, name: &str) -> Result<Option<String>, FileFault> {
    for attribute in element.attributes() {
        let attribute = attribute.map_err(|_| FileFault::Damaged)?;
        if attribute.key.local_name().as_ref() == name {
            let value =
                attribute.normalized_value(XmlVersion::Explicit1_0).map_err(|_| FileFault::Damaged)?;
            return Ok(Some(value.into_owned()));
        }
    }
    Ok(None)
}

/// `&amp;` and its four siblings, or a character by its number. There can be no others without a document type.
fn resolved(reference: &BytesRef<'_>) -> Result<char, FileFault> {
    match &**reference {
        "amp" => Ok('&'),
        "lt" => Ok('<'),
        "gt" => Ok('>'),
        "quot" => Ok('"'),
        "apos" => Ok('\''),
        _ => reference.resolve_char_ref().ok().flatten().ok_or(FileFault::DocumentType),
    }
}

/// Adds the text of an event.
fn add(text: &mut String, event: &Event<'_>) -> Result<(), FileFault> {
    match event {
        Event::Text(part) => text.push_str(&part.xml10_content()),
        Event::CData(part) => text.push_str(&part.xml10_content()),
        Event::GeneralRef(reference) => text.push(resolved(reference)?),
        _ => {}
    }
    Ok(())
}

/// The part that holds the first sheet.
fn first_sheet(package: &mut Package<'_>) -> Result<String, FileFault> {
    package.walk("[Content_Types].xml", |event| {
        if let Event::Start(element) | Event::Empty(element) = event
            && attribute(element, "ContentType")?.is_some_and(|kind| kind.contains("macroEnabled"))
        {
            return Err(FileFault::Macros);
        }
        Ok(true)
    })?;
    let mut sheet = None;
    let found = package.walk("xl/workbook.xml", |event| {
        if let Event::Start(element) | Event::Empty(element) = event
            && element.local_name().as_ref() == "sheet"
        {
            sheet = attribute(element, "id")?;
            return Ok(false);
        }
        Ok(true)
    })?;
    if !found {
        return Err(FileFault::NotASheet);
    }
    let sheet = sheet.ok_or(FileFault::Damaged)?;
    let mut target = None;
    package.walk("xl/_rels/workbook.xml.rels", |event| {
        if let Event::Start(element) | Event::Empty(element) = event
            && attribute(element, "Id")?.as_ref() == Some(&sheet)
        {
            target = attribute(element, "Target")?;
            return Ok(false);
        }
        Ok(true)
    })?;
    let target = target.ok_or(FileFault::Damaged)?;
    Ok(target.strip_prefix('/').map_or_else(|| format!("xl/{target}"), str::to_owned))
}

/// The texts that cells refer to by number, without the readings that Japanese sheets add.
fn shared_strings(package: &mut Package<'_>) -> Result<Vec<String>, FileFault> {
    let mut strings: Vec<String> = Vec::new();
    let (mut text, mut inside, mut reading) = (String::new(), false, false);
    package.walk("xl/sharedStrings.xml", |event| {
        match event {
            Event::Start(element) => match element.local_name().as_ref() {
                "si" => text.clear(),
                "t" => inside = true,
                "rPh" => reading = true,
                _ => {}
            },
            Event::Empty(element) if element.local_name().as_ref() == "si" => strings.push(String::new()),
            Event::End(element) => match element.local_name().as_ref() {
                "si" => strings.push(std::mem::take(&mut text)),
                "t" => inside = false,
                "rPh" => reading = false,
                _ => {}
            },
            event if inside && !reading => add(&mut text, event)?,
            _ => {}
        }
        Ok(true)
    })?;
    Ok(strings)
}

/// Whether a format shows a number as a date or a time: the built-in ones by their numbers (ECMA-376, 18.8.30), others by
/// the letters of date and time outside quotes and brackets.
fn shows_date(id: u32, custom: &HashMap<u32, String>) -> bool {
    let Some(code) = custom.get(&id) else {
        return matches!(id, 14..=22 | 27..=36 | 45..=47 | 50..=58);
    };
    let mut quoted = None;
    code.chars().any(|c| {
        match (quoted, c) {
            (None, '"') => quoted = Some('"'),
            (None, '[') => quoted = Some(']'),
            (Some(end), c) if c == end => quoted = None,
            (None, 'y' | 'Y' | 'd' | 'D' | 'h' | 'H' | 's' | 'S') => return true,
            _ => {}
        }
        false
    })
}

/// For each style of a cell, whether it shows a date.
fn date_styles(package: &mut Package<'_>) -> Result<Vec<bool>, FileFault> {
    let (mut custom, mut styles, mut of_cells) = (HashMap::new(), Vec::new(), false);
    package.walk("xl/styles.xml", |event| {
        match event {
            Event::Start(element) | Event::Empty(element) => match element.local_name().as_ref() {
                "numFmt" => {
                    let id = attribute(element, "numFmtId")?.and_then(|id| id.parse().ok());
                    custom.extend(id.zip(attribute(element, "formatCode")?));
                }
                "cellXfs" => of_cells = true,
                "xf" if of_cells => {
                    let id = attribute(element, "numFmtId")?.and_then(|id| id.parse().ok());
                    styles.push(shows_date(id.unwrap_or(0), &custom));
                }
                _ => {}
            },
            Event::End(element) if element.local_name().as_ref() == "cellXfs" => of_cells = false,
            _ => {}
        }
        Ok(true)
    })?;
    Ok(styles)
}

/// The row and column of `AB12`; both from 1.
fn place(reference: &str) -> Option<(u32, usize)> {
    let digits = reference.find(|c: char| c.is_ascii_digit())?;
    let (letters, digits) = reference.split_at_checked(digits)?;
    let column = letters.bytes().try_fold(0_usize, |sum, letter| {
        let letter = letter.checked_sub(b'A').filter(|letter| *letter < 26)?;
        sum.checked_mul(26)?.checked_add(usize::from(letter) + 1)
    })?;
    Some((digits.parse().ok()?, column)).filter(|(row, column)| *row > 0 && *column > 0)
}

/// A number as somebody would have typed it, if the spreadsheet has kept it whole.
fn number(text: &str) -> Content {
    let text = text.trim();
    let whole =
        text.len() <= WHOLE_DIGITS && !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    if whole {
        return Content::Text(text.to_owned());
    }
    let value: f64 = text.parse().unwrap_or(f64::NAN);
    let kept = (0.0..1e15).contains(&value) && value.fract() == 0.0;
    if kept { Content::Text(format!("{value:.0}")) } else { Content::NotText }
}

/// A cell while it is read.
#[derive(Default)]
struct Open {
    column: usize,
    kind: String,
    date: bool,
    formula: bool,
    /// Within `v` or `t`.
    inside: bool,
    text: String,
}

impl Open {
    fn content(self, strings: &[String]) -> Content {
        if self.formula {
            return Content::Formula;
        }
        match self.kind.as_str() {
            "s" => {
                let at: Option<usize> = self.text.trim().parse().ok();
                at.and_then(|at| strings.get(at))
                    .map_or(Content::NotText, |text| Content::Text(text.trim().to_owned()))
            }
            "inlineStr" | "str" => Content::Text(self.text.trim().to_owned()),
            "b" => Content::Text(if self.text.trim() == "1" { "true" } else { "false" }.to_owned()),
            _ if self.text.trim().is_empty() => Content::Text(String::new()),
            "" | "n" if !self.date => number(&self.text),
            _ => Content::NotText,
        }
    }
}

/// What is read of a sheet.
struct Sheet<'s> {
    strings: &'s [String],
    dates: &'s [bool],
    rows: Vec<Row>,
    row: Row,
    cell: Option<Open>,
}

impl Sheet<'_> {
    fn begin_row(&mut self, element: &BytesStart<'_>) -> Result<(), FileFault> {
        let no = match attribute(element, "r")? {
            Some(text) => text.parse().map_err(|_| FileFault::Damaged)?,
            None => self.row.no.saturating_add(1),
        };
        // Rows come in order, each once.
        if no <= self.row.no {
            return Err(FileFault::Damaged);
        }
        self.row = Row { no, cells: Vec::new() };
        Ok(())
    }

    fn end_row(&mut self) -> Result<(), FileFault> {
        let next = Row { no: self.row.no, cells: Vec::new() };
        let row = std::mem::replace(&mut self.row, next);
        if !row.is_blank() {
            if self.rows.len() >= MAX_SHEET_ROWS {
                return Err(FileFault::TooManyRows);
            }
            self.rows.push(row);
        }
        Ok(())
    }

    fn begin_cell(&mut self, element: &BytesStart<'_>) -> Result<(), FileFault> {
        let column = match attribute(element, "r")? {
            Some(reference) => place(&reference).ok_or(FileFault::Damaged)?.1,
            None => self.row.cells.len() + 1,
        };
        let style: Option<usize> = attribute(element, "s")?.and_then(|style| style.parse().ok());
        let date = style.and_then(|style| self.dates.get(style)).copied().unwrap_or(false);
        let kind = attribute(element, "t")?.unwrap_or_default();
        self.cell = Some(Open { column, kind, date, ..Open::default() });
        Ok(())
    }

    fn end_cell(&mut self) {
        let Some(cell) = self.cell.take() else { return };
        let at = cell.column.min(MAX_COLUMNS) - 1;
        let content = cell.content(self.strings);
        if content.is_blank() {
            return;
        }
        if self.row.cells.len() <= at {
            self.row.cells.resize(at + 1, Content::Text(String::new()));
        }
        if let Some(slot) = self.row.cells.get_mut(at) {
            *slot = content;
        }
    }

    fn see(&mut self, event: &Event<'_>) -> Result<bool, FileFault> {
        match event {
            Event::Start(element) => match (element.local_name().as_ref(), &mut self.cell) {
                ("row", _) => self.begin_row(element)?,
                ("c", _) => self.begin_cell(element)?,
                ("f", Some(cell)) => cell.formula = true,
                ("v" | "t", Some(cell)) => cell.inside = true,
                _ => {}
            },
            Event::Empty(element) => {
                if let ("f", Some(cell)) = (element.local_name().as_ref(), &mut self.cell) {
                    cell.formula = true;
                }
            }
            Event::End(element) => match (element.local_name().as_ref(), &mut self.cell) {
                ("row", _) => self.end_row()?,
                ("c", _) => self.end_cell(),
                ("v" | "t", Some(cell)) => cell.inside = false,
                ("sheetData", _) => return Ok(false),
                _ => {}
            },
            event => {
                if let Some(cell) = self.cell.as_mut().filter(|cell| cell.inside) {
                    add(&mut cell.text, event)?;
                }
            }
        }
        Ok(true)
    }
}

/// The rows of the first sheet that are not blank.
pub(super) fn rows(bytes: &[u8]) -> Result<Vec<Row>, FileFault> {
    let mut package = Package::open(bytes)?;
    let part = first_sheet(&mut package)?;
    let strings = shared_strings(&mut package)?;
    let dates = date_styles(&mut package)?;
    let row = Row { no: 0, cells: Vec::new() };
    let mut sheet = Sheet { strings: &strings, dates: &dates, rows: Vec::new(), row, cell: None };
    if !package.walk(&part, |event| sheet.see(event))? {
        return Err(FileFault::Damaged);
    }
    Ok(sheet.rows)
}
