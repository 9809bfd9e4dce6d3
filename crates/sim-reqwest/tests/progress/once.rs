//! The cell of `src/net/once.rs`, with a lock that the model can interrupt anywhere.

use loom::sync::Mutex;

#[derive(Debug)]
pub(crate) struct OnceCell<T>(Mutex<Option<T>>);

impl<T> Default for OnceCell<T> {
    fn default() -> Self {
        Self(Mutex::new(None))
    }
}

impl<T: Copy> OnceCell<T> {
    pub(crate) fn get(&self) -> Option<T> {
        *self.0.lock().expect("no panic")
    }

    pub(crate) fn get_or_init(&self, value: impl FnOnce() -> T) -> T {
        *self.0.lock().expect("no panic").get_or_insert_with(value)
    }
}
