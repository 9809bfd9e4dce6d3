//! A cell that is written once, by whichever thread comes first.

use std::sync::OnceLock;

/// A value that the first thread to decide sets for all.
#[derive(Debug)]
pub(crate) struct OnceCell<T>(OnceLock<T>);

impl<T> Default for OnceCell<T> {
    fn default() -> Self {
        Self(OnceLock::new())
    }
}

impl<T: Copy> OnceCell<T> {
    /// Returns the value, or `None` if nobody has set it.
    pub(crate) fn get(&self) -> Option<T> {
        self.0.get().copied()
    }

    /// Returns the value, and sets it first if nobody has.
    pub(crate) fn get_or_init(&self, value: impl FnOnce() -> T) -> T {
        *self.0.get_or_init(value)
    }
}
