//! What the first words tell of a statement that is not looked into.

use crate::dialect::Dialect;
use crate::kind::object_kind;
use crate::reader::Reader;
use crate::statement::{ObjectName, Statement};

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
