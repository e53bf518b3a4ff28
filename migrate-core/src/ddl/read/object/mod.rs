//! Statements about what is no table, and those that change nothing of the schema.

mod block;
mod comment;
mod create;
mod domain;
mod drop;
mod executed;
mod maintain;
mod opaque;
mod policy;
mod reach;
mod rename;
mod routine;
mod sequence;
mod set;
mod target;
mod trigger;
mod types;
mod view;

use super::tokens::Tokens;
use crate::ddl::Statement;
use crate::statement::control;

pub(super) use opaque::opaque;
pub(super) use set::set;

/// Reads a statement that is about no table, as far as it is known.
pub(super) fn statement(tokens: &mut Tokens<'_>) -> Option<Statement> {
    let (_, verb) = tokens.peek()?;
    let known = match verb.to_ascii_uppercase().as_str() {
        "CREATE" => tokens.attempt(create::statement),
        "ALTER" => tokens.attempt(rename::alter),
        "DROP" => tokens.attempt(drop::statement),
        "RENAME" => tokens.attempt(rename::mysql),
        "COMMENT" => tokens.attempt(comment::statement),
        "SET" | "RESET" | "DISCARD" | "PRAGMA" | "USE" => tokens.attempt(set::statement),
        "TRUNCATE" => tokens.attempt(maintain::truncate),
        "VACUUM" | "ANALYZE" | "ANALYSE" | "REINDEX" | "CLUSTER" | "REFRESH" | "LOCK"
        | "OPTIMIZE" => tokens.attempt(maintain::statement),
        "BEGIN" | "START" | "COMMIT" | "END" | "ABORT" | "ROLLBACK" | "PREPARE" => {
            control(tokens.source(), tokens.dialect).map(Statement::Control)
        }
        _ => None,
    };
    known.or_else(|| tokens.attempt(opaque::statement))
}
