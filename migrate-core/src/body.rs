//! Bodies with statements inside: `BEGIN ATOMIC … END` of a PostgreSQL function, `BEGIN … END` of
//! an SQLite trigger, the compound statements of a MySQL routine. A `;` in them ends no statement.

use crate::diagnostic::{Code, Problem};
use crate::dialect::Dialect;
use crate::kind::object_kind;
use crate::lex::TokenKind;
use crate::reader::Reader;

/// Counts what is open in the statement being read.
#[derive(Default)]
pub(crate) struct Body<'a> {
    /// Open blocks; 0 is outside the body.
    blocks: usize,
    /// Open CASE expressions, which also end in END, since the last `;`.
    cases: usize,
    /// Where the outermost block begins, in the statement.
    begin: usize,
    /// Where the head of a MySQL statement ends, once that had to be known.
    head: Option<usize>,
    /// The last token.
    previous: &'a str,
}

impl<'a> Body<'a> {
    /// Where in the statement the body begins whose end has not been seen.
    pub fn open(&self) -> Option<usize> {
        (self.blocks > 0).then_some(self.begin)
    }

    /// Takes note of the next token of the statement (not white space or a comment), which stands
    /// at `at` in it. `statement` is the text from the statement's first byte.
    pub fn token(&mut self, token: &'a str, at: usize, statement: &str, dialect: Dialect) {
        let previous = std::mem::replace(&mut self.previous, token);
        if token == ";" {
            self.cases = 0;
        } else if previous == "." {
            // What a qualified name ends in is no keyword.
        } else if token.eq_ignore_ascii_case("END") {
            // The statement before a block's END has its `;`. Elsewhere it ends a CASE or is a name.
            if is_any(previous, "; BEGIN ATOMIC") {
                self.blocks = self.blocks.saturating_sub(1);
            } else {
                self.cases = self.cases.saturating_sub(1);
            }
        } else if self.blocks == 0 {
            let words = || Reader::new(statement, dialect);
            let opens = match dialect {
                Dialect::Postgres => is_any(token, "ATOMIC") && is_any(previous, "BEGIN"),
                Dialect::Sqlite => is_any(token, "BEGIN"),
                Dialect::Mysql if is_any(token, COMPOUND) => {
                    at == *self.head.get_or_insert_with(|| mysql_head(words()))
                }
                Dialect::Mysql => opens_mysql_block(token, previous),
            };
            if opens && has_body(words(), dialect) {
                self.begin = at;
                self.blocks = 1;
            }
        } else if dialect == Dialect::Mysql {
            if is_any(token, "REPEAT") && is_any(previous, "END") {
                // The only END behind an expression: REPEAT … UNTIL x END REPEAT.
                self.blocks -= 1;
            } else if is_any(token, "DO") && is_any(previous, STATEMENT_FOLLOWS) {
                // The statement DO, behind which stands an expression.
                self.previous = "";
            } else if self.cases == 0 && opens_mysql_block(token, previous) {
                self.blocks += 1;
            } else if token.eq_ignore_ascii_case("CASE") && !is_any(previous, "END") {
                self.cases += 1;
            }
        }
    }
}

/// Whether a word is one of these, which spaces separate.
fn is_any(word: &str, keywords: &str) -> bool {
    keywords
        .split(' ')
        .any(|keyword| word.eq_ignore_ascii_case(keyword))
}

/// The words, apart from BEGIN, with which compound statements of MySQL begin. All are reserved.
/// FOR is MariaDB's.
const COMPOUND: &str = "CASE FOR IF LOOP REPEAT WHILE";

/// What a statement in a body stands behind; the last three are what a HANDLER is FOR.
const STATEMENT_FOLLOWS: &str =
    "; : BEGIN ATOMIC THEN ELSE DO LOOP REPEAT FOUND SQLEXCEPTION SQLWARNING";

/// Whether a word begins a compound statement, where it stands in the body of a routine.
fn opens_mysql_block(word: &str, previous: &str) -> bool {
    // `begin` is not reserved: what stands behind these is a name.
    const NAME_FOLLOWS: &str = ", ( = SET SELECT WHERE AND OR BY";
    match is_any(word, "BEGIN") {
        true => !is_any(previous, NAME_FOLLOWS),
        false => is_any(word, COMPOUND) && is_any(previous, STATEMENT_FOLLOWS),
    }
}

/// How long the head of a MySQL statement is, with a label: what stands before the body that the
/// statement may have.
fn mysql_head(mut words: Reader<'_>) -> usize {
    let skip_to = |words: &mut Reader<'_>, is_found: fn(&mut Reader<'_>) -> bool| {
        while !words.is_at_end() && !is_found(words) {
            words.advance();
        }
    };
    // MariaDB takes compound statements outside of routines, too, as long as they have no label.
    if words.eat_any(&["CREATE", "ALTER"]) {
        let kind = object_kind(&mut words);
        words.eat("IF NOT EXISTS");
        words.name();
        words.skip_parens();
        match kind.as_str() {
            "PROCEDURE" => while skip_characteristic(&mut words) {},
            // It has to have a RETURN, so that its body is one, or compound.
            "FUNCTION" => skip_to(&mut words, |words| {
                let next = words.peek();
                next.is_some_and(|(_, word)| is_any(word, COMPOUND) || is_any(word, "BEGIN RETURN"))
            }),
            "TRIGGER" => {
                skip_to(&mut words, |words| words.eat("FOR EACH ROW"));
                if words.eat_any(&["FOLLOWS", "PRECEDES"]) {
                    words.name();
                }
            }
            _ => skip_to(&mut words, |words| words.eat("DO")),
        }
        skip_label(&mut words);
    }
    words
        .advance()
        .map_or(usize::MAX, |first| first.range.start)
}

/// Takes a word of `NOT DETERMINISTIC`, `READS SQL DATA` and their like, or the string of a COMMENT.
fn skip_characteristic(words: &mut Reader<'_>) -> bool {
    const WORDS: &str = "COMMENT CONTAINS DATA DEFINER DETERMINISTIC INVOKER LANGUAGE MODIFIES NO \
        NOT READS SECURITY SQL";
    let next = words.peek();
    let is_one = next.is_some_and(|(kind, word)| kind == TokenKind::String || is_any(word, WORDS));
    is_one && words.advance().is_some()
}

/// Takes the `name:` of a compound statement.
fn skip_label(words: &mut Reader<'_>) {
    let mut ahead = words.clone();
    if ahead.name().is_some() && ahead.eat(":") {
        *words = ahead;
    }
}

/// Whether a statement that begins like this may have a body.
pub(crate) fn has_body(mut words: Reader<'_>, dialect: Dialect) -> bool {
    let kinds: &[&str] = match dialect {
        Dialect::Postgres => &["FUNCTION", "PROCEDURE"],
        Dialect::Sqlite => &["TRIGGER"],
        Dialect::Mysql => &["EVENT", "FUNCTION", "PROCEDURE", "TRIGGER"],
    };
    let first = words.peek().map_or("", |(_, word)| word);
    if dialect == Dialect::Mysql && (is_any(first, COMPOUND) || words.eat("BEGIN NOT ATOMIC")) {
        return true;
    }
    let defines = words.eat("CREATE") || dialect == Dialect::Mysql && words.eat("ALTER");
    defines && kinds.contains(&object_kind(&mut words).as_str())
}

/// Why a statement that is a piece of a routine's body is none: the statements before it would have
/// run by themselves.
pub(crate) fn rest_of_body(statement: &str, dialect: Dialect) -> Option<Problem> {
    let mut words = Reader::new(statement, dialect);
    let first = words.advance()?.range;
    let word = statement.get(first.clone())?;
    let is_rest = dialect == Dialect::Mysql && is_any(word, "ELSE ELSEIF END UNTIL");
    let message = format!("a routine's body ends too early: `{word}` begins no statement");
    is_rest.then(|| {
        Problem::new(Code::Lexical, first, message)
            .label("this belongs to the statements before it")
            .help("put a line `DELIMITER //` before the routine, and `//` and `DELIMITER ;` behind it")
    })
}
