//! Bodies with statements inside: `BEGIN ATOMIC … END` of a PostgreSQL function, `BEGIN … END` of
//! an SQLite trigger, the compound statements of a MySQL routine. A `;` in them ends no statement.

use crate::dialect::Dialect;
use crate::kind::object_kind;
use crate::reader::Reader;

/// Counts what is open in the statement being read.
#[derive(Default)]
pub(crate) struct Body<'a> {
    /// Open blocks; 0 is outside the body.
    blocks: usize,
    /// Open CASE expressions, which also end in END, since the last `;`.
    cases: usize,
    /// Where the outermost block begins.
    begin: usize,
    /// The last token.
    previous: &'a str,
}

impl<'a> Body<'a> {
    /// Where the body begins whose end has not been seen.
    pub fn open(&self) -> Option<usize> {
        (self.blocks > 0).then_some(self.begin)
    }

    /// Takes note of the next token of the statement (not white space or a comment), which stands
    /// at `at`. `statement` is the text from the statement's first byte.
    pub fn token(&mut self, token: &'a str, at: usize, statement: &str, dialect: Dialect) {
        let previous = std::mem::replace(&mut self.previous, token);
        if token == ";" {
            self.cases = 0;
        } else if token.eq_ignore_ascii_case("END") {
            // The statement before a block's END has its `;`. Elsewhere it ends a CASE or is a name.
            if is_any(previous, &[";", "BEGIN", "ATOMIC"]) {
                self.blocks = self.blocks.saturating_sub(1);
            } else {
                self.cases = self.cases.saturating_sub(1);
            }
        } else if self.blocks == 0 {
            if opens_body(token, previous, dialect)
                && has_body(Reader::new(statement, dialect), dialect)
            {
                self.begin = at;
                self.blocks = 1;
            }
        } else if dialect == Dialect::Mysql {
            if is_any(token, &["REPEAT"]) && is_any(previous, &["END"]) {
                // The only END behind an expression: REPEAT … UNTIL x END REPEAT.
                self.blocks -= 1;
            } else if self.cases == 0 && opens_mysql_block(token, previous) {
                self.blocks += 1;
            } else if token.eq_ignore_ascii_case("CASE") && !is_any(previous, &["END"]) {
                self.cases += 1;
            }
        }
    }
}

fn is_any(word: &str, keywords: &[&str]) -> bool {
    keywords
        .iter()
        .any(|keyword| word.eq_ignore_ascii_case(keyword))
}

/// Whether a word begins the body of a statement that may have one.
fn opens_body(word: &str, previous: &str, dialect: Dialect) -> bool {
    match dialect {
        Dialect::Postgres => is_any(word, &["ATOMIC"]) && is_any(previous, &["BEGIN"]),
        Dialect::Sqlite => is_any(word, &["BEGIN"]),
        Dialect::Mysql => opens_mysql_block(word, previous),
    }
}

/// Whether a word begins a compound statement, where it stands.
fn opens_mysql_block(word: &str, previous: &str) -> bool {
    const STATEMENT_FOLLOWS: &[&str] = &[
        ";", ":", "BEGIN", "THEN", "ELSE", "DO", "LOOP", "REPEAT", "ROW",
    ];
    const NAME_FOLLOWS: &[&str] = &[
        ".", ",", "(", "=", "SET", "SELECT", "WHERE", "AND", "OR", "BY",
    ];
    match word.to_ascii_uppercase().as_str() {
        "BEGIN" => !is_any(previous, NAME_FOLLOWS),
        // FOR is MariaDB's.
        "CASE" | "FOR" | "IF" | "LOOP" | "REPEAT" | "WHILE" => is_any(previous, STATEMENT_FOLLOWS),
        _ => false,
    }
}

/// Whether a statement that begins like this may have a body.
pub(crate) fn has_body(mut words: Reader<'_>, dialect: Dialect) -> bool {
    let kinds: &[&str] = match dialect {
        Dialect::Postgres => &["FUNCTION", "PROCEDURE"],
        Dialect::Sqlite => &["TRIGGER"],
        Dialect::Mysql => &["EVENT", "FUNCTION", "PROCEDURE", "TRIGGER"],
    };
    if dialect == Dialect::Mysql && words.eat("BEGIN NOT ATOMIC") {
        return true;
    }
    let defines = words.eat("CREATE") || dialect == Dialect::Mysql && words.eat("ALTER");
    defines && kinds.contains(&object_kind(&mut words).as_str())
}
