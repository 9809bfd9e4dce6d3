//! Reads one variable of the environment.

use std::ffi::OsString;

/// Reads a variable of this process. It is the lookup that programs use; tests pass one of their own.
pub fn of_process(name: &str) -> Option<OsString> {
    std::env::var_os(name)
}

/// Reads a setting from a variable of this process; see [`read`].
///
/// # Errors
/// As [`read`].
pub fn get(name: &str) -> Result<Option<String>, VariableError> {
    read(name, of_process)
}

/// Reads a setting from a variable: without the spaces around it, or `None` if the variable is unset or empty.
///
/// ```
/// use sim_net::variable;
///
/// let lookup = |name: &str| (name == "SERVER").then(|| "https://sim.example\n".into());
/// assert_eq!(variable::read("SERVER", lookup).unwrap().as_deref(), Some("https://sim.example"));
/// assert_eq!(variable::read("OTHER", lookup).unwrap(), None);
/// ```
///
/// # Errors
/// If the value is not UTF-8, or has a newline or another control character inside. The error names the variable
/// and does not show the value, which may be a secret.
pub fn read(
    name: &str,
    lookup: impl Fn(&str) -> Option<OsString>,
) -> Result<Option<String>, VariableError> {
    let Some(value) = lookup(name) else { return Ok(None) };
    let value = value.into_string().map_err(|_| VariableError::new(name, "it is not UTF-8"))?;
    let value = value.trim();
    if value.chars().any(char::is_control) {
        return Err(VariableError::new(name, CONTROL));
    }
    Ok((!value.is_empty()).then(|| value.to_owned()))
}

/// A variable of the environment that cannot be used. It names the variable and never shows its value.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("the environment variable {name} cannot be used: {reason}")]
pub struct VariableError {
    name: String,
    reason: String,
}

impl VariableError {
    /// Makes an error for a variable whose value is no good for `reason`, which must not repeat the value.
    pub fn new(name: impl Into<String>, reason: impl Into<String>) -> Self {
        Self { name: name.into(), reason: reason.into() }
    }

    /// Returns the name of the variable.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Returns what is wrong with the value, without the value.
    pub fn reason(&self) -> &str {
        &self.reason
    }
}

const CONTROL: &str = "it has a newline or another control character inside";

#[cfg(test)]
mod tests {
    use super::*;

    fn reads(value: &str) -> Result<Option<String>, VariableError> {
        read("NAME", |name| (name == "NAME").then(|| value.into()))
    }

    #[test]
    fn spaces_and_newlines_around_a_value_are_no_part_of_it() {
        for (value, meant) in [
            ("https://sim.example", "https://sim.example"),
            ("https://sim.example\n", "https://sim.example"),
            (" \thttps://sim.example\r\n", "https://sim.example"),
            ("two words", "two words"),
            ("Grüße", "Grüße"),
        ] {
            assert_eq!(reads(value), Ok(Some(meant.to_owned())), "{value:?}");
        }
    }

    #[test]
    fn an_empty_variable_counts_as_unset() {
        for value in ["", " ", "\n", "\t \r\n"] {
            assert_eq!(reads(value), Ok(None), "{value:?}");
        }
        assert_eq!(read("NAME", |_| None), Ok(None));
    }

    #[test]
    fn a_control_character_inside_is_an_error_that_names_the_variable_and_hides_the_value() {
        for value in ["secret\nsecret", "secret\r\nHost: x", "secret\u{0}x", "secret\u{7f}x"] {
            let error = reads(value).expect_err(value);
            assert_eq!(error.name(), "NAME");
            let text = format!("{error} {error:?}");
            assert!(text.contains("NAME") && text.contains("newline"), "{text}");
            assert!(!text.contains("secret"), "{text}");
        }
    }

    #[cfg(unix)]
    #[test]
    fn a_value_that_is_not_utf8_is_an_error_that_names_the_variable() {
        use std::os::unix::ffi::OsStringExt as _;

        let error = read("NAME", |_| Some(OsString::from_vec(b"http://\xff".to_vec())));
        let error = error.expect_err("it is not UTF-8");
        assert_eq!((error.name(), error.reason()), ("NAME", "it is not UTF-8"));
    }

    #[test]
    fn the_process_is_one_environment_of_many() {
        let expected = std::env::var_os("PATH");
        assert_eq!(of_process("PATH"), expected);
    }
}
