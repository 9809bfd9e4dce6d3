//! The oracle: it judges a history by what the server knows and what the caller was told. It knows nothing of the SDK.

mod ends;
mod pace;
mod runs;
mod violation;

pub use violation::Violation;

use crate::story::Story;

/// Returns the rules that a history breaks.
pub fn judge(story: &Story) -> Vec<Violation> {
    let mut broken = Vec::new();
    runs::judge(story, &mut broken);
    ends::judge(story, &mut broken);
    pace::judge(story, &mut broken);
    broken
}
