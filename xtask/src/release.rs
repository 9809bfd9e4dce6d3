//! `cargo xtask release --dry-run`: packages every crate that is published, in the order of their dependencies, and
//! tests each package alone, outside the workspace. It publishes nothing; RELEASING.md says how that is done.

use std::fs;
use std::path::{Path, PathBuf};

use crate::command::Result;
use crate::manifest::{sections, text};
use crate::shell::{cargo, program, root, run as execute, target};

/// The crates that are published, each after those that it depends on.
const CRATES: [&str; 9] = [
    "sim-core",
    "sim-net",
    "sim-platform",
    "sim-mock",
    "sim-conformance",
    "sim-ureq",
    "sim-reqwest",
    "simstudio",
    "simstudio-cli",
];

pub(crate) fn run(arguments: &[String]) -> Result {
    if arguments != ["--dry-run"] {
        return Err(
            "only `release --dry-run` is a command; RELEASING.md says how to publish".to_owned()
        );
    }
    let version = version()?;
    let changelog = read(&root().join("CHANGELOG.md"))?;
    if !tells_of(&changelog, &version) {
        return Err(format!("CHANGELOG.md says nothing of {version}"));
    }
    let packages = CRATES.map(|name| format!(" -p {name}")).concat();
    // Each package is built and tested below, so Cargo need not build it here.
    execute(&mut cargo(&format!("package --locked --no-verify{packages}")))?;
    let place = target().join("package-tests");
    for name in CRATES {
        unpack(name, &version, &place)?;
    }
    for name in CRATES {
        eprintln!("\n    {name} {version} alone");
        test_alone(name, &version, &place)?;
    }
    for name in CRATES {
        println!("{name} {version}");
    }
    Ok(())
}

fn version() -> Result<String> {
    let manifest = read(&root().join("Cargo.toml"))?;
    let package = sections(&manifest, "[workspace.package]");
    let version = package.first().and_then(|lines| text(lines, "version"));
    version.map(str::to_owned).ok_or_else(|| "the workspace names no version".to_owned())
}

/// Returns whether a changelog has a section of this version, or of what is not released, that says something.
fn tells_of(changelog: &str, version: &str) -> bool {
    let mut lines = changelog.lines();
    let is_section =
        |line: &str| line == "## Unreleased" || line.starts_with(&format!("## {version}"));
    lines.any(is_section)
        && lines.take_while(|line| !line.starts_with("## ")).any(|line| line.starts_with("- "))
}

/// Unpacks the package of a crate.
fn unpack(name: &str, version: &str, place: &Path) -> Result {
    let folder = unpacked(name, version, place);
    if folder.exists() {
        fs::remove_dir_all(&folder).map_err(|error| format!("{}: {error}", folder.display()))?;
    }
    fs::create_dir_all(place).map_err(|error| format!("{}: {error}", place.display()))?;
    let package = target().join(format!("package/{name}-{version}.crate"));
    execute(program("tar").arg("xzf").arg(package).arg("-C").arg(place))
}

fn unpacked(name: &str, version: &str, place: &Path) -> PathBuf {
    place.join(format!("{name}-{version}"))
}

/// Tests a package outside the workspace. The packages that it depends on stand in for the registry's.
fn test_alone(name: &str, version: &str, place: &Path) -> Result {
    let mut test = cargo("test --all-features --quiet");
    for other in CRATES {
        let path = unpacked(other, version, place);
        test.arg("--config")
            .arg(format!("patch.crates-io.{other}.path={:?}", path.display().to_string()));
    }
    let folder = unpacked(name, version, place);
    execute(test.current_dir(folder).env("CARGO_TARGET_DIR", place.join("target")))
}

fn read(path: &Path) -> Result<String> {
    fs::read_to_string(path).map_err(|error| format!("{}: {error}", path.display()))
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

    #[test]
    fn every_crate_that_is_not_kept_back_is_released() {
        let folders = fs::read_dir(root().join("crates")).expect("the crates");
        let mut found: Vec<_> = folders
            .map(|folder| folder.expect("a folder").path().join("Cargo.toml"))
            .filter_map(|manifest| fs::read_to_string(manifest).ok())
            .filter(|manifest| !manifest.contains("publish = false"))
            .filter_map(|manifest| {
                let package = sections(&manifest, "[package]");
                Some(text(package.first()?, "name")?.to_owned())
            })
            .collect();
        found.sort();
        let mut released = CRATES.to_vec();
        released.sort_unstable();
        assert_eq!(found, released);
    }
}
