//! The release of Sim that the server behaves like.

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
    /// The server is older than v2, and answers 404 with an HTML page.
    Missing,
}

/// A release of Sim, ordered by age.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default)]
#[non_exhaustive]
pub enum Release {
    /// The self-hosted release 0.8.9.
    V089,
    /// The hosted server of late 2026. It sends the result of a synchronous run of v2 line by line to callers
    /// that accept `application/x-ndjson`, and adds the selected outputs to the result.
    #[default]
    Hosted,
}
