//! Statements that the database would take, and that a migration cannot hold all the same.

use crate::diagnostic::{Code, Problem};
use crate::dialect::Dialect;
use crate::lex::{TokenKind, client_copy, tokens};
use crate::reader::Reader;

/// Why a statement cannot be part of a migration. Only PostgreSQL has such.
pub(crate) fn unfit(statement: &str, dialect: Dialect) -> Option<Problem> {
    if dialect != Dialect::Postgres {
        return None;
    }
    let mut words = Reader::new(statement, dialect);
    match words.word()?.to_ascii_uppercase().as_str() {
        "COPY" => copy(statement),
        "SET" => backslash_strings(words, statement),
        "DISCARD" => words.eat("ALL").then(|| discard_all(statement)),
        "SELECT" | "VALUES" | "WITH" | "INSERT" | "UPDATE" | "DELETE" | "MERGE" => {
            unlock_all(statement)
        }
        // Where a function or a view is only defined, or granted, nothing is called.
        "CREATE" => {
            words.eat_any(&["GLOBAL", "LOCAL"]);
            words.eat_any(&["TEMP", "TEMPORARY", "UNLOGGED"]);
            let fills = words.eat_any(&["TABLE", "MATERIALIZED"]);
            fills.then(|| unlock_all(statement))?
        }
        _ => None,
    }
}

/// The protocol would have to change over to copying, for which somebody has to read or write.
fn copy(statement: &str) -> Option<Problem> {
    let copy = client_copy(statement)?;
    let (message, label, help) = match copy.is_from {
        true => (
            "`COPY … FROM STDIN` reads its data from psql, which does not run migrations",
            "no data can come from here",
            "write INSERT statements instead, or load the data with psql",
        ),
        false => (
            "`COPY … TO STDOUT` writes its data to psql, which does not run migrations",
            "no data can go there",
            "export the data with psql, or name a file on the server",
        ),
    };
    let problem = Problem::new(Code::Lexical, copy.place, message);
    Some(problem.label(label).help(help))
}

/// What follows in the file was split by the other rule, and what is sent with it is read by the
/// other rule (manual, "String Constants with C-Style Escapes").
fn backslash_strings(mut words: Reader<'_>, statement: &str) -> Option<Problem> {
    words.eat_any(&["SESSION", "LOCAL"]);
    let is_it = words.eat("standard_conforming_strings")
        && words.eat_any(&["TO", "="])
        && words.eat_any(&["off", "false", "no", "0", "'off'", "'false'", "'no'", "'0'"]);
    let message = "`standard_conforming_strings = off` changes what the strings after it say";
    is_it.then(|| {
        Problem::new(Code::Lexical, 0..statement.len(), message)
            .help("write strings that have escapes as `E'…'`")
    })
}

/// It is `SELECT pg_advisory_unlock_all()` and more (manual, DISCARD).
fn discard_all(statement: &str) -> Problem {
    let message = "`DISCARD ALL` releases the lock that keeps other runners out";
    Problem::new(Code::LockReleased, 0..statement.len(), message)
        .help("say what is meant of it: `RESET ALL`, `DISCARD TEMP`, `DISCARD PLANS`, …")
}

fn unlock_all(statement: &str) -> Option<Problem> {
    const NAME: &str = "pg_advisory_unlock_all";
    let mut tokens = tokens(statement, Dialect::Postgres).filter(|token| !token.kind.is_trivia());
    let text = |token: &crate::lex::Token| statement.get(token.range.clone()).unwrap_or_default();
    while let Some(token) = tokens.next() {
        let named = token.kind == TokenKind::Word && text(&token).eq_ignore_ascii_case(NAME);
        if named && tokens.next()?.kind == TokenKind::OpenParen {
            let message = format!("`{NAME}()` releases the lock that keeps other runners out");
            return Some(
                Problem::new(Code::LockReleased, token.range, message)
                    .help("release each lock by its key: `pg_advisory_unlock(key)`"),
            );
        }
    }
    None
}
