//! Where a database is.

use std::path::{Path, PathBuf};
use std::str::FromStr;
use std::sync::Arc;

use crate::database::StoreError;
use crate::postgres;

/// The address of a database of PostgreSQL: `postgres://user@host:5432/name`, or `host=… dbname=…`. It may hold a password, so it
/// shows only hosts and name.
#[derive(Clone)]
pub struct Address {
    config: Arc<tokio_postgres::Config>,
    name: Arc<str>,
}

impl FromStr for Address {
    type Err = StoreError;

    fn from_str(text: &str) -> Result<Self, StoreError> {
        Ok(postgres::read_address(text)?.into())
    }
}

impl From<tokio_postgres::Config> for Address {
    fn from(config: tokio_postgres::Config) -> Self {
        let config = postgres::complete(config);
        let name = postgres::name_of(&config).into();
        Self { config: Arc::new(config), name }
    }
}

impl Address {
    pub(crate) fn config(&self) -> &tokio_postgres::Config {
        &self.config
    }

    /// Hosts and name, as far as everybody may read them.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Whether there is a password in it.
    pub fn has_password(&self) -> bool {
        self.config.get_password().is_some()
    }
}

impl std::fmt::Debug for Address {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_tuple("Address").field(&self.name).finish()
    }
}

/// A data directory with a file of SQLite, or a server.
#[derive(Clone, Debug)]
pub enum Location {
    /// The directory.
    Directory(PathBuf),
    /// The server.
    Server(Address),
}

impl Location {
    /// On the server, if one is named; in the directory otherwise.
    pub fn of(directory: &Path, server: Option<&Address>) -> Self {
        server.map_or_else(|| directory.into(), |server| Self::Server(server.clone()))
    }
}

impl From<&Path> for Location {
    fn from(directory: &Path) -> Self {
        Self::Directory(directory.to_owned())
    }
}

impl From<&PathBuf> for Location {
    fn from(directory: &PathBuf) -> Self {
        Self::Directory(directory.clone())
    }
}

impl std::fmt::Display for Location {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Directory(directory) => directory.display().fmt(f),
            Self::Server(address) => f.write_str(address.name()),
        }
    }
}
