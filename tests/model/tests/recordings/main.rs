//! The model beside the recordings of real servers: each recorded conversation is asked of the model, and every answer
//! must say the same. A recording does not tell how long its steps took, so the model may let pass what fits best.

mod compare;
mod conversation;
mod names;
mod record;

use std::path::Path;

use model::server::Version;

use conversation::{Conversation, Played};

/// The conversations of each version that are asked: the beginnings of their names.
const ASKED: [(&str, Version); 4] = [
    ("v0680-", Version::V0680),
    ("v0731-", Version::V0731),
    ("v0732-", Version::V0732),
    ("", Version::V0809),
];

#[test]
fn the_model_answers_as_real_servers_did() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/recordings-2");
    if !folder.is_dir() {
        eprintln!("skipped: the recordings are not here");
        return;
    }
    let conversations = Conversation::all(&folder);
    let mut wrong = Vec::new();
    for (prefix, version) in ASKED {
        let of = |it: &&Conversation| match prefix {
            "" => !ASKED.iter().any(|(old, _)| !old.is_empty() && it.name.starts_with(old)),
            old => it.name.starts_with(old),
        };
        let (mut conversed, mut steps) = (0, 0);
        for conversation in conversations.iter().filter(of) {
            match conversation.play(version) {
                Played::Skipped => {}
                Played::Alike(answers) => {
                    conversed += 1;
                    steps += answers;
                }
                Played::Unlike(why) => wrong.push(why),
            }
        }
        eprintln!("{}: {steps} answers of {conversed} conversations", version.name());
        assert!(conversed >= 8, "hardly anything of {} was asked", version.name());
    }
    assert!(wrong.is_empty(), "{} conversations differ:\n{}", wrong.len(), wrong.join("\n"));
}
