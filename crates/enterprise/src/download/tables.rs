//! JCDM: code tables.

use super::{HEAD, cut, file};
use crate::codes::{CodeRow, DOCUMENT_KINDS, NATURES, PROVINCES};
use crate::schema::Fault;
use crate::xml::Document;

/// `Bbdw`: a unit that reports.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Unit {
    /// `Id`, which is its `ispId`.
    pub id: i64,
    /// `Dwmc`.
    pub name: String,
    /// `Sfyx`: whether it may report now.
    pub is_valid: bool,
}

/// A file of code tables: natures, provinces, documents, and the units that there are.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct CodeTables {
    /// The units.
    pub units: Vec<Unit>,
}

impl CodeTables {
    /// The file, in GBK.
    ///
    /// # Errors
    /// If it would not be as the standard wants it: a unit without a name, an id that is none.
    pub fn to_file(&self) -> Result<Vec<u8>, Fault> {
        let mut document = Document::new("DownloadData", HEAD);
        document.within("JCDM", |document| {
            if !self.units.is_empty() {
                document.within("Bbdwlb", |document| {
                    for unit in &self.units {
                        document.within("Bbdw", |document| {
                            document.leaf("Id", unit.id);
                            document.leaf("Dwmc", cut(&unit.name, 255));
                            document.leaf("Sfyx", u8::from(unit.is_valid));
                        });
                    }
                });
            }
            document.within("Jcdm_xx", |document| {
                table(document, "Dwxz_dms", "Dwxz_xx", &NATURES, |_, _| ());
                table(document, "Qy_dms", "Qy_xx", &PROVINCES, |document, _| document.leaf("Lx", 1));
                table(document, "Zjlx_dms", "Zjlx_xx", &DOCUMENT_KINDS, |document, row| {
                    document.leaf("Dwflid", row.of);
                });
            });
        });
        file(&document.finish())
    }
}

fn table(
    document: &mut Document,
    name: &'static str,
    row_name: &'static str,
    rows: &[CodeRow],
    more: impl Fn(&mut Document, &CodeRow),
) {
    document.within(name, |document| {
        for row in rows {
            document.within(row_name, |document| {
                document.leaf("Id", row.code);
                document.leaf("Mc", row.name);
                more(document, row);
                document.leaf("Sfyx", 1);
            });
        }
    });
}
