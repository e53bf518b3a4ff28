//! Expressions and queries in a form in which what says the same is the same, however it is written.
//!
//! A database shows them otherwise than they were written (`ruleutils.c` of PostgreSQL): with parentheses
//! around everything, with the types of literals, with `= ANY (ARRAY[…])` for `IN (…)`. sqlparser reads them,
//! and what of its tree makes no difference is left out. Two terms that still differ may mean the same;
//! only where they speak of different things do they certainly not.

mod expression;
mod query;

use super::object::Expression;
use super::types::{self, Base, Type};
use super::{Catalog, Key, Kind};
use crate::ddl::{self, Name};
use crate::dialect::Dialect;
use crate::parse;
use sqlparser::ast::{DataType, Ident, Query, SelectItem, SetExpr, Statement};
use std::collections::BTreeSet;

/// An expression, or a query.
#[derive(Clone, Debug, PartialEq)]
pub enum Term {
    /// A string.
    Text(String),
    /// A literal without quotes: `1`, `true`, `null`.
    Plain(String),
    /// A column, with the table where that does not go without saying.
    Column(String),
    /// An operator or a function, and what it is applied to.
    Call(String, Vec<Term>),
    /// The same thing, by another type or another name.
    As(Box<Term>, String),
    /// What is not looked into.
    Other(String),
}

/// How two things are alike.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Likeness {
    /// They say the same.
    Same,
    /// They are written in different ways, and may say the same.
    Unknown,
    /// They say different things.
    Different,
}

/// What an expression or a query is to be understood by.
#[derive(Clone, Copy)]
pub struct Context<'a> {
    /// The schema that it is part of.
    pub catalog: &'a Catalog,
    /// The table whose columns it is about.
    pub table: Option<&'a Key>,
    /// The type of its value, where that is known: that of a column, for its default.
    pub expected: Option<&'a Type>,
    /// The sequences that it names, which may be called otherwise by now.
    pub sequences: &'a [Key],
}

impl<'a> Context<'a> {
    /// The expression as a term; `None` if it is not understood.
    pub fn expression(self, text: &Expression) -> Option<Term> {
        let sql = format!("SELECT {text}");
        let term = parse::look(&sql, self.catalog.dialect(), |tree| {
            let Statement::Query(query) = tree else {
                return None;
            };
            let SetExpr::Select(select) = &*query.body else {
                return None;
            };
            match &select.projection[..] {
                [SelectItem::UnnamedExpr(it)] => Some(self.reader(self.own_names()).term(it)),
                _ => None,
            }
        });
        let term = term.flatten()?;
        Some(match (term, self.expected) {
            (term, Some(expected)) => expression::of_type(term, expected),
            (term, None) => term,
        })
    }

    /// The query as a term; `None` if it is not understood.
    pub fn query(self, text: &Expression) -> Option<Term> {
        parse::look(text, self.catalog.dialect(), |tree| match tree {
            Statement::Query(query) => Some(self.of_query(query)),
            _ => None,
        })
        .flatten()
    }

    fn of_query(self, query: &Query) -> Term {
        self.reader(Vec::new()).query(query)
    }

    fn reader(self, own: Vec<String>) -> Reader<'a> {
        Reader { context: self, own }
    }

    /// By which name the table goes without saying.
    fn own_names(self) -> Vec<String> {
        let name = self.table.map(|table| table.name.key().to_owned());
        name.into_iter().collect()
    }
}

/// Reads sqlparser's tree.
struct Reader<'a> {
    context: Context<'a>,
    /// The names of the only table whose columns can be meant.
    own: Vec<String>,
}

impl Reader<'_> {
    fn dialect(&self) -> Dialect {
        self.context.catalog.dialect()
    }

    fn name(&self, ident: &Ident) -> String {
        let name = match ident.quote_style {
            Some(_) => Name::quoted(&ident.value, self.dialect()),
            None => Name::unquoted(&ident.value, self.dialect()),
        };
        name.key().to_owned()
    }

    /// Several names with dots between them, without a schema that is looked into anyway.
    fn qualified<'i>(&self, parts: impl IntoIterator<Item = &'i Ident>) -> String {
        let parts: Vec<String> = parts.into_iter().map(|it| self.name(it)).collect();
        match &parts[..] {
            [schema, name] if self.goes_without_saying(schema) => name.clone(),
            _ => parts.join("."),
        }
    }

    fn goes_without_saying(&self, schema: &str) -> bool {
        let path = self.context.catalog.search_path();
        schema == "pg_catalog" || path.iter().any(|it| it.key() == schema)
    }

    fn data_type(&self, written: &DataType) -> Type {
        named_type(&written.to_string(), self.dialect())
    }

    /// The type of a column, where it is the table's own.
    fn type_of(&self, column: &str) -> Option<Type> {
        let key = self
            .context
            .table?
            .column(Name::quoted(column, self.dialect()));
        match &self.context.catalog.get(&key)?.kind {
            Kind::Column(column) => Some(column.data_type.clone()),
            _ => None,
        }
    }
}

/// A type by a name that parsers have understood.
fn named_type(text: &str, dialect: Dialect) -> Type {
    match ddl::read_type(text, dialect) {
        Some(name) => types::normalise(&name, dialect),
        None => Type {
            base: Base::Other(text.to_lowercase().into()),
            modifiers: "".into(),
            array: false,
        },
    }
}

impl Likeness {
    /// How two expressions are alike, each understood in its own surroundings.
    pub fn of_expressions(
        (a, in_a): (&Expression, Context<'_>),
        (b, in_b): (&Expression, Context<'_>),
    ) -> Likeness {
        Likeness::of(in_a.expression(a), in_b.expression(b))
    }

    /// How two queries are alike.
    pub fn of_queries(
        (a, in_a): (&Expression, Context<'_>),
        (b, in_b): (&Expression, Context<'_>),
    ) -> Likeness {
        Likeness::of(in_a.query(a), in_b.query(b))
    }

    fn of(a: Option<Term>, b: Option<Term>) -> Likeness {
        match (a, b) {
            (Some(a), Some(b)) => a.likeness(&b),
            _ => Likeness::Unknown,
        }
    }
}

impl Term {
    /// How two terms are alike.
    pub fn likeness(&self, other: &Term) -> Likeness {
        if self.is_like(other) {
            return Likeness::Same;
        }
        match (self.things(), other.things()) {
            (Some(a), Some(b)) if a != b => Likeness::Different,
            _ => Likeness::Unknown,
        }
    }

    fn is_like(&self, other: &Term) -> bool {
        match (self, other) {
            (Term::As(a, _), b @ Term::Text(_)) | (b @ Term::Text(_), Term::As(a, _)) => {
                a.is_like(b)
            }
            (Term::As(a, as_a), Term::As(b, as_b)) => as_a == as_b && a.is_like(b),
            (Term::Call(f, a), Term::Call(g, b)) => {
                f == g && a.len() == b.len() && a.iter().zip(b).all(|(a, b)| a.is_like(b))
            }
            (a, b) => a == b,
        }
    }

    /// The literals, columns, operators and functions that it speaks of; `None` where they can be others
    /// that mean the same.
    fn things(&self) -> Option<BTreeSet<String>> {
        let mut things = BTreeSet::new();
        self.collect(&mut things).then_some(things)
    }

    fn collect(&self, things: &mut BTreeSet<String>) -> bool {
        match self {
            Term::Text(text) | Term::Plain(text) => {
                things.insert(format!("'{text}"));
                true
            }
            Term::Column(name) => {
                let own = name.rsplit('.').next().unwrap_or(name);
                things.insert(format!("\"{own}"));
                true
            }
            Term::Call(name, operands) => {
                things.insert(name.clone());
                operands.iter().all(|it| it.collect(things))
            }
            Term::As(it, data_type) => match &**it {
                Term::Text(text) => match is_kept(data_type) {
                    Some(true) => it.collect(things),
                    // The order of its keys and the white space are the database's.
                    Some(false) => {
                        let mut letters: Vec<char> = text.chars().collect();
                        letters.retain(|c| !c.is_whitespace());
                        letters.sort_unstable();
                        let letters: String = letters.into_iter().collect();
                        things.insert(format!("'{letters}"));
                        true
                    }
                    None => false,
                },
                it => it.collect(things),
            },
            Term::Other(_) => false,
        }
    }
}

/// Whether a database shows a literal of a type as it was written: all of it (`Some(true)`), or the same
/// letters at least. Of dates, addresses and the like there are many ways to write one.
fn is_kept(data_type: &str) -> Option<bool> {
    let base = data_type.split('(').next().unwrap_or(data_type);
    match base {
        "text" | "character varying" | "character" | "bpchar" | "name" | "json" | "regclass" => {
            Some(true)
        }
        "jsonb" => Some(false),
        _ if base.ends_with("[]") => Some(false),
        "xml" | "bytea" | "inet" | "cidr" | "uuid" | "interval" | "money" | "macaddr" => None,
        _ if base.starts_with("time") || base.starts_with("date") => None,
        // An enum's label.
        _ if !OPAQUE.contains(&base) => Some(true),
        _ => None,
    }
}

/// The other types whose literals are not shown as they were written.
const OPAQUE: &[&str] = &[
    "bit",
    "\"bit\"",
    "bit varying",
    "box",
    "circle",
    "citext",
    "hstore",
    "int4range",
    "int8range",
    "line",
    "lseg",
    "ltree",
    "macaddr8",
    "numrange",
    "path",
    "point",
    "polygon",
    "tsquery",
    "tsrange",
    "tstzrange",
    "tsvector",
];
