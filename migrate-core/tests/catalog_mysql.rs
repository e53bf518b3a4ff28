//! What the model says of schemas on MySQL where no server can be asked: what depends on its version, its
//! flavour, its platform, or the database that a URL names. (The rest is in `migrate-tests`, `mysql_model`.)

use migrate_core::catalog::{Catalog, Fault, FaultKind, Site, apply};
use migrate_core::ddl;
use migrate_core::ddl::object::ObjectKind;
use migrate_core::dialect::Dialect;

/// The faults of the last of some statements; those before it have none.
fn faults(statements: &str) -> usize {
    let mut catalog = Catalog::new(Dialect::Mysql);
    let mut last = 0;
    for statement in statements.split(';') {
        assert_eq!(last, 0, "{statement}");
        let read = ddl::read(statement.trim(), Dialect::Mysql);
        let applied = apply(&catalog, &read, Site::default());
        last = applied.faults.len();
        catalog = applied.catalog;
    }
    last
}

#[test]
fn names_of_tables_may_differ_in_case_or_not() {
    let two = "CREATE TABLE t (a int); CREATE TABLE T (b int)";
    assert_eq!(faults(two), 0);
    assert_eq!(faults(&format!("{two}; ALTER TABLE t DROP COLUMN b")), 0);
    assert_eq!(
        faults("CREATE TABLE t (a int); RENAME TABLE t TO T; DROP TABLE t"),
        0
    );
    assert_eq!(faults("CREATE TABLE t (a int); CREATE TABLE t (b int)"), 1);
    assert_eq!(
        faults("CREATE TABLE t (a int, KEY i (a)); CREATE INDEX I ON t (a)"),
        1
    );
}

#[test]
fn a_database_that_is_not_created_here_may_be_the_connected_one() {
    let own = "CREATE TABLE app.t (a int)";
    assert_eq!(faults(&format!("{own}; CREATE TABLE t (a int)")), 0);
    assert_eq!(faults(&format!("{own}; ALTER TABLE t DROP COLUMN b")), 0);
    assert_eq!(faults(&format!("{own}; DROP TABLE t; DROP TABLE app.t")), 0);
    assert_eq!(faults(&format!("{own}; DROP TABLE u")), 1);
    assert_eq!(faults("USE app; DROP TABLE t"), 0);
    let created = "CREATE DATABASE d; USE d; CREATE TABLE t (a int)";
    assert_eq!(
        faults(&format!("{created}; ALTER TABLE d.t DROP COLUMN b")),
        1
    );
    assert_eq!(
        faults(&format!(
            "{created}; ALTER TABLE d.t DROP COLUMN a, ADD COLUMN b int"
        )),
        0
    );
    assert_eq!(faults(&format!("{created}; DROP TABLE u")), 1);
    assert_eq!(
        faults(&format!(
            "{created}; DROP DATABASE d; CREATE TABLE d.t (a int)"
        )),
        1
    );
}

/// MySQL before 9 does not look at `REFERENCES` behind a column, others do.
#[test]
fn a_foreign_key_behind_a_column_is_there_or_not() {
    let both =
        "CREATE TABLE p (id int PRIMARY KEY); CREATE TABLE c (a int REFERENCES p (id), b int)";
    for next in [
        "DROP TABLE p",
        "ALTER TABLE c DROP FOREIGN KEY c_ibfk_1",
        "ALTER TABLE c ADD CONSTRAINT c_ibfk_1 FOREIGN KEY (a) REFERENCES p (id)",
        "ALTER TABLE c DROP INDEX a",
        "ALTER TABLE c ADD INDEX a (b)",
        "ALTER TABLE c DROP COLUMN a",
        "ALTER TABLE c ADD FOREIGN KEY (b) REFERENCES p (id); ALTER TABLE c DROP FOREIGN KEY c_ibfk_1",
        "ALTER TABLE c ADD FOREIGN KEY (b) REFERENCES p (id); ALTER TABLE c DROP FOREIGN KEY c_ibfk_2",
    ] {
        assert_eq!(faults(&format!("{both}; {next}")), 0, "{next}");
    }
    assert_eq!(
        faults(&format!("{both}; ALTER TABLE c DROP FOREIGN KEY c_ibfk_7")),
        1
    );
    assert_eq!(faults("CREATE TABLE c (a int REFERENCES nowhere (id))"), 0);
}

/// `FOREIGN KEY i (a)` is `i` on MariaDB, `t_ibfk_1` on MySQL; checks have names of their own on either.
#[test]
fn names_that_servers_choose_otherwise_are_not_certain() {
    let keys = "CREATE TABLE p (id int PRIMARY KEY); CREATE TABLE c (a int, FOREIGN KEY i (a) REFERENCES p (id))";
    for name in ["i", "c_ibfk_1"] {
        assert_eq!(
            faults(&format!("{keys}; ALTER TABLE c DROP FOREIGN KEY {name}")),
            0
        );
    }
    assert_eq!(
        faults(&format!("{keys}; ALTER TABLE c DROP FOREIGN KEY other")),
        1
    );
    assert_eq!(faults(&format!("{keys}; CREATE INDEX i ON c (a)")), 1);
    let checks = "CREATE TABLE t (a int CHECK (a > 0), b int, CHECK (b > 0))";
    let renamed = format!("{checks}; RENAME TABLE t TO u");
    for (before, drop) in [
        (checks, "t DROP CONSTRAINT t_chk_2"),
        (checks, "t DROP CONSTRAINT CONSTRAINT_1"),
        (&renamed, "u DROP CONSTRAINT u_chk_1"),
        (&renamed, "u DROP CONSTRAINT CONSTRAINT_1"),
    ] {
        assert_eq!(
            faults(&format!("{before}; ALTER TABLE {drop}")),
            0,
            "{drop}"
        );
    }
    assert_eq!(
        faults(&format!("{checks}; ALTER TABLE t DROP CONSTRAINT t_chk_7")),
        1
    );
}

#[test]
fn what_is_not_looked_into_leaves_its_table_uncertain() {
    for alter in [
        "ALTER TABLE t ADD SYSTEM VERSIONING",
        "ALTER TABLE t PARTITION BY HASH (a) PARTITIONS 4",
    ] {
        let next = format!("CREATE TABLE t (a int); {alter}; ALTER TABLE t DROP COLUMN b");
        assert_eq!(faults(&next), 0, "{alter}");
    }
    assert_eq!(
        faults("CREATE TABLE t SELECT 1 AS a; ALTER TABLE t DROP COLUMN b"),
        1
    );
    assert_eq!(
        faults("CREATE TABLE t SELECT * FROM other.u; ALTER TABLE t DROP COLUMN b"),
        0
    );
}

#[test]
fn what_says_the_same_is_equal() {
    for (a, b) in [
        ("int DEFAULT '0'", "int DEFAULT 0"),
        ("boolean DEFAULT false", "tinyint(1) DEFAULT 0"),
        (
            "datetime DEFAULT NOW()",
            "datetime DEFAULT current_timestamp",
        ),
        (
            "datetime(3) ON UPDATE localtime(3)",
            "datetime(3) ON UPDATE CURRENT_TIMESTAMP(3)",
        ),
        ("timestamp NULL", "timestamp"),
        ("int DEFAULT NULL", "int"),
        ("int COMMENT ''", "int(11)"),
    ] {
        let table = |column: &str| {
            let create = format!("CREATE TABLE t (c {column})");
            let create = ddl::read(&create, Dialect::Mysql);
            let applied = apply(&Catalog::new(Dialect::Mysql), &create, Site::default());
            let objects = applied.catalog.objects();
            objects
                .map(|(key, object)| (key.clone(), object.clone()))
                .collect::<Vec<_>>()
        };
        let (a, b) = (table(a), table(b));
        let mut pairs = a.iter().zip(&b);
        let same = pairs.all(|(one, other)| one.0 == other.0 && one.1.says_same(&other.1));
        assert!(same && a.len() == b.len(), "{a:?} and {b:?}");
    }
}

#[test]
fn the_number_of_a_constraint_has_no_end() {
    let table = "CREATE TABLE t (id int PRIMARY KEY, a int";
    for last in [u32::MAX.into(), u64::MAX] {
        for (label, rule) in [
            ("ibfk", "FOREIGN KEY (a) REFERENCES t (id)"),
            ("chk", "CHECK (a > 0)"),
        ] {
            let table = format!("{table}, CONSTRAINT t_{label}_{last} {rule})");
            assert_eq!(faults(&format!("{table}; ALTER TABLE t ADD {rule}")), 0);
        }
    }
}

#[test]
fn an_index_in_use_is_called_one() {
    let tables = "CREATE TABLE p (id int PRIMARY KEY); CREATE TABLE c (a int, KEY i (a), FOREIGN KEY (a) REFERENCES p (id))";
    let mut catalog = Catalog::new(Dialect::Mysql);
    for statement in tables.split(';') {
        let read = ddl::read(statement.trim(), Dialect::Mysql);
        catalog = apply(&catalog, &read, Site::default()).catalog;
    }
    let read = ddl::read("ALTER TABLE c DROP INDEX i", Dialect::Mysql);
    let faults = apply(&catalog, &read, Site::default()).faults;
    assert!(
        matches!(
            &faults[..],
            [Fault {
                kind: FaultKind::InUse {
                    kind: ObjectKind::Index,
                    ..
                },
                ..
            }]
        ),
        "{faults:?}"
    );
}
