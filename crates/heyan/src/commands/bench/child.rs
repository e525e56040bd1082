//! The parent's end of the process under measure.

use std::io::{BufRead as _, BufReader};
use std::path::Path;
use std::process::{Child, ChildStdout, Command, Stdio};

use serde::de::DeserializeOwned;

use super::machine;
use super::server::{Addresses, Groups};
use crate::failure::Failure;

/// Where `--database` may stand as well.
const ADDRESS: &str = "HEYAN_BENCH_DATABASE";

/// Data on a server.
#[derive(Clone, Copy, Debug)]
pub(super) struct OnServer<'s> {
    /// The server's address.
    pub address: &'s str,
    /// The database.
    pub copy: &'s str,
    /// Whether each request is a transaction of its own.
    pub plain: bool,
}

/// A running child; ended when dropped.
pub(super) struct Server {
    child: Child,
    output: BufReader<ChildStdout>,
    /// Where it listens.
    pub addresses: Addresses,
}

/// What is known of a child at its end.
pub(super) struct Ended {
    /// Its commit groups.
    pub groups: Groups,
    /// Resident memory in KiB at the end and at most.
    pub resident_kib: Option<(u64, u64)>,
}

impl Server {
    /// Starts one over a copy of the prepared data, in a file or on a server.
    pub(super) fn start(data: &Path, on: Option<&OnServer<'_>>) -> Result<Self, Failure> {
        let mut command = Command::new(std::env::current_exe()?);
        command.args(["bench", "--server"]).arg(data).env_remove(ADDRESS);
        if let Some(on) = on {
            // Others can read a command line, and there may be a password in an address.
            command.env(ADDRESS, on.address).args(["--copy", on.copy]).args(on.plain.then_some("--plain"));
        }
        let mut child = command.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn()?;
        let mut output = BufReader::new(child.stdout.take().ok_or_else(silent)?);
        let addresses = hear(&mut output);
        match addresses {
            Ok(addresses) => Ok(Self { child, output, addresses }),
            Err(error) => {
                let _ = child.kill();
                let _ = child.wait();
                Err(error)
            }
        }
    }

    /// Ends it and hears how its groups were.
    pub(super) fn end(mut self) -> Result<Ended, Failure> {
        let resident_kib = machine::resident_kib(self.child.id());
        drop(self.child.stdin.take());
        let groups = hear(&mut self.output)?;
        self.child.wait()?;
        Ok(Ended { groups, resident_kib })
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        // After `end` it is gone already, and both fail, which is as well.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn silent() -> Failure {
    Failure::plain("the server under measure ended without a word; its own error stands above")
}

fn hear<T: DeserializeOwned>(output: &mut BufReader<ChildStdout>) -> Result<T, Failure> {
    let mut line = String::new();
    if output.read_line(&mut line)? == 0 {
        return Err(silent());
    }
    Ok(serde_json::from_str(&line)?)
}
