//! Which mistakes are reported, and how severe: levels, directives, `since`, and where a history begins.

use migrate_core::diagnostic::{Code, Level};
use migrate_core::dialect::Dialect;
use migrate_core::folder::{CheckOptions, Folder, judge, load};
use migrate_core::judge::Levels;
use migrate_core::source::line_column;
use std::fs;
use std::path::Path;

const TABLE: (&str, &str) = (
    "1_a.sql",
    "CREATE TABLE a (id bigint PRIMARY KEY, b text, c text);\n",
);
const DROP: (&str, &str) = ("2_b.sql", "ALTER TABLE a DROP COLUMN b;\n");

/// A folder `migrations` with these files, in a folder that is kept as long as the guard.
fn folder(files: &[(&str, &str)]) -> (tempfile::TempDir, Folder) {
    let dir = tempfile::tempdir().expect("a folder");
    let migrations = dir.path().join("migrations");
    fs::create_dir(&migrations).expect("it can be made");
    for (path, content) in files {
        fs::write(migrations.join(path), content).expect("it can be written");
    }
    let folder = load(&migrations, "migrations", Dialect::Postgres);
    (dir, folder)
}

/// All that is said of a folder: `warning[up-empty] migrations/1_a.sql:1`.
fn said(folder: &Folder, options: &CheckOptions) -> Vec<String> {
    let list = judge(folder, Dialect::Postgres, options);
    let lines = list.iter().map(|it| {
        let file = folder.sources.get(it.span.file).expect("it is there");
        let start = it.span.range.as_ref().map_or(0, |range| range.start);
        let severity = it.severity.as_str();
        let line = line_column(&file.text, start).line;
        format!("{severity}[{}] {}:{line}", it.code, file.path)
    });
    lines.collect()
}

fn levels(set: &[(&str, Level)]) -> CheckOptions {
    let mut levels = Levels::default();
    for (code, level) in set {
        levels.set(code, *level).expect("it can be set");
    }
    CheckOptions {
        levels,
        ..CheckOptions::default()
    }
}

#[track_caller]
fn check(files: &[(&str, &str)], options: &CheckOptions, expected: &[&str]) {
    let (_dir, folder) = folder(files);
    assert_eq!(said(&folder, options), expected, "{files:?}");
}

#[test]
fn levels_decide_what_is_reported() {
    let files = [TABLE, DROP];
    let warning = "warning[column-dropped] migrations/2_b.sql:1";
    check(&files, &CheckOptions::default(), &[warning]);
    let denied = levels(&[("column-dropped", Level::Deny)]);
    let error = "error[column-dropped] migrations/2_b.sql:1";
    check(&files, &denied, &[error]);
    let allowed = levels(&[("column-dropped", Level::Allow)]);
    check(&files, &allowed, &[]);
    let later = levels(&[
        ("column-dropped", Level::Allow),
        ("column-dropped", Level::Deny),
    ]);
    check(&files, &later, &[error]);
}

#[test]
fn what_the_schema_says_can_be_allowed_and_syntax_cannot() {
    let files = [("1_a.sql", "DROP TABLE nothing;\n")];
    let error = "error[object-missing] migrations/1_a.sql:1";
    check(&files, &CheckOptions::default(), &[error]);
    let warned = levels(&[("object-missing", Level::Warn)]);
    let warning = "warning[object-missing] migrations/1_a.sql:1";
    check(&files, &warned, &[warning]);
    check(&files, &levels(&[("object-missing", Level::Allow)]), &[]);
    let mut levels = Levels::default();
    for level in [Level::Allow, Level::Warn, Level::Deny] {
        let mistake = levels.set("syntax", level).expect_err("it is forbidden");
        assert!(mistake.message.contains("`syntax`"), "{mistake:?}");
    }
    let mistake = levels
        .set("column-droped", Level::Deny)
        .expect_err("it is misspelt");
    assert_eq!(
        mistake.help.as_deref(),
        Some("did you mean `column-dropped`?")
    );
}

#[test]
fn a_directive_is_of_its_file_and_comes_before_levels() {
    let allowing = "-- migrate:allow column-dropped why\nALTER TABLE a DROP COLUMN b;\n";
    let denied = levels(&[("column-dropped", Level::Deny)]);
    check(&[TABLE, ("2_b.sql", allowing)], &denied, &[]);
    let third = ("3_c.sql", "ALTER TABLE a DROP COLUMN c;\n");
    let error = "error[column-dropped] migrations/3_c.sql:1";
    check(&[TABLE, ("2_b.sql", allowing), third], &denied, &[error]);
    let missing = "-- migrate:allow object-missing another tool makes it\nDROP TABLE nothing;\n";
    check(&[("1_a.sql", missing)], &CheckOptions::default(), &[]);
    let empty = "-- migrate:allow up-empty why\n";
    check(&[("1_a.sql", empty)], &CheckOptions::default(), &[]);
}

#[test]
fn an_allow_that_allows_nothing_is_reported() {
    let default = CheckOptions::default();
    let unused = "warning[allow-unused] migrations/1_a.sql:1";
    for (text, expected) in [
        ("-- migrate:allow column-dropped why\nSELECT 1;\n", true),
        ("-- migrate:allow up-empty why\nSELECT 1;\n", true),
        ("-- migrate:allow object-missing why\nSELECT 1;\n", true),
        (
            "-- migrate:allow allow-unused why\n-- migrate:allow up-empty why\nSELECT 1;\n",
            false,
        ),
        ("-- migrate:allow allow-unused why\nSELECT 1;\n", false),
    ] {
        let expected: &[&str] = if expected { &[unused] } else { &[] };
        check(&[("1_a.sql", text)], &default, expected);
    }
    // What a broken file would have had is not known.
    let broken = "-- migrate:allow column-dropped why\nALTER TABEL a DROP COLUMN b;\n";
    let error = "error[syntax] migrations/2_b.sql:2";
    check(&[TABLE, ("2_b.sql", broken)], &default, &[error]);
    // Nor is a rule asked that is off.
    let text = "-- migrate:allow column-dropped why\nSELECT 1;\n";
    let off = levels(&[("column-dropped", Level::Allow)]);
    check(&[("1_a.sql", text)], &off, &[]);
    let denied = levels(&[("allow-unused", Level::Deny)]);
    let error = "error[allow-unused] migrations/1_a.sql:1";
    check(&[("1_a.sql", text)], &denied, &[error]);
}

#[test]
fn an_allow_of_what_is_no_rule_is_an_error_at_the_name() {
    for (name, help) in [
        ("column-droped", "did you mean `column-dropped`?"),
        ("syntax", "`migrate explain` lists the rules"),
        ("low", "`migrate explain` lists the rules"),
    ] {
        let text = format!("-- é\n-- migrate:allow {name} why\nSELECT 1;\n");
        let (_dir, folder) = folder(&[("1_a.sql", &text)]);
        let list = judge(&folder, Dialect::Postgres, &CheckOptions::default());
        let [found] = &*list else {
            panic!("{name}: {list:?}")
        };
        assert_eq!(found.code, Code::DirectiveUnknown);
        assert!(found.is_error());
        let place = found.span.range.clone().expect("it has a place");
        assert_eq!(&text[place.clone()], name);
        assert_eq!(
            place.start,
            text.find(&format!("{name} why")).expect("it is there")
        );
        assert_eq!(found.help.as_deref(), Some(help));
    }
    assert!(Code::all().all(|code| code.level() == Level::Forbid || code.as_str().contains('-')));
    // What could not be run is said all the same.
    let text = "-- migrate:allow syntax why\nSELCT 1;\n";
    let errors = [
        "error[directive-unknown] migrations/1_a.sql:1",
        "error[syntax] migrations/1_a.sql:2",
    ];
    check(&[("1_a.sql", text)], &CheckOptions::default(), &errors);
}

#[test]
fn rules_look_at_what_comes_after_since() {
    let unused = "-- migrate:allow up-empty why\nALTER TABLE a DROP COLUMN b;\n";
    let third = (
        "3_c.sql",
        "ALTER TABLE a DROP COLUMN c;\nDROP TABLE nothing;\n",
    );
    let files = [TABLE, ("2_b.sql", unused), third];
    let (_dir, folder) = folder(&files);
    let since = |version: &str| CheckOptions {
        since: Some(folder.since(version).expect("it is there")),
        ..CheckOptions::default()
    };
    let dropped = "warning[column-dropped] migrations/3_c.sql:1";
    let missing = "error[object-missing] migrations/3_c.sql:2";
    assert_eq!(said(&folder, &since("002")), [dropped, missing]);
    // References are always looked at.
    assert_eq!(said(&folder, &since("3")), [missing]);
    let mistake = folder.since("22").expect_err("there is none");
    assert!(mistake.message.contains("`22`"), "{mistake:?}");
    let help = mistake.help.as_deref();
    assert_eq!(help, Some("the last one before it is `3`"));
}

/// What is said of migrations that find the schema which this text makes.
fn after(schema: &str, migration: &str) -> Vec<String> {
    let (dir, folder) = folder(&[("1_a.sql", migration)]);
    let file = dir.path().join("schema.sql");
    fs::write(&file, schema).expect("it can be written");
    let folder = folder.with_baseline_schema(&file, "schema.sql");
    said(&folder, &CheckOptions::default())
}

/// In the form of a dump by pg_dump 15.14.
const DUMP: &str = "\\restrict x'y\n\nSET statement_timeout = 0;\nSELECT pg_catalog.set_config('search_path', '', false);\nSET row_security = off;\n\nCREATE TABLE public.a (\n    b integer NOT NULL,\n    c text\n);\nALTER TABLE public.a OWNER TO app;\nCREATE SEQUENCE public.a_b_seq\n    AS integer\n    START WITH 1\n    INCREMENT BY 1\n    NO MINVALUE\n    NO MAXVALUE\n    CACHE 1;\nALTER SEQUENCE public.a_b_seq OWNED BY public.a.b;\nALTER TABLE ONLY public.a ALTER COLUMN b SET DEFAULT nextval('public.a_b_seq'::regclass);\nCOPY public.a (b, c) FROM stdin;\n1\tit's\n\\.\n\nSELECT pg_catalog.setval('public.a_b_seq', 1, true);\nALTER TABLE ONLY public.a\n    ADD CONSTRAINT a_pkey PRIMARY KEY (b);\n\\unrestrict x'y\n";

#[test]
fn a_starting_schema_is_what_the_first_migration_finds() {
    assert_eq!(
        after(
            DUMP,
            "CREATE TABLE e (d bigint PRIMARY KEY REFERENCES a (b));"
        ),
        [""; 0]
    );
    // The table was there before, so that the rule fires.
    let dropped = "warning[column-dropped] migrations/1_a.sql:1";
    assert_eq!(after(DUMP, "ALTER TABLE a DROP COLUMN c;"), [dropped]);
    let missing = "error[object-missing] migrations/1_a.sql:1";
    assert_eq!(after(DUMP, "ALTER TABLE a DROP COLUMN e;"), [missing]);
    assert_eq!(after(DUMP, "DROP TABLE nothing;"), [missing]);
}

#[test]
fn a_mistake_in_a_starting_schema_is_drawn_there() {
    let text = "CREATE TABLE a (b int);\nCREATE TABEL c (d int);\n";
    assert_eq!(after(text, "SELECT 1;"), ["error[syntax] schema.sql:2"]);
    let (_dir, folder) = folder(&[("1_a.sql", "SELECT 1;")]);
    let folder = folder.with_baseline_schema(Path::new("/nowhere.sql"), "nowhere.sql");
    let unreadable = "error[unreadable] nowhere.sql:1";
    assert_eq!(said(&folder, &CheckOptions::default()), [unreadable]);
}

#[test]
fn every_level_of_a_code_can_be_set_but_that_of_errors() {
    for code in Code::all() {
        let set = Levels::default().set(code.as_str(), Level::Warn);
        assert_eq!(set.is_ok(), code.level() < Level::Forbid, "{code}");
        assert_eq!(Code::named(code.as_str()), Some(code));
    }
}
