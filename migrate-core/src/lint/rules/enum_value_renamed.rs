//! `enum-value-renamed`

use crate::catalog::Space;
use crate::ddl::Statement;
use crate::ddl::object::TypeChange;
use crate::diagnostic::Level;
use crate::dialect::Dialect;
use crate::lint::{Context, Example, Findings, Rule};

pub(super) static RULE: Rule = Rule {
    code: "enum-value-renamed",
    level: Level::Warn,
    dialects: &[Dialect::Postgres],
    when: "`ALTER TYPE … RENAME VALUE` of an enum that was there before the migration.",
    effect: "Programs that were started before the migration fail when they write the old value or compare with it, and do not know the new one that they read.",
    instead: "Add the new value, let programs read both and write the new one, and change the rows in batches. The old value stays: PostgreSQL drops none.",
    bad: Example::new(
        "CREATE TYPE status AS ENUM ('open', 'closed');",
        "ALTER TYPE status RENAME VALUE 'closed' TO 'done';",
    ),
    good: Example::new(
        "CREATE TYPE status AS ENUM ('open', 'closed');",
        "ALTER TYPE status ADD VALUE 'done' AFTER 'closed';",
    ),
    check,
};

fn check(context: &Context<'_>, findings: &mut Findings) {
    let Statement::AlterType(alter) = context.statement() else {
        return;
    };
    let TypeChange::RenameValue(from, to) = &alter.change else {
        return;
    };
    let (key, _) = context.before().resolve(Space::Type, &alter.name);
    if context.is_old(&key) {
        let message = format!(
            "whoever still writes `{}` fails once it is `{}`",
            from.text, to.text
        );
        let help = format!(
            "add the new value instead: `ALTER TYPE {} ADD VALUE '{}' AFTER '{}'`",
            alter.name, to.text, from.text
        );
        findings.push(context.found(&from.range, message).help(help));
    }
}
