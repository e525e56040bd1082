//! The files to fill in.

use rust_xlsxwriter::{Format, FormatAlign, Workbook, XlsxError};

use super::columns::{Column, REQUIRED};
use crate::console::texts;
use crate::texts::Language;

/// Without it some spreadsheets take UTF-8 for something else.
const BYTE_ORDER_MARK: &str = "\u{feff}";
/// How wide a column is, in characters.
const WIDTH: f64 = 20.0;

/// The heading as CSV.
pub(crate) fn csv(language: Language) -> String {
    let names: Vec<String> = Column::all().map(|column| column.name(language)).collect();
    format!("{BYTE_ORDER_MARK}{}\r\n", names.join(","))
}

/// A workbook of two sheets: the one to fill in, whose cells are text so that no number is rounded, and one that says
/// what each column takes.
pub(crate) fn xlsx(language: Language) -> Result<Vec<u8>, XlsxError> {
    let t = texts(language);
    let mut workbook = Workbook::new();
    let (text, bold) = (Format::new().set_num_format("@"), Format::new().set_bold().set_num_format("@"));
    let wrapped = Format::new().set_text_wrap().set_align(FormatAlign::Top);
    let sheet = workbook.add_worksheet().set_name(t.get("bulk-sheet-filings"))?;
    for (at, column) in (0_u16..).zip(Column::all()) {
        sheet.set_column_format(at, &text)?.set_column_width(at, WIDTH)?;
        sheet.write_string_with_format(0, at, column.name(language), &bold)?;
    }
    sheet.set_freeze_panes(1, 0)?;
    let notes = workbook.add_worksheet().set_name(t.get("bulk-sheet-notes"))?;
    for (at, key) in
        (0_u16..).zip(["bulk-note-column", "bulk-note-name", "bulk-note-needed", "bulk-note-takes"])
    {
        notes.write_string_with_format(0, at, t.get(key), &bold)?;
        notes.set_column_width(at, WIDTH * if at == 3 { 4.0 } else { 1.5 })?;
    }
    for (row, column) in (1_u32..).zip(Column::all()) {
        let needed = if REQUIRED.contains(&column) { "bulk-needed-always" } else { "bulk-needed-by-kind" };
        notes.write_string_with_format(row, 0, column.name(language), &wrapped)?;
        notes.write_string_with_format(row, 1, column.api_name(), &wrapped)?;
        notes.write_string_with_format(row, 2, t.get(needed), &wrapped)?;
        notes.write_string_with_format(row, 3, takes(column, language), &wrapped)?;
    }
    workbook.save_to_buffer()
}

/// What a column takes.
pub(crate) fn takes(column: Column, language: Language) -> String {
    let t = texts(language);
    let words: Vec<String> = column.words().into_iter().map(|wire| column.word(language, wire)).collect();
    if !words.is_empty() {
        return words.join(" / ");
    }
    t.get(if column.is_list() { "bulk-takes-list" } else { "bulk-takes-text" })
}
