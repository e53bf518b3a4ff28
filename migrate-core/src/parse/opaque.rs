//! What the first words tell of a statement that is not looked into.

use crate::dialect::Dialect;
use crate::lex::TokenKind;
use crate::reader::Reader;
use crate::statement::{ObjectName, Statement};

/// Words between the verb and the kind of object.
const MODIFIERS: &str = "OR REPLACE TEMP TEMPORARY UNLOGGED GLOBAL LOCAL UNIQUE RECURSIVE TRUSTED \
    PROCEDURAL FULLTEXT SPATIAL AGGREGATE ON";

/// Kinds of objects whose names have two words, or three.
const COMPOUND: &[&str] = &[
    "ACCESS METHOD",
    "CONSTRAINT TRIGGER",
    "DEFAULT PRIVILEGES",
    "EVENT TRIGGER",
    "FOREIGN DATA WRAPPER",
    "FOREIGN TABLE",
    "LARGE OBJECT",
    "MATERIALIZED VIEW",
    "OPERATOR CLASS",
    "OPERATOR FAMILY",
    "TEXT SEARCH CONFIGURATION",
    "TEXT SEARCH DICTIONARY",
    "TEXT SEARCH PARSER",
    "TEXT SEARCH TEMPLATE",
    "USER MAPPING",
    "VIRTUAL TABLE",
];

/// Words between the kind of object and its name.
const BEFORE_NAME: &[&str] = &["IF EXISTS", "IF NOT EXISTS", "CONCURRENTLY", "ONLY", "FOR"];

/// Reads the head of a statement.
pub(super) fn opaque(statement: &str, dialect: Dialect) -> Statement {
    let mut words = Reader::new(statement, dialect);
    let mut kind = words.word().unwrap_or_default().to_ascii_uppercase();
    let mut names = Vec::new();
    if matches!(kind.as_str(), "CREATE" | "ALTER" | "DROP" | "COMMENT") {
        let object = object_kind(&mut words);
        names = object_names(words, &object);
        kind = format!("{kind} {object}");
    }
    Statement::Opaque { kind, names }
}

/// `TABLE`, `EVENT TRIGGER`, …, in upper case.
fn object_kind(words: &mut Reader<'_>) -> String {
    while MODIFIERS.split(' ').any(|modifier| words.eat(modifier)) {}
    if words.eat("DEFINER") {
        skip_definer(words);
    }
    match COMPOUND.iter().find(|compound| words.eat(compound)) {
        Some(compound) => (*compound).to_owned(),
        None => words.word().unwrap_or_default().to_ascii_uppercase(),
    }
}

/// `= 'user'@'host'`, `= user@host`, `= CURRENT_USER()` of MySQL.
fn skip_definer(words: &mut Reader<'_>) {
    words.eat("=");
    words.skip();
    words.skip_parens();
    if words.eat("@") || matches!(words.peek(), Some((TokenKind::Parameter, _))) {
        words.skip();
    }
}

/// The objects, and the table that they are part of.
fn object_names(mut words: Reader<'_>, object: &str) -> Vec<ObjectName> {
    while words.eat_any(BEFORE_NAME) {}
    let mut names = Vec::new();
    if object == "DEFAULT PRIVILEGES" {
        return names;
    }
    loop {
        names.extend(words.name());
        if !words.eat(",") {
            break;
        }
    }
    let has_table = match object {
        "CONSTRAINT" | "CONSTRAINT TRIGGER" | "INDEX" | "POLICY" | "TRIGGER" => words.find("ON"),
        // CREATE RULE name AS ON event TO table, but DROP RULE name ON table.
        "RULE" if words.clone().find("AS ON") => words.find("TO"),
        "RULE" => words.find("ON"),
        _ => false,
    };
    if has_table {
        words.eat("ONLY");
        names.extend(words.name());
    }
    names
}
