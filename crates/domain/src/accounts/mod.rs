//! Accounts of the staff, and their sessions (SEC-09).
//!
//! Passwords are hashed and compared outside: that takes longer than a commit group may. What is decided here is what
//! follows from a comparison, and it counts only if the account still has the hash that was compared with.

mod federated;
mod manage;
mod role;
mod row;
mod second_step;
mod session;
mod sign_in;
#[cfg(test)]
mod tests;
mod totp;

use crate::Timestamp;
use crate::decide::Stop;
use crate::limits::AddressBlock;
use crate::terms::AccountId;
use crate::time::MINUTE_MS;
use crate::tx::Tx;

pub use federated::Federated;
pub use role::{Role, RoleKind};
pub use row::{Account, DisplayName, PasswordHash, SignInName};
pub use session::{SESSION_IDLE_MS, SESSION_LIFE_MS, Session, SessionTag, TOUCH_MS};
pub use totp::{RECOVERY_CODES, RecoveryTag, SecondFactor, TOTP_DIGITS, Totp, TotpCode, TotpSecret};

/// So many wrong passwords and codes in a row lock an account.
pub const MAX_FAILURES: u8 = 5;
/// For so long.
pub const LOCK_MS: i64 = 15 * MINUTE_MS;

/// On whose word an account is made or changed.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Authority {
    /// Whoever has the data and the keys: the command line.
    Machine,
    /// A person on the staff, who may change what their role manages.
    Staff(AccountId),
}

/// A password compared with what was on record, outside of the engine.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Compared {
    /// The hash it was compared with.
    pub with: PasswordHash,
    /// Whether it is that password's.
    pub right: bool,
}

/// What can be asked about accounts.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum AccountAction {
    /// Makes an account.
    Create {
        /// On whose word.
        by: Authority,
        /// The name to sign in with.
        name: SignInName,
        /// The name that colleagues see.
        display_name: DisplayName,
        /// What it may do.
        role: Role,
        /// The hash of its password.
        password: PasswordHash,
    },
    /// Opens a session, if the password was right and no second factor is asked for.
    SignIn {
        /// The name typed.
        name: SignInName,
        /// What the password was compared with; none if nobody has the name.
        compared: Option<Compared>,
        /// The session to be opened.
        session: SessionTag,
        /// Where the request came from.
        from: Option<AddressBlock>,
    },
    /// Opens a session for whoever has shown the right password, if the second factor is right too.
    SignInSecond {
        /// Whose password it was, as [`AccountAnswer::SecondNext`] said.
        account: AccountId,
        /// The account's generation then.
        generation: u32,
        /// What is shown beside the password.
        shown: SecondFactor,
        /// The session to be opened.
        session: SessionTag,
        /// Where the request came from.
        from: Option<AddressBlock>,
    },
    /// Somebody comes back from an identity provider. Counted, and the way there used up, before the provider is asked what
    /// the answer is worth.
    ReturnFederated {
        /// The first half of the hash of what the browser took there as `state`.
        way: [u8; 16],
        /// Where the request came from.
        from: Option<AddressBlock>,
    },
    /// Opens a session on the word of an identity provider, for whom [`AccountAction::ReturnFederated`] has let on.
    SignInFederated {
        /// What it says of the person.
        person: Federated,
        /// The session to be opened.
        session: SessionTag,
    },
    /// An identity provider vouches for a person, and gives none of our roles: the sessions of earlier days end.
    LoseRole {
        /// The name of the account, if there is one.
        name: SignInName,
    },
    /// A person asks for a secret for an authenticator app.
    OfferTotp {
        /// The session in which it is asked.
        session: SessionTag,
    },
    /// Turns the second factor on, if the code is right. Every other session of the account ends.
    ConfirmTotp {
        /// The session in which it is asked; it goes on.
        session: SessionTag,
        /// The app's code.
        code: TotpCode,
        /// The recovery codes that the person gets to see.
        recovery: Vec<RecoveryTag>,
    },
    /// A person does without a second factor from now on. Every other session of the account ends.
    RemoveTotp {
        /// The session in which it is asked; it goes on.
        session: SessionTag,
        /// What is shown for it.
        shown: SecondFactor,
    },
    /// A person gets other recovery codes.
    RenewRecovery {
        /// The session in which it is asked.
        session: SessionTag,
        /// What is shown for it.
        shown: SecondFactor,
        /// The new ones.
        recovery: Vec<RecoveryTag>,
    },
    /// Takes the second factor from an account whose person has lost it. Its sessions and its lock end.
    ResetTotp {
        /// On whose word.
        by: Authority,
        /// Which.
        account: AccountId,
    },
    /// Ends a session.
    SignOut {
        /// Which.
        session: SessionTag,
    },
    /// Notes that a session is in use.
    Touch {
        /// Which.
        session: SessionTag,
    },
    /// A person changes the own password. Every other session of the account ends.
    ChangePassword {
        /// The session in which it is asked; it goes on.
        session: SessionTag,
        /// The present password, compared.
        compared: Compared,
        /// The hash of the new one.
        password: PasswordHash,
    },
    /// Gives an account another password. Its sessions end.
    ResetPassword {
        /// On whose word.
        by: Authority,
        /// Which.
        account: AccountId,
        /// The hash of the new one.
        password: PasswordHash,
    },
    /// Shuts an account, or opens it again. Its sessions end.
    SetDisabled {
        /// On whose word.
        by: Authority,
        /// Which.
        account: AccountId,
        /// Whether it is shut.
        disabled: bool,
    },
}

/// What became of it. Only what is said to be done has changed anything, but for the count of wrong passwords.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum AccountAnswer {
    /// Made, or changed.
    Done(AccountId),
    /// The session is open.
    SignedIn(AccountId),
    /// The password is right; the second factor is asked for next.
    SecondNext {
        /// Whose.
        account: AccountId,
        /// The account's generation, to be given back.
        generation: u32,
    },
    /// Name, password or second factor is wrong, or the account is locked: one answer, so that nobody learns which names exist.
    Wrong,
    /// Name and password are right, and the account is shut.
    Disabled,
    /// Too many sign-ins from there; possible again then.
    TooMany(Timestamp),
    /// Somebody has the name already.
    NameTaken,
    /// No such account or session, or none that the one who asks may change.
    NotFound,
    /// The account's password and second factor are kept by an identity provider.
    Elsewhere,
    /// Whoever comes back from an identity provider may be asked about there.
    Onward,
    /// Nobody shuts the own account (who would open it again? and so the last admin stays), nor resets the own password
    /// or second factor without showing it.
    OwnAccount,
}

/// Decides what is asked about an account.
pub(crate) fn decide(
    tx: &mut Tx<'_>,
    action: &AccountAction,
    rng: &mut dyn rand::Rng,
) -> Result<AccountAnswer, Stop> {
    match action {
        AccountAction::Create { by, name, display_name, role, password } => {
            manage::create(tx, *by, (name, display_name, role), password, rng)
        }
        AccountAction::SignIn { name, compared, session, from } => {
            sign_in::sign_in(tx, name, compared.as_ref(), *session, *from)
        }
        AccountAction::SignInSecond { account, generation, shown, session, from } => {
            second_step::sign_in(tx, (*account, *generation), *shown, *session, *from)
        }
        AccountAction::ReturnFederated { way, from } => federated::come_back(tx, way, *from),
        AccountAction::SignInFederated { person, session } => federated::sign_in(tx, person, *session, rng),
        AccountAction::LoseRole { name } => federated::lose_role(tx, name),
        AccountAction::OfferTotp { session } => second_step::offer(tx, *session, rng),
        AccountAction::ConfirmTotp { session, code, recovery } => {
            second_step::confirm(tx, *session, *code, recovery)
        }
        AccountAction::RemoveTotp { session, shown } => second_step::remove(tx, *session, *shown),
        AccountAction::RenewRecovery { session, shown, recovery } => {
            second_step::renew(tx, *session, *shown, recovery)
        }
        AccountAction::ResetTotp { by, account } => manage::reset_totp(tx, *by, *account),
        AccountAction::SignOut { session } => session::sign_out(tx, *session),
        AccountAction::Touch { session } => session::touch(tx, *session),
        AccountAction::ChangePassword { session, compared, password } => {
            sign_in::change_password(tx, *session, compared, password)
        }
        AccountAction::ResetPassword { by, account, password } => {
            manage::reset_password(tx, *by, *account, password)
        }
        AccountAction::SetDisabled { by, account, disabled } => {
            manage::set_disabled(tx, *by, *account, *disabled)
        }
    }
}
