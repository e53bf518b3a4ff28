//! What a query or an expression refers to.

use super::{Accesses, Constant};
use crate::catalog::types::Type;
use crate::catalog::{Catalog, Fault, Found, Hold, Key, PartKind, Space};
use crate::ddl::{Ident, Name, Qualified};
use crate::dialect::Dialect;
use crate::lex::{TokenKind, tokens};
use crate::reader::unquote;
use std::collections::BTreeSet;
use std::sync::Arc;

/// What a query or an expression refers to.
#[derive(Debug, Default)]
pub(in crate::catalog) struct Reading {
    /// The tables, views and columns that it reads, and the types that it names.
    pub reads: BTreeSet<Key>,
    /// The routines that it calls.
    pub calls: BTreeSet<Key>,
    /// What it may refer to besides.
    pub perhaps: BTreeSet<Key>,
    /// The rows and numbers that it takes and gives.
    pub accesses: Accesses,
    /// The constants in it that meet a column.
    pub constants: Vec<Constant>,
    /// What it names that is not there.
    pub faults: Vec<Fault>,
    /// The columns of its rows, if all are known.
    pub columns: Option<Vec<Output>>,
}

/// A column of what a query returns.
#[derive(Clone, Debug)]
pub(in crate::catalog) struct Output {
    /// Its name.
    pub name: Name,
    /// Its type, where it is a column of a table.
    pub data_type: Option<Type>,
    /// The collation that it has besides.
    pub collation: Option<Arc<str>>,
    /// Whether it is named as the database pleases, or as what it is made of, not by `AS`.
    pub derived: bool,
}

impl Reading {
    /// What is known of a text that is not understood: it may refer to whatever is called like one of its words.
    pub fn of_words(catalog: &Catalog, text: &str, table: Option<&Key>) -> Reading {
        let mut reading = Reading {
            accesses: Accesses {
                more: true,
                ..Accesses::default()
            },
            ..Reading::default()
        };
        let mut before: Option<Ident> = None;
        for (name, range) in names(text, catalog.dialect) {
            let qualified = before.as_ref().is_some_and(|it| {
                let between = text.get(it.range.end..range.start).unwrap_or_default();
                between.trim() == "."
            });
            let schema = before.take().filter(|_| qualified);
            let name = Ident { name, range };
            before = Some(name.clone());
            reading.note_word(catalog, table, Qualified { schema, name });
        }
        reading
    }

    fn note_word(&mut self, catalog: &Catalog, table: Option<&Key>, name: Qualified) {
        let own = table.map(|table| table.column(name.name.name.clone()));
        let is_there = |key: &Key| catalog.get(key).is_some();
        self.perhaps.extend(own.filter(is_there));
        for space in [Space::Relation, Space::Type] {
            let (key, _) = catalog.resolve(space, &name);
            self.perhaps.extend(Some(key).filter(is_there));
        }
        if catalog.dialect == Dialect::Postgres {
            for whole in catalog.resolve_routines(&name) {
                let routines = catalog.parts(&whole).map(|(key, _)| key.clone());
                self.perhaps.extend(routines);
            }
        }
    }

    /// Says that what is called like a column of the table is one: where no query is, nothing else has names.
    pub fn settle(&mut self, table: &Key) {
        let perhaps = std::mem::take(&mut self.perhaps);
        let (own, others) = perhaps
            .into_iter()
            .partition::<BTreeSet<Key>, _>(|key| key.is_within(table));
        self.perhaps = others;
        self.reads.extend(own);
    }

    /// Takes out the columns of a table that it certainly reads.
    pub fn take_columns(&mut self, table: &Key) -> Vec<Name> {
        let is_own = |key: &Key| {
            let part = key.part.as_ref().map(|part| part.kind);
            part == Some(PartKind::Column) && key.is_within(table)
        };
        let (own, others) = std::mem::take(&mut self.reads)
            .into_iter()
            .partition::<BTreeSet<Key>, _>(is_own);
        self.reads = others;
        own.iter().map(|key| key.own_name().clone()).collect()
    }

    /// What an object uses that says this, and how it hangs on it.
    pub fn needs(self) -> impl Iterator<Item = (Key, Hold)> {
        let certain = self.reads.into_iter().chain(self.calls);
        let certain = certain.map(|key| (key, Hold::Firm));
        certain.chain(self.perhaps.into_iter().map(|key| (key, Hold::Perhaps)))
    }

    /// Notes what a name means, as far as it is there.
    pub fn note(&mut self, key: Key, found: &Found, catalog: &Catalog) {
        match found {
            Found::Here(_) => self.calls.insert(key),
            Found::Unknown if catalog.get(&key).is_some() => self.perhaps.insert(key),
            Found::Unknown | Found::Missing => false,
        };
    }
}

/// The words of a piece of SQL that may be names, and where they stand.
pub(super) fn names(
    text: &str,
    dialect: Dialect,
) -> impl Iterator<Item = (Name, std::ops::Range<usize>)> {
    tokens(text, dialect).filter_map(move |token| {
        let written = text.get(token.range.clone())?;
        let name = match token.kind {
            TokenKind::Word => Name::unquoted(written, dialect),
            TokenKind::QuotedIdentifier => Name::quoted(&unquote(written), dialect),
            _ => return None,
        };
        Some((name, token.range))
    })
}
