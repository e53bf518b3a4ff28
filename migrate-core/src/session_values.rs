//! Values that statements put into their session for later ones, as `SET @n = (SELECT count(*) …)`
//! does: which of them a resumed script reads although the session that had them is gone.
//!
//! What a routine or the text of a prepared statement reads or sets is not looked into.

use crate::dialect::{Dialect, mysql::under_settings};
use crate::kind::object_kind;
use crate::lex::TokenKind;
use crate::migration::{Runs, Script, StatementSpan};
use crate::reader::{Reader, unquote};
use std::collections::BTreeMap;

/// A value that is not what it was.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct LostValue {
    /// As a script writes it: `@n`, `LAST_INSERT_ID()`, `my.setting`.
    pub name: String,
    /// The index of the statement that has set it.
    pub set_by: usize,
    /// The index of the first statement to be run that reads it, or may do so.
    pub read_by: usize,
}

/// The first value that a statement from `done` on reads and that is not in the new session, or not
/// the same: a statement that sets the session is run again there, but to compute a value anew
/// gives the same only as long as nothing was changed since.
pub(crate) fn lost_value(script: &Script, done: usize, dialect: Dialect) -> Option<LostValue> {
    let uses = |span: &StatementSpan| Uses::of(script.statement(span), span.runs, dialect);
    let statements = || script.statements.iter().enumerate();
    let may_have_run = |runs| matches!(runs, Runs::Alone | Runs::Perhaps | Runs::Commits);
    let next = script.statements.get(done)?;
    let changed = match may_have_run(next.runs) {
        true => Some(done),
        false => {
            let before = script.statements.get(..done)?;
            before.iter().rposition(|span| !span.runs.is_session())
        }
    };
    let mut lost: BTreeMap<String, usize> = BTreeMap::new();
    for (index, span) in statements().take(done) {
        let uses = uses(span);
        let computed_anew = uses.computes && changed.is_some_and(|changed| index < changed);
        let is_lost = !span.runs.is_session()
            || computed_anew
            || uses.reads.iter().any(|name| lost.contains_key(name));
        for name in uses.sets {
            match is_lost {
                true => lost.insert(name, index),
                false => lost.remove(&name),
            };
        }
    }
    for (read_by, span) in statements().skip(done) {
        let uses = uses(span);
        let mut read = uses.reads.iter().map(String::as_str);
        let any = lost.keys().map(String::as_str).next();
        let name = read.find(|name| lost.contains_key(*name));
        if let Some(name) = name.or(any.filter(|_| uses.reads_any))
            && let Some(&set_by) = lost.get(name)
        {
            return Some(LostValue {
                name: name.to_owned(),
                set_by,
                read_by,
            });
        }
        for name in &uses.sets {
            lost.remove(name);
        }
    }
    None
}

/// What a statement has to do with such values. It reads before it sets.
#[derive(Default)]
struct Uses {
    reads: Vec<String>,
    /// It may read others, too.
    reads_any: bool,
    sets: Vec<String>,
    /// What it sets depends on more than its text and the values that it reads.
    computes: bool,
}

impl Uses {
    fn of(statement: &str, runs: Runs, dialect: Dialect) -> Uses {
        let words = Reader::new(statement, dialect);
        match dialect {
            Dialect::Mysql => mysql(words),
            Dialect::Postgres => postgres(words, runs),
            Dialect::Sqlite => sqlite(words),
        }
    }
}

/// The key that the last `INSERT` was given.
const LAST_INSERT_ID: &str = "LAST_INSERT_ID()";

/// What computes without parentheses: clocks, and MariaDB's `NEXT VALUE FOR`.
const COMPUTES: &[&str] = &[
    "CURRENT_DATE",
    "CURRENT_TIME",
    "CURRENT_TIMESTAMP",
    "LOCALTIME",
    "LOCALTIMESTAMP",
    "UTC_DATE",
    "UTC_TIME",
    "UTC_TIMESTAMP",
    "NEXT",
    "PREVIOUS",
    "@@TIMESTAMP",
];

/// User variables ("User-Defined Variables" in the manual): `SET @a = 1`, `@a := 1`, `INTO @a`.
fn mysql(words: Reader<'_>) -> Uses {
    let mut words = under_settings(words);
    let mut uses = Uses::default();
    let mut ahead = words.clone();
    let verb = ahead.word().unwrap_or_default().to_ascii_uppercase();
    let kind = object_kind(&mut ahead);
    let routine = ["PROCEDURE", "FUNCTION", "TRIGGER", "EVENT", "PACKAGE"];
    if matches!(verb.as_str(), "CREATE" | "ALTER") && routine.contains(&kind.as_str()) {
        return uses;
    }
    if matches!(verb.as_str(), "INSERT" | "REPLACE") {
        uses.sets.push(LAST_INSERT_ID.to_owned());
    }
    // What is done with a variable there, its name does not tell.
    let mut may_set = matches!(verb.as_str(), "CALL" | "GET" | "LOAD" | "BEGIN");
    let mut depth = 0usize;
    let mut assigns = verb == "SET" && words.eat("SET");
    while let Some((kind, text)) = words.peek() {
        let first = std::mem::take(&mut assigns);
        if words.eat_any(&["@@LAST_INSERT_ID", "@@IDENTITY"]) || words.eat("LAST_INSERT_ID ( )") {
            uses.computes = true;
            uses.reads.push(LAST_INSERT_ID.to_owned());
        } else if words.eat("LAST_INSERT_ID (") {
            uses.computes = true;
            uses.sets.push(LAST_INSERT_ID.to_owned());
            depth += 1;
        } else if words.eat_any(COMPUTES) {
            uses.computes = true;
        } else if words.eat("INTO") {
            while let Some(name) = variable(&mut words) {
                uses.sets.push(name);
                words.eat(",");
            }
        } else if let Some(name) = variable(&mut words) {
            if words.eat(":=") || first && words.eat("=") {
                uses.sets.push(name);
            } else if may_set {
                uses.sets.push(name.clone());
                uses.reads.push(name);
            } else {
                uses.reads.push(name);
            }
        } else {
            words.advance();
            match kind {
                TokenKind::OpenParen => {
                    uses.computes = true;
                    depth += 1;
                }
                TokenKind::CloseParen => depth = depth.saturating_sub(1),
                _ => {}
            }
            assigns = verb == "SET" && depth == 0 && text == ",";
            // Of a procedure that was prepared, it may be a variable for its answer.
            may_set |= verb == "EXECUTE" && text.eq_ignore_ascii_case("USING");
        }
    }
    uses
}

/// Takes `@name`, `` @`name` ``, `@'name'` or `@"name"`, and not `@@name`; case does not matter.
fn variable(words: &mut Reader<'_>) -> Option<String> {
    let mut ahead = words.clone();
    let (kind, text) = ahead.peek()?;
    ahead.advance();
    let mut name = match kind {
        TokenKind::Parameter if !text.starts_with("@@") => text.strip_prefix('@')?.to_lowercase(),
        TokenKind::Symbol if text == "@" => match ahead.peek()? {
            (TokenKind::QuotedIdentifier | TokenKind::String, quoted) => {
                ahead.advance();
                unquote(quoted).to_lowercase()
            }
            _ => return None,
        },
        _ => return None,
    };
    while ahead.eat(".") {
        name = format!("{name}.{}", ahead.skip()?.to_lowercase());
    }
    *words = ahead;
    Some(format!("@{name}"))
}

/// `SELECT set_config('my.n', (SELECT …), false)`. What reads a setting cannot be told.
fn postgres(mut words: Reader<'_>, runs: Runs) -> Uses {
    let mut uses = Uses {
        reads_any: !runs.is_session() && runs != Runs::Control,
        ..Uses::default()
    };
    if !runs.is_session() {
        return uses;
    }
    if words.eat_any(&["SET", "RESET"]) {
        words.eat("SESSION");
        uses.sets.extend(words.name().map(|name| match name.schema {
            Some(schema) => format!("{schema}.{}", name.name),
            None => name.name,
        }));
        return uses;
    }
    if !words.eat("SELECT") {
        return uses;
    }
    while let Some((kind, text)) = words.peek() {
        if words.eat("set_config (") {
            let name = words.peek().map_or("", |(_, text)| text);
            uses.sets.push(unquote(name).to_lowercase());
        } else if words.eat("current_setting") {
            words.skip_parens();
        } else {
            let from = kind == TokenKind::Word && text.eq_ignore_ascii_case("FROM");
            uses.computes |= from || kind == TokenKind::OpenParen;
            words.advance();
        }
    }
    uses
}

/// `last_insert_rowid()`; SQLite's sessions have no variables.
fn sqlite(mut words: Reader<'_>) -> Uses {
    let name = || vec!["last_insert_rowid()".to_owned()];
    let inserts = |into: &&str| words.clone().find(into);
    let sets = match words.clone().eat("WITH") {
        true => ["INSERT INTO", "INSERT OR", "REPLACE INTO"]
            .iter()
            .any(inserts),
        false => words.eat_any(&["INSERT", "REPLACE"]),
    };
    let reads = words.find("last_insert_rowid (");
    Uses {
        sets: if sets { name() } else { Vec::new() },
        reads: if reads { name() } else { Vec::new() },
        ..Uses::default()
    }
}
