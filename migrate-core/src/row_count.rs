//! Statements that ask how many rows the one before them has changed or found.

use crate::diagnostic::{Code, Diagnostic};
use crate::dialect::Dialect;
use crate::kind::object_kind;
use crate::migration::{Script, TransactionMode};
use crate::reader::Reader;
use crate::source::{FileId, Span};

/// The first of them in a script that runs statement by statement: what stands before it there is
/// the record of the statement that it means, whose rows it would get instead.
pub(crate) fn mistake(script: &Script, dialect: Dialect, file: FileId) -> Option<Diagnostic> {
    if script.mode == TransactionMode::Transaction {
        return None;
    }
    let statements = script.statements.windows(2);
    statements.into_iter().find_map(|pair| {
        let [before, span] = pair else { return None };
        let name = asks(Reader::new(script.statement(span), dialect), dialect)?;
        let message = format!("`{name}` would be told of the history's row, which is written behind each statement here");
        let place = Span::range(file, span.range());
        let meant = Span::range(file, before.range());
        Some(
            Diagnostic::new(Code::RowCount, place, message)
                .other(meant, "this is what it is to tell of")
                .help("count the rows by a query of their own, or put both statements into a migration that is one transaction"),
        )
    })
}

/// What a statement asks by ("Information Functions", "GET DIAGNOSTICS Statement" in MySQL's
/// manual; <https://sqlite.org/lang_corefunc.html#changes>). Where a routine or a view is only
/// defined, nothing is asked.
fn asks(mut words: Reader<'_>, dialect: Dialect) -> Option<&'static str> {
    let names: &[(&str, &str)] = match dialect {
        Dialect::Mysql => &[
            ("ROW_COUNT ( )", "ROW_COUNT()"),
            ("FOUND_ROWS ( )", "FOUND_ROWS()"),
        ],
        Dialect::Sqlite => &[("changes ( )", "changes()")],
        Dialect::Postgres => return None,
    };
    let mut ahead = words.clone();
    match ahead.word()?.to_ascii_uppercase().as_str() {
        "GET" if dialect == Dialect::Mysql => return Some("GET DIAGNOSTICS"),
        "CREATE" if object_kind(&mut ahead) != "TABLE" => return None,
        // An anonymous block of MariaDB asks of its own statements.
        "ALTER" | "BEGIN" => return None,
        _ => {}
    }
    while words.peek().is_some() {
        if let Some((_, name)) = names.iter().find(|(call, _)| words.eat(call)) {
            return Some(name);
        }
        words.advance();
    }
    None
}
