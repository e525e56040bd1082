//! Files what lies in accepted files of records, and makes files of what became of it.
//!
//! Where a file stands is in its row, and where its provider's results stand in the account's: whatever ends this, the next
//! start goes on behind what was written last, and nothing is filed or told twice.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use heyan_domain::bulk::{CHUNK_ROWS, Fault, RowError};
use heyan_domain::decide::Action;
use heyan_domain::enterprise::{EnterpriseAccount, EnterpriseAction, NotFiled, Place, RecordName, Upload};
use heyan_domain::terms::{EventId, FilingKind, ProviderId, UploadId};
use heyan_enterprise::codes::RecordCode;
use heyan_enterprise::desk::{self, Sorted};
use heyan_enterprise::download::{CodeTables, RecordResult, Unit};
use heyan_enterprise::envelope;
use heyan_enterprise::upload::{self, Record, Refused};
use heyan_store::clock::Clock;
use heyan_store::engine::{Chore, Engine, EngineError};
use heyan_store::sqlite::{Reader, Readers, StoreError};
use heyan_store::tasks::Task;
use heyan_store::views::{Published, Unpublished};
use tokio::sync::watch;

use crate::results::{Decided, Making};
use crate::{records, stem, upload_name};

/// How often somebody looks.
const TICK: Duration = Duration::from_millis(250);
/// How long after a failure.
const PAUSE: Duration = Duration::from_secs(1);
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
    /// The thread that read the file.
    #[error("the file could not be read to its end")]
    Dropped,
}

/// See the module.
pub struct Enterprise {
    engine: Arc<Engine>,
    readers: Readers,
    clock: Arc<dyn Clock>,
    names: BTreeMap<ProviderId, String>,
}

impl std::fmt::Debug for Enterprise {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Enterprise")
    }
}

/// What lies in a file: a place for each result and each record, in order.
enum Laid {
    Record(Box<Record>),
    Result(RecordResult),
}

fn laid(sorted: Sorted) -> Vec<Laid> {
    let records = sorted.records.into_iter().map(|record| Laid::Record(Box::new(record)));
    sorted.results.into_iter().map(Laid::Result).chain(records).collect()
}

fn name(record: &Record) -> RecordName {
    RecordName {
        operation: record.operation().number(),
        mark: record.mark(),
        review_ids: record.review_ids(),
    }
}

fn place(laid: &Laid) -> Place {
    match laid {
        Laid::Result(result) => {
            let (code, words) = match result.codes.first() {
                Some((code, words)) => (*code, words.clone()),
                None => (RecordCode::Other, None),
            };
            Place::NotFiled(NotFiled::Answered {
                operation: result.operation.number(),
                mark: result.mark.clone(),
                code: code.number(),
                words,
                note: result.note.clone(),
            })
        }
        Laid::Record(record) => {
            let name = name(record);
            match (records::draft(record), serde_json::to_vec(&**record)) {
                (Ok(draft), Ok(bytes)) => {
                    Place::Record { name, draft: Box::new(draft), record: Arc::from(bytes) }
                }
                (Err(errors), _) => Place::NotFiled(NotFiled::Refused { name, errors }),
                (Ok(_), Err(_)) => {
                    let errors = vec![RowError::of_row(Fault::Internal)];
                    Place::NotFiled(NotFiled::Refused { name, errors })
                }
            }
        }
    }
}

impl Enterprise {
    /// One that has not begun. `names` are those of the providers, for the tables of units.
    pub fn new(
        engine: &Arc<Engine>,
        readers: &Readers,
        clock: &Arc<dyn Clock>,
        names: BTreeMap<ProviderId, String>,
    ) -> Self {
        Self { engine: Arc::clone(engine), readers: readers.clone(), clock: Arc::clone(clock), names }
    }

    /// Works until `stopping` turns true.
    pub async fn run(&self, mut stopping: watch::Receiver<bool>) {
        let log = self.engine.tasks().of(Task::Enterprise);
        while !*stopping.borrow() {
            log.begins(self.clock.now());
            let pause = match self.round(&stopping).await {
                Ok(done) => {
                    log.ends(self.clock.now(), done);
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
            let unit = accounts.iter().find(|account| account.provider == upload.provider);
            let unit = unit.map(|account| account.terms.isp_id.number());
            done += self.work_off(upload, unit, stopping).await?;
        }
        for account in &accounts {
            self.publish(account).await?;
        }
        Ok(done)
    }

    /// Files what lies in a file, a few places at a time.
    async fn work_off(
        &self,
        upload: Upload,
        unit: Option<i64>,
        stopping: &watch::Receiver<bool>,
    ) -> Result<usize, NotDone> {
        let id = upload.id;
        let name = upload_name(upload.taken_at, upload.number);
        let laid = match unit {
            Some(unit) => {
                let first = upload.done;
                let package = self.readers.read(move |reader| reader.enterprise_package(&upload)).await?;
                let sorted = tokio::task::spawn_blocking(move || {
                    let file = envelope::unpack(&package);
                    drop(package);
                    // It was looked at when it was accepted.
                    let read = file.map(|file| upload::read_file(file, unit));
                    read.map_or_else(
                        |_| Sorted::default(),
                        |read: Result<_, Refused>| desk::sort(&name, read),
                    )
                });
                let all = laid(sorted.await.map_err(|_| NotDone::Dropped)?);
                let skipped = usize::try_from(first).unwrap_or(usize::MAX);
                (first + 1..).zip(all.into_iter().skip(skipped)).collect()
            }
            // Its account was closed before its turn came.
            None => Vec::new(),
        };
        let mut done = 0;
        for places in laid.chunks(CHUNK_ROWS) {
            if *stopping.borrow() {
                return Ok(done);
            }
            let file = |(at, laid): &(u32, Laid)| EnterpriseAction::File {
                upload: id,
                place: *at,
                what: place(laid),
            };
            done += self.file(places.iter().map(file).collect()).await?;
        }
        let end = EnterpriseAction::File { upload: id, place: self.next_place(id).await?, what: Place::End };
        self.file(vec![end]).await?;
        Ok(done)
    }

    async fn next_place(&self, id: UploadId) -> Result<u32, NotDone> {
        let upload = self.readers.read(move |reader| reader.enterprise_upload(id)).await?;
        Ok(upload.map_or(1, |upload| upload.done.saturating_add(1)))
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
