//! `msg_code`: what a call is answered with.

use super::words;

macro_rules! answers {
    ($($(#[$doc:meta])* $name:ident = $code:literal,)*) => {
        /// `msg_code` of a reply: how the call itself went. What is wrong with records is told by files.
        #[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
        pub enum AnswerCode { $($(#[$doc])* $name,)* }

        impl AnswerCode {
            /// All of them.
            pub const ALL: &[Self] = &[$(Self::$name,)*];

            /// The number in `msg_code`.
            pub const fn number(self) -> u16 {
                match self { $(Self::$name => $code,)* }
            }
        }
    };
}

answers! {
    /// Done.
    Done = 0,
    /// Done, and nothing more is waiting to be downloaded.
    AllDownloaded = 1,
    /// There is nothing to download.
    NothingToDownload = 2,
    /// Done, and more is waiting to be downloaded.
    MoreToDownload = 3,
    /// No such user, or not of this provider.
    WrongUser = 4,
    /// The password's hash is not the right one.
    WrongPassword = 5,
    /// It cannot be decrypted.
    NotDecrypted = 6,
    /// The hash is not that of the file.
    WrongHash = 7,
    /// It cannot be unpacked.
    NotUnpacked = 8,
    /// No such encryption, or the provider has no key.
    UnknownEncryption = 9,
    /// No such hash.
    UnknownHash = 10,
    /// No such compression.
    UnknownCompression = 11,
    /// `randVal` is none, or was used.
    NotAuthenticated = 12,
    /// No such provider here.
    ForeignProvider = 13,
    /// Files before this one are missing.
    EarlierFilesMissing = 14,
    /// More files wait than are taken.
    TooManyFiles = 15,
    /// `randVal` has fewer than twenty characters.
    RandomValueTooShort = 16,
    /// Not exactly one file in the package.
    WrongNumberOfFiles = 17,
    /// The file is larger than it may be.
    FileTooLarge = 18,
    /// The provider may not report.
    NotPermitted = 19,
    /// Not at this time of day.
    OutsideHours = 20,
    /// An acknowledgement that names no file.
    NoFileName = 21,
    /// Maintenance.
    Maintenance = 901,
    /// Maintenance of the central system.
    CentralMaintenance = 902,
    /// Anything else.
    Other = 999,
    /// This is not open. No number of the standard's replies, but the one that says it; only `isp_verifybamm` gets it.
    NotOpen = 5011,
}

impl AnswerCode {
    /// The words beside it, in Chinese.
    pub fn words(self) -> &'static str {
        words("answers", &self.number().to_string())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_code_has_words() {
        for code in AnswerCode::ALL {
            assert!(!code.words().is_empty(), "{code:?}");
            assert!(code.words().chars().count() <= 256, "{code:?}");
        }
    }
}
