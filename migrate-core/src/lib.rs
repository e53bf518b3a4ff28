//! The pure centre of migrate: text in, data out.
//!
//! `bytes → SourceFile → Migration → Statement → Diagnostics`, then
//! `(migrations, history, target, policy) → Plan`. The proc macro and the run time call the
//! same functions, so what was checked at build time is what runs.
//!
//! # What this crate does not do
//!
//! No I/O but [`disk`], no async, no clock, no environment, no global state. Nothing here panics
//! or returns `Err` for a user's mistake: bad input becomes [`diagnostic::Diagnostic`]s.

mod body;
pub mod diagnostic;
pub mod dialect;
mod kind;
pub mod lex;
pub mod migration;
mod nesting;
pub mod parse;
mod reader;
pub mod source;
pub mod split;
pub mod statement;
