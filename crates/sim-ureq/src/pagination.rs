//! Lists in pages, read on demand.

use std::fmt;
use std::task::Poll;

use sim_core::operation::Paginated;
use sim_core::{Page, Result, pages_methods};

use crate::client::Client;

impl Client {
    sim_core::lists_methods!();
}

/// The pages of a list; returned by [`Client::pages`]. It ends after the last page or after an error.
#[derive(Debug)]
pub struct Pages<E> {
    client: Client,
    walk: sim_core::transport::Pages<E>,
}

impl<E: Paginated> Pages<E> {
    pages_methods!();

    pub(crate) fn new(client: Client, walk: sim_core::transport::Pages<E>) -> Self {
        Self { client, walk }
    }
}

impl<E: Paginated> Iterator for Pages<E> {
    type Item = Result<Page<E::Item>>;

    fn next(&mut self) -> Option<Self::Item> {
        let call = self.walk.call()?;
        Some(self.walk.receive(self.client.call(call)))
    }
}

/// The items of a list; returned by [`Client::items`]. It ends after the last item or after an error.
pub struct Items<E: Paginated> {
    pages: Pages<E>,
    items: sim_core::transport::Items<E::Item>,
}

impl<E: Paginated> Items<E> {
    pub(crate) fn new(pages: Pages<E>) -> Self {
        Self { pages, items: sim_core::transport::Items::default() }
    }
}

impl<E: Paginated> Iterator for Items<E> {
    type Item = Result<E::Item>;

    fn next(&mut self) -> Option<Self::Item> {
        let Self { pages, items } = self;
        match items.poll(|| Poll::Ready(pages.next())) {
            Poll::Ready(item) => item,
            // Reading blocks, so it is always ready.
            Poll::Pending => None,
        }
    }
}

impl<E: Paginated> fmt::Debug for Items<E> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Items").field("client", &self.pages.client).finish_non_exhaustive()
    }
}
