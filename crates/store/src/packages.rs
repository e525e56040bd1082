//! The last file of each provider at the desk of the enterprise interface, as it came, for whoever asks for it again.
//!
//! Kept in files of their own beside the database, sealed like everything: they are large, nothing else depends on them (what
//! is in them is in the database once they are accepted), and they would go through its log, and hold its groups up, for that.

use std::io::{Read as _, Write as _};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use heyan_domain::terms::UploadId;
use rand::Rng;

use crate::files::owner_only;
use crate::keys::{Purpose, Ring};

/// Octets that are sealed together.
const PIECE: usize = 1 << 20;
/// The folder's name within the data directory.
const FOLDER: &str = "uploads";

/// See the module.
#[derive(Clone, Debug)]
pub struct Packages {
    folder: PathBuf,
    ring: Arc<Ring>,
}

impl Packages {
    /// Those of a data directory.
    pub fn in_directory(data: &Path, ring: &Arc<Ring>) -> Self {
        Self { folder: data.join(FOLDER), ring: Arc::clone(ring) }
    }

    fn path(&self, upload: UploadId) -> PathBuf {
        self.folder.join(upload.to_string())
    }

    /// Keeps a file.
    ///
    /// # Errors
    /// If the disk takes nothing.
    pub fn keep(&self, upload: UploadId, package: &[u8], rng: &mut dyn Rng) -> std::io::Result<()> {
        std::fs::create_dir_all(&self.folder)?;
        let mut file = owner_only().create(true).truncate(true).open(self.path(upload))?;
        for (no, piece) in (0_u32..).zip(package.chunks(PIECE)) {
            let place = upload.part(no).to_be_bytes();
            let sealed = self.ring.seal(Purpose::EnterprisePart, &place, piece, rng);
            let length = u32::try_from(sealed.len()).unwrap_or(u32::MAX);
            file.write_all(&length.to_be_bytes())?;
            file.write_all(&sealed)?;
        }
        Ok(())
    }

    /// A file, if it is there and whole and its key is known.
    pub fn find(&self, upload: UploadId) -> Option<Vec<u8>> {
        let mut file = std::fs::File::open(self.path(upload)).ok()?;
        let most = usize::try_from(file.metadata().ok()?.len()).ok()?;
        let mut whole = Vec::with_capacity(most);
        for no in 0_u32.. {
            let mut length = [0; 4];
            match file.read(&mut length).ok()? {
                0 => break,
                begun => file.read_exact(length.get_mut(begun..)?).ok()?,
            }
            let length = usize::try_from(u32::from_be_bytes(length)).ok().filter(|length| *length <= most)?;
            let mut sealed = vec![0; length];
            file.read_exact(&mut sealed).ok()?;
            let place = upload.part(no).to_be_bytes();
            whole.extend_from_slice(&self.ring.open(Purpose::EnterprisePart, &place, &sealed).ok()?);
        }
        Some(whole)
    }

    /// Forgets a file.
    pub fn forget(&self, upload: UploadId) {
        // What is not there need not be removed.
        let _ = std::fs::remove_file(self.path(upload));
    }

    /// Forgets all files but these: a call may have ended between keeping and forgetting. One that is being kept right now
    /// loses its file if it is not among them, and nothing else.
    pub fn forget_all_but(&self, kept: &[UploadId]) {
        let Ok(entries) = std::fs::read_dir(&self.folder) else { return };
        let names: Vec<String> = kept.iter().map(ToString::to_string).collect();
        for entry in entries.flatten() {
            if !names.iter().any(|name| entry.file_name() == name.as_str()) {
                let _ = std::fs::remove_file(entry.path());
            }
        }
    }
}
