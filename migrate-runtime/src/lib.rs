#![doc = include_str!("../../README.md")]
#![cfg_attr(docsrs, feature(doc_cfg))]
// With one engine, or none, what only the others use is unused; with all, nothing may be.
#![cfg_attr(
    not(all(
        feature = "mysql",
        feature = "postgres",
        feature = "sqlite",
        feature = "tls"
    )),
    allow(dead_code, unused, unreachable_code, irrefutable_let_patterns)
)]

mod blocker;
mod connect;
mod database;
mod engine;
mod error;
mod goal;
mod interrupt;
mod locking;
mod migrator;
mod observer;
mod random;
mod report;
mod run;
mod source;
mod stale;
mod url;
mod wait;

pub use blocker::Blocker;
pub use database::Database;
pub use error::{Diagnostics, ErrorKind, MigrationError, StatementFailure, StatementInDoubt};
pub use interrupt::Interrupt;
pub use locking::LockMode;
pub use migrate_core::diagnostic::{Code, Diagnostic, Severity};
pub use migrate_core::dialect::Dialect;
pub use migrate_core::history::Status;
pub use migrate_core::migration::{Migration, Version};
pub use migrate_core::plan::{
    Direction as MigrationDirection, Disagreement, Ended, Reaction, Refusal,
};
pub use migrate_core::render::Style;
#[cfg(feature = "macros")]
pub use migrate_macros::embed_migrations;
pub use migrator::Migrator;
pub use observer::{Event, MigrationRef, Observer};
pub use report::{
    AppliedMigration, MigrationResult, MigrationState, MigrationStatus, PlanReport, PlannedStep,
    Report,
};
pub use url::redact;

/// What the macro's output names. Not for use by hand: it changes with every release.
#[doc(hidden)]
pub mod __private {
    pub use migrate_core::migration::*;
    pub use migrate_core::source::*;
    pub use std::borrow::Cow;
    pub use std::time::Duration;
}
