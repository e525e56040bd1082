//! What a call asks for, as types.

use super::operation::Operation;
use crate::credentials::Credentials;
use crate::envelope::Envelope;

/// The parameters of a call as they came. A name counts without its case: `ispID` is `ispId`.
#[derive(Default)]
pub(super) struct Parameters(Vec<(String, String)>);

impl Parameters {
    /// Adds one. The first of a name counts.
    pub fn add(&mut self, name: &str, value: String) {
        self.0.push((name.to_ascii_lowercase(), value));
    }

    /// Takes a text away; one that is missing is empty, and is judged like that.
    fn text(&mut self, name: &str) -> String {
        let name = name.to_ascii_lowercase();
        let found = self.0.iter_mut().find(|(found, _)| *found == name);
        found.map(|(_, value)| std::mem::take(value)).unwrap_or_default()
    }

    /// Takes a number away; `None` if it is missing or none.
    fn number(&mut self, name: &str) -> Option<i64> {
        crate::schema::number(&self.text(name))
    }
}

/// What `isp_querybeianstatus` asks.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct StatusQuestion {
    /// 0 by domain, 1 to 11 by a kind of document.
    pub kind: Option<i64>,
    /// The domain, or the document's number.
    pub condition: String,
}

/// A call.
pub enum Request {
    /// A file of records.
    Upload {
        /// Who calls.
        credentials: Credentials,
        /// The file.
        envelope: Envelope,
        /// The file's number.
        data_sequence: Option<i64>,
    },
    /// The next file of results.
    Download(Credentials),
    /// A file of results has arrived.
    DownloadAck {
        /// Who calls.
        credentials: Credentials,
        /// Which file.
        file_name: String,
    },
    /// Which file was accepted last.
    QueryPreviousUpload(Credentials),
    /// Whether something is on record.
    QueryBeianStatus {
        /// Who calls.
        credentials: Credentials,
        /// What is asked.
        question: StatusQuestion,
    },
    /// Whether a filing password is right. The password is not kept.
    VerifyBamm(Credentials),
}

impl Request {
    pub(super) fn of(operation: Operation, mut parameters: Parameters) -> Self {
        let take = &mut parameters;
        let credentials = Credentials {
            isp_id: take.number("ispId"),
            user_name: take.text("userName"),
            random_value: take.text("randVal"),
            password_hash: take.text("pwdHash"),
            hash_algorithm: take.number("hashAlgorithm"),
        };
        match operation {
            Operation::Upload => {
                let envelope = Envelope {
                    info: take.text("beianInfo"),
                    hash: take.text("beianInfoHash"),
                    encrypt_algorithm: take.number("encryptAlgorithm"),
                    hash_algorithm: credentials.hash_algorithm,
                    compression_format: take.number("compressionFormat"),
                };
                Self::Upload { credentials, envelope, data_sequence: take.number("dataSequence") }
            }
            Operation::Download => Self::Download(credentials),
            Operation::DownloadAck => Self::DownloadAck { credentials, file_name: take.text("fileName") },
            Operation::QueryPreviousUpload => Self::QueryPreviousUpload(credentials),
            Operation::QueryBeianStatus => {
                let question = StatusQuestion {
                    kind: take.number("queryConditionType"),
                    condition: take.text("queryCondition"),
                };
                Self::QueryBeianStatus { credentials, question }
            }
            Operation::VerifyBamm => Self::VerifyBamm(credentials),
        }
    }

    /// Which operation it is.
    pub fn operation(&self) -> Operation {
        match self {
            Self::Upload { .. } => Operation::Upload,
            Self::Download(_) => Operation::Download,
            Self::DownloadAck { .. } => Operation::DownloadAck,
            Self::QueryPreviousUpload(_) => Operation::QueryPreviousUpload,
            Self::QueryBeianStatus { .. } => Operation::QueryBeianStatus,
            Self::VerifyBamm(_) => Operation::VerifyBamm,
        }
    }

    /// Who calls.
    pub fn credentials(&self) -> &Credentials {
        match self {
            Self::Upload { credentials, .. }
            | Self::Download(credentials)
            | Self::DownloadAck { credentials, .. }
            | Self::QueryPreviousUpload(credentials)
            | Self::QueryBeianStatus { credentials, .. }
            | Self::VerifyBamm(credentials) => credentials,
        }
    }
}
