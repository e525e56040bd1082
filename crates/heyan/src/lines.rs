//! The lines to carriers of a configuration, put together and kept running.

use std::sync::Arc;

use heyan_domain::Timestamp;
use heyan_gateway::routing::Router;
use heyan_gateway::{Slot, cmpp, drill, smpp};
use heyan_store::clock::Clock;
use heyan_store::engine::Engine;
use heyan_store::sqlite::Readers;
use heyan_worker::carriers::Carriers;
use rand::rngs::StdRng;
use rand::{Rng, SeedableRng as _};
use tokio::sync::{mpsc, watch};
use tokio::task::JoinSet;

use crate::config::sms::{Line, Sms};

/// What lines may have said before it is heard. With as much waiting, they do not read on.
const MOST_UNHEARD: usize = 8_192;

/// See the module.
pub struct Lines {
    /// Who feeds them and hears what they say.
    pub carriers: Arc<Carriers>,
    sms: Sms,
    clock: Arc<dyn Clock>,
    seeds: Vec<u64>,
}

impl Lines {
    /// The lines of a configuration, not running yet; `None` if it has none.
    pub fn new(
        sms: &Sms,
        engine: &Arc<Engine>,
        readers: &Readers,
        clock: &Arc<dyn Clock>,
        mut rng: Box<dyn Rng + Send>,
    ) -> Option<Self> {
        if sms.routes.is_empty() {
            return None;
        }
        let terms = sms.routes.iter().map(|route| route.terms.clone()).collect();
        let router = Router::new(terms, sms.pace, clock.now());
        let seeds = sms.routes.iter().map(|_| rng.next_u64()).collect();
        let carriers = Carriers::new(engine, readers, Arc::clone(clock), router, rng);
        Some(Self { carriers: Arc::new(carriers), sms: sms.clone(), clock: Arc::clone(clock), seeds })
    }

    /// Runs all lines until `stopping` turns true and what is under way has its answer.
    pub async fn run(self, stopping: watch::Receiver<bool>) {
        let (mouth, ear) = mpsc::channel(MOST_UNHEARD);
        let mut slots: Vec<Slot> = Vec::new();
        let mut running = JoinSet::new();
        for (place, (route, seed)) in self.sms.routes.into_iter().zip(self.seeds).enumerate() {
            let (slot, taken) = mpsc::unbounded_channel();
            slots.push(slot);
            let mouth = mouth.clone();
            match route.line {
                Line::Cmpp(settings) => {
                    let clock = Arc::clone(&self.clock);
                    let wall = move || -> Timestamp { clock.now() };
                    let rng = StdRng::seed_from_u64(seed);
                    running.spawn(cmpp::run(place, settings, taken, mouth, wall, rng));
                }
                Line::Smpp(settings) => {
                    let rng = StdRng::seed_from_u64(seed);
                    running.spawn(smpp::run(place, settings, taken, mouth, rng));
                }
                Line::Log => {
                    running.spawn(drill::run(place, route.terms.name, taken, mouth));
                }
            }
        }
        // The ear hears the end when the last line has fallen silent.
        drop(mouth);
        self.carriers.run(slots, ear, stopping).await;
        running.abort_all();
    }
}
