//! Tables, their columns, constraints and indexes, as statements define them.

use super::{Ident, Name, Qualified, Text};
use std::ops::Range;
use std::sync::Arc;

/// `CREATE TABLE`.
#[derive(Clone, Debug, PartialEq)]
pub struct CreateTable {
    /// Its name.
    pub name: Qualified,
    /// `IF NOT EXISTS`.
    pub if_not_exists: bool,
    /// MariaDB's `OR REPLACE`.
    pub or_replace: bool,
    /// How long it is kept.
    pub persistence: Persistence,
    /// What its parentheses hold, in order.
    pub columns: Vec<ColumnDef>,
    /// The constraints of the table itself, in order.
    pub constraints: Vec<ConstraintDef>,
    /// MySQL's `KEY i (a)`.
    pub indexes: Vec<IndexDef>,
    /// `LIKE other [INCLUDING …]`.
    pub likes: Vec<Like>,
    /// `INHERITS (parent, …)`.
    pub inherits: Vec<Qualified>,
    /// `PARTITION BY`: the strategy and what is in its parentheses, on MySQL all of it.
    pub partition_by: Option<Text>,
    /// `PARTITION OF parent`, with the bound.
    pub partition_of: Option<(Qualified, Text)>,
    /// `OF type`.
    pub of_type: Option<Qualified>,
    /// The query of `AS SELECT …`.
    pub query: Option<Text>,
    /// What else is said behind it: `WITH (…)`, `TABLESPACE t`, `USING heap`, `ENGINE=InnoDB`, `STRICT`,
    /// `WITHOUT ROWID`; names in lower case, `""` for what has no value.
    pub options: Vec<(Arc<str>, Arc<str>)>,
    /// SQLite's `CREATE VIRTUAL TABLE`: its module.
    pub virtual_using: Option<Ident>,
    /// A foreign table.
    pub foreign: bool,
}

/// How long a table is kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Persistence {
    /// Through a crash.
    Permanent,
    /// Until a crash.
    Unlogged,
    /// Until the session ends, or its transaction.
    Temporary,
}

/// `LIKE other`.
#[derive(Clone, Debug, PartialEq)]
pub struct Like {
    /// The table that it is like.
    pub table: Qualified,
    /// How many of the columns stand before it.
    pub after: usize,
    /// `INCLUDING x` and `EXCLUDING x` in order, in lower case; whether it is included.
    pub options: Vec<(Arc<str>, bool)>,
}

/// A column, as `CREATE TABLE`, `ADD COLUMN`, `MODIFY` and `CHANGE` define it.
#[derive(Clone, Debug, PartialEq)]
pub struct ColumnDef {
    /// Its name.
    pub name: Ident,
    /// Its type; none for a typed table's, a partition's and some of SQLite's.
    pub data_type: Option<TypeName>,
    /// What follows the type, in order.
    pub constraints: Vec<ColumnConstraint>,
    /// MySQL's `FIRST` and `AFTER c`.
    pub position: Option<Position>,
    /// All of it.
    pub range: Range<usize>,
}

/// Where MySQL puts a column.
#[derive(Clone, Debug, PartialEq)]
pub enum Position {
    /// `FIRST`.
    First,
    /// `AFTER c`.
    After(Ident),
}

/// A type as it is written.
#[derive(Clone, Debug)]
pub struct TypeName {
    /// Its name: unquoted words joined by one space, in lower case (`double precision`); a name of one word
    /// may have a schema and be quoted.
    pub name: Qualified,
    /// Whether the name stood in quotes, so that it is no keyword.
    pub quoted: bool,
    /// What is in its parentheses, in canonical form: `10`, `2`, `'a'`.
    pub modifiers: Vec<Arc<str>>,
    /// What stands behind the parentheses, in lower case: `with time zone`, `unsigned`, `day to second`,
    /// `character set utf8mb4`.
    pub suffix: Arc<str>,
    /// How many `[]` it has; PostgreSQL does not care whether it is one or several.
    pub dimensions: u8,
    /// `SETOF`.
    pub set_of: bool,
    /// Where it stands.
    pub range: Range<usize>,
}

impl PartialEq for TypeName {
    fn eq(&self, other: &TypeName) -> bool {
        (&self.name, self.quoted, &self.modifiers, &self.suffix)
            == (&other.name, other.quoted, &other.modifiers, &other.suffix)
            && (self.dimensions, self.set_of) == (other.dimensions, other.set_of)
    }
}

/// One of what follows a column's type.
#[derive(Clone, Debug, PartialEq)]
pub struct ColumnConstraint {
    /// `CONSTRAINT name`.
    pub name: Option<Ident>,
    /// What it says.
    pub kind: ColumnConstraintKind,
    /// What stands behind it: `DEFERRABLE`, `NOT VALID`, ….
    pub attributes: Attributes,
    /// All of it.
    pub range: Range<usize>,
}

/// What a column's constraint says.
#[derive(Clone, Debug, PartialEq)]
pub enum ColumnConstraintKind {
    /// `NOT NULL`.
    NotNull,
    /// `NULL`.
    Null,
    /// `DEFAULT e`.
    Default(Text),
    /// `CHECK (e)`, without the parentheses.
    Check(Text),
    /// `UNIQUE`.
    Unique,
    /// `PRIMARY KEY`.
    PrimaryKey {
        /// SQLite's `DESC`, with which it is no alias of the rowid.
        descending: bool,
    },
    /// `REFERENCES t (c)`.
    References(Reference),
    /// `GENERATED ALWAYS AS (e)`, MySQL's and SQLite's `AS (e)`.
    Generated {
        /// The expression, without the parentheses.
        expression: Text,
        /// Whether it is computed when written, not when read.
        stored: bool,
    },
    /// `GENERATED … AS IDENTITY`.
    Identity {
        /// `ALWAYS`, not `BY DEFAULT`.
        always: bool,
        /// The sequence's options.
        options: Text,
        /// Its name, where the options say it.
        sequence: Option<Qualified>,
    },
    /// `COLLATE c`.
    Collate(Qualified),
    /// `AUTO_INCREMENT`, `AUTOINCREMENT`.
    AutoIncrement,
    /// MySQL's `ON UPDATE e`.
    OnUpdate(Text),
    /// MySQL's `COMMENT 'text'`.
    Comment(Text),
    /// What changes nothing that the model has: `STORAGE plain`, `INVISIBLE`.
    Other(Text),
}

/// What a constraint says of when and for whom it holds.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Attributes {
    /// `NOT VALID`: rows that are there are not looked at.
    pub not_valid: bool,
    /// `NO INHERIT`.
    pub no_inherit: bool,
    /// `NOT ENFORCED`.
    pub not_enforced: bool,
    /// `DEFERRABLE`.
    pub deferrable: bool,
    /// `INITIALLY DEFERRED`.
    pub initially_deferred: bool,
    /// `NULLS NOT DISTINCT` of a column's `UNIQUE`; a table's is in [`UniqueDef`].
    pub nulls_not_distinct: bool,
    /// SQLite's `ON CONFLICT x`, in lower case.
    pub on_conflict: Option<Arc<str>>,
}

/// A constraint of a table.
#[derive(Clone, Debug, PartialEq)]
pub struct ConstraintDef {
    /// `CONSTRAINT name`; on MySQL also the index's name.
    pub name: Option<Ident>,
    /// What it says.
    pub kind: ConstraintKind,
    /// What stands behind it.
    pub attributes: Attributes,
    /// The column that it stands behind, which is not the same to SQLite, MySQL and MariaDB.
    pub behind: Option<Name>,
    /// All of it.
    pub range: Range<usize>,
}

/// What a table's constraint says.
#[derive(Clone, Debug, PartialEq)]
pub enum ConstraintKind {
    /// `CHECK (e)`, without the parentheses.
    Check(Text),
    /// `UNIQUE (a, b)`.
    Unique(UniqueDef),
    /// `PRIMARY KEY (a, b)`.
    PrimaryKey(UniqueDef),
    /// `FOREIGN KEY (a) REFERENCES t (c)`.
    ForeignKey {
        /// Its own columns.
        columns: Vec<Ident>,
        /// What they point to.
        target: Reference,
        /// The name of its index (MySQL).
        index: Option<Ident>,
    },
    /// `EXCLUDE …`.
    Exclude {
        /// Its index's method.
        method: Option<Ident>,
        /// Its elements, each with an operator.
        keys: Vec<IndexKey>,
        /// `WHERE`.
        predicate: Option<Text>,
        /// All of it, from the method on.
        definition: Text,
    },
    /// `NOT NULL c` (PostgreSQL 18).
    NotNull(Ident),
}

/// The key of a unique constraint or a primary key.
#[derive(Clone, Debug, PartialEq)]
pub struct UniqueDef {
    /// The columns, on MySQL and SQLite with length, collation and order.
    pub keys: Vec<IndexKey>,
    /// `INCLUDE (c)`.
    pub include: Vec<Ident>,
    /// `NULLS NOT DISTINCT`.
    pub nulls_not_distinct: bool,
    /// `WITHOUT OVERLAPS` on the last one.
    pub without_overlaps: bool,
    /// `USING INDEX i`, instead of columns.
    pub using_index: Option<Ident>,
    /// SQLite's `PRIMARY KEY (a AUTOINCREMENT)`.
    pub autoincrement: bool,
}

/// What a foreign key points to.
#[derive(Clone, Debug, PartialEq)]
pub struct Reference {
    /// The table.
    pub table: Qualified,
    /// Its columns; empty for its primary key.
    pub columns: Vec<Ident>,
    /// Whether the last of them is a `PERIOD` (PostgreSQL 18).
    pub period: bool,
    /// `ON DELETE x`, in lower case; with columns, where they are named: `set null ( a )`.
    pub on_delete: Option<Arc<str>>,
    /// The columns that `ON DELETE SET NULL (a)` names.
    pub set: Vec<Ident>,
    /// `ON UPDATE x`, in lower case.
    pub on_update: Option<Arc<str>>,
    /// `MATCH FULL`, in lower case.
    pub matching: Option<Arc<str>>,
}

/// `CREATE INDEX`.
#[derive(Clone, Debug, PartialEq)]
pub struct CreateIndex {
    /// Its table.
    pub table: Qualified,
    /// SQLite's schema before the index's name.
    pub schema: Option<Ident>,
    /// What it is.
    pub definition: IndexDef,
    /// `IF NOT EXISTS`.
    pub if_not_exists: bool,
    /// MariaDB's `OR REPLACE`.
    pub or_replace: bool,
    /// `CONCURRENTLY`.
    pub concurrently: bool,
    /// `ON ONLY t`: not on its partitions.
    pub only: bool,
    /// MySQL's `ALGORITHM = x`, in upper case.
    pub algorithm: Option<Arc<str>>,
    /// MySQL's `LOCK = x`, in upper case.
    pub lock: Option<Arc<str>>,
}

/// An index without its table.
#[derive(Clone, Debug, PartialEq)]
pub struct IndexDef {
    /// Its name, if it is given one.
    pub name: Option<Ident>,
    /// `UNIQUE`.
    pub unique: bool,
    /// `USING gin`; MySQL's `FULLTEXT` and `SPATIAL`, in lower case.
    pub method: Option<Ident>,
    /// What is looked up by.
    pub keys: Vec<IndexKey>,
    /// `INCLUDE (c)`.
    pub include: Vec<Ident>,
    /// `NULLS NOT DISTINCT`.
    pub nulls_not_distinct: bool,
    /// `WHERE e`.
    pub predicate: Option<Text>,
    /// What else: `WITH (…)`, `TABLESPACE t`, `COMMENT 'text'`, `INVISIBLE`.
    pub options: Option<Text>,
    /// All of it.
    pub range: Range<usize>,
}

/// One column or expression of an index.
#[derive(Clone, Debug, PartialEq)]
pub struct IndexKey {
    /// What it is of.
    pub target: KeyTarget,
    /// Whether the column is a string on SQLite if there is none of that name: it stands in double quotes
    /// (<https://www.sqlite.org/quirks.html>).
    pub may_be_string: bool,
    /// MySQL's `a(10)`.
    pub length: Option<Arc<str>>,
    /// `COLLATE c`.
    pub collation: Option<Qualified>,
    /// The operator class with its options, in canonical form.
    pub operator_class: Option<Text>,
    /// `DESC`.
    pub descending: bool,
    /// `NULLS FIRST` (`true`) or `NULLS LAST`, where it is said.
    pub nulls_first: Option<bool>,
}

/// What a key of an index is of.
#[derive(Clone, Debug, PartialEq)]
pub enum KeyTarget {
    /// A column.
    Column(Ident),
    /// An expression, without the parentheses around it.
    Expression(Text),
}
