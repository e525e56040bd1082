//! What only the sandbox has: a clock that can be moved, and an inbox instead of a carrier.

use std::sync::Arc;

use heyan_domain::Timestamp;
use heyan_domain::terms::Phone;
use heyan_domain::verification::MessageState;
use heyan_gateway::loopback::Loopback;
use heyan_store::clock::{Clock, VirtualClock};
use heyan_store::database::Database;
use heyan_store::tables::Readers;
use heyan_web::app::{InboxMessage, Later, Sandbox, SandboxError};
use heyan_worker::{Worker, WorkerError};

/// Where the clock's offset is kept over restarts.
pub(crate) const OFFSET: &str = "sandbox-clock-offset-ms";

/// The clock of sandbox, demo and tests.
pub type SandboxClock = VirtualClock<Box<dyn Clock>>;

/// See the module.
pub struct TestDouble {
    pub(crate) worker: Arc<Worker>,
    pub(crate) clock: Arc<SandboxClock>,
    pub(crate) loopback: Arc<Loopback>,
    pub(crate) readers: Readers,
    pub(crate) database: Database,
}

fn failed(error: WorkerError) -> SandboxError {
    match error {
        WorkerError::Store(error) => SandboxError::Store(error),
        WorkerError::Engine(error) => SandboxError::Engine(error),
        WorkerError::Route(error) => SandboxError::Inbox(Box::new(error)),
        WorkerError::Stopped => SandboxError::Engine(heyan_store::engine::EngineError::Stopped),
    }
}

impl Sandbox for TestDouble {
    fn settle(&self) -> Later<'_, Result<(), SandboxError>> {
        Box::pin(async { self.worker.settle().await.map_err(failed) })
    }

    fn advance(&self, seconds: u64) -> Later<'_, Result<Timestamp, SandboxError>> {
        Box::pin(async move {
            let ms = i64::try_from(seconds.saturating_mul(1_000)).unwrap_or(i64::MAX);
            let until = self.clock.now().plus_ms(ms);
            let done = self.worker.run_until(until, |at| self.clock.hold(at)).await;
            let offset = self.clock.release();
            done.map_err(failed)?;
            self.database.set_meta(OFFSET, &offset.to_string())?;
            Ok(self.clock.now())
        })
    }

    fn inbox(
        &self,
        phone: Option<Phone>,
        limit: usize,
    ) -> Later<'_, Result<Vec<InboxMessage>, SandboxError>> {
        Box::pin(async move {
            let loopback = Arc::clone(&self.loopback);
            let arrived = tokio::task::spawn_blocking(move || loopback.arrived(phone, limit));
            let arrived = match arrived.await {
                Ok(Ok(arrived)) => arrived,
                Ok(Err(error)) => return Err(SandboxError::Inbox(Box::new(error))),
                Err(error) => return Err(SandboxError::Inbox(Box::new(error))),
            };
            let messages = self.readers.read(move |reader| {
                let mut messages = Vec::with_capacity(arrived.len());
                for message in arrived {
                    let row = reader.message(message.message)?;
                    messages.push(InboxMessage {
                        id: message.message,
                        to: message.to,
                        sender: message.sender,
                        text: message.text,
                        created_at: row.as_ref().map_or(message.at, |row| row.created_at),
                        state: row.map_or(MessageState::Queued, |row| row.state),
                    });
                }
                Ok(messages)
            });
            Ok(messages.await?)
        })
    }
}
