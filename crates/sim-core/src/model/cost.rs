//! The cost of a run.

use serde::{Deserialize, Serialize};

use crate::primitives::json::field;

/// The cost of a run. v0.8.9 stores US dollars, although its documents say otherwise.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Cost {
    /// The total cost, or `None` if the server did not say.
    #[serde(default, deserialize_with = "field::number")]
    pub total: Option<f64>,
}
