//! How effects can be seen, `fixtures/effect`; and what answers mean.

mod golden;

use migrate_core::dialect::Dialect;
use migrate_core::effect::{Effect, Part, Rows, Settled, Shape, effect, may_stay_in_part};
use migrate_core::split::split;
use migrate_core::statement::runs;
use proptest::prelude::*;

fn of(statement: &str, dialect: Dialect) -> Effect {
    effect(statement, runs(statement, dialect), dialect)
}

#[test]
fn fixtures_show_what_their_goldens_say() {
    golden::check_folder("effect", picture);
}

fn picture(text: &str, dialect: Dialect) -> String {
    let split = split(text, 0..text.len(), dialect);
    let problems = split.problems.iter();
    let problems = problems.map(|problem| golden::problem(text, 0, problem));
    let effects = split.statements.iter().map(|span| {
        let statement = &text[span.range()];
        format!("== {statement}\n{}", shown(&of(statement, dialect)))
    });
    effects.chain(problems).collect()
}

fn shown(effect: &Effect) -> String {
    match effect {
        Effect::Again => "again\n".to_owned(),
        Effect::Unknown => "unknown\n".to_owned(),
        Effect::BuildsIndex { query, .. } => format!("an index\n  {query}\n"),
        Effect::Shows(parts) => {
            let part = |part: &Part| {
                format!(
                    "{} → {}\n  {}\n",
                    shape(&part.before),
                    shape(&part.after),
                    part.query
                )
            };
            parts.iter().map(part).collect()
        }
    }
}

fn shape(shape: &Shape) -> String {
    match shape {
        Shape::Absent => "absent".to_owned(),
        Shape::Present => "present".to_owned(),
        Shape::Is(this) => format!("[{}]", this.join(", ")),
        Shape::Other(this) => format!("other than [{}]", this.join(", ")),
        Shape::Untold => "untold".to_owned(),
    }
}

/// Rows of one column.
fn rows(texts: &[&str]) -> Rows {
    let row = |text: &&str| vec![Some((*text).to_owned())];
    texts.iter().map(row).collect()
}

#[test]
fn all_parts_say_done_or_all_say_not_done() {
    let statement = "ALTER TABLE t ADD a int, DROP b, ADD INDEX i (a)";
    let effect = of(statement, Dialect::Mysql);
    let settled = |a: &[&str], b: &[&str], i: &[&str]| effect.settled(&[rows(a), rows(b), rows(i)]);
    assert_eq!(settled(&[], &["int"], &[]), Settled::NotDone);
    assert_eq!(settled(&["int"], &[], &["a"]), Settled::Done);
    assert_eq!(settled(&["int"], &["int"], &["a"]), Settled::Unknown);
    assert_eq!(
        settled(&["bigint"], &[], &["a"]),
        Settled::Unknown,
        "another type"
    );
    assert_eq!(
        settled(&["int"], &[], &["b"]),
        Settled::Unknown,
        "another column"
    );
    assert_eq!(settled(&[], &[], &[]), Settled::Unknown);
}

#[test]
fn a_table_is_the_statements_if_it_has_its_columns() {
    let effect = of("CREATE TABLE t (a int, B int)", Dialect::Mysql);
    assert_eq!(effect.settled(&[rows(&[])]), Settled::NotDone);
    assert_eq!(effect.settled(&[rows(&["a", "b"])]), Settled::Done);
    assert_eq!(effect.settled(&[rows(&["a"])]), Settled::Unknown);
    assert_eq!(effect.settled(&[rows(&["b", "a"])]), Settled::Unknown);
    // Whether it was filled cannot be seen.
    let effect = of("CREATE TABLE t SELECT 1 AS a", Dialect::Mysql);
    assert_eq!(effect.settled(&[rows(&[])]), Settled::NotDone);
    assert_eq!(effect.settled(&[rows(&["a"])]), Settled::Unknown);
}

#[test]
fn tables_that_swap_their_names_show_nothing() {
    let effect = of("RENAME TABLE a TO x, b TO a, x TO b", Dialect::Mysql);
    let [a, b] = [rows(&["a"]), rows(&["b"])];
    assert_eq!(effect.settled(&[a, rows(&[]), b]), Settled::Unknown);
    let effect = of("RENAME TABLE a TO b, b TO c", Dialect::Mysql);
    assert_eq!(
        effect.settled(&[rows(&["a"]), rows(&[]), rows(&[])]),
        Settled::NotDone
    );
    assert_eq!(
        effect.settled(&[rows(&[]), rows(&[]), rows(&["c"])]),
        Settled::Done
    );
}

#[test]
fn what_replaces_its_like_is_told_by_the_one_before() {
    let effect = of(
        "ALTER TABLE t DROP INDEX i, ADD UNIQUE INDEX i (a, b)",
        Dialect::Mysql,
    );
    assert_eq!(effect.settled(&[rows(&["a"])]), Settled::NotDone);
    // The old one may have looked the same.
    assert_eq!(
        effect.settled(&[rows(&["unique a", "unique b"])]),
        Settled::Unknown
    );
    assert_eq!(effect.settled(&[rows(&[])]), Settled::Unknown);
    let effect = of(
        "ALTER TABLE t DROP COLUMN w, ADD COLUMN w INT NOT NULL DEFAULT 4",
        Dialect::Mysql,
    );
    assert_eq!(effect.settled(&[rows(&["int"])]), Settled::Unknown);
}

#[test]
fn what_has_no_name_may_have_been_there_before() {
    for sql in [
        "ALTER TABLE t ADD INDEX (a)",
        "ALTER TABLE t ADD FOREIGN KEY (a) REFERENCES u (id)",
    ] {
        let effect = of(sql, Dialect::Mysql);
        assert_eq!(effect.settled(&[rows(&["1"])]), Settled::Unknown, "{sql}");
        assert_eq!(effect.settled(&[rows(&[])]), Settled::NotDone, "{sql}");
    }
    // All of one statement comes about together.
    let effect = of(
        "ALTER TABLE t ADD COLUMN a INT, ADD INDEX (a)",
        Dialect::Mysql,
    );
    let found = [rows(&["int"]), rows(&["1"])];
    assert_eq!(effect.settled(&found), Settled::Done);
    let effect = of(
        "ALTER TABLE t MODIFY a INT UNIQUE, COMMENT 'x'",
        Dialect::Mysql,
    );
    assert_eq!(effect, Effect::Unknown);
    let effect = of(
        "ALTER TABLE t MODIFY a INT, COMMENT 'unique'",
        Dialect::Mysql,
    );
    assert_eq!(effect, Effect::Again);
}

#[test]
fn an_index_that_was_built_concurrently() {
    let effect = of("CREATE INDEX CONCURRENTLY i ON t (a)", Dialect::Postgres);
    let index = |valid: &str, definition: &str| {
        let row = ["i", definition].map(|text| Some(text.to_owned()));
        let row = [vec![Some(valid.to_owned())], row.to_vec()].concat();
        effect.settled(&[vec![row]])
    };
    assert_eq!(effect.settled(&[Vec::new()]), Settled::NotDone);
    assert_eq!(
        index("t", "CREATE INDEX i ON public.t USING btree (a)"),
        Settled::Done
    );
    assert_eq!(
        index("t", "CREATE INDEX i ON public.t USING btree (b)"),
        Settled::NotDone
    );
    let drop = vec!["DROP INDEX CONCURRENTLY IF EXISTS i".to_owned()];
    assert_eq!(
        index("f", "CREATE INDEX i ON public.t USING btree (a)"),
        Settled::NotDoneAfter(drop)
    );
    assert!(effect.leaves_ruins());
}

/// Rows about indexes: whether each is valid, its name, its definition.
fn indexes(some: &[[&str; 3]]) -> Vec<Rows> {
    let row = |row: &[&str; 3]| row.map(|text| Some(text.to_owned())).to_vec();
    vec![some.iter().map(row).collect()]
}

#[test]
fn an_index_without_a_name_is_known_by_its_definition() {
    const ON_A: [&str; 3] = [
        "t",
        "t_a_idx",
        "CREATE INDEX t_a_idx ON public.t USING btree (a)",
    ];
    const ON_B: [&str; 3] = [
        "t",
        "t_b_idx",
        "CREATE INDEX t_b_idx ON public.t USING btree (b)",
    ];
    const LOWER: [&str; 3] = [
        "t",
        "t_lower_idx",
        "CREATE INDEX t_lower_idx ON public.t USING btree (lower(a))",
    ];
    const RUIN: [&str; 3] = [
        "f",
        "t_a_idx1",
        "CREATE INDEX t_a_idx1 ON public.t USING btree (a)",
    ];
    let settled = |statement: &str, some: &[[&str; 3]]| {
        of(statement, Dialect::Postgres).settled(&indexes(some))
    };
    let plain = "CREATE INDEX CONCURRENTLY ON t (a)";
    let drop = vec!["DROP INDEX CONCURRENTLY IF EXISTS t_a_idx1".to_owned()];
    assert_eq!(settled(plain, &[]), Settled::NotDone);
    assert_eq!(settled(plain, &[ON_B, LOWER]), Settled::NotDone);
    assert_eq!(settled(plain, &[ON_B, ON_A]), Settled::Done);
    assert_eq!(settled(plain, &[RUIN, ON_A]), Settled::Done);
    assert_eq!(
        settled(plain, &[ON_B, RUIN]),
        Settled::NotDoneAfter(drop.clone())
    );
    // The server may write an expression in its own way.
    let expression = "CREATE INDEX CONCURRENTLY ON t (lower(a))";
    assert_eq!(settled(expression, &[]), Settled::NotDone);
    assert_eq!(settled(expression, &[LOWER]), Settled::Done);
    assert_eq!(settled(expression, &[ON_B]), Settled::Unknown);
    assert_eq!(
        settled(expression, &[ON_B, RUIN]),
        Settled::NotDoneAfter(drop)
    );
    for statement in [
        "CREATE INDEX CONCURRENTLY ON t (a) WHERE a > 0",
        "CREATE INDEX CONCURRENTLY ON t (a NULLS LAST)",
        "CREATE INDEX CONCURRENTLY ON t (a) INCLUDE (b)",
    ] {
        assert_eq!(settled(statement, &[ON_B]), Settled::Unknown, "{statement}");
    }
}

/// What has been written since is not taken away.
#[test]
fn what_holds_data_is_not_emptied_twice() {
    assert_eq!(of("TRUNCATE TABLE t", Dialect::Mysql), Effect::Unknown);
    assert_eq!(
        of("CREATE OR REPLACE DATABASE d", Dialect::Mysql),
        Effect::Unknown
    );
    assert_eq!(
        of("CREATE OR REPLACE USER u", Dialect::Mysql),
        Effect::Unknown
    );
    for statement in [
        "CREATE OR REPLACE TABLE t (a int)",
        "CREATE OR REPLACE SEQUENCE t",
    ] {
        let effect = of(statement, Dialect::Mysql);
        assert_eq!(
            effect.settled(&[rows(&[])]),
            Settled::NotDone,
            "{statement}"
        );
        assert_eq!(
            effect.settled(&[rows(&["t"])]),
            Settled::Unknown,
            "{statement}"
        );
    }
    for kind in ["VIEW", "PROCEDURE", "FUNCTION", "TRIGGER", "EVENT"] {
        let statement = format!("CREATE OR REPLACE {kind} x");
        assert_eq!(of(&statement, Dialect::Mysql), Effect::Again, "{statement}");
    }
}

#[test]
fn what_is_known_by_its_name_alone_may_be_an_older_one() {
    for statement in [
        "CREATE VIEW x AS SELECT 1",
        "CREATE PROCEDURE x() SELECT 1",
        "CREATE FUNCTION x() RETURNS int RETURN 1",
        "CREATE TRIGGER x BEFORE INSERT ON t FOR EACH ROW SET NEW.a = 1",
        "CREATE EVENT x ON SCHEDULE EVERY 1 DAY DO DELETE FROM t",
    ] {
        let effect = of(statement, Dialect::Mysql);
        assert_eq!(
            effect.settled(&[rows(&[])]),
            Settled::NotDone,
            "{statement}"
        );
        assert_eq!(
            effect.settled(&[rows(&["x"])]),
            Settled::Unknown,
            "{statement}"
        );
    }
}

#[test]
fn a_refused_statement_may_stay_in_part() {
    let cases = [
        (Dialect::Postgres, "CALL p()", true),
        (Dialect::Postgres, "DO $$ BEGIN COMMIT; END $$", true),
        (
            Dialect::Postgres,
            "CREATE INDEX CONCURRENTLY ON t (a)",
            false,
        ),
        (Dialect::Postgres, "DELETE FROM t", false),
        (Dialect::Sqlite, "VACUUM", false),
        (Dialect::Mysql, "CALL p()", true),
        (Dialect::Mysql, "EXECUTE s", true),
        (Dialect::Mysql, "DROP TABLE a, b", true),
        (Dialect::Mysql, "DROP TABLE IF EXISTS a, b", false),
        (Dialect::Mysql, "DROP TABLE a", false),
        (Dialect::Mysql, "CREATE USER a, b", true),
        (Dialect::Mysql, "CREATE TABLE t (a int, b int)", false),
        (Dialect::Mysql, "ALTER TABLE t ADD a int, ADD b int", false),
    ];
    for (dialect, statement, stays) in cases {
        let stays_in_part =
            |open| may_stay_in_part(statement, runs(statement, dialect), dialect, open);
        assert_eq!(stays_in_part(false), stays, "{dialect:?}: {statement}");
        // Only MySQL commits a transaction that it is in.
        let in_transaction = stays && dialect == Dialect::Mysql;
        assert_eq!(
            stays_in_part(true),
            in_transaction,
            "{dialect:?}: {statement}"
        );
    }
}

#[test]
fn null_is_nothing() {
    let effect = of("DROP INDEX CONCURRENTLY i", Dialect::Postgres);
    assert_eq!(effect.settled(&[vec![vec![None]]]), Settled::Done);
    assert_eq!(effect.settled(&[rows(&["i"])]), Settled::NotDone);
}

const WORDS: &[&str] = &[
    "CREATE",
    "DROP",
    "ALTER",
    "RENAME",
    "TABLE",
    "OR REPLACE",
    "IF EXISTS",
    "IF NOT EXISTS",
    "INDEX",
    "KEY",
    "UNIQUE",
    "PRIMARY KEY",
    "CONSTRAINT",
    "FOREIGN KEY",
    "REFERENCES",
    "CHECK",
    "COLUMN",
    "ADD",
    "CHANGE",
    "MODIFY",
    "TO",
    "a",
    "b",
    "`c`",
    "app.",
    "int",
    "varchar",
    "(",
    ")",
    ",",
    "10",
    "VIEW",
    "TRIGGER",
    "EVENT",
    "DO",
    "ON",
    "USING",
    "SELECT",
    "LIKE",
    "CONCURRENTLY",
    "WAIT",
    "'x'",
    "=",
];

proptest! {
    /// Whatever the words: a verdict needs an answer to each question, and no state of the
    /// database is both before and after.
    #[test]
    fn nothing_panics_and_no_catalog_is_both(
        words in proptest::collection::vec(proptest::sample::select(WORDS), 0..14),
    ) {
        let statement = words.join(" ");
        for dialect in Dialect::ALL {
            let effect = of(&statement, *dialect);
            let nothing: Vec<Rows> = effect.queries().iter().map(|_| Rows::new()).collect();
            effect.settled(&nothing);
            if let Effect::Shows(parts) = &effect {
                prop_assert!(!parts.is_empty(), "{statement}");
                let state = |shape: fn(&Part) -> &Shape| -> Vec<Rows> {
                    parts.iter().map(|part| example(shape(part))).collect()
                };
                let before = effect.settled(&state(|part| &part.before));
                let after = effect.settled(&state(|part| &part.after));
                prop_assert!(before != Settled::Done, "{statement}");
                prop_assert!(after != Settled::NotDone, "{statement}");
            }
        }
    }
}

fn example(shape: &Shape) -> Rows {
    match shape {
        Shape::Absent => Rows::new(),
        Shape::Present | Shape::Untold | Shape::Other(_) => rows(&["something"]),
        Shape::Is(this) => this.iter().map(|text| vec![Some(text.clone())]).collect(),
    }
}
