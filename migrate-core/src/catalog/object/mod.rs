//! What a schema consists of.
//!
//! Objects are values: they name others by their keys, and do not know their own. Two of them are compared by what they
//! say to a user ([`Object::says_same`]); where they come from, and what follows from that, is kept beside it.

mod constraint;
mod index;
mod numbers;
mod rename;
mod uses;

use super::key::Key;
use super::types::Type;
use crate::ddl::alter::Firing;
use crate::ddl::object::{ArgumentMode, ObjectKind};
use crate::ddl::table::Persistence;
use crate::ddl::{Name, Reach};
use std::sync::Arc;

pub use constraint::{Constraint, ForeignKey, Rule};
pub use index::{Index, IndexKey, IndexTarget};
pub use numbers::Numbers;
pub(super) use rename::ColumnRename;

/// What an object uses, and how it hangs on it.
pub type Needs = Vec<(Key, Hold)>;

/// An object of a schema.
#[derive(Clone, Debug)]
pub struct Object {
    /// What it is.
    pub kind: Kind,
    /// Its comment, as it is written in its quotes.
    pub comment: Option<Arc<str>>,
    /// What its expressions and its query need besides what its kind says. What a routine's body needs, PostgreSQL
    /// notes only where it is parsed at once (`BEGIN ATOMIC`).
    pub needs: Needs,
}

/// What an object is.
#[derive(Clone, Debug)]
pub enum Kind {
    /// A schema; on MySQL a database.
    Schema,
    /// An extension, with its schema, where one is said.
    Extension(Option<Name>),
    /// A table. Its columns, constraints and indexes are objects of their own.
    Table(Table),
    /// A column.
    Column(Column),
    /// A constraint of a table.
    Constraint(Constraint),
    /// An index.
    Index(Index),
    /// A view.
    View(View),
    /// A sequence.
    Sequence(Sequence),
    /// An enum, with its labels in order.
    Enum(Vec<Arc<str>>),
    /// A composite type, with its attributes in order.
    Composite(Vec<(Name, Type)>),
    /// A domain.
    Domain(Domain),
    /// A type that is not looked into: a range with its definition, a base type without one.
    Type(Arc<str>),
    /// A function, procedure or aggregate.
    Routine(Routine),
    /// A trigger.
    Trigger(Trigger),
    /// A policy for rows.
    Policy(Policy),
    /// A rule, by its definition.
    Rule(Arc<str>),
}

impl Kind {
    /// Whether they say the same.
    pub fn says_same(&self, other: &Kind) -> bool {
        match (self, other) {
            (Kind::Schema, Kind::Schema) => true,
            (Kind::Extension(a), Kind::Extension(b)) => a == b,
            (Kind::Table(a), Kind::Table(b)) => a == b,
            (Kind::Column(a), Kind::Column(b)) => a.says_same(b),
            (Kind::Constraint(a), Kind::Constraint(b)) => a.says_same(b),
            (Kind::Index(a), Kind::Index(b)) => a.says_same(b),
            (Kind::View(a), Kind::View(b)) => a.says_same(b),
            (Kind::Sequence(a), Kind::Sequence(b)) => a == b,
            (Kind::Enum(a), Kind::Enum(b)) => a == b,
            (Kind::Composite(a), Kind::Composite(b)) => a == b,
            (Kind::Domain(a), Kind::Domain(b)) => a == b,
            (Kind::Type(a), Kind::Type(b)) | (Kind::Rule(a), Kind::Rule(b)) => a == b,
            (Kind::Routine(a), Kind::Routine(b)) => a == b,
            (Kind::Trigger(a), Kind::Trigger(b)) => a == b,
            (Kind::Policy(a), Kind::Policy(b)) => a == b,
            _ => false,
        }
    }
}

/// An expression, as it is written, in canonical form.
pub type Expression = Arc<str>;

/// A table.
#[derive(Clone, Debug, PartialEq)]
pub struct Table {
    /// How long it is kept.
    pub persistence: Persistence,
    /// Whether it may have columns that are not known, as after `CREATE TABLE AS`.
    pub open: bool,
    /// `PARTITION BY`.
    pub partition_by: Option<Arc<str>>,
    /// The table that it is a partition of, and its bound.
    pub partition_of: Option<(Key, Arc<str>)>,
    /// The tables that it inherits from.
    pub inherits: Vec<Key>,
    /// `OF type`: the type that its columns are from.
    pub of_type: Option<Key>,
    /// `ENABLE`, `FORCE ROW LEVEL SECURITY`.
    pub row_security: RowSecurity,
    /// A foreign table, or SQLite's virtual one.
    pub foreign: bool,
    /// What else is said of it: `engine`, `without rowid`, sorted by name.
    pub options: Vec<(Arc<str>, Arc<str>)>,
}

impl Table {
    /// `ON COMMIT DROP`.
    pub(super) fn is_dropped_on_commit(&self) -> bool {
        let mut options = self.options.iter();
        options.any(|(name, value)| &**name == "on commit" && &**value == "drop")
    }
}

/// Whether policies are looked at.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct RowSecurity {
    /// They are.
    pub enabled: bool,
    /// For the table's owner, too.
    pub forced: bool,
}

/// A column.
#[derive(Clone, Debug)]
pub struct Column {
    /// Where it comes among the table's columns. What is left when others go is not numbered
    /// again, so that only the order counts.
    pub position: u32,
    /// Its type; on SQLite the one that it was declared with.
    pub data_type: Type,
    /// Whether it refuses null.
    pub not_null: bool,
    /// `DEFAULT`.
    pub default: Option<Expression>,
    /// The sequences that its default takes its values from.
    pub sequences: Vec<Key>,
    /// How it is computed.
    pub generated: Option<Generated>,
    /// `GENERATED … AS IDENTITY`; whether `ALWAYS`.
    pub identity: Option<bool>,
    /// `COLLATE`, where it is said.
    pub collation: Option<Arc<str>>,
    /// `AUTO_INCREMENT`, `AUTOINCREMENT`.
    pub auto_increment: bool,
    /// MySQL's `ON UPDATE`.
    pub on_update: Option<Expression>,
    /// MySQL's `INVISIBLE`.
    pub invisible: bool,
    /// SQLite's `NOT NULL ON CONFLICT IGNORE`: a row with a null there is passed over.
    pub passes_over: bool,
    /// Whether the table keeps it when no parent has it any more (`attislocal`).
    pub local: bool,
}

impl Column {
    /// A column of which nothing but its type is said.
    pub fn new(data_type: Type) -> Column {
        Column {
            position: 1,
            data_type,
            not_null: false,
            default: None,
            sequences: Vec::new(),
            generated: None,
            identity: None,
            collation: None,
            auto_increment: false,
            on_update: None,
            invisible: false,
            passes_over: false,
            local: true,
        }
    }

    /// Whether two columns say the same, wherever they come from, and wherever they stand: PostgreSQL and SQLite add columns
    /// at the end only, so that a column which was dropped never comes back to its place. On MySQL it can (`AFTER c`), but
    /// few care, and only `SELECT *` and `INSERT` without a list of columns can tell.
    pub fn says_same(&self, other: &Column) -> bool {
        (&self.data_type, self.not_null, &self.default)
            == (&other.data_type, other.not_null, &other.default)
            && (&self.generated, self.identity, &self.collation)
                == (&other.generated, other.identity, &other.collation)
            && (self.auto_increment, &self.on_update) == (other.auto_increment, &other.on_update)
            && (self.invisible, self.passes_over) == (other.invisible, other.passes_over)
    }
}

/// How a column is computed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Generated {
    /// From what.
    pub expression: Expression,
    /// When it is written, not when it is read.
    pub stored: bool,
}

/// A view. Its columns are objects of their own where all of them are known.
#[derive(Clone, Debug)]
pub struct View {
    /// Whether it holds its rows.
    pub materialized: bool,
    /// Whether it has got them, so that it can be read: not after `WITH NO DATA`.
    pub populated: bool,
    /// Whether it is gone with its session.
    pub temporary: bool,
    /// Its query, in canonical form.
    pub query: Arc<str>,
    /// `WITH (…)`, `WITH CHECK OPTION` and the like.
    pub options: Arc<str>,
    /// The names of its columns, where they are all known.
    pub columns: Option<Vec<Name>>,
    /// What its query reads, as far as that is certain.
    pub reads: Vec<Key>,
    /// What it may read besides.
    pub may_read: Vec<Key>,
    /// Whether it may read what is in neither: its query is not understood, or names what is not known.
    pub unread: bool,
    /// Whether something that it reads has another name now than in its query.
    pub renamed: bool,
}

impl View {
    /// Whether two views say the same, whether they can be read yet or not: that is a matter of rows. What they read is
    /// compared by the names that it has now.
    pub fn says_same(&self, other: &View) -> bool {
        (self.materialized, self.temporary) == (other.materialized, other.temporary)
            && (&self.query, &self.options) == (&other.query, &other.options)
            && (&self.columns, &self.reads) == (&other.columns, &other.reads)
            && self.may_read == other.may_read
    }
}

/// A sequence.
#[derive(Clone, Debug, PartialEq)]
pub struct Sequence {
    /// The type of its numbers.
    pub data_type: Type,
    /// The column that it goes with.
    pub owned_by: Option<Key>,
    /// Whether it is part of an identity column.
    pub identity: bool,
    /// What it was told, and what is so if it was told nothing.
    pub numbers: Numbers,
}

/// A domain.
#[derive(Clone, Debug, PartialEq)]
pub struct Domain {
    /// What it is made of.
    pub data_type: Type,
    /// `NOT NULL`.
    pub not_null: bool,
    /// `DEFAULT`.
    pub default: Option<Expression>,
    /// `COLLATE`.
    pub collation: Option<Arc<str>>,
    /// Its checks: name, expression, and whether it is valid.
    pub checks: Vec<(Name, Expression, bool)>,
}

/// A function, procedure or aggregate. What it is called by is its key.
#[derive(Clone, Debug, PartialEq)]
pub struct Routine {
    /// Which of the three.
    pub kind: ObjectKind,
    /// All its arguments, in order.
    pub arguments: Vec<RoutineArgument>,
    /// The type that it returns, or the table.
    pub returns: Option<Arc<str>>,
    /// In lower case.
    pub language: Arc<str>,
    /// The rest of its definition.
    pub body: Arc<str>,
    /// The types that its arguments and its result are of.
    pub types: Vec<Key>,
    /// What it may change of the schema when it is called.
    pub reach: Reach,
}

/// An argument of a routine.
#[derive(Clone, Debug, PartialEq)]
pub struct RoutineArgument {
    /// Which way it goes.
    pub mode: ArgumentMode,
    /// Its name.
    pub name: Option<Name>,
    /// Its type.
    pub data_type: Type,
    /// `DEFAULT`.
    pub default: Option<Expression>,
}

/// A trigger.
#[derive(Clone, Debug, PartialEq)]
pub struct Trigger {
    /// Its table; on PostgreSQL it is part of it.
    pub table: Key,
    /// All of it behind its name.
    pub definition: Arc<str>,
    /// The columns of `UPDATE OF`.
    pub columns: Vec<Name>,
    /// The function that it calls, where that is known.
    pub function: Option<Key>,
    /// Whether that may do anything: it is none of the catalog's, nor one of the database's.
    pub opaque: bool,
    /// In which sessions it fires.
    pub firing: Firing,
    /// The trigger of a partitioned table that this one of a partition is a copy of (`tgparentid`).
    pub partition_of: Option<Key>,
}

/// A policy for rows.
#[derive(Clone, Debug, PartialEq)]
pub struct Policy {
    /// `AS`, `FOR`, `TO`.
    pub definition: Arc<str>,
    /// `USING`.
    pub using: Option<Expression>,
    /// `WITH CHECK`.
    pub check: Option<Expression>,
}

/// How an object hangs on one that it uses.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Hold {
    /// It goes with it, without being asked.
    Auto,
    /// It is a child that has what its parent has: changes of the parent are changes of the child.
    Child,
    /// It stands in the way of its removal; `CASCADE` removes it, too.
    Firm,
    /// It may do so.
    Perhaps,
}

impl Object {
    /// An object without a comment.
    pub fn new(kind: Kind) -> Object {
        Object {
            kind,
            comment: None,
            needs: Needs::new(),
        }
    }

    /// Whether a user would see no difference between two objects. What their words mean follows from what else is there.
    pub fn says_same(&self, other: &Object) -> bool {
        self.kind.says_same(&other.kind) && self.comment == other.comment
    }

    /// What kind of object it is, for messages.
    pub fn object_kind(&self) -> ObjectKind {
        match &self.kind {
            Kind::Schema => ObjectKind::Schema,
            Kind::Extension(_) => ObjectKind::Extension,
            Kind::Table(_) => ObjectKind::Table,
            Kind::Column(_) => ObjectKind::Column,
            Kind::Constraint(_) => ObjectKind::Constraint,
            Kind::Index(_) => ObjectKind::Index,
            Kind::View(view) if view.materialized => ObjectKind::MaterializedView,
            Kind::View(_) => ObjectKind::View,
            Kind::Sequence(_) => ObjectKind::Sequence,
            Kind::Enum(_) | Kind::Composite(_) | Kind::Type(_) => ObjectKind::Type,
            Kind::Domain(_) => ObjectKind::Domain,
            Kind::Routine(routine) => routine.kind,
            Kind::Trigger(_) => ObjectKind::Trigger,
            Kind::Policy(_) => ObjectKind::Policy,
            Kind::Rule(_) => ObjectKind::Rule,
        }
    }
}
