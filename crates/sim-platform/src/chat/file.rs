//! A file beside a message.

use std::fmt;

use base64::display::Base64Display;
use base64::engine::general_purpose::STANDARD;
use bytes::Bytes;
use serde::ser::SerializeStruct as _;
use serde::{Serialize, Serializer};
use sim_core::{Error, Result};

/// The longest data URL that the server takes, in characters.
const LONGEST: usize = 14 * 1024 * 1024;

/// A file that is sent with a message. The workflow finds it in the field `files` of its input.
#[derive(Clone, PartialEq, Eq)]
pub struct ChatFile {
    name: String,
    mime: String,
    content: Bytes,
}

impl ChatFile {
    /// Creates a file with its content, of about 10 MiB at most. If `name` is a path, only its last part is sent.
    pub fn new(name: impl AsRef<str>, mime: impl Into<String>, content: impl Into<Bytes>) -> Self {
        let name = name.as_ref();
        let name = name.rsplit(['/', '\\']).next().unwrap_or(name).to_owned();
        Self { name, mime: mime.into(), content: content.into() }
    }

    pub(super) fn check(&self) -> Result<()> {
        let length = "data:;base64,".len() + self.mime.len() + self.content.len().div_ceil(3) * 4;
        if length > LONGEST {
            return Err(Error::request("a file of a chat has at most 14 MiB in base64"));
        }
        Ok(())
    }
}

impl Serialize for ChatFile {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut file = serializer.serialize_struct("ChatFile", 4)?;
        file.serialize_field("name", &self.name)?;
        file.serialize_field("type", &self.mime)?;
        file.serialize_field("size", &self.content.len())?;
        file.serialize_field("data", &DataUrl(self))?;
        file.end()
    }
}

/// The content as a data URL. The server drops in silence what is none.
struct DataUrl<'a>(&'a ChatFile);

impl Serialize for DataUrl<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let Self(file) = self;
        let base64 = Base64Display::new(&file.content, &STANDARD);
        serializer.collect_str(&format_args!("data:{};base64,{base64}", file.mime))
    }
}

/// Shows no content.
impl fmt::Debug for ChatFile {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ChatFile")
            .field("name", &self.name)
            .field("mime", &self.mime)
            .field("bytes", &self.content.len())
            .finish()
    }
}
