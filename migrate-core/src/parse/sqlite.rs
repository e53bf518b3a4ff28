//! SQLite's grammar, as the lemon-rs project has it: SQLite's own `parse.y`.

use super::Fault;
use crate::dialect::Dialect;
use crate::lex::{TokenKind, tokens};
use sqlite3_parser::lexer::sql::{Error, Parser, ParserError};
use sqlite3_parser::{Bump, FallibleIterator};
use std::borrow::Cow;

/// The first place where a statement leaves the grammar.
///
/// The crate refuses a name that stands in a list again, as `INSERT INTO t (a, a)` and `USING (a, a)` have them, which
/// SQLite takes (`idlist` in parse.y: `sqlite3IdListAppend` does not ask). Such a name is read as another one.
pub(super) fn fault(statement: &str) -> Option<Fault> {
    let mut text = Cow::Borrowed(statement);
    for number in 0..REPETITIONS {
        let fault = refused(&text)?;
        let Some(end) = repeated(&text, &fault) else {
            // What stands behind such names has moved with them.
            let longer = text.len() - statement.len();
            let at = fault.at.saturating_sub(longer);
            return Some(Fault { at, ..fault });
        };
        text.to_mut().insert_str(end, &format!("_again{number}"));
    }
    // Of a list with more of them nobody looks at the end.
    None
}

/// How many names that stand in a list again are passed over.
const REPETITIONS: usize = 32;

/// Where the name ends, but for its quotes, that stands in a list again, if that is the fault. It is the last one before
/// the place: the crate has gone on to the next token when it looks at the list.
fn repeated(text: &str, fault: &Fault) -> Option<usize> {
    let why = fault.why.as_deref()?;
    if !(why.starts_with("column ") && why.ends_with(" specified more than once")) {
        return None;
    }
    let tokens = tokens(text, Dialect::Sqlite).filter(|token| !token.kind.is_trivia());
    let before = tokens.take_while(|token| token.range.end <= fault.at);
    let name = before.last()?;
    match name.kind {
        TokenKind::Word => Some(name.range.end),
        TokenKind::QuotedIdentifier | TokenKind::String => name.range.end.checked_sub(1),
        _ => None,
    }
}

/// The first place that the crate refuses.
fn refused(statement: &str) -> Option<Fault> {
    let memory = Bump::new();
    let mut parser = Parser::new(&memory, statement.as_bytes());
    loop {
        match parser.next() {
            Ok(Some(_)) => {}
            Ok(None) => return None,
            Err(error) => return read(statement, error),
        }
    }
}

/// Where and why.
fn read(statement: &str, error: Error) -> Option<Fault> {
    let (place, why) = match error {
        Error::ParserError(ParserError::Custom(why), place) => (place, Some(why)),
        Error::ParserError(_, place) => (place, None),
        Error::BadNumber(place) | Error::MalformedHexInteger(place) => {
            (place, Some("malformed number".to_owned()))
        }
        Error::MalformedBlobLiteral(place) => (place, Some("malformed blob".to_owned())),
        Error::BadVariableName(place) => (place, Some("malformed parameter".to_owned())),
        Error::UnrecognizedToken(place) | Error::ExpectedEqualsSign(place) => (place, None),
        Error::UnterminatedLiteral(place)
        | Error::UnterminatedBracket(place)
        | Error::UnterminatedBlockComment(place) => (place, Some("unterminated".to_owned())),
        // A kind of error that a later version of the parser may have: no verdict.
        _ => return None,
    };
    // Lines and columns count from 1; a column is a byte.
    let at = place.map_or(0, |place| {
        let lines = statement
            .split_inclusive('\n')
            .take(place.line.saturating_sub(1));
        lines.map(str::len).sum::<usize>() + place.column.saturating_sub(1)
    });
    Some(Fault {
        at: at.min(statement.len()),
        why,
    })
}
