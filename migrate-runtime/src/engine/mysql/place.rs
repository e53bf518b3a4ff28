//! Where in a statement the server's error is. It tells no position, but says what stands there.

use migrate_core::dialect::Dialect;
use migrate_core::lex::{TokenKind, tokens};
use mysql_async::ServerError;

/// ER_PARSE_ERROR
const PARSE_ERROR: u16 = 1064;

/// What is about one name, which the message quotes: ER_BAD_DB_ERROR, ER_TABLE_EXISTS_ERROR,
/// ER_BAD_TABLE_ERROR, ER_BAD_FIELD_ERROR, ER_DUP_FIELDNAME, ER_DUP_KEYNAME,
/// ER_KEY_COLUMN_DOES_NOT_EXITS, ER_CANT_DROP_FIELD_OR_KEY, ER_NO_SUCH_TABLE,
/// ER_UNKNOWN_DATA_TYPE.
const ABOUT_A_NAME: &[u16] = &[1049, 1050, 1051, 1054, 1060, 1061, 1072, 1091, 1146, 4161];

/// The byte offset of an error in a statement that is `length` bytes long and stands at the
/// beginning of a text, which goes on with what was sent behind it.
pub(super) fn offset(text: &str, length: usize, error: &ServerError) -> Option<usize> {
    let statement = text.get(..length)?;
    if error.code == PARSE_ERROR {
        near(text, length, &error.message)
    } else if ABOUT_A_NAME.contains(&error.code) {
        only_place(statement, quoted(&error.message)?)
    } else {
        None
    }
}

/// An error's message, without what it quotes of what was sent behind the statement.
pub(super) fn message(text: &str, length: usize, error: &ServerError) -> String {
    let own = || {
        let at = offset(text, length, error).filter(|_| error.code == PARSE_ERROR)?;
        let letters = text.get(at..length)?.chars().count();
        let (before, quoted, line) = parts(&error.message)?;
        let (behind, _) = quoted.char_indices().nth(letters)?;
        let quoted = quoted[..behind].trim_end();
        Some(format!("{before}near '{quoted}' at line {line}"))
    };
    own().unwrap_or_else(|| error.message.clone())
}

/// `… near 'what stands there' at line 3`, taken apart.
fn parts(message: &str) -> Option<(&str, &str, &str)> {
    let (message, line) = message.rsplit_once("' at line ")?;
    let (before, quoted) = message.split_once("near '")?;
    Some((before, quoted, line))
}

/// Where what a message quotes stands: up to 80 bytes, also of what comes behind the statement,
/// whose own lines are counted.
fn near(text: &str, length: usize, message: &str) -> Option<usize> {
    let (_, near, line) = parts(message)?;
    let line: usize = line.trim().parse().ok()?;
    let mut line_ends = text.match_indices('\n').map(|(at, _)| at);
    let end = line_ends.nth(line.checked_sub(1)?).unwrap_or(text.len());
    let is_there = |at: &usize| *at <= length.min(end);
    if near.is_empty() {
        return Some(text.get(..length)?.trim_end().len());
    }
    // It may be cut, in the middle of a letter too; MariaDB then puts dots behind it.
    let near = near.strip_suffix("...").unwrap_or(near);
    let near = near.trim_end_matches('\u{fffd}');
    let places = text.char_indices().map(|(at, _)| at);
    let here = |at: &usize| begins_with(&text[*at..], near);
    places.take_while(is_there).filter(here).last()
}

/// Whether a text begins like this. The server writes `?` for a letter beyond the basic plane.
fn begins_with(text: &str, near: &str) -> bool {
    let mut letters = text.chars();
    near.chars()
        .all(|wanted| letters.next().is_some_and(|c| c == wanted || wanted == '?'))
}

/// The last part of the first name that a message quotes.
fn quoted(message: &str) -> Option<&str> {
    // Not the one in "can't".
    let (start, quote) = [" '", " `"]
        .iter()
        .filter_map(|open| Some((message.find(open)? + open.len(), &open[1..])))
        .min()?;
    let (name, _) = message[start..].split_once(quote)?;
    let name = name.split(',').next()?;
    name.rsplit('.').next()
}

/// Where a name stands in a statement, if that is one place only.
fn only_place(statement: &str, name: &str) -> Option<usize> {
    let mut places = tokens(statement, Dialect::Mysql).filter(|token| {
        let text = statement.get(token.range.clone()).unwrap_or_default();
        match token.kind {
            TokenKind::Word => text.eq_ignore_ascii_case(name),
            TokenKind::QuotedIdentifier => text.trim_matches('`').eq_ignore_ascii_case(name),
            _ => false,
        }
    });
    let place = places.next()?;
    places.next().is_none().then_some(place.range.start)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn place<'a>(text: &'a str, length: usize, code: u16, message: &str) -> Option<&'a str> {
        let error = ServerError {
            code,
            message: message.to_owned(),
            state: String::new(),
        };
        offset(text, length, &error).map(|at| &text[at..length])
    }

    #[test]
    fn what_the_server_says_is_found_in_the_statement() {
        let syntax = |text: &'static str, near: &str, line: usize| {
            let length = text.find(';').unwrap_or(text.len());
            let message = format!("You have an error; use near '{near}' at line {line}");
            place(text, length, 1064, &message)
        };
        assert_eq!(syntax("select 1 frm a", "frm a", 1), Some("frm a"));
        assert_eq!(syntax("select 'it''s' frm", "frm", 1), Some("frm"));
        assert_eq!(syntax("a b\na b\na b", "b", 2), Some("b\na b"));
        assert_eq!(syntax("select 1 x y;\nmore", "y;\nmore", 1), Some("y"));
        assert_eq!(syntax("select (;\nmore", "", 1), Some(""));
        assert_eq!(syntax("select ü ö", "ö\u{fffd}", 1), Some("ö"));
        assert_eq!(syntax("select 1 '🚀'", "'?'", 1), Some("'🚀'"));
        assert_eq!(syntax("select 1 x y, z", "y,...", 1), Some("y, z"));
        assert_eq!(syntax("select 1;\nselct 2", "selct 2", 1), None);
        assert_eq!(syntax("select 1", "nowhere", 1), None);
    }

    #[test]
    fn what_was_sent_behind_a_statement_is_not_quoted() {
        let said = |text: &str, near: &str| {
            let whole = |near: &str| format!("You have an error; use near '{near}' at line 1");
            let error = ServerError {
                code: PARSE_ERROR,
                message: whole(near),
                state: String::new(),
            };
            let length = text.find(';').unwrap_or(text.len());
            let said = message(text, length, &error);
            let quoted = parts(&said).map(|(_, quoted, _)| quoted.to_owned());
            assert_eq!(quoted.as_deref().map(whole), Some(said));
            quoted
        };
        let quotes = |text, near, own: &str| assert_eq!(said(text, near).as_deref(), Some(own));
        quotes("select 1 x y ;\nupdate t", "y ;\nupdate t", "y");
        quotes("select (;update t", ";upda...", "");
        quotes("select 1 '🚀';update t", "'?';update", "'?'");
        quotes("selct 2", "selct 2", "selct 2");
        quotes("select 1;update t", "nowhere; ", "nowhere; ");
    }

    #[test]
    fn a_name_is_found_where_it_stands_once() {
        let name =
            |text: &'static str, code: u16, message: &str| place(text, text.len(), code, message);
        let column = "Unknown column 'a.B' in 'SELECT'";
        assert_eq!(name("select b from a", 1054, column), Some("b from a"));
        assert_eq!(name("select `b` from a", 1054, column), Some("`b` from a"));
        assert_eq!(name("select 'b' from a", 1054, column), None);
        assert_eq!(name("select b, b from a", 1054, column), None);
        let drop = "Can't DROP COLUMN `z`; check that it exists";
        assert_eq!(name("alter table a drop z", 1091, drop), Some("z"));
        let key = "Can't DROP 'z'; check that column/key exists";
        assert_eq!(name("alter table a drop z", 1091, key), Some("z"));
        let tables = "Unknown table 't.x,t.y'";
        assert_eq!(name("drop table x, y", 1051, tables), Some("x, y"));
        assert_eq!(
            name("select b", 1062, "Duplicate entry 'b' for key 'c'"),
            None
        );
    }
}
