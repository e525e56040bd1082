//! Files of records: as they are read, and what is refused.

#![expect(
    clippy::expect_used,
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test stops where it is surprised"
)]

mod golden;
mod hostile;

use heyan_enterprise::charset;
use heyan_enterprise::upload::{Refused, Upload, read_file};

/// The unit that the files name.
const UNIT: i64 = 330_000_000_001;

/// The files, by name, as they are kept.
const FILES: [(&str, &str); 8] = [
    ("xzba", include_str!("../files/xzba.xml")),
    ("xzwz", include_str!("../files/xzwz.xml")),
    ("xzjr", include_str!("../files/xzjr.xml")),
    ("bgba", include_str!("../files/bgba.xml")),
    ("zxba", include_str!("../files/zxba.xml")),
    ("closed", include_str!("../files/closed.xml")),
    ("domains", include_str!("../files/domains.xml")),
    ("addresses", include_str!("../files/addresses.xml")),
];

fn file(name: &str) -> &'static str {
    FILES.iter().find(|(found, _)| *found == name).map(|(_, text)| *text).expect("a file")
}

/// A text as it travels.
fn travelling(text: &str) -> Vec<u8> {
    charset::encode(&format!("<?xml version=\"1.0\" encoding=\"GBK\"?>\n{text}"))
}

fn read(text: &str) -> Result<Upload, Refused> {
    read_file(&travelling(text), UNIT)
}
