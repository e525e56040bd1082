//! Every scenario of `tests/scenarios` on SQLite and on PostgreSQL.

use std::collections::HashSet;
use std::path::Path;
use std::sync::{Arc, Mutex};

use heyan_domain::Timestamp;
use heyan_domain::audit::{AuditEntry, AuditSubject};
use heyan_domain::decide::{Action, Command, Outcome};
use heyan_domain::event::Event;
use heyan_domain::filing::{Body, Filing};
use heyan_domain::limits::Limits;
use heyan_domain::registry::{EntityNo, EntityRecord, ServiceNo, ServiceRecord};
use heyan_domain::review::Review;
use heyan_domain::rules::Rules;
use heyan_domain::tags::{Keyring as _, active};
use heyan_domain::terms::{FilingId, MessageId};
use heyan_domain::verification::{Message, Outgoing, Verification};
use heyan_scenario::{Engine, Script, run};
use heyan_store::clock::Clock as _;
use heyan_store::database::StoreError;
use heyan_store::keys::Purpose;
use heyan_store::tables::{AuditFilter, OutboxPlace, Reader};
use rand::SeedableRng as _;
use rand_chacha::ChaCha12Rng;

use crate::place::{Kind, Opened, Place, on_both, runtime};

/// The engine as a scenario sees it. What the engine is given at its start is changed by a restart.
pub struct StoreEngine {
    opened: Option<Opened>,
    place: Place,
    runtime: tokio::runtime::Runtime,
    /// Messages that the scenario has seen.
    taken: HashSet<(MessageId, usize)>,
    _directory: tempfile::TempDir,
}

impl StoreEngine {
    pub fn new(kind: Kind, seed: u64, limits: Option<Limits>) -> Self {
        let directory = tempfile::tempdir().unwrap();
        let mut place = Place::of(kind, directory.path(), seed);
        place.limits = limits;
        place.clock.hold(Timestamp::default());
        let opened = Some(place.open());
        Self { opened, place, runtime: runtime(), taken: HashSet::new(), _directory: directory }
    }

    fn opened(&self) -> &Opened {
        self.opened.as_ref().unwrap()
    }

    /// Carries out one due command, as if the worker had come no further.
    pub fn run_one_due(&mut self) {
        let due = self.read(|reader| reader.due(self.now(), 1));
        for outcome in self.runtime.block_on(self.opened().engine.execute_due(due)) {
            outcome.unwrap();
        }
    }

    pub fn restart(&mut self) {
        self.opened = None;
        self.opened = Some(self.place.open());
    }

    pub fn read<T>(&self, query: impl FnOnce(&Reader) -> Result<T, StoreError>) -> T {
        self.opened().readers.read_blocking(query).unwrap()
    }

    /// Commands that come in together, as the worker's do.
    pub fn execute_together(&self, actions: Vec<Action>) -> Vec<Outcome> {
        let outcomes = self.runtime.block_on(self.opened().engine.execute_background(actions));
        outcomes.into_iter().map(|outcome| outcome.unwrap()).collect()
    }
}

impl Engine for StoreEngine {
    fn now(&self) -> Timestamp {
        self.place.clock.now()
    }

    fn set_now(&mut self, now: Timestamp) {
        self.place.clock.hold(now);
    }

    fn execute(&mut self, command: Command) -> Outcome {
        self.runtime.block_on(self.opened().engine.execute(command)).unwrap()
    }

    fn next_due(&self) -> Option<Timestamp> {
        self.read(Reader::next_due)
    }

    fn run_due(&mut self) {
        loop {
            let now = self.now();
            let due = self.read(|reader| reader.due(now, 100));
            if due.is_empty() {
                break;
            }
            for outcome in self.runtime.block_on(self.opened().engine.execute_due(due)) {
                outcome.unwrap();
            }
        }
    }

    fn take_outbox(&mut self) -> Vec<Outgoing> {
        let queued = self.read(|reader| reader.outbox(OutboxPlace::default(), 1_000));
        // One that waits again after a try is new; its tries are counted in its row.
        let mut new = Vec::new();
        for outgoing in queued {
            let tries = self.message(outgoing.message).map_or(0, |message| message.attempts.len());
            if self.taken.insert((outgoing.message, tries)) {
                new.push(outgoing);
            }
        }
        new
    }

    fn holds_text(&self, message: MessageId) -> bool {
        self.read(|reader| reader.queued(message)).is_some()
    }

    fn filing(&self, id: FilingId) -> Option<Filing> {
        self.read(|reader| reader.filing(id))
    }

    fn body(&self, id: FilingId) -> Option<Arc<Body>> {
        self.read(|reader| reader.filing_view(id)).map(|view| view.body)
    }

    fn verifications(&self, id: FilingId) -> Vec<Verification> {
        self.read(|reader| reader.verifications(id))
    }

    fn message(&self, id: MessageId) -> Option<Message> {
        self.read(|reader| reader.message(id))
    }

    fn events(&self, id: FilingId) -> Vec<Event> {
        let filing = self.filing(id);
        filing.map(|filing| self.read(|reader| reader.timeline(&filing))).unwrap_or_default()
    }

    fn audit(&self, id: FilingId) -> Vec<AuditEntry> {
        let filter = AuditFilter { subject: Some(AuditSubject::Filing(id)), ..AuditFilter::default() };
        let newest_first = self.read(|reader| reader.audit(&filter, None, 1_000)).items;
        newest_first.into_iter().rev().map(|row| row.entry).collect()
    }

    fn review(&self, id: FilingId) -> Option<Review> {
        self.read(|reader| reader.review(id))
    }

    fn entity(&self, no: &EntityNo) -> Option<Arc<EntityRecord>> {
        self.read(|reader| reader.entity(no)).map(Arc::new)
    }

    fn service(&self, no: &ServiceNo) -> Option<Arc<ServiceRecord>> {
        self.read(|reader| reader.service(no)).map(Arc::new)
    }

    fn rules(&self) -> Arc<Rules> {
        self.opened().rules.current()
    }

    /// No command imports records yet, so they are put into the tables from outside; the engine keeps no rows from one
    /// group to the next.
    fn import(&mut self, entity: EntityRecord, services: Vec<ServiceRecord>) {
        self.place.seed += 1;
        let mut rng = ChaCha12Rng::seed_from_u64(self.place.seed);
        let ring = self.opened().ring.current();
        let tag = ring.entity(active(&*ring), &entity.document);
        self.place.insert("entity_numbers (entity, no)", &[tag.as_bytes(), entity.no.to_string().as_bytes()]);
        let mut put = |table: &str, purpose: Purpose, no: String, clear: Vec<u8>| {
            let sealed = ring.seal(purpose, no.as_bytes(), &clear, &mut rng);
            self.place.insert(&format!("{table} (no, sealed)"), &[no.as_bytes(), &sealed]);
        };
        put("entities", Purpose::Entity, entity.no.to_string(), serde_json::to_vec(&entity).unwrap());
        for service in services {
            let no = service.no.to_string();
            put("services", Purpose::Service, no.clone(), serde_json::to_vec(&service).unwrap());
            for domain in &service.domains {
                let row = [domain.as_str().as_bytes(), no.as_bytes()];
                self.place.insert("domains (domain, service_no)", &row);
            }
        }
    }

    fn set_limits(&mut self, limits: Option<Limits>) {
        self.place.limits = limits;
        self.restart();
    }

    fn add_key(&mut self) {
        self.place.rotate();
        self.restart();
    }

    fn same_thread(&self) -> bool {
        false
    }
}

/// Carries out the scenarios that are left in the list; gives what did not hold.
fn carry_out(kind: Kind, left: &Mutex<Vec<std::path::PathBuf>>) -> Vec<String> {
    let mut failures = Vec::new();
    loop {
        let Some(path) = left.lock().unwrap().pop() else { return failures };
        let text = std::fs::read_to_string(&path).unwrap();
        let name = path.file_name().unwrap().to_string_lossy();
        let script = Script::parse(&format!("tests/scenarios/{name}"), &text).unwrap();
        if let Err(failure) = run(&script, &mut StoreEngine::new(kind, 2020, None)) {
            failures.push(failure.to_string());
        }
    }
}

on_both!(every_scenario_holds_too);

fn every_scenario_holds_too(kind: Kind) {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/scenarios");
    let files = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    let scripts: Vec<_> = files.filter(|path| path.extension().is_some_and(|found| found == "txt")).collect();
    assert!(scripts.len() > 50, "only {} scenarios", scripts.len());
    let left = Mutex::new(scripts);
    let failures: Vec<String> = std::thread::scope(|scope| {
        let threads: Vec<_> = (0..4).map(|_| scope.spawn(|| carry_out(kind, &left))).collect();
        threads.into_iter().flat_map(|thread| thread.join().unwrap()).collect()
    });
    assert!(failures.is_empty(), "\n{}", failures.join("\n"));
}
