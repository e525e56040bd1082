//! Sends events to providers' own servers (PRO-03): follows the events, and works off what is to be sent, each endpoint in a
//! lane of its own, so that one that hangs keeps no other waiting.
//!
//! A message is sent at least once: if the process dies between the endpoint's yes and the note of it, the second copy has
//! the same `webhook-id`. Messages are sent in the order of their events, eight at once, and those that failed come later;
//! whoever needs the order has the time and the id of each event.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use std::time::Duration;

use heyan_domain::decide::Action;
use heyan_domain::terms::{EndpointId, ProviderId};
use heyan_domain::webhooks::{Endpoint, Tried};
use heyan_store::database::StoreError;
use heyan_store::engine::{Chore, EngineError};
use heyan_store::tasks::Task;
use heyan_web::app::App;
use heyan_web::webhooks::Message;
use tokio::sync::watch;
use tokio::task::JoinSet;
use tokio::time::Instant;

/// How often somebody looks for what is new or due.
const TICK: Duration = Duration::from_millis(250);
/// Events of each endpoint looked at together.
const MAX_EVENTS: usize = 1_000;
/// Messages to one endpoint at once.
const AT_ONCE: usize = 8;
/// How long an endpoint that fails is left alone after the first round that failed whole; twice as long after each
/// further one, up to the longest.
const REST: Duration = Duration::from_secs(1);
const LONGEST_REST: Duration = Duration::from_secs(60);

#[derive(Debug, thiserror::Error)]
enum NotDone {
    #[error("the database cannot be read")]
    Store(#[from] StoreError),
    #[error("the database takes no note")]
    Engine(#[from] EngineError),
}

/// What a lane has done.
struct Worked {
    endpoint: EndpointId,
    sent: usize,
    taken: usize,
}

/// An endpoint that fails, and until when it is left alone.
struct Resting {
    rounds: u32,
    until: Instant,
}

/// See the module.
#[derive(Debug)]
pub struct Webhooks {
    app: Arc<App>,
}

impl Webhooks {
    /// Over an app.
    pub const fn new(app: Arc<App>) -> Self {
        Self { app }
    }

    /// Works until `stopping` turns true.
    pub async fn run(&self, mut stopping: watch::Receiver<bool>) {
        let log = self.app.engine.tasks().of(Task::Webhooks);
        let mut lanes: JoinSet<Result<Worked, NotDone>> = JoinSet::new();
        let mut busy: BTreeSet<EndpointId> = BTreeSet::new();
        let mut resting: BTreeMap<EndpointId, Resting> = BTreeMap::new();
        while !*stopping.borrow() {
            log.begins(self.app.clock.now());
            match self.begin(&mut lanes, &mut busy, &resting).await {
                Ok(()) => log.ends(self.app.clock.now(), 0),
                Err(error) => {
                    log.fails();
                    tracing::warn!(name: "webhooks.failed", %error, "webhooks wait");
                }
            }
            let pause = tokio::time::sleep(TICK);
            tokio::pin!(pause);
            loop {
                tokio::select! {
                    () = &mut pause => break,
                    // Messages under way may have arrived; at the next start they go out again under their old id.
                    () = stopped(&mut stopping) => return,
                    Some(worked) = lanes.join_next(), if !lanes.is_empty() => {
                        let now = self.app.clock.now();
                        match worked {
                            Ok(Ok(worked)) => {
                                busy.remove(&worked.endpoint);
                                log.ends(now, worked.taken);
                                rest(&mut resting, &worked);
                            }
                            Ok(Err(error)) => {
                                // Which lane it was is not known any more; those that still run begin again by themselves.
                                busy.clear();
                                lanes.shutdown().await;
                                log.fails();
                                tracing::warn!(name: "webhooks.failed", %error, "webhooks wait");
                            }
                            Err(_) => {
                                busy.clear();
                                lanes.shutdown().await;
                                tracing::error!(name: "webhooks.panicked", "a lane of webhooks ended by a panic");
                            }
                        }
                    }
                }
            }
        }
    }

    /// Notes what is new, and begins a round of each endpoint that something is due for.
    async fn begin(
        &self,
        lanes: &mut JoinSet<Result<Worked, NotDone>>,
        busy: &mut BTreeSet<EndpointId>,
        resting: &BTreeMap<EndpointId, Resting>,
    ) -> Result<(), NotDone> {
        let now = self.app.clock.now();
        let followed = self.app.readers.read(move |reader| reader.webhook_events(now, MAX_EVENTS)).await?;
        if !followed.endpoints.is_empty() {
            self.app.engine.chore(Chore::Follow(Arc::new(followed))).await?;
        }
        let ready = self.app.readers.read(move |reader| reader.webhooks_ready(now)).await?;
        for (provider, endpoint) in ready {
            let rests = resting.get(&endpoint.id).is_some_and(|resting| Instant::now() < resting.until);
            if !rests && busy.insert(endpoint.id) {
                lanes.spawn(round(Arc::clone(&self.app), provider, endpoint));
            }
        }
        Ok(())
    }
}

async fn stopped(stopping: &mut watch::Receiver<bool>) {
    // An error says that nobody can stop us any more, which is as good as being stopped.
    let _ = stopping.wait_for(|stops| *stops).await;
}

/// An endpoint of which nothing was taken is left alone for a while.
fn rest(resting: &mut BTreeMap<EndpointId, Resting>, worked: &Worked) {
    if worked.taken > 0 || worked.sent == 0 {
        resting.remove(&worked.endpoint);
        return;
    }
    let rounds = resting.get(&worked.endpoint).map_or(0, |resting| resting.rounds);
    let wait = REST.saturating_mul(1 << rounds.min(6)).min(LONGEST_REST);
    resting
        .insert(worked.endpoint, Resting { rounds: rounds.saturating_add(1), until: Instant::now() + wait });
}

/// Sends what is due to one endpoint, and notes what came of it. One that fails is asked with one message at a time.
async fn round(app: Arc<App>, provider: ProviderId, endpoint: Endpoint) -> Result<Worked, NotDone> {
    let now = app.clock.now();
    let id = endpoint.id;
    let at_once = if endpoint.failing_since.is_some() { 1 } else { AT_ONCE };
    let due = app.readers.read(move |reader| reader.webhooks_due(id, now, at_once)).await?;
    let endpoint = Arc::new(endpoint);
    let mut sending = JoinSet::new();
    for (delivery, event) in due {
        let (app, endpoint) = (Arc::clone(&app), Arc::clone(&endpoint));
        sending.spawn(async move {
            let message = Message::of(&event);
            let (tried, asked_ms) = app.webhooks.send(app.clock.now(), &endpoint, &message).await;
            Tried { delivery: delivery.id, tried, asked_ms }
        });
    }
    let mut tries = sending.join_all().await;
    tries.sort_by_key(|tried| tried.delivery);
    let sent = tries.len();
    let taken = tries.iter().filter(|tried| tried.tried.result.is_taken()).count();
    if sent > 0 {
        app.engine.execute(Action::WebhookTried { provider, endpoint: id, tries }).await?;
    }
    Ok(Worked { endpoint: id, sent, taken })
}
