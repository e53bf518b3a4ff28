//! SQLite's grammar, as the lemon-rs project has it: SQLite's own `parse.y`.

use super::Fault;
use sqlite3_parser::lexer::sql::{Error, Parser, ParserError};
use sqlite3_parser::{Bump, FallibleIterator};

/// The first place where a statement leaves the grammar.
pub(super) fn fault(statement: &str) -> Option<Fault> {
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
