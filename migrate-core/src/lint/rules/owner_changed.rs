//! `owner-changed`

use crate::diagnostic::Level;
use crate::dialect::Dialect;
use crate::lint::{Context, Example, Findings, Rule};

pub(super) static RULE: Rule = Rule {
    code: "owner-changed",
    level: Level::Allow,
    dialects: &[Dialect::Postgres],
    when: "`OWNER TO` or `REASSIGN OWNED`.",
    effect: "Whoever owned it before may no longer alter or drop it, and later migrations that run as that role fail.",
    instead: "Let migrations run as the role that is to own what they create.",
    bad: Example::new(
        "CREATE TABLE orders (id bigint PRIMARY KEY);",
        "ALTER TABLE orders OWNER TO CURRENT_USER;",
    ),
    good: Example::new(
        "CREATE TABLE orders (id bigint PRIMARY KEY);",
        "COMMENT ON TABLE orders IS 'owned by the role that runs the migrations';",
    ),
    check,
};

fn check(context: &Context<'_>, findings: &mut Findings) {
    let mut words = context.words();
    let is_given = match words.eat("ALTER") {
        true => words.find("OWNER TO"),
        false => words.eat("REASSIGN OWNED"),
    };
    if is_given {
        let message = "who owned this before may no longer alter or drop it";
        let finding = context.found(&context.verb(), message);
        findings
            .push(finding.help("let migrations run as the role that is to own what they create"));
    }
}
