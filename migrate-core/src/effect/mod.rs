//! What the catalog shows of a statement's effect.
//!
//! What runs outside of a transaction is recorded after it has run. A run that is cut off between
//! the two leaves one statement in doubt, and the next run looks whether its effect is there: this
//! module says what to look for, and what to make of the answers. It asks nothing itself.

mod mysql;
mod postgres;
mod sqlite;

use crate::dialect::Dialect;
use crate::migration::Runs;
use crate::reader::Reader;

/// What a query has returned: rows of texts, NULL as `None`.
pub type Rows = Vec<Vec<Option<String>>>;

/// What became of a statement in doubt.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Settled {
    /// It has to be run: it has had no effect, or running it again does no harm.
    NotDone,
    /// It has to be run, after these, which clear away what it has left behind.
    NotDoneAfter(Vec<String>),
    /// Its effect is there.
    Done,
    /// It cannot be told.
    Unknown,
}

/// How the effect of a statement can be seen.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Effect {
    /// It need not be: running the statement again leaves what running it once does.
    Again,
    /// It cannot be.
    Unknown,
    /// The catalog shows each of these, before and after. They come about together.
    Shows(Vec<Part>),
    /// An index is there, whole and as the statement says; or invalid, where it failed.
    BuildsIndex {
        /// `CREATE INDEX CONCURRENTLY` of PostgreSQL.
        statement: String,
        /// Finds the indexes that may be it.
        query: String,
        /// Whether one of another definition may be it all the same: it has no name to be known
        /// by, and the server may write its definition otherwise.
        disguised: bool,
    },
}

/// Something that a statement changes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Part {
    /// A query of which the first column says what there is: no row, or NULL, for nothing.
    pub query: String,
    /// What there is before the statement.
    pub before: Shape,
    /// What there is after it.
    pub after: Shape,
}

/// What a query about one thing finds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Shape {
    /// Nothing.
    Absent,
    /// Something.
    Present,
    /// This, row by row.
    Is(Vec<String>),
    /// Something else than this.
    Other(Vec<String>),
    /// What there should be cannot be told from the statement: whatever is found is not known to
    /// be it.
    Untold,
}

impl Shape {
    fn fits(&self, found: &[&str]) -> bool {
        match self {
            Shape::Absent => found.is_empty(),
            Shape::Present => !found.is_empty(),
            Shape::Is(this) => found == this,
            Shape::Other(this) => !found.is_empty() && found != this,
            Shape::Untold => false,
        }
    }
}

/// How the effect of a statement that is recorded after it has run can be seen.
///
/// ```
/// use migrate_core::effect::{Effect, effect};
/// use migrate_core::{dialect::Dialect, statement::runs};
/// let effect = |sql: &str| effect(sql, runs(sql, Dialect::Postgres), Dialect::Postgres);
/// assert_eq!(effect("VACUUM"), Effect::Again);
/// assert_eq!(effect("CALL backfill()"), Effect::Unknown);
/// ```
pub fn effect(statement: &str, runs: Runs, dialect: Dialect) -> Effect {
    match dialect {
        // In a transaction with its record; or nothing stays of it when the session is gone.
        _ if matches!(runs, Runs::Anywhere | Runs::Session | Runs::Control) => Effect::Again,
        Dialect::Postgres => postgres::effect(statement),
        Dialect::Sqlite => sqlite::effect(statement),
        Dialect::Mysql => mysql::effect(statement),
    }
}

/// Whether a statement that the database has refused may have done a part of its work all the same,
/// and committed it; `in_transaction` is whether the script has opened a transaction around it.
///
/// ```
/// use migrate_core::effect::may_stay_in_part;
/// use migrate_core::{dialect::Dialect, statement::runs};
/// let stays = |sql: &str| may_stay_in_part(sql, runs(sql, Dialect::Postgres), Dialect::Postgres, false);
/// assert!(stays("CALL backfill_in_batches()"));
/// assert!(!stays("CREATE TABLE t (a int)"));
/// ```
pub fn may_stay_in_part(
    statement: &str,
    runs: Runs,
    dialect: Dialect,
    in_transaction: bool,
) -> bool {
    match (runs, dialect) {
        (Runs::Perhaps, Dialect::Mysql) => true,
        // It is refused there before it commits anything.
        (Runs::Perhaps, _) => !in_transaction,
        (Runs::Commits, Dialect::Mysql) => {
            mysql::is_list(Reader::new(statement, dialect))
                && mysql::effect(statement) != Effect::Again
        }
        _ => false,
    }
}

impl Effect {
    /// What to ask the database.
    pub fn queries(&self) -> Vec<&str> {
        match self {
            Effect::Again | Effect::Unknown => Vec::new(),
            Effect::Shows(parts) => parts.iter().map(|part| part.query.as_str()).collect(),
            Effect::BuildsIndex { query, .. } => vec![query],
        }
    }

    /// Whether the statement may leave something behind also where the database has refused it.
    pub fn leaves_ruins(&self) -> bool {
        matches!(self, Effect::BuildsIndex { .. })
    }

    /// What the answers to [`Effect::queries`] mean, in their order.
    pub fn settled(&self, answers: &[Rows]) -> Settled {
        match self {
            Effect::Again => Settled::NotDone,
            Effect::Unknown => Settled::Unknown,
            Effect::Shows(parts) => {
                let answered = parts.iter().zip(answers);
                let shown: Vec<(&Part, Vec<&str>)> = answered
                    .map(|(part, rows)| (part, found(rows)))
                    // What may be the statement's, or have been there before, is no witness.
                    .filter(|(part, found)| part.after != Shape::Untold || part.before.fits(found))
                    .collect();
                let fits = |shape: fn(&Part) -> &Shape| {
                    let mut shown = shown.iter();
                    shown.all(|(part, found)| shape(part).fits(found))
                };
                match (fits(|part| &part.before), fits(|part| &part.after)) {
                    (true, false) => Settled::NotDone,
                    (false, true) => Settled::Done,
                    (true, true) | (false, false) => Settled::Unknown,
                }
            }
            Effect::BuildsIndex {
                statement,
                disguised,
                ..
            } => postgres::built(
                statement,
                *disguised,
                answers.first().map_or(&[], Vec::as_slice),
            ),
        }
    }
}

/// The first column, where it says something.
fn found(rows: &Rows) -> Vec<&str> {
    let rows = rows.iter();
    rows.filter_map(|row| row.first()?.as_deref()).collect()
}
