//! Databases of their own on the PostgreSQL that the tests are given.

use std::path::Path;
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Arc, OnceLock};

use heyan_store::database::{Database, Mode};
use heyan_store::location::Location;
use tokio_postgres::NoTls;

use crate::place::Place;

/// Where the PostgreSQL for tests is; `scripts/test` starts one and says so.
const VARIABLE: &str = "HEYAN_TEST_POSTGRES";

/// A database that is gone when the last of these is dropped.
#[derive(Clone)]
pub struct TestDatabase(Arc<Made>);

struct Made {
    name: String,
    server: String,
}

/// On a thread of its own, since a test may be in the middle of something asynchronous.
fn aside<T: Send>(work: impl AsyncFnOnce() -> T + Send) -> T {
    std::thread::scope(|scope| {
        let thread = scope.spawn(|| {
            tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap().block_on(work())
        });
        thread.join().unwrap()
    })
}

fn on(address: &str, sql: &str) {
    aside(async || {
        let (client, connection) = tokio_postgres::connect(address, NoTls).await.unwrap();
        tokio::spawn(connection);
        client.batch_execute(sql).await.unwrap();
    });
}

impl TestDatabase {
    pub fn new() -> Self {
        static NEXT: AtomicU32 = AtomicU32::new(0);
        /// Making the tables takes longer than copying them.
        static TEMPLATE: OnceLock<String> = OnceLock::new();
        let server = std::env::var(VARIABLE);
        let server =
            server.unwrap_or_else(|_| panic!("{VARIABLE} is not set: run these tests by scripts/test"));
        let name = format!("heyan_{}_{}", std::process::id(), NEXT.fetch_add(1, Ordering::Relaxed));
        let template = TEMPLATE.get_or_init(|| {
            let template = format!("heyan_{}", std::process::id());
            on(&server, &format!("DROP DATABASE IF EXISTS {template} WITH (FORCE)"));
            on(&server, &format!("CREATE DATABASE {template} TEMPLATE template0"));
            let made = Self(Arc::new(Made { name: template.clone(), server: server.clone() }));
            let directory = tempfile::tempdir().unwrap();
            // What is in it but the tables is another's: it is made anew for whoever opens it.
            Database::open(made.location(), Mode::Sandbox, &Place::new(directory.path(), 0).ring()).unwrap();
            made.run("DELETE FROM meta WHERE name <> 'schema'");
            std::mem::forget(made);
            template
        });
        on(&server, &format!("DROP DATABASE IF EXISTS {name} WITH (FORCE)"));
        on(&server, &format!("CREATE DATABASE {name} TEMPLATE {template}"));
        Self(Arc::new(Made { name, server }))
    }

    pub fn server(&self) -> &str {
        &self.0.server
    }

    /// The same, reached by another socket.
    pub fn by_way_of(&self, folder: &Path) -> Self {
        Self(Arc::new(Made {
            name: self.0.name.clone(),
            server: format!("postgres://heyan@/postgres?host={}", folder.display()),
        }))
    }

    pub fn address(&self) -> String {
        self.0.server.replacen("/postgres?", &format!("/{}?", self.0.name), 1)
    }

    pub fn location(&self) -> Location {
        Location::Server(self.address().parse().unwrap())
    }

    /// Statements of somebody who goes behind the engine's back.
    pub fn run(&self, sql: &str) {
        on(&self.address(), sql);
    }
}

impl TestDatabase {
    /// The one value that a query finds.
    pub fn one<T: for<'r> tokio_postgres::types::FromSql<'r> + Send>(&self, sql: &str) -> T {
        let address = self.address();
        aside(async || {
            let (client, connection) = tokio_postgres::connect(&address, NoTls).await.unwrap();
            tokio::spawn(connection);
            client.query_one(sql, &[]).await.unwrap().get(0)
        })
    }
}

impl Drop for Made {
    fn drop(&mut self) {
        on(&self.server, &format!("DROP DATABASE IF EXISTS {} WITH (FORCE)", self.name));
    }
}
