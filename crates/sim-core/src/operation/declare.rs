//! The macro that declares an endpoint from data alone.

/// Declares an endpoint from data alone: parameters in, one JSON document out.
///
/// ```text
/// Name: METHOD "/path/{field}" => Output,        the whole document; `{data: Output}` is its `data` alone
/// reference "folder" operationId,                its page in the API reference
/// path { field: Type }, query { field: Type = "wireName" }, body { .. },    what `new` takes
/// query? { .. }, body? { .. },                   what may be left out: a setter each
/// null? { field | clear_field: Type = "wireName" },   a part of the body that may also be `null`
/// idempotency Idempotent, paged 100                        where the method misleads; pages, of 100 at most
/// ```
///
/// The path's parameters are fields, so a misspelt one does not compile. `new` and the setters accept anything that
/// converts into the type. An integer literal does not convert into every number type, so a number needs a type of
/// its own.
#[macro_export]
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
        $(, idempotency $idempotency:ident)?
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
            $($($change: $crate::__private::Change<$change_type>,)+)?
            $(page: $crate::__private::Window<$most>,)?
            options: $crate::CallOptions,
        }

        impl $name {
            $crate::call_options!();
            $crate::output_options!();

            /// The method and path, as the API reference writes them.
            pub const ROUTE: $crate::operation::Route = $crate::operation::Route { method: $crate::http::Method::$method, path: $path };

            #[doc(hidden)]
            pub const DECLARATION: $crate::__private::Declaration = $crate::__private::Declaration {
                name: stringify!($name),
                operation: concat!($(stringify!($operation))?),
                method: stringify!($method),
                path: $path,
                query: &[
                    $($($crate::__private::Parameter::of::<$query_type>($query_name),)+)?
                    $($($crate::__private::Parameter::of::<$option_type>($option_name).optional(),)+)?
                    $($crate::__private::Window::<$most>::LIMIT, $crate::__private::Window::<$most>::CURSOR,)?
                ],
                headers: &[],
                body: &[
                    $($($crate::__private::Parameter::of::<$part_type>($part_name),)+)?
                    $($($crate::__private::Parameter::of::<$extra_type>($extra_name).optional(),)+)?
                    $($($crate::__private::Parameter::of::<$change_type>($change_name).nullable(),)+)?
                ],
            };

            /// Creates the request from its required parameters.
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
                    $($($change: $crate::__private::Change::Keep,)+)?
                    $(page: $crate::__private::Window::<$most>::FIRST,)?
                    options: $crate::CallOptions::default(),
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
                    self.$change = $crate::__private::Change::Set($change.into());
                    self
                }

                #[doc = concat!("Clears the value that [`", stringify!($change), "`](Self::", stringify!($change), ") sets.")]
                pub fn $clear(mut self) -> Self {
                    self.$change = $crate::__private::Change::Clear;
                    self
                }
            )+)?

            $(
                #[doc = concat!("Sets the largest number of items on a page: 1 to ", $most, ".")]
                pub fn limit(mut self, limit: u32) -> Self {
                    self.page.limit = Some(limit);
                    self
                }

                /// Starts at the page of `cursor`. Apart from the limit, the request must equal the one that returned
                /// the cursor.
                pub fn cursor(mut self, cursor: impl Into<$crate::Cursor>) -> Self {
                    self.page.cursor = Some(cursor.into());
                    self
                }
            )?
        }

        impl $crate::operation::Operation for $name {
            fn route(&self) -> $crate::operation::Route {
                Self::ROUTE
            }

            fn path(&self) -> $crate::Result<String> {
                Ok(format!($path $($(
                    , $segment = $crate::__private::encode(stringify!($segment), &$crate::__private::Param::text(&self.$segment))?
                )+)?))
            }

            fn query(&self) -> $crate::Result<String> {
                #[allow(unused_mut)]
                let mut query = $crate::__private::Query::default();
                $($(query.add($query_name, Some(&self.$query));)+)?
                $($(query.add($option_name, self.$option.as_ref());)+)?
                $($crate::__private::Window::<$most>::add(&self.page, &mut query);)?
                Ok(query.finish())
            }

            fn body(&self) -> $crate::Result<$crate::__private::RequestBody> {
                #[allow(unused_mut)]
                let mut body = $crate::__private::JsonBody::default();
                $($(body.add($part_name, Some(&self.$part))?;)+)?
                $($(body.add($extra_name, self.$extra.as_ref())?;)+)?
                $($(body.change($change_name, &self.$change)?;)+)?
                Ok(body.finish())
            }

            fn options(&self) -> Option<&$crate::CallOptions> {
                Some(&self.options)
            }

            $(fn idempotency(&self) -> $crate::operation::Idempotency {
                $crate::operation::Idempotency::$idempotency
            })?
        }

        impl $crate::operation::Endpoint for $name {
            type Output = $($data)? $($output)?;

            fn decode(&self, answer: &$crate::operation::Answer) -> $crate::Result<Self::Output> {
                $(answer.data::<$data>())?
                $(answer.json::<$output>())?
            }
        }

        $(impl $crate::operation::Paginated for $name {
            type Item = <<Self as $crate::operation::Endpoint>::Output as IntoIterator>::Item;

            fn after(mut self, cursor: $crate::Cursor) -> Self {
                let page: &mut $crate::__private::Window<$most> = &mut self.page;
                page.cursor = Some(cursor);
                self
            }
        })?
    };
}
