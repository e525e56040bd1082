//! CSV: UTF-8, with or without the mark of the byte order, or GB18030, as Excel writes it in China.

use std::borrow::Cow;

use super::FileFault;
use super::rows::{Content, MAX_SHEET_ROWS, Row};

/// The text of a file, or that it is none.
fn decode(bytes: &[u8]) -> Result<Cow<'_, str>, FileFault> {
    // UTF-16 would decode to something.
    if bytes.starts_with(b"\xFF\xFE") || bytes.starts_with(b"\xFE\xFF") {
        return Err(FileFault::BrokenText);
    }
    // These are in no text, but in nearly everything that is none.
    if bytes.iter().any(|byte| *byte < b' ' && !matches!(byte, b'\t' | b'\n' | b'\r')) {
        return Err(FileFault::NotASheet);
    }
    if let Some(marked) = bytes.strip_prefix(b"\xEF\xBB\xBF") {
        return std::str::from_utf8(marked).map(Cow::Borrowed).map_err(|_| FileFault::BrokenText);
    }
    if let Ok(text) = std::str::from_utf8(bytes) {
        return Ok(Cow::Borrowed(text));
    }
    encoding_rs::GB18030
        .decode_without_bom_handling_and_without_replacement(bytes)
        .ok_or(FileFault::BrokenText)
}

/// Counts rows as a spreadsheet does: blank lines are rows, line breaks within cells begin none.
#[derive(Default)]
struct Numbers {
    /// Up to where line breaks have been counted.
    at: usize,
    breaks: u64,
    /// Line breaks that stand in cells.
    within: u64,
    last: u32,
}

impl Numbers {
    /// The number of a record that begins at a byte, or behind the line breaks there.
    fn next(&mut self, text: &[u8], record: &csv::StringRecord) -> u32 {
        let start = record.position().map_or(0, csv::Position::byte);
        let start = usize::try_from(start).unwrap_or(usize::MAX).max(self.at);
        let ends = |byte: &u8| matches!(byte, b'\r' | b'\n');
        let blank = text.get(start..).unwrap_or_default().iter().take_while(|byte| ends(byte)).count();
        let passed = text.get(self.at..start.saturating_add(blank)).unwrap_or_default();
        self.breaks += count_breaks(passed);
        self.at = start.saturating_add(blank);
        let row = (self.breaks - self.within.min(self.breaks)).saturating_add(1);
        self.last = u32::try_from(row).unwrap_or(u32::MAX).max(self.last.saturating_add(1));
        self.within += record.iter().map(|cell| count_breaks(cell.as_bytes())).sum::<u64>();
        self.last
    }
}

fn count_breaks(bytes: &[u8]) -> u64 {
    u64::try_from(bytes.split(|byte| *byte == b'\n').count().saturating_sub(1)).unwrap_or(u64::MAX)
}

/// The rows that are not blank.
pub(super) fn rows(bytes: &[u8]) -> Result<Vec<Row>, FileFault> {
    let text = decode(bytes)?;
    let mut reader = csv::ReaderBuilder::new().has_headers(false).flexible(true).from_reader(text.as_bytes());
    let (mut rows, mut numbers) = (Vec::new(), Numbers::default());
    for record in reader.records() {
        let record = record.map_err(|_| FileFault::BrokenText)?;
        let row =
            Row { no: numbers.next(text.as_bytes(), &record), cells: record.iter().map(content).collect() };
        if row.is_blank() {
            continue;
        }
        rows.push(row);
        if rows.len() > MAX_SHEET_ROWS {
            return Err(FileFault::TooManyRows);
        }
    }
    Ok(rows)
}

/// A spreadsheet writes what a formula came to; a formula itself comes from somewhere else, and a spreadsheet that opens
/// the file would carry it out.
fn content(cell: &str) -> Content {
    let cell = cell.trim();
    let signed = cell.strip_prefix(['+', '-']);
    let computes =
        signed.is_some_and(|rest| rest.contains(|c: char| !c.is_ascii_digit() && !" -()".contains(c)));
    if cell.starts_with(['=', '@']) || computes {
        return Content::Formula;
    }
    // 3.30106E+17: a spreadsheet has taken a document's number for a quantity.
    let rounded = cell.split_once("E+").is_some_and(|(digits, power)| {
        let number =
            |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit() || byte == b'.');
        number(digits) && number(power)
    });
    if rounded { Content::NotText } else { Content::Text(cell.to_owned()) }
}
