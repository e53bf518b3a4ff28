//! `security-definer-search-path`

use crate::catalog::{Found, Kind, Object, Space};
use crate::check::replay::Step;
use crate::ddl::Statement;
use crate::diagnostic::Level;
use crate::dialect::Dialect;
use crate::lint::{Context, Example, Findings, Rule};
use crate::reader::Reader;
use crate::statement::ObjectName;

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
    check,
};

fn check(context: &Context<'_>, findings: &mut Findings) {
    let Statement::CreateRoutine(routine) = context.statement() else {
        return altered(context, findings);
    };
    // What is written in C looks for nothing by name, and names in BEGIN ATOMIC are looked up once.
    let looks_up =
        !matches!(&*routine.language, "c" | "internal") && !context.words().find("BEGIN ATOMIC");
    if !looks_up {
        return;
    }
    for (change, object) in context.made() {
        if is_exposed(object) {
            let message = format!(
                "`{}` has the rights of its owner, and finds what it names by the `search_path` of the caller",
                routine.name
            );
            let help = "add `SET search_path = public, pg_temp`, with the schemas that it needs";
            let finding = context.found(&routine.name.range(), message).help(help);
            // `ALTER FUNCTION … SET` is not looked into: what it was about is not known any more.
            findings.push(finding.lasting(
                change.key.clone(),
                |catalog, key| matches!(catalog.find(key), Found::Here(it) if is_exposed(&it)),
            ));
        }
    }
}

/// `ALTER FUNCTION … SECURITY DEFINER`, of which the catalog knows nothing: the words say it, and those behind it.
fn altered(context: &Context<'_>, findings: &mut Findings) {
    let Some((name, text)) = alteration(context.step) else {
        return;
    };
    if !text.contains("security definer") {
        return;
    }
    let sets = |step: &Step<'_>| {
        alteration(step).is_some_and(|(other, text)| other == name && sets_path(&text))
    };
    let mut routines = context
        .before()
        .of_space(Space::Routine)
        .filter_map(|(key, it)| match &it.kind {
            Kind::Routine(routine) if key.name.key() == name.name => Some(&*routine.body),
            _ => None,
        });
    if sets(context.step)
        || context.earlier().iter().chain(context.later()).any(sets)
        || routines.any(sets_path)
    {
        return;
    }
    let message = format!(
        "`{}` has the rights of its owner from here on, and finds what it names by the `search_path` of the caller",
        name.name
    );
    let help = "add `SET search_path = public, pg_temp`, with the schemas that it needs";
    findings.push(context.found(&context.verb(), message).help(help));
}

/// The routine that a statement alters, and its words behind the name in lower case.
fn alteration(step: &Step<'_>) -> Option<(ObjectName, String)> {
    let mut words = Reader::new(step.text, Dialect::Postgres);
    let is_routine = words.eat("ALTER") && words.eat_any(&["FUNCTION", "PROCEDURE", "ROUTINE"]);
    let name = is_routine.then(|| words.name())??;
    words.skip_parens();
    let mut text = String::new();
    while let Some(word) = words.skip() {
        text.push_str(&word.to_lowercase());
        text.push(' ');
    }
    Some((name, text))
}

/// Whether a routine has its owner's rights, and the caller's path.
fn is_exposed(object: &Object) -> bool {
    let Kind::Routine(routine) = &object.kind else {
        return false;
    };
    let attributes = routine.body.split("as ").next().unwrap_or_default();
    attributes.contains("security definer") && !sets_path(attributes)
}

/// Whether such a text sets the path, whose name may stand in quotes.
fn sets_path(attributes: &str) -> bool {
    let mut spellings = ["set search_path", "set \"search_path\""].iter();
    spellings.any(|it| attributes.contains(it))
}
