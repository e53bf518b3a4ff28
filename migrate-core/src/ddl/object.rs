//! What is no table: how statements create, alter and drop it.

use super::alter::OperationKind;
use super::table::{ColumnConstraint, ColumnDef, ConstraintDef, TypeName};
use super::{Ident, Qualified, Reach, Text};
use std::ops::Range;
use std::sync::Arc;

/// The kinds of objects that the model has.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum ObjectKind {
    /// A schema; on MySQL a database.
    Schema,
    /// A table, a foreign one too.
    Table,
    /// A view.
    View,
    /// A materialized view.
    MaterializedView,
    /// A sequence.
    Sequence,
    /// An index.
    Index,
    /// A column.
    Column,
    /// A constraint of a table.
    Constraint,
    /// A constraint of a domain.
    DomainConstraint,
    /// A type that is no domain.
    Type,
    /// A domain.
    Domain,
    /// A function.
    Function,
    /// A procedure.
    Procedure,
    /// An aggregate.
    Aggregate,
    /// Any of these three, as in `DROP ROUTINE`.
    Routine,
    /// A trigger.
    Trigger,
    /// A policy for rows.
    Policy,
    /// A rule.
    Rule,
    /// An extension.
    Extension,
}

impl ObjectKind {
    /// The word for it in messages.
    pub fn as_str(self) -> &'static str {
        match self {
            ObjectKind::Schema => "schema",
            ObjectKind::Table => "table",
            ObjectKind::View => "view",
            ObjectKind::MaterializedView => "materialized view",
            ObjectKind::Sequence => "sequence",
            ObjectKind::Index => "index",
            ObjectKind::Column => "column",
            ObjectKind::Constraint | ObjectKind::DomainConstraint => "constraint",
            ObjectKind::Type => "type",
            ObjectKind::Domain => "domain",
            ObjectKind::Function => "function",
            ObjectKind::Procedure => "procedure",
            ObjectKind::Aggregate => "aggregate",
            ObjectKind::Routine => "routine",
            ObjectKind::Trigger => "trigger",
            ObjectKind::Policy => "policy",
            ObjectKind::Rule => "rule",
            ObjectKind::Extension => "extension",
        }
    }
}

/// An object as `DROP`, `COMMENT ON` and `RENAME` name it.
#[derive(Clone, Debug, PartialEq)]
pub struct Target {
    /// Its name; a column's, constraint's, trigger's, policy's or rule's own name has no schema.
    pub name: Qualified,
    /// The table (or domain) of a column, constraint, trigger, policy or rule; of MySQL's index.
    pub table: Option<Qualified>,
    /// The types of a routine's input arguments, where they are written.
    pub arguments: Option<Vec<TypeName>>,
}

impl Target {
    /// An object of which there is nothing but a name.
    pub fn named(name: Qualified) -> Target {
        Target {
            name,
            table: None,
            arguments: None,
        }
    }
}

/// `CREATE SCHEMA`. What is created inside of one statement with it makes it opaque.
#[derive(Clone, Debug, PartialEq)]
pub struct CreateSchema {
    /// Its name; that of the role behind `AUTHORIZATION`, where it has none.
    pub name: Ident,
    /// `IF NOT EXISTS`.
    pub if_not_exists: bool,
    /// Whether it is called like the role that owns it.
    pub of_role: bool,
}

/// `CREATE VIEW`.
#[derive(Clone, Debug, PartialEq)]
pub struct CreateView {
    /// Its name.
    pub name: Qualified,
    /// Whether it holds its rows.
    pub materialized: bool,
    /// `OR REPLACE`.
    pub or_replace: bool,
    /// Whether it has to be there: MySQL's `ALTER VIEW`, which replaces it, too.
    pub alters: bool,
    /// `IF NOT EXISTS`.
    pub if_not_exists: bool,
    /// `TEMPORARY`.
    pub temporary: bool,
    /// `RECURSIVE`.
    pub recursive: bool,
    /// The names of its columns, where they are given.
    pub columns: Vec<Ident>,
    /// `WITH (…)`, `USING m`, `TABLESPACE t`, MySQL's `ALGORITHM` and `SQL SECURITY`, in canonical form.
    pub options: Option<Text>,
    /// Its query.
    pub query: Text,
    /// `WITH CHECK OPTION` in canonical form.
    pub check_option: Option<Arc<str>>,
    /// `WITH NO DATA`.
    pub no_data: bool,
}

/// `CREATE TYPE`.
#[derive(Clone, Debug, PartialEq)]
pub struct CreateType {
    /// Its name.
    pub name: Qualified,
    /// What it is.
    pub definition: TypeDefinition,
}

/// What a type is.
#[derive(Clone, Debug, PartialEq)]
pub enum TypeDefinition {
    /// `AS ENUM ('a', 'b')`: the labels without quotes.
    Enum(Vec<Label>),
    /// `AS (a int, b text)`.
    Composite(Vec<ColumnDef>),
    /// `AS RANGE (…)`.
    Range(Text),
    /// A base type, or a shell of one.
    Base,
}

/// A label of an enum.
#[derive(Clone, Debug)]
pub struct Label {
    /// The label, without quotes.
    pub text: Arc<str>,
    /// Where it stands, with its quotes.
    pub range: Range<usize>,
}

impl PartialEq for Label {
    fn eq(&self, other: &Label) -> bool {
        self.text == other.text
    }
}

/// `ALTER TYPE`.
#[derive(Clone, Debug, PartialEq)]
pub struct AlterType {
    /// Its name.
    pub name: Qualified,
    /// What is done to it.
    pub change: TypeChange,
}

/// What is done to a type.
#[derive(Clone, Debug, PartialEq)]
pub enum TypeChange {
    /// `ADD VALUE 'a'`.
    AddValue {
        /// The label.
        label: Label,
        /// `IF NOT EXISTS`.
        if_not_exists: bool,
        /// `BEFORE 'b'` (`true`) or `AFTER 'b'`.
        neighbour: Option<(Label, bool)>,
    },
    /// `RENAME VALUE 'a' TO 'b'`.
    RenameValue(Label, Label),
    /// `ADD`, `DROP`, `ALTER`, `RENAME ATTRIBUTE`, as the same of columns.
    Attributes(Vec<OperationKind>),
    /// What is not looked into.
    Other(Text),
}

/// `CREATE DOMAIN`.
#[derive(Clone, Debug, PartialEq)]
pub struct CreateDomain {
    /// Its name.
    pub name: Qualified,
    /// What it is made of.
    pub data_type: TypeName,
    /// What follows it: `NOT NULL`, `DEFAULT`, `CHECK`, `COLLATE`.
    pub constraints: Vec<ColumnConstraint>,
}

/// `ALTER DOMAIN`.
#[derive(Clone, Debug, PartialEq)]
pub struct AlterDomain {
    /// Its name.
    pub name: Qualified,
    /// What is done to it.
    pub change: DomainChange,
}

/// What is done to a domain.
#[derive(Clone, Debug, PartialEq)]
pub enum DomainChange {
    /// `SET DEFAULT`, or `DROP DEFAULT`.
    Default(Option<Text>),
    /// `SET NOT NULL` (`true`) or `DROP NOT NULL`.
    NotNull(bool),
    /// `ADD`.
    AddConstraint(Box<ConstraintDef>),
    /// `DROP CONSTRAINT`; `IF EXISTS`, `CASCADE`.
    DropConstraint {
        /// The constraint.
        name: Ident,
        /// `IF EXISTS`.
        if_exists: bool,
        /// `CASCADE`.
        cascade: bool,
    },
    /// `RENAME CONSTRAINT a TO b`.
    RenameConstraint(Ident, Ident),
    /// `VALIDATE CONSTRAINT`.
    ValidateConstraint(Ident),
}

/// `CREATE FUNCTION` and its kin.
#[derive(Clone, Debug, PartialEq)]
pub struct CreateRoutine {
    /// A function, a procedure or an aggregate.
    pub kind: ObjectKind,
    /// Its name.
    pub name: Qualified,
    /// `OR REPLACE`.
    pub or_replace: bool,
    /// `IF NOT EXISTS` (MySQL).
    pub if_not_exists: bool,
    /// All arguments, in order.
    pub arguments: Vec<Argument>,
    /// `RETURNS t`; of `RETURNS TABLE (…)` and without it none.
    pub returns: Option<TypeName>,
    /// `RETURNS TABLE (…)`.
    pub returns_table: Option<Text>,
    /// `LANGUAGE l`, in lower case; `sql` where it is not said.
    pub language: Arc<str>,
    /// The statements that PostgreSQL parses at once, those of `BEGIN ATOMIC … END`, or `SELECT e` for `RETURN e`.
    pub parsed: Vec<Text>,
    /// What is between `AS` and its end: the text in its quotes, or `BEGIN ATOMIC … END`, `RETURN e`;
    /// with the rest (`STABLE`, `SECURITY DEFINER`) in canonical form.
    pub body: Text,
    /// What it may change of the schema when it is called.
    pub reach: Reach,
}

/// An argument of a routine.
#[derive(Clone, Debug, PartialEq)]
pub struct Argument {
    /// Its name.
    pub name: Option<Ident>,
    /// `OUT`, and the columns of a table that is returned, are no part of what a function is called by.
    pub mode: ArgumentMode,
    /// Its type.
    pub data_type: TypeName,
    /// `DEFAULT e`.
    pub default: Option<Text>,
}

/// Which way an argument goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ArgumentMode {
    /// `IN`, or nothing.
    In,
    /// `OUT`.
    Out,
    /// `INOUT`.
    InOut,
    /// `VARIADIC`.
    Variadic,
}

/// `CREATE TRIGGER`.
#[derive(Clone, Debug, PartialEq)]
pub struct CreateTrigger {
    /// Its name; only SQLite's and MySQL's may have a schema.
    pub name: Qualified,
    /// Its table or view.
    pub table: Qualified,
    /// `OR REPLACE`.
    pub or_replace: bool,
    /// `IF NOT EXISTS`.
    pub if_not_exists: bool,
    /// `TEMPORARY` (SQLite).
    pub temporary: bool,
    /// `CREATE CONSTRAINT TRIGGER`.
    pub constraint: bool,
    /// The columns of `UPDATE OF a, b`.
    pub columns: Vec<Ident>,
    /// `EXECUTE FUNCTION f`.
    pub function: Option<Qualified>,
    /// `CREATE CONSTRAINT TRIGGER … FROM t`.
    pub from: Option<Qualified>,
    /// PostgreSQL's `WHEN (e)`.
    pub when: Option<Text>,
    /// All of it behind the name, in canonical form.
    pub definition: Text,
}

/// `CREATE POLICY`, `ALTER POLICY`.
#[derive(Clone, Debug, PartialEq)]
pub struct CreatePolicy {
    /// Its name.
    pub name: Ident,
    /// Its table.
    pub table: Qualified,
    /// All of it behind the table: `AS`, `FOR`, `TO`.
    pub definition: Text,
    /// `USING (e)`.
    pub using: Option<Text>,
    /// `WITH CHECK (e)`.
    pub check: Option<Text>,
}

/// `CREATE RULE`.
#[derive(Clone, Debug, PartialEq)]
pub struct CreateRule {
    /// Its name.
    pub name: Ident,
    /// Its table.
    pub table: Qualified,
    /// `OR REPLACE`.
    pub or_replace: bool,
    /// All of it behind the name.
    pub definition: Text,
    /// `WHERE`.
    pub condition: Option<Text>,
    /// What it does.
    pub commands: Vec<Text>,
}

/// `CREATE EXTENSION`.
#[derive(Clone, Debug, PartialEq)]
pub struct CreateExtension {
    /// Its name.
    pub name: Ident,
    /// `IF NOT EXISTS`.
    pub if_not_exists: bool,
    /// `SCHEMA s`.
    pub schema: Option<Ident>,
    /// `CASCADE`.
    pub cascade: bool,
}

/// `DROP`.
#[derive(Clone, Debug, PartialEq)]
pub struct Drop {
    /// What kind of objects.
    pub kind: ObjectKind,
    /// Which ones.
    pub targets: Vec<Target>,
    /// `IF EXISTS`.
    pub if_exists: bool,
    /// `CASCADE`.
    pub cascade: bool,
    /// `CONCURRENTLY`.
    pub concurrently: bool,
    /// MySQL's `DROP TEMPORARY TABLE`.
    pub temporary: bool,
    /// MySQL's `ALGORITHM = x` of `DROP INDEX`, in upper case.
    pub algorithm: Option<Arc<str>>,
    /// MySQL's `LOCK = x`, in upper case.
    pub lock: Option<Arc<str>>,
}

/// A new name.
#[derive(Clone, Debug, PartialEq)]
pub struct Rename {
    /// What kind of object.
    pub kind: ObjectKind,
    /// Which one.
    pub target: Target,
    /// `IF EXISTS`.
    pub if_exists: bool,
    /// What it becomes; MySQL may name another database.
    pub to: Qualified,
}

/// A new schema.
#[derive(Clone, Debug, PartialEq)]
pub struct SetSchema {
    /// What kind of object.
    pub kind: ObjectKind,
    /// Which one.
    pub target: Target,
    /// `IF EXISTS`.
    pub if_exists: bool,
    /// The schema.
    pub schema: Ident,
}

/// `COMMENT ON`.
#[derive(Clone, Debug, PartialEq)]
pub struct Comment {
    /// What kind of object.
    pub kind: ObjectKind,
    /// Which one.
    pub target: Target,
    /// The text in its quotes; none for `NULL`.
    pub text: Option<Arc<str>>,
}

/// `TRUNCATE`.
#[derive(Clone, Debug, PartialEq)]
pub struct Truncate {
    /// The tables.
    pub tables: Vec<Qualified>,
    /// Those of them that stand behind `ONLY`, without what inherits from them.
    pub only: Vec<Qualified>,
    /// `CASCADE`.
    pub cascade: bool,
    /// `RESTART IDENTITY`.
    pub restart_identity: bool,
}

/// `SET`, `RESET`, `DISCARD`, `PRAGMA`, `USE`. Of several settings of MySQL it is the first that is no `@variable`.
#[derive(Clone, Debug, PartialEq)]
pub struct Set {
    /// What is set, in lower case: `search_path`, `foreign_keys`; `use` for MySQL's `USE`; `role` for `SET ROLE`;
    /// `all` for `RESET ALL`, `discard` for `DISCARD` with what as its value.
    pub variable: Arc<str>,
    /// The values, with names and strings without their quotes; empty for `DEFAULT` and `RESET`.
    pub values: Vec<Ident>,
    /// `SET LOCAL`: until the end of the transaction.
    pub local: bool,
    /// `SET GLOBAL` (MySQL): not for this session.
    pub global: bool,
}

/// Work on what is there.
#[derive(Clone, Debug, PartialEq)]
pub struct Maintain {
    /// What.
    pub kind: Maintenance,
    /// On what; empty for all of the database. `REINDEX SCHEMA` names the schema as an object.
    pub targets: Vec<Qualified>,
    /// Those of them that stand behind `ONLY`, without what inherits from them.
    pub only: Vec<Qualified>,
    /// The columns that are named, each with its table: `ANALYZE t (a)`.
    pub columns: Vec<(Qualified, Ident)>,
    /// The index of `CLUSTER t USING i`.
    pub index: Option<Ident>,
    /// `CONCURRENTLY`.
    pub concurrently: bool,
    /// What else is said, in canonical form: the mode of `LOCK`, `index` of `REINDEX INDEX`.
    pub options: Text,
}

/// Which work.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Maintenance {
    /// `VACUUM`.
    Vacuum,
    /// `VACUUM FULL`.
    VacuumFull,
    /// `ANALYZE`.
    Analyze,
    /// `REINDEX`; whether of an index, a table, a schema or the database is in the options.
    Reindex,
    /// `CLUSTER`.
    Cluster,
    /// `REFRESH MATERIALIZED VIEW`.
    Refresh,
    /// `LOCK TABLE`.
    Lock,
    /// MySQL's `OPTIMIZE TABLE`.
    Optimize,
}
