//! Constraints of tables.

use super::Expression;
use crate::catalog::key::Key;
use crate::ddl::Name;
use std::sync::Arc;

/// A constraint of a table.
#[derive(Clone, Debug)]
pub struct Constraint {
    /// What it says.
    pub rule: Rule,
    /// Whether the rows that are there are known to obey.
    pub valid: bool,
    /// Whether it holds at all.
    pub enforced: bool,
    /// `NO INHERIT`.
    pub no_inherit: bool,
    /// `DEFERRABLE`.
    pub deferrable: bool,
    /// `INITIALLY DEFERRED`.
    pub initially_deferred: bool,
    /// Whether the table keeps it when no parent has it any more (`conislocal`).
    pub local: bool,
    /// How many of its parents' checks went with a column, after which PostgreSQL still counts them
    /// (`coninhcount`), and does not let it go.
    pub left: u32,
    /// The foreign key of a partitioned table that this one of a partition is part of (`conparentid`).
    pub partition_of: Option<Key>,
    /// The column that it is written behind, with which it goes on SQLite, whatever it is about; the others
    /// keep no such thing.
    pub behind: Option<Name>,
}

impl Constraint {
    /// Whether two constraints say the same, wherever they come from, and wherever they are written.
    pub fn says_same(&self, other: &Constraint) -> bool {
        (&self.rule, self.valid, self.enforced) == (&other.rule, other.valid, other.enforced)
            && (self.no_inherit, self.deferrable, self.initially_deferred)
                == (other.no_inherit, other.deferrable, other.initially_deferred)
            && self.partition_of == other.partition_of
    }
}

/// What a constraint says.
#[derive(Clone, Debug, PartialEq)]
pub enum Rule {
    /// `PRIMARY KEY`.
    PrimaryKey {
        /// Its columns, in order.
        columns: Vec<Name>,
    },
    /// `UNIQUE`.
    Unique {
        /// Its columns, in order.
        columns: Vec<Name>,
        /// `NULLS NOT DISTINCT`.
        nulls_not_distinct: bool,
    },
    /// `FOREIGN KEY`.
    ForeignKey(Box<ForeignKey>),
    /// `CHECK`.
    Check {
        /// What must not be false.
        expression: Expression,
        /// The columns that it is about.
        columns: Vec<Name>,
    },
    /// `EXCLUDE`.
    Exclude {
        /// The columns that it names.
        columns: Vec<Name>,
        /// All of it.
        definition: Arc<str>,
    },
    /// `NOT NULL` of a column, where it is added as a constraint (PostgreSQL 18).
    NotNull(Name),
}

/// A foreign key.
#[derive(Clone, Debug, PartialEq)]
pub struct ForeignKey {
    /// Its own columns.
    pub columns: Vec<Name>,
    /// The table that it points to.
    pub target: Key,
    /// The columns there; empty where they are not known.
    pub target_columns: Vec<Name>,
    /// The constraint or index there that makes them unique, where it is known.
    pub target_key: Option<Key>,
    /// `ON DELETE`; `no action` where nothing is said.
    pub on_delete: Arc<str>,
    /// `ON UPDATE`; `no action` where nothing is said.
    pub on_update: Arc<str>,
    /// `MATCH FULL`.
    pub full: bool,
}
