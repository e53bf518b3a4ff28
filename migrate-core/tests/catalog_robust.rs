//! Whatever the history: applying it ends, nothing panics, and what uses something is there.

use migrate_core::catalog::{Catalog, Site, apply};
use migrate_core::ddl;
use migrate_core::dialect::Dialect;
use proptest::prelude::*;
use proptest::sample::select;

/// `T`, `U` stand for tables, `A`, `B` for names of columns, constraints and the like, `N` for a number.
const STATEMENTS: &[&str] = &[
    "CREATE TABLE T (A int PRIMARY KEY, B int UNIQUE CHECK (B > N) CHECK (B < N))",
    "CREATE TABLE T (A int, B int, UNIQUE (A, B), UNIQUE (A, B), CHECK (A > B), CHECK (A > B))",
    "CREATE TABLE T (A int UNIQUE UNIQUE CHECK (A > N) REFERENCES U REFERENCES U)",
    "CREATE TABLE T (A int REFERENCES U (B), FOREIGN KEY (A, B) REFERENCES U (A, B))",
    "CREATE TABLE T (A int, CONSTRAINT T_ibfk_N FOREIGN KEY (A) REFERENCES U (A))",
    "CREATE TABLE T (A int, CONSTRAINT T_chk_N CHECK (A > 0))",
    "CREATE TABLE T (A A, B serial, C int DEFAULT nextval('B'))",
    "CREATE TABLE T (LIKE U INCLUDING ALL)",
    "CREATE TABLE T () INHERITS (U)",
    "CREATE TABLE T (A int, B int) PARTITION BY LIST (A)",
    "CREATE TABLE T PARTITION OF U FOR VALUES IN (N)",
    "CREATE TEMP TABLE T (A int PRIMARY KEY, B serial UNIQUE)",
    "CREATE TEMP TABLE T (A int PRIMARY KEY) ON COMMIT DROP",
    "ALTER TABLE T INHERIT U",
    "ALTER TABLE T ATTACH PARTITION U FOR VALUES IN (N)",
    "ALTER TABLE T ADD COLUMN A varchar(N) UNIQUE CHECK (A <> '')",
    "ALTER TABLE T ADD CHECK (A > N)",
    "ALTER TABLE T ADD FOREIGN KEY (A) REFERENCES U (A)",
    "ALTER TABLE T ADD FOREIGN KEY (A) REFERENCES U",
    "ALTER TABLE T ADD UNIQUE (A, B)",
    "ALTER TABLE T DROP COLUMN A",
    "ALTER TABLE T RENAME COLUMN A TO B",
    "ALTER TABLE T RENAME TO U",
    "ALTER TABLE T SET SCHEMA A",
    "ALTER TABLE T ALTER COLUMN A TYPE A",
    "CREATE INDEX ON T (A, B, (A + B))",
    "CREATE INDEX A ON T (B)",
    "CREATE SCHEMA A",
    "ALTER SCHEMA A RENAME TO B",
    "SET search_path = A, public",
    "SET LOCAL search_path = A, B",
    "CREATE DOMAIN A AS int CHECK (VALUE > N)",
    "CREATE DOMAIN A AS B",
    "CREATE TYPE A AS ENUM ('N')",
    "DROP DOMAIN A",
    "DROP TYPE A CASCADE",
    "ALTER TYPE A RENAME TO B",
    "ALTER TYPE A SET SCHEMA B",
    "CREATE SEQUENCE A START WITH N INCREMENT BY N MINVALUE N MAXVALUE N",
    "ALTER SEQUENCE A INCREMENT BY N RESTART WITH N",
    "CREATE FUNCTION A(A, B, int) RETURNS int LANGUAGE sql AS 'SELECT N'",
    "DROP FUNCTION A",
    "CREATE VIEW T AS SELECT A, B FROM U",
    "CREATE OR REPLACE VIEW T AS SELECT * FROM U",
    "CREATE VIEW A AS SELECT * FROM T, U",
    "CREATE TRIGGER A AFTER INSERT ON T FOR EACH ROW EXECUTE FUNCTION B()",
    "INSERT INTO T (A, B) VALUES (N, N) ON CONFLICT (A) DO NOTHING",
    "UPDATE T SET A = DEFAULT",
    "DROP TABLE T",
    "DROP TABLE T CASCADE",
    "DROP SCHEMA A CASCADE",
    "DO 'BEGIN EXECUTE x; END'",
    "COMMIT",
];

/// Names that are alike up to where PostgreSQL cuts them off, and others.
fn name() -> impl Strategy<Value = String> {
    let long = "a_name_that_goes_on_and_on_until_nobody_wants_to_read_any_more_";
    let wide = "ein_name_der_länger_ist_als_es_sein_müsste_und_im_zeichen_endet";
    let ends = ["1", "2", "_check", "ß", ""];
    let names = (select(vec![long, wide]), select(ends.to_vec()));
    let long = names.prop_map(|(name, end)| format!("{name}{end}"));
    let short = select(&["a", "b", "c", "date", "temp", "main"][..]);
    prop_oneof![3 => short.prop_map(str::to_owned), 1 => long]
}

fn number() -> impl Strategy<Value = &'static str> {
    select(
        &[
            "0",
            "1",
            "-1",
            "2147483647",
            "4294967295",
            "4294967296",
            "-9223372036854775808",
            "9223372036854775807",
            "18446744073709551615",
            "99999999999999999999999999999999999999999",
        ][..],
    )
}

fn statement() -> impl Strategy<Value = String> {
    let names = (name(), name(), name(), name(), number());
    (select(STATEMENTS), names).prop_map(|(template, (t, u, a, b, n))| {
        let mut statement = String::new();
        let mut rest = template;
        while let Some(next) = rest.chars().next() {
            let end = rest.find(|it: char| !it.is_ascii_alphanumeric());
            let (word, behind) = rest.split_at(end.unwrap_or(rest.len()).max(next.len_utf8()));
            statement += match word {
                "T" => &t,
                "U" => &u,
                "A" => &a,
                "B" => &b,
                "N" => n,
                other => other,
            };
            rest = behind;
        }
        statement
    })
}

proptest! {
    #![proptest_config(ProptestConfig {
        failure_persistence: None,
        cases: 60,
        ..ProptestConfig::default()
    })]

    #[test]
    fn any_history_is_applied(history in prop::collection::vec((statement(), 0..8u8), 0..40)) {
        for &dialect in Dialect::ALL {
            let mut catalog = Catalog::new(dialect);
            for (statement, next) in &history {
                catalog = match next {
                    0 => catalog.new_session(),
                    1 => catalog.after_transaction(),
                    _ => catalog,
                };
                let read = ddl::read(statement, dialect);
                catalog = apply(&catalog, &read, Site::default()).catalog;
            }
            for (key, object) in catalog.objects() {
                for (used, hold) in object.uses(key) {
                    let mut users = catalog.users(&used);
                    prop_assert!(users.any(|it| it == (key, hold)), "{key:?} of {used:?}");
                }
                for (user, _) in catalog.users(key) {
                    prop_assert!(catalog.get(user).is_some(), "{user:?} is gone");
                }
            }
        }
    }
}
