//! The noon batch: what is due at the noon after the first messages, carried out as the worker does it, in this process.

use std::path::Path;
use std::time::{Duration, Instant};

use heyan_domain::due::Due;
use heyan_store::database::StoreError;
use heyan_store::tables::OutboxPlace;

use super::{clock, server};
use crate::failure::Failure;
use crate::world::World;

/// So many due commands the worker reads and carries out at once.
const BATCH: usize = 1_000;
/// So many resends make the measurement, where there are as many.
const WANTED: usize = 100_000;
/// Messages read at once when they are counted.
const PAGE: usize = 5_000;

/// How the batch went.
#[derive(Clone, Copy, Debug)]
pub(super) struct Noon {
    /// Resends carried out.
    pub resends: usize,
    /// Messages found in the outbox afterwards.
    pub in_outbox: usize,
    /// How long reading what is due, deciding, and writing took; counting is not in it.
    pub took: Duration,
}

/// Measures over a copy of prepared data; the copy is used up.
pub(super) async fn measure(data: &Path) -> Result<Noon, Failure> {
    let world = World::open(&server::config(data), clock::next_noon(data)?)?;
    let app = &world.app;
    let begun = Instant::now();
    let mut resends = 0;
    while resends < WANTED {
        let now = app.clock.now();
        let due = app.readers.read(move |reader| reader.due(now, BATCH)).await?;
        if due.is_empty() {
            break;
        }
        resends += due.iter().filter(|(_, due)| matches!(due, Due::NoonResend(_))).count();
        for outcome in app.engine.execute_due(due).await {
            outcome?;
        }
    }
    let took = begun.elapsed();
    let in_outbox = app.readers.read(|reader| {
        let mut count = 0;
        let mut after = OutboxPlace::default();
        loop {
            let page = reader.outbox(after, PAGE)?;
            let Some(last) = page.last() else { return Ok::<usize, StoreError>(count) };
            after = OutboxPlace::after(last);
            count += page.len();
        }
    });
    let in_outbox = in_outbox.await?;
    app.engine.stop();
    Ok(Noon { resends, in_outbox, took })
}
