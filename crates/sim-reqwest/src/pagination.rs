//! Lists in pages, read on demand.

use std::fmt;
use std::pin::Pin;
use std::task::{Context, Poll, ready};
use std::vec;

use sim_core::operation::Paginated;
use sim_core::{Page, Result, pages_methods};

use crate::client::Client;
use crate::polled::polled;

impl Client {
    sim_core::lists_methods!();
}

/// One allocation for each page is negligible beside the call.
type Boxed<T> = Pin<Box<dyn Future<Output = Result<T>> + Send>>;

/// The pages of a list; returned by [`Client::pages`]. It ends after the last page or after an error.
pub struct Pages<E: Paginated> {
    client: Client,
    walk: sim_core::transport::Pages<E>,
    /// The call that reads a page, while it runs.
    call: Option<Boxed<Page<E::Item>>>,
}

impl<E: Paginated> Pages<E> {
    pages_methods!();

    pub(crate) fn new(client: Client, walk: sim_core::transport::Pages<E>) -> Self {
        Self { client, walk, call: None }
    }

    fn poll(&mut self, cx: &mut Context<'_>) -> Poll<Option<Result<Page<E::Item>>>> {
        let call = match &mut self.call {
            Some(call) => call,
            none => {
                let Some(endpoint) = self.walk.call() else { return Poll::Ready(None) };
                let client = self.client.clone();
                none.insert(Box::pin(async move { client.call(endpoint).await }))
            }
        };
        let page = ready!(call.as_mut().poll(cx));
        self.call = None;
        Poll::Ready(Some(self.walk.receive(page)))
    }
}

polled!([E: Paginated] Pages<E>, "page", Result<Page<E::Item>>);

/// The items of a list; returned by [`Client::items`]. It ends after the last item or after an error.
pub struct Items<E: Paginated> {
    pages: Pages<E>,
    page: vec::IntoIter<E::Item>,
}

impl<E: Paginated> Items<E> {
    pub(crate) fn new(pages: Pages<E>) -> Self {
        Self { pages, page: Vec::new().into_iter() }
    }

    fn poll(&mut self, cx: &mut Context<'_>) -> Poll<Option<Result<E::Item>>> {
        loop {
            if let Some(item) = self.page.next() {
                return Poll::Ready(Some(Ok(item)));
            }
            match ready!(self.pages.poll(cx)) {
                Some(Ok(page)) => self.page = page.into_iter(),
                Some(Err(error)) => return Poll::Ready(Some(Err(error))),
                None => return Poll::Ready(None),
            }
        }
    }
}

polled!([E: Paginated] Items<E>, "item", Result<E::Item>);

impl<E: Paginated> fmt::Debug for Pages<E> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Pages").field("client", &self.client).finish_non_exhaustive()
    }
}

impl<E: Paginated> fmt::Debug for Items<E> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Items").field("pages", &self.pages).finish_non_exhaustive()
    }
}
