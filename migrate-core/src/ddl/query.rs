//! What reads and writes rows, as far as it is about the schema.

use super::{Ident, Qualified, Text};
use std::ops::Range;

/// `INSERT`, `UPDATE`, `DELETE`, `MERGE`, `COPY … FROM`.
#[derive(Clone, Debug, PartialEq)]
pub struct Write {
    /// Which of them.
    pub kind: WriteKind,
    /// The table whose rows are written; MySQL's `UPDATE a JOIN b` and `DELETE a, b FROM` have none here.
    pub table: Option<Qualified>,
    /// The columns that are named as written: the list of `INSERT` and `COPY`, the left sides of `SET`.
    pub columns: Vec<Ident>,
    /// Whether rows are picked by a `WHERE` of its own.
    pub filtered: bool,
    /// Where `VALUES` stands in an `INSERT … VALUES`, with the number of values of each row.
    pub values: Option<(Range<usize>, Vec<usize>)>,
    /// All of it, for who reads its expressions.
    pub text: Text,
    /// Whether it calls functions that may do anything: names that are not known to be harmless. Writing to
    /// a system catalog counts as such a call.
    pub calls: bool,
}

/// Which way rows are written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum WriteKind {
    /// `INSERT`, `REPLACE`, `COPY … FROM`.
    Insert,
    /// `UPDATE`.
    Update,
    /// `DELETE`.
    Delete,
    /// `MERGE`.
    Merge,
}

/// `SELECT` and its kin.
#[derive(Clone, Debug, PartialEq)]
pub struct Query {
    /// All of it.
    pub text: Text,
    /// Whether it calls functions that may do anything: names that are not known to be harmless.
    pub calls: bool,
}
