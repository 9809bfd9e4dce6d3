//! `cargo xtask release --dry-run`: packages every crate that is published, in the order of their dependencies, tests each
//! package alone, outside the workspace, and walks the newcomer's path with them. It publishes nothing; RELEASING.md says
//! how that is done.

use std::fs;

use crate::command::Result;
use crate::newcomer;
use crate::packages::{CRATES, Packages};
use crate::shell::{root, run as execute};

pub(crate) fn run(arguments: &[String]) -> Result {
    if arguments != ["--dry-run"] {
        return Err(
            "only `release --dry-run` is a command; RELEASING.md says how to publish".to_owned()
        );
    }
    let packages = Packages::make()?;
    let version = packages.version();
    let changelog = fs::read_to_string(root().join("CHANGELOG.md"))
        .map_err(|error| format!("CHANGELOG.md: {error}"))?;
    if !tells_of(&changelog, version) {
        return Err(format!("CHANGELOG.md says nothing of {version}"));
    }
    for name in CRATES {
        eprintln!("\n    {name} {version} alone");
        let folder = packages.folder(name);
        execute(&mut packages.cargo_in(&folder, "test --all-features --quiet"))?;
    }
    newcomer::walk(&packages)?;
    for name in CRATES {
        println!("{name} {version}");
    }
    Ok(())
}

/// Returns whether a changelog has a section of this version, or of what is not released, that says something.
fn tells_of(changelog: &str, version: &str) -> bool {
    let mut lines = changelog.lines();
    let is_section =
        |line: &str| line == "## Unreleased" || line.starts_with(&format!("## {version}"));
    lines.any(is_section)
        && lines.take_while(|line| !line.starts_with("## ")).any(|line| line.starts_with("- "))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_changelog_tells_of_a_version_by_a_section_that_says_something() {
        for (changelog, tells) in [
            ("# Changelog\n\n## 1.2.3\n\n- It is new.\n", true),
            ("## 1.2.3 (2026-12-01)\n\n### Clients\n\n- It is new.\n", true),
            ("## Unreleased\n\n- It is new.\n", true),
            ("## 1.2.3\n\n## 1.2.2\n\n- It was new.\n", false),
            ("## 1.2.2\n\n- It was new.\n", false),
            ("", false),
        ] {
            assert_eq!(tells_of(changelog, "1.2.3"), tells, "{changelog:?}");
        }
    }
}
