//! Lists that come in pages: one page, and the walk through all of them.

use serde::Deserialize;

use crate::error::{Error, Result};
use crate::id;
use crate::operation::{Endpoint, Parameter, Query};

id! {
    /// Stands for a page of a list. It is bound to the filters and the order of the request that it was given
    /// for; of those only the limit may change.
    Cursor
}

/// One page of a list.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct Page<T> {
    /// What is on it. A short or empty page is not the end of the list.
    #[serde(rename = "data")]
    pub items: Vec<T>,
    /// Stands for the page that follows; `None` on the last one.
    #[serde(default = "Option::default")]
    pub next_cursor: Option<Cursor>,
}

impl<T> IntoIterator for Page<T> {
    type Item = T;
    type IntoIter = std::vec::IntoIter<T>;

    fn into_iter(self) -> Self::IntoIter {
        self.items.into_iter()
    }
}

/// A list that comes in pages. Clients walk through it with `pages` and `items`.
pub trait Paginated:
    Endpoint<Output = Page<Self::Item>> + Clone + Send + Sync + Unpin + 'static
{
    /// What is listed.
    type Item: Send + Unpin + 'static;

    /// The same list from the page that `cursor` stands for.
    #[must_use]
    fn after(self, cursor: Cursor) -> Self;
}

/// The walk through the pages of a list, without I/O: it says which call comes next.
///
/// It ends after the last page, and after an error; [`cursor`](Self::cursor) tells where it could go on.
#[derive(Debug, Clone)]
pub struct Pages<E> {
    endpoint: E,
    cursor: Option<Cursor>,
    over: bool,
    trail: Trail,
}

/// Finds that a list goes round: it remembers one cursor, and a later one each time that the walk is twice as long.
#[derive(Debug, Clone, Default)]
struct Trail {
    remembered: Option<Cursor>,
    walked: u64,
    forget_at: u64,
}

impl Trail {
    /// Whether the walk comes back to where it was.
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
    /// Begins where `endpoint` does.
    pub fn new(endpoint: E) -> Self {
        Self { endpoint, cursor: None, over: false, trail: Trail::default() }
    }

    /// The call that reads the next page; `None` at the end.
    pub fn call(&self) -> Option<E> {
        let endpoint = (!self.over).then(|| self.endpoint.clone())?;
        Some(match self.cursor.clone() {
            Some(cursor) => endpoint.after(cursor),
            None => endpoint,
        })
    }

    /// Takes what the call led to.
    pub fn receive(&mut self, page: Result<Page<E::Item>>) -> Result<Page<E::Item>> {
        self.over = true;
        let page = page?;
        if let Some(next) = &page.next_cursor {
            if self.cursor.as_ref() == Some(next) || self.trail.returns_to(next) {
                return Err(Error::decode(
                    "the list goes round: a page names itself or an earlier one as the next".into(),
                ));
            }
            self.over = false;
        }
        self.cursor.clone_from(&page.next_cursor);
        Ok(page)
    }

    /// Stands for the page that is read next. `None` before the first page and after the last.
    pub fn cursor(&self) -> Option<&Cursor> {
        self.cursor.as_ref()
    }
}

/// The walk through the items of a list, page by page, without I/O.
#[derive(Debug, Clone)]
pub struct Items<E: Paginated> {
    pages: Pages<E>,
    page: std::vec::IntoIter<E::Item>,
}

impl<E: Paginated> Items<E> {
    /// Begins where `endpoint` does.
    pub fn new(endpoint: E) -> Self {
        Self { pages: Pages::new(endpoint), page: Vec::new().into_iter() }
    }

    /// The next item of the page that was read last.
    pub fn item(&mut self) -> Option<E::Item> {
        self.page.next()
    }

    /// The call that reads the next page; `None` at the end.
    pub fn call(&self) -> Option<E> {
        self.pages.call()
    }

    /// Takes what the call led to.
    pub fn receive(&mut self, page: Result<Page<E::Item>>) -> Result<()> {
        self.page = self.pages.receive(page)?.into_iter();
        Ok(())
    }
}

/// Which part of a list a request asks for; a page holds at most `MOST`.
#[derive(Debug, Clone)]
pub struct Window<const MOST: u32> {
    /// How many items a page holds at most; `None` leaves it to the server.
    pub limit: Option<u32>,
    /// The page to begin with; `None` for the first.
    pub cursor: Option<Cursor>,
}

impl<const MOST: u32> Window<MOST> {
    /// The first page, as large as the server likes.
    pub const FIRST: Self = Self { limit: None, cursor: None };
    /// The declaration of the limit.
    pub const LIMIT: Parameter = Parameter::required("limit").optional();
    /// The declaration of the cursor.
    pub const CURSOR: Parameter = Parameter::required("cursor").optional();

    /// Adds the window to a query.
    pub fn add(&self, query: &mut Query) {
        query.add(Self::LIMIT.name, self.limit.as_ref());
        query.add(Self::CURSOR.name, self.cursor.as_ref());
    }
}

/// Gives the pages of a list what they have in common, however they are read.
///
/// An adapter writes it inside the `impl` of a type with a field `walk`, the walk of the core.
#[macro_export]
macro_rules! pages_methods {
    () => {
        /// Stands for the page that is read next: keep it, give it to the `cursor` of the same request, and the
        /// list goes on there, in this process or another. `None` before the first page and after the last.
        pub fn cursor(&self) -> Option<&$crate::Cursor> {
            self.walk.cursor()
        }
    };
}

/// Gives a client the walks through lists.
///
/// An adapter writes it inside the `impl` of its client, beside types `Pages` and `Items` with a function `new`
/// that takes a client and a walk of the core.
#[macro_export]
macro_rules! lists_methods {
    () => {
        /// A list page by page; each is read when it is asked for, by an ordinary call.
        ///
        /// It ends after an error. [`Pages::cursor`] tells where it was; the same list goes on there.
        pub fn pages<E: $crate::operation::Paginated>(&self, endpoint: E) -> Pages<E> {
            Pages::new(self.clone(), $crate::transport::Pages::new(endpoint))
        }

        /// A list item by item; each page is read when its first item is asked for, by an ordinary call.
        pub fn items<E: $crate::operation::Paginated>(&self, endpoint: E) -> Items<E> {
            Items::new(self.clone(), $crate::transport::Items::new(endpoint))
        }
    };
}
