//! What statements do, as data: the vocabulary that the catalog, the checks and the lint rules share.
//!
//! It is read by a reader of our own from the tokens, since sqlparser's tree forgets much of DDL
//! (the collation of `SET DATA TYPE`, `ATTACH PARTITION`, identity columns that are altered).
//! The database's own grammar has refused broken SQL before, so the reader may be forgiving: what it
//! does not know is [`Statement::Opaque`], with what that may have touched. Ranges are byte
//! offsets in the statement.

pub mod alter;
pub mod name;
pub mod object;
pub mod query;
mod read;
pub mod sequence;
pub mod table;

pub use name::{Ident, Name, Qualified};
pub(crate) use read::{is_of_database, read_regclass, read_whole, suspects};
pub use read::{read, read_type};

use crate::statement::Control;
use object::{ObjectKind, Target};
use std::ops::Range;
use std::sync::Arc;

/// A statement.
#[derive(Clone, Debug, PartialEq)]
pub enum Statement {
    /// `CREATE TABLE`.
    CreateTable(Box<table::CreateTable>),
    /// `ALTER TABLE`, and what else has its words: `ALTER VIEW v RENAME COLUMN a TO b`,
    /// `ALTER INDEX i RENAME TO j`.
    AlterTable(alter::AlterTable),
    /// `CREATE INDEX`.
    CreateIndex(Box<table::CreateIndex>),
    /// `CREATE SCHEMA`, MySQL's `CREATE DATABASE`.
    CreateSchema(object::CreateSchema),
    /// `CREATE [MATERIALIZED] VIEW`.
    CreateView(Box<object::CreateView>),
    /// `CREATE SEQUENCE`.
    CreateSequence(sequence::CreateSequence),
    /// `ALTER SEQUENCE`, but for its name, schema and owner.
    AlterSequence(sequence::AlterSequence),
    /// `CREATE TYPE`.
    CreateType(object::CreateType),
    /// `ALTER TYPE`, but for its name, schema and owner.
    AlterType(object::AlterType),
    /// `CREATE DOMAIN`.
    CreateDomain(Box<object::CreateDomain>),
    /// `ALTER DOMAIN`, but for its name, schema and owner.
    AlterDomain(object::AlterDomain),
    /// `CREATE FUNCTION`, `PROCEDURE`, `AGGREGATE`.
    CreateRoutine(Box<object::CreateRoutine>),
    /// `CREATE TRIGGER`.
    CreateTrigger(Box<object::CreateTrigger>),
    /// `CREATE POLICY`.
    CreatePolicy(object::CreatePolicy),
    /// `ALTER POLICY`, but for its name.
    AlterPolicy(object::CreatePolicy),
    /// `CREATE RULE`.
    CreateRule(object::CreateRule),
    /// `CREATE EXTENSION`.
    CreateExtension(object::CreateExtension),
    /// `DROP` of anything that the model has.
    Drop(object::Drop),
    /// `ALTER … RENAME TO` of what is no relation: a type, a schema, a routine, a trigger; MySQL's
    /// `RENAME TABLE`.
    Rename(Vec<object::Rename>),
    /// `ALTER … SET SCHEMA` of what is no relation.
    SetSchema(object::SetSchema),
    /// `COMMENT ON`.
    Comment(object::Comment),
    /// `INSERT`, `UPDATE`, `DELETE`, `MERGE`, `COPY … FROM`, also behind `WITH`.
    Write(Box<query::Write>),
    /// `SELECT`, `VALUES`, `TABLE`, `WITH … SELECT`: it may call what changes anything.
    Query(query::Query),
    /// `TRUNCATE`.
    Truncate(object::Truncate),
    /// `SET`, `RESET`, `DISCARD`, SQLite's `PRAGMA`, MySQL's `USE`.
    Set(object::Set),
    /// Work on what is there that changes no schema: `VACUUM`, `REINDEX`, `CLUSTER`, `ANALYZE`,
    /// `REFRESH MATERIALIZED VIEW`, `LOCK TABLE`, `OPTIMIZE TABLE`.
    Maintain(object::Maintain),
    /// `BEGIN`, `COMMIT`, `ROLLBACK`.
    Control(Control),
    /// What is not looked into.
    Opaque(Opaque),
}

/// A statement that is not looked into.
#[derive(Clone, Debug, PartialEq)]
pub struct Opaque {
    /// What it begins with, in upper case: `DO`, `CREATE EVENT TRIGGER`.
    pub kind: Arc<str>,
    /// What it may have changed.
    pub reach: Reach,
    /// The tables that it is about and does not change, where that is known: `GRANT … ON t`, `COPY t TO`.
    pub names: Vec<Qualified>,
    /// The columns that it names, each with its table: `GRANT SELECT (a) ON t`, `COPY t (a) TO`.
    pub columns: Vec<(Qualified, Ident)>,
    /// What else it names that has to be there: `GRANT … ON SCHEMA s`, `ALTER FUNCTION f() …`, `CALL f()`.
    pub objects: Vec<(ObjectKind, Target)>,
}

impl Opaque {
    /// A statement that names nothing, as far as it is known.
    pub fn new(kind: &str, reach: Reach) -> Opaque {
        Opaque {
            kind: kind.into(),
            reach,
            names: Vec::new(),
            columns: Vec::new(),
            objects: Vec::new(),
        }
    }
}

/// What a statement that is not looked into may have changed of the schema.
#[derive(Clone, Debug, PartialEq)]
pub enum Reach {
    /// Nothing that lasts: `SET`, `LISTEN`.
    Nothing,
    /// Nothing that the model has, but something of these: `GRANT`, `OWNER TO`; or something else where there are none:
    /// `CREATE EVENT TRIGGER`, `CREATE ROLE`.
    Aside(Vec<Qualified>),
    /// What it names, whatever kind of object that is, and all that is part of it.
    Names(Vec<Qualified>),
    /// What it names, as before, and whatever the routines may change that it calls.
    Calls {
        /// What it names.
        names: Vec<Qualified>,
        /// What it calls and is not known to leave the schema alone.
        called: Vec<Qualified>,
    },
    /// Anything: a `DO` block that executes text, a call of a procedure.
    Everything,
}

/// A piece of SQL that is kept as it is: an expression, a partition's bound, a list of options.
#[derive(Clone, Debug)]
pub struct Text {
    /// In canonical form: comments left out, one space where white space or nothing stood between
    /// tokens, unquoted words in lower case.
    pub canonical: Arc<str>,
    /// As it is written, for parsers.
    pub written: Arc<str>,
    /// Where it stands.
    pub range: Range<usize>,
}

impl Text {
    /// The list behind a word that would make a call of it: `LIST (a)`.
    pub(crate) fn behind_word(&self) -> Text {
        let list = self.canonical.split_once(' ').map_or("", |(_, list)| list);
        let at = self.written.find('(').unwrap_or(self.written.len());
        Text {
            canonical: list.into(),
            written: self.written.get(at..).unwrap_or_default().into(),
            range: self.range.start + at..self.range.end,
        }
    }

    /// What was kept of a text, in its canonical form.
    pub(crate) fn kept(canonical: &str) -> Text {
        let text: Arc<str> = canonical.into();
        Text {
            range: 0..text.len(),
            written: text.clone(),
            canonical: text,
        }
    }
}

/// Two texts are equal if they say the same, wherever they stand.
impl PartialEq for Text {
    fn eq(&self, other: &Text) -> bool {
        self.canonical == other.canonical
    }
}
