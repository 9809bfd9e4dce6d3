//! Whatever goes wrong in a conversation, and in whatever order, its promises hold on every version of the server.
//!
//! The first two bytes of the input choose the conversation and its servers; each further byte is a choice.

#![no_main]

use libfuzzer_sys::fuzz_target;
use model::explore::{FromBytes, Scenario, play_long};
use model::oracle::judge;

fuzz_target!(|input: &[u8]| {
    let [first, second, choices @ ..] = input else { return };
    let scenarios = Scenario::all();
    let chosen = usize::from(u16::from_be_bytes([*first, *second])) % scenarios.len();
    let story = play_long(&scenarios[chosen], &mut FromBytes(choices));
    let broken = judge(&story);
    assert!(
        broken.is_empty(),
        "{}: {broken:?}\n{}",
        scenarios[chosen],
        story.lines().join("\n")
    );
});
