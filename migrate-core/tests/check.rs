//! The grammar's verdict on folders.

use migrate_core::diagnostic::{Code, Diagnostic};
use migrate_core::dialect::Dialect;
use migrate_core::folder::{CheckOptions, Folder, History, judge, load};
use migrate_core::parse::refusals;
use migrate_core::render::{Style, render};
use migrate_core::source::Sources;
use std::fs;

fn folder(files: &[(&str, &str)], dialect: Dialect) -> Folder {
    let dir = tempfile::tempdir().unwrap();
    for (path, content) in files {
        fs::write(dir.path().join(path), content).unwrap();
    }
    let folder = load(dir.path(), "migrations", dialect);
    assert_eq!(folder.diagnostics, []);
    folder
}

/// The pictures of all that is wrong with a folder. What is wrong with the syntax is also said of
/// migrations that are checked one by one.
fn pictures(files: &[(&str, &str)], dialect: Dialect) -> String {
    let folder = folder(files, dialect);
    let options = CheckOptions::default();
    let draw = |diagnostics: &[Diagnostic], sources: &Sources| {
        let pictures = diagnostics
            .iter()
            .map(|it| render(it, sources, Style::Plain));
        pictures.collect::<Vec<_>>().join("\n\n")
    };
    let whole = judge(&folder, dialect, &options);
    let (sources, single) = refusals(&folder.migrations, dialect);
    let is_syntax = |it: &&Diagnostic| it.code == Code::Syntax;
    let syntax: Vec<Diagnostic> = whole.iter().filter(is_syntax).cloned().collect();
    assert_eq!(draw(&single, &sources), draw(&syntax, &folder.sources));
    draw(&whole, &folder.sources)
}

#[test]
fn every_mistake_of_a_folder_at_its_place() {
    let up = "-- migrate:up\nCREATE TABLE a (\n    id integer\n    name text\n);\nSELECT 1;\n-- migrate:down\nDROP TABEL a;\n";
    let seen = pictures(
        &[
            ("1_a.sql", up),
            ("2_b.sql", "-- migrate:up\nSELECT 2;\n"),
            ("3_c.sql", "-- migrate:up\nSELCT 3;\n"),
        ],
        Dialect::Postgres,
    );
    let places: Vec<&str> = seen
        .lines()
        .filter_map(|line| line.trim_start().strip_prefix("--> migrations/"))
        .collect();
    assert_eq!(
        places,
        ["1_a.sql:4:5", "1_a.sql:8:6", "3_c.sql:2:1"],
        "{seen}"
    );
}

#[test]
fn the_folder_is_checked_in_its_dialect() {
    let files = [("1_a.sql", "CREATE TABLE a (b PRIMARY KEY) WITHOUT ROWID;\n")];
    assert_eq!(pictures(&files, Dialect::Sqlite), "");
    assert_ne!(pictures(&files, Dialect::Postgres), "");
}

#[test]
fn unchecked_covers_the_next_statement_only() {
    let wrong = "SELCT 1;";
    for (text, is_covered) in [
        (format!("-- migrate:unchecked why\n{wrong}"), true),
        (
            format!("-- migrate:unchecked why\n\n-- and more\n  {wrong}"),
            true,
        ),
        (
            format!("SELECT 1;\n--  Migrate:Unchecked why\r\n{wrong}"),
            true,
        ),
        (
            format!("-- migrate:unchecked why\nSELECT 1;\n{wrong}"),
            false,
        ),
        (
            format!("-- migrate:unchecked why\nSELECT 1; {wrong}"),
            false,
        ),
        (wrong.to_owned(), false),
    ] {
        let seen = pictures(&[("1_a.sql", &text)], Dialect::Postgres);
        assert_eq!(seen.is_empty(), is_covered, "{text}\n{seen}");
    }
}

#[test]
fn a_whole_folder_can_be_taken_as_it_is() {
    let folder = folder(&[("1_a.sql", "SELCT 1;")], Dialect::Postgres);
    let options = CheckOptions {
        unchecked_syntax: true,
        ..CheckOptions::default()
    };
    assert_eq!(judge(&folder, Dialect::Postgres, &options), []);
}

#[test]
fn a_warning_can_be_allowed() {
    let unknown = "CREATE TABLE a (b int);\nALTER TABLE a FROBNICATE;\n";
    let seen = pictures(&[("1_a.sql", unknown)], Dialect::Mysql);
    assert!(seen.starts_with("warning[syntax-unknown]"), "{seen}");
    let allowed = format!("-- migrate:allow syntax-unknown of a plug-in\n{unknown}");
    assert_eq!(pictures(&[("1_a.sql", &allowed)], Dialect::Mysql), "");
}

#[test]
fn what_lasts_for_a_transaction_ends_with_it() {
    let own = "-- migrate:no-transaction\nCREATE SCHEMA s;\nBEGIN;\nSET LOCAL search_path = s;\n\
               CREATE TABLE a (id int PRIMARY KEY);\nCREATE TEMP TABLE t ON COMMIT DROP AS SELECT 1 AS id;\nSELECT id FROM t;\n\
               COMMIT;\nCREATE TABLE b (id int PRIMARY KEY);\nSELECT 1 FROM s.a, public.b;\nSET LOCAL search_path = s;\n\
               SELECT id FROM b;\nCREATE TEMP TABLE u (id serial PRIMARY KEY) ON COMMIT DROP;\n";
    assert_eq!(pictures(&[("1_a.sql", own)], Dialect::Postgres), "");
    let gone = format!("{own}SELECT id FROM u;\nSELECT id FROM t;\nSELECT id FROM a;\n");
    let seen = pictures(&[("1_a.sql", &gone)], Dialect::Postgres);
    for table in ["u", "t", "a"] {
        assert!(
            seen.contains(&format!("there is no table `{table}`")),
            "{seen}"
        );
    }
    let whole = "CREATE TEMP TABLE t (id int) ON COMMIT DROP;\nSELECT id FROM t;\n";
    assert_eq!(pictures(&[("1_a.sql", whole)], Dialect::Postgres), "");
}

/// What is said where no column has nearly the name that is looked for.
#[test]
fn who_misses_a_column_is_told_which_ones_there_are() {
    let help = |table: &str, column: &str| {
        let up = format!("-- migrate:up\n{table};\nINSERT INTO a ({column}) VALUES (1);\n");
        let options = CheckOptions::default();
        let folder = folder(&[("1_a.sql", &up)], Dialect::Postgres);
        let found = judge(&folder, Dialect::Postgres, &options);
        let missing = found
            .into_iter()
            .find(|it| it.code.as_str() == "object-missing");
        missing.expect("it is not there").help
    };
    let few = "CREATE TABLE a (id int, name text, \"At\" date)";
    let columns = "its columns are `id`, `name` and `At`";
    assert_eq!(help(few, "quantity").as_deref(), Some(columns));
    assert_eq!(help(few, "nmae").as_deref(), Some("did you mean `name`?"));
    let one = help("CREATE TABLE a (id int)", "quantity");
    assert_eq!(one.as_deref(), Some("its only column is `id`"));
    let columns: Vec<String> = (0..11).map(|number| format!("c{number} int")).collect();
    let many = format!("CREATE TABLE a ({})", columns.join(", "));
    assert_eq!(help(&many, "quantity"), None);
    assert_eq!(help("CREATE TABLE a ()", "quantity"), None);
}

#[test]
fn where_a_history_begins_is_a_way_out_only_of_what_was_never_there() {
    let notes = |files: &[(&str, &str)], history| {
        let folder = folder(files, Dialect::Postgres);
        let options = CheckOptions {
            history,
            ..CheckOptions::default()
        };
        let found = judge(&folder, Dialect::Postgres, &options);
        let missing = found.iter().find(|it| it.code == Code::ObjectMissing);
        missing.expect("it is missing").notes.len()
    };
    let never = ("1_a.sql", "ALTER TABLE a ADD COLUMN x int;\n");
    let dropped = [
        ("1_a.sql", "CREATE TABLE a (id int);\nDROP TABLE a;\n"),
        ("2_b.sql", "ALTER TABLE a ADD COLUMN x int;\n"),
    ];
    let new = (
        "1_a.sql",
        "CREATE SCHEMA s;\nALTER TABLE s.a ADD COLUMN x int;\n",
    );
    assert_eq!(notes(&[never], History::Whole), 1);
    assert_eq!(notes(&dropped, History::Whole), 0);
    assert_eq!(notes(&dropped, History::Partial), 0);
    assert_eq!(notes(&[new], History::Partial), 0);
}
