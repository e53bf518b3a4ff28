//! Types as they are written, and as the database shows them. What servers say of the same is in
//! `tests/tests/types.rs`.

use migrate_core::catalog::types::{self, Affinity, Base, Type};
use migrate_core::ddl::{self, Statement, table::TypeName};
use migrate_core::dialect::Dialect;

/// As it is written, and as it is shown.
const POSTGRES: &[(&str, &str)] = &[
    ("int", "integer"),
    ("INT4", "integer"),
    ("pg_catalog.int4", "integer"),
    ("int8[]", "bigint[]"),
    ("_int4", "integer[]"),
    ("int ARRAY[3]", "integer[]"),
    ("float", "double precision"),
    ("float(24)", "real"),
    ("float(25)", "double precision"),
    ("dec", "numeric"),
    ("numeric(10)", "numeric(10,0)"),
    ("decimal(10, 2)", "numeric(10,2)"),
    ("numeric(3, -2)", "numeric(3,-2)"),
    ("varchar", "character varying"),
    ("VARCHAR(255)", "character varying(255)"),
    ("national character varying (4)", "character varying(4)"),
    ("char", "character(1)"),
    ("\"char\"", "\"char\""),
    ("pg_catalog.char", "\"char\""),
    ("bpchar", "bpchar"),
    ("bpchar(3)", "character(3)"),
    ("bit", "bit(1)"),
    ("\"bit\"", "\"bit\""),
    ("pg_catalog.bit", "\"bit\""),
    ("bit varying(5)", "bit varying(5)"),
    ("varbit", "bit varying"),
    ("timestamp", "timestamp without time zone"),
    ("timestamptz(3)", "timestamp(3) with time zone"),
    ("timestamp(9) with time zone", "timestamp(6) with time zone"),
    ("time(2) with time zone[]", "time(2) with time zone[]"),
    ("interval", "interval"),
    ("interval day to second(3)", "interval day to second(3)"),
    ("interval(2)", "interval(2)"),
    ("\"varchar\"(3)", "character varying(3)"),
    // No types of PostgreSQL.
    ("\"int\"", "int"),
    ("pg_catalog.integer", "pg_catalog.integer"),
    ("Public.Citext", "public.citext"),
    ("\"Mood\"[]", "Mood[]"),
    ("vector(3)", "vector(3)"),
    ("other.text", "other.text"),
];

const MYSQL: &[(&str, &str)] = &[
    ("INT(11)", "int"),
    ("integer unsigned", "int unsigned"),
    ("int4 signed", "int"),
    ("tinyint(1)", "tinyint(1)"),
    ("tinyint(4)", "tinyint"),
    ("bool", "tinyint(1)"),
    ("int zerofill", "int(10) unsigned zerofill"),
    ("int(5) unsigned zerofill", "int(5) unsigned zerofill"),
    ("dec", "decimal(10,0)"),
    ("fixed(5)", "decimal(5,0)"),
    ("numeric(8,2) unsigned", "decimal(8,2) unsigned"),
    ("double precision", "double"),
    ("real", "double"),
    ("float(24)", "float"),
    ("float(53)", "double"),
    ("float(7,4)", "float(7,4)"),
    ("char", "char(1)"),
    ("nchar(3)", "char(3)"),
    ("national varchar(3)", "varchar(3)"),
    ("char(3) byte", "binary(3)"),
    ("varchar(3) character set binary", "varbinary(3)"),
    ("serial", "bigint unsigned"),
    ("long varchar", "mediumtext"),
    ("long", "mediumtext"),
    ("text(10)", "tinytext"),
    ("text(64)", "text"),
    ("text(64) character set latin1", "tinytext"),
    ("text(70000)", "mediumtext"),
    ("blob(256)", "blob"),
    ("blob(70000)", "mediumblob"),
    ("enum('a', \"it's\", 'b''c ')", "enum('a','it''s','b''c')"),
    ("set('a','b') character set latin1", "set('a','b')"),
    ("year(4)", "year"),
    ("datetime(0)", "datetime"),
    ("datetime(6)", "datetime(6)"),
    ("bit", "bit(1)"),
];

const SQLITE: &[(&str, &str)] = &[
    ("varchar ( 10 )", "VARCHAR(10)"),
    ("unsigned  Big int", "UNSIGNED BIG INT"),
    ("decimal(10, 2)", "DECIMAL(10,2)"),
    ("\"my type\"", "MY TYPE"),
];

fn written(text: &str, dialect: Dialect) -> TypeName {
    let sql = format!("CREATE TABLE t (a {text})");
    match ddl::read(&sql, dialect) {
        Statement::CreateTable(mut table) => {
            let column = table.columns.remove(0);
            column.data_type.unwrap_or_else(|| panic!("{sql}: no type"))
        }
        other => panic!("{sql}: {other:?}"),
    }
}

fn read(text: &str, dialect: Dialect) -> Type {
    types::normalise(&written(text, dialect), dialect)
}

#[test]
fn types_are_shown_as_the_database_does() {
    let all = [
        (Dialect::Postgres, POSTGRES),
        (Dialect::Mysql, MYSQL),
        (Dialect::Sqlite, SQLITE),
    ];
    for (dialect, cases) in all {
        for (text, shown) in cases {
            assert_eq!(read(text, dialect).to_string(), *shown, "{dialect}: {text}");
        }
    }
}

#[test]
fn what_is_shown_is_read_as_the_same_type() {
    for (dialect, cases) in [(Dialect::Postgres, POSTGRES), (Dialect::Mysql, MYSQL)] {
        for (text, shown) in cases {
            let data_type = read(text, dialect);
            if matches!(data_type.base, Base::Builtin(_)) {
                assert_eq!(read(shown, dialect), data_type, "{dialect}: {text}");
            }
        }
    }
}

#[test]
fn what_a_database_does_not_bring_along_is_another_type() {
    for text in [
        "citext",
        "\"int\"",
        "pg_catalog.integer",
        "other.text",
        "serial",
        "t.a%TYPE",
    ] {
        let base = read(text, Dialect::Postgres).base;
        assert!(matches!(base, Base::Other(_)), "{text}: {base:?}");
    }
}

#[test]
fn serial_stands_for_an_integer() {
    let serial = |text, dialect| {
        let serial = types::serial(&written(text, dialect), dialect);
        serial.map(|it| it.to_string()).unwrap_or_default()
    };
    assert_eq!(serial("serial", Dialect::Postgres), "integer");
    assert_eq!(serial("BIGSERIAL", Dialect::Postgres), "bigint");
    assert_eq!(serial("serial2", Dialect::Postgres), "smallint");
    assert_eq!(serial("public.serial", Dialect::Postgres), "");
    assert_eq!(serial("serial", Dialect::Mysql), "bigint unsigned");
    assert_eq!(serial("serial", Dialect::Sqlite), "");
}

#[test]
fn a_character_set_is_told_apart_from_the_type() {
    let set = |text| {
        let set = types::character_set(&written(text, Dialect::Mysql));
        set.unwrap_or_default()
    };
    assert_eq!(&*set("varchar(3) character set latin1"), "latin1");
    assert_eq!(&*set("text charset utf8"), "utf8mb3");
    assert_eq!(&*set("nchar(3)"), "utf8mb3");
    assert_eq!(&*set("char(3) ascii"), "latin1");
    assert_eq!(&*set("numeric"), "");
}

#[test]
fn a_declaration_gives_a_column_its_affinity() {
    // The table in https://www.sqlite.org/datatype3.html#affinity_name_examples
    let cases = [
        ("TINYINT", Affinity::Integer),
        ("UNSIGNED BIG INT", Affinity::Integer),
        ("FLOATING POINT", Affinity::Integer),
        ("CHARINT", Affinity::Integer),
        ("NATIVE CHARACTER(70)", Affinity::Text),
        ("clob", Affinity::Text),
        ("BLOB", Affinity::Blob),
        ("DOUBLE PRECISION", Affinity::Real),
        ("STRING", Affinity::Numeric),
        ("DECIMAL(10,5)", Affinity::Numeric),
        ("datetime", Affinity::Numeric),
    ];
    for (text, affinity) in cases {
        assert_eq!(
            types::affinity(&read(text, Dialect::Sqlite)),
            affinity,
            "{text}"
        );
    }
    assert_eq!(types::affinity(&Type::builtin("")), Affinity::Blob);
}
