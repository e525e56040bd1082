//! A captcha's life: a sealed token that names picture, speech and puzzle with their answers, good for ten minutes and
//! for one answer to any of them (SEC-04). Nothing is stored until it is answered; that it was is counted in the
//! database.

use heyan_domain::decide::{Action, Outcome};
use heyan_domain::time::MINUTE_MS;
use heyan_domain::{Timestamp, mark};
use heyan_store::engine::EngineError;
use heyan_store::keys::Purpose;
use rand::{RngExt as _, SeedableRng as _};
use rand_chacha::ChaCha20Rng;

use crate::app::App;
use crate::captcha;

/// How long an answer is taken (SEC-04).
const LIFE_MS: i64 = 10 * MINUTE_MS;
/// Where tokens are sealed for.
const PLACE: &[u8] = b"captcha";

/// A captcha that was given out. What it shows, says and expects is drawn from its seed, so that the token stays short
/// and a picture that is asked for twice is the same.
pub(crate) struct Challenge {
    expires_at: Timestamp,
    /// Its own number: what is used up in the database, and in public the puzzle of the proof of work.
    nonce: [u8; 16],
    seed: [u8; 32],
}

/// What is drawn from a seed, each from a stream of its own.
#[derive(Clone, Copy)]
enum Stream {
    Text,
    Picture,
    Digits,
    Speech,
}

/// What a page shows of a captcha.
pub(crate) struct Issued {
    /// Letters and digits, fit for a path.
    pub token: String,
    /// The puzzle of the proof of work: 32 characters.
    pub puzzle: String,
    /// Until when an answer is taken.
    pub expires_at: Timestamp,
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
    /// Draws a new one.
    pub fn issue(app: &App) -> Issued {
        let expires_at = app.clock.now().plus_ms(LIFE_MS);
        app.draw(|rng| {
            let challenge = Self { expires_at, nonce: rng.random(), seed: rng.random() };
            let sealed = app.ring.seal(Purpose::Flash, PLACE, &challenge.to_bytes(), rng);
            Issued { token: hex(&sealed), puzzle: challenge.puzzle(), expires_at }
        })
    }

    fn to_bytes(&self) -> Vec<u8> {
        [&self.expires_at.as_ms().to_be_bytes()[..], &self.nonce, &self.seed].concat()
    }

    fn from_bytes(bytes: &[u8]) -> Option<Self> {
        let (expires_at, rest) = bytes.split_first_chunk::<8>()?;
        let (nonce, seed) = rest.split_first_chunk::<16>()?;
        let expires_at = Timestamp::from_ms(i64::from_be_bytes(*expires_at));
        Some(Self { expires_at, nonce: *nonce, seed: seed.try_into().ok()? })
    }

    /// The captcha of a token, if it is ours and its time is not over.
    fn open(app: &App, token: &str) -> Option<Self> {
        let clear = app.ring.open(Purpose::Flash, PLACE, &unhex(token)?).ok()?;
        Self::from_bytes(&clear).filter(|challenge| app.clock.now() < challenge.expires_at)
    }

    fn rng(&self, stream: Stream) -> ChaCha20Rng {
        let mut rng = ChaCha20Rng::from_seed(self.seed);
        rng.set_stream(match stream {
            Stream::Text => 0,
            Stream::Picture => 1,
            Stream::Digits => 2,
            Stream::Speech => 3,
        });
        rng
    }

    fn text(&self) -> String {
        captcha::draw_text(&mut self.rng(Stream::Text))
    }

    fn digits(&self) -> String {
        captcha::draw_digits(&mut self.rng(Stream::Digits))
    }

    fn puzzle(&self) -> String {
        hex(&self.nonce)
    }

    /// Whether a token is one that was given out and whose time is not over.
    pub fn is_ours(app: &App, token: &str) -> bool {
        Self::open(app, token).is_some()
    }

    /// The picture of a token, as PNG; nothing once its time is over.
    pub fn picture(app: &App, token: &str) -> Option<Vec<u8>> {
        let challenge = Self::open(app, token)?;
        Some(captcha::render(&challenge.text(), &mut challenge.rng(Stream::Picture)))
    }

    /// The speech of a token, as WAV; nothing once its time is over.
    pub fn speech(app: &App, token: &str) -> Option<Vec<u8>> {
        let challenge = Self::open(app, token)?;
        Some(captcha::speak(&challenge.digits(), &mut challenge.rng(Stream::Speech)))
    }

    fn is_right(&self, answer: &str) -> bool {
        let typed: String = answer
            .chars()
            .filter(|c| !c.is_whitespace() && *c != '-')
            .filter_map(narrow)
            .flat_map(char::to_uppercase)
            .collect();
        typed == self.text() || typed == self.digits() || captcha::solves(&self.puzzle(), answer)
    }

    /// Takes an answer: what the picture shows, what the speech says, or a solution of the puzzle. Right or wrong, the
    /// captcha is used up by it, for all three.
    pub async fn answer(app: &App, token: &str, answer: &str) -> Result<Verdict, EngineError> {
        let Some(challenge) = Self::open(app, token) else { return Ok(Verdict::Expired) };
        // Used up in the database before it is judged: of many answers at one moment only one is.
        mark!("SEC-04");
        match app.engine.execute(Action::UseCaptcha { nonce: challenge.nonce }).await? {
            Outcome::Captcha(true) => {}
            Outcome::Captcha(false)
            | Outcome::Verified(..)
            | Outcome::Resent(_)
            | Outcome::Disowned(_)
            | Outcome::Drawing(_)
            | Outcome::Filing(_)
            | Outcome::Handed(_)
            | Outcome::Previewed(_)
            | Outcome::Account(_)
            | Outcome::ApiKey(_)
            | Outcome::Webhook(_)
            | Outcome::Enterprise(_)
            | Outcome::Unmask(_)
            | Outcome::Proposal(_)
            | Outcome::Rules(_)
            | Outcome::Bulk(_)
            | Outcome::Done
            | Outcome::Replayed(_)
            | Outcome::Refused(_) => return Ok(Verdict::Expired),
        }
        Ok(if challenge.is_right(answer) { Verdict::Right } else { Verdict::Wrong })
    }
}

/// Letters and digits of full width, as Chinese input methods write them, in ordinary width.
fn narrow(c: char) -> Option<char> {
    match u32::from(c) {
        wide @ 0xff01..=0xff5e => char::from_u32(wide - 0xfee0),
        _ => Some(c),
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

#[cfg(test)]
mod tests {
    use super::*;

    fn challenge(number: u8) -> Challenge {
        Challenge { expires_at: Timestamp::from_ms(600_000), nonce: [number; 16], seed: [number; 32] }
    }

    #[test]
    fn picture_speech_and_puzzle_each_have_an_answer() {
        let (one, other) = (challenge(1), challenge(2));
        let work = captcha::solve(&one.puzzle()).unwrap();
        for answer in [one.text(), one.digits(), work] {
            assert!(one.is_right(&answer), "{answer}");
            assert!(!other.is_right(&answer), "{answer} is another captcha's");
        }
        for wrong in ["", " ", "pow-", "-", "000000", "AAAAA"] {
            assert!(!one.is_right(wrong), "{wrong:?}");
        }
    }

    #[test]
    fn answers_may_be_typed_as_people_type_them() {
        let challenge = challenge(3);
        let wide = |text: &str| -> String {
            text.chars().map(|c| char::from_u32(u32::from(c) + 0xfee0).unwrap()).collect()
        };
        let digits = challenge.digits();
        let (first, last) = digits.split_at(3);
        assert!(challenge.is_right(&challenge.text().to_lowercase()));
        assert!(challenge.is_right(&wide(&challenge.text())) && challenge.is_right(&wide(&digits)));
        assert!(challenge.is_right(&format!(" {first} {last}\u{3000}")));
        assert!(challenge.is_right(&format!("{first}-{last}")));
    }

    #[test]
    fn a_token_s_bytes_are_read_back_whole_or_not_at_all() {
        let bytes = challenge(4).to_bytes();
        let read = Challenge::from_bytes(&bytes).unwrap();
        assert_eq!((read.expires_at, read.nonce, read.seed), (Timestamp::from_ms(600_000), [4; 16], [4; 32]));
        assert!(Challenge::from_bytes(&bytes[1..]).is_none());
        assert!(Challenge::from_bytes(&[&bytes[..], &[0]].concat()).is_none());
    }
}
