//! A secret for an authenticator app as a link and as a QR code.

use std::fmt::Write as _;

use heyan_domain::accounts::{SignInName, TotpSecret};
use qrcode::{Color, EcLevel, QrCode};

/// Modules of white around a code (ISO/IEC 18004 §6.3.8).
const QUIET: usize = 4;

/// What apps read: the account's name, and the secret. Algorithm, digits and period are what they take for granted.
pub(super) fn link(name: &SignInName, secret: &TotpSecret, sandbox: bool) -> String {
    let issuer = if sandbox { "Heyan%20sandbox" } else { "Heyan" };
    let name = name.as_str().replace('@', "%40");
    format!("otpauth://totp/{issuer}:{name}?secret={}&issuer={issuer}", secret.base32())
}

/// A QR code as a picture (SVG) without styles or scripts, black on white in every colour scheme.
pub(super) fn svg(text: &str) -> Option<String> {
    let code = QrCode::with_error_correction_level(text, EcLevel::M).ok()?;
    let width = code.width();
    let mut path = String::new();
    for (at, color) in code.to_colors().into_iter().enumerate() {
        if color == Color::Dark {
            write!(path, "M{} {}h1v1h-1z", at % width + QUIET, at / width + QUIET).ok()?;
        }
    }
    let side = width + 2 * QUIET;
    Some(format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {side} {side}\" shape-rendering=\"crispEdges\">\
         <path fill=\"#fff\" d=\"M0 0h{side}v{side}h-{side}z\"/><path d=\"{path}\"/></svg>"
    ))
}
