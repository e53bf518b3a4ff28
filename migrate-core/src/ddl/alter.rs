//! What `ALTER TABLE` does, operation by operation.

use super::object::ObjectKind;
use super::table::{ColumnDef, ConstraintDef, IndexDef, TypeName};
use super::{Ident, Qualified, Text};
use std::ops::Range;
use std::sync::Arc;

/// `ALTER TABLE`, `ALTER VIEW`, `ALTER INDEX`, ….
#[derive(Clone, Debug, PartialEq)]
pub struct AlterTable {
    /// The kind of relation that the statement says it is.
    pub kind: ObjectKind,
    /// Its name.
    pub name: Qualified,
    /// `IF EXISTS`.
    pub if_exists: bool,
    /// `ONLY`: not its partitions and children.
    pub only: bool,
    /// What is done, in order.
    pub operations: Vec<Operation>,
}

/// One of the things that it does.
#[derive(Clone, Debug, PartialEq)]
pub struct Operation {
    /// What.
    pub kind: OperationKind,
    /// Where it stands.
    pub range: Range<usize>,
}

/// What is done.
#[derive(Clone, Debug, PartialEq)]
pub enum OperationKind {
    /// `ADD [COLUMN]`.
    AddColumn {
        /// The column.
        column: ColumnDef,
        /// `IF NOT EXISTS`.
        if_not_exists: bool,
    },
    /// `DROP [COLUMN]`.
    DropColumn {
        /// The column.
        name: Ident,
        /// `IF EXISTS`.
        if_exists: bool,
        /// `CASCADE`.
        cascade: bool,
    },
    /// `ALTER COLUMN c …`.
    AlterColumn {
        /// The column.
        name: Ident,
        /// What of it.
        change: ColumnChange,
    },
    /// `ADD CONSTRAINT`; `IF NOT EXISTS` is MariaDB's.
    AddConstraint {
        /// The constraint.
        constraint: ConstraintDef,
        /// `IF NOT EXISTS`.
        if_not_exists: bool,
    },
    /// `DROP CONSTRAINT`, MySQL's `DROP FOREIGN KEY`, `DROP CHECK`.
    DropConstraint {
        /// The constraint.
        name: Ident,
        /// `IF EXISTS`.
        if_exists: bool,
        /// `CASCADE`.
        cascade: bool,
    },
    /// MySQL's `DROP PRIMARY KEY`.
    DropPrimaryKey,
    /// `VALIDATE CONSTRAINT`.
    ValidateConstraint(Ident),
    /// `ALTER CONSTRAINT`, with what it becomes.
    AlterConstraint(Ident, Text),
    /// `RENAME [COLUMN] a TO b`.
    RenameColumn {
        /// The column.
        from: Ident,
        /// Its new name.
        to: Ident,
    },
    /// `RENAME CONSTRAINT a TO b`.
    RenameConstraint {
        /// The constraint.
        from: Ident,
        /// Its new name.
        to: Ident,
    },
    /// `RENAME TO t`; MySQL may name another database.
    Rename(Qualified),
    /// `SET SCHEMA s`.
    SetSchema(Ident),
    /// `ATTACH PARTITION p FOR VALUES …`; of an index, without a bound.
    AttachPartition {
        /// The partition.
        partition: Qualified,
        /// Its bound.
        bound: Option<Text>,
    },
    /// `DETACH PARTITION p`.
    DetachPartition {
        /// The partition.
        partition: Qualified,
        /// `CONCURRENTLY`.
        concurrently: bool,
        /// `FINALIZE`.
        finalize: bool,
    },
    /// `INHERIT t` (`true`) or `NO INHERIT t`.
    Inherit(Qualified, bool),
    /// `ENABLE`, `DISABLE`, `FORCE`, `NO FORCE ROW LEVEL SECURITY`, in lower case without its last three words.
    RowSecurity(Arc<str>),
    /// `ENABLE [ALWAYS | REPLICA] TRIGGER t` or `DISABLE TRIGGER t`; `ALL` and `USER` are names here.
    Trigger(Ident, Firing),
    /// `SET LOGGED` (`true`) or `SET UNLOGGED`.
    Logged(bool),
    /// `SET TABLESPACE t`.
    Tablespace(Ident),
    /// `SET ACCESS METHOD m`.
    AccessMethod(Ident),
    /// `SET (…)` and `RESET (…)`.
    Options(Text),
    /// `OWNER TO r`.
    Owner(Ident),
    /// `REPLICA IDENTITY …`; the index of `USING INDEX i`.
    ReplicaIdentity(Text, Option<Ident>),
    /// `CLUSTER ON i`, `SET WITHOUT CLUSTER`.
    ClusterOn(Option<Ident>),
    /// MySQL's `MODIFY [COLUMN]`.
    Modify {
        /// The column as it becomes.
        column: ColumnDef,
        /// `IF EXISTS`.
        if_exists: bool,
    },
    /// MySQL's `CHANGE [COLUMN] a b …`.
    Change {
        /// The column.
        from: Ident,
        /// What it becomes.
        column: ColumnDef,
        /// `IF EXISTS`.
        if_exists: bool,
    },
    /// MySQL's `ADD INDEX`.
    AddIndex {
        /// The index.
        index: IndexDef,
        /// `IF NOT EXISTS`.
        if_not_exists: bool,
    },
    /// MySQL's `DROP INDEX`.
    DropIndex {
        /// The index.
        name: Ident,
        /// `IF EXISTS`.
        if_exists: bool,
    },
    /// MySQL's `RENAME INDEX a TO b`.
    RenameIndex {
        /// The index.
        from: Ident,
        /// Its new name.
        to: Ident,
    },
    /// MySQL's `ALGORITHM = x`, in upper case.
    Algorithm(Arc<str>),
    /// MySQL's `LOCK = x`, in upper case.
    Lock(Arc<str>),
    /// MySQL's options of a table, `CONVERT TO CHARACTER SET x`: name in lower case, and value.
    TableOption(Arc<str>, Arc<str>),
    /// MySQL's management of partitions: `ADD PARTITION`, `DROP PARTITION`, ….
    Partitions(Text),
    /// What is not looked into.
    Other(Text),
}

/// What `ALTER COLUMN` changes.
#[derive(Clone, Debug, PartialEq)]
pub enum ColumnChange {
    /// `[SET DATA] TYPE t`.
    Type {
        /// The type.
        data_type: Box<TypeName>,
        /// `COLLATE c`.
        collation: Option<Qualified>,
        /// `USING e`.
        using: Option<Text>,
    },
    /// `SET DEFAULT e`.
    SetDefault(Text),
    /// `DROP DEFAULT`.
    DropDefault,
    /// `SET NOT NULL`.
    SetNotNull,
    /// `DROP NOT NULL`.
    DropNotNull,
    /// `SET EXPRESSION AS (e)`.
    SetExpression(Text),
    /// `DROP EXPRESSION`; whether `IF EXISTS`.
    DropExpression(bool),
    /// `ADD GENERATED … AS IDENTITY`.
    AddIdentity {
        /// `ALWAYS`, not `BY DEFAULT`.
        always: bool,
        /// The sequence's options.
        options: Text,
        /// Its name, where the options say it.
        sequence: Option<Qualified>,
    },
    /// `SET GENERATED …`, `SET INCREMENT …`, `RESTART …`; of the first, whether `ALWAYS`.
    SetIdentity {
        /// `ALWAYS` or `BY DEFAULT`, where one is said.
        always: Option<bool>,
        /// All of it.
        options: Text,
    },
    /// `DROP IDENTITY`; whether `IF EXISTS`.
    DropIdentity(bool),
    /// `SET STORAGE`, `SET STATISTICS`, `SET COMPRESSION`, `SET (…)`.
    Other(Text),
}

/// In which sessions a trigger fires, by their `session_replication_role` ("ALTER TABLE" in PostgreSQL's manual).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Firing {
    /// In all but those that replicate: `ENABLE`.
    #[default]
    Origin,
    /// In those that replicate: `ENABLE REPLICA`.
    Replica,
    /// In all: `ENABLE ALWAYS`.
    Always,
    /// In none: `DISABLE`.
    Never,
}

impl Firing {
    /// Whether it fires in the sessions of applications.
    pub fn is_usual(self) -> bool {
        matches!(self, Firing::Origin | Firing::Always)
    }

    /// As it is said in `ALTER TABLE`.
    pub fn as_str(self) -> &'static str {
        match self {
            Firing::Origin => "enable",
            Firing::Replica => "enable replica",
            Firing::Always => "enable always",
            Firing::Never => "disable",
        }
    }
}
