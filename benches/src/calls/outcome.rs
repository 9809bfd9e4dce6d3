//! The result of everything here that can fail.

use std::error::Error;

/// The result of everything here that can fail.
pub type Outcome<T = ()> = Result<T, Box<dyn Error + Send + Sync>>;
