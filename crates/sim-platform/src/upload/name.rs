//! The names and the content that the server takes.

use sim_core::{Error, Result};

/// The longest name, in characters.
const LONGEST: usize = 255;

/// Refuses a name that the server would refuse, before anything is sent.
pub(crate) fn check_name(name: &str) -> Result<()> {
    let why = if name.trim().is_empty() || matches!(name, "." | "..") {
        "a file needs a name"
    } else if name.chars().nth(LONGEST).is_some() {
        "the name of a file must have at most 255 characters"
    } else if name.contains('/') {
        "the name of a file must not have a path separator; a folder is set apart from it"
    } else if name.contains(char::is_control) {
        "the name of a file must not have control characters"
    } else {
        return Ok(());
    };
    Err(Error::request(why))
}

/// Refuses content of which nothing can be made.
pub(crate) fn check_content(size: u64) -> Result<()> {
    if size > 0 { Ok(()) } else { Err(Error::request("there are no bytes to upload")) }
}

#[cfg(test)]
mod tests {
    use super::check_name;

    #[test]
    fn a_name_that_the_server_would_not_take_is_refused() {
        let (longest, longer) = ("ä".repeat(255), "ä".repeat(256));
        for good in ["a.txt", "a;b%\"c'.txt", "日本.pdf", ".hidden", "a b", &longest] {
            assert!(check_name(good).is_ok(), "{good:?}");
        }
        for bad in ["", "  ", ".", "..", "a/b", "/", "a\0b", "a\nb", &longer] {
            assert!(check_name(bad).is_err(), "{bad:?}");
        }
    }
}
