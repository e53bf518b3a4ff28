//! What the reader makes of statements about tables and indexes: `fixtures/tables`.

#[path = "../golden/mod.rs"]
mod golden;
mod picture;

use migrate_core::ddl::read;
use migrate_core::split::split;
use picture::picture;

#[test]
fn statements_are_read_as_their_goldens_say() {
    golden::check_folder("ddl_tables", |text, dialect| {
        let split = split(text, 0..text.len(), dialect);
        let problems = split.problems.iter();
        let problems = problems.map(|problem| golden::problem(text, 0, problem));
        let statements = split.statements.iter().map(|span| &text[span.range()]);
        let pictures =
            statements.map(|sql| format!("== {sql}\n{}\n", picture(&read(sql, dialect))));
        problems.chain(pictures).collect()
    });
}
