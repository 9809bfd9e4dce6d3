//! The two generations of the API.

/// Which generation of the API a client speaks, where an operation exists in both.
///
/// Results and errors are of the same types in either. Operations of one generation alone are not concerned.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum Generation {
    /// The second, and the first where the server does not have it.
    ///
    /// A call goes over to the first generation when, and only when, the answer proves that nothing can have
    /// started: the 404 of a server that has the second switched off, or a 404 that is no JSON, as servers give
    /// that are older. That is remembered for ten minutes, by the dates of the server's answers, for each base URL
    /// and key.
    #[default]
    Auto,
    /// The first, `/api/...`: what every server speaks.
    V1,
    /// The second, `/api/v2/...`.
    V2,
}

impl Generation {
    /// One of two: what belongs to the first generation, or to the second.
    pub(crate) fn choose<T>(self, first: T, second: T) -> T {
        match self {
            Self::V1 => first,
            Self::V2 | Self::Auto => second,
        }
    }

    /// What every path begins with.
    pub(crate) fn root(self) -> &'static str {
        self.choose("/api", "/api/v2")
    }
}
