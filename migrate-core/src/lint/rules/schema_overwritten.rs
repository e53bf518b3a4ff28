//! `schema-overwritten`

use crate::diagnostic::Level;
use crate::dialect::Dialect;
use crate::lint::{Context, Example, Findings, Rule};
use crate::reader::Reader;

pub(super) static RULE: Rule = Rule {
    code: "schema-overwritten",
    level: Level::Warn,
    dialects: &[Dialect::Sqlite],
    when: "`PRAGMA writable_schema = ON`.",
    effect: "What is then written to `sqlite_schema` is checked by nobody: a mistake leaves a database that cannot be opened any more, or whose rows are read by the wrong columns. Other connections go on with the old schema.",
    instead: "Use `ALTER TABLE`, or build the table anew and copy the rows.",
    bad: Example::new(
        "CREATE TABLE users (id INTEGER PRIMARY KEY, name TEXT);",
        "PRAGMA writable_schema = ON;",
    ),
    good: Example::new(
        "CREATE TABLE users (id INTEGER PRIMARY KEY, name TEXT);",
        "ALTER TABLE users ADD COLUMN age INTEGER;",
    ),
    check,
};

fn check(context: &Context<'_>, findings: &mut Findings) {
    let mut words = Reader::new(context.step.text, Dialect::Sqlite);
    let sets = words.eat("PRAGMA")
        && words.name().is_some_and(|it| it.name == "writable_schema")
        && (words.eat("=") || words.eat("("));
    if sets && words.eat_any(&["1", "ON", "YES", "TRUE"]) {
        let message =
            "nobody checks what is written to the schema, and a mistake destroys the database";
        let range = 0..context.step.text.len();
        let finding = context.found(&range, message);
        findings.push(finding.help("build the table anew instead, and copy the rows"));
    }
}
