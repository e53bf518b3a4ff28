//! The rules over several migrations: what a later one mends, and those of one name, which are looked at together.

use migrate_core::diagnostic::Level;
use migrate_core::dialect::Dialect;
use migrate_core::folder::{CheckOptions, judge, load};
use migrate_core::judge::Levels;
use std::fs;

/// What is found in some files, as `file:line code`, with the rules of `warn` on, after the migration `since`.
fn found(
    dialect: Dialect,
    warn: &[&str],
    since: Option<&str>,
    files: &[(&str, &str)],
) -> Vec<String> {
    let dir = tempfile::tempdir().expect("a folder");
    for (name, text) in files {
        fs::write(dir.path().join(name), text).expect("it can be written");
    }
    let folder = load(dir.path(), "migrations", dialect);
    let mut levels = Levels::default();
    for code in warn {
        levels.set(code, Level::Warn).expect("it is a rule");
    }
    let since = since.map(|version| folder.since(version).expect("it is there"));
    let options = CheckOptions {
        levels,
        since,
        ..CheckOptions::default()
    };
    let list = judge(&folder, dialect, &options);
    let line = |it: &migrate_core::diagnostic::Diagnostic| {
        let file = folder.sources.get(it.span.file).expect("it is there");
        let start = it.span.range.as_ref().map_or(0, |range| range.start);
        let before = file.text.get(..start).unwrap_or_default();
        let name = file.path.rsplit('/').next().unwrap_or_default();
        format!("{name}:{} {}", before.matches('\n').count() + 1, it.code)
    };
    list.iter().map(line).collect()
}

fn postgres(files: &[(&str, &str)]) -> Vec<String> {
    found(Dialect::Postgres, &[], None, files)
}

const NOTHING: [&str; 0] = [];

const ORDERS: &str = "CREATE TABLE users (id bigint PRIMARY KEY);
CREATE TABLE orders (id bigint PRIMARY KEY, user_id bigint REFERENCES users (id));";

#[test]
fn a_later_migration_mends_the_schema() {
    let bad = ("1_orders.sql", ORDERS);
    assert_eq!(
        postgres(&[bad]),
        ["1_orders.sql:2 foreign-key-unindexed"],
        "the finding is where the key is made"
    );
    let index = "CREATE INDEX CONCURRENTLY ON orders (user_id);";
    assert_eq!(postgres(&[bad, ("2_index.sql", index)]), NOTHING);
    let other = "CREATE INDEX CONCURRENTLY ON orders (id, user_id);";
    assert_eq!(
        postgres(&[bad, ("2_index.sql", other)]),
        ["1_orders.sql:2 foreign-key-unindexed"]
    );
}

#[test]
fn what_is_mended_is_known_by_its_new_name() {
    let rename = "-- migrate:allow table-renamed it is not in use yet
ALTER TABLE orders RENAME TO purchases;
ALTER TABLE purchases RENAME COLUMN user_id TO buyer_id;
ALTER TABLE purchases RENAME CONSTRAINT orders_user_id_fkey TO buyer;";
    let bad = [("1_orders.sql", ORDERS), ("2_rename.sql", rename)];
    assert_eq!(postgres(&bad), ["1_orders.sql:2 foreign-key-unindexed"]);
    let index = "CREATE INDEX CONCURRENTLY ON purchases (buyer_id);";
    let good = [bad[0], bad[1], ("3_index.sql", index)];
    assert_eq!(postgres(&good), NOTHING);
}

/// Each is wrong in its first migration, and mended by its second.
#[test]
fn many_rules_know_the_end() {
    let cases: &[(Dialect, &str, &str, &str)] = &[
        (
            Dialect::Postgres,
            "primary-key-missing",
            "CREATE TABLE visits (seen_at bigint NOT NULL);",
            "ALTER TABLE visits ADD COLUMN id bigint;
            CREATE UNIQUE INDEX CONCURRENTLY visits_id ON visits (id);
            ALTER TABLE visits ADD PRIMARY KEY USING INDEX visits_id;",
        ),
        (
            Dialect::Postgres,
            "constraint-unvalidated",
            "CREATE TABLE orders (id bigint PRIMARY KEY);
            ALTER TABLE orders ADD CONSTRAINT positive CHECK (id > 0) NOT VALID;",
            "ALTER TABLE orders VALIDATE CONSTRAINT positive;",
        ),
        (
            Dialect::Postgres,
            "char-type",
            "CREATE TABLE orders (id bigint PRIMARY KEY, country char(2));",
            "ALTER TABLE orders ALTER country TYPE text;",
        ),
        (
            Dialect::Postgres,
            "timestamp-without-zone",
            "CREATE TABLE orders (id bigint PRIMARY KEY, a timestamp, b timestamp);",
            "ALTER TABLE orders DROP COLUMN a, ALTER b TYPE timestamptz;",
        ),
        (
            Dialect::Postgres,
            "serial-column",
            "CREATE TABLE orders (id bigserial PRIMARY KEY);",
            "ALTER TABLE orders ALTER id DROP DEFAULT;
            ALTER TABLE orders ALTER id ADD GENERATED ALWAYS AS IDENTITY;",
        ),
        (
            Dialect::Postgres,
            "integer-key",
            "CREATE TABLE orders (id integer GENERATED ALWAYS AS IDENTITY PRIMARY KEY);",
            "ALTER TABLE orders ALTER id TYPE bigint;",
        ),
        (
            Dialect::Postgres,
            "default-frozen",
            "CREATE TABLE orders (id bigint PRIMARY KEY, at timestamptz DEFAULT 'now');",
            "ALTER TABLE orders ALTER at SET DEFAULT now();",
        ),
        (
            Dialect::Postgres,
            "index-duplicate",
            "CREATE TABLE orders (id bigint PRIMARY KEY, a bigint); CREATE INDEX one ON orders (a); CREATE INDEX two ON orders (a);",
            "DROP INDEX CONCURRENTLY one;",
        ),
        (
            Dialect::Postgres,
            "name-style",
            "CREATE TABLE \"Orders\" (id bigint PRIMARY KEY);",
            "ALTER TABLE \"Orders\" RENAME TO orders;",
        ),
        (
            Dialect::Postgres,
            "enum-created",
            "CREATE TYPE mood AS ENUM ('good');",
            "DROP TYPE mood;",
        ),
        (
            Dialect::Postgres,
            "rule-created",
            "CREATE TABLE notes (id bigint PRIMARY KEY); CREATE RULE keep AS ON DELETE TO notes DO INSTEAD NOTHING;",
            "DROP RULE keep ON notes;",
        ),
        (
            Dialect::Postgres,
            "policy-always-true",
            "CREATE TABLE notes (id bigint PRIMARY KEY); CREATE POLICY all_of_it ON notes USING (true);",
            "ALTER POLICY all_of_it ON notes USING (id > 7) WITH CHECK (id > 7);",
        ),
        (
            Dialect::Postgres,
            "security-definer-search-path",
            "CREATE FUNCTION f() RETURNS int LANGUAGE sql SECURITY DEFINER AS 'SELECT 1';",
            "ALTER FUNCTION f() SET search_path = pg_catalog;",
        ),
        (
            Dialect::Mysql,
            "auto-increment-small",
            "CREATE TABLE visits (id int NOT NULL AUTO_INCREMENT PRIMARY KEY);",
            "ALTER TABLE visits MODIFY id bigint NOT NULL AUTO_INCREMENT;",
        ),
        (
            Dialect::Mysql,
            "engine-not-transactional",
            "CREATE TABLE visits (id bigint NOT NULL PRIMARY KEY) ENGINE = MyISAM;",
            "ALTER TABLE visits ENGINE = InnoDB;",
        ),
        (
            Dialect::Mysql,
            "charset-not-utf8mb4",
            "CREATE TABLE notes (id bigint NOT NULL PRIMARY KEY, body text) CHARACTER SET latin1;",
            "ALTER TABLE notes CONVERT TO CHARACTER SET utf8mb4;",
        ),
        (
            Dialect::Mysql,
            "zero-date-default",
            "CREATE TABLE notes (id bigint NOT NULL PRIMARY KEY, at date NOT NULL DEFAULT '0000-00-00');",
            "ALTER TABLE notes ALTER COLUMN at SET DEFAULT '2000-01-01';",
        ),
        (
            Dialect::Sqlite,
            "foreign-key-mismatch",
            "CREATE TABLE users (id INTEGER PRIMARY KEY, email TEXT);
            CREATE TABLE logins (id INTEGER PRIMARY KEY, email TEXT REFERENCES users (email));",
            "CREATE UNIQUE INDEX users_email ON users (email);",
        ),
    ];
    for (dialect, code, first, second) in cases {
        let count = |files: &[(&str, &str)]| {
            let list = found(*dialect, &[code], None, files);
            list.iter().filter(|it| it.ends_with(code)).count()
        };
        assert_eq!(count(&[("1_a.sql", first)]), 1, "{code}");
        assert_eq!(
            count(&[("1_a.sql", first), ("2_b.sql", second)]),
            0,
            "{code}"
        );
    }
}

#[test]
fn what_is_back_at_the_end_takes_the_complaint_back() {
    let start = (
        "1_start.sql",
        "CREATE TABLE users (id INTEGER PRIMARY KEY, name TEXT);
CREATE UNIQUE INDEX users_name ON users (name);
CREATE VIEW people AS SELECT name FROM users;",
    );
    let rebuild = (
        "2_rebuild.sql",
        "CREATE TABLE users_new (id INTEGER PRIMARY KEY, name TEXT NOT NULL);
INSERT INTO users_new (id, name) SELECT id, name FROM users;
DROP TABLE users;
ALTER TABLE users_new RENAME TO users;",
    );
    let codes = |files: &[(&str, &str)]| found(Dialect::Sqlite, &[], None, files);
    assert_eq!(
        codes(&[start, rebuild]),
        ["2_rebuild.sql:3 rebuild-forgets"]
    );
    let index = (
        "3_index.sql",
        "CREATE UNIQUE INDEX users_name ON users (name);",
    );
    assert_eq!(codes(&[start, rebuild, index]), NOTHING);
}

/// The file may be applied, so that what it says of the mistake cannot be taken out.
#[test]
fn what_a_file_allows_is_used_although_it_is_mended_later() {
    let bad = format!("-- migrate:allow foreign-key-unindexed few are deleted\n{ORDERS}");
    let index = "CREATE INDEX CONCURRENTLY ON orders (user_id);";
    let files = [("1_orders.sql", bad.as_str()), ("2_index.sql", index)];
    assert_eq!(postgres(&files), NOTHING);
}

#[test]
fn what_is_not_looked_into_takes_nothing_back() {
    let opaque = "DO $$ BEGIN EXECUTE 'SELECT ' || '1'; END $$;";
    let files = [("1_orders.sql", ORDERS), ("2_do.sql", opaque)];
    assert_eq!(postgres(&files), ["1_orders.sql:2 foreign-key-unindexed"]);
}

/// Who builds a table anew for another reason may leave the rest as it was.
#[test]
fn what_was_so_before_is_no_fault_of_a_rebuild() {
    let start = (
        "1_start.sql",
        "CREATE TABLE users (id TEXT PRIMARY KEY, since INT DEFAULT 'current_date');",
    );
    let rebuild = (
        "2_rebuild.sql",
        "CREATE TABLE users_new (id TEXT PRIMARY KEY, since INT DEFAULT 'current_date', name TEXT);
INSERT INTO users_new (id, since) SELECT id, since FROM users;
DROP TABLE users;
ALTER TABLE users_new RENAME TO users;",
    );
    let all = found(Dialect::Sqlite, &[], None, &[start, rebuild]);
    assert_eq!(
        all,
        [
            "1_start.sql:1 primary-key-nullable",
            "1_start.sql:1 default-quoted"
        ]
    );
    let new = found(Dialect::Sqlite, &[], Some("1"), &[start, rebuild]);
    assert_eq!(new, NOTHING);
}

#[test]
fn a_rebuild_may_be_split_into_migrations_of_one_name() {
    let split = |name: &str| {
        let file = |version: u32| {
            format!(
                "{version}_{name}{}.sql",
                if name == "step" { version } else { 0 }
            )
        };
        let files = [
            (
                "1_users.sql".to_owned(),
                "CREATE TABLE users (id INTEGER PRIMARY KEY, name TEXT);",
            ),
            (
                file(2),
                "CREATE TABLE users_new (id INTEGER PRIMARY KEY, name TEXT NOT NULL);",
            ),
            (
                file(3),
                "INSERT INTO users_new (id, name) SELECT id, name FROM users;",
            ),
            (file(4), "DROP TABLE users;"),
            (file(5), "ALTER TABLE users_new RENAME TO users;"),
        ];
        let files: Vec<(&str, &str)> = files
            .iter()
            .map(|(name, text)| (name.as_str(), *text))
            .collect();
        found(Dialect::Sqlite, &[], None, &files)
    };
    assert_eq!(split("rebuild"), NOTHING);
    assert_eq!(split("step"), ["4_step4.sql:1 table-dropped"]);
}

#[test]
fn what_the_first_of_one_name_creates_is_new_to_the_others() {
    let table = "CREATE TABLE orders (id bigint PRIMARY KEY, a bigint);";
    let index = "CREATE INDEX orders_a ON orders (a);";
    let together = [("1_orders.sql", table), ("2_orders.sql", index)];
    assert_eq!(postgres(&together), NOTHING);
    let apart = [("1_orders.sql", table), ("2_index.sql", index)];
    assert_eq!(postgres(&apart), ["2_index.sql:1 index-not-concurrent"]);
}

/// Each of them is a transaction of its own: what one locks is free again when the next begins, and what one has set
/// is not set in the next.
#[test]
fn locks_and_settings_end_with_each_migration() {
    let start = (
        "1_orders.sql",
        "CREATE TABLE orders (id bigint PRIMARY KEY, total bigint);
ALTER TABLE orders ADD CONSTRAINT positive CHECK (total > 0) NOT VALID;",
    );
    let (add, validate) = (
        "ALTER TABLE orders ADD COLUMN note text;",
        "ALTER TABLE orders VALIDATE CONSTRAINT positive;",
    );
    let both = format!("{add}\n{validate}");
    let one = [start, ("2_more.sql", both.as_str())];
    assert_eq!(postgres(&one), ["2_more.sql:2 lock-held"]);
    let two = [start, ("2_more.sql", add), ("3_more.sql", validate)];
    assert_eq!(postgres(&two), NOTHING);
    let limited = format!("SET lock_timeout = '2s';\n{add}");
    let files = [
        start,
        ("2_more.sql", &limited),
        ("3_more.sql", "ALTER TABLE orders ADD COLUMN other text;"),
    ];
    assert_eq!(
        found(
            Dialect::Postgres,
            &["lock-timeout-missing"],
            Some("1"),
            &files
        ),
        ["3_more.sql:1 lock-timeout-missing"]
    );
}

#[test]
fn of_migrations_of_one_name_those_up_to_since_are_past() {
    let table = "CREATE TABLE orders (id bigint PRIMARY KEY, country char(2));";
    let more = "ALTER TABLE orders ADD COLUMN city char(2);";
    let files = [("1_orders.sql", table), ("2_orders.sql", more)];
    assert_eq!(
        postgres(&files),
        ["1_orders.sql:1 char-type", "2_orders.sql:1 char-type"]
    );
    let new = found(Dialect::Postgres, &[], Some("1"), &files);
    assert_eq!(new, ["2_orders.sql:1 char-type"]);
}

#[test]
fn what_is_said_twice_of_a_statement_is_said_once() {
    let table = (
        "1_a.sql",
        "CREATE TABLE a (id bigint PRIMARY KEY, n bigint, m bigint);",
    );
    let both = "ALTER TABLE a
ALTER n SET NOT NULL,
ALTER m SET NOT NULL;";
    assert_eq!(
        postgres(&[table, ("2_b.sql", both)]),
        ["2_b.sql:2 not-null-set"]
    );
    // The other place is shown beside the first one.
    let dir = tempfile::tempdir().expect("a folder");
    for (name, text) in [table, ("2_b.sql", both)] {
        fs::write(dir.path().join(name), text).expect("it can be written");
    }
    let folder = load(dir.path(), "migrations", Dialect::Postgres);
    let list = judge(&folder, Dialect::Postgres, &CheckOptions::default());
    let others: Vec<_> = list.iter().flat_map(|it| &it.others).collect();
    let texts: Vec<&str> = others.iter().map(|it| it.text.as_str()).collect();
    assert_eq!(texts, ["so here, too"]);
    let start = both.find("ALTER m").expect("it is there");
    let places = others
        .iter()
        .map(|it| it.span.range.as_ref().map(|range| range.start));
    assert_eq!(places.collect::<Vec<_>>(), [Some(start)]);
    let each = "ALTER TABLE a ALTER n SET NOT NULL;
SELECT 1;
ALTER TABLE a ALTER m SET NOT NULL;";
    let found = postgres(&[table, ("2_b.sql", each)]);
    assert_eq!(found, ["2_b.sql:1 not-null-set", "2_b.sql:3 not-null-set"]);
}

#[test]
fn a_finding_points_at_the_column_that_it_is_about() {
    let table = "CREATE TABLE a (
id bigint PRIMARY KEY,
n integer
);";
    let found = found(
        Dialect::Postgres,
        &["integer-column"],
        None,
        &[("1_a.sql", table)],
    );
    assert_eq!(found, ["1_a.sql:3 integer-column"]);
}

#[test]
fn another_name_for_another_table_mends_nothing() {
    let rename = "-- migrate:allow table-renamed it is not in use yet
ALTER TABLE notes RENAME TO remarks;";
    let notes = ("2_notes.sql", "CREATE TABLE notes (id bigint PRIMARY KEY);");
    let files = [("1_orders.sql", ORDERS), notes, ("3_rename.sql", rename)];
    assert_eq!(postgres(&files), ["1_orders.sql:2 foreign-key-unindexed"]);
}

#[test]
fn a_table_is_empty_until_its_migration_ends() {
    let table = (
        "1_a.sql",
        "CREATE TABLE a (id bigint PRIMARY KEY, n bigint);",
    );
    let empty = "-- migrate:allow rows-truncated they are counted anew
TRUNCATE a;";
    let index = "CREATE INDEX ON a (n);";
    let one = format!("{empty}\n{index}");
    assert_eq!(postgres(&[table, ("2_b.sql", &one)]), NOTHING);
    // Of one name, but each a transaction of its own.
    let two = [table, ("2_b.sql", empty), ("3_b.sql", index)];
    assert_eq!(postgres(&two), ["3_b.sql:1 index-not-concurrent"]);
}
