//! A small model of Sim's server, pure and in memory, for each version that a client may meet.
//!
//! The model is written from what real servers were seen to do, and knows nothing of the SDK.

pub mod explore;
pub mod oracle;
pub mod server;
pub mod story;
