//! "这不是我的备案": whoever gets messages by mistake has them stopped (PRO-07).
//!
//! The verification itself stays open until its deadline: stopping is no way to fail somebody's filing, and whoever
//! pressed it by mistake can still verify.

use super::Verification;
use crate::Timestamp;
use crate::decide::Stop;
use crate::event::{Actor, EventData, EventKind};
use crate::filing::{Filing, FilingState};
use crate::limits::{AddressBlock, count_disown};
use crate::mark;
use crate::terms::{Code, Phone, VerificationId};
use crate::tx::Tx;

/// The answer to "这不是我的备案".
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum DisownAnswer {
    /// Too many requests; wait until then. Nothing was looked up.
    TooMany(Timestamp),
    /// No more messages of this verification will be sent.
    Stopped(VerificationId),
    /// No open verification of that phone has had that code.
    NotFound,
}

/// Stops the messages of the open verification whose code it is. A code that a resend has replaced proves as well that
/// the message came to this phone.
pub fn disown(
    tx: &mut Tx<'_>,
    phone: &Phone,
    code: &Code,
    from: Option<AddressBlock>,
) -> Result<DisownAnswer, Stop> {
    mark!("PRO-07");
    if let Some(until) = count_disown(tx, phone, from)? {
        return Ok(DisownAnswer::TooMany(until));
    }
    let Some((mut verification, filing)) = received(tx, phone, code)? else {
        return Ok(DisownAnswer::NotFound);
    };
    let id = verification.id;
    if !verification.disowned {
        verification.disowned = true;
        // A message that has not left yet stays in the house.
        for no in 1..=verification.messages {
            tx.wipe(id.message(no));
        }
        tx.note(&filing, &mut verification, EventKind::Disowned, Actor::Person, EventData::default());
        tx.put_verification(verification);
    }
    Ok(DisownAnswer::Stopped(id))
}

/// The open verification of the phone that the code was sent for.
fn received(tx: &Tx<'_>, phone: &Phone, code: &Code) -> Result<Option<(Verification, Filing)>, Stop> {
    let keyring = tx.context.keyring;
    let mut compared = false;
    let mut found = None;
    for key in keyring.keys() {
        for verification in tx.of_phone(keyring.phone(*key, phone))? {
            compared = true;
            let Some(filing) = tx.filing(&verification.id.filing())? else { continue };
            let is_code = std::iter::once(&verification.code)
                .chain(&verification.superseded)
                .filter(|sent| sent.matches(&keyring.code(sent.key(), verification.id, code)))
                .count()
                > 0;
            let open = verification.is_open(tx.now()) && matches!(filing.state, FilingState::Verifying(_));
            if is_code && open {
                found = Some((verification, filing));
            }
        }
    }
    if !compared {
        // As for a phone with one verification, so that time does not tell which phones are known (SEC-06).
        let key = crate::tags::active(keyring);
        std::hint::black_box(keyring.code(key, VerificationId::from_number(0), code));
    }
    Ok(found)
}
