//! The workspace's own tests.
