//! What is measured, of whom, and with which goals.

use std::fs;
use std::time::Instant;

use cpu_time::ProcessTime;

/// What is measured.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Work {
    /// Streams that are open at once.
    Streams,
    /// Calls that are made at once.
    Calls,
}

pub(crate) const WORKS: [(&str, Work); 2] = [("streams", Work::Streams), ("calls", Work::Calls)];

/// What a figure of the SDK may be over that by hand.
pub(crate) struct Goal {
    pub(crate) name: &'static str,
    pub(crate) of: fn(&Figures) -> f64,
    /// The highest ratio.
    pub(crate) most: f64,
}

impl Work {
    pub(crate) fn named(name: &str) -> Option<Self> {
        WORKS.iter().find(|(known, _)| *known == name).map(|(_, work)| *work)
    }

    /// How many streams or calls there are at once. A process may have 20,000 open files, and a thread costs more than a
    /// task.
    pub(crate) fn count(self, transport: Transport) -> usize {
        match (self, transport) {
            (Self::Streams, Transport::Reqwest) => 10_000,
            _ => 1000,
        }
    }

    pub(crate) fn turns(self) -> usize {
        match self {
            Self::Streams => 3,
            Self::Calls => 7,
        }
    }

    pub(crate) fn goals(self) -> &'static [Goal] {
        match self {
            Self::Streams => &[
                Goal { name: "KiB a stream", of: |it| it.memory / 1024.0, most: 1.05 },
                Goal { name: "CPU us a frame", of: |it| it.cpu * 1e6, most: 1.05 },
            ],
            // Throughput is 0.95 of that by hand where the time is 1/0.95 of it.
            Self::Calls => &[
                Goal { name: "wall us a call", of: |it| it.wall * 1e6, most: 1.0 / 0.95 },
                Goal { name: "CPU us a call", of: |it| it.cpu * 1e6, most: 1.05 },
            ],
        }
    }
}

/// What carries the requests.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Transport {
    Ureq,
    Reqwest,
}

impl Transport {
    pub(crate) const ALL: [Self; 2] = [Self::Ureq, Self::Reqwest];
}

/// Who makes the requests.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Side {
    Sdk,
    Hand,
}

impl Side {
    pub(crate) const ALL: [Self; 2] = [Self::Sdk, Self::Hand];
}

/// What one stream took, and one frame or call.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Figures {
    /// Resident memory, in bytes.
    pub(crate) memory: f64,
    /// Seconds of the processor.
    pub(crate) cpu: f64,
    /// Seconds.
    pub(crate) wall: f64,
}

/// Prints what so many things took since `start`.
pub(crate) fn print_times(start: (ProcessTime, Instant), things: f64) {
    let (cpu, wall) = start;
    println!("{}", cpu.elapsed().as_secs_f64() / things);
    println!("{}", wall.elapsed().as_secs_f64() / things);
}

/// Returns the resident memory of this process, in bytes, or NaN if the system does not report it.
pub(crate) fn memory() -> f64 {
    let status = fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"));
    let kib = line.and_then(|line| line.trim().strip_suffix(" kB"));
    kib.and_then(|kib| kib.trim().parse::<f64>().ok()).map_or(f64::NAN, |kib| kib * 1024.0)
}
