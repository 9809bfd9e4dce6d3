//! The outputs that a caller selected, and the block of each.

use serde_json::{Map, Value};

use crate::workflow::Block;

/// The selected outputs, as the caller wrote them.
#[derive(Debug)]
pub(crate) struct Selection(Vec<String>);

impl Selection {
    pub(crate) fn new(outputs: Vec<String>) -> Self {
        Self(outputs)
    }

    /// Parses a list of outputs separated by commas.
    pub(crate) fn csv(text: &str) -> Self {
        Self(text.split(',').map(|output| output.trim().to_owned()).collect())
    }

    /// Returns the selected outputs of these blocks, under the names that the caller used.
    pub(crate) fn named(&self, blocks: &[(Block, Value)]) -> Value {
        self.pick_by(|selected, block| path(selected, block), blocks)
    }

    /// Returns the selected outputs of these blocks, where the caller can name blocks only by id.
    pub(crate) fn by_id(&self, blocks: &[(Block, Value)]) -> Value {
        self.pick_by(|selected, block| path_below(selected, &block.id), blocks)
    }

    fn pick_by<'a>(
        &'a self,
        path: impl Fn(&'a str, &Block) -> Option<&'a str>,
        blocks: &[(Block, Value)],
    ) -> Value {
        let found = self.0.iter().filter_map(|selected| {
            let of = |(block, output): &(Block, Value)| find(output, path(selected, block)?);
            Some((selected.clone(), blocks.iter().find_map(of)?))
        });
        Value::Object(found.collect())
    }

    /// Returns whether nothing is selected, which asks for the output of the run.
    pub(crate) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Returns whether an output of this block is selected.
    pub(crate) fn has(&self, block: &Block) -> bool {
        self.0.iter().any(|output| path(output, block).is_some())
    }

    /// Returns the selected outputs of these blocks, grouped by block id and path.
    pub(crate) fn pick<'a>(&self, blocks: impl Iterator<Item = &'a (Block, Value)>) -> Value {
        let mut picked = Map::new();
        for (block, output) in blocks {
            let paths = self.0.iter().filter_map(|selected| path(selected, block));
            let found = paths.filter_map(|path| Some((path.to_owned(), find(output, path)?)));
            let found: Map<String, Value> = found.collect();
            if !found.is_empty() {
                picked.insert(block.id.clone(), found.into());
            }
        }
        picked.into()
    }
}

/// Returns the path of a selected output if it belongs to this block. The path is empty for the whole output,
/// which only the id alone selects.
fn path<'a>(selected: &'a str, block: &Block) -> Option<&'a str> {
    if let Some(path) = path_below(selected, &block.id) {
        return Some(path);
    }
    let (name, path) = selected.split_once('.')?;
    (plain(name) == plain(&block.name)).then_some(path)
}

/// Returns the path after a block id, if the output begins with that id.
fn path_below<'a>(selected: &'a str, id: &str) -> Option<&'a str> {
    let rest = selected.strip_prefix(id)?;
    if rest.is_empty() { Some(rest) } else { rest.strip_prefix(['.', '_']) }
}

/// Returns a name in the form in which names are compared.
fn plain(name: &str) -> String {
    name.to_lowercase().chars().filter(|c| *c != '.' && !c.is_whitespace()).collect()
}

/// Returns the value at a dotted path, in which positions of arrays are plain segments.
fn find(output: &Value, path: &str) -> Option<Value> {
    let mut segments = path.split('.').filter(|segment| !segment.is_empty());
    let found = segments.try_fold(output, |value, segment| match value {
        Value::Array(items) => items.get(segment.parse::<usize>().ok()?),
        _ => value.get(segment),
    });
    found.cloned()
}

#[cfg(test)]
mod tests {
    use super::{Block, Selection, path};
    use serde_json::json;

    #[test]
    fn every_form_names_its_block() {
        let block = Block { id: "5f2c".to_owned(), name: "Agent 1".to_owned() };
        for selected in ["5f2c.content", "5f2c_content", "agent1.content", "Agent 1.content"] {
            assert_eq!(path(selected, &block), Some("content"), "{selected}");
        }
        assert_eq!(path("agent1.content.items.0", &block), Some("content.items.0"));
        assert_eq!(path("5f2c", &block), Some(""));
        for selected in ["agent1", "agent2.content", "5f2cx.content", "content", ""] {
            assert_eq!(path(selected, &block), None, "{selected}");
        }
    }

    #[test]
    fn paths_go_through_objects_and_arrays() {
        let block = Block { id: "f".to_owned(), name: "Greet".to_owned() };
        let blocks = [(block, json!({ "result": { "list": ["a", "b"] }, "stdout": "" }))];
        let selected = ["greet.result.list.1", "f.stdout", "f.none", "other.stdout"];
        let selection = Selection::new(selected.map(str::to_owned).to_vec());
        let picked = selection.pick(blocks.iter());
        assert_eq!(picked, json!({ "f": { "result.list.1": "b", "stdout": "" } }));
    }
}
