//! The form of a body or a query as data: which keys it may have, and what each of them takes.

/// The pattern of a text, with the message that refuses others.
#[derive(Debug)]
pub(crate) struct Pattern {
    pub(crate) text: &'static str,
    pub(crate) fits: fn(&str) -> bool,
    pub(crate) message: &'static str,
}

/// What a key takes.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Of {
    /// A text within these lengths, in characters.
    Text(u64, u64),
    /// A text within these lengths that matches a pattern.
    Name(u64, u64, &'static Pattern),
    /// One of these words.
    Word(&'static [&'static str]),
    Flag,
    /// A whole number in this range.
    Whole(u64, u64),
    /// A number in this range.
    Number(f64, f64),
    /// An object with free keys.
    Record,
    Any,
    /// A list of so many items.
    List(&'static Of, u64, u64),
    Object(&'static [Field]),
    /// An object that may have other keys as well.
    Open(&'static [Field]),
    /// The path of a folder.
    Folder,
    /// A text in the form of an e-mail address.
    Email,
    /// A condition or a group of conditions over the rows of a table.
    Predicate,
    /// A group of conditions over the rows of a table.
    Group,
}

/// A key of a body or a query.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Field {
    pub(crate) name: &'static str,
    pub(crate) of: Of,
    pub(crate) must: bool,
    pub(crate) nullable: bool,
    /// The message when the key is absent, or too short, or too long.
    pub(crate) message: Option<&'static str>,
}

/// Declares a key that must be there.
pub(crate) const fn must(name: &'static str, of: Of) -> Field {
    Field { name, of, must: true, nullable: false, message: None }
}

/// Declares a key that may be there.
pub(crate) const fn may(name: &'static str, of: Of) -> Field {
    Field { name, of, must: false, nullable: false, message: None }
}

impl Field {
    /// Lets the key be `null`.
    pub(crate) const fn or_null(self) -> Self {
        Self { nullable: true, ..self }
    }

    /// Sets the message of its refusals.
    pub(crate) const fn says(self, message: &'static str) -> Self {
        Self { message: Some(message), ..self }
    }
}
