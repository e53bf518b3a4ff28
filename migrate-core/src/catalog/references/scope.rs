//! What names can mean at a place of a query.

use super::Output;
use crate::catalog::Key;
use crate::ddl::Name;

/// The names at a place, and around it those of the places that it is in.
#[derive(Default)]
pub(super) struct Scope<'a> {
    pub outer: Option<&'a Scope<'a>>,
    /// What stands in `FROM`.
    pub relations: Vec<Relation>,
    /// What `WITH` defines.
    pub ctes: Vec<Cte>,
    /// The names that a select gives its columns, where they can be used like columns.
    pub outputs: Vec<Name>,
    /// Such names, where only windows and queries inside of this place can use them.
    pub inner_outputs: Vec<Name>,
}

/// A query of `WITH`.
pub(super) struct Cte {
    pub name: Name,
    /// Its columns, if all are known.
    pub columns: Option<Vec<Output>>,
}

/// Something in `FROM`.
#[derive(Clone)]
pub(super) struct Relation {
    /// By what its columns are qualified; without a name it may be any.
    pub name: Option<Name>,
    /// The table or view that it is, where that is known.
    pub key: Option<Key>,
    pub columns: Columns,
    /// Whether it has the table's own name, so that a schema may stand before it.
    pub plain: bool,
    /// Whether its columns are found only behind its name.
    pub qualified: bool,
    /// Whether columns of it are the same as those of another one, as in `JOIN … USING`.
    pub merged: bool,
}

/// The columns of a relation.
#[derive(Clone)]
pub(super) enum Columns {
    /// Those of a table or view of the catalog.
    Of(Key),
    /// These.
    Known(Vec<Output>),
    /// They are not known.
    Open,
}

impl Relation {
    pub fn new(name: Option<Name>, columns: Columns) -> Relation {
        Relation {
            name,
            key: None,
            columns,
            plain: false,
            qualified: false,
            merged: false,
        }
    }

    /// A table under its own name.
    pub fn table(name: Name, key: Key) -> Relation {
        Relation {
            key: Some(key.clone()),
            plain: true,
            ..Relation::new(Some(name), Columns::Of(key))
        }
    }

    /// A row of a table with a name of its own: `NEW`, `EXCLUDED`.
    pub fn row(name: Name, key: Key) -> Relation {
        Relation {
            key: Some(key.clone()),
            qualified: true,
            ..Relation::new(Some(name), Columns::Of(key))
        }
    }
}

impl<'a> Scope<'a> {
    pub fn inside(outer: &'a Scope<'a>) -> Scope<'a> {
        Scope {
            outer: Some(outer),
            ..Scope::default()
        }
    }

    /// This scope, and those around it.
    pub fn levels(&self) -> impl Iterator<Item = &Scope<'a>> {
        std::iter::successors(Some(self), |scope| scope.outer)
    }

    pub fn cte(&self, name: &Name) -> Option<&Cte> {
        self.levels()
            .find_map(|level| level.ctes.iter().rev().find(|cte| cte.name == *name))
    }
}
