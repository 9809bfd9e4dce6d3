//! Which Sim the server is like.

/// What a server does with the paths of v2.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
#[non_exhaustive]
pub enum V2 {
    /// It serves them.
    #[default]
    On,
    /// It has them switched off, as servers that their owners host do unless
    /// told otherwise: 404 in the envelope of v2, after a look at the key.
    Off,
    /// It was built before there was a v2: a page of HTML with 404.
    Missing,
}

/// How new a server is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default)]
#[non_exhaustive]
pub enum Release {
    /// Release 0.8.9.
    V089,
    /// The hosted server of late 2026: it sends the result of a synchronous
    /// run of v2 line by line to whoever accepts `application/x-ndjson`, and
    /// adds the selected outputs to it.
    #[default]
    Hosted,
}
