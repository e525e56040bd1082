//! Prepared data: so many reported filings, each with one open verification whose message has arrived.

use std::fs;
use std::io::{BufRead as _, BufReader, BufWriter, Write as _};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Instant;

use heyan_domain::decide::{Action, Outcome};
use heyan_domain::terms::{Code, ProviderId};
use heyan_gateway::loopback::Loopback;
use heyan_store::database::Database;
use rand::SeedableRng as _;
use rand::seq::SliceRandom as _;

use super::{clock, person, progress, server};
use crate::failure::Failure;
use crate::world::World;

/// Commands in flight while preparing: enough for full commit groups.
const IN_FLIGHT: u64 = 512;
/// Filings between two sendings.
const CHUNK: u64 = 50_000;
/// Phone, last six and code of every filing; written last, so that data without it is unfinished.
const CODES: &str = "codes.csv";
/// What is no part of a copy: a lock is its process's own.
const LOCK: &str = "heyan.lock";

/// Data to measure on, and the way through it.
pub(super) struct Prepared {
    directory: PathBuf,
    codes: Vec<u32>,
    /// A walk through all filings at random.
    walk: Vec<u64>,
    /// Where the walk of wrong answers, which begins at the end, meets that of right ones.
    meeting: usize,
}

impl Prepared {
    /// How many open verifications.
    pub(super) fn rows(&self) -> u64 {
        u64::try_from(self.codes.len()).unwrap_or(u64::MAX)
    }

    /// The so-manieth filing of the walk.
    pub(super) fn nth_of_walk(&self, step: u64) -> Option<u64> {
        let step = usize::try_from(step).ok().filter(|step| *step < self.meeting)?;
        self.walk.get(step).copied()
    }

    /// The so-manieth filing of the walk from its end.
    pub(super) fn nth_from_end(&self, step: u64) -> Option<u64> {
        let at = usize::try_from(step).ok().and_then(|step| self.walk.len().checked_sub(step + 1))?;
        self.walk.get(at).copied().filter(|_| at >= self.meeting)
    }

    /// The code of a filing's head.
    pub(super) fn code(&self, number: u64) -> Option<u32> {
        self.codes.get(usize::try_from(number).ok()?).copied()
    }

    /// Bytes of the database and of the sandbox's inbox, which stands for the carrier.
    pub(super) fn bytes(&self) -> Result<(u64, u64), Failure> {
        let database = fs::metadata(Database::file_in(&self.directory))?.len();
        Ok((database, fs::metadata(self.directory.join("sandbox-inbox.db"))?.len()))
    }

    /// The directory with the file of SQLite, and what says that it is another than before.
    pub(super) fn origin(&self) -> Result<(&Path, String), Failure> {
        let written = fs::metadata(self.directory.join(CODES))?.modified()?;
        let since = written.duration_since(std::time::UNIX_EPOCH).unwrap_or_default();
        Ok((&self.directory, since.as_millis().to_string()))
    }

    /// Makes a directory with everything but the data: keys and clock.
    pub(super) fn equip(&self, directory: &Path) -> Result<(), Failure> {
        clear(directory)?;
        fs::create_dir_all(directory)?;
        for name in ["keys.toml", clock::FILE_NAME] {
            fs::copy(self.directory.join(name), directory.join(name))?;
        }
        Ok(())
    }

    /// Copies the data, and waits until the copy is on disk, so that its writing does not compete with the measurement.
    pub(super) fn copy_to(&self, directory: &Path) -> Result<(), Failure> {
        clear(directory)?;
        fs::create_dir_all(directory)?;
        for entry in fs::read_dir(&self.directory)? {
            let entry = entry?;
            let name = entry.file_name();
            if name == LOCK || name == CODES {
                continue;
            }
            let copy = directory.join(name);
            fs::copy(entry.path(), &copy)?;
            fs::OpenOptions::new().write(true).open(&copy)?.sync_all()?;
        }
        Ok(())
    }
}

/// Removes a directory that this program has made.
pub(super) fn clear(directory: &Path) -> Result<(), Failure> {
    match fs::remove_dir_all(directory) {
        Err(error) if error.kind() != std::io::ErrorKind::NotFound => Err(error.into()),
        Ok(()) | Err(_) => Ok(()),
    }
}

/// Prepares so many filings, or takes those prepared before.
pub(super) fn prepare(
    runtime: &tokio::runtime::Runtime,
    directory: &Path,
    rows: u64,
) -> Result<Prepared, Failure> {
    if !directory.join(CODES).exists() {
        clear(directory)?;
        make(runtime, directory, rows)?;
        write_codes(directory, rows)?;
    }
    let codes = read_codes(directory, rows)?;
    let mut walk: Vec<u64> = (0..rows).collect();
    walk.shuffle(&mut rand::rngs::StdRng::seed_from_u64(rows));
    let meeting = walk.len() - walk.len().div_ceil(50);
    Ok(Prepared { directory: directory.to_owned(), codes, walk, meeting })
}

fn make(runtime: &tokio::runtime::Runtime, directory: &Path, rows: u64) -> Result<(), Failure> {
    let world = World::open(&server::config(directory), clock::preparing())?;
    let begun = Instant::now();
    let mut done = 0;
    while done < rows {
        let until = rows.min(done + CHUNK);
        runtime.block_on(report(&world, done, until))?;
        runtime.block_on(world.worker.settle())?;
        done = until;
        let rate = f64::from(u32::try_from(done).unwrap_or(u32::MAX)) / begun.elapsed().as_secs_f64();
        progress(&format!("prepared {done} of {rows}, {rate:.0} a second, from report to receipt"));
    }
    clock::note_prepared(directory, world.app.clock.now())?;
    world.app.engine.stop();
    Ok(())
}

/// Reports the filings of a range, many at once, through the engine.
async fn report(world: &World, from: u64, until: u64) -> Result<(), Failure> {
    let provider = ProviderId::parse("other").ok_or_else(|| Failure::plain("the provider is unknown"))?;
    let next = Arc::new(AtomicU64::new(from));
    let reporting: Vec<_> = (0..IN_FLIGHT)
        .map(|_| {
            let (next, engine) = (Arc::clone(&next), Arc::clone(&world.app.engine));
            let provider = provider.clone();
            tokio::spawn(async move {
                loop {
                    let number = next.fetch_add(1, Ordering::Relaxed);
                    if number >= until {
                        return Ok(());
                    }
                    let draft = Box::new(person::draft(number)?);
                    let action = Action::Create { provider: provider.clone(), draft, report: true };
                    match engine.execute(action).await? {
                        Outcome::Filing(_) => {}
                        other => return Err(Failure::plain(format!("filing {number}: {other:?}"))),
                    }
                }
            })
        })
        .collect();
    for one in reporting {
        one.await??;
    }
    Ok(())
}

/// Reads the codes where people read them: in their messages.
fn write_codes(directory: &Path, rows: u64) -> Result<(), Failure> {
    let path = directory.join(CODES);
    let unfinished = directory.join("codes.part");
    let mut file = BufWriter::new(fs::File::create(&unfinished)?);
    let mut codes = 0;
    let mut failed = None;
    let inbox = Loopback::open(directory, heyan_domain::Timestamp::default)?;
    inbox.for_each_arrived(|arrived| {
        let number =
            arrived.to.as_str().parse::<u64>().ok().and_then(|phone| phone.checked_sub(person::phone(0)));
        let (Some(number), Some(code)) = (number, Code::parse(&arrived.text)) else { return };
        let written =
            writeln!(file, "{},{},{}", arrived.to.as_str(), person::id_last6(number), code.expose());
        codes += 1;
        failed = failed.take().or(written.err());
    })?;
    if let Some(error) = failed {
        return Err(error.into());
    }
    file.flush()?;
    if codes != rows {
        return Err(Failure::plain(format!("{rows} filings were reported, and {codes} codes arrived")));
    }
    Ok(fs::rename(unfinished, path)?)
}

fn read_codes(directory: &Path, rows: u64) -> Result<Vec<u32>, Failure> {
    let mut codes = vec![None; usize::try_from(rows)?];
    for line in BufReader::new(fs::File::open(directory.join(CODES))?).lines() {
        let line = line?;
        let mut parts = line.split(',');
        let number = parts.next().and_then(|phone| phone.parse::<u64>().ok()?.checked_sub(person::phone(0)));
        let code = parts.nth(1).and_then(|code| code.parse::<u32>().ok());
        if let Some(slot) = number.and_then(|number| codes.get_mut(usize::try_from(number).ok()?)) {
            *slot = code;
        }
    }
    codes.into_iter().collect::<Option<Vec<u32>>>().ok_or_else(|| {
        Failure::new(
            format!("the data prepared in {} is not of {rows} filings", directory.display()),
            "remove that directory; it is made again",
        )
    })
}
