//! The macros of this crate. `endpoint!` is that of `sim-core`; with the feature `wire` it also makes requests that can
//! be read back from what was sent.

/// Declares an endpoint as `sim_core::endpoint!` does.
macro_rules! endpoint {
    ($($declared:tt)*) => {
        sim_core::endpoint! { $($declared)* }
        #[cfg(feature = "wire")]
        $crate::wire::rebuild! { $($declared)* }
    };
}

/// Lets types that serialise be parts of a JSON body.
macro_rules! json_params {
    ($($type:ty),+ $(,)?) => {
        $(impl sim_core::operation::Param for $type {
            fn text(&self) -> std::borrow::Cow<'_, str> {
                std::borrow::Cow::Owned(serde_json::to_string(self).unwrap_or_default())
            }
        })+
    };
}

/// Gives a type of optional fields a setter for each.
macro_rules! setters {
    ($name:ident { $($(#[$doc:meta])* $field:ident: $type:ty),+ $(,)? }) => {
        impl $name {
            $(
                $(#[$doc])*
                #[must_use]
                pub fn $field(mut self, $field: impl Into<$type>) -> Self {
                    let value: $type = $field.into();
                    self.$field = Some(value.into());
                    self
                }
            )+
        }
    };
}

pub(crate) use {endpoint, json_params, setters};
