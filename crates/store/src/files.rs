//! Files that nobody but the account Heyan runs under may read.

use std::fs::OpenOptions;

/// How such a file is opened; what is made with it has mode 0600. Where there are no modes the directory's rights hold.
pub(crate) fn owner_only() -> OpenOptions {
    let mut options = OpenOptions::new();
    options.write(true);
    #[cfg(unix)]
    {
        use std::os::unix::fs::OpenOptionsExt as _;
        options.mode(0o600);
    }
    options
}
