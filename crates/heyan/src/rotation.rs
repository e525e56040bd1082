//! Keys that change while the server runs (SEC-07): the key file is watched, a key added to it is taken up between two
//! commit groups, and what older keys have sealed is sealed anew in the background.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::{Duration, SystemTime};

use heyan_domain::decide::Action;
use heyan_domain::mark;
use heyan_domain::proposals::{KeyChange, Payload, ProposalAction, ProposalKind, Stage};
use heyan_domain::tags::KeyId;
use heyan_domain::terms::ProposalId;
use heyan_store::clock::Clock;
use heyan_store::engine::{Chore, Engine, EngineError};
use heyan_store::keys::{KeyFile, KeySet, Ring};
use heyan_store::tables::{Reader, Readers};
use heyan_web::app::App;
use tokio::sync::{Mutex, Notify, watch};

use crate::failure::Failure;

/// How often the key file is looked at; SIGHUP asks for it at once.
pub const LOOK_EVERY: Duration = Duration::from_secs(5);
/// How long sealing anew waits after the database could not be written.
const RETRY_AFTER: Duration = Duration::from_secs(60);

/// By what a changed key file is told from the one that was read: a rotation puts another, longer one in its place.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Seen(Option<(SystemTime, u64)>);

impl Seen {
    /// As it is. To be asked before the file is read: a change in between is then seen at the next look.
    pub fn now(path: &Path) -> Self {
        let file = std::fs::metadata(path).ok();
        Self(file.and_then(|file| Some((file.modified().ok()?, file.len()))))
    }
}

/// What a look at the key file has led to.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Look {
    /// The file holds the keys in use.
    Unchanged,
    /// This key is the active one from now on.
    TakenUp(KeyId),
    /// This key is in the file and waits until two operators have agreed to it (SEC-14).
    Waiting(KeyId),
    /// The file is not taken up, for this reason; the keys before stay in use, and every look tries again.
    Refused(String),
}

struct LastLook {
    seen: Seen,
    refused: Option<String>,
    waits: bool,
}

/// Watches the key file and seals anew.
pub struct KeyWatch {
    path: PathBuf,
    engine: Arc<Engine>,
    ring: Arc<Ring>,
    readers: Readers,
    last: Mutex<LastLook>,
    asked: Notify,
    taken_up: Notify,
    /// Whether a key takes two operators: in production, where the sandbox's clerks are people.
    four_eyes: bool,
    clock: Arc<dyn Clock>,
}

/// What reading the file has come to.
enum Step {
    Same,
    TakenUp(KeyId),
    Waiting(KeyChange),
}

impl std::fmt::Debug for KeyWatch {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "KeyWatch({})", self.path.display())
    }
}

impl KeyWatch {
    /// Over a file that has been read as it was `seen`.
    pub fn new(path: &Path, seen: Seen, app: &App) -> Self {
        let last = Mutex::new(LastLook { seen, refused: None, waits: false });
        let (engine, ring) = (Arc::clone(&app.engine), Arc::clone(&app.ring));
        let readers = app.readers.clone();
        Self {
            path: path.to_owned(),
            engine,
            ring,
            readers,
            last,
            asked: Notify::new(),
            taken_up: Notify::new(),
            four_eyes: app.sandbox.is_none(),
            clock: Arc::clone(&app.clock),
        }
    }

    /// Asks for a look at once.
    pub fn ask(&self) {
        self.asked.notify_one();
    }

    /// Looks at the key file, and takes up what has been added to it.
    pub async fn look(&self) -> Look {
        let mut last = self.last.lock().await;
        let seen = Seen::now(&self.path);
        if seen == last.seen && last.refused.is_none() && !last.waits {
            return Look::Unchanged;
        }
        let look = match self.take_up().await {
            Ok(Step::Same) => Look::Unchanged,
            Ok(Step::Waiting(change)) => Look::Waiting(change.key),
            Ok(Step::TakenUp(key)) => {
                tracing::info!(name: "keys.taken_up", key = key.0, "what is written is sealed with another key from now on");
                self.taken_up.notify_one();
                Look::TakenUp(key)
            }
            Err(failure) => Look::Refused(failure.what().to_owned()),
        };
        let refused = if let Look::Refused(reason) = &look { Some(reason.clone()) } else { None };
        self.ring.rotation.refused.store(refused.is_some(), Ordering::Relaxed);
        if let Some(reason) = &refused
            && (seen != last.seen || refused != last.refused)
        {
            tracing::error!(
                name: "keys.refused", reason,
                "the key file has changed and is not taken up; the keys before stay in use, restore it from its backup"
            );
        }
        let waits = matches!(look, Look::Waiting(_));
        if !waits {
            self.ring.rotation.set_waiting(None);
        }
        *last = LastLook { seen, refused, waits };
        look
    }

    /// Takes up what is new in the file, if it may be.
    async fn take_up(&self) -> Result<Step, Failure> {
        let path = self.path.clone();
        let read = tokio::task::spawn_blocking(move || KeyFile::read(&path).map(|file| KeySet::new(&file)));
        let keys = read.await??;
        if keys.check_values() == self.ring.current().check_values() {
            return Ok(Step::Same);
        }
        let active = keys.active();
        // Keys that are not those of the data need nobody's approval to be refused.
        let change = keys.change_from(&self.ring.current()).filter(|_| self.four_eyes);
        if let Some(change) = change
            && !self.is_approved(&change).await?
        {
            mark!("SEC-14");
            if self.ring.rotation.set_waiting(Some(change.clone())).as_ref() != Some(&change) {
                tracing::warn!(
                    name: "keys.waiting", key = change.key.0,
                    "a new key waits in the key file until two operators agree to it at /console/operator/keys"
                );
            }
            return Ok(Step::Waiting(change));
        }
        self.engine.take_up(keys).await?;
        self.settle().await?;
        Ok(Step::TakenUp(active))
    }

    async fn approved(&self) -> Result<Vec<(ProposalId, KeyChange)>, Failure> {
        let open = self.readers.read(|reader| reader.open_proposals(ProposalKind::ChangeKeys)).await?;
        let now = self.clock.now();
        let approved = open.into_iter().filter(|one| one.stage(now) == Stage::Approved);
        Ok(approved
            .filter_map(|one| match one.payload {
                Payload::ChangeKeys(change) => Some((one.id, change)),
                Payload::ActivateRules(_) | Payload::StopClocks(_) => None,
            })
            .collect())
    }

    async fn is_approved(&self, change: &KeyChange) -> Result<bool, Failure> {
        Ok(self.approved().await?.iter().any(|(_, approved)| approved == change))
    }

    /// Notes as carried out what was approved and is in use: after a key was taken up, and at a start, which may have come
    /// between the two.
    async fn settle(&self) -> Result<(), Failure> {
        let in_use = self.ring.current().check_values();
        for (proposal, change) in self.approved().await? {
            if in_use.iter().any(|(key, _)| *key == change.key) {
                let done = ProposalAction::CarriedOut { proposal };
                self.engine.execute(Action::Proposal(Box::new(done))).await?;
            }
        }
        Ok(())
    }

    /// Looks every few seconds, and when asked, until the server stops.
    pub async fn watch(&self, mut stopping: watch::Receiver<bool>) {
        if let Err(failure) = self.settle().await {
            let reason = failure.what();
            tracing::warn!(name: "keys.not_settled", reason, "an approved change of keys could not be noted as done");
        }
        loop {
            tokio::select! {
                () = tokio::time::sleep(LOOK_EVERY) => {}
                () = self.asked.notified() => {}
                _ = stopping.wait_for(|stopping| *stopping) => return,
            }
            self.look().await;
        }
    }

    /// Seals anew after the start and after each rotation, until the server stops.
    pub async fn rekey(&self, mut stopping: watch::Receiver<bool>) {
        loop {
            let again = match self.seal_anew(&stopping).await {
                Ok(()) => Duration::MAX,
                Err(error) => {
                    tracing::error!(name: "keys.rekey_failed", error = %error, "sealing anew is held up, and tried again");
                    RETRY_AFTER
                }
            };
            tokio::select! {
                () = self.taken_up.notified() => {}
                () = tokio::time::sleep(again) => {}
                _ = stopping.wait_for(|stopping| *stopping) => return,
            }
        }
    }

    /// Seals with the active key whatever older ones have sealed, batch by batch between the commit groups; returns once
    /// nothing is left, or when the server stops: the next start goes on.
    pub async fn seal_anew(&self, stopping: &watch::Receiver<bool>) -> Result<(), EngineError> {
        let rotation = &self.ring.rotation;
        let mut pass: Option<Pass> = None;
        while !*stopping.borrow() {
            let active = self.ring.current().active();
            let looked_at = self.engine.chore(Chore::Rekey).await?;
            if looked_at == 0 {
                break;
            }
            let mut current = match pass.take() {
                Some(pass) if pass.key == active => pass,
                // Another key has become the active one meanwhile, and with it the work begins anew.
                Some(_) | None => self.begin_pass(active).await?,
            };
            if let Some(percent) = current.advance(looked_at) {
                let (values, of) = (current.done, current.values);
                tracing::info!(name: "keys.rekeying", key = active.0, percent, values, of, "sealing anew with the active key");
            }
            rotation.values_done.store(current.done, Ordering::Relaxed);
            pass = Some(current);
            tokio::task::yield_now().await;
        }
        if let Some(pass) = pass
            && !*stopping.borrow()
        {
            // What was written or removed meanwhile makes the count a little more or less than it was at the beginning.
            rotation.values_done.store(pass.values, Ordering::Relaxed);
            tracing::info!(name: "keys.rekeyed", key = pass.key.0, "everything is sealed with the active key");
        }
        Ok(())
    }

    async fn begin_pass(&self, key: KeyId) -> Result<Pass, EngineError> {
        let values = self.readers.read(Reader::sealed_values).await.map_err(|_| EngineError::Storage)?;
        let values = values.values().sum();
        self.ring.rotation.values.store(values, Ordering::Relaxed);
        Ok(Pass { key, values, done: 0, percent: 0 })
    }
}

/// How far sealing anew with one key has come.
struct Pass {
    key: KeyId,
    values: u64,
    done: u64,
    percent: u64,
}

impl Pass {
    /// Counts values; gives the whole percent, if that has grown.
    fn advance(&mut self, looked_at: usize) -> Option<u64> {
        let more = u64::try_from(looked_at).unwrap_or(u64::MAX);
        self.done = self.done.saturating_add(more).min(self.values);
        let percent = self.done.saturating_mul(100).checked_div(self.values).unwrap_or(100);
        let grown = percent > self.percent;
        self.percent = percent;
        grown.then_some(percent)
    }
}
