//! The ids and the names of the blocks of a workflow.

use serde_json::{Map, Value};

/// The ids and the names of the blocks of a workflow.
///
/// The events and the texts of a stream name a block by its id, while its selection takes names. The log of an earlier
/// run has the names ([`Log::blocks`](crate::logs::Log::blocks)), and so has an exported workflow.
///
/// ```
/// use sim_core::{Blocks, RunEvent};
///
/// let blocks = Blocks::new([("5f2c1b", "Agent 1")]);
/// let event = RunEvent::Text { block: "5f2c1b".into(), chunk: "Hello".into() };
/// assert!(event.is_of("agent1", &blocks) && event.is_of("5f2c1b", &blocks));
/// assert_eq!((blocks.id("Agent 1"), blocks.name("5f2c1b")), (Some("5f2c1b"), Some("Agent 1")));
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Blocks(Vec<(String, String)>);

impl Blocks {
    /// Creates the table from the id and the name of each block.
    pub fn new<I: Into<String>, N: Into<String>>(blocks: impl IntoIterator<Item = (I, N)>) -> Self {
        Self(blocks.into_iter().map(|(id, name)| (id.into(), name.into())).collect())
    }

    /// Reads the state of a workflow as the server describes it. Blocks without a name are left out.
    pub fn of_state(state: &Map<String, Value>) -> Self {
        let blocks = state.get("blocks").and_then(Value::as_object).into_iter().flatten();
        let named = blocks.filter_map(|(id, block)| Some((id, block.get("name")?.as_str()?)));
        Self::new(named)
    }

    /// Returns the id of a block by its name or its id, or `None` if there is no such block. The case of a name and its
    /// spaces and dots do not count, as for the server.
    pub fn id(&self, block: &str) -> Option<&str> {
        let by_id = self.0.iter().find(|(id, _)| id == block);
        let named = || self.0.iter().find(|(_, name)| plain(name) == plain(block));
        by_id.or_else(named).map(|(id, _)| id.as_str())
    }

    /// Returns the name of a block by its id, or `None` if there is no such block.
    pub fn name(&self, id: &str) -> Option<&str> {
        self.0.iter().find(|(own, _)| own == id).map(|(_, name)| name.as_str())
    }

    /// Iterates over the blocks: the id and the name of each.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &str)> {
        self.0.iter().map(|(id, name)| (id.as_str(), name.as_str()))
    }
}

/// Returns a name as the server compares it.
fn plain(name: &str) -> String {
    name.chars().filter(|c| !c.is_whitespace() && *c != '.').flat_map(char::to_lowercase).collect()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    // `streaming.md` 5: names are compared after lower-casing and removing spaces and dots.
    #[test]
    fn a_block_is_found_by_its_id_and_by_any_spelling_of_its_name() {
        let state =
            json!({"blocks": {"b1": {"name": "Agent 1.0"}, "b2": {"name": "B1"}, "b3": {}}});
        let blocks = Blocks::of_state(state.as_object().expect("an object"));
        for name in ["agent10", "Agent 1.0", "AGENT 10", "b1"] {
            assert_eq!(blocks.id(name), Some("b1"), "an id comes first: {name}");
        }
        assert_eq!((blocks.id("b3"), blocks.name("b2")), (None, Some("B1")));
        assert_eq!(blocks.iter().count(), 2);
        assert_eq!(Blocks::of_state(&Map::new()), Blocks::default());
    }
}
