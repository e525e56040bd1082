//! Copies of prepared data on a server: a template for each number of rows, and a fresh copy of it for each measurement.

use std::path::Path;

use heyan_store::location::Location;
use heyan_store::moving;
use tokio_postgres::{Client, Config, NoTls};

use super::super::prepare::Prepared;
use super::super::progress;
use crate::failure::Failure;

/// The database that is measured on and used up.
pub(super) const COPY: &str = "heyan_bench_run";

/// The server that is measured on.
pub(super) struct Copies {
    client: Client,
    config: Config,
}

/// A connection, carried along by the runtime.
pub(super) async fn connect(config: &Config) -> Result<Client, Failure> {
    let (client, connection) = config.connect(NoTls).await.map_err(said)?;
    // Its end shows at the client.
    tokio::spawn(connection);
    Ok(client)
}

/// What the server says of an error; of an address as little as possible, for there may be a password in it.
#[expect(clippy::needless_pass_by_value, reason = "as `map_err` hands it over")]
pub(super) fn said(error: tokio_postgres::Error) -> Failure {
    let text = error.as_db_error().map_or_else(|| error.to_string(), ToString::to_string);
    Failure::new(format!("PostgreSQL: {text}"), "see `heyan bench --help` for what --database needs")
}

/// The address of a database of that server.
pub(super) fn address(server: &str, name: &str) -> Result<Config, Failure> {
    let mut config: Config = server.parse().map_err(|_| {
        Failure::usage("the address cannot be read", "write postgres://user@host:5432/postgres")
    })?;
    config.dbname(name);
    Ok(config)
}

impl Copies {
    pub(super) async fn on(server: &str) -> Result<Self, Failure> {
        let config = address(server, "postgres")?;
        Ok(Self { client: connect(&config).await?, config })
    }

    /// Version and what matters for speed and safety, in words.
    pub(super) async fn described(&self) -> Result<String, Failure> {
        let mut found = Vec::new();
        for name in ["server_version", "fsync", "synchronous_commit", "shared_buffers", "max_wal_size"] {
            let row = self.client.query_one(&format!("SHOW {name}"), &[]).await.map_err(said)?;
            found.push(row.get::<_, String>(0));
        }
        let [version, fsync, commit, buffers, wal] = found.as_slice() else { return Ok(String::new()) };
        let unsafe_because = if fsync == "on" { "" } else { ", **not durable: the figures are too good**" };
        Ok(format!(
            "PostgreSQL {version}: fsync {fsync}, synchronous_commit {commit}, shared_buffers {buffers}, max_wal_size {wal}{unsafe_because}"
        ))
    }

    /// Prepared data as a database, unless it is there from an earlier run.
    pub(super) async fn template(&self, prepared: &Prepared) -> Result<String, Failure> {
        let name = format!("heyan_bench_{}", prepared.rows());
        let (directory, made) = prepared.origin()?;
        let known = "SELECT shobj_description(oid, 'pg_database') FROM pg_database WHERE datname = $1";
        let known = self.client.query_opt(known, &[&name]).await.map_err(said)?;
        if known.and_then(|row| row.get::<_, Option<String>>(0)).as_deref() == Some(&made) {
            return Ok(name);
        }
        self.drop(&name).await?;
        let new =
            format!("CREATE DATABASE {name} TEMPLATE template0 ENCODING 'UTF8' LC_COLLATE 'C' LC_CTYPE 'C'");
        self.client.batch_execute(&new).await.map_err(said)?;
        progress(&format!("filling {name}"));
        self.fill(directory, &name).await?;
        self.client.batch_execute(&format!("COMMENT ON DATABASE {name} IS '{made}'")).await.map_err(said)?;
        Ok(name)
    }

    async fn fill(&self, directory: &Path, name: &str) -> Result<(), Failure> {
        let file = directory.with_extension("jsonl");
        // As left by an earlier try.
        let _ = std::fs::remove_file(&file);
        let mut config = self.config.clone();
        config.dbname(name);
        let (from, to) = (Location::from(directory), Location::Server(config.clone().into()));
        let moved = tokio::task::block_in_place(|| {
            moving::export(&from, &file, |_, _| {})?;
            moving::import(&file, &to, |_, _| {})
        });
        let _ = std::fs::remove_file(&file);
        moved?;
        let filled = connect(&config).await?;
        filled.batch_execute("VACUUM ANALYZE").await.map_err(said)
    }

    /// A fresh copy of a template, everything of it on disk.
    pub(super) async fn copy(&self, template: &str) -> Result<(), Failure> {
        self.drop(COPY).await?;
        let new = format!("CREATE DATABASE {COPY} TEMPLATE {template} STRATEGY FILE_COPY");
        self.client.batch_execute(&new).await.map_err(said)
    }

    /// Takes a copy away, whoever still looks at it.
    pub(super) async fn drop(&self, name: &str) -> Result<(), Failure> {
        let gone = format!("DROP DATABASE IF EXISTS {name} WITH (FORCE)");
        self.client.batch_execute(&gone).await.map_err(said)
    }
}
