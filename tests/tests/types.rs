//! What the model says of types, beside what servers say.

use migrate_core::catalog::types::{self, Affinity, Base, Rewrite, Type};
use migrate_core::ddl::{self, Statement};
use migrate_core::dialect::Dialect;
use migrate_tests::database::Database as _;
use migrate_tests::{mysql, postgres, sqlite};

/// A type as it is written, as the model has it.
fn read(text: &str, dialect: Dialect) -> Type {
    let sql = format!("CREATE TABLE t (a {text})");
    let data_type = match ddl::read(&sql, dialect) {
        Statement::CreateTable(mut table) => table.columns.remove(0).data_type,
        _ => None,
    };
    let name = data_type.unwrap_or_else(|| panic!("{sql} is not read"));
    types::normalise(&name, dialect)
}

/// The types of a list, which `;` separates.
fn list(types: &str) -> Vec<&str> {
    types.split(';').map(str::trim).collect()
}

fn pairs(types: &str) -> Vec<(&str, &str)> {
    let all = list(types);
    let from = all.iter();
    from.flat_map(|from| all.iter().map(|to| (*from, *to)))
        .collect()
}

const WRITTEN: &str = "
    int; int4; pg_catalog.int4; integer[]; _int4; int array[3]; int8[3][3]; smallint; bigint; real;
    float; float(1); float(24); float(25); double precision; float8; dec; decimal(5); numeric;
    numeric(10); numeric(10, 2)[]; char; character; char(3); nchar; national char(4); bpchar;
    bpchar(2); \"char\"; \"bpchar\"; pg_catalog.char; pg_catalog.bpchar; \"char\"[]; char[]; bpchar[];
    varchar; varchar(3); char varying(3); character varying; national character varying(7)[];
    \"varchar\"(3); text; name; bytea; bit; bit(3); \"bit\"; pg_catalog.bit; bit varying; varbit(4);
    bit varying(4)[]; timestamp; timestamp(3); timestamp(9); timestamp without time zone;
    timestamp(0) with time zone; timestamptz; timestamptz(3)[]; pg_catalog.timestamptz(3); time;
    time(2) with time zone; timetz; \"time\"; date; interval; interval(3); interval(6);
    interval year; interval year to month; interval second; interval second(3);
    interval day to second(3); interval hour to minute; interval day to second; boolean; bool;
    json; jsonb; jsonpath; xml; uuid; money; inet; cidr; macaddr; macaddr8; tsvector; tsquery;
    int4range; tstzrange[]; point; oid; regclass; pg_lsn; xid8";

#[test]
fn the_name_of_a_type_is_the_one_that_postgres_shows() {
    let database = postgres::Database::create();
    let mut wrong = Vec::new();
    for text in list(WRITTEN) {
        database.run(&format!("CREATE TABLE t (a {text})"));
        let shown = database.value(
            "SELECT format_type(atttypid, atttypmod) FROM pg_attribute \
             WHERE attrelid = 't'::regclass AND attname = 'a'",
        );
        let ours = read(text, Dialect::Postgres);
        if ours.to_string() != shown || read(&shown, Dialect::Postgres) != ours {
            wrong.push(format!("{text}: {shown}, not {ours}"));
        }
        database.run("DROP TABLE t");
    }
    assert_eq!(wrong, [""; 0]);
}

#[test]
fn every_type_of_postgres_is_known() {
    let database = postgres::Database::create();
    // But for the rows of system tables, and their arrays.
    let all = database.rows(
        "SELECT quote_ident(t.typname), format_type(t.oid, -1) FROM pg_type t \
         LEFT JOIN pg_type e ON e.oid = t.typelem AND t.typlen = -1 \
         WHERE t.typnamespace = 'pg_catalog'::regnamespace \
         AND t.typrelid = 0 AND coalesce(e.typrelid, 0) = 0",
    );
    assert!(all.len() > 150, "{all:?}");
    let mut wrong = Vec::new();
    for row in all {
        let [name, shown] = &row[..] else {
            panic!("{row:?}");
        };
        let quoted = format!("\"{}\"", name.trim_matches('"'));
        for text in [format!("pg_catalog.{name}"), quoted] {
            let ours = read(&text, Dialect::Postgres);
            if !matches!(ours.base, Base::Builtin(_)) || ours.to_string() != *shown {
                wrong.push(format!("{text}: {shown}, not {ours}"));
            }
        }
    }
    assert_eq!(wrong, [""; 0]);
}

/// Types of which a column may be unique, and others.
const KEYS: &str = "
    smallint; integer; bigint; numeric; numeric(10,2); real; double precision; money; oid; text;
    varchar; varchar(10); char(10); bpchar; name; \"char\"; uuid; bytea; boolean; date; timestamp;
    timestamptz(3); time; timetz; interval; bit(3); bit varying; inet; cidr; macaddr; macaddr8;
    jsonb; json; xml; int4range; int8range; integer[]; bigint[]; text[]; varchar[]; json[]; regclass;
    regtype; pg_lsn; tsvector; tsquery; xid8; xid; tid; oidvector; int2vector; point; refcursor";

#[test]
fn postgres_takes_the_foreign_keys_that_are_said_to_compare() {
    let database = postgres::Database::create();
    let session = database.session();
    let mut certain = 0;
    let mut wrong = Vec::new();
    for to in list(KEYS) {
        session.run("DROP TABLE IF EXISTS u");
        let can_be_key = session
            .try_run(&format!("CREATE TABLE u (a {to} UNIQUE)"))
            .is_ok();
        for from in list(KEYS) {
            let create = format!("BEGIN; CREATE TABLE t (a {from} REFERENCES u (a))");
            let accepted = can_be_key && session.try_run(&create).is_ok();
            session.run("ROLLBACK");
            let [a, b] = [from, to].map(|text| read(text, Dialect::Postgres));
            let ours = types::comparable(&a, &b, Dialect::Postgres);
            certain += usize::from(ours.is_some());
            // What cannot be a key need not be known, and this depends on the server's version.
            let depends = from == "\"char\"" && ["text", "varchar", "varchar(10)"].contains(&to);
            if can_be_key && ours != (!depends).then_some(accepted) {
                wrong.push(format!("{from} references {to}: {accepted}, not {ours:?}"));
            }
        }
    }
    assert_eq!(wrong, [""; 0]);
    assert!(certain > 2000, "{certain}");
}

/// Types whose columns may become one another, and some that only may become others of another list.
const CHANGED: &[&str] = &[
    "text; varchar; varchar(10); varchar(20); char(10); char(20); bpchar; citext; name; \"char\";
        integer; xml; json; timestamp",
    "smallint; integer; bigint; oid; regclass; regtype; regproc; regprocedure; real;
        double precision; numeric; text",
    "numeric; numeric(10); numeric(12); numeric(10,2); numeric(12,2); numeric(12,3); numeric(9,2)",
    "bit(3); bit(5); \"bit\"; bit varying; bit varying(3); bit varying(5)",
    "inet; cidr; text; json; jsonb; uuid; boolean; macaddr; macaddr8; date",
    "date; timestamp; timestamp(3); timestamp(6); timestamp(0); timestamptz; timestamptz(3);
        timestamptz(6); time; time(3); time(6); timetz; timetz(3); timetz(6); interval",
    "interval; interval(3); interval(6); interval year; interval year to month; interval day;
        interval day to hour; interval day to second; interval day to second(3);
        interval second(2); interval second; interval minute; interval hour to minute",
    "text[]; varchar[]; varchar(10)[]; varchar(20)[]; citext[]",
    "integer[]; bigint[]; oid[]; numeric[]; numeric(10,2)[]; numeric(12,2)[]",
    "timestamp[]; timestamp(3)[]; timestamp(6)[]; inet[]; cidr[]; interval[]; interval(3)[]",
];

/// Where the table and its index are stored, and how often the table was read in this transaction.
const STATE: &str = "SELECT pg_relation_filenode('t'), pg_relation_filenode(to_regclass('i')), \
    (SELECT coalesce(seq_scan, 0) FROM pg_stat_xact_all_tables WHERE relid = 't'::regclass)";

#[test]
fn postgres_rewrites_what_is_said_to_be_rewritten() {
    let database = postgres::Database::create();
    database.run("CREATE EXTENSION citext");
    let session = database.session();
    session.run("SET TimeZone = 'Europe/Vienna'");
    let mut changes = 0;
    let mut wrong = Vec::new();
    for (from, to) in CHANGED.iter().flat_map(|types| pairs(types)) {
        session.run(&format!("BEGIN; CREATE TABLE t (a {from}); SAVEPOINT s"));
        if session.try_run("CREATE INDEX i ON t (a)").is_err() {
            session.run("ROLLBACK TO s");
        }
        let before = session.rows(STATE).remove(0);
        let alter = format!("ALTER TABLE t ALTER COLUMN a TYPE {to}");
        if session.try_run(&alter).is_err() {
            session.run("ROLLBACK");
            continue;
        }
        let after = session.rows(STATE).remove(0);
        session.run("ROLLBACK");
        changes += 1;
        let [written, rebuilt, scanned] = [0, 1, 2].map(|index| before[index] != after[index]);
        let [a, b] = [from, to].map(|text| read(text, Dialect::Postgres));
        let ours = types::rewrite(&a, &b, Dialect::Postgres);
        let right = match ours {
            Rewrite::Nothing { rebuilds_indexes } if before[1] != "NULL" => {
                !written && rebuilt == rebuilds_indexes && scanned == rebuilt
            }
            Rewrite::Nothing { .. } => !written && !scanned,
            Rewrite::Rewrite => written,
            Rewrite::Unknown => false,
        };
        if !right {
            wrong.push(format!(
                "{from} to {to}: written {written}, rebuilt {rebuilt}, scanned {scanned}, not {ours:?}"
            ));
        }
    }
    assert_eq!(wrong, [""; 0]);
    assert!(changes > 500, "{changes}");
}

#[test]
fn postgres_changes_the_types_that_are_said_to_be_assigned() {
    let database = postgres::Database::create();
    let session = database.session();
    let (mut certain, mut wrong) = (0, Vec::new());
    for (from, to) in pairs(KEYS) {
        if session
            .try_run(&format!("BEGIN; CREATE TABLE t (a {from})"))
            .is_ok()
        {
            let alter = format!("ALTER TABLE t ALTER COLUMN a TYPE {to}");
            let accepted = session.try_run(&alter).is_ok();
            let [a, b] = [from, to].map(|text| read(text, Dialect::Postgres));
            let ours = types::assigned(&a, &b, Dialect::Postgres);
            certain += usize::from(ours.is_some());
            if ours.is_some_and(|ours| ours != accepted) {
                wrong.push(format!("{from} to {to}: {accepted}, not {ours:?}"));
            }
        }
        session.run("ROLLBACK");
    }
    assert_eq!(wrong, [""; 0]);
    assert!(certain > 500, "{certain}");
}

#[test]
fn a_check_on_a_column_of_another_type_is_looked_at_again() {
    let database = postgres::Database::create();
    let session = database.session();
    session.run("BEGIN; CREATE TABLE t (a varchar(10) CHECK (a <> ''))");
    let before = session.rows(STATE).remove(0);
    session.run("ALTER TABLE t ALTER COLUMN a TYPE varchar(20)");
    let after = session.rows(STATE).remove(0);
    assert_eq!(before[0], after[0]);
    assert_ne!(before[2], after[2]);
}

const OF_MYSQL: &str = "
    int; int(11); integer unsigned; int4 signed; int zerofill; int(5) zerofill; tinyint;
    tinyint(1); tinyint(4); tinyint(1) unsigned; int1; bool; boolean; smallint; int2; mediumint;
    middleint; int3; bigint; int8; bigint(20) unsigned; serial; dec; fixed(5); numeric(8,2) unsigned;
    decimal; decimal(3) zerofill; double; double precision; real; float; float4; float8; float(24);
    float(25); float(7,4); double(7,4) unsigned; char; char(3); nchar(3); national varchar(3);
    character varying(3); nvarchar(3); national char varying(3); char(3) byte; binary; binary(3);
    varbinary(3); varchar(3) character set binary; char(3) charset latin1; long; long varchar;
    long varbinary; text; text(10); text(63); text(64); text(64) character set latin1; text(16383);
    text(16384); text(5000000); tinytext; mediumtext; longtext; blob; blob(255); blob(256);
    blob(70000); longblob; enum('a', \"it's\", 'b''c '); set('a','b') character set latin1; year;
    year(4); date; time; time(0); time(3); datetime; datetime(6); timestamp(6); bit; bit(8);
    geometry; point; geometrycollection";

#[test]
fn the_name_of_a_type_is_the_one_that_mysql_shows() {
    let database = mysql::Database::create();
    database.run("ALTER DATABASE CHARACTER SET utf8mb4");
    let mut wrong = Vec::new();
    for text in list(OF_MYSQL) {
        database.run(&format!("CREATE TABLE t (a {text})"));
        let shown = database.value(
            "SELECT column_type FROM information_schema.columns \
             WHERE table_schema = DATABASE() AND table_name = 't'",
        );
        let (ours, theirs) = (read(text, Dialect::Mysql), read(&shown, Dialect::Mysql));
        // MariaDB shows widths that say nothing.
        let literally = is_mariadb(&database) || ours.to_string() == shown;
        if ours != theirs || !literally {
            wrong.push(format!("{text}: {shown} ({theirs}), not {ours}"));
        }
        database.run("DROP TABLE t");
    }
    assert_eq!(wrong, [""; 0]);
}

fn is_mariadb(database: &mysql::Database) -> bool {
    database.value("SELECT VERSION()").contains("MariaDB")
}

const KEYS_OF_MYSQL: &str = "
    tinyint; tinyint(1); smallint; mediumint; int; int(5); int unsigned; int zerofill; bigint;
    bigint unsigned; decimal(10,2); decimal(5); float; double; char(3); varchar(10); varchar(20);
    binary(3); varbinary(10); date; time; datetime; timestamp; year; bit; enum('a'); set('a')";

#[test]
fn mysql_takes_the_foreign_keys_that_are_said_to_compare() {
    let database = mysql::Database::create();
    let session = database.session();
    let mut wrong = Vec::new();
    for to in list(KEYS_OF_MYSQL) {
        session.run(&format!("CREATE TABLE u (a {to} NOT NULL PRIMARY KEY)"));
        for from in list(KEYS_OF_MYSQL) {
            let create =
                format!("CREATE TABLE t (a {from} NOT NULL, FOREIGN KEY (a) REFERENCES u (a))");
            let accepted = session.try_rows(&create).is_ok();
            session.run("DROP TABLE IF EXISTS t");
            let [a, b] = [from, to].map(|text| read(text, Dialect::Mysql));
            let ours = types::comparable(&a, &b, Dialect::Mysql);
            if ours.is_some_and(|ours| ours != accepted) {
                wrong.push(format!("{from} references {to}: {accepted}, not {ours:?}"));
            }
        }
        session.run("DROP TABLE u");
    }
    assert_eq!(wrong, [""; 0]);
}

const CHANGED_OF_MYSQL: &str = "
    varchar(10); varchar(20); varchar(63); varchar(64); varchar(255); varchar(256); varchar(300);
    varbinary(10); varbinary(255); varbinary(256); varbinary(300); char(10); int; int(5); bigint;
    tinyint; tinyint(1); enum('a'); enum('a','b'); enum('b','a'); enum('a,b'); set('a'); set('a','b');
    set('a','b','c','d','e','f','g','h'); set('a','b','c','d','e','f','g','h','i'); text; mediumtext;
    datetime; datetime(3); decimal(5,2); decimal(6,2)";

#[test]
fn mysql_copies_the_tables_of_which_that_is_said() {
    let database = mysql::Database::create();
    let session = database.session();
    session.run("ALTER DATABASE CHARACTER SET utf8mb4");
    let mut without = 0;
    let mut wrong = Vec::new();
    for (from, to) in pairs(CHANGED_OF_MYSQL) {
        session.run(&format!("CREATE TABLE t (a {from})"));
        let alter = format!("ALTER TABLE t MODIFY a {to}, ALGORITHM = INPLACE, LOCK = NONE");
        let in_place = session.try_rows(&alter).is_ok();
        session.run("DROP TABLE t");
        let [a, b] = [from, to].map(|text| read(text, Dialect::Mysql));
        let ours = types::rewrite(&a, &b, Dialect::Mysql);
        without += usize::from(matches!(ours, Rewrite::Nothing { .. }));
        let right = match ours {
            Rewrite::Nothing { rebuilds_indexes } => in_place && !rebuilds_indexes,
            // MariaDB copies less than MySQL does.
            Rewrite::Rewrite => !in_place || is_mariadb(&database),
            Rewrite::Unknown => true,
        };
        if !right {
            wrong.push(format!("{from} to {to}: in place {in_place}, not {ours:?}"));
        }
    }
    assert_eq!(wrong, [""; 0]);
    assert!(without > 40, "{without}");
}

#[test]
fn sqlite_stores_what_the_affinity_says() {
    let cases = [
        "int; TINYINT; unsigned big int; floating point; charint(3)",
        "varchar ( 10 ); native character(70); clob; text; datetext",
        "blob; \"my blob\"",
        "real; double precision; float; doub",
        "numeric; decimal(10, 2); boolean; date; string; any",
    ];
    let database = sqlite::Database::create();
    for text in cases.iter().flat_map(|types| list(types)) {
        database.run(&format!("CREATE TABLE t (a {text})"));
        let shown = database.value("SELECT type FROM pragma_table_info('t')");
        let ours = read(text, Dialect::Sqlite);
        assert_eq!(ours, read(&shown, Dialect::Sqlite), "{text}");
        database.run("INSERT INTO t VALUES ('1'), (1), (0.5), (x'00')");
        let stored = database.column("SELECT typeof(a) FROM t ORDER BY rowid");
        let expected = match types::affinity(&ours) {
            // The two differ in casts only.
            Affinity::Integer | Affinity::Numeric => ["integer", "integer", "real", "blob"],
            Affinity::Text => ["text", "text", "text", "blob"],
            Affinity::Blob => ["text", "integer", "real", "blob"],
            Affinity::Real => ["real", "real", "real", "blob"],
        };
        assert_eq!(stored, expected, "{text}");
        database.run("DROP TABLE t");
    }
}
