//! What the model says of schemas on PostgreSQL where histories beside a server say nothing: sessions, roles, and
//! functions that run. (The rest is in `migrate-tests`, `agreement`.)

use migrate_core::catalog::{Catalog, Site, apply};
use migrate_core::ddl;
use migrate_core::dialect::Dialect;

/// The faults of the last of some statements; those before it have none. `--` begins a new session.
fn faults(statements: &str) -> usize {
    let mut catalog = Catalog::new(Dialect::Postgres);
    let mut last = 0;
    for session in statements.split("--") {
        catalog = catalog.new_session();
        for statement in session.split(';') {
            assert_eq!(last, 0, "{statement}");
            let read = ddl::read(statement.trim(), Dialect::Postgres);
            let applied = apply(&catalog, &read, Site::default());
            last = applied.faults.len();
            catalog = applied.catalog;
        }
    }
    last
}

#[test]
fn names_of_what_was_temporary_are_free_again() {
    let table = "CREATE TEMP TABLE x (a int PRIMARY KEY CHECK (a > 0))";
    for between in ["--", "; DISCARD TEMP;", "; DISCARD ALL;"] {
        for name in ["x_pkey", "x_a_check"] {
            let drop = format!("ALTER TABLE x DROP CONSTRAINT {name}");
            assert_eq!(faults(&format!("{table} {between} {table}; {drop}")), 0);
        }
        assert_eq!(faults(&format!("{table} {between} DROP TABLE x")), 1);
    }
}

#[test]
fn a_schema_of_postgresql_called_temp_is_not_temporary() {
    let table = "CREATE SCHEMA temp; CREATE TABLE temp.t (id int)";
    assert_eq!(faults(&format!("{table} -- DROP TABLE temp.t")), 0);
}

#[test]
fn the_search_path_comes_back() {
    let set = "CREATE SCHEMA s; SET search_path = s; CREATE TABLE t (id int)";
    for reset in ["RESET ALL", "RESET search_path", "DISCARD ALL"] {
        let next = format!("{set}; {reset}; CREATE TABLE t (id int)");
        assert_eq!(
            faults(&format!("{next}; DROP TABLE public.t")),
            0,
            "{reset}"
        );
        assert_eq!(
            faults(&format!("{next}; CREATE TABLE public.t (id int)")),
            1
        );
    }
    let local =
        "CREATE SCHEMA s; BEGIN; SET LOCAL search_path = s; CREATE TABLE t (id int); COMMIT";
    assert_eq!(faults(&format!("{local}; DROP TABLE t")), 1);
}

/// The default is `"$user", public`.
#[test]
fn the_schema_of_a_role_is_looked_into_first() {
    let schema = "CREATE SCHEMA rr; CREATE TABLE t (id int); CREATE TABLE rr.t (b int)";
    for set in [
        "SET ROLE rr",
        "SET SESSION AUTHORIZATION rr",
        "SET LOCAL ROLE rr",
    ] {
        assert_eq!(faults(&format!("{schema}; {set}; SELECT b FROM t")), 0);
        assert_eq!(faults(&format!("{schema}; {set}; SELECT id FROM t")), 1);
        assert_eq!(
            faults(&format!("{schema}; {set}; RESET ALL; SELECT b FROM t")),
            0
        );
    }
    for reset in [
        "SET ROLE NONE",
        "RESET ROLE",
        "SET SESSION AUTHORIZATION DEFAULT",
        "DISCARD ALL",
    ] {
        let next = format!("{schema}; SET ROLE rr; {reset}");
        assert_eq!(faults(&format!("{next}; SELECT b FROM t")), 1, "{reset}");
    }
    let local = format!("{schema}; BEGIN; SET LOCAL ROLE rr; COMMIT");
    assert_eq!(faults(&format!("{local}; SELECT b FROM t")), 1);
    // Who has none of their own uses the next one.
    let none = "CREATE TABLE t (id int); SET ROLE rr";
    assert_eq!(faults(&format!("{none}; SELECT b FROM t")), 1);
    assert_eq!(
        faults(&format!(
            "{none}; CREATE TABLE u (id int); DROP TABLE public.u"
        )),
        0
    );
}

#[test]
fn who_is_connected_may_have_a_schema() {
    for own in [
        "CREATE SCHEMA AUTHORIZATION rr",
        "CREATE SCHEMA rr AUTHORIZATION rr",
        "CREATE SCHEMA AUTHORIZATION CURRENT_USER",
        "CREATE SCHEMA rr; SET search_path = \"$user\"",
    ] {
        let table = format!("{own}; CREATE TABLE t (id int)");
        assert_eq!(faults(&format!("{table}; DROP TABLE rr.t")), 0, "{own}");
        assert_eq!(
            faults(&format!(
                "{table}; DROP TABLE t; CREATE TABLE public.t (id int)"
            )),
            0
        );
        assert_eq!(
            faults(&format!("{table} -- CREATE TABLE t (id int)")),
            0,
            "{own}"
        );
    }
    assert_eq!(
        faults("CREATE SCHEMA s AUTHORIZATION rr; CREATE TABLE t (id int); DROP TABLE s.t"),
        1
    );
}

/// A circle that there is not: what one of them is made of is not known.
#[test]
fn domains_that_seem_to_be_a_circle_are_not_followed_for_ever() {
    let circle = "CREATE DOMAIN a AS int; CREATE DOMAIN b AS a; DO 'BEGIN EXECUTE x; END'; DROP DOMAIN a; CREATE DOMAIN a AS b";
    let keys = "CREATE TABLE p (id a PRIMARY KEY); CREATE TABLE c (id a REFERENCES p)";
    assert_eq!(faults(&format!("{circle}; {keys}")), 0);
}

#[test]
fn a_function_of_the_history_runs_though_the_database_has_one_of_its_name() {
    let log =
        "CREATE FUNCTION log(text) RETURNS int LANGUAGE plpgsql AS 'BEGIN EXECUTE $1, 1; END'";
    let table = "CREATE TABLE t (a int)";
    for call in [
        "SELECT log('x')",
        "INSERT INTO t VALUES (log('x'))",
        "UPDATE t SET a = log('x')",
    ] {
        assert_eq!(
            faults(&format!("{table}; {log}; {call}; SELECT a FROM audit")),
            0,
            "{call}"
        );
        assert_eq!(
            faults(&format!("{table}; {call}; SELECT a FROM audit")),
            1,
            "{call}"
        );
    }
}

#[test]
fn an_update_may_write_a_default() {
    let next = "CREATE FUNCTION f() RETURNS int LANGUAGE plpgsql AS 'BEGIN EXECUTE $1, 1; END'; \
        CREATE TABLE t (a int DEFAULT f(), b int DEFAULT 1)";
    let audit = "SELECT a FROM audit";
    assert_eq!(
        faults(&format!("{next}; UPDATE t SET a = DEFAULT; {audit}")),
        0
    );
    assert_eq!(
        faults(&format!("{next}; UPDATE t SET b = DEFAULT; {audit}")),
        1
    );
    assert_eq!(faults(&format!("{next}; UPDATE t SET a = 1; {audit}")), 1);
}

/// Of what is not known, what was seen before may be its own parent.
#[test]
fn a_family_has_an_end() {
    let unknown = "CREATE TABLE a (x int) PARTITION BY LIST (x); \
        CREATE TABLE b PARTITION OF a FOR VALUES IN (1) PARTITION BY LIST (x); DO 'BEGIN EXECUTE x; END'";
    for circle in [
        "CREATE TABLE a PARTITION OF a FOR VALUES IN (1)",
        "CREATE TABLE a PARTITION OF b FOR VALUES IN (1)",
        "CREATE TABLE a () INHERITS (b)",
        "ALTER TABLE b RENAME TO a",
    ] {
        let next = "CREATE INDEX ON a (x); ALTER TABLE a ADD COLUMN y int";
        assert_eq!(
            faults(&format!("{unknown}; {circle}; {next}")),
            0,
            "{circle}"
        );
    }
}
