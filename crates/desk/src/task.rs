//! Files what lies in accepted files of records, and makes files of what became of it.
//!
//! Where a file stands is in its row, and where its provider's results stand in the account's: whatever ends this, the next
//! start goes on behind what was written last, and nothing is filed or told twice.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use heyan_domain::Timestamp;
use heyan_domain::bulk::Fault;
use heyan_domain::decide::Action;
use heyan_domain::enterprise::{EnterpriseAccount, EnterpriseAction, NotFiled, Place, Upload};
use heyan_domain::terms::{EventId, FilingKind, ProviderId};
use heyan_domain::time::DAY_MS;
use heyan_enterprise::download::{CodeTables, Unit};
use heyan_store::clock::Clock;
use heyan_store::database::StoreError;
use heyan_store::engine::{Chore, Engine, EngineError};
use heyan_store::packages::Packages;
use heyan_store::tables::{Reader, Readers};
use heyan_store::tasks::Task;
use heyan_store::views::{Published, Unpublished};
use tokio::sync::watch;

use crate::results::{Decided, Making};
use crate::{laid, stem};

/// How often somebody looks.
const TICK: Duration = Duration::from_millis(250);
/// How long after a failure.
const PAUSE: Duration = Duration::from_secs(1);
/// Records filed at once, and how long until the next: a report writes much, and whoever verifies meanwhile must not wait
/// behind one after another. A thousand are filed in some five seconds.
const AT_ONCE: usize = 2;
const BREATH: Duration = Duration::from_millis(5);
/// Files looked at in one round.
const MAX_UPLOADS: usize = 16;
/// What lies in one file of results, and events looked at for it.
const MAX_RESULTS: usize = 1_000;

/// Why a round stopped before its end. The next one goes on where it stopped.
#[derive(Debug, thiserror::Error)]
pub enum NotDone {
    /// The database.
    #[error("the database cannot be read")]
    Store(#[from] StoreError),
    /// The engine.
    #[error("the engine did not carry it out")]
    Engine(#[from] EngineError),
    /// What was laid down is not what was laid down.
    #[error("what lies in a file cannot be read")]
    Unreadable(#[from] serde_json::Error),
}

/// See the module.
pub struct Enterprise {
    engine: Arc<Engine>,
    readers: Readers,
    clock: Arc<dyn Clock>,
    names: BTreeMap<ProviderId, String>,
    packages: Packages,
}

impl std::fmt::Debug for Enterprise {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Enterprise")
    }
}

impl Enterprise {
    /// One that has not begun. `names` are those of the providers, for the tables of units.
    pub fn new(
        engine: &Arc<Engine>,
        readers: &Readers,
        clock: &Arc<dyn Clock>,
        names: BTreeMap<ProviderId, String>,
        packages: Packages,
    ) -> Self {
        Self {
            engine: Arc::clone(engine),
            readers: readers.clone(),
            clock: Arc::clone(clock),
            names,
            packages,
        }
    }

    /// Works until `stopping` turns true.
    pub async fn run(&self, mut stopping: watch::Receiver<bool>) {
        let log = self.engine.tasks().of(Task::Enterprise);
        let mut swept_at = Timestamp::default();
        while !*stopping.borrow() {
            log.begins(self.clock.now());
            let pause = match self.round(&stopping).await {
                Ok(done) => {
                    log.ends(self.clock.now(), done);
                    if self.clock.now().since_ms(swept_at) >= DAY_MS && self.sweep().await.is_ok() {
                        swept_at = self.clock.now();
                    }
                    TICK
                }
                Err(error) => {
                    log.fails();
                    tracing::warn!(name: "enterprise.failed", %error, "records and results wait");
                    PAUSE
                }
            };
            // Whether it was the time or the signal that woke us, the loop looks.
            let _ = tokio::time::timeout(pause, stopping.changed()).await;
        }
    }

    /// Forgets the files of calls that came to nothing, and of those that are not asked for any more.
    async fn sweep(&self) -> Result<(), NotDone> {
        let known = self.readers.read(|reader| {
            let last = reader.enterprise_accounts()?.into_iter().filter_map(|account| account.last_upload);
            let known = last.map(|id| reader.enterprise_upload(id)).collect::<Result<Vec<_>, _>>()?;
            Ok(known.into_iter().flatten().map(|upload| upload.id).collect::<Vec<_>>())
        });
        let (known, packages) = (known.await?, self.packages.clone());
        // A call under way may lose its file here, and then has none to show; nothing of its records.
        let _ = tokio::task::spawn_blocking(move || packages.forget_all_but(&known)).await;
        Ok(())
    }

    /// Does everything that there is to do, unless `stopping` turns true; gives how many places of files it was.
    ///
    /// # Errors
    /// If the database could not be read or written.
    pub async fn round(&self, stopping: &watch::Receiver<bool>) -> Result<usize, NotDone> {
        let accounts = self.readers.read(Reader::enterprise_accounts).await?;
        if accounts.is_empty() {
            return Ok(0);
        }
        let uploads = self.readers.read(|reader| reader.enterprise_waiting(MAX_UPLOADS)).await?;
        let mut done = 0;
        for upload in uploads {
            done += self.work_off(upload, stopping).await?;
        }
        for account in &accounts {
            self.publish(account).await?;
        }
        Ok(done)
    }

    /// Files what lies in a file, part by part.
    async fn work_off(&self, mut upload: Upload, stopping: &watch::Receiver<bool>) -> Result<usize, NotDone> {
        let id = upload.id;
        let mut done = 0;
        while let Some(part) = self.part(&upload).await? {
            if *stopping.borrow() {
                return Ok(done);
            }
            let (first, places) = (upload.done + 1, laid::places(&part, upload.done)?);
            let file = |(at, what)| EnterpriseAction::File { upload: id, place: at, what };
            let mut filings = (first..).zip(places).map(file).peekable();
            if filings.peek().is_none() {
                break;
            }
            while filings.peek().is_some() {
                let filed = self.file(filings.by_ref().take(AT_ONCE).collect()).await?;
                done += filed;
                upload.done += u32::try_from(filed).unwrap_or(u32::MAX);
                tokio::time::sleep(BREATH).await;
            }
        }
        let end = EnterpriseAction::File { upload: id, place: upload.done + 1, what: Place::End };
        self.file(vec![end]).await?;
        Ok(done)
    }

    /// The part with the next place, if there is one.
    async fn part(&self, upload: &Upload) -> Result<Option<Vec<u8>>, NotDone> {
        let (id, no) = (upload.id, laid::part_with(upload.done));
        if no >= upload.parts {
            return Ok(None);
        }
        Ok(self.readers.read(move |reader| reader.enterprise_part(id, no)).await?)
    }

    async fn file(&self, actions: Vec<EnterpriseAction>) -> Result<usize, NotDone> {
        let actions: Vec<Action> =
            actions.into_iter().map(|action| Action::Enterprise(Box::new(action))).collect();
        let count = actions.len();
        for outcome in self.engine.execute_background(actions).await {
            outcome?;
        }
        Ok(count)
    }

    /// Makes the next files of results of a provider, unless one waits.
    async fn publish(&self, account: &EnterpriseAccount) -> Result<(), NotDone> {
        let provider = account.provider.clone();
        let name = self.names.get(&provider).cloned().unwrap_or_else(|| provider.to_string());
        let unit = Unit { id: account.terms.isp_id.number(), name, is_valid: account.terms.may_report };
        let made = self.readers.read(move |reader| {
            let found = reader.enterprise_unpublished(&provider, MAX_RESULTS)?;
            found.map(|found| make(reader, found, unit)).transpose()
        });
        let Some((files, not_filed, from, to)) = made.await? else { return Ok(()) };
        if files.is_empty() && from == to {
            return Ok(());
        }
        let at = self.clock.now();
        let provider = account.provider.clone();
        let published = Published { provider, at, stem: stem(at), files, not_filed, from, to };
        self.engine.chore(Chore::Publish(Arc::new(published))).await?;
        Ok(())
    }
}

type Made = (Vec<Vec<u8>>, i64, EventId, EventId);

/// The tables of codes, and the provider among the units: of others it learns nothing here.
fn tables(unit: Unit) -> Option<Vec<u8>> {
    let file = CodeTables { units: vec![unit] }.to_file();
    file.inspect_err(|fault| {
        tracing::error!(name: "enterprise.tables_do_not_fit", path = fault.path, "code tables do not fit the standard");
    })
    .ok()
}

fn make(reader: &Reader, found: Unpublished, unit: Unit) -> Result<Made, StoreError> {
    let id = unit.id;
    let first = if found.has_tables { None } else { tables(unit) };
    let mut making = Making::default();
    let mut last = 0;
    for (no, not_filed) in found.not_filed {
        let open = in_the_way(reader, &not_filed)?;
        making.not_filed(not_filed, open);
        last = no;
    }
    for event in found.events {
        let Some(filed) = reader.enterprise_filed(event.filing)? else { continue };
        let Some(view) = reader.filing_view(event.filing)? else { continue };
        let came_at = view.filing.created_at;
        let (numbers, rejection) = (view.body.numbers.clone(), view.body.rejection.clone());
        making.decided(&Decided { event, filed, came_at, numbers, rejection }, id);
    }
    let files = first.into_iter().chain(making.files()).collect();
    Ok((files, last, found.from, found.to))
}

/// The kind of the provider's own filing that is in a record's way.
fn in_the_way(reader: &Reader, not_filed: &NotFiled) -> Result<Option<FilingKind>, StoreError> {
    let NotFiled::Refused { errors, .. } = not_filed else { return Ok(None) };
    let named = errors.iter().find_map(|error| match error.fault {
        Fault::EntityHasOpenFiling(filing) => filing,
        _ => None,
    });
    match named {
        Some(filing) => Ok(reader.filing(filing)?.map(|filing| filing.kind)),
        None => Ok(None),
    }
}
