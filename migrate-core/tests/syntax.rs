//! How broken statements are explained: `fixtures/syntax`.

mod golden;

use migrate_core::ddl::{Statement, read};
use migrate_core::dialect::Dialect;
use migrate_core::parse::verdict;
use migrate_core::split::split;

#[test]
fn fixtures_are_explained_as_their_goldens_say() {
    golden::check_folder("syntax", picture);
}

fn picture(text: &str, dialect: Dialect) -> String {
    let split = split(text, 0..text.len(), dialect);
    assert_eq!(split.problems, []);
    let mut picture = String::new();
    for span in &split.statements {
        let sql = &text[span.range()];
        picture += &format!("== {sql}\n");
        picture += &match verdict(sql, dialect) {
            None => kind(&read(sql, dialect)),
            Some(problem) => golden::problem(text, span.range().start, &problem),
        };
    }
    picture
}

/// Which variant it is.
fn kind(statement: &Statement) -> String {
    match statement {
        Statement::Opaque(opaque) => format!("opaque {}\n", opaque.kind),
        known => {
            let shown = format!("{known:?}");
            let end = shown.find('(').unwrap_or(shown.len());
            format!("{}\n", shown.split_at(end).0)
        }
    }
}
