//! The declaration of each operation, as data, for checks against the API's own documents.

use crate::primitives::Param;

/// The declaration of an operation: everything that it can send.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Declaration {
    /// The name of the operation's type.
    pub name: &'static str,
    /// The operation's id in the API's documents; empty where the documents do not name it.
    pub operation: &'static str,
    /// The HTTP method of the operation.
    pub method: &'static str,
    /// The path, with its parameters in braces.
    pub path: &'static str,
    /// The parameters of the query string.
    pub query: &'static [Parameter],
    /// The headers that only this operation sends.
    pub headers: &'static [Parameter],
    /// The fields of the JSON body.
    pub body: &'static [Parameter],
}

/// One parameter of a query, one header, or one field of a body.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Parameter {
    /// The name of the parameter on the wire.
    pub name: &'static str,
    /// Whether the parameter must be present.
    pub required: bool,
    /// Whether the value may be `null`.
    pub nullable: bool,
    /// The words that the API documents for an enumeration; empty for any other type.
    pub words: &'static [&'static str],
}

impl Parameter {
    /// Creates a parameter that must be present.
    pub const fn required(name: &'static str) -> Self {
        Self { name, required: true, nullable: false, words: &[] }
    }

    /// Makes the parameter optional.
    #[must_use]
    pub const fn optional(self) -> Self {
        Self { required: false, ..self }
    }

    /// Makes the parameter optional and allows `null`.
    #[must_use]
    pub const fn nullable(self) -> Self {
        Self { required: false, nullable: true, ..self }
    }

    /// Declares a required parameter of type `T`, with the words that the type allows.
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
