//! Lists in pages, read on demand.

use std::fmt;
use std::task::{Context, Poll};

use sim_core::operation::Paginated;
use sim_core::{Page, Result, pages_methods};

use crate::client::Client;
use crate::net::{Turns, polled};

impl Client {
    sim_core::lists_methods!();
}

/// The pages of a list; returned by [`Client::pages`]. It ends after the last page or after an error.
pub struct Pages<E: Paginated> {
    client: Client,
    walk: sim_core::transport::Pages<E>,
    /// The calls that read the pages.
    turns: Turns<(), Result<Page<E::Item>>>,
}

impl<E: Paginated> Pages<E> {
    pages_methods!();

    pub(crate) fn new(client: Client, walk: sim_core::transport::Pages<E>) -> Self {
        Self { client, walk, turns: Turns::new(()) }
    }

    fn poll(&mut self, cx: &mut Context<'_>) -> Poll<Option<Result<Page<E::Item>>>> {
        let Self { client, walk, turns } = self;
        let page = turns.poll(cx, |_| {
            let (client, endpoint) = (client.clone(), walk.call()?);
            Some(async move { ((), client.call(endpoint).await) })
        });
        page.map(|page| page.map(|page| walk.receive(page)))
    }
}

polled!([E: Paginated] Pages<E>, "page", Result<Page<E::Item>>);

/// The items of a list; returned by [`Client::items`]. It ends after the last item or after an error.
pub struct Items<E: Paginated> {
    pages: Pages<E>,
    items: sim_core::transport::Items<E::Item>,
}

impl<E: Paginated> Items<E> {
    pub(crate) fn new(pages: Pages<E>) -> Self {
        Self { pages, items: sim_core::transport::Items::default() }
    }

    fn poll(&mut self, cx: &mut Context<'_>) -> Poll<Option<Result<E::Item>>> {
        let Self { pages, items } = self;
        items.poll(|| pages.poll(cx))
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
