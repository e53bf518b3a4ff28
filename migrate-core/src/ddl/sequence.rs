//! Sequences.

use super::table::TypeName;
use super::{Ident, Qualified};
use std::sync::Arc;

/// `CREATE SEQUENCE`.
#[derive(Clone, Debug, PartialEq)]
pub struct CreateSequence {
    /// Its name.
    pub name: Qualified,
    /// MariaDB's `OR REPLACE`.
    pub or_replace: bool,
    /// `IF NOT EXISTS`.
    pub if_not_exists: bool,
    /// `TEMPORARY`.
    pub temporary: bool,
    /// What it is told.
    pub options: SequenceOptions,
}

/// `ALTER SEQUENCE`.
#[derive(Clone, Debug, PartialEq)]
pub struct AlterSequence {
    /// Its name.
    pub name: Qualified,
    /// `IF EXISTS`.
    pub if_exists: bool,
    /// What it is told.
    pub options: SequenceOptions,
}

/// What a sequence is told.
#[derive(Clone, Debug, PartialEq)]
pub struct SequenceOptions {
    /// `AS t`.
    pub data_type: Option<TypeName>,
    /// `OWNED BY t.c`; `Some(None)` for `OWNED BY NONE`.
    pub owned_by: Option<Option<(Qualified, Ident)>>,
    /// The others, in canonical form: (`increment`, `1`), (`minvalue`, `no`), (`restart`, ``).
    pub others: Vec<(Arc<str>, Arc<str>)>,
}
