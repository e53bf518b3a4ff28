//! In which way MariaDB changes a table, and what is said of it without a server: for each statement of
//! `fixtures/locks/mysql.sql` the first `ALGORITHM` and the weakest `LOCK` that the server accepts.

use migrate_core::catalog::{Catalog, Site, apply};
use migrate_core::ddl;
use migrate_core::dialect::Dialect;
use migrate_core::locks::{Algorithm, Lock, Online, OnlineLock, Scene, Server, Touches, touches};
use migrate_core::split::split;
use migrate_tests::mysql::{Database, Session};

const STATEMENTS: &str = include_str!("../fixtures/locks/mysql.sql");

const ALGORITHMS: [Algorithm; 4] = [
    Algorithm::Instant,
    Algorithm::Nocopy,
    Algorithm::Inplace,
    Algorithm::Copy,
];

/// Makes a table anew; `people` is what one of the statements renames another to.
fn refresh(session: &Session, tables: &str, name: &str) {
    session.run("SET foreign_key_checks = 0");
    session.run(&format!("DROP TABLE IF EXISTS {name}, people"));
    let create = format!("CREATE TABLE {name} ");
    for statement in tables.lines().filter(|line| line.starts_with(&create)) {
        session.run(statement);
    }
    session.run("SET foreign_key_checks = 1");
}

/// The first algorithm and the weakest lock that the server accepts, or what it says in the end.
fn accepted(session: &Session, statement: &str) -> Result<Online, String> {
    let mut last = String::new();
    for algorithm in ALGORITHMS {
        for lock in [OnlineLock::None, OnlineLock::Shared, OnlineLock::Exclusive] {
            let (asked, held) = (algorithm.as_str(), lock.as_str());
            let text = format!("{statement}, ALGORITHM={asked}, {held}");
            match session.try_rows(&text) {
                Ok(_) => {
                    let algorithm = Some(algorithm);
                    return Ok(Online { lock, algorithm });
                }
                Err(error) => last = error.to_string(),
            }
        }
    }
    Err(last)
}

fn foretold(tables: &str, statement: &str, server: Server) -> Touches {
    let mut catalog = Catalog::new(Dialect::Mysql);
    let read = |text: &str| ddl::read(text, Dialect::Mysql);
    for span in split(tables, 0..tables.len(), Dialect::Mysql)
        .statements
        .iter()
    {
        let text = &tables[span.range()];
        catalog = apply(&catalog, &read(text), Site::default()).catalog;
    }
    let it = read(statement);
    let applied = apply(&catalog, &it, Site::default());
    let scene = Scene {
        statement: &it,
        text: statement,
        before: &catalog,
        applied: &applied,
    };
    touches(&scene, server)
}

#[test]
fn how_mariadb_changes_tables_is_foretold() {
    let database = Database::create();
    let session = database.session();
    let version = session.rows("SELECT VERSION()")[0][0].clone();
    if !version.contains("MariaDB") {
        // MySQL says of a column that is added at once the same as of one that is not.
        return;
    }
    let mut numbers = version.split('.').map(|it| it.parse().unwrap_or_default());
    let server = Server::Mariadb(
        numbers.next().unwrap_or_default(),
        numbers.next().unwrap_or_default(),
    );
    let (tables, statements) = STATEMENTS
        .split_once("-- The statements.")
        .expect("the tables come first");
    let mut wrong = Vec::new();
    let mut count = 0;
    for statement in tables.lines().filter(|line| line.starts_with("CREATE")) {
        session.run(statement);
    }
    for statement in statements.lines().filter(|line| !line.is_empty()) {
        count += 1;
        let told = foretold(tables, statement, server).list[0].lock;
        match accepted(&session, statement) {
            Ok(online) if told == Lock::Mysql(online) => {}
            Ok(online) => wrong.push(format!("{statement}\n    {told}; {}", Lock::Mysql(online))),
            Err(error) => wrong.push(format!("{statement}\n    {error}")),
        }
        // What was refused has changed nothing.
        let table = statement.split(' ').nth(2).unwrap_or_default();
        refresh(&session, tables, table);
    }
    assert!(count > 50, "{count} statements");
    assert!(
        wrong.is_empty(),
        "{} of {count} on {version}:\n{}",
        wrong.len(),
        wrong.join("\n")
    );
}
