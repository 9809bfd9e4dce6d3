//! The input fields of a workflow: the check of an input against them, and the struct made of them.

use serde::Deserialize as _;
use serde_json::{Value, json};
use sim_platform::workflows::{Misfit, Workflow};

/// The struct as it is printed: this file is compiled, and compared with what the function prints.
#[allow(unreachable_pub, reason = "it is printed for a program of its own")]
mod weather {
    include!("../generated/weather.rs.txt");
}

fn workflow(inputs: &Value) -> Workflow {
    let workflow =
        json!({"id": "wf-1", "name": "Weather\nreport", "isDeployed": true, "inputs": inputs});
    Workflow::deserialize(workflow).expect("a workflow")
}

fn weather() -> Workflow {
    workflow(&json!([
        {"name": "city", "type": "string", "description": "Where.\n/// Or \u{202e}near.\r\n"},
        {"name": "maxDays", "type": "number"},
        {"name": "type", "type": "boolean"},
        {"name": "self", "type": "object"},
        {"name": "1st choice", "type": "array"},
        {"name": "photos", "type": "file[]"},
        {"name": "max_days", "type": "colour"},
        {"name": "???"},
        {"name": "\"quoted\"\\", "type": "string"},
    ]))
}

fn whole() -> Value {
    json!({
        "city": "Oslo", "maxDays": 3, "type": true, "self": {}, "1st choice": [], "photos": [],
        "max_days": 1, "???": "x", "\"quoted\"\\": "q",
    })
}

#[test]
fn the_printed_struct_compiles_and_has_the_fields_of_the_workflow() {
    let printed = weather().rust_struct("WeatherInput").expect("a struct");
    assert_eq!(printed, include_str!("../generated/weather.rs.txt"));
    let input: weather::WeatherInput = serde_json::from_value(whole()).expect("it has the fields");
    assert_eq!(serde_json::to_value(&input).expect("it serialises"), whole());
    weather().check_input(&input).expect("it fits");
}

#[test]
fn a_name_that_is_none_makes_no_struct() {
    for name in ["", "weather", "We ather", "Wet-her", "Self", "7Days", "W{}"] {
        assert!(weather().rust_struct(name).is_err(), "{name:?}");
    }
    let untold = workflow(&Value::Null);
    assert!(untold.rust_struct("WeatherInput").is_err() && untold.misfits(&()).is_err());
    assert!(workflow(&json!([])).rust_struct("Empty").is_ok_and(|text| text.ends_with("{\n}\n")));
}

#[test]
fn each_difference_is_named() {
    let workflow = workflow(&json!([
        {"name": "city", "type": "string"}, {"name": "days", "type": "number"}, {"name": "any"},
    ]));
    let misfits = |input: Value| workflow.misfits(&input).expect("an object");
    assert_eq!(misfits(json!({"city": "Oslo", "days": 1.5, "any": [1]})), []);
    let (field, declared) = ("days".to_owned(), "number".to_owned());
    assert_eq!(
        misfits(json!({"City": "Oslo", "days": "1", "any": null})),
        [
            Misfit::Missing { field: "city".to_owned() },
            Misfit::Kind { field, declared },
            Misfit::Missing { field: "any".to_owned() },
            Misfit::Unknown { field: "City".to_owned() },
        ]
    );
    assert_eq!(misfits(Value::Null).len(), 3);
    assert!(workflow.misfits(&[1]).is_err() && workflow.misfits("text").is_err());
    let error = workflow.check_input(&json!({"city": 7})).expect_err("it does not fit").to_string();
    assert!(
        error.contains("\"city\" is no string") && error.contains("\"days\" is missing"),
        "{error}"
    );
}
