//! The code tables that providers download: documents, natures of an entity, provinces.
//!
//! Facts of the standard and of GB/T 2260; the rows stand in `data/tables/`.

use std::sync::LazyLock;

/// A row of a code table.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct CodeRow {
    /// The code.
    pub code: u32,
    /// The code it belongs to: the nature whose document this is. Nought where there is none.
    pub of: u32,
    /// Its name, in Chinese.
    pub name: &'static str,
}

/// `CODE OF NAME` a line, behind lines that begin with `#`.
fn rows(text: &'static str) -> Vec<CodeRow> {
    let row = |line: &'static str| {
        let (code, rest) = line.split_once(' ')?;
        let (of, name) = rest.split_once(' ')?;
        Some(CodeRow { code: code.parse().ok()?, of: of.parse().ok()?, name })
    };
    text.lines().filter(|line| !line.starts_with('#')).filter_map(row).collect()
}

/// `Zjlx`: kinds of documents, of people and of organisations.
pub static DOCUMENT_KINDS: LazyLock<Vec<CodeRow>> =
    LazyLock::new(|| rows(include_str!("../../data/tables/documents.txt")));
/// `Dwxz`: natures of an entity.
pub static NATURES: LazyLock<Vec<CodeRow>> =
    LazyLock::new(|| rows(include_str!("../../data/tables/natures.txt")));
/// `Shengid`: provinces, by their six digits of GB/T 2260.
pub static PROVINCES: LazyLock<Vec<CodeRow>> =
    LazyLock::new(|| rows(include_str!("../../data/tables/provinces.txt")));
/// Cities and counties, by their six digits.
pub static REGIONS: LazyLock<Vec<CodeRow>> = LazyLock::new(|| {
    let mut regions = rows(include_str!("../../data/tables/regions.txt"));
    regions.sort_unstable_by_key(|row| row.code);
    regions
});

/// The name of a city or a county.
pub fn region(code: u32) -> Option<&'static str> {
    let at = REGIONS.binary_search_by_key(&code, |row| row.code).ok()?;
    REGIONS.get(at).map(|row| row.name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_line_of_a_table_is_a_row_and_every_code_stands_once() {
        let files = [
            include_str!("../../data/tables/documents.txt"),
            include_str!("../../data/tables/natures.txt"),
            include_str!("../../data/tables/provinces.txt"),
            include_str!("../../data/tables/regions.txt"),
        ];
        for (file, table) in files.into_iter().zip([&DOCUMENT_KINDS, &NATURES, &PROVINCES, &REGIONS]) {
            assert_eq!(file.lines().filter(|line| !line.starts_with('#')).count(), table.len());
            let mut codes: Vec<_> = table.iter().map(|row| row.code).collect();
            codes.sort_unstable();
            codes.dedup();
            assert_eq!(codes.len(), table.len());
        }
        assert_eq!(PROVINCES.len(), 31);
        assert_eq!((region(330_106), region(330_103)), (Some("西湖区"), None));
        assert!(
            REGIONS
                .iter()
                .all(|row| PROVINCES.iter().any(|province| province.code / 10_000 == row.code / 10_000))
        );
        let natures: Vec<_> = NATURES.iter().map(|row| row.code).collect();
        assert!(DOCUMENT_KINDS.iter().all(|row| natures.contains(&row.of)));
    }
}
