//! The driver on tokio: carries octets between a session and its TCP connection, and nothing more.
//!
//! Nagle's algorithm is off on every connection: with it, small frames wait for the peer's delayed acknowledgement, and a
//! link falls to a twentieth of its speed. What there is to write is gathered and written at once.

mod client;
mod server;

pub use client::{Handle, Kept, LinkEnded, Notice, Notices, Target, keep};
pub use server::{Remote, Sink, serve};

use std::time::Duration;

use tokio::io::AsyncWriteExt as _;
use tokio::net::tcp::OwnedWriteHalf;
use tokio::time::Instant;

use crate::Moment;

/// Octets that one read takes at most.
const READ_SIZE: usize = 64 * 1024;
/// Octets that may wait to be written. With as many waiting, the peer does not read, and is not read from.
const MOST_UNWRITTEN: usize = 1024 * 1024;
/// How long the last octets of a connection may take to be written.
const LAST_WORDS: Duration = Duration::from_secs(5);

/// The steady clock of the runtime, from a fixed point.
#[derive(Clone, Copy, Debug)]
struct Steady(Instant);

impl Steady {
    fn start() -> Self {
        Self(Instant::now())
    }

    fn now(self) -> Moment {
        Moment::after(self.0.elapsed())
    }

    fn instant(self, at: Moment) -> Instant {
        self.0.checked_add(at.since_start()).unwrap_or_else(|| self.0 + Duration::from_secs(86_400))
    }

    /// Sleeps until then, or for ever.
    async fn sleep_until(self, at: Option<Moment>) {
        match at {
            Some(at) => tokio::time::sleep_until(self.instant(at)).await,
            None => std::future::pending().await,
        }
    }
}

/// What is to be written on a connection, and how much of it was.
#[derive(Debug, Default)]
struct Outgoing {
    octets: Vec<u8>,
    written: usize,
}

impl Outgoing {
    fn push(&mut self, more: Vec<u8>) {
        if self.is_empty() {
            self.octets = more;
            self.written = 0;
        } else {
            self.octets.extend_from_slice(&more);
        }
    }

    fn is_empty(&self) -> bool {
        self.written >= self.octets.len()
    }

    /// Whether the peer should read before it is read from.
    fn is_full(&self) -> bool {
        self.octets.len().saturating_sub(self.written) >= MOST_UNWRITTEN
    }

    /// Writes what the connection takes now. Can be dropped half way without losing or repeating anything.
    async fn write(&mut self, to: &mut OwnedWriteHalf) -> std::io::Result<()> {
        let rest = self.octets.get(self.written..).unwrap_or_default();
        let written = to.write(rest).await?;
        self.written += written;
        if self.is_empty() {
            self.octets.clear();
            self.written = 0;
        }
        if written == 0 { Err(std::io::ErrorKind::WriteZero.into()) } else { Ok(()) }
    }

    /// Writes the rest and ends the connection. What cannot be written any more is nobody's any more.
    async fn finish(mut self, mut to: OwnedWriteHalf) {
        let last_words = async {
            while !self.is_empty() && self.write(&mut to).await.is_ok() {}
            let _ = to.shutdown().await;
        };
        let _ = tokio::time::timeout(LAST_WORDS, last_words).await;
    }
}
