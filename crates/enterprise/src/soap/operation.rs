//! The services, their operations and what each is called with.

/// A service: one address, one WSDL.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Service {
    /// Files up and down.
    UpDownLoad,
    /// Whether something is on record.
    QueryBeianStatus,
    /// Filing passwords, which were abolished.
    VerifyBamm,
}

impl Service {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::UpDownLoad, Self::QueryBeianStatus, Self::VerifyBamm];

    /// Its name, the last part of its path.
    pub const fn name(self) -> &'static str {
        match self {
            Self::UpDownLoad => "upDownLoad",
            Self::QueryBeianStatus => "queryBeianStatus",
            Self::VerifyBamm => "verifyBamm",
        }
    }

    /// Its path; the WSDL is there with `?wsdl`.
    pub const fn path(self) -> &'static str {
        match self {
            Self::UpDownLoad => "/ISPWebService/upDownLoad",
            Self::QueryBeianStatus => "/BeianStatusWebService/queryBeianStatus",
            Self::VerifyBamm => "/BeianStatusWebService/verifyBamm",
        }
    }

    /// Its operations.
    pub fn operations(self) -> impl Iterator<Item = Operation> {
        Operation::ALL.into_iter().filter(move |operation| operation.service() == self)
    }
}

/// Types of parameters.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Kind {
    /// A text.
    Text,
    /// `Long`.
    Long,
    /// `int`.
    Int,
}

/// What can be called.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Operation {
    /// A file of records.
    Upload,
    /// The next file of results.
    Download,
    /// A file of results has arrived.
    DownloadAck,
    /// Which file was accepted last.
    QueryPreviousUpload,
    /// Whether a domain or a document is on record.
    QueryBeianStatus,
    /// Whether a filing password is right.
    VerifyBamm,
}

const CALLER: [(&str, Kind); 4] =
    [("ispId", Kind::Long), ("userName", Kind::Text), ("randVal", Kind::Text), ("pwdHash", Kind::Text)];
const HASH: (&str, Kind) = ("hashAlgorithm", Kind::Int);

impl Operation {
    /// All of them.
    pub const ALL: [Self; 6] = [
        Self::Upload,
        Self::Download,
        Self::DownloadAck,
        Self::QueryPreviousUpload,
        Self::QueryBeianStatus,
        Self::VerifyBamm,
    ];

    /// Its name on the wire.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Upload => "isp_upload",
            Self::Download => "isp_download",
            Self::DownloadAck => "isp_downloadack",
            Self::QueryPreviousUpload => "isp_querypreviousupload",
            Self::QueryBeianStatus => "isp_querybeianstatus",
            Self::VerifyBamm => "isp_verifybamm",
        }
    }

    /// The service that has it.
    pub const fn service(self) -> Service {
        match self {
            Self::Upload | Self::Download | Self::DownloadAck | Self::QueryPreviousUpload => {
                Service::UpDownLoad
            }
            Self::QueryBeianStatus => Service::QueryBeianStatus,
            Self::VerifyBamm => Service::VerifyBamm,
        }
    }

    /// Its parameters, in the standard's order.
    pub(super) fn parameters(self) -> Vec<(&'static str, Kind)> {
        let own: &[(&'static str, Kind)] = match self {
            Self::Upload => &[
                ("beianInfo", Kind::Text),
                ("beianInfoHash", Kind::Text),
                ("dataSequence", Kind::Long),
                ("encryptAlgorithm", Kind::Int),
                HASH,
                ("compressionFormat", Kind::Int),
            ],
            Self::Download | Self::QueryPreviousUpload => &[HASH],
            Self::DownloadAck => &[HASH, ("fileName", Kind::Text)],
            Self::QueryBeianStatus => {
                &[HASH, ("queryConditionType", Kind::Int), ("queryCondition", Kind::Text)]
            }
            Self::VerifyBamm => &[HASH, ("baxh", Kind::Text), ("bamm", Kind::Text)],
        };
        CALLER.iter().chain(own).copied().collect()
    }
}
