//! The packages of the crates that are published, unpacked outside the workspace, as a registry would hand them out.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::command::Result;
use crate::manifest::{sections, text};
use crate::shell::{cargo, program, root, run as execute, target};

/// The crates that are published, each after those that it depends on.
pub(crate) const CRATES: [&str; 9] = [
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

/// Packages of one version, unpacked.
pub(crate) struct Packages {
    version: String,
    place: PathBuf,
}

impl Packages {
    /// Packages every crate, and unpacks the packages. Nothing is compiled. What is not committed is an error.
    pub(crate) fn make() -> Result<Self> {
        let packages = Self { version: version()?, place: target().join("package-tests") };
        let names = CRATES.map(|name| format!(" -p {name}")).concat();
        execute(&mut cargo(&format!("package --locked --no-verify{names}")))?;
        for name in CRATES {
            packages.unpack(name)?;
        }
        Ok(packages)
    }

    pub(crate) fn version(&self) -> &str {
        &self.version
    }

    /// Returns the folder of a package.
    pub(crate) fn folder(&self, name: &str) -> PathBuf {
        self.place.join(format!("{name}-{}", self.version))
    }

    /// Returns the folder in which what stands outside of the workspace is built.
    pub(crate) fn builds(&self) -> PathBuf {
        self.place.join("target")
    }

    /// Returns a command of Cargo in a folder outside of the workspace. The packages stand in for the registry's.
    pub(crate) fn cargo_in(&self, folder: &Path, line: &str) -> Command {
        let mut command = cargo(line);
        for name in CRATES {
            let path = self.folder(name).display().to_string();
            command.arg("--config").arg(format!("patch.crates-io.{name}.path={path:?}"));
        }
        command.current_dir(folder).env("CARGO_TARGET_DIR", self.builds());
        command
    }

    fn unpack(&self, name: &str) -> Result {
        let folder = self.folder(name);
        if folder.exists() {
            fs::remove_dir_all(&folder)
                .map_err(|error| format!("{}: {error}", folder.display()))?;
        }
        let place = &self.place;
        fs::create_dir_all(place).map_err(|error| format!("{}: {error}", place.display()))?;
        let package = target().join(format!("package/{name}-{}.crate", self.version));
        execute(program("tar").arg("xzf").arg(package).arg("-C").arg(place))
    }
}

fn version() -> Result<String> {
    let path = root().join("Cargo.toml");
    let manifest =
        fs::read_to_string(&path).map_err(|error| format!("{}: {error}", path.display()))?;
    let package = sections(&manifest, "[workspace.package]");
    let version = package.first().and_then(|lines| text(lines, "version"));
    version.map(str::to_owned).ok_or_else(|| "the workspace names no version".to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

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
