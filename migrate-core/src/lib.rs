//! The pure centre of migrate: text in, data out.
//!
//! `bytes → SourceFile → Migration → Statement → Diagnostics`, then
//! `(migrations, history, target, policy) → Plan`. The proc macro and the run time call the
//! same functions, so what was checked at build time is what runs.
//!
//! # What this crate does not do
//!
//! No I/O but in `disk.rs`, no async, no clock, no environment, no global state, no threads but in `parallel.rs` (and for
//! deep stacks in `parse.rs`). Nothing here panics
//! or returns `Err` for a user's mistake: bad input becomes [`diagnostic::Diagnostic`]s.

pub mod added;
pub mod allows;
mod body;
pub mod bookkeeping;
#[cfg(feature = "check")]
pub mod catalog;
#[cfg(feature = "check")]
mod check;
#[cfg(feature = "check")]
pub use check::locks;
pub mod checksum;
#[cfg(feature = "check")]
pub mod ddl;
pub mod diagnostic;
pub mod dialect;
pub mod directive;
mod disk;
pub mod dry_run;
pub mod effect;
pub mod folder;
pub mod history;
pub mod inferred;
#[cfg(feature = "check")]
pub mod judge;
mod kind;
pub mod layout;
pub mod lex;
pub mod limits;
#[cfg(feature = "check")]
pub mod lint;
pub mod migration;
mod nesting;
pub mod outcome;
mod outline;
mod own_transaction;
mod parallel;
pub mod parse;
pub mod plan;
pub mod pooled;
mod reader;
pub mod render;
mod requires;
mod row_count;
mod script;
mod session_values;
pub mod source;
pub mod split;
pub mod statement;
pub mod stored;
pub mod suggest;
pub mod surroundings;
pub mod table;
mod unfit;
pub mod unit;
