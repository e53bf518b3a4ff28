//! SQLite: lexical rules, and what a statement asks of the session.

use crate::lex::{Lexical, Quote, TokenKind};
use crate::migration::Runs;
use crate::reader::Reader;

/// The lexical rules, as in SQLite's `src/tokenize.c`.
pub(crate) const LEXICAL: Lexical = Lexical {
    quotes: &[
        Quote::new(b'\'', TokenKind::String),
        Quote::new(b'"', TokenKind::QuotedIdentifier),
        Quote::new(b'`', TokenKind::QuotedIdentifier),
        Quote {
            delimiters: (b'[', b']'),
            kind: TokenKind::QuotedIdentifier,
            backslash: false,
        },
    ],
    string_prefixes: b"x",
    postgres_strings: false,
    nested_comments: false,
    hash_comments: false,
    dashes_need_space: false,
    code_comments: false,
    parameters: b"?:@$#",
    operators: b"+-*/<>=~!%&|",
    operators_before_sign: b"",
};

/// Pragmas with an argument that set nothing of the session: they ask, or their effect is in the
/// file or ends with the transaction.
const NOT_OF_SESSION: &[&str] = &[
    "application_id",
    "defer_foreign_keys",
    "foreign_key_check",
    "foreign_key_list",
    "incremental_vacuum",
    "index_info",
    "index_list",
    "index_xinfo",
    "integrity_check",
    "optimize",
    "quick_check",
    "table_info",
    "table_list",
    "table_xinfo",
    "user_version",
    "wal_checkpoint",
];

/// What a statement asks of the session, apart from BEGIN and its like.
pub(crate) fn runs(words: Reader<'_>) -> Runs {
    let is_alone = alone(words.clone()).is_some();
    match (is_alone, is_session(words)) {
        (true, true) => Runs::SessionAlone,
        (true, false) => Runs::Alone,
        (false, true) => Runs::Session,
        (false, false) => Runs::Anywhere,
    }
}

fn is_session(mut words: Reader<'_>) -> bool {
    words.eat_any(&["ATTACH", "DETACH"])
        || pragma(words)
            .is_some_and(|(name, is_set)| is_set && !NOT_OF_SESSION.contains(&name.as_str()))
}

/// What a statement that does nothing or fails inside a transaction is called.
pub(crate) fn alone(mut words: Reader<'_>) -> Option<&'static str> {
    // vacuum.c: "cannot VACUUM from within a transaction"
    if words.eat("VACUUM") {
        return Some("VACUUM");
    }
    // attach.c: "database … is locked" if the transaction has touched it; BEGIN IMMEDIATE has
    if words.eat("DETACH") {
        return Some("DETACH");
    }
    match pragma(words) {
        // pragma.c: "database table is locked"
        Some((name, _)) if name == "wal_checkpoint" => Some("PRAGMA wal_checkpoint"),
        Some((name, true)) => match name.as_str() {
            // pragma.c: silently ignored inside a transaction; a table that is then dropped takes
            // the rows that refer to it along
            "foreign_keys" => Some("PRAGMA foreign_keys"),
            // vdbe.c: "cannot change into wal mode from within a transaction"
            "journal_mode" => Some("PRAGMA journal_mode"),
            // pragma.c: "Safety level may not be changed inside a transaction"
            "synchronous" => Some("PRAGMA synchronous"),
            // pragma.c: "temporary storage cannot be changed from within a transaction"
            "temp_store" => Some("PRAGMA temp_store"),
            _ => None,
        },
        _ => None,
    }
}

/// The pragma that a statement sets.
pub(crate) fn name_set(words: Reader<'_>) -> Option<String> {
    pragma(words).map(|(name, _)| name)
}

/// The name of a pragma, and whether it has a value: `PRAGMA schema.name = value` or
/// `PRAGMA name(value)`.
fn pragma(mut words: Reader<'_>) -> Option<(String, bool)> {
    if !words.eat("PRAGMA") {
        return None;
    }
    let name = words.name()?.name.to_lowercase();
    Some((name, words.eat("=") || words.eat("(")))
}
