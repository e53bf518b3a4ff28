//! `security-definer-search-path`

use crate::ddl::Qualified;
use crate::ddl::Statement;
use crate::diagnostic::Level;
use crate::dialect::Dialect;
use crate::lint::{Check, Context, Example, Findings, Rule};
use crate::reader::Reader;

pub(super) static RULE: Rule = Rule {
    code: "security-definer-search-path",
    level: Level::Warn,
    dialects: &[Dialect::Postgres],
    when: "A function with `SECURITY DEFINER` that does not set `search_path`.",
    effect: "It runs with the rights of its owner, but finds tables, functions and operators by the `search_path` of the caller: who may create objects in a schema that is looked in first makes it run their own.",
    instead: "Add `SET search_path = …` with the schemas that it needs and `pg_temp` as the last (manual, CREATE FUNCTION, \"Writing SECURITY DEFINER Functions Safely\").",
    bad: Example::new(
        "CREATE TABLE orders (id bigint PRIMARY KEY);",
        "CREATE FUNCTION order_count() RETURNS bigint LANGUAGE sql SECURITY DEFINER AS 'SELECT count(*) FROM orders';",
    ),
    good: Example::new(
        "CREATE TABLE orders (id bigint PRIMARY KEY);",
        "CREATE FUNCTION order_count() RETURNS bigint LANGUAGE sql SECURITY DEFINER SET search_path = public, pg_temp AS 'SELECT count(*) FROM orders';",
    ),
    check: Check::Statement(check),
};

fn check(context: &Context<'_>, findings: &mut Findings) {
    let Statement::CreateRoutine(routine) = context.statement() else {
        return;
    };
    // What is written in C looks for nothing by name, and names in BEGIN ATOMIC are looked up once.
    let looks_up =
        !matches!(&*routine.language, "c" | "internal") && !context.words().find("BEGIN ATOMIC");
    let says = |words: &str| context.words().find(words);
    let later = context.replayed.up.iter().skip(context.index + 1);
    let is_set_later = later
        .into_iter()
        .any(|step| sets_path(Reader::new(step.text, Dialect::Postgres), &routine.name));
    if looks_up && says("SECURITY DEFINER") && !says("SET search_path") && !is_set_later {
        let message = format!(
            "`{}` has the rights of its owner, and finds what it names by the `search_path` of the caller",
            routine.name
        );
        let finding = context.found(&routine.name.range(), message);
        findings.push(
            finding.help("add `SET search_path = public, pg_temp`, with the schemas that it needs"),
        );
    }
}

/// Whether a statement is `ALTER FUNCTION name … SET search_path`.
fn sets_path(mut words: Reader<'_>, name: &Qualified) -> bool {
    let is_altered = words.eat("ALTER") && words.eat_any(&["FUNCTION", "PROCEDURE", "ROUTINE"]);
    let altered = is_altered.then(|| words.name()).flatten();
    altered.is_some_and(|it| it.name == name.name.name.key()) && words.find("SET search_path")
}
