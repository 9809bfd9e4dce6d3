//! The result of everything here that can fail.

use std::error::Error;

pub(crate) type Outcome<T = ()> = Result<T, Box<dyn Error>>;
