//! What the reader makes of statements about what is no table: `fixtures/objects`.

#[path = "../golden/mod.rs"]
mod golden;
mod picture;

use migrate_core::ddl::read;
use migrate_core::dialect::Dialect;
use migrate_core::split::split;
use proptest::prelude::*;

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

/// Words and signs that the reader looks for.
const PIECES: &str = "CREATE ALTER DROP COMMENT RENAME SET RESET PRAGMA USE TRUNCATE VACUUM ANALYZE \
    REINDEX CLUSTER REFRESH LOCK OPTIMIZE WITH SELECT VALUES TABLE EXPLAIN INSERT REPLACE UPDATE \
    DELETE MERGE COPY DO EXECUTE IMMEDIATE CALL GRANT DECLARE OR IF NOT EXISTS TEMP RECURSIVE \
    MATERIALIZED VIEW SEQUENCE TYPE DOMAIN FUNCTION PROCEDURE AGGREGATE TRIGGER CONSTRAINT POLICY \
    RULE EXTENSION SCHEMA DATABASE INDEX COLUMN ROUTINE AS ENUM RANGE ON TO IS NULL BEFORE AFTER \
    OF FROM INTO USING WHERE CHECK ADD VALUE ATTRIBUTE OWNED BY INCREMENT NO RETURNS SETOF LANGUAGE \
    plpgsql BEGIN END THEN LOOP ELSE CASE WHEN FOR EXCEPTION ATOMIC RETURN DEFAULT ORDER IN OUT \
    VARIADIC DEFINER ALGORITHM = := || :: . , ( ) [ ] ; << @ @@a @a $$ $a$ ' '' \" ` -- /* */ /*! \
    é 表 %I %L %% % format( quote_ident( set_config( 'search_path' 'é' E'\\n' 1 -1 a \"B\" f( 'a''b' \
    CASCADE CONCURRENTLY";

fn piece() -> impl Strategy<Value = &'static str> {
    prop::sample::select(PIECES.split(' ').collect::<Vec<_>>())
}

fn dialect() -> impl Strategy<Value = Dialect> {
    prop::sample::select(vec![Dialect::Postgres, Dialect::Sqlite, Dialect::Mysql])
}

proptest! {
    #[test]
    fn ranges_stand_in_the_text_whatever_it_is(
        pieces in prop::collection::vec((piece(), "[ \n]?"), 0..60),
        dialect in dialect(),
    ) {
        let pieces = pieces.iter().map(|(piece, space)| format!("{piece}{space}"));
        check_ranges(&pieces.collect::<String>(), dialect);
    }

    #[test]
    fn ranges_stand_in_the_text_whatever_a_block_holds(
        pieces in prop::collection::vec(piece(), 0..60),
    ) {
        let text = format!("DO $body$ BEGIN {} END $body$", pieces.join(" "));
        check_ranges(&text, Dialect::Postgres);
    }

    #[test]
    fn ranges_stand_in_any_text(text in any::<String>(), dialect in dialect()) {
        check_ranges(&text, dialect);
    }
}

/// Every range that the statement shows has to be one of the text.
fn check_ranges(text: &str, dialect: Dialect) {
    let shown = format!("{:?}", read(text, dialect));
    for range in shown.split("range: ").skip(1) {
        let end = range.find(|c: char| !c.is_ascii_digit() && c != '.');
        let (range, _) = range.split_at(end.unwrap_or(range.len()));
        let bounds = range.split_once("..");
        let numbers = bounds.map(|(start, end)| (start.parse::<usize>(), end.parse::<usize>()));
        if let Some((Ok(start), Ok(end))) = numbers {
            assert!(text.get(start..end).is_some(), "{start}..{end} of {text:?}");
        }
    }
}

#[test]
fn nesting_overflows_no_stack_and_takes_no_quadratic_time() {
    let nested = |open: &str, close: &str| open.repeat(20_000) + &close.repeat(20_000);
    let inside = |head: &str, piece: &str| format!("{head} {} END $$", piece.repeat(20_000));
    for text in [
        format!("SELECT {}", nested("(f(", "))")),
        format!("WITH {}", nested("a (b) AS (", ")")),
        format!("CREATE FUNCTION f{}", nested("(a ", ")")),
        format!("INSERT INTO t {}", nested("(", ")")),
        inside("DO $$ BEGIN", "EXECUTE $a$/**/DO $b$ BEGIN "),
        inside("DO $$ BEGIN", "CASE WHEN ("),
        inside("DO $$ BEGIN", "IF a THEN DROP TABLE t; END IF; "),
    ] {
        for dialect in [Dialect::Postgres, Dialect::Sqlite, Dialect::Mysql] {
            check_ranges(&text, dialect);
        }
    }
}
