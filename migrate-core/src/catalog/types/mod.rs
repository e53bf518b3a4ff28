//! Types as a database knows them, whatever they were called: `int4`, `int` and `integer` are one.

mod mysql;
mod postgres;
mod sqlite;

use super::Key;
use std::sync::Arc;

/// A type.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Type {
    /// What it is but for its modifiers.
    pub base: Base,
    /// The modifiers as the database shows them, in parentheses where it has them there: `(255)`, `(10,2)`,
    /// ` unsigned`; empty for none.
    pub modifiers: Arc<str>,
    /// Whether it is an array.
    pub array: bool,
}

/// What a type is but for its modifiers.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Base {
    /// The database's own, by the name that the database shows: `integer`, `character varying`.
    Builtin(Arc<str>),
    /// One that an extension brings, or that is not known: by its name as written, folded.
    Other(Arc<str>),
    /// A type of the model.
    User(Key),
}

use crate::ddl::table::TypeName;
use crate::dialect::Dialect;
use std::fmt;

/// STUB
pub fn normalise(name: &TypeName, _: Dialect) -> Type {
    Type {
        base: Base::Builtin(name.name.to_string().into()),
        modifiers: name.modifiers.join(",").into(),
        array: name.dimensions > 0,
    }
}

/// STUB
pub fn serial(_: &TypeName, _: Dialect) -> Option<Type> {
    None
}

/// STUB
pub fn comparable(_: &Type, _: &Type, _: Dialect) -> Option<bool> {
    None
}

impl fmt::Display for Type {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:?}", self.base)
    }
}
