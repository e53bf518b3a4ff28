//! Statements that the database would take, and that a migration cannot hold all the same.

use crate::diagnostic::{Code, Problem};
use crate::dialect::Dialect;
use crate::lex::{TokenKind, client_copy, tokens};
use crate::reader::Reader;

/// Why a statement cannot be part of a migration.
pub(crate) fn unfit(statement: &str, dialect: Dialect) -> Option<Problem> {
    match dialect {
        Dialect::Postgres => postgres(statement),
        Dialect::Mysql => mysql(statement),
        Dialect::Sqlite => None,
    }
}

fn mysql(statement: &str) -> Option<Problem> {
    let mut words = Reader::new(statement, Dialect::Mysql);
    match words.word()?.to_ascii_uppercase().as_str() {
        "LOCK" if words.eat_any(&["TABLE", "TABLES"]) => {
            let help = "remove it and its `UNLOCK TABLES`: no other runner of migrations is let in anyway (`mysqldump --skip-add-locks` writes neither)";
            Some(tables_locked("LOCK TABLES", statement, help))
        }
        "FLUSH" => {
            words.eat_any(&["NO_WRITE_TO_BINLOG", "LOCAL"]);
            let locks = words.eat_any(&["TABLE", "TABLES"])
                && (words.clone().find("WITH READ LOCK") || words.find("FOR EXPORT"));
            let help = "run it by hand, before the migrations";
            locks.then(|| tables_locked("FLUSH TABLES", statement, help))
        }
        "SELECT" | "DO" | "SET" | "VALUES" | "WITH" | "INSERT" | "UPDATE" | "DELETE"
        | "REPLACE" | "CALL" => unlock_all(
            "RELEASE_ALL_LOCKS",
            statement,
            Dialect::Mysql,
            "RELEASE_LOCK(name)",
        ),
        _ => None,
    }
}

/// Tables that are not named are out of reach then ("LOCK TABLES and UNLOCK TABLES Statements" in
/// the manual).
fn tables_locked(name: &str, statement: &str, help: &str) -> Problem {
    let message = format!("`{name}` keeps the history of the migrations from being written");
    Problem::new(Code::TablesLocked, 0..statement.len(), message)
        .label("the history table is not among what is locked")
        .help(help)
}

fn postgres(statement: &str) -> Option<Problem> {
    let unlock_all = || {
        let one = "pg_advisory_unlock(key)";
        unlock_all("pg_advisory_unlock_all", statement, Dialect::Postgres, one)
    };
    let mut words = Reader::new(statement, Dialect::Postgres);
    match words.word()?.to_ascii_uppercase().as_str() {
        "COPY" => copy(statement),
        "SET" => backslash_strings(words, statement),
        "DISCARD" => words.eat("ALL").then(|| discard_all(statement)),
        "SELECT" | "VALUES" | "WITH" | "INSERT" | "UPDATE" | "DELETE" | "MERGE" => unlock_all(),
        // Where a function or a view is only defined, or granted, nothing is called.
        "CREATE" => {
            words.eat_any(&["GLOBAL", "LOCAL"]);
            words.eat_any(&["TEMP", "TEMPORARY", "UNLOGGED"]);
            let fills = words.eat_any(&["TABLE", "MATERIALIZED"]);
            fills.then(unlock_all)?
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

/// Whether the function is called that lets go of all locks; `one` is the call for a single one.
fn unlock_all(function: &str, statement: &str, dialect: Dialect, one: &str) -> Option<Problem> {
    let mut tokens = tokens(statement, dialect).filter(|token| !token.kind.is_trivia());
    let text = |token: &crate::lex::Token| statement.get(token.range.clone()).unwrap_or_default();
    while let Some(token) = tokens.next() {
        let named = token.kind == TokenKind::Word && text(&token).eq_ignore_ascii_case(function);
        if named && tokens.next()?.kind == TokenKind::OpenParen {
            let message = format!("`{function}()` releases the lock that keeps other runners out");
            return Some(
                Problem::new(Code::LockReleased, token.range, message)
                    .help(format!("release each lock by itself: `{one}`")),
            );
        }
    }
    None
}
