//! Signing in, and the gate before every page of the consoles (SEC-09, SEC-10).

mod cookie;
mod csrf;
mod factor;
mod gate;
pub mod oidc;
mod password;
mod resume;
mod sealed;
mod second_step;
mod sign_in;
mod staff;
mod token;

pub(crate) use cookie::cookie;
pub(crate) use factor::{draw_recovery_codes, grouped, second_factor};
pub use gate::{MAX_FORM_BYTES, MAX_UPLOAD_BYTES};
pub(crate) use gate::{TOTP_PATH, gate};
pub use password::{MAX_PASSWORD_CHARS, MIN_PASSWORD_CHARS, Passwords, WeakPassword, check_password};
pub(crate) use sealed::{open, seal};
pub(crate) use second_step::{from_the_start, second_step};
pub(crate) use sign_in::{show, sign_in, sign_out};
pub use staff::{OfAdministration, OfProvider, Staff, Visitor};
