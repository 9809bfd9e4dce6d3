//! Lists in pages, read on demand.

use std::fmt;
use std::future::poll_fn;
use std::pin::Pin;
use std::task::{Context, Poll, ready};

use futures_core::Stream;
use sim_core::operation::Paginated;
use sim_core::{Page, Result, pages_methods};

use crate::client::Client;

impl Client {
    sim_core::lists_methods!();
}

/// One allocation for each page is negligible beside the call.
type Boxed<T> = Pin<Box<dyn Future<Output = Result<T>> + Send>>;

/// The call that reads a page, while it runs.
struct Call<E: Paginated>(Option<Boxed<Page<E::Item>>>);

impl<E: Paginated> Call<E> {
    /// Polls the call and starts one if none is running. Returns `None` if there is no further call.
    fn poll(
        &mut self,
        cx: &mut Context<'_>,
        client: &Client,
        next: impl FnOnce() -> Option<E>,
    ) -> Poll<Option<Result<Page<E::Item>>>> {
        if self.0.is_none() {
            let Some(endpoint) = next() else { return Poll::Ready(None) };
            let client = client.clone();
            self.0 = Some(Box::pin(async move { client.call(endpoint).await }));
        }
        let Some(call) = &mut self.0 else { return Poll::Ready(None) };
        let page = ready!(call.as_mut().poll(cx));
        self.0 = None;
        Poll::Ready(Some(page))
    }
}

/// The pages of a list; returned by [`Client::pages`]. It ends after the last page or after an error.
pub struct Pages<E: Paginated> {
    client: Client,
    walk: sim_core::transport::Pages<E>,
    call: Call<E>,
}

impl<E: Paginated> Pages<E> {
    pages_methods!();

    pub(crate) fn new(client: Client, walk: sim_core::transport::Pages<E>) -> Self {
        Self { client, walk, call: Call(None) }
    }

    /// Returns the next page, or `None` at the end. Dropping the future loses nothing.
    pub async fn next(&mut self) -> Option<Result<Page<E::Item>>> {
        poll_fn(|cx| self.poll(cx)).await
    }

    fn poll(&mut self, cx: &mut Context<'_>) -> Poll<Option<Result<Page<E::Item>>>> {
        let page = ready!(self.call.poll(cx, &self.client, || self.walk.call()));
        Poll::Ready(page.map(|page| self.walk.receive(page)))
    }
}

impl<E: Paginated> Stream for Pages<E> {
    type Item = Result<Page<E::Item>>;

    fn poll_next(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        self.poll(cx)
    }
}

/// The items of a list; returned by [`Client::items`]. It ends after the last item or after an error.
pub struct Items<E: Paginated> {
    client: Client,
    walk: sim_core::transport::Items<E>,
    call: Call<E>,
}

impl<E: Paginated> Items<E> {
    pub(crate) fn new(client: Client, walk: sim_core::transport::Items<E>) -> Self {
        Self { client, walk, call: Call(None) }
    }

    /// Returns the next item, or `None` at the end. Dropping the future loses nothing.
    pub async fn next(&mut self) -> Option<Result<E::Item>> {
        poll_fn(|cx| self.poll(cx)).await
    }

    fn poll(&mut self, cx: &mut Context<'_>) -> Poll<Option<Result<E::Item>>> {
        loop {
            if let Some(item) = self.walk.item() {
                return Poll::Ready(Some(Ok(item)));
            }
            let Some(page) = ready!(self.call.poll(cx, &self.client, || self.walk.call())) else {
                return Poll::Ready(None);
            };
            if let Err(error) = self.walk.receive(page) {
                return Poll::Ready(Some(Err(error)));
            }
        }
    }
}

impl<E: Paginated> Stream for Items<E> {
    type Item = Result<E::Item>;

    fn poll_next(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        self.poll(cx)
    }
}

impl<E: Paginated> fmt::Debug for Pages<E> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Pages").field("client", &self.client).finish_non_exhaustive()
    }
}

impl<E: Paginated> fmt::Debug for Items<E> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Items").field("client", &self.client).finish_non_exhaustive()
    }
}
