//! The workspace's own tests.

mod list;

pub use list::List;
