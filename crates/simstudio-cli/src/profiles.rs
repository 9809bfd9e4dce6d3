//! The two files with the profiles, as the official program keeps them: read, and changed without touching what else
//! stands in them.

use std::env;
use std::fs;
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};

use crate::failure::Outcome;

/// The profile of a user who chose none.
pub(crate) const DEFAULT: &str = "default";

/// One of the files, line by line.
#[derive(Debug)]
pub(crate) struct Ini {
    path: PathBuf,
    lines: Vec<String>,
    is_secret: bool,
}

/// Returns the file `config`.
pub(crate) fn config() -> Outcome<Ini> {
    Ini::read(place("SIM_CONFIG_FILE", "config")?, false)
}

/// Returns the file `credentials`.
pub(crate) fn credentials() -> Outcome<Ini> {
    Ini::read(place("SIM_CREDENTIALS_FILE", "credentials")?, true)
}

/// Returns the section of `config` that a profile has.
pub(crate) fn section(profile: &str) -> String {
    if profile == DEFAULT { profile.to_owned() } else { format!("profile {profile}") }
}

/// Checks a name that is to be given to a profile.
pub(crate) fn check_name(name: &str) -> Outcome<()> {
    let is_good = name.starts_with(|c: char| c.is_ascii_alphanumeric())
        && name.chars().all(|c| c.is_ascii_alphanumeric() || "._-".contains(c));
    if is_good { Ok(()) } else { Err(format!("{name:?} cannot name a profile").into()) }
}

fn place(own: &str, name: &str) -> Outcome<PathBuf> {
    let set = |name| env::var_os(name).filter(|value| !value.is_empty()).map(PathBuf::from);
    if let Some(path) = set(own) {
        return Ok(path);
    }
    let folder = set("SIM_CONFIG_DIR");
    let home = || set("HOME").or_else(|| set("USERPROFILE")).map(|home| home.join(".sim"));
    let folder = folder.or_else(home).ok_or("there is no home directory; set SIM_CONFIG_DIR")?;
    Ok(folder.join(name))
}

impl Ini {
    fn read(path: PathBuf, is_secret: bool) -> Outcome<Self> {
        let text = match fs::read_to_string(&path) {
            Err(why) if why.kind() == io::ErrorKind::NotFound => String::new(),
            other => other.map_err(|why| format!("{}: {why}", path.display()))?,
        };
        let lines = text.trim_start_matches('\u{feff}').lines().map(str::to_owned).collect();
        Ok(Self { path, lines, is_secret })
    }

    /// Returns the names of all sections, each once.
    pub(crate) fn sections(&self) -> Vec<&str> {
        let mut names: Vec<_> = self.lines.iter().filter_map(|line| heading(line)).collect();
        let mut seen = std::collections::HashSet::new();
        names.retain(|name| seen.insert(*name));
        names
    }

    /// Returns a value. The first section of a name counts, the last line of a key, and an empty value is none.
    pub(crate) fn value(&self, section: &str, key: &str) -> Option<&str> {
        let (from, to) = self.bounds(section)?;
        let pairs = self.lines[from..to].iter().filter_map(|line| pair(line));
        let found = pairs.rev().find(|(name, _)| *name == key);
        found.map(|(_, value)| value).filter(|value| !value.is_empty())
    }

    /// Sets a value, or removes it with `None`. All other lines stay.
    pub(crate) fn set(&mut self, section: &str, key: &str, value: Option<&str>) {
        let is_key = |line: &String| pair(line).is_some_and(|(name, _)| name == key);
        let (from, to) = match (self.bounds(section), value) {
            (Some(bounds), _) => bounds,
            (None, None) => return,
            (None, Some(_)) => {
                if self.lines.last().is_some_and(|line| !line.trim().is_empty()) {
                    self.lines.push(String::new());
                }
                self.lines.push(format!("[{section}]"));
                (self.lines.len(), self.lines.len())
            }
        };
        let mut kept: Vec<_> = self.lines.drain(from..to).collect();
        let at = kept.iter().position(is_key);
        kept.retain(|line| !is_key(line));
        if let Some(value) = value {
            let end = kept.iter().rposition(|line| !line.trim().is_empty()).map_or(0, |at| at + 1);
            kept.insert(at.unwrap_or(end).min(kept.len()), format!("{key} = {value}"));
        }
        self.lines.splice(from..from, kept);
    }

    /// Writes the file: whole or not at all, and readable for nobody else if it holds keys.
    pub(crate) fn write(&self) -> Outcome<()> {
        let folder = self.path.parent().unwrap_or(Path::new("."));
        let failed = |why: io::Error| format!("{}: {why}", self.path.display());
        make_folder(folder).map_err(failed)?;
        let mut name = self.path.file_name().unwrap_or_default().to_owned();
        name.push(format!(".{}", std::process::id()));
        let fresh = folder.join(name);
        let mut text = self.lines.join("\n");
        text.push('\n');
        let written = open(&fresh, self.is_secret).and_then(|mut file| {
            file.write_all(text.as_bytes())?;
            file.sync_all()
        });
        // A link to the file stays a link.
        let path = fs::canonicalize(&self.path).unwrap_or_else(|_| self.path.clone());
        let done = written.and_then(|()| fs::rename(&fresh, path));
        if done.is_err() {
            let _ = fs::remove_file(&fresh);
        }
        Ok(done.map_err(failed)?)
    }

    /// Returns the lines of the first section of this name.
    fn bounds(&self, section: &str) -> Option<(usize, usize)> {
        let from = self.lines.iter().position(|line| heading(line) == Some(section))? + 1;
        let length = self.lines[from..].iter().position(|line| heading(line).is_some());
        Some((from, length.map_or(self.lines.len(), |length| from + length)))
    }
}

fn heading(line: &str) -> Option<&str> {
    line.trim().strip_prefix('[')?.strip_suffix(']').map(str::trim)
}

fn pair(line: &str) -> Option<(&str, &str)> {
    let line = line.trim();
    let (key, value) = line.split_once('=').filter(|_| !line.starts_with(['#', ';']))?;
    Some((key.trim(), value.trim()))
}

#[cfg(unix)]
fn make_folder(folder: &Path) -> io::Result<()> {
    use std::os::unix::fs::DirBuilderExt as _;
    fs::DirBuilder::new().recursive(true).mode(0o700).create(folder)
}

#[cfg(not(unix))]
fn make_folder(folder: &Path) -> io::Result<()> {
    fs::create_dir_all(folder)
}

#[cfg(unix)]
fn open(path: &Path, is_secret: bool) -> io::Result<fs::File> {
    use std::os::unix::fs::OpenOptionsExt as _;
    let mode = if is_secret { 0o600 } else { 0o644 };
    fs::OpenOptions::new().write(true).create_new(true).mode(mode).open(path)
}

#[cfg(not(unix))]
fn open(path: &Path, _is_secret: bool) -> io::Result<fs::File> {
    fs::OpenOptions::new().write(true).create_new(true).open(path)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ini(text: &str) -> Ini {
        Ini {
            path: PathBuf::new(),
            lines: text.lines().map(str::to_owned).collect(),
            is_secret: false,
        }
    }

    #[test]
    fn all_else_survives_a_change() {
        let mut file =
            ini("# mine\n[default]\nendpoint = a\nodd = 1\n\n[profile b]\nworkspace = w");
        file.set("default", "endpoint", Some("c"));
        file.set("default", "output", Some("json"));
        file.set("profile b", "workspace", None);
        file.set("profile new", "endpoint", Some("d"));
        let expected = "# mine\n[default]\nendpoint = c\nodd = 1\noutput = json\n\n[profile b]\n\n\
                        [profile new]\nendpoint = d";
        assert_eq!(file.lines.join("\n"), expected);
    }

    #[test]
    fn the_first_section_and_the_last_line_count() {
        let file = ini("[a]\nk = 1\nk = \"2\" # y\n; k = 3\n[a]\nk = 4\n[b]\nk =");
        assert_eq!(file.value("a", "k"), Some("\"2\" # y"));
        assert_eq!(file.value("b", "k"), None);
        assert_eq!(file.sections(), ["a", "b"]);
    }
}
