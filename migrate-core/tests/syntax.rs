//! How broken statements are explained: `fixtures/syntax`.

mod golden;

use migrate_core::dialect::Dialect;
use migrate_core::parse::{parse, verdict};
use migrate_core::split::split;
use migrate_core::statement::Statement;

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
        let parsed = parse(sql, dialect);
        assert_eq!(
            parsed.problems,
            verdict(sql, dialect),
            "parse and verdict differ: {sql}"
        );
        picture += &format!("== {sql}\n");
        for problem in &parsed.problems {
            picture += &golden::problem(text, span.range().start, problem);
        }
        picture += &match parsed.statement {
            Statement::Known(_) if parsed.problems.is_empty() => "known\n".to_owned(),
            Statement::Opaque { kind, names } if parsed.problems.is_empty() => {
                format!(
                    "opaque {kind} {:?}\n",
                    names.iter().map(full_name).collect::<Vec<_>>()
                )
            }
            _ => String::new(),
        };
    }
    picture
}

fn full_name(name: &migrate_core::statement::ObjectName) -> String {
    match &name.schema {
        Some(schema) => format!("{schema}.{}", name.name),
        None => name.name.clone(),
    }
}
