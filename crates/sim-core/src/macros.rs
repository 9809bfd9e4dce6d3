//! The macros that declare ids, vocabularies and endpoints, one rule each.

/// Declares an id: a string of its own type, so that two ids cannot be swapped.
macro_rules! id {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(Clone, PartialEq, Eq, Hash, PartialOrd, Ord, serde::Serialize, serde::Deserialize)]
        #[serde(transparent)]
        pub struct $name(String);

        impl $name {
            /// Takes any text: whether it can be sent is checked when a request is built.
            pub fn new(id: impl Into<String>) -> Self {
                Self(id.into())
            }

            /// The id as the API knows it.
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

        impl From<&str> for $name {
            fn from(id: &str) -> Self {
                Self(id.to_owned())
            }
        }

        impl From<String> for $name {
            fn from(id: String) -> Self {
                Self(id)
            }
        }

        impl From<&String> for $name {
            fn from(id: &String) -> Self {
                Self(id.clone())
            }
        }

        impl From<&$name> for $name {
            fn from(id: &$name) -> Self {
                id.clone()
            }
        }
    };
}

/// Declares a vocabulary that the server may extend: a word without a variant is kept in `Other`.
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
            /// The word as the API spells it.
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

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str(self.as_str())
            }
        }

        impl serde::Serialize for $name {
            fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.serialize_str(self.as_str())
            }
        }

        impl<'de> serde::Deserialize<'de> for $name {
            fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                let word = <std::borrow::Cow<'de, str>>::deserialize(deserializer)?;
                Ok(Self::from(&*word))
            }
        }
    };
}

/// Declares an endpoint whose request is its path and whose answer is one JSON document.
///
/// The path is written as the API reference writes it. Its parameters are the fields, so a misspelt
/// one does not compile.
macro_rules! endpoint {
    (
        $(#[$doc:meta])*
        $name:ident: $method:ident $path:literal => $output:ty
        $(, path { $($(#[$field_doc:meta])* $field:ident: $id:ty),+ $(,)? })?
        $(,)?
    ) => {
        $(#[$doc])*
        #[derive(Debug, Clone)]
        pub struct $name {
            $($($(#[$field_doc])* $field: $id,)+)?
        }

        impl $name {
            /// The method and the path, as the API reference writes them.
            pub const ROUTE: $crate::Route = $crate::Route { method: http::Method::$method, path: $path };

            /// The request with everything that it must name.
            #[allow(clippy::new_without_default)]
            pub fn new($($($field: impl Into<$id>),+)?) -> Self {
                Self { $($($field: $field.into()),+)? }
            }
        }

        impl $crate::Operation for $name {
            fn route(&self) -> $crate::Route {
                Self::ROUTE
            }

            fn path(&self) -> $crate::Result<String> {
                Ok(format!($path $($(, $field = $crate::id::encode(stringify!($field), self.$field.as_str())?)+)?))
            }
        }

        impl $crate::Endpoint for $name {
            type Output = $output;

            fn decode(&self, answer: &$crate::Answer) -> $crate::Result<$output> {
                answer.json()
            }
        }
    };
}

pub(crate) use {endpoint, id, open_enum};
