//! The two generations of the API.

use serde::{Deserialize, Serialize};

/// The generation of the API that a client uses for operations that exist in both.
///
/// Results and errors have the same types in either. Operations that exist in one generation only are not affected.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Generation {
    /// The second generation; falls back to the first if the server lacks the second.
    ///
    /// The client falls back only if the answer proves that nothing started: the 404 of a server with v2 switched
    /// off, or a 404 without JSON, which older servers send. For each base URL and key, it remembers this for ten
    /// minutes by the dates of the server's answers.
    #[default]
    Auto,
    /// The first generation, `/api/...`, which every server has.
    V1,
    /// The second generation, `/api/v2/...`, without a fallback.
    V2,
}

impl Generation {
    /// Returns `first` for the first generation and `second` for the second.
    pub(crate) fn choose<T>(self, first: T, second: T) -> T {
        match self {
            Self::V1 => first,
            Self::V2 | Self::Auto => second,
        }
    }

    /// Returns the prefix of every path.
    pub(crate) fn root(self) -> &'static str {
        self.choose("/api", "/api/v2")
    }
}
