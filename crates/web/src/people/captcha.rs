//! The image captcha's life: a sealed token that names picture and answer, good for ten minutes and for one answer
//! (SEC-04). Nothing is stored until it is answered; that it was is counted in the database.

use heyan_domain::Timestamp;
use heyan_domain::decide::{Action, Outcome};
use heyan_domain::time::MINUTE_MS;
use heyan_store::engine::EngineError;
use heyan_store::keys::{Purpose, Ring};
use rand::{RngExt as _, SeedableRng as _};
use rand_chacha::ChaCha8Rng;
use serde::{Deserialize, Serialize};

use crate::app::App;
use crate::captcha;

/// How long an answer is taken (SEC-04).
const LIFE_MS: i64 = 10 * MINUTE_MS;
/// Where tokens are sealed for.
const PLACE: &[u8] = b"captcha";

/// A captcha that was given out.
#[derive(Serialize, Deserialize)]
pub(crate) struct Challenge {
    answer: String,
    expires_at: Timestamp,
    nonce: [u8; 16],
    /// Seeds the drawing, so that a picture that is asked for twice is the same.
    drawing: u64,
}

/// What became of an answer.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Verdict {
    Right,
    Wrong,
    /// Too old, used before, or none of ours.
    Expired,
}

impl Challenge {
    /// Draws a new one; gives its token: letters and digits, fit for a path.
    pub fn issue(app: &App) -> String {
        let now = app.clock.now();
        app.draw(|rng| {
            let challenge = Self {
                answer: captcha::draw_text(rng),
                expires_at: now.plus_ms(LIFE_MS),
                nonce: rng.random(),
                drawing: rng.random(),
            };
            let clear = serde_json::to_vec(&challenge).unwrap_or_default();
            hex(&app.ring.seal(Purpose::Flash, PLACE, &clear, rng))
        })
    }

    fn open(ring: &Ring, token: &str) -> Option<Self> {
        let clear = ring.open(Purpose::Flash, PLACE, &unhex(token)?).ok()?;
        serde_json::from_slice(&clear).ok()
    }

    /// The picture of a token, as PNG.
    pub fn picture(ring: &Ring, token: &str) -> Option<Vec<u8>> {
        let challenge = Self::open(ring, token)?;
        let mut drawing = ChaCha8Rng::seed_from_u64(challenge.drawing);
        Some(captcha::render(&challenge.answer, &mut drawing))
    }

    /// Takes an answer. Right or wrong, the captcha is used up by it.
    pub async fn answer(app: &App, token: &str, typed: &str) -> Result<Verdict, EngineError> {
        let Some(challenge) = Self::open(&app.ring, token) else { return Ok(Verdict::Expired) };
        if app.clock.now() >= challenge.expires_at {
            return Ok(Verdict::Expired);
        }
        match app.engine.execute(Action::UseCaptcha { nonce: challenge.nonce }).await? {
            Outcome::Captcha(true) => {}
            Outcome::Captcha(false)
            | Outcome::Verified(..)
            | Outcome::Resent(_)
            | Outcome::Filing(_)
            | Outcome::Account(_)
            | Outcome::Done
            | Outcome::Replayed(_)
            | Outcome::Refused(_) => return Ok(Verdict::Expired),
        }
        let plain = |text: &str| {
            text.chars().filter(|c| !c.is_whitespace()).flat_map(char::to_uppercase).collect::<String>()
        };
        Ok(if plain(typed) == plain(&challenge.answer) { Verdict::Right } else { Verdict::Wrong })
    }
}

pub(crate) fn hex(bytes: &[u8]) -> String {
    use std::fmt::Write as _;
    bytes.iter().fold(String::with_capacity(bytes.len() * 2), |mut text, byte| {
        let _ = write!(text, "{byte:02x}");
        text
    })
}

pub(crate) fn unhex(text: &str) -> Option<Vec<u8>> {
    if !text.is_ascii() || text.len() % 2 == 1 || text.len() > 8_192 {
        return None;
    }
    (0..text.len()).step_by(2).map(|at| u8::from_str_radix(text.get(at..at + 2)?, 16).ok()).collect()
}
