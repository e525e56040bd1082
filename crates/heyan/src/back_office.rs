//! Of several processes over one database one does the worker's work: what is due, what goes out, what is tidied up.
//!
//! It holds a lease, by the database's clock, and renews it while it lives. Another takes it over once it has run out; whoever comes
//! back then (a process that was paused, a machine that was cut off) finds its commands refused by the engine, and stands by. Over a
//! file there is one process, and that always has it.

use std::sync::Arc;
use std::time::Duration;

use heyan_store::engine::{Chore, Engine};
use tokio::sync::watch;
use tokio::task::JoinHandle;

/// For how long the work is this process's without a word from it.
const LEASE_MS: i64 = 15_000;
/// How often it is renewed, and how often those who stand by ask for it.
const RENEW: Duration = Duration::from_secs(3);

/// What works, until the signal turns true.
pub type Start = Box<dyn Fn(watch::Receiver<bool>) -> JoinHandle<()> + Send>;

/// Has the tasks work whenever the work is this process's, until `stopping` turns true.
pub async fn run(engine: Arc<Engine>, tasks: Vec<Start>, mut stopping: watch::Receiver<bool>) {
    let stop = watch::Sender::new(false);
    let mut working: Vec<JoinHandle<()>> = Vec::new();
    while !*stopping.borrow() {
        match engine.chore(Chore::Lease(LEASE_MS)).await {
            Ok(1..) if working.is_empty() => {
                tracing::info!(name: "back_office.begins", "the worker's work is this process's");
                stop.send_replace(false);
                working = tasks.iter().map(|start| start(stop.subscribe())).collect();
            }
            Ok(1..) => {}
            Ok(0) => {
                if !working.is_empty() {
                    tracing::warn!(name: "back_office.lost", "another process has taken over the worker's work");
                }
                end(&stop, &mut working).await;
            }
            // Nobody can take it over while the database is away. Whatever is at work finds that out by itself.
            Err(error) => tracing::warn!(name: "back_office.waits", %error, "the lease cannot be renewed"),
        }
        let _ = tokio::time::timeout(RENEW, stopping.wait_for(|stops| *stops)).await;
    }
    end(&stop, &mut working).await;
    // Where the database is away it runs out by itself.
    let _ = engine.chore(Chore::Release).await;
}

async fn end(stop: &watch::Sender<bool>, working: &mut Vec<JoinHandle<()>>) {
    stop.send_replace(true);
    for task in working.drain(..) {
        if task.await.is_err() {
            tracing::error!(name: "world.task_panicked", "a task ended by a panic");
        }
    }
}
