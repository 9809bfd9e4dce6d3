//! What every command is given and leaves.

/// What a command leaves: nothing, or why it failed.
pub(crate) type Result<T = ()> = std::result::Result<T, String>;

/// Fails unless a command that takes no arguments was given none.
pub(crate) fn nothing(arguments: &[String]) -> Result {
    match arguments.first() {
        None => Ok(()),
        Some(word) => Err(format!("{word:?} means nothing here")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_superfluous_word_is_an_error() {
        assert!(nothing(&[]).is_ok());
        assert!(nothing(&["fast".to_owned()]).is_err());
    }
}
