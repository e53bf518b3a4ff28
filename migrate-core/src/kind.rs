//! What kind of object a CREATE, ALTER, DROP or COMMENT is about.

use crate::lex::TokenKind;
use crate::reader::Reader;

/// Words between the verb and the kind of object.
const MODIFIERS: &str = "OR REPLACE TEMP TEMPORARY UNLOGGED GLOBAL LOCAL UNIQUE RECURSIVE TRUSTED \
    PROCEDURAL FULLTEXT SPATIAL AGGREGATE IGNORE LOADABLE UNDO ON";

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

/// Takes the words behind the verb: `TABLE`, `EVENT TRIGGER`, …, in upper case.
pub(crate) fn object_kind(words: &mut Reader<'_>) -> String {
    while modifier(words) {}
    match COMPOUND.iter().find(|compound| words.eat(compound)) {
        Some(compound) => (*compound).to_owned(),
        None => words.word().unwrap_or_default().to_ascii_uppercase(),
    }
}

/// Takes one of the words, or settings, that stand between the verb and the kind.
fn modifier(words: &mut Reader<'_>) -> bool {
    if words.eat("DEFINER") {
        skip_definer(words);
        return true;
    }
    // CREATE ALGORITHM = MERGE SQL SECURITY INVOKER VIEW, of MySQL
    if words.eat_any(&["ALGORITHM =", "SQL SECURITY"]) {
        return words.skip().is_some();
    }
    MODIFIERS.split(' ').any(|modifier| words.eat(modifier))
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
