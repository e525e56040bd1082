//! The door of the enterprise interface V3.0 (企业系统接口规范): which providers' systems may come, that a random value counts
//! once and files follow on each other, and that every record of an accepted file is filed once.
//!
//! What calls and files say is the business of the door and of the worker; here are numbers, and drafts like anybody's.

mod decide;
mod row;
#[cfg(test)]
mod tests;

use crate::accounts::Authority;
use crate::filing::draft::Draft;
use crate::terms::{ProviderId, UploadId};

pub(crate) use decide::decide;
pub use row::{
    AccountSecret, AccountTerms, EnterpriseAccount, IspId, NotFiled, RandomValue, RecordFiled, RecordName,
    ResultFile, Upload, UsedValue, UserName,
};

/// What a call asks for, beside being let in.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Call {
    /// Nothing that changes anything.
    Look,
    /// That a file be accepted; its parts lie there already.
    TakeIn {
        /// Which.
        upload: UploadId,
        /// Its number.
        number: u64,
        /// In how many parts it lies.
        parts: u32,
    },
    /// That a file be noted as taken away.
    Acknowledge {
        /// Its name.
        name: String,
    },
}

/// What lies at a place of a file of records.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Place {
    /// A record that can be read as a filing.
    Record {
        /// By what results name it.
        name: RecordName,
        /// What is filed, and reported at once.
        draft: Box<Draft>,
        /// The record as it came.
        record: std::sync::Arc<[u8]>,
    },
    /// What cannot be.
    NotFiled(NotFiled),
    /// Nothing more.
    End,
}

/// What can be asked.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum EnterpriseAction {
    /// Gives a provider an account.
    Open {
        /// On whose word.
        by: Authority,
        /// To whom.
        provider: ProviderId,
        /// What is said of it.
        terms: AccountTerms,
    },
    /// Says something else of it; a key is drawn or dropped where encryption changes.
    Change {
        /// On whose word.
        by: Authority,
        /// Whose.
        provider: ProviderId,
        /// What.
        terms: AccountTerms,
    },
    /// Gives it another password, and another key if it has one.
    Renew {
        /// On whose word.
        by: Authority,
        /// Whose.
        provider: ProviderId,
    },
    /// Takes it away; its numbers begin anew with the next.
    Close {
        /// On whose word.
        by: Authority,
        /// Whose.
        provider: ProviderId,
    },
    /// Lets a call in whose password was right.
    Enter {
        /// Whose.
        provider: ProviderId,
        /// The password's.
        generation: u32,
        /// Its random value.
        random: RandomValue,
        /// What it asks for.
        call: Call,
    },
    /// Files the record at a place of a file, if it is the next one.
    File {
        /// Which file.
        upload: UploadId,
        /// The place, from 1.
        place: u32,
        /// What lies there.
        what: Place,
    },
}

/// What became of it.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum EnterpriseAnswer {
    /// A password, and perhaps a key, was drawn; this is the one time that it is told.
    Secret(AccountTerms, AccountSecret),
    /// Done; a call is in.
    Done,
    /// There is no such account, or not for whoever asks.
    NotFound,
    /// The provider has an account already.
    AccountThere,
    /// Another provider has that number.
    IspIdTaken,
    /// The password is not that any more.
    OldPassword,
    /// The random value was used before.
    ValueUsed,
    /// Another file was accepted meanwhile; this is the last number now.
    NumberTaken(u64),
    /// There never was a file of that name.
    NoSuchFile,
}
