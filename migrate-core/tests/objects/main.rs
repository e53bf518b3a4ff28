//! What the reader makes of statements about what is no table: `fixtures/objects`.

#[path = "../golden/mod.rs"]
mod golden;
mod picture;

use migrate_core::ddl::read;
use migrate_core::dialect::Dialect;
use migrate_core::split::split;

#[test]
fn statements_are_read_as_their_goldens_say() {
    golden::check_folder("objects", |text, dialect| {
        let split = split(text, 0..text.len(), dialect);
        let problems = split.problems.iter();
        let problems = problems.map(|problem| golden::problem(text, 0, problem));
        let statements = split.statements.iter().map(|span| &text[span.range()]);
        problems
            .chain(statements.map(|sql| read_line(sql, dialect)))
            .collect()
    });
}

fn read_line(sql: &str, dialect: Dialect) -> String {
    let statement = read(sql, dialect);
    let head: Vec<&str> = sql.split_whitespace().collect();
    let head: String = head.join(" ").chars().take(100).collect();
    format!("{head}\n    {}\n", picture::picture(&statement))
}
