//! The lines to carriers of a configuration, put together and kept running.

use std::sync::Arc;

use heyan_domain::Timestamp;
use heyan_gateway::capture::{Capture, Writing};
use heyan_gateway::routing::Router;
use heyan_gateway::{Mouth, Slot, Taken, cloud, cmpp, drill, smpp};
use heyan_store::clock::{Clock, SystemClock};
use heyan_store::engine::Engine;
use heyan_store::tables::Readers;
use heyan_worker::carriers::{Carriers, Ear};
use rand::rngs::StdRng;
use rand::{Rng, SeedableRng as _};
use tokio::sync::{mpsc, watch};
use tokio::task::JoinSet;

use crate::config::sms::{Captured, Line, Route, Sms};
use crate::failure::Failure;
use crate::receipts::{self, Door};

/// What lines may have said before it is heard. With as much waiting, they do not read on.
const MOST_UNHEARD: usize = 8_192;

/// See the module.
pub struct Lines {
    /// Who feeds them and hears what they say.
    pub carriers: Arc<Carriers>,
    sms: Sms,
    clock: Arc<dyn Clock>,
    seeds: Vec<u64>,
    capture: Option<(Capture, Writing)>,
    mouth: Mouth,
    ear: Ear,
}

/// Opens the file of captured frames; that it cannot be written is said at start.
fn captured(captured: &Captured) -> Result<(Capture, Writing), Failure> {
    Capture::open(&captured.file, u64::from(captured.mebibytes) << 20).map_err(|error| {
        Failure::new(
            format!("sms.capture_file {} cannot be written: {error}", captured.file.display()),
            "name a file in a directory that this account may write to, or leave capture_file away",
        )
    })
}

impl Lines {
    /// The lines of a configuration, not running yet; `None` if it has none.
    pub fn new(
        sms: &Sms,
        engine: &Arc<Engine>,
        readers: &Readers,
        clock: &Arc<dyn Clock>,
        mut rng: Box<dyn Rng + Send>,
    ) -> Result<Option<Self>, Failure> {
        if sms.routes.is_empty() {
            return Ok(None);
        }
        let capture = sms.capture.as_ref().map(captured).transpose()?;
        let terms = sms.routes.iter().map(|route| route.terms.clone()).collect();
        let router = Router::new(terms, sms.pace, clock.now());
        let seeds = sms.routes.iter().map(|_| rng.next_u64()).collect();
        let carriers = Carriers::new(engine, readers, Arc::clone(clock), router, rng);
        let (mouth, ear) = mpsc::channel(MOST_UNHEARD);
        let (carriers, clock) = (Arc::new(carriers), Arc::clone(clock));
        Ok(Some(Self { carriers, sms: sms.clone(), clock, seeds, capture, mouth, ear }))
    }

    /// The doors by which vendors bring receipts, beside everything else that is served.
    pub fn with_doors(&self, rest: axum::Router) -> axum::Router {
        let door = |(place, route): (usize, &Route)| match &route.line {
            Line::Cloud(cloud) => Some(Door {
                route: route.terms.name.clone(),
                place,
                vendor: cloud.settings.vendor(),
                gate: cloud.gate.clone(),
            }),
            Line::Cmpp(_) | Line::Smpp(_) | Line::Log => None,
        };
        let doors = self.sms.routes.iter().enumerate().filter_map(door).collect();
        receipts::beside(rest, doors, self.mouth.downgrade())
    }

    /// Runs all lines until `stopping` turns true and what is under way has its answer.
    pub async fn run(self, stopping: watch::Receiver<bool>) {
        let mut slots: Vec<Slot> = Vec::new();
        let mut running = JoinSet::new();
        for (place, (mut route, seed)) in self.sms.routes.into_iter().zip(self.seeds).enumerate() {
            let (slot, taken) = mpsc::unbounded_channel();
            slots.push(slot);
            if let Some((capture, _)) = &self.capture {
                watch(&mut route, capture, &self.clock);
            }
            let rng = StdRng::seed_from_u64(seed);
            start(&mut running, place, route, (taken, self.mouth.clone()), Arc::clone(&self.clock), rng);
        }
        // The ear hears the end when the last line has fallen silent.
        drop(self.mouth);
        self.carriers.run(slots, self.ear, stopping).await;
        running.shutdown().await;
        if let Some((capture, writing)) = self.capture {
            drop(capture);
            // It has nothing more to wait for than the disk.
            let _ = tokio::task::spawn_blocking(move || writing.finish()).await;
        }
    }
}

/// Has the frames of a route kept, where it has any.
fn watch(route: &mut Route, capture: &Capture, clock: &Arc<dyn Clock>) {
    let (clock, name) = (Arc::clone(clock), &route.terms.name);
    match &mut route.line {
        Line::Cmpp(settings) => {
            let edition = settings.link.config.version.edition();
            settings.watch = Some(capture.watch_cmpp(name, edition, move || clock.now()));
        }
        Line::Smpp(settings) => {
            let ids = settings.link.config.ids;
            settings.watch = Some(capture.watch_smpp(name, ids, move || clock.now()));
        }
        Line::Cloud(_) | Line::Log => {}
    }
}

/// Starts a line: it takes messages until there are none to come, and says what becomes of them.
pub fn start(
    running: &mut JoinSet<()>,
    place: usize,
    route: Route,
    (taken, mouth): (Taken, Mouth),
    clock: Arc<dyn Clock>,
    rng: StdRng,
) {
    match route.line {
        Line::Cmpp(settings) => {
            let wall = move || -> Timestamp { clock.now() };
            running.spawn(cmpp::run(place, settings, taken, mouth, wall, rng));
        }
        Line::Smpp(settings) => {
            running.spawn(smpp::run(place, settings, taken, mouth, rng));
        }
        Line::Cloud(cloud) => {
            // Signatures are checked against the world's time; a sandbox's clock may have been moved.
            running.spawn(cloud::run(place, cloud.settings, taken, mouth, || SystemClock.now(), rng));
        }
        Line::Log => {
            running.spawn(drill::run(place, route.terms.name, taken, mouth));
        }
    }
}
