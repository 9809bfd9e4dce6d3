//! The memory of processes, as the system tells it.

/// Returns the most memory that a process needed so far, in KiB; 0 where the system does not tell.
pub(crate) fn most(process: u32) -> u64 {
    told(process, "VmHWM:")
}

/// Returns the memory that a process needs now, in KiB; 0 where the system does not tell.
pub(crate) fn now(process: u32) -> u64 {
    told(process, "VmRSS:")
}

fn told(process: u32, what: &str) -> u64 {
    let status = std::fs::read_to_string(format!("/proc/{process}/status")).unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix(what));
    line.and_then(|line| line.trim().trim_end_matches(" kB").parse().ok()).unwrap_or(0)
}
