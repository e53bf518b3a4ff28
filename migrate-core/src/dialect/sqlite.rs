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

/// What a statement asks of the session, apart from BEGIN and its like.
pub(crate) fn runs(mut words: Reader<'_>) -> Runs {
    let alone = alone(words.clone()).is_some();
    let Some(first) = words.word() else {
        return Runs::Anywhere;
    };
    match first.to_ascii_uppercase().as_str() {
        "PRAGMA" => match pragma(words) {
            Some(_) if alone => Runs::SessionAlone,
            Some(_) => Runs::Session,
            None => Runs::Anywhere,
        },
        "ATTACH" => Runs::Session,
        "DETACH" => Runs::SessionAlone,
        _ if alone => Runs::Alone,
        _ => Runs::Anywhere,
    }
}

/// What a statement that does nothing or fails inside a transaction is called.
pub(crate) fn alone(mut words: Reader<'_>) -> Option<&'static str> {
    match words.word()?.to_ascii_uppercase().as_str() {
        // vacuum.c: "cannot VACUUM from within a transaction"
        "VACUUM" => Some("VACUUM"),
        // attach.c: "database … is locked" where the transaction has touched it, and BEGIN
        // IMMEDIATE touches all
        "DETACH" => Some("DETACH"),
        "PRAGMA" => match pragma(words)?.to_ascii_lowercase().as_str() {
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

/// The name of a pragma that is set: `PRAGMA schema.name = value` or `PRAGMA name(value)`.
/// One that asks is `None`: without a value, or one whose value is an argument.
fn pragma(mut words: Reader<'_>) -> Option<&str> {
    const QUESTIONS: &[&str] = &[
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
        "wal_checkpoint",
        // Written to the file, or undone by the next commit: nothing of the session.
        "application_id",
        "defer_foreign_keys",
        "user_version",
    ];
    let mut name = words.word()?;
    if words.eat(".") {
        name = words.word()?;
    }
    let is_set = words.eat("=") || words.eat("(");
    let is_question = QUESTIONS
        .iter()
        .any(|question| name.eq_ignore_ascii_case(question));
    (is_set && !is_question).then_some(name)
}
