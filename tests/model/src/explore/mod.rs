//! The explorer: it drives the real conversations of the SDK through every way to bend them with a few adverse choices.
//! An exchange has no clock and no I/O, so each history is simply played from its beginning.

mod before;
mod bend;
mod chooser;
mod menu;
mod mistake;
mod network;
mod play;
mod program;
mod requests;
mod scenario;
mod sdk;
mod search;
mod streaming;
mod talk;

pub use bend::Bend;
pub use chooser::{Chance, Chooser, FromBytes, Named, Script};
pub use mistake::Mistake;
pub use play::{play, play_long};
pub use scenario::{Change, Conversation, Scenario, World};
pub use search::{Found, Search, replay};
