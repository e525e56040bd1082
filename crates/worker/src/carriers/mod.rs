//! Sends what is in the outbox over lines to carriers, and hears what becomes of it (SMS-02, SMS-04).
//!
//! Before a line gets a message, the database knows that it has it; what a line says is written down in batches, and a
//! report is acknowledged when it is written down. So a process that dies leaves messages of which is known that nothing
//! is known of them, and none that were sent without a trace.

mod feed;
mod flights;
mod hear;
mod shown;

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use heyan_domain::decide::Action;
use heyan_domain::verification::Transport;
use heyan_gateway::routing::Router;
use heyan_gateway::{Said, Slot};
use heyan_store::clock::Clock;
use heyan_store::engine::Engine;
use heyan_store::tables::Readers;
use rand::Rng;
use tokio::sync::{Notify, mpsc, watch};

use crate::driver::WorkerError;
use flights::Flights;
pub use shown::{Counts, LATENCY_BOUNDS_MS, Latency, LineShown};

/// How long answers that are due are waited for when the system stops.
const LAST_ANSWERS: Duration = Duration::from_secs(10);
/// How long is waited after a failure of the database.
const PAUSE: Duration = Duration::from_secs(1);
/// Messages looked at together when the process starts.
const PAGE: usize = 1_000;

/// What lines say, to whoever listens.
pub type Ear = mpsc::Receiver<(usize, Said)>;

struct Desk {
    router: Router,
    flights: Flights,
    counts: Vec<Counts>,
    why_down: Vec<Option<String>>,
    rng: Box<dyn Rng + Send>,
}

/// The lines and what is on them.
pub struct Carriers {
    engine: Arc<Engine>,
    readers: Readers,
    clock: Arc<dyn Clock>,
    desk: Mutex<Desk>,
    /// There is something to do for whoever feeds the lines.
    wake: Notify,
    /// How much of what lines have said is written down.
    written: watch::Sender<u64>,
}

impl std::fmt::Debug for Carriers {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Carriers")
    }
}

impl Carriers {
    /// Over the lines that the router knows.
    pub fn new(
        engine: &Arc<Engine>,
        readers: &Readers,
        clock: Arc<dyn Clock>,
        router: Router,
        rng: Box<dyn Rng + Send>,
    ) -> Self {
        let lines = router.shown().len();
        let desk = Desk {
            router,
            flights: Flights::default(),
            counts: vec![Counts::default(); lines],
            why_down: vec![None; lines],
            rng,
        };
        Self {
            engine: Arc::clone(engine),
            readers: readers.clone(),
            clock,
            desk: Mutex::new(desk),
            wake: Notify::new(),
            written: watch::Sender::new(0),
        }
    }

    fn desk(&self) -> MutexGuard<'_, Desk> {
        self.desk.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// How much of what lines have said about messages is written down since the start.
    pub fn written(&self) -> watch::Receiver<u64> {
        self.written.subscribe()
    }

    /// Works until `stopping` turns true, then waits for the answers that are due.
    pub async fn run(&self, slots: Vec<Slot>, mut ear: Ear, mut stopping: watch::Receiver<bool>) {
        while let Err(error) = self.take_over().await {
            tracing::warn!(name: "sms.not_taken_over", %error, "what the last process left is not taken over yet");
            if pause(&mut stopping).await {
                return;
            }
        }
        tokio::join!(self.feed(slots, stopping.clone()), self.hear(&mut ear, stopping));
    }

    /// What operators have decided about lines holds after a restart. Then: of messages that a line had when the process before this one ended, nobody knows whether they were sent.
    async fn take_over(&self) -> Result<(), WorkerError> {
        let drained = self.readers.read(heyan_store::tables::Reader::drained_routes).await?;
        for (route, _) in drained {
            self.drain(&route, true);
        }
        let mut after = i64::MIN;
        loop {
            let left = self.readers.read(move |reader| reader.handed(after, PAGE)).await?;
            let Some(last) = left.last() else { return Ok(()) };
            after = last.message.number();
            let lost = left.into_iter().map(|outgoing| {
                Action::Transport(Box::new(Transport::Lost { message: outgoing.message, to: outgoing.to }))
            });
            for outcome in self.engine.execute_background(lost.collect()).await {
                outcome?;
            }
        }
    }
}

/// Waits a moment; whether the system stops.
async fn pause(stopping: &mut watch::Receiver<bool>) -> bool {
    let _ = tokio::time::timeout(PAUSE, stopping.wait_for(|stops| *stops)).await;
    *stopping.borrow()
}
