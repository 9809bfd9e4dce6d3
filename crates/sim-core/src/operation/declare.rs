//! The macro that declares an endpoint from data alone.

/// Declares an endpoint from data alone: parameters in, one JSON document out.
///
/// ```text
/// Name: METHOD "/path/{field}" => Output,        the whole document; `{data: Output}` is its `data` alone;
///                                                `{read: Output}` is what `Output::read(&Answer)` returns
/// reference "folder" operationId,                its page in the API reference
/// path { field: Type }, query { field: Type = "wireName" }, body { .. },    what `new` takes
/// query? { .. }, body? { .. },                   what may be left out: a setter each
/// null? { field | clear_field: Type = "wireName" },   a part of the body that may also be `null`
/// header { .. }, header? { .. },                 headers of this operation; nothing logs their values
/// fixed { "wireName": Type = value },            a part of the body that is always the same
/// idempotency Idempotent, paged 100              where the method misleads; pages, of 100 at most
/// relays 503                                     the status that tells of a service behind Sim, not of Sim itself
/// paged_in_body 100                              the same, with the window in the body
/// known method                                   adds to the output what the request knows: `method(&self, &mut Output)`
/// ```
///
/// The path's parameters are fields, so a misspelt one does not compile. `new` and the setters accept anything that
/// converts into the type. An integer literal does not convert into every number type, so a number needs a type of
/// its own.
#[macro_export]
macro_rules! endpoint {
    (
        $(#[$doc:meta])*
        $name:ident: $method:ident $path:literal => $({data: $data:ty})? $({read: $read:ty})? $($output:ty)?
        $(, reference $folder:literal $operation:ident)?
        $(, path { $($segment:ident: $segment_type:ty),+ $(,)? })?
        $(, query { $($query:ident: $query_type:ty = $query_name:literal),+ $(,)? })?
        $(, query? { $(
            $(#[$option_doc:meta])* $option:ident: $option_type:ty = $option_name:literal
        ),+ $(,)? })?
        $(, header { $($header:ident: $header_type:ty = $header_name:literal),+ $(,)? })?
        $(, header? { $(
            $(#[$mark_doc:meta])* $mark:ident: $mark_type:ty = $mark_name:literal
        ),+ $(,)? })?
        $(, fixed { $($fixed_name:literal: $fixed_type:ty = $fixed:expr),+ $(,)? })?
        $(, body { $($part:ident: $part_type:ty = $part_name:literal),+ $(,)? })?
        $(, body? { $(
            $(#[$extra_doc:meta])* $extra:ident: $extra_type:ty = $extra_name:literal
        ),+ $(,)? })?
        $(, null? { $(
            $(#[$change_doc:meta])* $change:ident | $clear:ident: $change_type:ty = $change_name:literal
        ),+ $(,)? })?
        $(, idempotency $idempotency:ident)?
        $(, relays $relayed:literal)?
        $(, paged $most:literal)?
        $(, paged_in_body $body_most:literal)?
        $(, known $known:ident)?
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
            $($($header: $header_type,)+)?
            $($($mark: Option<$mark_type>,)+)?
            $($($part: $part_type,)+)?
            $($($extra: Option<$extra_type>,)+)?
            $($($change: $crate::__private::Change<$change_type>,)+)?
            $(page: $crate::__private::Window<$most>,)?
            $(page: $crate::__private::Window<$body_most>,)?
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
                headers: &[
                    $($($crate::__private::Parameter::of::<$header_type>($header_name),)+)?
                    $($($crate::__private::Parameter::of::<$mark_type>($mark_name).optional(),)+)?
                ],
                body: &[
                    $($($crate::__private::Parameter::of::<$fixed_type>($fixed_name),)+)?
                    $($($crate::__private::Parameter::of::<$part_type>($part_name),)+)?
                    $($($crate::__private::Parameter::of::<$extra_type>($extra_name).optional(),)+)?
                    $($($crate::__private::Parameter::of::<$change_type>($change_name).nullable(),)+)?
                    $($crate::__private::Window::<$body_most>::LIMIT, $crate::__private::Window::<$body_most>::CURSOR,)?
                ],
            };

            /// Creates the request from its required parameters.
            #[allow(clippy::new_without_default)]
            pub fn new(
                $($($segment: impl Into<$segment_type>,)+)?
                $($($query: impl Into<$query_type>,)+)?
                $($($header: impl Into<$header_type>,)+)?
                $($($part: impl Into<$part_type>,)+)?
            ) -> Self {
                Self {
                    $($($segment: $segment.into(),)+)?
                    $($($query: $query.into(),)+)?
                    $($($option: None,)+)?
                    $($($header: $header.into(),)+)?
                    $($($mark: None,)+)?
                    $($($part: $part.into(),)+)?
                    $($($extra: None,)+)?
                    $($($change: $crate::__private::Change::Keep,)+)?
                    $(page: $crate::__private::Window::<$most>::FIRST,)?
                    $(page: $crate::__private::Window::<$body_most>::FIRST,)?
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

            $($(
                $(#[$mark_doc])*
                pub fn $mark(mut self, $mark: impl Into<$mark_type>) -> Self {
                    self.$mark = Some($mark.into());
                    self
                }
            )+)?

            $($crate::window_setters!($most);)?
            $($crate::window_setters!($body_most);)?
        }

        impl $crate::operation::Operation for $name {
            fn route(&self) -> $crate::operation::Route {
                Self::ROUTE
            }

            fn name(&self) -> &'static str {
                stringify!($name)
            }

            fn path(&self) -> $crate::Result<String> {
                Ok(format!($path $($(
                    , $segment = $crate::__private::encode(stringify!($segment), &$crate::__private::Param::text(&self.$segment))?
                )+)?))
            }

            $crate::when_any! { [$($($query)+)? $($($option)+)? $($most)?] {
                fn query(&self) -> $crate::Result<String> {
                    #[allow(unused_mut)]
                    let mut query = $crate::__private::Query::default();
                    $($(query.add($query_name, Some(&self.$query));)+)?
                    $($(query.add($option_name, self.$option.as_ref());)+)?
                    $($crate::__private::Window::<$most>::add(&self.page, &mut query);)?
                    Ok(query.finish())
                }
            }}

            $crate::when_any! { [$($($header)+)? $($($mark)+)?] {
                fn headers(&self, headers: &mut $crate::http::HeaderMap) -> $crate::Result<()> {
                    $($($crate::__private::header(headers, $header_name, Some(&self.$header))?;)+)?
                    $($($crate::__private::header(headers, $mark_name, self.$mark.as_ref())?;)+)?
                    Ok(())
                }
            }}

            $crate::when_any! {
                [$($($fixed_name)+)? $($($part)+)? $($($extra)+)? $($($change)+)? $($body_most)?]
            {
                fn body(&self) -> $crate::Result<$crate::__private::RequestBody> {
                    let mut body = $crate::__private::JsonBody::default();
                    $($(body.add::<$fixed_type>($fixed_name, Some(&$fixed))?;)+)?
                    $($(body.add($part_name, Some(&self.$part))?;)+)?
                    $($(body.add($extra_name, self.$extra.as_ref())?;)+)?
                    $($(body.change($change_name, &self.$change)?;)+)?
                    $($crate::__private::Window::<$body_most>::add_to_body(&self.page, &mut body)?;)?
                    Ok(body.finish())
                }
            }}

            $crate::when_any! { [$($($segment)+)?] {
                fn concerns(&self) -> Option<&$crate::RunId> {
                    None$($(.or_else(|| $crate::__private::as_run(&self.$segment)))+)?
                }

                fn workflow(&self) -> Option<&$crate::WorkflowId> {
                    None$($(.or_else(|| $crate::__private::as_workflow(&self.$segment)))+)?
                }
            }}

            fn options(&self) -> Option<&$crate::CallOptions> {
                Some(&self.options)
            }

            $(fn idempotency(&self) -> $crate::operation::Idempotency {
                $crate::operation::Idempotency::$idempotency
            })?

            $(fn relays(&self) -> Option<u16> {
                Some($relayed)
            })?
        }

        impl $crate::operation::Endpoint for $name {
            type Output = $($data)? $($read)? $($output)?;

            fn decode(&self, answer: &$crate::operation::Answer) -> $crate::Result<Self::Output> {
                let output = {
                    $(answer.data::<$data>())?
                    $(<$read>::read(answer))?
                    $(answer.json::<$output>())?
                };
                $(let output = output.map(|mut output| {
                    self.$known(&mut output);
                    output
                });)?
                output
            }
        }

        $($crate::window_walk!($name, $most);)?
        $($crate::window_walk!($name, $body_most);)?
    };
}
