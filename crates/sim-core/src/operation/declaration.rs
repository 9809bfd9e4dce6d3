//! What each operation declares, as data: for checks against the API's own documents.

use crate::primitives::Param;

/// What an operation sends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Declaration {
    /// Its type.
    pub name: &'static str,
    /// Its id in the API's documents; empty where those do not name it.
    pub operation: &'static str,
    /// Its HTTP method.
    pub method: &'static str,
    /// Its path, with the parameters in braces.
    pub path: &'static str,
    /// The parameters of its query.
    pub query: &'static [Parameter],
    /// The headers that are particular to it.
    pub headers: &'static [Parameter],
    /// The fields of its JSON body.
    pub body: &'static [Parameter],
}

/// One parameter or field.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Parameter {
    /// Its name on the wire.
    pub name: &'static str,
    /// Whether it must be given.
    pub required: bool,
    /// Whether it may be `null`.
    pub nullable: bool,
    /// The words that it can be, if they are few.
    pub words: &'static [&'static str],
}

impl Parameter {
    /// A parameter that must be given.
    pub const fn required(name: &'static str) -> Self {
        Self { name, required: true, nullable: false, words: &[] }
    }

    /// The same, for one that may be left out.
    #[must_use]
    pub const fn optional(self) -> Self {
        Self { required: false, ..self }
    }

    /// The same, for one that may be left out or be `null`.
    #[must_use]
    pub const fn nullable(self) -> Self {
        Self { required: false, nullable: true, ..self }
    }

    /// Declares a required parameter of that type, with the words that the type can be.
    pub const fn of<T: Param>(name: &'static str) -> Self {
        Self { words: T::WORDS, ..Self::required(name) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_parameter_must_be_given_unless_it_is_said_otherwise() {
        let told = |parameter: Parameter| (parameter.required, parameter.nullable);
        assert_eq!(told(Parameter::required("p")), (true, false));
        assert_eq!(told(Parameter::required("p").optional()), (false, false));
        assert_eq!(told(Parameter::required("p").nullable()), (false, true));
        let sorted = Parameter::of::<crate::logs::SortOrder>("order");
        assert_eq!((sorted.required, sorted.words), (true, &["asc", "desc"][..]));
    }
}
