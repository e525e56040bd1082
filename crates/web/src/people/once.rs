//! One submission of one form does one thing, however often it arrives: a double click, an impatient second press.

use std::collections::HashMap;
use std::future::Future;
use std::sync::{Arc, Mutex, PoisonError};

use heyan_domain::Timestamp;
use sha2::{Digest as _, Sha256};
use tokio::sync::OnceCell;

/// How long the same submission counts as the same press. Longer than a double click, and shorter than it takes a person
/// to read an answer and decide to send the very same again.
const SAME_PRESS_MS: i64 = 3_000;
/// The most submissions that are remembered; beyond it each is carried out for itself.
const MAX_KEPT: usize = 10_000;

/// One submission: the token of the form's rendering, and everything that was typed.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) struct Submission([u8; 32]);

impl Submission {
    /// Of a form's token and fields; none for a client that sends no token.
    pub fn of(token: &str, fields: &[&str]) -> Option<Self> {
        if token.is_empty() {
            return None;
        }
        let mut hash = Sha256::new();
        for part in std::iter::once(&token).chain(fields) {
            hash.update(u64::try_from(part.len()).unwrap_or(u64::MAX).to_be_bytes());
            hash.update(part.as_bytes());
        }
        Some(Self(hash.finalize().into()))
    }
}

struct Kept<T> {
    at: Timestamp,
    answer: Arc<OnceCell<T>>,
}

/// The submissions of the last seconds with what they came to.
pub(crate) struct Once<T>(Mutex<HashMap<Submission, Kept<T>>>);

impl<T> Default for Once<T> {
    fn default() -> Self {
        Self(Mutex::default())
    }
}

impl<T: Clone> Once<T> {
    /// Carries out a submission, or waits for what its first arrival comes to. A failure is not remembered.
    pub async fn run<E, F: Future<Output = Result<T, E>>>(
        &self,
        submission: Option<Submission>,
        now: Timestamp,
        carry_out: impl FnOnce() -> F,
    ) -> Result<T, E> {
        match submission.and_then(|submission| self.cell(submission, now)) {
            Some(cell) => cell.get_or_try_init(carry_out).await.cloned(),
            None => carry_out().await,
        }
    }

    fn cell(&self, submission: Submission, now: Timestamp) -> Option<Arc<OnceCell<T>>> {
        let mut kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let is_old = |at: Timestamp| now >= at.plus_ms(SAME_PRESS_MS);
        if let Some(there) = kept.get(&submission).filter(|there| !is_old(there.at)) {
            return Some(Arc::clone(&there.answer));
        }
        kept.retain(|_, there| !is_old(there.at));
        if kept.len() >= MAX_KEPT {
            return None;
        }
        let answer = Arc::<OnceCell<T>>::default();
        kept.insert(submission, Kept { at: now, answer: Arc::clone(&answer) });
        Some(answer)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::atomic::{AtomicU32, Ordering};

    async fn press(once: &Once<u32>, times: &AtomicU32, token: &str, code: &str, at_ms: i64) -> u32 {
        let carry_out = || async { Ok::<_, ()>(times.fetch_add(1, Ordering::Relaxed)) };
        once.run(Submission::of(token, &[code]), Timestamp::from_ms(at_ms), carry_out).await.unwrap()
    }

    #[tokio::test]
    async fn the_same_press_is_carried_out_once() {
        let (once, times) = (Once::default(), AtomicU32::new(0));
        let first = press(&once, &times, "a", "123456", 0).await;
        assert_eq!(press(&once, &times, "a", "123456", SAME_PRESS_MS - 1).await, first);
        assert_ne!(press(&once, &times, "a", "654321", 1).await, first, "something else was typed");
        assert_ne!(press(&once, &times, "b", "123456", 1).await, first, "another page");
        assert_ne!(press(&once, &times, "a", "123456", SAME_PRESS_MS).await, first, "a new press");
        assert_ne!(press(&once, &times, "", "123456", 0).await, press(&once, &times, "", "123456", 0).await);
    }

    #[tokio::test]
    async fn what_failed_is_tried_again() {
        let once = Once::<u32>::default();
        let submission = Submission::of("a", &[]);
        let now = Timestamp::from_ms(0);
        assert_eq!(once.run(submission, now, || async { Err("busy") }).await, Err("busy"));
        assert_eq!(once.run(submission, now, || async { Ok::<_, &str>(7) }).await, Ok(7));
    }

    #[tokio::test]
    async fn a_flood_of_forms_takes_no_more_than_its_place() {
        let (once, times) = (Once::default(), AtomicU32::new(0));
        for number in 0..=MAX_KEPT {
            press(&once, &times, &number.to_string(), "", 0).await;
        }
        assert_eq!(once.0.lock().unwrap().len(), MAX_KEPT);
        press(&once, &times, "later", "", SAME_PRESS_MS).await;
        assert_eq!(once.0.lock().unwrap().len(), 1);
    }
}
