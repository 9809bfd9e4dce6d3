//! The official programs that ours are compared with.

use simstudio::Generation;

/// An official program, which determines the generation of the API.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Edition {
    /// The Python SDK 0.1.2, on v1.
    First,
    /// The Python SDK 0.2.1, on v2.
    Second,
    /// The command-line client, on v2.
    CommandLine,
}

impl Edition {
    pub(crate) fn generation(self) -> Generation {
        if self == Self::First { Generation::V1 } else { Generation::V2 }
    }

    /// Returns its name in the list of differences.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::First => "0.1.2",
            Self::Second => "0.2.1",
            Self::CommandLine => "sim",
        }
    }

    /// Returns whether an entry of the list concerns this program. An entry without a name concerns both SDKs.
    pub(crate) fn is_meant(self, name: Option<&str>) -> bool {
        name.map_or(self != Self::CommandLine, |name| name == self.name())
    }

    /// Returns the variable that holds its path.
    pub(crate) fn variable(self) -> &'static str {
        match self {
            Self::First => "SIM_PEERS_PYTHON",
            Self::Second => "SIM_PEERS_PYTHON_2",
            Self::CommandLine => "SIM_PEERS_CLI",
        }
    }
}
