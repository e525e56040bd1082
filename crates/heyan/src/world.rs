//! The one composition root: production, sandbox, demo, benchmark and tests assemble the same world.

use std::path::Path;
use std::sync::{Arc, Mutex, PoisonError};

use axum::Router;
use heyan_desk::door;
use heyan_desk::task::Enterprise;
use heyan_domain::Timestamp;
use heyan_domain::limits::Limits;
use heyan_domain::rulebook::{Defect, Rulebook};
use heyan_domain::terms::ProviderId;
use heyan_domain::working_days::WorkingDays;
use heyan_gateway::Route;
use heyan_gateway::loopback::Loopback;
use heyan_outbound::Client;
use heyan_store::clock::{Clock, SystemClock, VirtualClock};
use heyan_store::database::{Database, Mode};
use heyan_store::engine::{Engine, Parts};
use heyan_store::keys::{KeyFile, Ring};
use heyan_store::packages::Packages;
use heyan_store::rules::SharedRules;
use heyan_store::tables::{Reader, Readers, RulesError};
use heyan_web::app::{App, Provider, Sandbox, Submissions, SupportContact};
use heyan_web::auth::oidc::Oidc;
use heyan_web::routes::Routes;
use heyan_worker::Worker;
use rand::rngs::StdRng;
use rand::{Rng, SeedableRng as _};
use tokio::net::TcpListener;
use tokio::sync::watch;

use crate::back_office;
use crate::config::{Config, Roles, enterprise, oidc};
use crate::connections::{self, Patience};
use crate::failure::Failure;
use crate::lines::Lines;
use crate::notices::Notices;
use crate::rotation::{KeyWatch, Seen};
use crate::routes::Windows;
use crate::sandbox::{OFFSET, TestDouble};
use crate::webhooks::Webhooks;

/// What the world is made of beside its configuration: the system's, or fixed ones that make every run the same.
pub struct Nature {
    /// The clock; below the sandbox's own, in a sandbox.
    pub clock: Box<dyn Clock>,
    /// Where every generator's seed comes from.
    pub seed: Seed,
    /// The limits, where they are on.
    pub limits: Limits,
}

/// Where randomness comes from.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Seed {
    /// The operating system.
    System,
    /// This number: demo, benchmark and tests.
    Fixed(u64),
}

impl Seed {
    /// A generator of its own for each use.
    fn generator(self, stream: u64) -> Result<Box<dyn Rng + Send>, Failure> {
        Ok(match self {
            Self::System => {
                let mut source = rand::rngs::SysRng;
                let generator = StdRng::try_from_rng(&mut source).map_err(|error| {
                    Failure::new(
                        format!("the operating system gives no randomness: {error}"),
                        "without it no code can be drawn; mend the system",
                    )
                })?;
                Box::new(generator)
            }
            Self::Fixed(seed) => {
                Box::new(StdRng::seed_from_u64(seed.wrapping_mul(1_000).wrapping_add(stream)))
            }
        })
    }
}

impl Nature {
    /// The system's clock and randomness.
    pub fn system() -> Self {
        Self { clock: Box::new(SystemClock), seed: Seed::System, limits: Limits::default() }
    }
}

/// Everything assembled and not yet serving.
pub struct World {
    /// What the doors are given.
    pub app: Arc<App>,
    /// The worker.
    pub worker: Arc<Worker>,
    /// The keys, and what happens when their file changes.
    pub keys: Arc<KeyWatch>,
    /// The lines to carriers, if any are configured.
    pub lines: Option<Lines>,
    /// Who sends notices by e-mail, if a server for them is configured.
    pub notices: Option<Notices>,
    /// The services of the enterprise interface, if they are configured, and where they listen once they do.
    enterprise: Option<(Router, Option<TcpListener>)>,
    packages: Packages,
    roles: Roles,
    stop: watch::Sender<bool>,
}

impl std::fmt::Debug for World {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("World")
    }
}

fn refused(defects: &[Defect]) -> Failure {
    let list: Vec<String> = defects.iter().map(ToString::to_string).collect();
    Failure::new(list.join("\n"), "mend the rule files")
}

/// The rules of a database that cannot be read. What operators have activated is not passed over in silence: other people
/// would be asked than they have decided.
pub(crate) fn activated(error: RulesError) -> Failure {
    match error {
        RulesError::Store(error) => error.into(),
        RulesError::Defective(defects) => {
            let list: Vec<String> = defects.iter().map(ToString::to_string).collect();
            let text = format!(
                "the rule files of this program do not fit the versions that operators have activated:\n{}",
                list.join("\n")
            );
            Failure::new(
                text,
                "start the program that was in use before, and activate versions that fit both",
            )
        }
    }
}

/// The sandbox makes its keys at the first start; production never makes keys beside data by itself (SEC-18).
fn key_file(config: &Config, now: Timestamp, rng: &mut dyn Rng) -> Result<(Seen, KeyFile), Failure> {
    if config.sandbox && !config.keys.exists() && !config.has_file() {
        make_directory(&config.data)?;
        KeyFile::init(&config.keys, now, rng)?;
    }
    let seen = Seen::now(&config.keys);
    Ok((seen, KeyFile::read(&config.keys)?))
}

fn make_directory(directory: &Path) -> Result<(), Failure> {
    std::fs::create_dir_all(directory).map_err(|error| {
        Failure::new(
            format!("the data directory {} cannot be made: {error}", directory.display()),
            "name another with --data, or give this account the right to write there",
        )
    })
}

impl World {
    /// Assembles everything over a configuration. The worker is there but does not work yet.
    pub fn open(config: &Config, nature: Nature) -> Result<Self, Failure> {
        let mut rng = nature.seed.generator(0)?;
        let (seen, keys) = key_file(config, nature.clock.now(), &mut *rng)?;
        let ring = Arc::new(Ring::new(&keys));
        let mode = if config.sandbox { Mode::Sandbox } else { Mode::Production };
        let database = Database::open(config.location(), mode, &ring)?;
        let book = Rulebook::shipped().map_err(|defects| refused(&defects))?;
        let rules = Arc::new(SharedRules::new(database.rules(book).map_err(activated)?));
        config.sms.check_texts(&rules.book_at(nature.clock.now()), nature.clock.now())?;
        let calendar = Arc::new(WorkingDays::shipped().map_err(|defects| refused(&defects))?);
        let readers = Readers::new(&database, Arc::clone(&ring));

        let offset = database.meta(OFFSET)?.and_then(|text| text.parse().ok()).unwrap_or(0);
        let virtual_clock =
            Arc::new(VirtualClock::new(nature.clock, if config.sandbox { offset } else { 0 }));
        let clock: Arc<dyn Clock> = virtual_clock.clone();
        let parts = Parts {
            rules: Arc::clone(&rules),
            ring: Arc::clone(&ring),
            limits: config.limits.then_some(nature.limits),
            calendar: Arc::clone(&calendar),
            clock: Arc::clone(&clock),
            machine: Arc::new(SystemClock),
            rng: nature.seed.generator(1)?,
        };
        let engine = Arc::new(Engine::start(&database, parts)?);
        let loopback = if config.sandbox { Some(open_loopback(config, &clock)?) } else { None };
        let lines = Lines::new(&config.sms, &engine, &readers, &clock, nature.seed.generator(3)?)?;
        // With lines to carriers, drills want to see what those do; the inbox stays empty.
        let route =
            loopback.clone().filter(|_| lines.is_none()).map(|loopback| -> Arc<dyn Route> { loopback });
        let worker = Worker::new(&engine, &readers, route, Arc::clone(&clock)).keeping(config.retention);
        let worker = Arc::new(worker);
        let sandbox = loopback.map(|loopback| -> Arc<dyn Sandbox> {
            let (worker, clock) = (Arc::clone(&worker), virtual_clock);
            let readers = readers.clone();
            Arc::new(TestDouble { worker, clock, loopback, readers, database: database.clone() })
        });
        let mut providers = if config.sandbox { sandbox_providers() } else { Vec::new() };
        for (id, support) in readers.read_blocking(Reader::providers)? {
            providers.retain(|known| known.id != id);
            providers.push(Provider { id, support });
        }
        let app = App {
            engine,
            readers,
            clock,
            rules,
            calendar,
            ring,
            providers,
            hosts: config.outside.hosts.clone(),
            routes: lines
                .as_ref()
                .map(|lines| -> Arc<dyn Routes> { Arc::new(Windows(Arc::clone(&lines.carriers))) }),
            has_mail: config.mail.is_some(),
            webhooks: webhooks(config)?,
            sandbox,
            captcha: config.captcha,
            retention: config.retention,
            oidc: config.oidc.as_ref().map(identity_provider).transpose()?,
            received: heyan_web::received::Inbox::default(),
            submissions: Submissions::default(),
            passwords: heyan_web::auth::Passwords::default(),
            rng: Mutex::new(nature.seed.generator(2)?),
        };
        let app = Arc::new(app);
        let notices = notices(config, &app)?;
        let keys = Arc::new(KeyWatch::new(&config.keys, seen, &app));
        let packages = Packages::in_directory(&config.data, &app.ring);
        let enterprise = match &config.enterprise {
            Some(enterprise) => Some((desk(enterprise, &app, &packages, nature.seed.generator(4)?), None)),
            None => None,
        };
        let (roles, stop) = (config.roles, watch::Sender::new(false));
        Ok(Self { app, worker, keys, lines, notices, enterprise, packages, roles, stop })
    }

    /// Has the enterprise interface served there, if it is configured.
    pub fn listen_for_enterprise(&mut self, listener: TcpListener) {
        if let Some((_, listens)) = &mut self.enterprise {
            *listens = Some(listener);
        }
    }

    /// Works and serves until `stopped` is ready, then answers what has been taken in.
    pub async fn serve(
        self,
        listener: TcpListener,
        stopped: impl Future<Output = ()> + Send + 'static,
    ) -> Result<(), Failure> {
        self.serve_with(listener, Patience::default(), stopped).await
    }

    /// The same, with another patience with slow clients.
    pub async fn serve_with(
        self,
        listener: TcpListener,
        patience: Patience,
        stopped: impl Future<Output = ()> + Send + 'static,
    ) -> Result<(), Failure> {
        let watching = tokio::spawn({
            let (keys, stopping) = (Arc::clone(&self.keys), self.stop.subscribe());
            async move { keys.watch(stopping).await }
        });
        let router = match self.roles {
            Roles { web: true, .. } => heyan_web::router(Arc::clone(&self.app)),
            Roles { web: false, .. } => heyan_web::operations(Arc::clone(&self.app)),
        };
        let router = match &self.lines {
            Some(lines) => lines.with_doors(router),
            None => router,
        };
        let tasks = if self.roles.worker {
            back_office_tasks(&self.app, &self.worker, &self.keys, (self.lines, self.notices), self.packages)
        } else {
            Vec::new()
        };
        let working = tokio::spawn({
            let (engine, stopping) = (Arc::clone(&self.app.engine), self.stop.subscribe());
            async move {
                if !tasks.is_empty() {
                    back_office::run(engine, tasks, stopping).await;
                }
            }
        });
        let (end, ended) = tokio::sync::oneshot::channel::<()>();
        let serving = tokio::spawn({
            let enterprise = self.enterprise;
            async move {
                if let Some((router, Some(listener))) = enterprise {
                    let stopped = async move {
                        // Whoever lets go of the other end wants it to end as well.
                        let _ = ended.await;
                    };
                    connections::serve(listener, router, patience, stopped).await;
                }
            }
        });
        connections::serve(listener, router, patience, stopped).await;
        drop(end);
        if serving.await.is_err() {
            tracing::error!(name: "world.task_panicked", "a task ended by a panic");
        }
        self.stop.send_replace(true);
        for task in [working, watching] {
            if task.await.is_err() {
                tracing::error!(name: "world.task_panicked", "a task ended by a panic");
            }
        }
        self.app.engine.stop();
        Ok(())
    }
}

/// What one of several processes does, as it is begun whenever that is this one.
fn back_office_tasks(
    app: &Arc<App>,
    worker: &Arc<Worker>,
    keys: &Arc<KeyWatch>,
    (lines, notices): (Option<Lines>, Option<Notices>),
    packages: Packages,
) -> Vec<back_office::Start> {
    let (worker, keys) = (Arc::clone(worker), Arc::clone(keys));
    let mut tasks: Vec<back_office::Start> = vec![
        Box::new(move |stopping| {
            let worker = Arc::clone(&worker);
            tokio::spawn(async move { worker.run(stopping).await })
        }),
        Box::new(move |stopping| {
            let keys = Arc::clone(&keys);
            tokio::spawn(async move { keys.rekey(stopping).await })
        }),
    ];
    let calling = Arc::clone(app);
    tasks.push(Box::new(move |stopping| {
        let webhooks = Webhooks::new(Arc::clone(&calling));
        tokio::spawn(async move { webhooks.run(stopping).await })
    }));
    let filing = Arc::clone(app);
    tasks.push(Box::new(move |stopping| {
        let (app, packages) = (Arc::clone(&filing), packages.clone());
        let names = app.providers.iter().map(|one| (one.id.clone(), one.support.name.clone())).collect();
        tokio::spawn(async move {
            Enterprise::new(&app.engine, &app.readers, &app.clock, names, packages).run(stopping).await;
        })
    }));
    if let Some(notices) = notices.map(Arc::new) {
        tasks.push(Box::new(move |stopping| {
            let notices = Arc::clone(&notices);
            tokio::spawn(async move { notices.run(stopping).await })
        }));
    }
    if let Some(lines) = lines {
        let lines = Mutex::new(Some(lines));
        tasks.push(Box::new(move |stopping| {
            let lines = lines.lock().unwrap_or_else(PoisonError::into_inner).take();
            tokio::spawn(async move {
                if let Some(lines) = lines {
                    return lines.run(stopping).await;
                }
                tracing::error!(
                    name: "back_office.lines_ended",
                    "the lines to carriers ended when another process took over; start this one anew to have them here"
                );
            })
        }));
    }
    tasks
}

fn desk(
    config: &enterprise::Enterprise,
    app: &Arc<App>,
    packages: &Packages,
    rng: Box<dyn Rng + Send>,
) -> Router {
    door::router(door::Parts {
        engine: Arc::clone(&app.engine),
        readers: app.readers.clone(),
        clock: Arc::clone(&app.clock),
        ring: Arc::clone(&app.ring),
        rng,
        networks: config.networks.clone(),
        address: config.address.clone(),
        packages: packages.clone(),
    })
}

fn notices(config: &Config, app: &Arc<App>) -> Result<Option<Notices>, Failure> {
    let (Some(mail), Some(hosts)) = (&config.mail, &config.outside.hosts) else { return Ok(None) };
    let mailer = heyan_gateway::mail::Mailer::new(&mail.settings)?;
    Ok(Some(Notices::new(app, mailer, hosts.portal.clone())))
}

/// Who sends events to providers' servers, and how far that reaches.
fn webhooks(config: &Config) -> Result<heyan_web::webhooks::Webhooks, Failure> {
    heyan_web::webhooks::Webhooks::new(config.webhooks.allowed(config), Arc::new(SystemClock))
        .map_err(|error| Failure::plain(error.to_string()))
}

/// The identity provider of a configuration; nothing is asked of it yet.
pub(crate) fn identity_provider(settings: &oidc::Checked) -> Result<Oidc, Failure> {
    let client = Client::new(settings.ca_file.as_deref()).map_err(|error| {
        Failure::new(error.to_string(), "name a readable file of PEM certificates in oidc.ca_file")
    })?;
    Ok(Oidc::new(settings.settings.clone(), client, Arc::new(SystemClock)))
}

fn open_loopback(config: &Config, clock: &Arc<dyn Clock>) -> Result<Arc<Loopback>, Failure> {
    let clock = Arc::clone(clock);
    let opened = Loopback::open(&config.data, move || clock.now());
    Ok(Arc::new(opened.map_err(|error| {
        Failure::new(
            format!("the sandbox's inbox cannot be opened: {error}"),
            "remove sandbox-inbox.db from the data directory; it holds nothing but test messages",
        )
    })?))
}

/// The providers of the sandbox, one for each profile and one without; their support contacts are invented.
fn sandbox_providers() -> Vec<Provider> {
    let names = [
        ("tencent", "示例腾讯云"),
        ("jd", "示例京东云"),
        ("qingcloud", "示例青云"),
        ("volcengine", "示例火山引擎"),
        ("other", "示例接入商"),
    ];
    let provider = |(id, name): (&str, &str)| {
        let support = SupportContact {
            name: name.to_owned(),
            phone: Some("400-000-0000".to_owned()),
            link: Some(format!("https://{id}.example/support")),
            hours: Some("09:00–18:00".to_owned()),
        };
        ProviderId::parse(id).map(|id| Provider { id, support })
    };
    names.into_iter().filter_map(provider).collect()
}
