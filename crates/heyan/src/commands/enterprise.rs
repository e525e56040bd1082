//! `heyan enterprise`: accounts of providers' systems, and what can be tried of the interface without a line to anybody.

mod accounts;

use heyan_domain::accounts::Authority;
use heyan_domain::enterprise::EnterpriseAction;
use heyan_enterprise::RecordCode;
use heyan_enterprise::envelope::{MAX_ENVELOPE, unpack};
use heyan_enterprise::soap::wsdl;
use heyan_enterprise::upload::{Attachment, Refused, Upload, read_any};

use crate::cli::{EnterpriseCheck, EnterpriseCommand, EnterpriseOf};
use crate::failure::Failure;

/// Whoever has the data and the keys.
const BY: Authority = Authority::Machine;
/// The first octets of a ZIP.
const PACKAGE: &[u8] = b"PK\x03\x04";

/// Does it.
#[expect(clippy::print_stdout, reason = "the command's answer")]
pub fn run(command: EnterpriseCommand) -> Result<(), Failure> {
    match command {
        EnterpriseCommand::Wsdl(arguments) => {
            print!("{}", wsdl::write(arguments.service, arguments.address.trim_end_matches('/')));
            Ok(())
        }
        EnterpriseCommand::Check(arguments) => {
            let (lines, is_taken) = check(octets(&arguments)?, arguments.unit)?;
            println!("{}", lines.join("\n"));
            if is_taken { Ok(()) } else { Err(Failure::plain("not all of it would be taken in")) }
        }
        EnterpriseCommand::Open(arguments) => {
            let (provider, terms) = (arguments.provider.clone(), arguments.terms());
            accounts::carry_out(arguments.place, EnterpriseAction::Open { by: BY, provider, terms })
        }
        EnterpriseCommand::Set(arguments) => {
            let (provider, terms) = (arguments.provider.clone(), arguments.terms());
            accounts::carry_out(arguments.place, EnterpriseAction::Change { by: BY, provider, terms })
        }
        EnterpriseCommand::Renew(EnterpriseOf { provider, place }) => {
            accounts::carry_out(place, EnterpriseAction::Renew { by: BY, provider })
        }
        EnterpriseCommand::Close(EnterpriseOf { provider, place }) => {
            accounts::carry_out(place, EnterpriseAction::Close { by: BY, provider })
        }
        EnterpriseCommand::List(place) => accounts::list(place),
    }
}

fn octets(arguments: &EnterpriseCheck) -> Result<Vec<u8>, Failure> {
    let name = arguments.file.display();
    let unreadable = |error: std::io::Error| {
        Failure::new(format!("{name} cannot be read: {error}"), "name a file of records, XML or ZIP")
    };
    let length = std::fs::metadata(&arguments.file).map_err(unreadable)?.len();
    if usize::try_from(length).is_ok_and(|length| length <= MAX_ENVELOPE) {
        std::fs::read(&arguments.file).map_err(unreadable)
    } else {
        Err(Failure::new(format!("{name} is larger than any file of records"), "report it in parts"))
    }
}

/// What the file would be answered with: a line for the file and one for each record; whether all of it is taken in.
fn check(octets: Vec<u8>, unit: Option<i64>) -> Result<(Vec<String>, bool), Failure> {
    let file = if octets.starts_with(PACKAGE) {
        unpack(&octets).map_err(|code| {
            Failure::new(
                format!("{} {}", code.number(), code.words()),
                "pack exactly one file, at most 50 MB",
            )
        })?
    } else {
        octets
    };
    let read = read_any(&file).map_err(Refused::NotBySchema);
    let (found, upload) = read.map_err(|refused| failure(&refused))?;
    if unit.is_some_and(|unit| unit != found) {
        return Err(failure(&Refused::UnitDiffers(found)));
    }
    Ok(told(found, &upload))
}

fn failure(refused: &Refused) -> Failure {
    let code = refused.code();
    let what = format!("{} {}: {}", code.number(), code.words(), refused.note());
    Failure::new(what, "the whole file would be refused; correct it before it is reported")
}

fn told(unit: i64, upload: &Upload) -> (Vec<String>, bool) {
    let mut lines = vec![format!("unit {unit}, records: {}", upload.records.len())];
    let mut is_taken = true;
    for record in &upload.records {
        let refused = !record.attachments().iter().all(Attachment::is_sound);
        let verdict = if refused { answer(RecordCode::InvalidAttachment) } else { "ok".to_owned() };
        lines.push(format!("Czlx {}, Bs {}: {verdict}", record.operation().number(), record.mark()));
        is_taken &= !refused;
    }
    for branch in &upload.closed {
        lines.push(format!("{branch}: {}", answer(RecordCode::NotOpen)));
        is_taken = false;
    }
    (lines, is_taken)
}

fn answer(code: RecordCode) -> String {
    format!("{} {}", code.number(), code.words())
}

#[cfg(test)]
mod tests {
    use heyan_enterprise::charset;

    use super::*;

    const CANCELLATIONS: &str = include_str!("../../../enterprise/tests/files/zxba.xml");
    const FILING: &str = include_str!("../../../enterprise/tests/files/xzba.xml");
    const CLOSED: &str = include_str!("../../../enterprise/tests/files/closed.xml");

    #[test]
    fn a_sound_file_is_told_record_by_record() {
        let (lines, is_taken) = check(charset::encode(CANCELLATIONS), Some(330_000_000_001)).unwrap();
        assert_eq!(lines[0], "unit 330000000001, records: 3");
        assert_eq!(lines[1..], ["Czlx 6, Bs 9001: ok", "Czlx 7, Bs 9002: ok", "Czlx 5, Bs 9003: ok"]);
        assert!(is_taken);
    }

    #[test]
    fn what_would_be_refused_is_told_with_its_code_and_its_path() {
        let wrong = CANCELLATIONS.replace("<Zxlb>2", "<Zxlb>9");
        let failure = check(charset::encode(&wrong), None).unwrap_err();
        assert!(failure.what().starts_with("5001 "), "{}", failure.what());
        assert!(failure.what().contains("/UploadData/ICP/ZXBA/Zx_xx[3]/Zxlb"), "{}", failure.what());
        assert!(check(charset::encode(CANCELLATIONS), Some(1)).unwrap_err().what().starts_with("5003 "));
        assert!(check(b"PK\x03\x04 and no more".to_vec(), None).unwrap_err().what().starts_with("8 "));
    }

    #[test]
    fn a_record_and_a_branch_that_would_not_be_taken_in_are_told() {
        let spoilt = FILING.replace("aW52ZW50ZWQ=", "-");
        let (lines, is_taken) = check(charset::encode(&spoilt), None).unwrap();
        assert!(lines[1].starts_with("Czlx 1, Bs 1001: 5010 ") && !is_taken);
        let (lines, is_taken) = check(charset::encode(CLOSED), None).unwrap();
        assert!(lines[2].starts_with("WBACLJG: 5011 ") && !is_taken);
    }
}
