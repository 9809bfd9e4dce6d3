//! Lists in pages: one page, and the walk through all pages.

use std::task::{Poll, ready};

use serde::de::DeserializeOwned;
use serde::{Deserialize, Deserializer, Serialize};
use serde_json::value::RawValue;

use crate::error::{Error, Result};
use crate::id;
use crate::operation::param::JsonBody;
use crate::operation::{Endpoint, Parameter, Query};
use crate::primitives::json::field;

id! {
    /// The position of a page in a list. It belongs to the filters and the order of the request that returned it;
    /// only the limit may change.
    Cursor
}

/// One page of a list.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct Page<T> {
    /// The items of the page. A short or empty page is not the end of the list. An item that cannot be read, because
    /// it lacks what identifies it, is left out.
    #[serde(
        rename = "data",
        deserialize_with = "field::items",
        bound(deserialize = "T: DeserializeOwned")
    )]
    pub items: Vec<T>,
    /// The cursor of the next page; `None` on the last page. One that is no text goes back to the server as it came:
    /// nobody else knows whether the list goes on.
    #[serde(default, deserialize_with = "cursor")]
    pub next_cursor: Option<Cursor>,
}

/// Reads the cursor of the next page. An empty text is the end, as `null` is, and other JSON is its own text.
fn cursor<'de, D: Deserializer<'de>>(
    deserializer: D,
) -> std::result::Result<Option<Cursor>, D::Error> {
    let json = Box::<RawValue>::deserialize(deserializer)?;
    let text = serde_json::from_str::<Option<String>>(json.get());
    let text = text.unwrap_or_else(|_| Some(json.get().to_owned()));
    Ok(text.filter(|text| !text.is_empty()).map(Cursor::from))
}

impl<T> IntoIterator for Page<T> {
    type Item = T;
    type IntoIter = std::vec::IntoIter<T>;

    fn into_iter(self) -> Self::IntoIter {
        self.items.into_iter()
    }
}

/// An endpoint that lists items in pages. Clients walk through it with `pages` and `items`.
pub trait Paginated:
    Endpoint<Output = Page<Self::Item>> + Clone + Send + Sync + Unpin + 'static
{
    /// The type of the listed items.
    type Item: Send + Unpin + 'static;

    /// Returns the same list from the page of `cursor` on.
    #[must_use]
    fn after(self, cursor: Cursor) -> Self;
}

/// A walk through the pages of a list, without I/O: it says which call comes next.
///
/// It ends after the last page or after an error; [`cursor`](Self::cursor) says where to continue.
#[derive(Debug, Clone)]
pub struct Pages<E> {
    endpoint: E,
    cursor: Option<Cursor>,
    over: bool,
    trail: Trail,
}

/// Detects cursor cycles. It remembers one cursor, and replaces it each time the walk has doubled in length.
#[derive(Debug, Clone, Default)]
struct Trail {
    remembered: Option<Cursor>,
    walked: u64,
    forget_at: u64,
}

impl Trail {
    /// Returns whether the walk has come back to the remembered page.
    fn returns_to(&mut self, next: &Cursor) -> bool {
        if self.remembered.as_ref() == Some(next) {
            return true;
        }
        if self.walked >= self.forget_at {
            self.remembered = Some(next.clone());
            self.forget_at = self.walked.saturating_mul(2).max(1);
        }
        self.walked = self.walked.saturating_add(1);
        false
    }
}

impl<E: Paginated> Pages<E> {
    /// Starts at the page that `endpoint` asks for.
    pub fn new(endpoint: E) -> Self {
        Self { endpoint, cursor: None, over: false, trail: Trail::default() }
    }

    /// Returns the call for the next page, or `None` at the end.
    pub fn call(&self) -> Option<E> {
        let endpoint = (!self.over).then(|| self.endpoint.clone())?;
        Some(match self.cursor.clone() {
            Some(cursor) => endpoint.after(cursor),
            None => endpoint,
        })
    }

    /// Takes the result of the call and returns the page.
    ///
    /// # Errors
    /// If the call failed, or if the list has a cycle: a page names itself or an earlier one as next.
    pub fn receive(&mut self, page: Result<Page<E::Item>>) -> Result<Page<E::Item>> {
        self.over = true;
        let page = page?;
        if let Some(next) = &page.next_cursor {
            if self.cursor.as_ref() == Some(next) || self.trail.returns_to(next) {
                return Err(Error::decode(
                    "the list has a cycle: a page names itself or an earlier one as next".into(),
                ));
            }
            self.over = false;
        }
        self.cursor.clone_from(&page.next_cursor);
        Ok(page)
    }

    /// Returns the cursor of the next page. `None` before the first page and after the last.
    pub fn cursor(&self) -> Option<&Cursor> {
        self.cursor.as_ref()
    }
}

/// The items of a list one by one, out of the pages that are read.
#[derive(Debug)]
pub struct Items<T> {
    page: std::vec::IntoIter<T>,
}

impl<T> Items<T> {
    /// Returns the next item, and lets `next_page` read a page whenever one is used up; where reading blocks, that is
    /// always ready. Returns `None` after the last page.
    pub fn poll(
        &mut self,
        mut next_page: impl FnMut() -> Poll<Option<Result<Page<T>>>>,
    ) -> Poll<Option<Result<T>>> {
        loop {
            if let Some(item) = self.page.next() {
                return Poll::Ready(Some(Ok(item)));
            }
            match ready!(next_page()) {
                Some(Ok(page)) => self.page = page.into_iter(),
                Some(Err(error)) => return Poll::Ready(Some(Err(error))),
                None => return Poll::Ready(None),
            }
        }
    }
}

impl<T> Default for Items<T> {
    fn default() -> Self {
        Self { page: Vec::new().into_iter() }
    }
}

/// The part of a list that a request asks for; a page holds at most `MOST` items.
#[derive(Debug, Clone)]
pub struct Window<const MOST: u32> {
    /// The largest number of items on a page; `None` leaves it to the server.
    pub limit: Option<u32>,
    /// The cursor of the page to start at; `None` for the first page.
    pub cursor: Option<Cursor>,
}

impl<const MOST: u32> Window<MOST> {
    /// The first page, with the server's default size.
    pub const FIRST: Self = Self { limit: None, cursor: None };
    /// The declaration of the parameter `limit`.
    pub const LIMIT: Parameter = Parameter::required("limit").optional();
    /// The declaration of the parameter `cursor`.
    pub const CURSOR: Parameter = Parameter::required("cursor").optional();

    /// Adds the window to a query.
    pub fn add(&self, query: &mut Query) {
        query.add(Self::LIMIT.name, self.limit.as_ref());
        query.add(Self::CURSOR.name, self.cursor.as_ref());
    }

    /// Adds the window to a body.
    ///
    /// # Errors
    /// If the body cannot be written as JSON.
    pub fn add_to_body(&self, body: &mut JsonBody) -> Result<()> {
        body.add(Self::LIMIT.name, self.limit.as_ref())?;
        body.add(Self::CURSOR.name, self.cursor.as_ref())
    }
}

/// Gives the page types of an adapter their common methods.
///
/// An adapter writes it inside the `impl` of a type with a field `walk`, which is the core's walk.
#[macro_export]
macro_rules! pages_methods {
    () => {
        /// Returns the cursor of the next page. Store it and give it to `cursor` of the same request to continue the
        /// list there, in this process or another. `None` before the first page and after the last.
        pub fn cursor(&self) -> Option<&$crate::Cursor> {
            self.walk.cursor()
        }
    };
}

/// Gives a client the methods that walk through lists.
///
/// An adapter writes it inside the `impl` of its client. It needs a type `Pages` with a function `new` that takes a
/// client and the core's walk, and a type `Items` with one that takes these pages.
#[macro_export]
macro_rules! lists_methods {
    () => {
        /// Walks through a list page by page. An ordinary call reads each page when you ask for it.
        ///
        /// The walk ends after an error. [`Pages::cursor`] says where it was, so you can continue the list there.
        pub fn pages<E: $crate::operation::Paginated>(&self, endpoint: E) -> Pages<E> {
            Pages::new(self.clone(), $crate::transport::Pages::new(endpoint))
        }

        /// Walks through a list item by item. An ordinary call reads each page when you ask for its first item.
        pub fn items<E: $crate::operation::Paginated>(&self, endpoint: E) -> Items<E> {
            Items::new(self.pages(endpoint))
        }
    };
}
