//! The release of Sim that the server behaves like, and the questions whose answers differ by release.

use std::fmt;
use std::str::FromStr;

/// What a server does with requests to v2.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
#[non_exhaustive]
pub enum V2 {
    /// The server handles requests to v2.
    #[default]
    On,
    /// The server has v2 switched off, as self-hosted servers do by default. It checks the key and answers
    /// 404 in the envelope of v2.
    Off,
    /// The server is older than v2, and answers 404 with an HTML page. [Releases](Release) before 0.8.9 always
    /// do.
    Missing,
}

/// A release of Sim, ordered by age.
///
/// The first three and 0.8.9 follow servers that ran. What sets 0.7.59 and the hosted server apart was read in
/// source code and in documents, and not seen.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
#[non_exhaustive]
pub enum Release {
    /// The self-hosted release 0.6.80. It ignores the run ids of callers, and cannot read a run by its id.
    V0680,
    /// The self-hosted release 0.7.31. It ignores the run ids of callers, and reads a run by the server's id.
    V0731,
    /// The self-hosted release 0.7.32. Callers with a key choose the id of a run.
    V0732,
    /// The self-hosted release 0.7.59, as it was read: it limits queued runs in time, refuses to cancel runs that
    /// have ended, and resumes queued runs.
    V0759,
    /// The self-hosted release 0.8.9, with v2.
    V089,
    /// The hosted server of late 2026, as its documents tell. It sends the result of a synchronous run of v2 line
    /// by line to callers that accept `application/x-ndjson`, and adds the selected outputs to the result.
    #[default]
    Hosted,
}

impl Release {
    /// Every release, the oldest first.
    pub const ALL: [Self; 6] =
        [Self::V0680, Self::V0731, Self::V0732, Self::V0759, Self::V089, Self::Hosted];

    /// Returns whether a caller with a key chooses the id of a run.
    pub fn honours_run_ids(self) -> bool {
        self >= Self::V0732
    }

    /// Returns whether a run can be read by its id.
    pub fn reads_runs(self) -> bool {
        self >= Self::V0731
    }

    /// Returns whether the server has the second generation of the API.
    pub fn has_v2(self) -> bool {
        self >= Self::V089
    }

    /// Returns whether somebody can answer a run that waits once more after an answer.
    pub fn resumes_again(self) -> bool {
        self < Self::V089
    }

    /// Returns whether a queued run goes on after an answer.
    pub fn resumes_queued_runs(self) -> bool {
        self >= Self::V0759
    }

    /// Whether an attempt to resume a run has an id of its own.
    pub(crate) fn names_attempts(self) -> bool {
        self >= Self::V089
    }

    /// Whether a cancel looks at the run, and refuses one that has ended.
    pub(crate) fn checks_cancels(self) -> bool {
        self >= Self::V0759
    }

    /// Whether a queued run may have a time limit of its own.
    pub(crate) fn limits_time(self) -> bool {
        self >= Self::V0759
    }

    /// Whether the refusals of the admission gate have a code.
    pub(crate) fn codes_gate(self) -> bool {
        self >= Self::V0732
    }

    /// Whether a run that waits in the queue can be read.
    pub(crate) fn reads_queued_runs(self) -> bool {
        self >= Self::V089
    }

    /// Whether a stream may show thinking and tools, and ends with the marker after an error.
    pub(crate) fn streams_events(self) -> bool {
        self >= Self::V089
    }

    /// Whether the run of a caller who leaves goes on to its end, as bun, which runs the published image, does.
    pub(crate) fn keeps_abandoned_runs(self) -> bool {
        self < Self::V089
    }

    fn name(self) -> &'static str {
        match self {
            Self::V0680 => "v0.6.80",
            Self::V0731 => "v0.7.31",
            Self::V0732 => "v0.7.32",
            Self::V0759 => "v0.7.59",
            Self::V089 => "v0.8.9",
            Self::Hosted => "hosted",
        }
    }
}

/// The name of the release: `v0.7.31`, or `hosted`.
impl fmt::Display for Release {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.name())
    }
}

/// Reads what `Display` writes.
impl FromStr for Release {
    type Err = String;

    fn from_str(name: &str) -> Result<Self, String> {
        let named = Self::ALL.into_iter().find(|release| release.name() == name);
        named.ok_or_else(|| {
            format!("no release {name:?}, only {}", Self::ALL.map(Self::name).join(", "))
        })
    }
}

#[cfg(test)]
mod tests {
    use super::Release;

    #[test]
    fn a_release_is_read_as_it_is_written() {
        for release in Release::ALL {
            assert_eq!(release.to_string().parse(), Ok(release));
        }
        assert!("v0.1".parse::<Release>().is_err());
    }

    #[test]
    fn the_oldest_release_comes_first() {
        assert!(Release::ALL.is_sorted());
    }
}
