//! The profiles of the official command-line client: how its two files are read. The files are read by the adapter.

use std::fmt;
use std::io;
use std::path::{Path, PathBuf};

use crate::error::{Error, Result};
use crate::primitives::WorkspaceId;

/// The settings of a profile of the official command-line client, `sim`. No text form shows the key.
#[derive(Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Profile {
    /// The name of the profile.
    pub name: String,
    /// The base URL, or `None` for the hosted service.
    pub endpoint: Option<String>,
    /// The workspace that the profile works in, or `None` if it names none.
    pub workspace: Option<WorkspaceId>,
    pub(crate) api_key: String,
}

/// The name of the profile that a user has without choosing one.
const DEFAULT: &str = "default";

/// The sections of a file that count, in their order: `(name, keys and values)`.
type Sections = Vec<(String, Vec<(String, String)>)>;

/// One of the two files, with the path that errors name.
struct Table {
    path: PathBuf,
    sections: Sections,
}

impl Profile {
    /// Reads a profile as the official client does, from the files `config` and `credentials` in `SIM_CONFIG_DIR`, or
    /// else in `.sim` of the home directory. `SIM_CONFIG_FILE` and `SIM_CREDENTIALS_FILE` each name one file instead.
    ///
    /// `variable` reads a variable of the environment, and `read` a file.
    ///
    /// # Errors
    /// If there is no such profile or it has no API key, if its `auth_profile` leads nowhere, or if a file or a variable
    /// cannot be read. The error names the profile and the file, and never the key.
    pub fn read<E: fmt::Display>(
        name: &str,
        variable: impl Fn(&str) -> Result<Option<String>, E>,
        read: impl Fn(&Path) -> io::Result<String>,
    ) -> Result<Self> {
        let set = |name: &str| match variable(name) {
            Ok(value) => Ok(value.filter(|value| !value.is_empty())),
            Err(why) => Err(Error::request(why.to_string())),
        };
        let table = |own: &str, file: &str| {
            let path = match set(own)? {
                Some(path) => PathBuf::from(path),
                None => folder(&set)?.join(file),
            };
            match read(&path) {
                Ok(text) => Ok(Table { sections: sections(&text), path }),
                Err(why) if why.kind() == io::ErrorKind::NotFound => {
                    Ok(Table { sections: Vec::new(), path })
                }
                Err(why) => Err(Error::request(format!("{}: {why}", path.display()))),
            }
        };
        let config = table("SIM_CONFIG_FILE", "config")?;
        let credentials = table("SIM_CREDENTIALS_FILE", "credentials")?;
        Self::of(name, &config, &credentials)
    }

    fn of(name: &str, config: &Table, credentials: &Table) -> Result<Self> {
        let failed = |why: &str| Err(Error::request(format!("the profile {name}: {why}")));
        let exists = |name: &str| config.has(&section(name)) || credentials.has(name);
        if !exists(name) {
            let (config, credentials) = (config.path.display(), credentials.path.display());
            return failed(&format!("it is neither in {config} nor in {credentials}"));
        }
        let own = |key: &str| config.value(&section(name), key);
        let source = match config.raw(&section(name), "auth_profile") {
            None => name,
            Some("") => return failed("its auth_profile is empty"),
            Some(other) if other == name => return failed("its auth_profile is itself"),
            Some(other) if !exists(other) => {
                return failed(&format!("its auth_profile {other} does not exist"));
            }
            Some(other) if config.raw(&section(other), "auth_profile").is_some() => {
                return failed(&format!("its auth_profile {other} has an auth_profile itself"));
            }
            Some(_)
                if own("endpoint").is_some() || credentials.value(name, "api_key").is_some() =>
            {
                return failed("it has an auth_profile beside an endpoint or a key of its own");
            }
            Some(other) => other,
        };
        let Some(api_key) = credentials.value(source, "api_key") else {
            let file = credentials.path.display();
            return match credentials.value(source, "access_token") {
                Some(_) => failed(&format!(
                    "its credentials in {file} are an OAuth login, which only the official client can use; log in with \
                     an API key"
                )),
                None => failed(&format!("it has no api_key in {file}")),
            };
        };
        Ok(Self {
            name: name.to_owned(),
            endpoint: config.value(&section(source), "endpoint").map(str::to_owned),
            workspace: own("workspace").map(WorkspaceId::from),
            api_key: api_key.to_owned(),
        })
    }
}

/// Returns the folder of the two files.
fn folder(set: &impl Fn(&str) -> Result<Option<String>>) -> Result<PathBuf> {
    if let Some(folder) = set("SIM_CONFIG_DIR")? {
        return Ok(folder.into());
    }
    for home in ["HOME", "USERPROFILE"] {
        if let Some(home) = set(home)? {
            return Ok(Path::new(&home).join(".sim"));
        }
    }
    Err(Error::request("there is no home directory with the profiles; set SIM_CONFIG_DIR"))
}

/// Returns the section of `config` that a profile has.
fn section(name: &str) -> String {
    if name == DEFAULT { name.to_owned() } else { format!("profile {name}") }
}

/// Reads the lines `key = value` of each section. Quotes, escapes and trailing comments have no meaning.
fn sections(text: &str) -> Sections {
    let mut sections: Sections = Vec::new();
    for line in text.trim_start_matches('\u{feff}').lines().map(str::trim) {
        if line.starts_with(['#', ';']) {
            continue;
        }
        if let Some(name) = line.strip_prefix('[').and_then(|line| line.strip_suffix(']')) {
            sections.push((name.trim().to_owned(), Vec::new()));
        } else if let (Some((key, value)), Some((_, pairs))) =
            (line.split_once('='), sections.last_mut())
        {
            pairs.push((key.trim().to_owned(), value.trim().to_owned()));
        }
    }
    sections
}

impl Table {
    fn has(&self, section: &str) -> bool {
        self.sections.iter().any(|(name, _)| name == section)
    }

    /// Returns a value even if it is empty. The first section of a name counts, and the last of several values.
    fn raw(&self, section: &str, key: &str) -> Option<&str> {
        let (_, pairs) = self.sections.iter().find(|(name, _)| name == section)?;
        pairs.iter().rev().find(|(name, _)| name == key).map(|(_, value)| &**value)
    }

    fn value(&self, section: &str, key: &str) -> Option<&str> {
        self.raw(section, key).filter(|value| !value.is_empty())
    }
}

impl fmt::Debug for Profile {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Profile")
            .field("name", &self.name)
            .field("endpoint", &self.endpoint)
            .field("workspace", &self.workspace)
            .finish_non_exhaustive()
    }
}
