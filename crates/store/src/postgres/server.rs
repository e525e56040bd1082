//! The server: reaching it, and making a database of its own ready.

use std::sync::Arc;
use std::time::Duration;

use tokio_postgres::config::Host;
use tokio_postgres::{Config, NoTls};

use super::session::{self, Session, wait};
use crate::database::{SCHEMA_VERSION, StoreError};
use crate::location::Address;
use crate::sql::SqlError;

/// How long one address is tried.
const CONNECT: Duration = Duration::from_secs(5);
/// After so long without an answer to what was sent, the way to the server counts as gone.
const SILENCE: Duration = Duration::from_secs(10);
/// Held while tables are made, so that processes that start together make them once.
const MAKING: i64 = 0x4845_594E;
/// The name of the schema's version in `meta`.
const VERSION: &str = "schema";

/// For every connection. Whoever stops in the middle of a turn loses it: the server ends the transaction, and with it every
/// effect (a process that was paused, a machine that is gone). What was acknowledged must not depend on a server whose
/// default is to wait for no disk.
const ON_CONNECT: &str = "SET client_min_messages = warning; SET idle_in_transaction_session_timeout = '5s'; \
                          SET lock_timeout = '20s'; \
                          SELECT set_config('synchronous_commit', 'on', false) \
                          WHERE current_setting('synchronous_commit') = 'off'";

/// For connections that write. All that they ask names its rows by an index, often many rows at once: the plan is made once, and
/// follows the index whatever the server has counted of tables that were nearly empty yesterday.
const ON_WRITING: &str = "SET plan_cache_mode = force_generic_plan; SET enable_seqscan = off; SET enable_hashjoin = off; \
                          SET enable_mergejoin = off; SET jit = off";

/// What PostgreSQL says, without the values that it was about.
#[derive(Debug, thiserror::Error)]
#[error("{text}")]
pub struct PgError {
    text: String,
    /// Whether the server or the way to it is at fault.
    storage: bool,
}

impl PgError {
    /// Whether the server or the way to it is at fault, and not the statement.
    pub const fn is_storage(&self) -> bool {
        self.storage
    }

    pub(super) fn own(text: impl Into<String>) -> Self {
        Self { text: text.into(), storage: true }
    }
}

impl From<tokio_postgres::Error> for PgError {
    fn from(error: tokio_postgres::Error) -> Self {
        // The detail of an error holds the values of the row, so it goes no further than this.
        if let Some(said) = error.as_db_error() {
            let text = format!("{} ({})", said.message(), said.code().code());
            return Self { text, storage: session::is_storage(said.code()) };
        }
        let because = std::error::Error::source(&error).map(|source| format!(": {source}"));
        Self { text: format!("{error}{}", because.unwrap_or_default()), storage: true }
    }
}

/// The thread on which all connections of a process do their work.
pub(super) struct Driver(Option<tokio::runtime::Runtime>);

impl Drop for Driver {
    fn drop(&mut self) {
        // Also where nothing may block.
        if let Some(runtime) = self.0.take() {
            runtime.shutdown_background();
        }
    }
}

/// A database of a server that can be reached.
#[derive(Clone)]
pub(crate) struct Server {
    address: Address,
    driver: Arc<Driver>,
}

impl std::fmt::Debug for Server {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_tuple("Server").field(&self.address).finish()
    }
}

/// Hosts and name, as far as everybody may read them.
pub(crate) fn name_of(config: &Config) -> String {
    let hosts = config.get_hosts().iter().map(|host| match host {
        Host::Tcp(host) => host.clone(),
        Host::Unix(path) => path.display().to_string(),
    });
    let hosts: Vec<String> = hosts.collect();
    format!("{} at {}", config.get_dbname().or(config.get_user()).unwrap_or("?"), hosts.join(", "))
}

/// Reads an address. The reason for a refusal has no part of it, since it may hold a password.
pub(crate) fn read_address(text: &str) -> Result<Config, StoreError> {
    let config: Config = text.parse().map_err(|error: tokio_postgres::Error| {
        let because = std::error::Error::source(&error).map(ToString::to_string);
        StoreError::Address(because.unwrap_or_else(|| error.to_string()))
    })?;
    if config.get_hosts().is_empty() {
        return Err(StoreError::Address("it names no host".to_owned()));
    }
    Ok(config)
}

/// What an address leaves open.
pub(crate) fn complete(mut config: Config) -> Config {
    config.application_name("heyan");
    if config.get_connect_timeout().is_none() {
        config.connect_timeout(CONNECT);
    }
    if config.get_tcp_user_timeout().is_none() {
        config.tcp_user_timeout(SILENCE);
    }
    config
}

impl Server {
    /// Reaches a server; whether our tables are there is not looked at.
    pub fn reach(address: &Address) -> Result<Self, StoreError> {
        let runtime = tokio::runtime::Builder::new_multi_thread()
            .worker_threads(1)
            .thread_name("heyan-postgres")
            .enable_all()
            .build()
            .map_err(StoreError::Thread)?;
        Ok(Self { address: address.clone(), driver: Arc::new(Driver(Some(runtime))) })
    }

    /// Reaches a server and makes the tables if there are none.
    pub fn open(address: &Address) -> Result<Self, StoreError> {
        let server = Self::reach(address)?;
        server.migrate(&server.connect()?)?;
        Ok(server)
    }

    /// A connection that needs nothing else to last.
    pub fn lasting(self) -> Result<Session, StoreError> {
        let mut session = self.connect()?;
        session.keep(self.driver);
        Ok(session)
    }

    /// A connection beside the processes that write; `None` if there is no data yet.
    pub fn connect_beside(address: &Address) -> Result<Option<Session>, StoreError> {
        let server = Self::reach(address)?;
        let mut session = server.connect()?;
        session.keep(server.driver.clone());
        Ok(server.found(&session)?.then_some(session))
    }

    pub fn name(&self) -> &str {
        self.address.name()
    }

    fn unreachable(&self, source: PgError) -> StoreError {
        StoreError::Server { place: self.name().to_owned(), source }
    }

    /// A connection.
    pub fn connect(&self) -> Result<Session, StoreError> {
        let Some(runtime) = &self.driver.0 else {
            return Err(self.unreachable(PgError::own("this process is stopping")));
        };
        let config = self.address.config().clone();
        let connecting = runtime.spawn(async move {
            let (client, connection) = config.connect(NoTls).await?;
            tokio::spawn(async move {
                if let Err(error) = connection.await {
                    let error = PgError::from(error);
                    tracing::warn!(name: "store.connection_lost", error = %error, "a connection to PostgreSQL is gone");
                }
            });
            client.batch_execute(ON_CONNECT).await?;
            Ok::<_, tokio_postgres::Error>(client)
        });
        let client =
            wait(connecting).map_err(|_| self.unreachable(PgError::own("connecting ended early")))?;
        Ok(Session::new(client.map_err(|error| self.unreachable(error.into()))?))
    }

    /// A connection that writes.
    pub fn connect_writer(&self) -> Result<Session, StoreError> {
        let session = self.connect()?;
        session.batch(ON_WRITING).map_err(|error| self.unreachable(error))?;
        Ok(session)
    }

    fn number(session: &Session, sql: &str) -> Result<i64, SqlError> {
        let found = session.query(&session.prepare(sql)?, &[])?;
        match found.first().map(|row| row.value(0)).transpose()? {
            Some(crate::sql::ValueRef::Integer(number)) => Ok(number),
            _ => Err(SqlError::Column),
        }
    }

    fn text(session: &Session, sql: &str) -> Result<Option<String>, SqlError> {
        let found = session.query(&session.prepare(sql)?, &[])?;
        match found.first().map(|row| row.value(0)).transpose()? {
            Some(crate::sql::ValueRef::Text(text)) => Ok(Some(text.to_owned())),
            _ => Ok(None),
        }
    }

    /// Makes the tables, or refuses what is not ours or not yet known.
    fn migrate(&self, session: &Session) -> Result<(), StoreError> {
        let encoding = Self::text(session, "SHOW server_encoding")?.unwrap_or_default();
        if encoding != "UTF8" {
            return Err(StoreError::Encoding(encoding));
        }
        session.begin("BEGIN");
        let made = self.migrate_within(session);
        match made.and_then(|()| Ok(session.commit().map_err(SqlError::from)?)) {
            Ok(()) => Ok(()),
            Err(error) => {
                // The connection is given up next.
                let _ = session.roll_back();
                Err(error)
            }
        }
    }

    fn migrate_within(&self, session: &Session) -> Result<(), StoreError> {
        session.batch(&format!("SELECT pg_advisory_xact_lock({MAKING})")).map_err(SqlError::from)?;
        if self.found(session)? {
            return Ok(());
        }
        session.batch(include_str!("schema.sql")).map_err(SqlError::from)?;
        let note = format!("INSERT INTO meta (name, value) VALUES ('{VERSION}', '{SCHEMA_VERSION}')");
        Ok(session.batch(&note).map_err(SqlError::from)?)
    }

    /// Whether our tables are there. Others', and those of other versions, are refused.
    fn found(&self, session: &Session) -> Result<bool, StoreError> {
        let tables = "SELECT count(*) FROM pg_tables WHERE schemaname = current_schema()";
        if Self::number(session, tables)? == 0 {
            return Ok(false);
        }
        let ours = "SELECT count(*) FROM pg_tables WHERE schemaname = current_schema() AND tablename IN ('meta', 'turn')";
        let version = if Self::number(session, ours)? == 2 {
            Self::text(session, &format!("SELECT value FROM meta WHERE name = '{VERSION}'"))?
        } else {
            None
        };
        match version.and_then(|version| version.parse().ok()) {
            Some(SCHEMA_VERSION) => Ok(true),
            Some(found) if found > SCHEMA_VERSION => Err(StoreError::Newer { found, known: SCHEMA_VERSION }),
            Some(found) => Err(StoreError::Older { found }),
            None => Err(StoreError::Foreign(self.name().into())),
        }
    }

    /// Reads every table and says which cannot be read.
    pub fn check(&self) -> Result<Vec<String>, StoreError> {
        let session = self.connect()?;
        let names = session
            .prepare("SELECT tablename FROM pg_tables WHERE schemaname = current_schema() ORDER BY 1")
            .and_then(|names| session.query(&names, &[]))
            .map_err(SqlError::from)?;
        let mut faults = Vec::new();
        for row in names {
            let name = row.value(0)?.as_str()?.to_owned();
            // Every octet is looked at, not only what an index holds.
            if let Err(error) = session.batch(&format!("SELECT count({name}::text) FROM {name}")) {
                if session.is_lost() {
                    return Err(SqlError::from(error).into());
                }
                faults.push(format!("{name}: {error}"));
            }
        }
        Ok(faults)
    }
}
