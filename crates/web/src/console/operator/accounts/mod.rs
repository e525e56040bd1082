//! `/console/operator/accounts`: the accounts of the staff, of every role (SEC-09).

mod add;
mod change;
mod list;

use heyan_domain::Timestamp;
use heyan_domain::accounts::Account;
use rand::RngExt as _;

use crate::app::App;
use crate::console::parts::{Cell, Tone};
use crate::console::table::Route;
use crate::texts::Texts;

const PATH: &str = "/console/operator/accounts";

/// Letters and digits that nobody takes for others when a password is read out.
const ALPHABET: [char; 31] = [
    'a', 'b', 'c', 'd', 'e', 'f', 'g', 'h', 'j', 'k', 'm', 'n', 'p', 'q', 'r', 's', 't', 'u', 'v', 'w', 'x',
    'y', 'z', '2', '3', '4', '5', '6', '7', '8', '9',
];
/// Characters of a new password: 99 random bits.
const PASSWORD_CHARS: usize = 20;

pub(super) fn routes() -> Vec<Route> {
    [list::routes(), add::routes(), change::routes()].into_iter().flatten().collect()
}

/// A new password, in groups of five. It is shown once to whoever makes the account and hands it on; whoever gets it changes it.
pub(in crate::console) fn draw_password(app: &App) -> String {
    app.draw(|rng| {
        let mut password = String::with_capacity(PASSWORD_CHARS + PASSWORD_CHARS / 5);
        for at in 0..PASSWORD_CHARS {
            if at > 0 && at % 5 == 0 {
                password.push('-');
            }
            let drawn = rng.random_range(0..ALPHABET.len());
            password.extend(ALPHABET.get(drawn));
        }
        password
    })
}

/// Whether somebody can sign in.
pub(in crate::console) fn standing(t: &Texts, account: &Account, now: Timestamp) -> Cell {
    if account.disabled_at.is_some() {
        Cell::tag(Tone::Error, t.get("accounts-disabled"))
    } else if account.is_locked(now) {
        Cell::tag(Tone::Warning, t.get("accounts-locked"))
    } else {
        Cell::tag(Tone::Success, t.get("accounts-active"))
    }
}
