//! `rule-created`

use crate::catalog::{Found, Kind, PartKind, Space};
use crate::ddl::Statement;
use crate::diagnostic::Level;
use crate::dialect::Dialect;
use crate::lint::{Context, Example, Findings, Rule};

pub(super) static RULE: Rule = Rule {
    code: "rule-created",
    level: Level::Warn,
    dialects: &[Dialect::Postgres],
    when: "`CREATE RULE` on a table.",
    effect: "A rule rewrites the query, not the rows: what it does may be done twice or not at all when the query has `now()`, `random()`, a sequence or a join in it, what it says of the number of rows is wrong, and `RETURNING` may fail.",
    instead: "Use a trigger.",
    bad: Example::new(
        "CREATE TABLE notes (id bigint PRIMARY KEY, gone boolean NOT NULL DEFAULT false);",
        "CREATE RULE keep AS ON DELETE TO notes DO INSTEAD UPDATE notes SET gone = true WHERE id = OLD.id;",
    ),
    good: Example::new(
        "CREATE TABLE notes (id bigint PRIMARY KEY, gone boolean NOT NULL DEFAULT false);",
        "CREATE FUNCTION keep() RETURNS trigger LANGUAGE plpgsql AS $$\nBEGIN\n    UPDATE notes SET gone = true WHERE id = OLD.id;\n    RETURN NULL;\nEND $$;\nCREATE TRIGGER keep BEFORE DELETE ON notes FOR EACH ROW EXECUTE FUNCTION keep();",
    ),
    check,
};

fn check(context: &Context<'_>, findings: &mut Findings) {
    let Statement::CreateRule(rule) = context.statement() else {
        return;
    };
    let (key, found) = context.before().resolve(Space::Relation, &rule.table);
    // A view is a rule itself, and had no triggers in the past.
    if matches!(found, Found::Here(object) if matches!(object.kind, Kind::Table(_))) {
        let message = format!(
            "queries that write to `{key}` are rewritten, with what they compute for each row"
        );
        let finding = context.found(&rule.name.range, message);
        let finding = finding.help("use a trigger");
        let rule = key.part(PartKind::Rule, rule.name.name.clone());
        findings.push(finding.lasting(rule, |_, _| true));
    }
}
