//! Whole numbers as parameters take them.

use std::borrow::Cow;
use std::fmt;

use serde::{Deserialize, Deserializer, Serialize};
use sim_core::lenient;
use sim_core::operation::Param;

macro_rules! number {
    ($(#[$doc:meta])* $name:ident($type:ty)) => {
        $(#[$doc])*
        #[derive(
            Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize,
        )]
        #[serde(transparent)]
        pub struct $name(pub $type);

        impl From<$type> for $name {
            fn from(number: $type) -> Self {
                Self(number)
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                self.0.fmt(f)
            }
        }

        impl Param for $name {
            fn text(&self) -> Cow<'_, str> {
                Cow::Owned(self.0.to_string())
            }
        }
    };
}

number! {
    /// A number of things. Setters take plain numbers in its place.
    Count(u32)
}
number! {
    /// A size in bytes. Setters take plain numbers in its place.
    Size(u64)
}

/// Returns 0, for `#[serde(default)]` beside [`size_or_zero`].
pub(crate) fn no_size() -> Size {
    Size(0)
}

/// Reads a size; any other JSON is 0.
pub(crate) fn size_or_zero<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Size, D::Error> {
    lenient::count(deserializer).map(|size| size.map_or_else(no_size, Size))
}
