//! What the machine is, and what a process of it uses: as Linux says it, "not known" elsewhere.

use std::path::Path;

/// One line: processor, cores, memory, system, profile of the build.
pub(super) fn line() -> String {
    let processor = member("/proc/cpuinfo", "model name").unwrap_or_else(|| "processor not known".to_owned());
    let cores = std::thread::available_parallelism().map_or(0, usize::from);
    let memory = match kib("/proc/meminfo", "MemTotal") {
        Some(kib) => format!("{} GiB", kib.div_ceil(1_024 * 1_024)),
        None => "memory not known".to_owned(),
    };
    let profile =
        if cfg!(debug_assertions) { "**debug build: the figures mean nothing**" } else { "release build" };
    format!("{processor}, {cores} cores, {memory}, {}, {profile}", std::env::consts::OS)
}

/// Resident memory of a process in KiB: now, and the most there has been.
pub(super) fn resident_kib(process: u32) -> Option<(u64, u64)> {
    let status = format!("/proc/{process}/status");
    Some((kib(&status, "VmRSS")?, kib(&status, "VmHWM")?))
}

fn member(file: impl AsRef<Path>, name: &str) -> Option<String> {
    let text = std::fs::read_to_string(file).ok()?;
    let mut members = text.lines().filter_map(|line| line.split_once(':'));
    members.find(|(key, _)| key.trim() == name).map(|(_, value)| value.trim().to_owned())
}

fn kib(file: &str, name: &str) -> Option<u64> {
    member(file, name)?.split_whitespace().next()?.parse().ok()
}

/// The file system that a directory lies on: in memory, `fsync` costs nothing and the figures mean little.
pub(super) fn file_system(place: &Path) -> String {
    let mounts = std::fs::read_to_string("/proc/mounts").unwrap_or_default();
    let parts = mounts.lines().filter_map(|line| {
        let mut parts = line.split(' ').skip(1);
        Some((parts.next()?, parts.next()?))
    });
    let holds = parts.filter(|(mount, _)| place.starts_with(mount));
    match holds.max_by_key(|(mount, _)| mount.len()) {
        Some((_, kind @ ("tmpfs" | "ramfs"))) => format!("{kind}, **in memory: give --data on a disk**"),
        Some((_, kind)) => kind.to_owned(),
        None => "a file system not known".to_owned(),
    }
}
