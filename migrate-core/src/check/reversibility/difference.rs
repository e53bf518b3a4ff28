//! In what two objects differ, in words.

use crate::catalog::object::{Column, Constraint, Index, Rule, Table};
use crate::catalog::{Kind, Object};
use std::sync::Arc;

/// What is another in `is` than it was: `it is nullable now, and has the default 0`.
pub(super) fn difference(was: &Object, is: &Object) -> String {
    let mut found: Vec<String> = Vec::new();
    match (&was.kind, &is.kind) {
        (Kind::Column(was), Kind::Column(is)) => column(was, is, &mut found),
        (Kind::Table(was), Kind::Table(is)) => table(was, is, &mut found),
        (Kind::Constraint(was), Kind::Constraint(is)) => constraint(was, is, &mut found),
        (Kind::Index(was), Kind::Index(is)) => index(was, is, &mut found),
        (Kind::Enum(was), Kind::Enum(is)) => labels(was, is, &mut found),
        (Kind::Trigger(was), Kind::Trigger(is)) if was.firing != is.firing => {
            let (was, is) = (was.firing.as_str(), is.firing.as_str());
            found.push(format!("it is `{is}` now, and was `{was}`"));
        }
        (was, is) if !was.says_same(is) => found.push("its definition is another one".to_owned()),
        _ => {}
    }
    if was.comment != is.comment {
        found.push(match &is.comment {
            Some(_) => "its comment is another one".to_owned(),
            None => "its comment is gone".to_owned(),
        });
    }
    match found.is_empty() {
        true => "its definition is another one".to_owned(),
        false => found.join(", "),
    }
}

fn either<'a>(condition: bool, yes: &'a str, no: &'a str) -> &'a str {
    if condition { yes } else { no }
}

/// The texts of what is so.
fn those<const N: usize>(texts: [(bool, &str); N]) -> impl Iterator<Item = String> {
    let texts = texts.into_iter().filter(|(is_so, _)| *is_so);
    texts.map(|(_, text)| text.to_owned())
}

fn column(was: &Column, is: &Column, found: &mut Vec<String>) {
    if was.data_type != is.data_type {
        found.push(format!(
            "it is {} now, and was {}",
            is.data_type, was.data_type
        ));
    }
    let not_null = either(is.not_null, "it is NOT NULL now", "it is nullable now");
    found.extend(those([(was.not_null != is.not_null, not_null)]));
    if was.default != is.default {
        found.push(match (&was.default, &is.default) {
            (_, None) => "its default is gone".to_owned(),
            (None, Some(default)) => format!("it has the default {default} now"),
            (Some(old), Some(new)) => format!("its default is {new} now, and was {old}"),
        });
    }
    let identity = either(
        is.identity.is_some(),
        "it is another identity column now",
        "it is no identity column any more",
    );
    let generated = either(
        is.generated.is_some(),
        "it is generated otherwise",
        "it is not generated any more",
    );
    let counting = either(
        is.auto_increment,
        "it counts by itself now",
        "it does not count by itself any more",
    );
    found.extend(those([
        (was.identity != is.identity, identity),
        (was.generated != is.generated, generated),
        (
            was.collation != is.collation,
            "its collation is another one",
        ),
        (was.auto_increment != is.auto_increment, counting),
        (
            was.on_update != is.on_update,
            "its ON UPDATE is another one",
        ),
    ]));
}

fn table(was: &Table, is: &Table, found: &mut Vec<String>) {
    let parents = was.partition_of != is.partition_of || was.inherits != is.inherits;
    found.extend(those([
        (
            was.row_security != is.row_security,
            "its row level security is another one",
        ),
        (parents, "its parents are others"),
        (
            was.partition_by != is.partition_by,
            "it is partitioned otherwise",
        ),
        (
            was.persistence != is.persistence,
            "it is kept for another time (UNLOGGED)",
        ),
        (was.options != is.options, "its options are others"),
    ]));
}

fn constraint(was: &Constraint, is: &Constraint, found: &mut Vec<String>) {
    match (&was.rule, &is.rule) {
        (Rule::ForeignKey(was), Rule::ForeignKey(is)) => {
            if was.on_delete != is.on_delete {
                found.push(format!(
                    "it is ON DELETE {} now, and was {}",
                    upper(&is.on_delete),
                    upper(&was.on_delete)
                ));
            }
            if was.on_update != is.on_update {
                found.push(format!(
                    "it is ON UPDATE {} now, and was {}",
                    upper(&is.on_update),
                    upper(&was.on_update)
                ));
            }
            if was.target != is.target {
                found.push(format!(
                    "it points to `{}` now, and did to `{}`",
                    is.target, was.target
                ));
            }
        }
        (
            Rule::Check {
                expression: was, ..
            },
            Rule::Check { expression: is, .. },
        ) if was != is => {
            found.push(format!("it checks {is} now, and did {was}"));
        }
        _ => {}
    }
    let valid = either(is.valid, "it is valid now", "it is not valid any more");
    let (before, now) = (
        (was.deferrable, was.initially_deferred),
        (is.deferrable, is.initially_deferred),
    );
    found.extend(those([
        (was.valid != is.valid, valid),
        (before != now, "it is deferred otherwise"),
    ]));
}

fn upper(action: &Arc<str>) -> String {
    action.to_uppercase()
}

fn index(was: &Index, is: &Index, found: &mut Vec<String>) {
    let unique = either(is.unique, "it is unique now", "it is not unique any more");
    found.extend(those([
        (was.unique != is.unique, unique),
        (was.keys != is.keys, "its columns are others"),
        (was.predicate != is.predicate, "its WHERE is another one"),
    ]));
    if was.method != is.method {
        found.push(format!(
            "it is a {} index now, and was {}",
            is.method, was.method
        ));
    }
}

fn labels(was: &[Arc<str>], is: &[Arc<str>], found: &mut Vec<String>) {
    let quoted = |labels: Vec<&Arc<str>>| {
        let quoted: Vec<String> = labels.iter().map(|label| format!("'{label}'")).collect();
        quoted.join(", ")
    };
    let added: Vec<&Arc<str>> = is.iter().filter(|label| !was.contains(label)).collect();
    let gone: Vec<&Arc<str>> = was.iter().filter(|label| !is.contains(label)).collect();
    if !added.is_empty() {
        found.push(format!("it has {} in addition", quoted(added)));
    }
    if !gone.is_empty() {
        found.push(format!("it lacks {}", quoted(gone)));
    }
}
