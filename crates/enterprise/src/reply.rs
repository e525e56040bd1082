//! The `<return>` of every call.

use crate::codes::AnswerCode;
use crate::envelope::Envelope;
use crate::soap::StatusQuestion;
use crate::xml::Document;

/// Characters of `msg`. The standard's schemas ask for exactly so many, which no system's words have; ours are filled up
/// with spaces, so that they hold for both.
const MESSAGE_LENGTH: usize = 256;

/// What is on record.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct OnRecord {
    /// The entity's number, 浙ICP备00000001号 or the like.
    pub entity_no: String,
    /// The service's name and number, where a domain was asked for.
    pub service: Option<(String, String)>,
}

/// What a call is answered with.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Reply {
    /// A code and its words.
    Code(AnswerCode),
    /// 14: these files are missing.
    EarlierFilesMissing(Vec<u64>),
    /// 0: a file.
    File {
        /// Its name, to be acknowledged by.
        name: String,
        /// The file.
        envelope: Envelope,
    },
    /// 0: the file accepted last; number nought, and no file, before the first.
    Previous {
        /// Its number.
        number: u64,
        /// Its name here, and the file.
        file: Option<(String, Envelope)>,
    },
    /// 0: whether something is on record.
    Status {
        /// What was asked, 0 to 98.
        kind: i64,
        /// What was asked for, 4 to 255 characters.
        condition: String,
        /// What was found.
        found: Option<OnRecord>,
    },
}

impl Reply {
    /// The answer to a question about the record. A question that the standard's answer has no room for is answered 999.
    pub fn status(question: StatusQuestion, found: Option<OnRecord>) -> Self {
        let kind = question.kind.filter(|kind| (0..=98).contains(kind));
        match (kind, question.condition.chars().count()) {
            (Some(kind), 4..=255) => Self::Status { kind, condition: question.condition, found },
            _ => Self::Code(AnswerCode::Other),
        }
    }

    /// The code in `msg_code`.
    pub fn code(&self) -> AnswerCode {
        match self {
            Self::Code(code) => *code,
            Self::EarlierFilesMissing(_) => AnswerCode::EarlierFilesMissing,
            Self::File { .. } | Self::Previous { .. } | Self::Status { .. } => AnswerCode::Done,
        }
    }

    /// The document, without a declaration: it travels as a text inside of another.
    pub fn document(&self) -> String {
        let code = self.code();
        let mut document = Document::new("return", "");
        document.leaf("msg_code", code.number());
        document.leaf("msg", format_args!("{:<width$}", code.words(), width = MESSAGE_LENGTH));
        match self {
            Self::Code(_) => {}
            Self::EarlierFilesMissing(numbers) => document.within("dataSequences", |document| {
                for number in numbers {
                    document.leaf("dataSequence", number);
                }
            }),
            Self::File { name, envelope } => {
                document.within("fileInfos", |document| file(document, name, Some(envelope), None));
            }
            Self::Previous { number, file: found } => document.within("fileInfos", |document| {
                let (name, envelope) =
                    found.as_ref().map_or(("", None), |(name, envelope)| (name, Some(envelope)));
                file(document, name, envelope, Some(*number));
            }),
            Self::Status { kind, condition, found } => document.within("StatusInfo", |document| {
                document.leaf("Cxtjlx", kind);
                document.leaf("Cxtj", condition);
                let service = found.as_ref().and_then(|found| found.service.as_ref());
                document.leaf_if_any("Wzmc", service.map(|(name, _)| name));
                document.leaf_if_any("Ztbah", found.as_ref().map(|found| &found.entity_no));
                document.leaf_if_any("Wzbah", service.map(|(_, no)| no));
                document.leaf("Bazt", u8::from(found.is_none()));
            }),
        }
        document.finish()
    }
}

fn file(document: &mut Document, name: &str, envelope: Option<&Envelope>, number: Option<u64>) {
    let algorithm = |of: fn(&Envelope) -> Option<i64>| envelope.and_then(of).unwrap_or(0);
    document.leaf("hashAlgorithm", algorithm(|envelope| envelope.hash_algorithm));
    document.leaf("compressionFormat", algorithm(|envelope| envelope.compression_format));
    document.leaf("encryptAlgorithm", algorithm(|envelope| envelope.encrypt_algorithm));
    document.leaf_if_any("dataSequence", number);
    document.leaf("return_FileName", name);
    document.leaf("beianInfo", envelope.map_or("", |envelope| &envelope.info));
    document.leaf("beianInfoHash", envelope.map_or("", |envelope| &envelope.hash));
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::envelope::seal;
    use crate::schema::{self, Schema, Strictness};

    fn fits(reply: &Reply, schema: &Schema) {
        let document = reply.document();
        schema.check(&document, Strictness::Produced).unwrap();
        assert!(document.contains(&format!("<msg_code>{}</msg_code>", reply.code().number())));
    }

    #[test]
    fn every_reply_is_as_the_standard_wants_it() {
        let envelope = seal("a.xml", b"<a/>", None).unwrap();
        let file = ("20260325145800_zj_3058.xml".to_owned(), envelope);
        for code in AnswerCode::ALL.iter().filter(|code| **code != AnswerCode::NotOpen) {
            let tables = schema::all();
            for (_, table) in tables.iter().filter(|(name, _)| name.starts_with("return-")) {
                fits(&Reply::Code(*code), table);
            }
        }
        fits(&Reply::EarlierFilesMissing(vec![8, 9]), &schema::RETURN_UPLOAD);
        fits(&Reply::File { name: file.0.clone(), envelope: file.1.clone() }, &schema::RETURN_DOWNLOAD);
        fits(&Reply::Previous { number: 0, file: None }, &schema::RETURN_PREVIOUS);
        fits(&Reply::Previous { number: 7, file: Some(file) }, &schema::RETURN_PREVIOUS);
    }

    #[test]
    fn what_is_on_record_is_said_by_nought() {
        let question = || StatusQuestion { kind: Some(0), condition: "shop.example".to_owned() };
        let found =
            OnRecord { entity_no: "E1".to_owned(), service: Some(("Shop".to_owned(), "E1-1".to_owned())) };
        let yes = Reply::status(question(), Some(found));
        let no = Reply::status(question(), None);
        for reply in [&yes, &no] {
            fits(reply, &schema::RETURN_STATUS);
        }
        assert!(yes.document().contains("<Wzbah>E1-1</Wzbah><Bazt>0</Bazt>"));
        assert!(no.document().contains("<Cxtj>shop.example</Cxtj><Bazt>1</Bazt>"));
    }

    #[test]
    fn a_question_without_room_for_an_answer_is_answered_with_other() {
        for (kind, condition) in [(Some(0), "abc"), (None, "shop.example"), (Some(99), "shop.example")] {
            let question = StatusQuestion { kind, condition: condition.to_owned() };
            assert_eq!(Reply::status(question, None).code(), AnswerCode::Other);
        }
    }
}
