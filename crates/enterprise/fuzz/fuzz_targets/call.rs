//! Octets from a provider that means no good. The first octet chooses where they come in: as a request, as a file of
//! records, as a package, or as an encrypted one.
//!
//! `cargo +nightly fuzz run call` in `crates/enterprise`.

#![no_main]

use heyan_enterprise::envelope::{Envelope, Key, open, seal};
use heyan_enterprise::soap::{answer, fault, read};
use heyan_enterprise::upload::read_file;
use heyan_enterprise::{charset, credentials, sequence};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|octets: &[u8]| {
    let Some((first, octets)) = octets.split_first() else { return };
    match first % 4 {
        0 => request(octets),
        1 => file(octets.to_vec()),
        2 => package(octets, None),
        _ => package(octets, Key::parse("0123456789ABCDEF", "0102030405060708").ok().as_ref()),
    }
});

fn request(octets: &[u8]) {
    match read(octets) {
        Ok((version, request)) => {
            let _ = credentials::judge(request.credentials(), None, |_| false);
            assert!(read(answer(version, request.operation(), "<return/>").as_bytes()).is_err(), "no call");
        }
        Err(no_call) => assert!(!fault(no_call).is_empty()),
    }
}

fn file(octets: Vec<u8>) {
    let Ok(text) = charset::decode(&octets) else { return };
    match read_file(&charset::encode(&text), 330_000_000_001) {
        Ok(upload) => {
            for record in &upload.records {
                assert!(!record.mark().is_empty());
                let _ = sequence::judge(0, record.review_ids().first().copied());
            }
        }
        Err(refused) => assert!(!refused.note().is_empty()),
    }
}

fn package(octets: &[u8], key: Option<&Key>) {
    // What comes in is a package that is nobody's; its hash is right, so that it is looked into.
    let Ok(sealed) = seal("a.xml", octets, key) else { return };
    assert_eq!(open(sealed, key).as_deref(), Ok(octets));
    let Ok(text) = std::str::from_utf8(octets) else { return };
    let envelope = Envelope {
        info: text.to_owned(),
        hash: String::new(),
        encrypt_algorithm: Some(i64::from(key.is_some())),
        hash_algorithm: Some(0),
        compression_format: Some(0),
    };
    assert!(open(envelope, key).is_err());
}
