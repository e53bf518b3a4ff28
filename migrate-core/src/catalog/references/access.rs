//! Which relations a statement takes rows from, and which it gives rows to.

use super::Walk;
use crate::catalog::{FaultKind, Found, Key, Space};
use crate::ddl::object::ObjectKind;
use crate::ddl::read_regclass;
use crate::dialect::Dialect;
use sqlparser::ast;
use sqlparser::tokenizer::Span;

/// What the queries of a statement do with rows.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Accesses {
    /// In the order of the statement; a relation may be there several times.
    pub list: Vec<Access>,
    /// Whether there may be more: a query is not understood, or names what is not known.
    pub more: bool,
}

/// What a query does with the rows of a relation. What a view reads in turn is the view's to know.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Access {
    /// The table, view or sequence.
    pub relation: Key,
    /// What it does there.
    pub mode: AccessMode,
    /// Whether those that inherit from it are left out: `ONLY`.
    pub only: bool,
}

/// What is done with rows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AccessMode {
    /// They are read.
    Read,
    /// They are read and locked: `FOR UPDATE`, `FOR SHARE`.
    Lock,
    /// They are written.
    Write,
    /// A number is taken from a sequence, or set.
    Number,
}

impl Accesses {
    /// Adds those of another query.
    pub(in crate::catalog) fn extend(&mut self, other: Accesses) {
        for access in other.list {
            self.push(access);
        }
        self.more |= other.more;
    }

    fn push(&mut self, access: Access) {
        if !self.list.contains(&access) {
            self.list.push(access);
        }
    }
}

impl Walk<'_> {
    /// Notes that a relation is read, or locked row by row; one that is not known leaves open what it is.
    pub fn accessed(&mut self, relation: &Key, found: &Found) {
        match found {
            Found::Missing => return,
            Found::Unknown if is_system(relation) => return,
            Found::Unknown => self.reading.accesses.more = true,
            Found::Here(_) => {}
        }
        let mode = match self.locking {
            true => AccessMode::Lock,
            false => AccessMode::Read,
        };
        self.reading.accesses.push(Access {
            relation: relation.clone(),
            mode,
            only: false,
        });
    }

    /// Notes that what was read last, from a place on, was read without those that inherit from it.
    pub fn accessed_only(&mut self, from: usize) {
        let list = self.reading.accesses.list.iter_mut().skip(from);
        list.for_each(|access| access.only = true);
    }

    /// Notes that what was named last is written.
    pub fn written(&mut self, relation: Option<&Key>) {
        let mut list = self.reading.accesses.list.iter_mut().rev();
        let last = list.find(|access| Some(&access.relation) == relation);
        if let Some(access) = last {
            access.mode = AccessMode::Write;
        }
    }

    /// `nextval('s')` and its kin, whose first argument says which sequence.
    pub fn number(&mut self, function: &ast::Function) {
        if !self.is(Dialect::Postgres) || !self.takes_number(&function.name) {
            return;
        }
        let name = match &function.args {
            ast::FunctionArguments::List(list) => {
                let string = list.args.first().and_then(string);
                string.map(|(text, span)| (text, self.place(span)))
            }
            _ => None,
        };
        let name = name.and_then(|(text, range)| Some((read_regclass(text, 0..0)?, range)));
        let Some((name, range)) = name else {
            self.reading.accesses.more = true;
            return;
        };
        let (relation, found) = self.catalog.resolve(Space::Relation, &name);
        if found.is_missing() {
            let (kind, key) = (ObjectKind::Sequence, relation);
            return self.fault(range, FaultKind::Missing { kind, key });
        }
        if matches!(found, Found::Here(_)) {
            self.reading.accesses.push(Access {
                relation,
                mode: AccessMode::Number,
                only: false,
            });
        }
    }

    /// Whether this is one of PostgreSQL's functions about sequences, and none of the catalog's that is called so.
    fn takes_number(&self, function: &ast::ObjectName) -> bool {
        let Some(name) = self.object_name(function) else {
            return false;
        };
        let schema = name.schema.as_ref().map(|schema| schema.name.key());
        matches!(name.name.name.key(), "nextval" | "setval" | "currval")
            && match schema {
                Some(schema) => schema == "pg_catalog",
                None => !self.catalog.has_routine(&name),
            }
    }
}

/// The text of an argument that is a string, or one that is cast to `regclass`, and where it stands. What is a `text` is
/// looked up only when it is computed.
fn string(argument: &ast::FunctionArg) -> Option<(&str, Span)> {
    let ast::FunctionArg::Unnamed(ast::FunctionArgExpr::Expr(expression)) = argument else {
        return None;
    };
    let expression = match expression {
        ast::Expr::Cast {
            expr,
            data_type: ast::DataType::Regclass,
            ..
        } => expr,
        other => other,
    };
    match expression {
        ast::Expr::Value(value) => match &value.value {
            ast::Value::SingleQuotedString(text) => Some((text, value.span)),
            _ => None,
        },
        _ => None,
    }
}

/// Whether a relation that is not known is one of the database's own, whose rows are no migration's.
fn is_system(relation: &Key) -> bool {
    matches!(
        relation.schema.key(),
        "pg_catalog" | "information_schema" | "mysql" | "performance_schema" | "sys"
    ) || relation.name.key().starts_with("pg_")
        || relation.name.key().starts_with("sqlite_")
}
