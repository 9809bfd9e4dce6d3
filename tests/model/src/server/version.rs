//! The versions of Sim, and what each does differently.

/// A version of Sim, ordered by age. Each stands for the versions up to the next one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Version {
    /// v0.6.80: runs cannot be read.
    V0680,
    /// v0.7.31: runs can be read, and the ids of callers are ignored.
    V0731,
    /// v0.7.32: the ids of callers are claims.
    V0732,
    /// v0.7.59: cancelling looks at the run, and the resume of a queued run is carried out. Read, not recorded.
    V0759,
    /// v0.8.9: the second generation.
    V0809,
    /// The hosted server, newer than v0.8.9. Read, not recorded.
    Hosted,
}

impl Version {
    /// All versions.
    pub const ALL: [Self; 6] =
        [Self::V0680, Self::V0731, Self::V0732, Self::V0759, Self::V0809, Self::Hosted];

    /// Returns the name of the version.
    pub const fn name(self) -> &'static str {
        match self {
            Self::V0680 => "v0.6.80",
            Self::V0731 => "v0.7.31",
            Self::V0732 => "v0.7.32",
            Self::V0759 => "v0.7.59",
            Self::V0809 => "v0.8.9",
            Self::Hosted => "hosted",
        }
    }

    /// Returns whether a real server of this version was recorded. The others are modelled as their source was read.
    pub const fn is_recorded(self) -> bool {
        !matches!(self, Self::V0759 | Self::Hosted)
    }

    /// Returns whether `GET .../executions/{run}` exists.
    pub fn reads(self) -> bool {
        self >= Self::V0731
    }

    /// Returns whether the id of a caller with a key is a claim.
    pub fn claims(self) -> bool {
        self >= Self::V0732
    }

    /// Returns whether the second generation exists.
    pub fn has_v2(self) -> bool {
        self >= Self::V0809
    }

    /// Returns whether the gate's refusal has a code.
    pub fn gate_has_code(self) -> bool {
        self >= Self::V0732
    }

    /// Returns whether cancelling looks whether the run exists and goes on.
    pub fn cancel_looks(self) -> bool {
        self >= Self::V0759
    }

    /// Returns whether the limit of a queued run's duration is honoured.
    pub fn honours_timeout(self) -> bool {
        self >= Self::V0759
    }

    /// Returns whether the resume of a queued run is carried out without a worker of its own.
    pub fn resumes_queued(self) -> bool {
        self >= Self::V0759
    }

    /// Returns whether a resume has an id of its own, which the server forgets, and a second human cannot be answered.
    pub fn has_attempts(self) -> bool {
        self >= Self::V0809
    }

    /// Returns the status with which a second answer to a pause is refused.
    pub fn refuses_answers_with(self) -> u16 {
        if self >= Self::V0809 { 409 } else { 400 }
    }

    /// Returns whether the read of a paused run names the context.
    pub fn read_names_context(self) -> bool {
        self >= Self::V0809
    }

    /// Returns whether a queued run is told of by the read before a worker took it.
    pub fn reads_queue(self) -> bool {
        self >= Self::V0809
    }
}

/// The runtime of a server. It decides what a connection that is lost does to the work behind it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Runtime {
    /// The published image of older servers: work goes on.
    Bun,
    /// Work stops, and an answer to a human of the first generation may be emptied.
    Node,
}

/// One process that answers requests.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Node {
    /// The version of Sim.
    pub version: Version,
    /// What runs it.
    pub runtime: Runtime,
    /// Whether the second generation is switched off.
    pub v2_off: bool,
}

impl Node {
    /// Creates a process of this version, run as its servers were seen to be run.
    pub const fn new(version: Version) -> Self {
        let runtime = match version {
            Version::V0809 | Version::Hosted => Runtime::Node,
            _ => Runtime::Bun,
        };
        Self { version, runtime, v2_off: false }
    }
}
