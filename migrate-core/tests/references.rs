//! What queries and expressions refer to, statement by statement: `fixtures/references`. Whether that is what
//! a server says is tested with servers (`tests/tests/queries.rs`).

mod golden;

use migrate_core::catalog::{Applied, Catalog, ChangeKind, Fault, FaultKind, Kind, Site, apply};
use migrate_core::ddl::read;
use migrate_core::dialect::Dialect;
use migrate_core::split::split;
use std::fmt::Display;

#[test]
fn references_are_found_as_their_goldens_say() {
    golden::check_folder("references", picture);
}

/// Every statement on the schema that those before it have made, with what is wrong and what views read.
fn picture(text: &str, dialect: Dialect) -> String {
    let split = split(text, 0..text.len(), dialect);
    let problems = split.problems.iter().map(|it| golden::problem(text, 0, it));
    assert_eq!(problems.collect::<String>(), "");
    let mut catalog = Catalog::new(dialect);
    let mut picture = String::new();
    for span in &split.statements {
        let sql = &text[span.range()];
        let applied = apply(&catalog, &read(sql, dialect), Site::default());
        picture += &format!("{sql}\n");
        picture.extend(
            applied
                .faults
                .iter()
                .map(|it| format!("  {}\n", fault(sql, it))),
        );
        picture += &views(&applied);
        catalog = applied.catalog;
    }
    picture
}

fn fault(sql: &str, fault: &Fault) -> String {
    let marked = &sql[fault.range.clone()];
    match &fault.kind {
        FaultKind::Missing { kind, key } => format!("`{marked}`: no {} {key}", kind.as_str()),
        FaultKind::NotInQuery { .. } => format!("`{marked}`: not in this query"),
        FaultKind::ViewColumn { column, new } => {
            let new = new
                .as_ref()
                .map_or("nothing".to_owned(), ToString::to_string);
            format!("`{marked}`: {column} becomes {new}")
        }
        FaultKind::InUse { by, .. } => {
            format!(
                "`{marked}`: used by {}",
                list(by.iter().map(|(_, key)| key))
            )
        }
        other => format!("`{marked}`: {other:?}"),
    }
}

/// The views that a statement has made, and the tables that it has made of queries.
fn views(applied: &Applied) -> String {
    let mut picture = String::new();
    for change in &applied.changes {
        let (ChangeKind::Create(object) | ChangeKind::Alter { to: object, .. }) = &change.kind
        else {
            continue;
        };
        if let Kind::View(view) = &object.kind {
            picture += &format!("  {} reads {}\n", change.key, list(&view.reads));
            if !view.may_read.is_empty() {
                picture += &format!("  {} may read {}\n", change.key, list(&view.may_read));
            }
            picture += &match &view.columns {
                Some(columns) => format!("  {} has {}\n", change.key, list(columns)),
                None => format!("  {} has columns that are not known\n", change.key),
            };
        }
    }
    picture
}

fn list<T: Display>(items: impl IntoIterator<Item = T>) -> String {
    let items = items.into_iter().map(|item| item.to_string());
    items.collect::<Vec<_>>().join(", ")
}
