//! Histories that once broke a promise: what the exploration found in the real conversations. Each is played again.

use model::explore::{Bend, Change, Conversation, Named, Scenario, World, play};
use model::oracle::judge;
use model::server::{Node, Refusal, Version, Workflow};
use model::story::{Ending, Kind, Story};

const DURABLE: Conversation = Conversation::Durable { workflow: Workflow::Echo, two: false };

fn told(
    version: Version,
    change: Change,
    conversation: Conversation,
    turns: &[(usize, Bend)],
) -> Story {
    let world = World { node: Node::new(version), change, keyed: true };
    let story = play(&Scenario { world, conversation }, &mut Named::new(turns), None);
    let broken = judge(&story);
    assert!(broken.is_empty(), "{broken:?}\n{}", story.lines().join("\n"));
    story
}

fn last(story: &Story) -> &Ending {
    &story.told.last().expect("an end").ending
}

#[test]
fn a_refusal_does_not_settle_a_start_of_an_earlier_life_that_is_still_on_its_way() {
    let turns = [(1, Bend::Delay), (2, Bend::Crash), (3, Bend::SwitchOff)];
    let story = told(Version::V0809, Change::SwitchOff, DURABLE, &turns);
    assert!(matches!(last(&story), Ending::Error { may_have_started: true, .. }));
    assert_eq!(story.server.runs.len(), 1, "it arrived after all");
}

#[test]
fn the_read_after_a_start_waits_for_its_bucket() {
    let empty = Bend::Refuse(Refusal::Requests);
    for bend in [Bend::LoseAnswer, Bend::TwiceSecond] {
        let turns = [(0, empty), (1, empty), (2, bend)];
        let story = told(Version::V0809, Change::SwitchOff, DURABLE, &turns);
        assert!(matches!(last(&story), Ending::Result { .. }));
        let refused = |sent: &&model::story::Sent| {
            sent.kind == Kind::Read && sent.answer.as_ref().is_some_and(|it| it.status == 429)
        };
        assert_eq!(story.sent.iter().filter(refused).count(), 2, "no read is refused again");
    }
}

#[test]
fn the_row_of_a_refusal_that_nobody_heard_is_no_result() {
    let unheard = Bend::RefuseUnheard(Refusal::Rate);
    let stream = Conversation::Stream { workflow: Workflow::Echo };
    let story = told(Version::V0809, Change::None, stream, &[(0, unheard)]);
    assert!(matches!(last(&story), Ending::Error { .. }));
    let sync = Conversation::Once { sync: true, workflow: Workflow::Echo };
    let turns = [(0, Bend::OtherNode), (2, unheard), (4, Bend::Refuse(Refusal::Gate))];
    let beside = Change::OtherNode(Version::V0759);
    let story = told(Version::Hosted, beside, sync, &turns);
    assert!(matches!(last(&story), Ending::Result { status, .. } if status == "completed"));
}
