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

        impl $crate::param::Param for $name {
            fn text(&self) -> std::borrow::Cow<'_, str> {
                std::borrow::Cow::Borrowed(&self.0)
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

        impl $crate::param::Param for $name {
            const WORDS: &'static [&'static str] = &[$($word),+];

            fn text(&self) -> std::borrow::Cow<'_, str> {
                std::borrow::Cow::Borrowed(self.as_str())
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

/// Declares an endpoint that is all data: parameters in, one JSON document out.
///
/// ```text
/// Name: METHOD "/path/{field}" => Output,        the whole document; `{data: Output}` is its `data` alone
/// reference "folder" operationId,                its page in the API reference
/// path { field: Type }, query { field: Type = "wireName" }, body { .. },    what `new` takes
/// query? { .. }, body? { .. },                   what may be left out: a setter each
/// null? { field | clear_field: Type = "wireName" },   a part of the body that may also be `null`
/// repeat Write, paged 100                        where the method misleads; pages, of 100 at most
/// ```
///
/// The path's parameters are fields, so a misspelt one does not compile. `new` and the setters take whatever
/// becomes the type; a number therefore needs a type of its own.
macro_rules! endpoint {
    (
        $(#[$doc:meta])*
        $name:ident: $method:ident $path:literal => $({data: $data:ty})? $($output:ty)?
        $(, reference $folder:literal $operation:ident)?
        $(, path { $($segment:ident: $segment_type:ty),+ $(,)? })?
        $(, query { $($query:ident: $query_type:ty = $query_name:literal),+ $(,)? })?
        $(, query? { $(
            $(#[$option_doc:meta])* $option:ident: $option_type:ty = $option_name:literal
        ),+ $(,)? })?
        $(, body { $($part:ident: $part_type:ty = $part_name:literal),+ $(,)? })?
        $(, body? { $(
            $(#[$extra_doc:meta])* $extra:ident: $extra_type:ty = $extra_name:literal
        ),+ $(,)? })?
        $(, null? { $(
            $(#[$change_doc:meta])* $change:ident | $clear:ident: $change_type:ty = $change_name:literal
        ),+ $(,)? })?
        $(, repeat $repeat:ident)?
        $(, paged $most:literal)?
        $(,)?
    ) => {
        $(#[$doc])*
        $(
            #[doc = concat!(
                "\n\n`", stringify!($method), " ", $path, "`: [`", stringify!($operation), "`](",
                "https://docs.sim.ai/api-reference/", $folder, "/", stringify!($operation), ")."
            )]
        )?
        #[derive(Debug, Clone)]
        #[must_use]
        pub struct $name {
            $($($segment: $segment_type,)+)?
            $($($query: $query_type,)+)?
            $($($option: Option<$option_type>,)+)?
            $($($part: $part_type,)+)?
            $($($extra: Option<$extra_type>,)+)?
            $($($change: $crate::param::Change<$change_type>,)+)?
            $(page: $crate::page::Window<$most>,)?
        }

        impl $name {
            /// The method and the path, as the API reference writes them.
            pub const ROUTE: $crate::Route = $crate::Route { method: http::Method::$method, path: $path };

            #[doc(hidden)]
            pub const DECLARATION: $crate::declaration::Declaration = $crate::declaration::Declaration {
                name: stringify!($name),
                operation: concat!($(stringify!($operation))?),
                method: stringify!($method),
                path: $path,
                query: &[
                    $($($crate::declaration::Parameter::of::<$query_type>($query_name),)+)?
                    $($($crate::declaration::Parameter::of::<$option_type>($option_name).optional(),)+)?
                    $($crate::page::Window::<$most>::LIMIT, $crate::page::Window::<$most>::CURSOR,)?
                ],
                headers: &[],
                body: &[
                    $($($crate::declaration::Parameter::of::<$part_type>($part_name),)+)?
                    $($($crate::declaration::Parameter::of::<$extra_type>($extra_name).optional(),)+)?
                    $($($crate::declaration::Parameter::of::<$change_type>($change_name).nullable(),)+)?
                ],
            };

            /// The request with everything that it must name.
            #[allow(clippy::new_without_default)]
            pub fn new(
                $($($segment: impl Into<$segment_type>,)+)?
                $($($query: impl Into<$query_type>,)+)?
                $($($part: impl Into<$part_type>,)+)?
            ) -> Self {
                Self {
                    $($($segment: $segment.into(),)+)?
                    $($($query: $query.into(),)+)?
                    $($($option: None,)+)?
                    $($($part: $part.into(),)+)?
                    $($($extra: None,)+)?
                    $($($change: $crate::param::Change::Keep,)+)?
                    $(page: $crate::page::Window::<$most>::FIRST,)?
                }
            }

            $($(
                $(#[$option_doc])*
                pub fn $option(mut self, $option: impl Into<$option_type>) -> Self {
                    self.$option = Some($option.into());
                    self
                }
            )+)?

            $($(
                $(#[$extra_doc])*
                pub fn $extra(mut self, $extra: impl Into<$extra_type>) -> Self {
                    self.$extra = Some($extra.into());
                    self
                }
            )+)?

            $($(
                $(#[$change_doc])*
                pub fn $change(mut self, $change: impl Into<$change_type>) -> Self {
                    self.$change = $crate::param::Change::Set($change.into());
                    self
                }

                #[doc = concat!("Takes away what [`", stringify!($change), "`](Self::", stringify!($change), ") sets.")]
                pub fn $clear(mut self) -> Self {
                    self.$change = $crate::param::Change::Clear;
                    self
                }
            )+)?

            $(
                #[doc = concat!("How many a page holds at most: 1 to ", $most, ".")]
                pub fn limit(mut self, limit: u32) -> Self {
                    self.page.limit = Some(limit);
                    self
                }

                /// Begins with the page that `cursor` stands for. But for the limit, the request must be the one
                /// that the cursor was given for.
                pub fn cursor(mut self, cursor: impl Into<$crate::Cursor>) -> Self {
                    self.page.cursor = Some(cursor.into());
                    self
                }
            )?
        }

        impl $crate::Operation for $name {
            fn route(&self) -> $crate::Route {
                Self::ROUTE
            }

            fn path(&self) -> $crate::Result<String> {
                Ok(format!($path $($(
                    , $segment = $crate::id::encode(stringify!($segment), &$crate::param::Param::text(&self.$segment))?
                )+)?))
            }

            fn query(&self) -> $crate::Result<String> {
                #[allow(unused_mut)]
                let mut query = $crate::param::Query::default();
                $($(query.add($query_name, Some(&self.$query));)+)?
                $($(query.add($option_name, self.$option.as_ref());)+)?
                $($crate::page::Window::<$most>::add(&self.page, &mut query);)?
                Ok(query.finish())
            }

            fn body(&self) -> $crate::Result<Option<bytes::Bytes>> {
                #[allow(unused_mut)]
                let mut body = $crate::param::Body::default();
                $($(body.add($part_name, Some(&self.$part))?;)+)?
                $($(body.add($extra_name, self.$extra.as_ref())?;)+)?
                $($(body.change($change_name, &self.$change)?;)+)?
                Ok(body.finish())
            }

            $(fn repeat(&self) -> $crate::Repeat {
                $crate::Repeat::$repeat
            })?
        }

        impl $crate::Endpoint for $name {
            type Output = $($data)? $($output)?;

            fn decode(&self, answer: &$crate::Answer) -> $crate::Result<Self::Output> {
                $(answer.data::<$data>())?
                $(answer.json::<$output>())?
            }
        }

        $(impl $crate::Paginated for $name {
            type Item = <<Self as $crate::Endpoint>::Output as IntoIterator>::Item;

            fn after(mut self, cursor: $crate::Cursor) -> Self {
                let page: &mut $crate::page::Window<$most> = &mut self.page;
                page.cursor = Some(cursor);
                self
            }
        })?
    };
}

pub(crate) use {endpoint, id, open_enum};
