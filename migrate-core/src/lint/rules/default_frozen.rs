//! `default-frozen`

use crate::catalog::Kind;
use crate::catalog::object::Column;
use crate::catalog::types::Base;
use crate::diagnostic::Level;
use crate::dialect::Dialect;
use crate::lint::{Context, Example, Findings, Rule};

pub(super) static RULE: Rule = Rule {
    code: "default-frozen",
    level: Level::Warn,
    dialects: &[Dialect::Postgres],
    when: "A column's default is `'now'`, `'now()'`, `'today'` or the like in quotes.",
    effect: "PostgreSQL reads such a word once, when the migration runs: all rows get the time of the migration from then on.",
    instead: "Use `now()` or `current_date` without quotes, which are asked for each row.",
    bad: Example::new(
        "CREATE TABLE shops (id bigint PRIMARY KEY);",
        "CREATE TABLE orders (id bigint PRIMARY KEY, placed_at timestamptz NOT NULL DEFAULT 'now()');",
    ),
    good: Example::new(
        "CREATE TABLE shops (id bigint PRIMARY KEY);",
        "CREATE TABLE orders (id bigint PRIMARY KEY, placed_at timestamptz NOT NULL DEFAULT now());",
    ),
    check,
};

fn check(context: &Context<'_>, findings: &mut Findings) {
    for (change, object) in context.made() {
        let Some(word) = frozen(&object.kind) else {
            continue;
        };
        let message = format!(
            "`{}` defaults to {word} when the migration runs, for all rows from then on",
            change.key
        );
        let finding = context.found(&change.range, message);
        let finding = finding.help("leave out the quotes: `now()`, `current_date`");
        findings.push(finding.lasting(change.key.clone(), |catalog, key| {
            catalog
                .get(key)
                .is_some_and(|it| frozen(&it.kind).is_some())
        }));
    }
}

/// What a default that is read once means: "the special values … are ordinary strings that are converted
/// as soon as they are read" (manual, "Date/Time Special Values"), which for a default is when it is set.
fn frozen(kind: &Kind) -> Option<&'static str> {
    let Kind::Column(Column {
        data_type,
        default: Some(default),
        ..
    }) = kind
    else {
        return None;
    };
    let is_time = matches!(&data_type.base, Base::Builtin(name) if name.starts_with("time") || **name == *"date");
    let string = default.strip_prefix('\'')?;
    let (word, cast) = string.split_once('\'')?;
    // `'now'::text` is cast to a time for each row.
    let is_cast_late = cast.contains("text") || cast.contains("char");
    if !is_time || is_cast_late {
        return None;
    }
    // What is neither a letter nor a digit counts for nothing (ParseDateTime in datetime.c).
    let word = word
        .trim_matches(|c: char| !c.is_ascii_alphanumeric())
        .to_ascii_lowercase();
    match word.as_str() {
        "now" => Some("the time"),
        "today" => Some("the date"),
        "tomorrow" => Some("the date after that"),
        "yesterday" => Some("the date before that"),
        _ => None,
    }
}
