//! The macros that declare ids and open vocabularies, one rule each.

/// Declares an id: a string of its own type, so that two ids cannot be swapped.
#[macro_export]
macro_rules! id {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
        pub struct $name(std::sync::Arc<str>);

        impl $name {
            /// Wraps any text. Building a request checks whether the id can be sent.
            pub fn new(id: impl Into<String>) -> Self {
                Self(id.into().into())
            }

            /// Returns the id as the API knows it.
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl std::fmt::Debug for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                self.0.fmt(f)
            }
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str(&self.0)
            }
        }

        impl AsRef<str> for $name {
            fn as_ref(&self) -> &str {
                &self.0
            }
        }

        /// Lets a map that is keyed by ids be asked with text.
        impl std::borrow::Borrow<str> for $name {
            fn borrow(&self) -> &str {
                &self.0
            }
        }

        impl std::str::FromStr for $name {
            type Err = std::convert::Infallible;

            fn from_str(id: &str) -> Result<Self, Self::Err> {
                Ok(Self::new(id))
            }
        }

        impl PartialEq<str> for $name {
            fn eq(&self, id: &str) -> bool {
                *self.0 == *id
            }
        }

        impl PartialEq<&str> for $name {
            fn eq(&self, id: &&str) -> bool {
                *self.0 == **id
            }
        }

        impl PartialEq<$name> for str {
            fn eq(&self, id: &$name) -> bool {
                *self == *id.0
            }
        }

        impl PartialEq<$name> for &str {
            fn eq(&self, id: &$name) -> bool {
                **self == *id.0
            }
        }

        impl From<&str> for $name {
            fn from(id: &str) -> Self {
                Self(id.into())
            }
        }

        impl From<String> for $name {
            fn from(id: String) -> Self {
                Self(id.into())
            }
        }

        impl From<&String> for $name {
            fn from(id: &String) -> Self {
                Self(id.as_str().into())
            }
        }

        impl From<&$name> for $name {
            fn from(id: &$name) -> Self {
                id.clone()
            }
        }

        impl From<$name> for String {
            fn from(id: $name) -> Self {
                id.0.as_ref().to_owned()
            }
        }

        impl $crate::__private::serde::Serialize for $name {
            fn serialize<S: $crate::__private::serde::Serializer>(
                &self,
                serializer: S,
            ) -> Result<S::Ok, S::Error> {
                serializer.serialize_str(&self.0)
            }
        }

        impl<'de> $crate::__private::serde::Deserialize<'de> for $name {
            fn deserialize<D: $crate::__private::serde::Deserializer<'de>>(
                deserializer: D,
            ) -> Result<Self, D::Error> {
                <String as $crate::__private::serde::Deserialize>::deserialize(deserializer).map(Self::new)
            }
        }

        impl $crate::__private::Param for $name {
            fn text(&self) -> std::borrow::Cow<'_, str> {
                std::borrow::Cow::Borrowed(&self.0)
            }
        }
    };
}

/// Declares a vocabulary that the server may extend. `Other` keeps a word that has no variant.
#[macro_export]
macro_rules! open_enum {
    ($(#[$doc:meta])* $name:ident {
        $($(#[$variant_doc:meta])* $variant:ident = $word:literal $(| $alias:literal)*,)+
    }) => {
        $(#[$doc])*
        #[derive(Debug, Clone, PartialEq, Eq, Hash)]
        #[non_exhaustive]
        pub enum $name {
            $($(#[$variant_doc])* $variant,)+
            /// A word that this version does not know, as the server sent it.
            Other(String),
        }

        impl $name {
            /// Returns the word as the API spells it.
            pub fn as_str(&self) -> &str {
                match self {
                    $(Self::$variant => $word,)+
                    Self::Other(word) => word,
                }
            }
        }

        impl From<&str> for $name {
            fn from(word: &str) -> Self {
                match word {
                    $($word $(| $alias)* => Self::$variant,)+
                    other => Self::Other(other.to_owned()),
                }
            }
        }

        impl From<String> for $name {
            fn from(word: String) -> Self {
                Self::from(word.as_str())
            }
        }

        impl std::str::FromStr for $name {
            type Err = std::convert::Infallible;

            fn from_str(word: &str) -> Result<Self, Self::Err> {
                Ok(Self::from(word))
            }
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str(self.as_str())
            }
        }

        impl $crate::__private::Param for $name {
            const WORDS: &'static [&'static str] = &[$($word),+];

            fn text(&self) -> std::borrow::Cow<'_, str> {
                std::borrow::Cow::Borrowed(self.as_str())
            }
        }

        impl $crate::__private::serde::Serialize for $name {
            fn serialize<S: $crate::__private::serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.serialize_str(self.as_str())
            }
        }

        impl<'de> $crate::__private::serde::Deserialize<'de> for $name {
            fn deserialize<D: $crate::__private::serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                let word = <std::borrow::Cow<'de, str> as $crate::__private::serde::Deserialize>::deserialize(deserializer)?;
                Ok(Self::from(&*word))
            }
        }
    };
}

/// Declares the type of a JSON object: what the API calls each field, and how to read it.
///
/// `as` names a reader that accepts any JSON, such as those of [`lenient`](crate::lenient). It gets `null` for a field that
/// is missing. A field without a reader must be of its type, and must be there unless its type is an `Option`. `|` adds a
/// name that other servers use. Whatever else the object has is skipped. The type derives `Serialize`, which writes it with
/// the same names.
///
/// ```
/// use jiff::Timestamp;
/// use serde::Serialize;
/// use sim_core::{RunId, lenient, object};
///
/// object! {
///     /// A run in a list.
///     #[derive(Debug, Clone, PartialEq, Serialize)]
///     #[non_exhaustive]
///     pub struct RunListItem {
///         /// The id of the run.
///         pub run_id: RunId = "runId",
///         /// When the run began; `None` if the server did not say.
///         pub started_at: Option<Timestamp> = "startedAt" as lenient::timestamp,
///     }
/// }
///
/// let item: RunListItem = serde_json::from_str(r#"{"runId": "r-1", "startedAt": false}"#)?;
/// assert_eq!((item.run_id.as_str(), item.started_at), ("r-1", None));
/// # Ok::<(), serde_json::Error>(())
/// ```
///
/// It stands in for `#[derive(Deserialize)]`, which takes the compiler several times as long. The type can be read from JSON
/// alone.
#[macro_export]
macro_rules! object {
    ($(#[$meta:meta])* $vis:vis struct $object:ident {
        $($(#[$field_meta:meta])* $field_vis:vis $field:ident: $type:ty = $name:literal $(| $alias:literal)* $(as $reader:path)?,)+
    }) => {
        $(#[$meta])*
        $vis struct $object {
            $($(#[$field_meta])* #[serde(rename = $name)] $field_vis $field: $type,)+
        }

        impl<'de> $crate::__private::serde::Deserialize<'de> for $object {
            fn deserialize<D: $crate::__private::serde::Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
                $crate::__private::object(from, |fields| {
                    Ok(Self { $($field: $crate::object!(@read fields [$name $(, $alias)*] $($reader)?),)+ })
                })
            }
        }
    };
    (@read $fields:ident $names:tt $reader:path) => {
        $reader(&mut $fields.json(&$names))?
    };
    (@read $fields:ident $names:tt) => {
        $fields.strict(&$names)?
    };
}
