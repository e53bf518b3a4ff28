//! `grant-to-public`

use crate::diagnostic::Level;
use crate::dialect::Dialect;
use crate::lint::{Context, Example, Findings, Rule};
use crate::reader::Reader;

pub(super) static RULE: Rule = Rule {
    code: "grant-to-public",
    level: Level::Warn,
    dialects: &[Dialect::Postgres],
    when: "`GRANT … TO PUBLIC` of anything but `EXECUTE`, `USAGE` or what a type or a language has.",
    effect: "Every role of the server that may connect gets it, also those that are created later, and it cannot be taken away from one of them.",
    instead: "Grant it to a role, and that role to who needs it.",
    bad: Example::new(
        "CREATE TABLE orders (id bigint PRIMARY KEY);",
        "GRANT SELECT ON orders TO PUBLIC;",
    ),
    good: Example::new(
        "CREATE TABLE orders (id bigint PRIMARY KEY);",
        "GRANT SELECT ON orders TO CURRENT_USER;",
    ),
    check,
};

/// What functions, types and languages have; PostgreSQL itself grants most of it to `PUBLIC` (manual, "Privileges").
const HARMLESS: &[&str] = &["EXECUTE", "USAGE", "CONNECT", "TEMPORARY", "TEMP"];
const HARMLESS_OF: &[&str] = &[
    "FUNCTION",
    "FUNCTIONS",
    "PROCEDURE",
    "PROCEDURES",
    "ROUTINE",
    "ROUTINES",
    "TYPE",
    "TYPES",
    "DOMAIN",
    "LANGUAGE",
    "ALL FUNCTIONS",
    "ALL PROCEDURES",
    "ALL ROUTINES",
];

fn check(context: &Context<'_>, findings: &mut Findings) {
    let mut words = context.words();
    let is_grant = match words.eat("ALTER DEFAULT PRIVILEGES") {
        true => words.find("GRANT"),
        false => words.eat("GRANT"),
    };
    if is_grant && is_more(&mut words) && words.find("TO") && is_everybody(words) {
        let message = "every role that may connect gets this, now and later";
        let finding = context.found(&context.verb(), message);
        findings.push(finding.help("grant it to a role, and that role to who needs it"));
    }
}

/// Whether one of the roles that follow is `PUBLIC`: a keyword, before which `GROUP` means nothing.
fn is_everybody(mut words: Reader<'_>) -> bool {
    loop {
        words.eat("GROUP");
        if words.eat("PUBLIC") {
            return true;
        }
        words.skip();
        if !words.eat(",") {
            return false;
        }
    }
}

/// Whether what stands behind `GRANT` is a privilege that not everybody should have; moves behind `ON`.
fn is_more(words: &mut Reader<'_>) -> bool {
    let mut is_more = false;
    while !words.eat("ON") {
        // A role is granted without `ON`.
        if words.is_at_end() || words.eat("TO") {
            return false;
        }
        if words.skip_parens() || words.eat_any(&[",", "PRIVILEGES"]) || words.eat_any(HARMLESS) {
            continue;
        }
        words.skip();
        is_more = true;
    }
    is_more && !words.eat_any(HARMLESS_OF)
}
