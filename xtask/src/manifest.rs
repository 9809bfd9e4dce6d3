//! Reads the parts of a `Cargo.toml` that the rules need. It needs no TOML parser, because our manifests are
//! simple.

use std::fs;

use crate::command::Result;
use crate::shell::root;

/// Returns the lines of every section with this header, without comments and empty lines.
pub(crate) fn sections<'a>(manifest: &'a str, header: &str) -> Vec<Vec<&'a str>> {
    let mut found = Vec::new();
    let mut inside = false;
    for line in manifest.lines().map(str::trim) {
        if line.starts_with('[') && line.ends_with(']') {
            inside = line == header;
            if inside {
                found.push(Vec::new());
            }
        } else if inside && !line.is_empty() && !line.starts_with('#') {
            if let Some(section) = found.last_mut() {
                section.push(line);
            }
        }
    }
    found
}

/// Returns the features of a crate of ours, as [`features`] does.
pub(crate) fn features_of(name: &str) -> Result<Vec<String>> {
    let path = root().join("crates").join(name).join("Cargo.toml");
    let text = fs::read_to_string(path).map_err(|error| format!("{name}: {error}"))?;
    Ok(features(&text).into_iter().map(str::to_owned).collect())
}

/// Returns the features except `default`, in their order.
pub(crate) fn features(manifest: &str) -> Vec<&str> {
    let lines = sections(manifest, "[features]").into_iter().flatten();
    lines
        .filter_map(|line| Some(line.split_once('=')?.0.trim()))
        .filter(|name| *name != "default")
        .collect()
}

/// Returns the text of a key in the lines of a section, or `None` without the key.
pub(crate) fn text<'a>(section: &[&'a str], key: &str) -> Option<&'a str> {
    section.iter().find_map(|line| {
        let (name, value) = line.split_once('=')?;
        (name.trim() == key).then(|| value.trim().trim_matches('"'))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    const MANIFEST: &str = "[features]\n# Nothing.\ndefault = []\na = [\"b\"]\nb-c = []\n\n\
        [[example]]\nname = \"one\"\npath = \"one.rs\"\n[[example]]\nname = \"two\"\n";

    #[test]
    fn features_are_named_without_the_default() {
        assert_eq!(features(MANIFEST), ["a", "b-c"]);
        assert!(features("[package]\nname = \"x\"").is_empty());
    }

    #[test]
    fn a_repeated_section_is_found_each_time() {
        let examples = sections(MANIFEST, "[[example]]");
        let names: Vec<_> = examples.iter().filter_map(|lines| text(lines, "name")).collect();
        assert_eq!(names, ["one", "two"]);
    }
}
