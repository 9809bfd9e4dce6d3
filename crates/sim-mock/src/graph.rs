//! The blocks of a workflow as Sim stores them: made up for a closure, kept for an imported workflow.

use serde_json::{Map, Value, json};

use crate::ids;
use crate::workflow::{Field, Workflow};

/// Returns the graph of a closure: a start block, and the block in which a run completes.
pub(crate) fn of(workflow: &Workflow) -> Value {
    let start = ids::uuid();
    let fields: Vec<Value> = workflow.inputs.iter().map(input).collect();
    let format = json!({ "id": "inputFormat", "type": "input-format", "value": fields });
    let mut blocks = Map::new();
    let subs = json!({ "inputFormat": format });
    blocks.insert(start.clone(), block(&start, "start_trigger", "Start", &subs, 0));
    let mut edges = Vec::new();
    if let Some(last) = &workflow.block {
        blocks.insert(last.id.clone(), block(&last.id, "function", &last.name, &json!({}), 300));
        edges.push(json!({ "id": ids::uuid(), "source": start, "target": last.id }));
    }
    json!({ "blocks": blocks, "edges": edges, "loops": {}, "parallels": {}, "variables": {} })
}

fn input(field: &Field) -> Value {
    json!({ "id": ids::uuid(), "name": field.name, "type": field.kind, "value": "" })
}

fn block(id: &str, kind: &str, name: &str, subs: &Value, x: u32) -> Value {
    json!({
        "id": id, "type": kind, "name": name, "position": { "x": x, "y": 0 }, "enabled": true,
        "subBlocks": subs, "outputs": {}, "data": {},
    })
}

/// Returns the input fields of the start block of a graph.
pub(crate) fn inputs(graph: &Value) -> Vec<Field> {
    let blocks = graph["blocks"].as_object().into_iter().flatten();
    let mut starts = blocks.filter(|(_, block)| block["type"] == "start_trigger");
    let format = starts.next().map(|(_, start)| &start["subBlocks"]["inputFormat"]["value"]);
    let fields = format.and_then(Value::as_array).into_iter().flatten();
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    fields.map(|field| Field { name: text(&field["name"]), kind: text(&field["type"]) }).collect()
}

/// Returns the imported graph with new ids for its blocks.
///
/// # Errors
/// Returns a message if the graph lacks a field or is not valid.
pub(crate) fn import(graph: &Value) -> Result<Value, &'static str> {
    let blocks = graph["blocks"].as_object().ok_or("Missing or invalid field: blocks")?;
    if !graph["edges"].is_array() {
        return Err("Missing or invalid field: edges");
    }
    let mut text = graph.to_string();
    for id in blocks.keys() {
        text = text.replace(&Value::from(id.as_str()).to_string(), &format!("\"{}\"", ids::uuid()));
    }
    text.parse().map_err(|_| "Invalid graph")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_imported_graph_has_new_ids_and_the_same_inputs() {
        let workflow = Workflow::new("w", |input| input).input("name", "string").block("b", "B");
        let graph = of(&workflow);
        let copy = import(&graph).expect("a graph");
        assert_eq!(inputs(&copy), inputs(&graph));
        assert_eq!(inputs(&graph)[0].name, "name");
        assert_eq!(copy["blocks"].as_object().map(Map::len), Some(2));
        assert!(copy["blocks"].get("b").is_none());
        let target = copy["edges"][0]["target"].as_str().expect("an id");
        assert_eq!(copy["blocks"][target]["name"], "B");
    }
}
