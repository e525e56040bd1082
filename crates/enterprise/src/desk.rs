//! What each call is answered with, in the order in which it is judged. All states are arguments: whoever has a door keeps
//! them, asks here, and does what it is told in one transaction.

use crate::codes::{AnswerCode, Operation, RecordCode};
use crate::credentials::{self, Account, Credentials, RandomValue};
use crate::download::RecordResult;
use crate::envelope::{self, Envelope, Key};
use crate::reply::Reply;
use crate::sequence::{self, Arrival};
use crate::upload::{Record, Refused, Upload};

/// What is known about the provider that calls.
pub struct Caller<'a> {
    /// How it proves who it is.
    pub account: Account<'a>,
    /// Its key, if it was given one.
    pub key: Option<&'a Key>,
    /// Whether it may report.
    pub may_report: bool,
}

/// Judges who calls; see [`credentials::judge`]. The value that comes back has to be noted as used.
///
/// # Errors
/// What to answer.
pub fn enter(
    credentials: &Credentials,
    caller: Option<&Caller<'_>>,
    is_used: impl FnOnce(&RandomValue) -> bool,
) -> Result<RandomValue, AnswerCode> {
    credentials::judge(credentials, caller.map(|caller| &caller.account), is_used)
}

/// What to do with an upload.
pub enum Arrived {
    /// Answer this; nothing changes.
    Answer(Reply),
    /// Keep the file under its number, and the number as the last, and answer [`AnswerCode::Done`].
    File {
        /// The number.
        number: u64,
        /// The package as it came, found to hold one file.
        package: Vec<u8>,
    },
}

/// Judges an upload: 19, then its number (14, or a repeat that is answered as before), then its envelope. `last` is the number
/// of the file accepted last, nought before the first.
pub fn upload(envelope: Envelope, data_sequence: Option<i64>, last: u64, caller: &Caller<'_>) -> Arrived {
    if !caller.may_report {
        return Arrived::Answer(Reply::Code(AnswerCode::NotPermitted));
    }
    match sequence::judge(last, data_sequence) {
        Arrival::Missing(numbers) => Arrived::Answer(Reply::EarlierFilesMissing(numbers)),
        Arrival::Repeated => Arrived::Answer(Reply::Code(AnswerCode::Done)),
        Arrival::Next => {
            let opened = envelope::package(envelope, caller.key)
                .and_then(|package| envelope::check(&package).map(|()| package));
            match opened {
                Ok(package) => Arrived::File { number: last.saturating_add(1), package },
                Err(code) => Arrived::Answer(Reply::Code(code)),
            }
        }
    }
}

/// The answer to `isp_download`: the file that has waited longest, or 2. It comes again until it is acknowledged.
pub fn download(waiting: Option<(&str, &[u8])>, key: Option<&Key>) -> Reply {
    let Some((name, file)) = waiting else { return Reply::Code(AnswerCode::NothingToDownload) };
    match envelope::seal(name, file, key) {
        Ok(envelope) => Reply::File { name: name.to_owned(), envelope },
        Err(envelope::NotSealed) => Reply::Code(AnswerCode::Other),
    }
}

/// The answer to `isp_downloadack`: 21 without a name, 999 for a file that never was, else whether more files wait (3) or
/// none (1). A file that was acknowledged before is answered like that, too (decided: the answer was lost).
pub fn acknowledge(file_name: &str, is_known: bool, more_wait: bool) -> Reply {
    Reply::Code(match (file_name.trim().is_empty(), is_known, more_wait) {
        (true, ..) => AnswerCode::NoFileName,
        (false, false, _) => AnswerCode::Other,
        (false, true, true) => AnswerCode::MoreToDownload,
        (false, true, false) => AnswerCode::AllDownloaded,
    })
}

/// What a file comes to.
#[derive(Debug, Default)]
pub struct Sorted {
    /// The records that are to be filed.
    pub records: Vec<Record>,
    /// The results of what is not.
    pub results: Vec<RecordResult>,
}

/// Sorts a file that has been read, under the name it has here.
pub fn sort(file_name: &str, file: Result<Upload, Refused>) -> Sorted {
    let upload = match file {
        Ok(upload) => upload,
        Err(refused) => return Sorted { records: Vec::new(), results: vec![of_file(file_name, &refused)] },
    };
    let mut sorted = Sorted::default();
    sorted.results.extend(upload.closed.into_iter().map(of_closed));
    for record in upload.records {
        if record.attachments().iter().all(crate::upload::Attachment::is_sound) {
            sorted.records.push(record);
        } else {
            sorted.results.push(RecordResult {
                codes: vec![(RecordCode::InvalidAttachment, None)],
                operation: record.operation(),
                mark: Some(record.mark()),
                note: None,
            });
        }
    }
    sorted
}

/// The standard wants the file's name in the place of the words when the file is not by the schema.
fn of_file(file_name: &str, refused: &Refused) -> RecordResult {
    let code = refused.code();
    let words = (code == RecordCode::NotBySchema).then(|| file_name.to_owned());
    RecordResult {
        codes: vec![(code, words)],
        operation: refused.operation(),
        mark: None,
        note: Some(refused.note()),
    }
}

/// A branch that is not open has no kind of record here; it is answered under the first (decided), with its name.
fn of_closed(branch: &'static str) -> RecordResult {
    RecordResult {
        codes: vec![(RecordCode::NotOpen, None)],
        operation: Operation::NewFiling,
        mark: None,
        note: Some(branch.to_owned()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::schema::{Fault, Reason};

    fn caller(may_report: bool) -> Caller<'static> {
        Caller { account: Account { user_name: "user", password: "secret" }, key: None, may_report }
    }

    fn arrived(number: i64, may_report: bool, spoil: bool) -> Arrived {
        let mut envelope = envelope::seal("a.xml", b"<a/>", None).unwrap();
        if spoil {
            envelope.hash.clear();
        }
        upload(envelope, Some(number), 7, &caller(may_report))
    }

    fn code(arrived: Arrived) -> AnswerCode {
        let Arrived::Answer(reply) = arrived else { panic!("it was taken in") };
        reply.code()
    }

    #[test]
    fn the_next_file_is_taken_in_and_nothing_else() {
        assert!(
            matches!(arrived(8, true, false), Arrived::File { number: 8, package } if envelope::unpack(&package).unwrap() == b"<a/>")
        );
        assert_eq!(code(arrived(8, false, true)), AnswerCode::NotPermitted);
        assert_eq!(code(arrived(9, true, true)), AnswerCode::EarlierFilesMissing, "before the envelope");
        assert_eq!(code(arrived(7, true, true)), AnswerCode::Done, "a repeat, whatever is in it");
        assert_eq!(code(arrived(8, true, true)), AnswerCode::WrongHash);
    }

    #[test]
    fn files_come_until_they_are_acknowledged() {
        assert_eq!(download(None, None).code(), AnswerCode::NothingToDownload);
        assert_eq!(download(Some(("a.xml", b"<a/>")), None).code(), AnswerCode::Done);
        assert_eq!(acknowledge(" ", false, true).code(), AnswerCode::NoFileName);
        assert_eq!(acknowledge("b.xml", false, true).code(), AnswerCode::Other);
        assert_eq!(acknowledge("a.xml", true, true).code(), AnswerCode::MoreToDownload);
        assert_eq!(acknowledge("a.xml", true, false).code(), AnswerCode::AllDownloaded);
    }

    #[test]
    fn a_file_against_the_schema_is_named_in_its_result() {
        let fault =
            Fault { path: "/UploadData/ICP/BGBA/Bgxx[1]".to_owned(), reason: Reason::Missing("Zt_xx") };
        let sorted = sort("a.xml", Err(Refused::NotBySchema(fault)));
        let [result] = sorted.results.as_slice() else { panic!("one result") };
        assert_eq!(result.codes, [(RecordCode::NotBySchema, Some("a.xml".to_owned()))]);
        assert_eq!(result.operation, Operation::Change);
        assert!(result.note.as_ref().unwrap().contains("Zt_xx"));
        let unit = sort("a.xml", Err(Refused::UnitDiffers(1)));
        assert_eq!(unit.results[0].codes, [(RecordCode::UnitDiffers, None)]);
    }

    #[test]
    fn what_cannot_be_filed_has_its_result_and_the_rest_is_filed() {
        let text = include_str!("../tests/files/xzba.xml");
        let read = |text: &str| crate::upload::read_file(&crate::charset::encode(text), 330_000_000_001);
        let sorted = sort("a.xml", read(text));
        assert_eq!((sorted.records.len(), sorted.results.len()), (1, 0));
        let sorted = sort("a.xml", read(&text.replace("aW52ZW50ZWQ=", "-")));
        assert_eq!((sorted.records.len(), sorted.results.len()), (0, 1));
        assert_eq!(sorted.results[0].codes, [(RecordCode::InvalidAttachment, None)]);
        assert_eq!(sorted.results[0].mark.as_deref(), Some("1001"));
        let sorted = sort("a.xml", read(include_str!("../tests/files/closed.xml")));
        let notes: Vec<_> = sorted.results.iter().map(|result| result.note.clone().unwrap()).collect();
        assert_eq!((sorted.records.len(), notes), (1, vec!["WBACLJG".to_owned(), "XZHYD".to_owned()]));
    }
}
