//! What is polled for one thing after the other is a stream, and has a `next` of its own.

/// Gives a type with a method `poll` a method `next` and the trait [`Stream`](futures_core::Stream).
macro_rules! polled {
    ([$($generics:tt)*] $type:ty, $what:literal, $item:ty) => {
        impl<$($generics)*> $type {
            #[doc = concat!(
                "Returns the next ", $what, ", or `None` after the last one. Dropping the future loses nothing."
            )]
            pub async fn next(&mut self) -> Option<$item> {
                std::future::poll_fn(|cx| self.poll(cx)).await
            }
        }

        impl<$($generics)*> futures_core::Stream for $type {
            type Item = $item;

            fn poll_next(
                mut self: std::pin::Pin<&mut Self>,
                cx: &mut std::task::Context<'_>,
            ) -> std::task::Poll<Option<$item>> {
                self.poll(cx)
            }
        }
    };
}

pub(crate) use polled;
