//! Indexes.

use super::Expression;
use crate::catalog::key::Key;
use crate::ddl::Name;
use std::sync::Arc;

/// An index.
#[derive(Clone, Debug)]
pub struct Index {
    /// Its table.
    pub table: Key,
    /// `UNIQUE`.
    pub unique: bool,
    /// `btree`, `gin`, `fulltext`.
    pub method: Arc<str>,
    /// What is looked up by, in order.
    pub keys: Vec<IndexKey>,
    /// `INCLUDE`.
    pub include: Vec<Name>,
    /// `NULLS NOT DISTINCT`.
    pub nulls_not_distinct: bool,
    /// `WHERE`.
    pub predicate: Option<Expression>,
    /// The columns that its expressions and predicate are about.
    pub columns: Vec<Name>,
    /// The constraint that it belongs to.
    pub constraint: Option<Key>,
    /// The partitioned index that it is a part of.
    pub partition_of: Option<Key>,
    /// `WITH (…)`, MySQL's options.
    pub options: Arc<str>,
    /// MySQL has made it for a foreign key, and forgets it for one that can take its place.
    pub implicit: bool,
    /// Where it comes among the indexes of its table, the oldest first.
    pub made: u32,
    /// What its keys and what it includes were called when it was made, after which PostgreSQL names
    /// those that are made like it.
    pub called: Vec<Name>,
}

/// One column or expression of an index.
#[derive(Clone, Debug, PartialEq)]
pub struct IndexKey {
    /// The column, or the expression.
    pub target: IndexTarget,
    /// MySQL's length.
    pub length: Option<Arc<str>>,
    /// `COLLATE`.
    pub collation: Option<Arc<str>>,
    /// The operator class, where it is said.
    pub operator_class: Option<Arc<str>>,
    /// `DESC`.
    pub descending: bool,
    /// Whether nulls come first.
    pub nulls_first: bool,
}

/// What a key of an index is of.
#[derive(Clone, Debug, PartialEq)]
pub enum IndexTarget {
    /// A column.
    Column(Name),
    /// An expression.
    Expression(Expression),
}

impl Index {
    /// Whether two indexes say the same, whoever has made them, and whatever their columns were called then.
    pub fn says_same(&self, other: &Index) -> bool {
        (&self.table, self.unique, &self.method, &self.keys)
            == (&other.table, other.unique, &other.method, &other.keys)
            && (&self.include, self.nulls_not_distinct, &self.predicate)
                == (&other.include, other.nulls_not_distinct, &other.predicate)
            && (&self.columns, &self.constraint, &self.partition_of)
                == (&other.columns, &other.constraint, &other.partition_of)
            && self.options == other.options
    }

    /// The columns that it is looked up by, but for those in expressions.
    pub fn key_columns(&self) -> impl Iterator<Item = &Name> {
        self.keys.iter().filter_map(|key| match &key.target {
            IndexTarget::Column(name) => Some(name),
            IndexTarget::Expression(_) => None,
        })
    }
}
