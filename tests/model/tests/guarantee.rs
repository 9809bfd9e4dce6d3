//! The table of docs/one-run.md that says what the guarantee means on each server, against what the model shows.

use model::explore::{Bend, Change, Conversation, Named, Scenario, Search, World, play};
use model::oracle::Violation;
use model::server::{Node, Version, Workflow};
use model::story::{Ending, Kind, Sent, Story};

const GUIDE: &str = include_str!("../../../docs/one-run.md");
const ONCE: Conversation = Conversation::Once { sync: false, workflow: Workflow::Echo };

/// A row: the servers, what they make of an id, what a lost answer leads to, and what holds where versions change.
struct Row {
    servers: String,
    id: String,
    lost: String,
    change: String,
}

/// Returns the rows. `the same` stands for what the row above says.
fn rows() -> Vec<Row> {
    let table = GUIDE.split("| server | the id of a start |").nth(1).expect("the table");
    let lines = table.lines().skip(2).take_while(|line| line.starts_with('|'));
    let mut rows: Vec<Row> = Vec::new();
    for line in lines {
        let mut cells = line.trim_matches('|').split('|').map(|cell| cell.trim().to_owned());
        let mut cell = || cells.next().expect("a cell");
        let (servers, id, lost, change) = (cell(), cell(), cell(), cell());
        let above = |text: String, of: fn(&Row) -> &String| match rows.last() {
            Some(row) => text.replacen("the same", of(row), 1),
            None => text,
        };
        rows.push(Row {
            servers,
            id: above(id, |row| &row.id),
            lost: above(lost, |row| &row.lost),
            change,
        });
    }
    rows
}

/// Returns the numbers of a version, such as `v0.7.31`; what is no number is the largest.
fn numbers(version: &str) -> Vec<u32> {
    let parts = version.trim_start_matches('v').split('.');
    parts.map(|part| part.parse().unwrap_or(u32::MAX)).collect()
}

impl Row {
    /// Returns whether the row is about this version.
    fn holds(&self, version: Version) -> bool {
        let is_version = |word: &&str| {
            word.starts_with('v') && word.chars().nth(1).is_some_and(|digit| digit.is_ascii_digit())
        };
        let named: Vec<_> = self.servers.split(' ').filter(is_version).map(numbers).collect();
        let own = match version {
            Version::Hosted => vec![u32::MAX],
            version => numbers(version.name()),
        };
        let is_last = self.servers.contains("and later");
        match &named[..] {
            [first, ..] if is_last => own >= *first,
            [last] if self.servers.starts_with("up to") => own <= *last,
            [first, last] => own >= *first && own <= *last,
            _ => false,
        }
    }

    /// Returns the worlds that the row is about.
    fn worlds(&self) -> Vec<World> {
        let keyed = !self.servers.contains("without a key");
        let of = |version| World { node: Node::new(version), change: Change::None, keyed };
        let mut worlds: Vec<World> =
            Version::ALL.into_iter().filter(|it| !keyed || self.holds(*it)).map(of).collect();
        if self.servers.contains("in v1 and v2") {
            let off = Node { v2_off: true, ..Node::new(Version::V0809) };
            worlds.push(World { node: off, ..of(Version::V0809) });
        }
        worlds
    }
}

/// Plays a run once in which this goes wrong with its start.
fn lost(world: World, bend: Bend) -> Story {
    let scenario = Scenario { world, conversation: ONCE };
    let straight = play(&scenario, &mut Named::new(&[]), None);
    let start = straight.sent.iter().rposition(is_start).expect("a start");
    play(&scenario, &mut Named::new(&[(start, bend)]), None)
}

fn is_start(sent: &Sent) -> bool {
    matches!(sent.kind, Kind::Start(_))
}

/// Returns the ids of the starts that were sent to a route that the server has.
fn starts(story: &Story) -> Vec<&str> {
    let is_page = |sent: &&Sent| {
        sent.answer.as_ref().is_some_and(|it| it.status == 404 && !it.body.contains("Workflow"))
    };
    let sent = story.sent.iter().filter(|sent| is_start(sent) && !is_page(sent));
    sent.filter_map(|sent| sent.id.as_deref()).collect()
}

fn has_result(story: &Story) -> bool {
    matches!(&story.told[0].ending, Ending::Result { status, .. } if status == "completed")
}

fn is_ambiguous(story: &Story) -> bool {
    let ending = &story.told[0].ending;
    matches!(ending, Ending::Error { text, .. } if text.starts_with("Ambiguous"))
}

#[test]
fn every_version_of_the_model_stands_in_one_row() {
    let rows = rows();
    for version in Version::ALL {
        let of: Vec<_> = rows.iter().filter(|row| row.holds(version)).collect();
        assert_eq!(of.len(), 1, "{}", version.name());
    }
    assert!(rows.iter().all(|row| !row.worlds().is_empty()));
}

#[test]
fn a_server_makes_of_an_id_what_the_table_says() {
    for row in rows() {
        for world in row.worlds() {
            let story = lost(world, Bend::Twice);
            let claimed = row.id.starts_with("claimed once");
            assert_eq!(claimed, !row.id.starts_with("ignored"), "{}", row.id);
            let runs = if claimed { 1 } else { 2 };
            assert_eq!(story.server.runs.len(), runs, "{world}: {}", row.id);
            let reads = story.sent.iter().any(|sent| sent.kind == Kind::Job);
            let by_job = row.id.contains("no run can be read by its id");
            assert!(reads == by_job || !world.keyed, "{world}: {}", row.id);
            let probes = story.sent.iter().any(|sent| sent.kind == Kind::Probe);
            assert!(probes || !row.id.contains("a probe"), "{world}: {}", row.id);
        }
    }
}

#[test]
fn a_lost_answer_leads_to_what_the_table_says() {
    for row in rows() {
        for world in row.worlds() {
            let (answer, request) = (lost(world, Bend::LoseAnswer), lost(world, Bend::LoseRequest));
            let both = format!(
                "{world}: {}\n{}\n{}",
                row.lost,
                answer.lines().join("\n"),
                request.lines().join("\n")
            );
            if row.lost.starts_with("found again, or sent again under the same id") {
                assert!(has_result(&answer) && has_result(&request), "{both}");
                // The hosted server may not show a run yet: the second start is refused, because the first has the id.
                let again = if world.node.version == Version::Hosted { 2 } else { 1 };
                assert_eq!((starts(&answer).len(), starts(&request).len()), (again, 2), "{both}");
                for story in [&answer, &request] {
                    assert!(starts(story).windows(2).all(|ids| ids[0] == ids[1]), "{both}");
                }
            } else if row.lost.starts_with("one start; `Ambiguous`") {
                assert!(is_ambiguous(&answer) && is_ambiguous(&request), "{both}");
                assert_eq!((starts(&answer).len(), starts(&request).len()), (1, 1), "{both}");
            } else {
                panic!("the table says something else: {}", row.lost);
            }
            assert_eq!(answer.server.runs.len(), 1, "{both}");
        }
    }
}

#[test]
fn what_holds_where_versions_change_is_what_the_table_says() {
    let explored = |version, change, conversation| {
        let world = World { node: Node::new(version), change, keyed: true };
        let scenarios = vec![Scenario { world, conversation }];
        Search { most: 2, mistake: None, scenarios }.run().shortest
    };
    for row in rows() {
        match row.change.as_str() {
            "no fallback to v1 once a start may have left" => {
                let found = explored(Version::V0809, Change::SwitchOff, ONCE);
                assert!(!found.contains_key(&Violation::FellBack));
                let beside = Change::OtherNode(Version::V0731);
                let found = explored(Version::V0809, beside, ONCE);
                assert!(!found.contains_key(&Violation::FellBack));
            }
            "a proof counts only for starts after it" => {
                let upgraded = Change::Upgrade(Version::V0732);
                let durable = Conversation::Durable { workflow: Workflow::Echo, two: false };
                let found = explored(Version::V0731, upgraded, durable);
                assert!(!found.contains_key(&Violation::TwoRuns));
            }
            change => assert_eq!(change, "outside the guarantee"),
        }
    }
}
