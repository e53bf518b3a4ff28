//! What files are split into: `fixtures/split`.

mod golden;

use migrate_core::dialect::Dialect;
use migrate_core::source::line_column;
use migrate_core::split::split;

#[test]
fn fixtures_split_as_their_goldens_say() {
    golden::check_folder("split", picture);
}

fn picture(text: &str, dialect: Dialect) -> String {
    let split = split(text, 0..text.len(), dialect);
    let statements = split.statements.iter().map(|span| {
        let place = line_column(text, span.range().start);
        let sql = &text[span.range()];
        format!(
            "== {}:{} {:?}\n{sql}\n",
            place.line, place.column, span.runs
        )
    });
    let problems = split.problems.iter();
    let problems = problems.map(|problem| golden::problem(text, 0, problem));
    statements.chain(problems).collect()
}

#[test]
fn a_part_of_a_text_is_split_with_offsets_in_the_whole() {
    let text = "-- migrate:up\nSELECT 1;\nSELECT (2;\n-- migrate:down\nSELECT 3;\n";
    let down = text.find("-- migrate:down").expect("a marker");
    let up = split(text, 0..down, Dialect::Postgres);
    let down = split(text, down..text.len(), Dialect::Postgres);
    let sql = |span: &migrate_core::migration::StatementSpan| &text[span.range()];
    assert_eq!(
        up.statements.iter().map(sql).collect::<Vec<_>>(),
        ["SELECT 1"]
    );
    assert_eq!(&text[up.problems[0].range.clone()], "(");
    assert_eq!(
        down.statements.iter().map(sql).collect::<Vec<_>>(),
        ["SELECT 3"]
    );
    assert_eq!(split(text, 5..1000, Dialect::Postgres).statements, []);
}

#[test]
fn line_ends_of_other_systems_are_line_ends() {
    let statements = |text: &str, dialect| {
        let split = split(text, 0..text.len(), dialect);
        let sql = split
            .statements
            .iter()
            .map(|span| text[span.range()].to_owned());
        (sql.collect::<Vec<String>>(), split.problems.len())
    };
    let copy = "COPY t FROM STDIN;\r\nit's\r\n\\.\r\nSELECT 1;\r\n";
    let delimiter = "DELIMITER //\r\nSELECT 1;\r\nSELECT 2//\r\nDELIMITER ;\r\n";
    let comment = "-- a\rSELECT 1";
    let one = vec!["SELECT 1".to_owned()];
    assert_eq!(statements(copy, Dialect::Postgres), (one.clone(), 1));
    assert_eq!(
        statements(delimiter, Dialect::Mysql),
        (vec!["SELECT 1;\r\nSELECT 2".to_owned()], 0)
    );
    // A lone carriage return ends a comment for PostgreSQL alone.
    assert_eq!(statements(comment, Dialect::Postgres), (one, 0));
    assert_eq!(statements(comment, Dialect::Sqlite), (vec![], 0));
}
