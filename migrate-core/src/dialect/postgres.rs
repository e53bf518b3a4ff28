//! PostgreSQL: lexical rules, and what a statement asks of the session.

use crate::lex::{Lexical, Quote, TokenKind};
use crate::migration::Runs;
use crate::reader::Reader;

/// The lexical rules: "Lexical Structure" in the manual, `src/backend/parser/scan.l`, with
/// `standard_conforming_strings` on, as it is since 9.1.
pub(crate) const LEXICAL: Lexical = Lexical {
    quotes: &[
        Quote::new(b'\'', TokenKind::String),
        Quote::new(b'"', TokenKind::QuotedIdentifier),
    ],
    string_prefixes: b"ebxn",
    postgres_strings: true,
    nested_comments: true,
    hash_comments: false,
    dashes_need_space: false,
    code_comments: false,
    parameters: b"",
    operators: b"+-*/<>=~!@#%^&|`?",
    operators_before_sign: b"~!@#%^&|`?",
};

/// What a statement asks of the session, apart from BEGIN and its like.
pub(crate) fn runs(mut words: Reader<'_>) -> Runs {
    if alone(words.clone()).is_some() {
        return Runs::Alone;
    }
    let Some(first) = words.word() else {
        return Runs::Anywhere;
    };
    match first.to_ascii_uppercase().as_str() {
        // A procedure and a DO block may commit, but only outside a transaction block
        // (`ExecuteCallStmt` and `ExecuteDoStmt` in functioncmds.c are told whether they are atomic).
        "CALL" | "DO" => Runs::Perhaps,
        // Refused in a transaction if the subscription has a replication slot, which the text does
        // not say (`DropSubscription` in subscriptioncmds.c).
        "DROP" if words.eat("SUBSCRIPTION") => Runs::Perhaps,
        "SET" => match words.word().map(str::to_ascii_uppercase).as_deref() {
            Some("LOCAL" | "CONSTRAINTS" | "TRANSACTION") => Runs::Anywhere,
            _ => Runs::Session,
        },
        "RESET" | "LISTEN" | "UNLISTEN" | "LOAD" | "PREPARE" | "DEALLOCATE" => Runs::Session,
        "SELECT" if is_set_config(words) => Runs::Session,
        _ => Runs::Anywhere,
    }
}

/// `SELECT pg_catalog.set_config('search_path', '', false)`, which pg_dump writes.
fn is_set_config(mut words: Reader<'_>) -> bool {
    words.name().is_some_and(|function| {
        let schema = function.schema.as_deref();
        function.name == "set_config" && matches!(schema, None | Some("pg_catalog"))
    })
}

/// What a statement that PostgreSQL refuses inside a transaction block is called.
///
/// These are the callers of `PreventInTransactionBlock` in PostgreSQL 18, one line each.
pub(crate) fn alone(mut words: Reader<'_>) -> Option<&'static str> {
    match words.word()?.to_ascii_uppercase().as_str() {
        "CREATE" => create(words),
        "DROP" => drop(words),
        "ALTER" => alter(words),
        "REINDEX" => reindex(words),
        // vacuum.c
        "VACUUM" => Some("VACUUM"),
        // cluster.c, where no table is named; also REPACK, its successor in PostgreSQL 19
        "CLUSTER" => no_table(words).then_some("CLUSTER without a table"),
        "REPACK" => repack(words),
        // discard.c
        "DISCARD" => words.eat("ALL").then_some("DISCARD ALL"),
        // utility.c
        "COMMIT" => words.eat("PREPARED").then_some("COMMIT PREPARED"),
        "ROLLBACK" => words.eat("PREPARED").then_some("ROLLBACK PREPARED"),
        _ => None,
    }
}

fn create(mut words: Reader<'_>) -> Option<&'static str> {
    words.eat("UNIQUE");
    match words.word()?.to_ascii_uppercase().as_str() {
        // utility.c
        "INDEX" => words
            .eat("CONCURRENTLY")
            .then_some("CREATE INDEX CONCURRENTLY"),
        "DATABASE" => Some("CREATE DATABASE"),
        // tablespace.c
        "TABLESPACE" => Some("CREATE TABLESPACE"),
        // subscriptioncmds.c: because of the replication slot that it creates
        "SUBSCRIPTION" => {
            let no_slot = is_off(words.clone(), "connect") || is_off(words, "create_slot");
            (!no_slot).then_some("CREATE SUBSCRIPTION")
        }
        _ => None,
    }
}

fn drop(mut words: Reader<'_>) -> Option<&'static str> {
    match words.word()?.to_ascii_uppercase().as_str() {
        // utility.c
        "INDEX" => words
            .eat("CONCURRENTLY")
            .then_some("DROP INDEX CONCURRENTLY"),
        "DATABASE" => Some("DROP DATABASE"),
        // tablespace.c
        "TABLESPACE" => Some("DROP TABLESPACE"),
        _ => None,
    }
}

fn alter(mut words: Reader<'_>) -> Option<&'static str> {
    match words.word()?.to_ascii_uppercase().as_str() {
        // utility.c
        "SYSTEM" => Some("ALTER SYSTEM"),
        // dbcommands.c
        "DATABASE" => {
            words.name();
            let moves = words.eat("SET TABLESPACE");
            moves.then_some("ALTER DATABASE … SET TABLESPACE")
        }
        // tablecmds.c
        "TABLE" => {
            let detaches = words.find("DETACH PARTITION") && words.find("CONCURRENTLY");
            detaches.then_some("ALTER TABLE … DETACH PARTITION … CONCURRENTLY")
        }
        // subscriptioncmds.c
        "SUBSCRIPTION" => {
            words.name();
            let sets = words.eat_any(&["SET", "ADD", "DROP"]);
            let options = words.clone();
            if options.clone().has_option("failover") || options.has_option("two_phase") {
                return Some("ALTER SUBSCRIPTION … SET");
            }
            if sets && words.eat("PUBLICATION") && !is_off(words.clone(), "refresh") {
                return Some("ALTER SUBSCRIPTION … PUBLICATION with refresh");
            }
            let refreshes = !sets && words.eat("REFRESH PUBLICATION");
            refreshes.then_some("ALTER SUBSCRIPTION … REFRESH PUBLICATION")
        }
        _ => None,
    }
}

/// indexcmds.c: `ExecReindex` and `ReindexMultipleTables`.
fn reindex(mut words: Reader<'_>) -> Option<&'static str> {
    const CONCURRENTLY: Option<&str> = Some("REINDEX CONCURRENTLY");
    let options = words.clone();
    if words.skip_parens() && options.has_option("CONCURRENTLY") {
        return CONCURRENTLY;
    }
    match words.word()?.to_ascii_uppercase().as_str() {
        "SCHEMA" => Some("REINDEX SCHEMA"),
        "DATABASE" => Some("REINDEX DATABASE"),
        "SYSTEM" => Some("REINDEX SYSTEM"),
        _ if words.eat("CONCURRENTLY") => CONCURRENTLY,
        _ => None,
    }
}

fn repack(words: Reader<'_>) -> Option<&'static str> {
    if words.clone().has_option("CONCURRENTLY") {
        return Some("REPACK (CONCURRENTLY)");
    }
    no_table(words).then_some("REPACK without a table")
}

/// Whether only options follow.
fn no_table(mut words: Reader<'_>) -> bool {
    words.skip_parens();
    words.eat("VERBOSE");
    words.is_at_end()
}

/// Whether the options have `name = false`.
fn is_off(mut words: Reader<'_>, name: &str) -> bool {
    words.find(name) && words.eat("=") && words.eat_any(&["false", "off", "0"])
}
