//! What a run did, what a plan would do, and what the status is: owned values for callers.

use chrono::{DateTime, Utc};
use migrate_core::dialect::Dialect;
use migrate_core::history::{Applied, Entry, Status};
use migrate_core::inferred::why_not_transactional;
use migrate_core::migration::Version;
use migrate_core::plan::{Direction, Disagreement};
use std::time::Duration;

/// How a migration's part of a run ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum MigrationStatus {
    /// It is applied.
    Applied,
    /// It is rolled back.
    RolledBack,
    /// Nothing of it was run; only its record changed.
    Skipped,
    /// It failed.
    Failed,
}

impl MigrationStatus {
    /// The word that JSON has.
    pub fn as_str(self) -> &'static str {
        match self {
            MigrationStatus::Applied => "applied",
            MigrationStatus::RolledBack => "rolled_back",
            MigrationStatus::Skipped => "skipped",
            MigrationStatus::Failed => "failed",
        }
    }
}

/// One migration's part of a run.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MigrationResult {
    /// Its version.
    pub version: Version,
    /// Its name.
    pub name: String,
    /// Which way it went.
    pub direction: Direction,
    /// How it ended.
    pub status: MigrationStatus,
    /// How long it took.
    pub duration: Duration,
}

/// What a run did.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Report {
    /// In the order in which it happened; a failed one is the last.
    pub results: Vec<MigrationResult>,
    /// What the policies let pass with a word.
    pub warnings: Vec<Disagreement>,
}

impl Report {
    /// How many ended so.
    pub fn count(&self, status: MigrationStatus) -> usize {
        self.results
            .iter()
            .filter(|result| result.status == status)
            .count()
    }
}

/// What the history says of an applied migration.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AppliedMigration {
    /// Its version.
    pub version: Version,
    /// Its name then.
    pub name: String,
    /// When; `None` where the row has no readable time.
    pub applied_at: Option<DateTime<Utc>>,
    /// The checksum then, in lower-case hex.
    pub checksum: String,
    /// How long it took.
    pub execution_time_ms: Option<i64>,
    /// How many statements have run, where it stopped in the middle.
    pub statements_done: usize,
}

impl From<&Applied> for AppliedMigration {
    fn from(row: &Applied) -> AppliedMigration {
        AppliedMigration {
            version: row.version.clone(),
            name: row.name.clone(),
            applied_at: row.applied_at.and_then(DateTime::from_timestamp_micros),
            checksum: row.checksum.clone(),
            execution_time_ms: row.execution_time_ms,
            statements_done: row.statements_done,
        }
    }
}

/// One line of a status.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MigrationState {
    /// Its version.
    pub version: Version,
    /// Its name.
    pub name: String,
    /// Its state.
    pub status: Status,
    /// What the history says of it.
    pub applied: Option<AppliedMigration>,
    /// Whether it runs outside a transaction, statement by statement.
    pub no_transaction: bool,
    /// Why it does so, where it does not say so itself.
    pub no_transaction_reason: Option<String>,
}

impl MigrationState {
    pub(crate) fn new(entry: &Entry<'_>, dialect: Dialect) -> MigrationState {
        MigrationState {
            version: entry.version.clone(),
            name: entry.name.to_owned(),
            status: entry.status,
            applied: entry.applied.map(AppliedMigration::from),
            no_transaction: entry
                .migration
                .is_some_and(|migration| !migration.up.is_transactional()),
            no_transaction_reason: entry
                .migration
                .and_then(|migration| why_not_transactional(&migration.up, dialect)),
        }
    }
}

/// One step of a plan.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PlannedStep {
    /// Its version.
    pub version: Version,
    /// Its name.
    pub name: String,
    /// Which way it would go.
    pub direction: Direction,
    /// The SQL that would run, the history's rows included, as a script that a DBA can run.
    pub sql: String,
}

/// What a run would do.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct PlanReport {
    /// A line for the database's own client program, psql or sqlite3, that makes it stop at the
    /// first error. It is no SQL: another client has to do so by itself.
    pub stop_at_errors: &'static str,
    /// What has to run first: makes the session one for migrations, and creates the history table
    /// or extends an old one.
    pub preamble: String,
    /// The steps, in order.
    pub steps: Vec<PlannedStep>,
    /// What the policies would let pass with a word.
    pub warnings: Vec<Disagreement>,
}
