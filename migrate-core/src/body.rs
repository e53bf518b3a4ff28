//! Bodies with statements inside: `BEGIN ATOMIC … END` of a PostgreSQL function, `BEGIN … END` of
//! an SQLite trigger, the compound statements of a MySQL routine. A `;` in them ends no statement.

use crate::dialect::Dialect;
use crate::lex::TokenKind;
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

    /// Takes note of the next token of the statement (not white space or a comment). `rest` is the
    /// text from the statement's first byte.
    pub fn token(
        &mut self,
        kind: TokenKind,
        token: &'a str,
        at: usize,
        rest: &str,
        dialect: Dialect,
    ) {
        let previous = std::mem::replace(&mut self.previous, token);
        if kind == TokenKind::Semicolon {
            self.cases = 0;
        }
        // `t.end` and `AS end` are names.
        if kind != TokenKind::Word || previous == "." || previous.eq_ignore_ascii_case("AS") {
            return;
        }
        if token.eq_ignore_ascii_case("END") {
            match self.cases {
                0 => self.blocks = self.blocks.saturating_sub(1),
                _ => self.cases -= 1,
            }
        } else if self.cases == 0 && opens_block(token, previous, dialect) {
            if self.blocks == 0 {
                self.begin = at;
            }
            if self.blocks > 0 || has_body(Reader::new(rest, dialect), dialect) {
                self.blocks += 1;
            }
        } else if self.blocks > 0
            && token.eq_ignore_ascii_case("CASE")
            && !is_any(previous, &["END"])
        {
            self.cases += 1;
        }
    }
}

fn is_any(word: &str, keywords: &[&str]) -> bool {
    keywords
        .iter()
        .any(|keyword| word.eq_ignore_ascii_case(keyword))
}

/// Whether a word, where it stands, begins a block if the statement has a body at all.
fn opens_block(word: &str, previous: &str, dialect: Dialect) -> bool {
    const STATEMENT_FOLLOWS: &[&str] = &[
        ";", ":", "BEGIN", "THEN", "ELSE", "DO", "LOOP", "REPEAT", "ROW",
    ];
    match dialect {
        Dialect::Postgres => is_any(word, &["ATOMIC"]) && is_any(previous, &["BEGIN"]),
        Dialect::Sqlite => is_any(word, &["BEGIN"]),
        Dialect::Mysql => {
            is_any(word, &["BEGIN"])
                || is_any(word, &["CASE", "IF", "LOOP", "REPEAT", "WHILE"])
                    && is_any(previous, STATEMENT_FOLLOWS)
        }
    }
}

/// Whether a statement that begins like this may have a body.
pub(crate) fn has_body(mut words: Reader<'_>, dialect: Dialect) -> bool {
    if !words.eat("CREATE") {
        return dialect == Dialect::Mysql && words.eat("ALTER EVENT");
    }
    match dialect {
        Dialect::Postgres => {
            words.eat("OR REPLACE");
            words.eat_any(&["FUNCTION", "PROCEDURE"])
        }
        Dialect::Sqlite => {
            words.eat_any(&["TEMP", "TEMPORARY"]);
            words.eat("TRIGGER")
        }
        // CREATE [OR REPLACE] [DEFINER = 'user'@'host'] [AGGREGATE] {PROCEDURE | …}
        Dialect::Mysql => std::iter::from_fn(|| words.skip())
            .take(12)
            .any(|word| is_any(word, &["PROCEDURE", "FUNCTION", "TRIGGER", "EVENT"])),
    }
}
