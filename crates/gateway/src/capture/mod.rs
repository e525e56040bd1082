//! Frames kept for support, in a file that is bounded: what passed on a line, decoded, without personal data and codes.
//! A number is masked and a text left out before a line is written, so whoever gets the file gets neither.

mod cmpp;
mod smpp;

use std::fs::{File, OpenOptions};
use std::io::{BufWriter, Write as _};
use std::path::{Path, PathBuf};
use std::sync::mpsc::{Receiver, SyncSender, TrySendError, sync_channel};

use heyan_cmpp::Edition;
use heyan_domain::Timestamp;
use heyan_line::watched::{Watch, Way};
use heyan_smpp::MessageIds;

/// Lines that may wait to be written; with as many waiting, more are left out, for a disk must hold up no message.
const MOST_WAITING: usize = 8_192;

/// A file that is written by a thread of its own.
#[derive(Clone, Debug)]
pub struct Capture {
    lines: SyncSender<String>,
}

/// The thread that writes.
#[derive(Debug)]
pub struct Writing(std::thread::JoinHandle<()>);

impl Writing {
    /// Waits until everything is written, which is when every [`Capture`] and every watch of it is gone.
    pub fn finish(self) {
        if self.0.join().is_err() {
            tracing::error!(name: "sms.capture_panicked", "the thread that writes frames ended by a panic");
        }
    }
}

impl Capture {
    /// Opens the file and goes on at its end. When it has grown to half of `most_bytes` it becomes `….1`, in place of what
    /// was there, and a new one is begun.
    ///
    /// # Errors
    /// The file cannot be written.
    pub fn open(path: &Path, most_bytes: u64) -> std::io::Result<(Self, Writing)> {
        let mut pages = Pages::open(path, most_bytes / 2)?;
        let (lines, waiting) = sync_channel(MOST_WAITING);
        let writing = std::thread::Builder::new().name("sms-capture".to_owned()).spawn(move || {
            if let Err(error) = pages.write(&waiting) {
                tracing::warn!(name: "sms.capture_ended", %error, "frames are not captured any more");
            }
        })?;
        Ok((Self { lines }, Writing(writing)))
    }

    /// What a CMPP session of a route shows its frames.
    pub fn watch_cmpp<W>(&self, route: &str, edition: Edition, wall: W) -> Watch
    where
        W: Fn() -> Timestamp + Send + Sync + 'static,
    {
        self.watch(route, wall, move |frame| cmpp::words(frame, edition))
    }

    /// What an SMPP session of a route shows its frames.
    pub fn watch_smpp<W>(&self, route: &str, ids: MessageIds, wall: W) -> Watch
    where
        W: Fn() -> Timestamp + Send + Sync + 'static,
    {
        self.watch(route, wall, move |frame| smpp::words(frame, ids))
    }

    fn watch<W, D>(&self, route: &str, wall: W, words: D) -> Watch
    where
        W: Fn() -> Timestamp + Send + Sync + 'static,
        D: Fn(&[u8]) -> String + Send + Sync + 'static,
    {
        let (lines, route) = (self.lines.clone(), route.to_owned());
        Watch::new(move |way, frame| {
            let arrow = match way {
                Way::Sent => '>',
                Way::Received => '<',
            };
            let line = format!("{} {route} {arrow} {}\n", wall(), words(frame));
            match lines.try_send(line) {
                // A full disk is said by the thread.
                Ok(()) | Err(TrySendError::Disconnected(_)) => {}
                Err(TrySendError::Full(_)) => {
                    tracing::debug!(name: "sms.frame_not_captured", route, "more frames pass than are written");
                }
            }
        })
    }
}

/// The file and the one before it.
struct Pages {
    path: PathBuf,
    most_bytes: u64,
    file: BufWriter<File>,
    written: u64,
}

impl Pages {
    fn open(path: &Path, most_bytes: u64) -> std::io::Result<Self> {
        let file = begin(path)?;
        let written = file.metadata()?.len();
        Ok(Self { path: path.to_owned(), most_bytes, file: BufWriter::new(file), written })
    }

    fn write(&mut self, waiting: &Receiver<String>) -> std::io::Result<()> {
        while let Ok(line) = waiting.recv() {
            self.put(&line)?;
            while let Ok(line) = waiting.try_recv() {
                self.put(&line)?;
            }
            self.file.flush()?;
        }
        Ok(())
    }

    fn put(&mut self, line: &str) -> std::io::Result<()> {
        let length = u64::try_from(line.len()).unwrap_or(u64::MAX);
        if self.written > 0 && self.written.saturating_add(length) > self.most_bytes {
            self.file.flush()?;
            std::fs::rename(&self.path, before(&self.path))?;
            self.file = BufWriter::new(begin(&self.path)?);
            self.written = 0;
        }
        self.file.write_all(line.as_bytes())?;
        self.written = self.written.saturating_add(length);
        Ok(())
    }
}

/// Where the file goes when it is full.
pub fn before(path: &Path) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(".1");
    PathBuf::from(name)
}

/// Opens a file for this account alone.
fn begin(path: &Path) -> std::io::Result<File> {
    let mut options = OpenOptions::new();
    options.create(true).append(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options.open(path)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_file_and_the_one_before_it_are_all_there_is() {
        let directory = std::env::temp_dir().join(format!("heyan-capture-{}", std::process::id()));
        std::fs::create_dir_all(&directory).unwrap();
        let path = directory.join("frames.log");
        let mut pages = Pages::open(&path, 30).unwrap();
        for line in ["the first line\n", "the second line\n", "the third line\n"] {
            pages.put(line).unwrap();
        }
        pages.file.flush().unwrap();
        assert_eq!(std::fs::read_to_string(&path).unwrap(), "the third line\n");
        assert_eq!(std::fs::read_to_string(before(&path)).unwrap(), "the second line\n", "the first is gone");
        // Who opens it again goes on where it ends.
        let mut pages = Pages::open(&path, 30).unwrap();
        pages.put("the fourth line\n").unwrap();
        pages.file.flush().unwrap();
        assert_eq!(std::fs::read_to_string(before(&path)).unwrap(), "the third line\n");
        std::fs::remove_dir_all(&directory).unwrap();
    }
}
