//! MySQL and MariaDB: lexical rules, and what a statement asks of the session.

use crate::lex::{Lexical, Quote, TokenKind};
use crate::migration::Runs;
use crate::reader::Reader;

/// The lexical rules: "Language Structure" in the manual, with the default `sql_mode` (no
/// `ANSI_QUOTES`, no `NO_BACKSLASH_ESCAPES`).
pub(crate) const LEXICAL: Lexical = Lexical {
    quotes: &[
        Quote::new(b'\'', TokenKind::String).escaped(),
        Quote::new(b'"', TokenKind::String).escaped(),
        Quote::new(b'`', TokenKind::QuotedIdentifier),
    ],
    string_prefixes: b"bxn",
    postgres_strings: false,
    nested_comments: false,
    hash_comments: true,
    dashes_need_space: true,
    code_comments: true,
    parameters: b"?@",
    operators: b"+-*/<>=~!%^&|",
    operators_before_sign: b"",
};

/// What a statement asks of the session, apart from BEGIN and its like. MySQL refuses nothing
/// inside a transaction: it commits the transaction instead.
pub(crate) fn runs(mut words: Reader<'_>) -> Runs {
    let Some(first) = words.word() else {
        return Runs::Anywhere;
    };
    match first.to_ascii_uppercase().as_str() {
        "CALL" => Runs::Perhaps,
        "SET" => match words.word().map(str::to_ascii_uppercase).as_deref() {
            // Kept by the server, or for the next transaction only.
            Some("GLOBAL" | "PERSIST" | "PERSIST_ONLY" | "PASSWORD" | "TRANSACTION") => {
                Runs::Anywhere
            }
            _ => Runs::Session,
        },
        "USE" | "LOCK" | "UNLOCK" | "PREPARE" | "DEALLOCATE" => Runs::Session,
        _ => Runs::Anywhere,
    }
}
