//! What the database would refuse.

use super::key::Key;
use super::types::Type;
use crate::ddl::Name;
use crate::ddl::object::ObjectKind;
use crate::ddl::table::Persistence;
use std::ops::Range;
use std::sync::Arc;

/// Why the database would refuse a statement.
#[derive(Clone, Debug, PartialEq)]
pub struct Fault {
    /// Why.
    pub kind: FaultKind,
    /// Which part of the statement says so.
    pub range: Range<usize>,
}

/// The reasons.
#[derive(Clone, Debug, PartialEq)]
pub enum FaultKind {
    /// It names what is not there.
    Missing {
        /// What it takes it for.
        kind: ObjectKind,
        /// What it would be.
        key: Key,
    },
    /// It qualifies a column by what is no table of its query.
    NotInQuery {
        /// What stands before the dot.
        name: Name,
    },
    /// `CREATE OR REPLACE VIEW` takes a column away, or gives it another name.
    ViewColumn {
        /// The column.
        column: Key,
        /// What stands in its place.
        new: Option<Name>,
    },
    /// It creates what is there.
    Exists {
        /// What it is.
        kind: ObjectKind,
        /// Its key.
        key: Key,
    },
    /// It names a column twice in a list that has to have each once.
    Repeated(Key),
    /// It drops or changes what others use.
    InUse {
        /// What it is.
        kind: ObjectKind,
        /// Its key.
        key: Key,
        /// Who uses it.
        by: Vec<(ObjectKind, Key)>,
        /// Whether `CASCADE` would help.
        cascade: bool,
    },
    /// It changes what a table has from a parent, which only that can do.
    OfParent {
        /// What it is.
        kind: ObjectKind,
        /// Its key.
        key: Key,
        /// The parent.
        parent: Key,
    },
    /// It changes what a child has, too, and leaves the child out: it says `ONLY`.
    OfChild {
        /// What it is.
        kind: ObjectKind,
        /// Its key.
        key: Key,
        /// The child.
        child: Key,
    },
    /// It is of another kind.
    WrongKind {
        /// What the statement takes it for.
        wanted: ObjectKind,
        /// What it is.
        kind: ObjectKind,
        /// Its key.
        key: Key,
    },
    /// A foreign key points to columns that are not unique.
    NotUnique {
        /// The table.
        table: Key,
        /// Its columns; empty where it has no primary key, and none are named.
        columns: Vec<Name>,
    },
    /// A foreign key leads from one type to another that it cannot be compared with.
    TypesDiffer(Box<TypesDiffer>),
    /// A column of MySQL with `AUTO_INCREMENT` is the first one of no index.
    Unindexed {
        /// The column.
        column: Key,
    },
    /// It uses an object for what that cannot be used for.
    Unfit {
        /// What it is.
        kind: ObjectKind,
        /// Its key.
        key: Key,
        /// Why not.
        why: Unfit,
    },
    /// Two lists that go together are not equally long.
    Count {
        /// The list that is looked at: `values`, `columns`.
        what: &'static str,
        /// How long it is.
        is: usize,
        /// How long it should be.
        should: usize,
    },
    /// The label of an enum is not there (`false`), or is there already.
    Label {
        /// The type.
        key: Key,
        /// The label.
        label: String,
        /// Whether it is there.
        exists: bool,
    },
}

/// Two columns that a foreign key ties together, of types that cannot be compared.
#[derive(Clone, Debug, PartialEq)]
pub struct TypesDiffer {
    /// The foreign key's column.
    pub column: Key,
    /// Its type.
    pub data_type: Type,
    /// The column that it points to.
    pub target: Key,
    /// Its type.
    pub target_type: Type,
}

/// Why an object cannot be used for what a statement uses it for.
#[derive(Clone, Debug, PartialEq)]
pub enum Unfit {
    /// `ON CONFLICT` names columns of the table that are not unique together.
    Arbiter(Vec<Name>),
    /// The name of a routine is that of several, of which these are two.
    Ambiguous(Key, Key),
    /// The column may be that of one relation of the query or of another one, of which these are the names there.
    Either(Name, Name),
    /// `CLUSTER` cannot order a table by this index.
    Order(Flaw),
    /// No constraint can be made of this index (`USING INDEX`).
    Constraint(Flaw),
    /// The rows of a table cannot be told apart by this index (`REPLICA IDENTITY`).
    Identity(Flaw),
    /// A foreign key cannot lead to this table from one that is kept longer or shorter.
    Kept {
        /// How long the table with the foreign key is kept.
        from: Persistence,
        /// How long the table that it leads to is.
        to: Persistence,
    },
    /// `TRUNCATE` leaves out tables whose foreign keys lead to this one: these keys.
    Emptied(Vec<Key>),
    /// The materialized view has no unique index by which it could be refreshed `CONCURRENTLY`.
    Refresh,
    /// No foreign key can lead to what this makes unique.
    Target(Flaw),
    /// The column is none of the foreign key, whose `ON DELETE SET NULL (a)` names it.
    NotInKey,
    /// The column is computed, so that no value is written to it.
    Computed,
    /// The column is `GENERATED ALWAYS AS IDENTITY`.
    Counted,
    /// `CREATE OR REPLACE` cannot change what a routine returns.
    Returns {
        /// What it returns.
        from: Arc<str>,
        /// What it is to return.
        to: Arc<str>,
    },
    /// The column's values do not become those of another type by themselves.
    Cast {
        /// The type of the column.
        from: Type,
        /// The type that it is to have.
        to: Type,
    },
    /// An `INSERT` leaves the column out, which refuses null and has no default.
    LeftOut,
    /// `CREATE OR REPLACE` cannot give an argument of a routine another name.
    Argument(Name),
    /// What a statement does to a column, in SQL, cannot be done to one that is such.
    State(&'static str, State),
    /// The column's definition says two things that exclude each other, in SQL.
    Contradiction(&'static str, &'static str),
    /// The column is one of the database's own, which no index is of.
    System,
    /// The table is not partitioned.
    Unparted,
    /// The table is partitioned, so that `USING INDEX` is not for it.
    UsingIndex,
    /// The table cannot become the child or partition of another one.
    Child {
        /// The other one.
        parent: Key,
        /// Why not.
        why: Misfit,
    },
    /// The table is no child or partition of this one.
    NoChild(Key),
    /// An index of a partitioned table cannot be created `CONCURRENTLY`.
    Concurrently,
    /// What is unique in a partitioned table has to name this column, by which its rows are parted.
    PartitionKey,
    /// SQLite's `WITHOUT ROWID`, but no primary key.
    Keyless,
    /// The column is of a type that a `STRICT` table of SQLite does not know.
    Loose(Type),
}

/// What is in the way of a table that is to be the child or partition of another one.
#[derive(Clone, Debug, PartialEq)]
pub enum Misfit {
    /// It would descend from itself.
    Circle,
    /// It is its child already.
    Already,
    /// It is a partition.
    Partition,
    /// It is partitioned.
    Partitioned,
    /// The other one is partitioned, and so has partitions only.
    OfPartitioned,
    /// The other one is a partition, which has no children.
    OfPartition,
    /// It is temporary.
    Temporary,
    /// The other one is temporary, and it is not.
    OfTemporary,
    /// It is the child of a table.
    Child,
    /// It has children.
    Parent,
    /// It is `OF` a type.
    Typed,
    /// It has no such column.
    Lacks(Name),
    /// It has a column that the other one does not have.
    Has(Name),
    /// Its column is of the first type, the other one's of the second.
    Type(Name, Box<(Type, Type)>),
    /// Its column may be null, the other one's not.
    Nullable(Name),
    /// Its column is not computed, but the other one's is.
    NotComputed(Name),
    /// It has no such check.
    LacksCheck(Name),
}

/// What a column is, as far as it is in the way of a change.
#[derive(Clone, Debug, PartialEq)]
pub enum State {
    /// It is an identity column.
    Identity,
    /// It is none.
    NoIdentity,
    /// It is computed.
    Computed,
    /// It is not.
    NotComputed,
    /// It has a default.
    Default,
    /// It may be null.
    Nullable,
    /// It is part of the primary key.
    PrimaryKey,
    /// It is of this type.
    Type(Type),
}

/// What an index lacks for a use.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Flaw {
    /// It is another table's.
    OfOther,
    /// It is not unique.
    NotUnique,
    /// It leaves rows out: `WHERE`.
    Partial,
    /// It is of expressions.
    Expressions,
    /// It is of columns that may be null.
    Nullable,
    /// It is asked only at the end of the transaction.
    Deferrable,
    /// It has no order: `USING hash`.
    Unordered,
    /// It has another order than the usual one.
    Sorted,
    /// It is a constraint's already.
    Owned,
}
