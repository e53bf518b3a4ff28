//! The rules whose condition is a list: each of its members by itself.

use migrate_core::diagnostic::Level;
use migrate_core::dialect::Dialect::{self, Mysql, Postgres};
use migrate_core::folder::{CheckOptions, judge, load};
use migrate_core::judge::Levels;
use std::fs;

/// Whether a rule fires on the second of two migrations.
fn fires(code: &str, dialect: Dialect, before: &str, migration: &str) -> bool {
    let dir = tempfile::tempdir().expect("a folder");
    for (name, text) in [("1_before.sql", before), ("2_migration.sql", migration)] {
        fs::write(dir.path().join(name), text).expect("it can be written");
    }
    let folder = load(dir.path(), "migrations", dialect);
    let mut levels = Levels::default();
    levels.set(code, Level::Warn).expect("it is a rule");
    let options = CheckOptions {
        levels,
        since: Some(folder.since("1").expect("it is there")),
        ..CheckOptions::default()
    };
    let found = judge(&folder, dialect, &options);
    let broken = found.iter().find(|it| it.is_error());
    assert!(broken.is_none(), "{migration}: {broken:?}");
    found.iter().any(|it| it.code.as_str() == code)
}

/// Those of some words with which a rule fires.
fn firing<'a>(words: &[&'a str], fires: impl Fn(&str) -> bool) -> Vec<&'a str> {
    words.iter().copied().filter(|word| fires(word)).collect()
}

#[test]
fn a_limit_of_nothing_is_none_in_every_unit() {
    let limits = [
        "0", "0us", "0ms", "0s", "0min", "0h", "0d", "900us", "1", "1us", "1ms", "1s", "1min",
        "1h", "1d", "soon",
    ];
    let none = firing(&limits, |limit| {
        let before = "CREATE TABLE a (id bigint PRIMARY KEY);";
        let migration =
            format!("SET lock_timeout = '{limit}';\nALTER TABLE a ADD COLUMN n bigint;");
        fires("lock-timeout-missing", Postgres, before, &migration)
    });
    let expected = ["0", "0us", "0ms", "0s", "0min", "0h", "0d", "900us", "1us"];
    assert_eq!(none, expected);
}

#[test]
fn mysql_makes_up_a_value_of_these_types() {
    let types = [
        "tinyint",
        "smallint",
        "mediumint",
        "int",
        "bigint",
        "decimal(9,2)",
        "float",
        "double",
        "bit(1)",
        "enum('x')",
        "date",
        "datetime",
        "timestamp",
        "time",
        "year",
        "char(1)",
        "varchar(9)",
        "tinytext",
        "text",
        "set('x')",
        "blob",
        "binary(9)",
        "varbinary(9)",
        "json",
        "point",
    ];
    let made_up = firing(&types, |data_type| {
        let before = "CREATE TABLE a (id bigint NOT NULL PRIMARY KEY);";
        let migration = format!("ALTER TABLE a ADD COLUMN x {data_type} NOT NULL;");
        fires("not-null-without-default", Mysql, before, &migration)
    });
    assert_eq!(made_up, &types[..23]);
}

#[test]
fn these_count_to_less_than_a_bigint() {
    let types = [
        "tinyint",
        "tinyint unsigned",
        "smallint",
        "smallint unsigned",
        "mediumint",
        "mediumint unsigned",
        "int",
        "int unsigned",
        "bigint",
        "bigint unsigned",
    ];
    let small = firing(&types, |data_type| {
        let migration =
            format!("CREATE TABLE a (id {data_type} NOT NULL AUTO_INCREMENT PRIMARY KEY);");
        fires("auto-increment-small", Mysql, "SELECT 1;", &migration)
    });
    assert_eq!(small, &types[..8]);
}

#[test]
fn a_width_is_that_of_an_integer() {
    let types = [
        "tinyint(4)",
        "smallint(6)",
        "mediumint(9)",
        "int(11)",
        "integer(11)",
        "bigint(20)",
        "tinyint(1)",
        "char(11)",
        "bit(4)",
        "datetime(6)",
    ];
    let shown = firing(&types, |data_type| {
        let migration = format!("CREATE TABLE a (id bigint NOT NULL PRIMARY KEY, x {data_type});");
        fires("display-width", Mysql, "SELECT 1;", &migration)
    });
    assert_eq!(shown, &types[..6]);
}

#[test]
fn columns_are_aligned_as_their_types_are() {
    // Between two bytes each of them loses some, but for those that may begin anywhere.
    let types = [
        "bigint",
        "double precision",
        "money",
        "timestamp",
        "timestamptz",
        "time",
        "interval",
        "integer",
        "real",
        "date",
        "oid",
        "smallint",
        "uuid",
        "boolean",
        "\"char\"",
        "text",
    ];
    let losing = firing(&types, |data_type| {
        let columns: Vec<String> = (0..9)
            .map(|n| format!("a{n} boolean, b{n} {data_type}"))
            .collect();
        let migration = format!("CREATE TABLE a ({});", columns.join(", "));
        fires("column-alignment", Postgres, "SELECT 1;", &migration)
    });
    assert_eq!(losing, &types[..12]);
}

#[test]
fn a_type_is_narrower_than_the_larger_ones_of_its_family() {
    let families: [&[&str]; 8] = [
        &["tinyint", "smallint", "mediumint", "int", "bigint"],
        &["varchar(9)", "tinytext", "text", "mediumtext", "longtext"],
        &["varbinary(9)", "tinyblob", "blob", "mediumblob", "longblob"],
        &["char(4)", "varchar(9)"],
        &["binary(4)", "varbinary(9)"],
        &["float", "double"],
        &["date", "datetime"],
        &["decimal(9,2)", "decimal(11,4)"],
    ];
    for family in families {
        for (was, from) in family.iter().enumerate() {
            let before = format!("CREATE TABLE a (id bigint NOT NULL PRIMARY KEY, x {from});");
            let narrower = firing(family, |to| {
                let migration = format!("ALTER TABLE a MODIFY x {to};");
                fires("type-narrowed", Mysql, &before, &migration)
            });
            assert_eq!(narrower, &family[..was], "{from}");
        }
    }
}

#[test]
fn a_timestamp_ends_in_2038() {
    let types = ["timestamp", "datetime", "date", "bigint"];
    let ending = firing(&types, |data_type| {
        let migration = format!("CREATE TABLE a (id bigint NOT NULL PRIMARY KEY, x {data_type});");
        fires("timestamp-2038", Mysql, "SELECT 1;", &migration)
    });
    assert_eq!(ending, ["timestamp"]);
}
