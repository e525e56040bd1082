//! The ZIP with one file in it.

use std::io::{Cursor, Read as _, Write};

use zip::ZipArchive;
use zip::write::{SimpleFileOptions, ZipWriter};

use super::MAX_FILE;
use crate::charset::Text;
use crate::codes::AnswerCode;

/// So many times its own size can a package hold, by deflate.
const MAX_RATIO: usize = 1_032;
/// A directory with more entries than this is not looked into: reading it would reserve memory for each.
const MAX_ENTRIES: usize = 16;

/// The one file of a package. What it says about its size is not believed; it is read until it is too large.
///
/// # Errors
/// What a call that brings it is answered with: 8, 17 or 18.
pub fn unpack(package: &[u8]) -> Result<Vec<u8>, AnswerCode> {
    read(package, Vec::with_capacity)
}

/// The text of the one file of a package.
///
/// # Errors
/// As [`unpack`].
pub fn text(package: &[u8]) -> Result<Text, AnswerCode> {
    read(package, Text::with_room_for)
}

/// Whether a package has one file, not too large, without keeping what is in it.
///
/// # Errors
/// As [`unpack`].
pub fn check(package: &[u8]) -> Result<(), AnswerCode> {
    read(package, |_| std::io::sink()).map(|_| ())
}

/// Reads the one file into what `to` makes of the size that the package states, as far as that can be true.
fn read<W: Write>(package: &[u8], to: impl FnOnce(usize) -> W) -> Result<W, AnswerCode> {
    if package.windows(4).filter(|window| *window == b"PK\x01\x02").count() > MAX_ENTRIES {
        return Err(AnswerCode::WrongNumberOfFiles);
    }
    let mut archive = ZipArchive::new(Cursor::new(package)).map_err(|_| AnswerCode::NotUnpacked)?;
    if archive.len() != 1 {
        return Err(AnswerCode::WrongNumberOfFiles);
    }
    let file = archive.by_index(0).map_err(|_| AnswerCode::NotUnpacked)?;
    if file.is_dir() {
        return Err(AnswerCode::WrongNumberOfFiles);
    }
    let most = u64::try_from(MAX_FILE).unwrap_or(u64::MAX);
    let stated = usize::try_from(file.size()).unwrap_or(usize::MAX);
    let mut to = to(stated.min(MAX_FILE).min(package.len().saturating_mul(MAX_RATIO)));
    let mut file = file.take(most.saturating_add(1));
    let length = std::io::copy(&mut file, &mut to).map_err(|_| AnswerCode::NotUnpacked)?;
    if length > most { Err(AnswerCode::FileTooLarge) } else { Ok(to) }
}

/// Packs one file. Nothing but name and content goes in, no time: equal files give equal packages. `None` for a name that
/// no package takes.
pub(super) fn pack(name: &str, file: &[u8]) -> Option<Vec<u8>> {
    let mut writer = ZipWriter::new(Cursor::new(Vec::new()));
    writer.start_file(name, SimpleFileOptions::default()).ok()?;
    writer.write_all(file).ok()?;
    writer.finish().ok().map(Cursor::into_inner)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn packed(files: &[(&str, &[u8])]) -> Vec<u8> {
        let mut writer = ZipWriter::new(Cursor::new(Vec::new()));
        for (name, content) in files {
            writer.start_file(*name, SimpleFileOptions::default()).unwrap();
            writer.write_all(content).unwrap();
        }
        writer.finish().unwrap().into_inner()
    }

    #[test]
    fn there_is_exactly_one_file() {
        assert_eq!(unpack(&packed(&[("a.xml", b"<a/>")])).unwrap(), b"<a/>");
        assert_eq!(unpack(&packed(&[])).unwrap_err(), AnswerCode::WrongNumberOfFiles);
        let two: &[(&str, &[u8])] = &[("a.xml", b"<a/>"), ("b.xml", b"<b/>")];
        assert_eq!(unpack(&packed(two)).unwrap_err(), AnswerCode::WrongNumberOfFiles);
        let names: Vec<_> = (0..=MAX_ENTRIES).map(|at| format!("{at}.xml")).collect();
        let many: Vec<(&str, &[u8])> = names.iter().map(|name| (name.as_str(), b"".as_slice())).collect();
        assert_eq!(unpack(&packed(&many)).unwrap_err(), AnswerCode::WrongNumberOfFiles);
    }

    #[test]
    fn a_bomb_is_not_blown_up() {
        let bomb = packed(&[("a.xml", &vec![b' '; MAX_FILE + 1])]);
        assert!(bomb.len() < MAX_FILE / 500);
        assert_eq!(unpack(&bomb).unwrap_err(), AnswerCode::FileTooLarge);
        let full = packed(&[("a.xml", &vec![b' '; MAX_FILE])]);
        assert_eq!(unpack(&full).unwrap().len(), MAX_FILE);
    }

    #[test]
    fn what_is_damaged_is_refused() {
        let good = packed(&[("a.xml", b"four and twenty blackbirds")]);
        for at in 0..good.len() {
            let cut = good.get(..at).unwrap();
            assert_eq!(unpack(cut).unwrap_err(), AnswerCode::NotUnpacked, "cut at {at}");
        }
        let mut wrong = good.clone();
        // An octet of the content, so that the checksum is not that of the file.
        let at = wrong.windows(4).position(|window| window == b"a.xm").unwrap() + 6;
        wrong[at] ^= 1;
        assert_eq!(unpack(&wrong).unwrap_err(), AnswerCode::NotUnpacked);
    }

    #[test]
    fn equal_files_give_equal_packages() {
        assert_eq!(pack("a.xml", b"<a/>"), pack("a.xml", b"<a/>"));
        assert_eq!(unpack(&pack("a.xml", b"<a/>").unwrap()).unwrap(), b"<a/>");
        assert_eq!(pack(&"a".repeat(70_000), b"<a/>"), None);
    }
}
