//! Clients whose settings are variables of the environment: the server is the one that is meant, or there is an error.

use std::env;
use std::ffi::OsStr;
use std::process::Command;

use simstudio::{Error, Result};

/// The base URL of a client of each transport, or why there is none.
fn base_urls() -> [Result<String>; 2] {
    let ureq = simstudio::ureq::Client::from_env();
    let reqwest = simstudio::reqwest::Client::from_env();
    [
        ureq.map(|client| client.api().base_url().to_owned()),
        reqwest.map(|client| client.api().base_url().to_owned()),
    ]
}

/// Asserts in a child process with these variables that a base URL is `expected`, or that an error has this word.
fn assert_in(variables: &[(&str, &OsStr)], expected: &str) {
    let mut child = Command::new(env::current_exe().expect("a path"));
    for name in ["SIM_BASE_URL", "SIM_ENDPOINT"] {
        child.env_remove(name);
    }
    child.env("SIM_API_KEY", " sk-sim-test\n").envs(variables.iter().copied());
    child.env("EXPECTED_OF_THE_CHILD", expected);
    let done = child.args(["--exact", "environment::clients_of_a_child"]).output();
    let done = done.expect("a process");
    assert!(done.status.success(), "{variables:?}: {done:?}");
}

#[test]
fn clients_of_a_child() {
    // The tests below run this one in a child process.
    let Ok(expected) = env::var("EXPECTED_OF_THE_CHILD") else { return };
    for url in base_urls() {
        let told = url.unwrap_or_else(|error: Error| {
            assert_eq!(error.code(), "INVALID_REQUEST");
            assert!(!error.message().contains("SECRET"), "{error}");
            let words = error.message().to_owned();
            if words.contains(&expected) { expected.clone() } else { words }
        });
        assert_eq!(told, expected);
    }
}

#[test]
fn space_around_a_value_is_no_part_of_it() {
    for value in
        ["http://localhost:3000\n", " http://localhost:3000/ ", "\thttp://localhost:3000\r\n"]
    {
        assert_in(&[("SIM_BASE_URL", value.as_ref())], "http://localhost:3000");
        let endpoint = [("SIM_BASE_URL", " \n".as_ref()), ("SIM_ENDPOINT", value.as_ref())];
        assert_in(&endpoint, "http://localhost:3000");
    }
}

#[test]
fn only_without_any_value_the_hosted_service_is_meant() {
    assert_in(&[], "https://www.sim.ai");
    assert_in(&[("SIM_BASE_URL", "".as_ref())], "https://www.sim.ai");
}

#[test]
fn a_value_that_cannot_be_read_is_an_error_that_names_its_variable() {
    assert_in(&[("SIM_BASE_URL", "http://SECRET\nhttp://x".as_ref())], "SIM_BASE_URL");
    assert_in(&[("SIM_ENDPOINT", "http://SECRET\u{1}x".as_ref())], "SIM_ENDPOINT");
}

#[cfg(unix)]
#[test]
fn a_value_that_is_not_utf_8_is_an_error_that_names_its_variable() {
    use std::os::unix::ffi::OsStrExt as _;

    let broken = OsStr::from_bytes(b"http://SECRET\xff");
    for name in ["SIM_BASE_URL", "SIM_ENDPOINT", "SIM_API_KEY"] {
        assert_in(&[(name, broken)], name);
    }
}
