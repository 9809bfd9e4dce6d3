//! The parts of the macro that declares an endpoint.

/// Expands to the item, unless the list before it is empty. An item that is not needed costs time to compile.
#[doc(hidden)]
#[macro_export]
macro_rules! when_any {
    ([] { $($item:tt)* }) => {};
    ([$($any:tt)+] { $($item:tt)* }) => { $($item)* };
}

/// Gives a request for a page of a list the setters of its window.
#[doc(hidden)]
#[macro_export]
macro_rules! window_setters {
    ($most:literal) => {
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
    };
}

/// Lets clients walk through a list in pages.
#[doc(hidden)]
#[macro_export]
macro_rules! window_walk {
    ($name:ident, $most:literal) => {
        impl $crate::operation::Paginated for $name {
            type Item = <<Self as $crate::operation::Endpoint>::Output as IntoIterator>::Item;

            fn after(mut self, cursor: $crate::Cursor) -> Self {
                let page: &mut $crate::__private::Window<$most> = &mut self.page;
                page.cursor = Some(cursor);
                self
            }
        }
    };
}
