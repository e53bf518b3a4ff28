//! What the reader makes of statements about what is no table: `fixtures/ddl_objects`.

#[path = "../golden/mod.rs"]
mod golden;
mod picture;

use migrate_core::ddl::read;
use migrate_core::dialect::Dialect;
use migrate_core::split::split;

#[test]
fn statements_are_read_as_their_goldens_say() {
    golden::check_folder("ddl_objects", |text, dialect| {
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

#[test]
fn deep_nesting_overflows_no_stack() {
    let nested = |open: &str, close: &str| open.repeat(20_000) + &close.repeat(20_000);
    let inside = |head: &str, piece: &str| format!("{head} {} END $$", piece.repeat(20_000));
    for text in [
        format!("SELECT {}", nested("(f(", "))")),
        format!("WITH {}", nested("a (b) AS (", ")")),
        format!("CREATE FUNCTION f{}", nested("(a ", ")")),
        format!("INSERT INTO t {}", nested("(", ")")),
        blocks(3_000),
        inside("DO $$ BEGIN", "CASE WHEN ("),
        inside("DO $$ BEGIN", "IF a THEN DROP TABLE t; END IF; "),
    ] {
        for dialect in [Dialect::Postgres, Dialect::Sqlite, Dialect::Mysql] {
            read(&text, dialect);
        }
    }
}

/// Blocks that each execute the next one.
fn blocks(depth: usize) -> String {
    let open = (0..depth).map(|n| format!("DO $a{n}$ BEGIN EXECUTE $b{n}$ "));
    let close = (0..depth).rev().map(|n| format!("$b{n}$; END $a{n}$"));
    open.chain(close).collect()
}
