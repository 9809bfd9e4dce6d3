//! A secret that requests carry and no text shows.

use std::fmt;

use http::HeaderValue;

/// A key or token that can be sent in a header. `Debug` does not show it.
///
/// Dropping it does not wipe the bytes: the transports hold copies that the SDK cannot reach.
#[derive(Clone, PartialEq, Eq)]
pub struct Secret(HeaderValue);

impl Secret {
    /// Checks that a secret can be sent as it is: not empty, visible ASCII, no spaces or line ends.
    ///
    /// # Errors
    /// Why it cannot be sent, as a phrase to follow the secret's name. The error never holds the secret.
    pub(crate) fn new(text: &str) -> Result<Self, &'static str> {
        match text.chars().find(|c| !c.is_ascii_graphic()) {
            _ if text.is_empty() => Err("is empty"),
            Some('\n' | '\r') => Err("contains a newline; trim it"),
            Some(c) if c.is_whitespace() => Err("contains white space; trim it"),
            Some(_) => Err("contains a character that is not visible ASCII"),
            None => {
                let Ok(mut value) = HeaderValue::from_str(text) else {
                    return Err("cannot be sent in a header");
                };
                value.set_sensitive(true);
                Ok(Self(value))
            }
        }
    }

    pub(crate) fn as_str(&self) -> &str {
        self.0.to_str().expect("it was made of visible ASCII")
    }

    /// Returns the value of the header that carries the secret.
    pub(crate) fn header(&self) -> &HeaderValue {
        &self.0
    }

    /// Returns the value of an `Authorization` header that carries the secret.
    pub(crate) fn as_bearer(&self) -> HeaderValue {
        let value = HeaderValue::from_str(&format!("Bearer {}", self.as_str()));
        let mut value = value.expect("a secret is visible ASCII");
        value.set_sensitive(true);
        value
    }

    /// Removes the secret from a text that a server sent.
    pub(crate) fn hide(&self, text: &mut String) {
        hide(self.as_str(), text);
    }
}

/// Removes `secret`, which is not empty, from a text that a server sent.
pub(crate) fn hide(secret: &str, text: &mut String) {
    if text.contains(secret) {
        *text = text.replace(secret, "***");
    }
    // If a long text was cut, the cut may have gone through the secret.
    if let Some(kept) = text.strip_suffix('…') {
        let mut starts = (4..secret.len()).rev().filter_map(|n| secret.get(..n));
        if let Some(cut) = starts.find(|start| kept.ends_with(*start)) {
            *text = format!("{}***…", &kept[..kept.len() - cut.len()]);
        }
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("***")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_part_of_a_password_stays_in_a_text_that_was_cut_through_it() {
        let hidden = |text: &str| {
            let mut text = text.to_owned();
            hide("grün-äpfel", &mut text);
            text
        };
        assert_eq!(hidden("wrong: grün-äpfel, grün-äpfel"), "wrong: ***, ***");
        for cut in ["grün-äpfe", "grün-ä", "grün", "grü"] {
            assert_eq!(hidden(&format!("wrong: {cut}…")), "wrong: ***…", "{cut}");
        }
        assert_eq!(hidden("wrong: grün-äpfe"), "wrong: grün-äpfe");
    }
}
