//! What queries and expressions refer to: the model and a real server read the same statements over the same schema.
//! Where the model finds a fault the server has to find it, too; what the server finds of its kind
//! and the model does not is counted.

use migrate_core::catalog::{Catalog, Fault, FaultKind, Site, apply};
use migrate_core::ddl;
use migrate_core::dialect::Dialect;
use migrate_core::split::split;
use migrate_tests::database::Database;
use migrate_tests::{postgres, sqlite, workspace};
use std::fs;

fn statements(name: &str, dialect: Dialect) -> Vec<String> {
    let path = workspace().join("tests/fixtures/queries").join(name);
    let text = fs::read_to_string(path).expect("the fixture can be read");
    let split = split(&text, 0..text.len(), dialect);
    let spans = split.statements.iter();
    spans.map(|span| text[span.range()].to_owned()).collect()
}

/// The schema that the statements of a fixture make.
fn model(schema: &[String], dialect: Dialect) -> Catalog {
    schema.iter().fold(Catalog::new(dialect), |catalog, sql| {
        let applied = apply(&catalog, &ddl::read(sql, dialect), Site::default());
        assert_eq!(applied.faults, [], "{sql}");
        applied.catalog
    })
}

fn faults(catalog: &Catalog, sql: &str) -> Vec<Fault> {
    let statement = ddl::read(sql, catalog.dialect());
    apply(catalog, &statement, Site::default()).faults
}

/// Compares what the model finds with what a server says (`None`: it takes the statement). `is_of_kind` tells
/// whether that is what the model should find. Returns what it has not found.
fn compare(
    catalog: &Catalog,
    queries: &[String],
    mut ask: impl FnMut(&str) -> Option<String>,
    is_same: impl Fn(&FaultKind, &str) -> bool,
    is_of_kind: impl Fn(&str) -> bool,
) -> Vec<String> {
    let (mut wrong, mut unseen, mut seen) = (Vec::new(), Vec::new(), 0);
    for sql in queries {
        let faults = faults(catalog, sql);
        let said = ask(sql);
        match (&faults[..], &said) {
            ([], Some(said)) if is_of_kind(said) => unseen.push(sql.clone()),
            ([], _) => {}
            ([first, ..], Some(said)) if is_same(&first.kind, said) => seen += 1,
            (faults, said) => wrong.push(format!("{sql}\n  model: {faults:?}\n  server: {said:?}")),
        }
    }
    let all = seen + unseen.len();
    println!(
        "{} statements; of {all} faults the model finds {seen}",
        queries.len()
    );
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    unseen
}

#[test]
fn postgres_finds_what_the_model_finds() {
    let schema = statements("postgres.schema.sql", Dialect::Postgres);
    let catalog = model(&schema, Dialect::Postgres);
    let database = postgres::Database::create();
    database.run(&schema.join(";\n"));
    let session = database.session();
    let ask = |sql: &str| {
        session.run("BEGIN");
        let answer = session.try_run(sql).err();
        session.run("ROLLBACK");
        answer.map(|error| match error.code() {
            Some(code) => format!("{} {error:?}", code.code()),
            None => panic!("{sql}: {error}"),
        })
    };
    // https://www.postgresql.org/docs/current/errcodes-appendix.html
    let is_same = |fault: &FaultKind, said: &str| {
        let codes: &[&str] = match fault {
            FaultKind::Missing { .. } => &["42703", "42P01", "42883", "42704", "3F000"],
            FaultKind::NotInQuery { .. } => &["42P01"],
            FaultKind::ViewColumn { .. } => &["42P16"],
            FaultKind::InUse { .. } => &["2BP01", "0A000"],
            FaultKind::Unfit { .. } => &["23502", "428C9", "42P10", "42702"],
            FaultKind::Count { .. } => &["42601"],
            _ => &[],
        };
        codes.iter().any(|code| said.starts_with(code))
    };
    let is_of_kind = |said: &str| {
        let codes = ["42703", "42P01", "428C9", "42P10", "42702"];
        codes.iter().any(|code| said.starts_with(code))
    };
    let queries = statements("postgres.sql", Dialect::Postgres);
    let unseen = compare(&catalog, &queries, ask, is_same, is_of_kind);
    // What makes expressions unique is not looked for, nor whether a column is that of `OLD` or of `NEW`.
    let passed_over = [
        "INSERT INTO users AS u (email) VALUES ('a') ON CONFLICT ((lower(email))) DO NOTHING",
        "CREATE TRIGGER t BEFORE INSERT ON users FOR EACH ROW WHEN (email LIKE '%@%') EXECUTE FUNCTION touch()",
        "INSERT INTO users (email) VALUES ('a') ON CONFLICT (lower(name)) DO NOTHING",
    ];
    assert_eq!(unseen, passed_over);
}

#[test]
fn sqlite_finds_what_the_model_finds() {
    let schema = statements("sqlite.schema.sql", Dialect::Sqlite);
    let catalog = model(&schema, Dialect::Sqlite);
    let database = sqlite::Database::create();
    database.run(&schema.join(";\n"));
    let connection = database.connect();
    let ask = |sql: &str| {
        connection
            .execute_batch("BEGIN")
            .expect("a transaction begins");
        let answer = connection.execute_batch(sql).err();
        connection.execute_batch("ROLLBACK").expect("it ends");
        answer.map(|error| error.to_string())
    };
    let is_missing = |said: &str| said.contains("no such ") || said.contains("has no column");
    let is_same = |fault: &FaultKind, said: &str| match fault {
        FaultKind::Missing { .. } | FaultKind::NotInQuery { .. } => {
            is_missing(said) || said.contains("both tables")
        }
        FaultKind::InUse { .. } => said.contains("error in view"),
        _ => false,
    };
    let queries = statements("sqlite.sql", Dialect::Sqlite);
    let unseen = compare(&catalog, &queries, ask, is_same, is_missing);
    // Whether views have it is SQLite's SQLITE_ALLOW_ROWID_IN_VIEW, which it may be built with.
    assert_eq!(unseen, ["SELECT rowid FROM active"]);
}
