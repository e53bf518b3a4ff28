//! In which way MySQL and MariaDB change a table, and what is said of it without a server: for each statement of
//! `fixtures/locks/mysql.sql` the first `ALGORITHM` and the weakest `LOCK` that the server accepts, and whether
//! InnoDB has made another table of it then, under a number of its own.

use migrate_core::catalog::{Catalog, Site, apply};
use migrate_core::ddl;
use migrate_core::dialect::Dialect;
use migrate_core::locks::{
    Algorithm, Lock, Online, OnlineLock, Scene, Server, Touches, Work, touches,
};
use migrate_core::split::split;
use migrate_tests::mysql::{Database, Session};

const STATEMENTS: &str = include_str!("../fixtures/locks/mysql.sql");

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

/// The ways that a server knows, the quickest first. MySQL takes `INSTANT` without a `LOCK` only
/// (<https://dev.mysql.com/doc/refman/8.4/en/alter-table.html>), and has no `NOCOPY`.
fn ways(server: Server) -> Vec<(Online, String)> {
    let algorithms: &[Algorithm] = match server {
        Server::Mariadb(..) => &[
            Algorithm::Instant,
            Algorithm::Nocopy,
            Algorithm::Inplace,
            Algorithm::Copy,
        ],
        _ => &[Algorithm::Instant, Algorithm::Inplace, Algorithm::Copy],
    };
    let mut ways = Vec::new();
    for algorithm in algorithms.iter().copied() {
        let asked = format!("ALGORITHM={}", algorithm.as_str());
        let locks = [OnlineLock::None, OnlineLock::Shared, OnlineLock::Exclusive];
        let bare = algorithm == Algorithm::Instant && matches!(server, Server::Mysql(..));
        for lock in locks.into_iter().take(if bare { 1 } else { 3 }) {
            let text = match bare {
                true => asked.clone(),
                false => format!("{asked}, {}", lock.as_str()),
            };
            let algorithm = Some(algorithm);
            ways.push((Online { lock, algorithm }, text));
        }
    }
    ways
}

/// The first way that the server accepts, or what it says to the last one.
fn accepted(session: &Session, statement: &str, server: Server) -> Result<Online, String> {
    let mut last = String::new();
    for (online, asked) in ways(server) {
        match session.try_rows(&format!("{statement}, {asked}")) {
            Ok(_) => return Ok(online),
            Err(error) => last = error.to_string(),
        }
    }
    Err(last)
}

/// InnoDB's numbers of a table, which is another one when it has been written again.
fn numbers(session: &Session, name: &str, server: Server) -> Vec<Vec<String>> {
    let tables = match server {
        Server::Mariadb(..) => "innodb_sys_tables",
        _ => "innodb_tables",
    };
    session.rows(&format!(
        "SELECT table_id FROM information_schema.{tables} \
         WHERE name IN (CONCAT(DATABASE(), '/{name}'), CONCAT(DATABASE(), '/people'))"
    ))
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

/// Whether what is foretold is what was accepted. Of an `INSTANT` MySQL does not let anybody ask what it locks.
fn is_told(told: Lock, accepted: Online, server: Server) -> bool {
    let instant = Some(Algorithm::Instant);
    match told {
        Lock::Mysql(told) if told.algorithm == instant && matches!(server, Server::Mysql(..)) => {
            accepted.algorithm == instant
        }
        told => told == Lock::Mysql(accepted),
    }
}

#[test]
fn how_tables_are_changed_is_foretold() {
    let database = Database::create();
    let session = database.session();
    let version = session.rows("SELECT VERSION()")[0][0].clone();
    let mut parts = version.split('.').map(|it| it.parse().unwrap_or_default());
    let (major, minor) = (
        parts.next().unwrap_or_default(),
        parts.next().unwrap_or_default(),
    );
    let server = match version.contains("MariaDB") {
        true => Server::Mariadb(major, minor),
        false => Server::Mysql(major, minor),
    };
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
        let touches = foretold(tables, statement, server);
        let told = touches.list[0].lock;
        let table = statement.split(' ').nth(2).unwrap_or_default();
        let before = numbers(&session, table, server);
        match accepted(&session, statement, server) {
            Ok(online) if is_told(told, online, server) => {}
            Ok(online) => wrong.push(format!("{statement}\n    {told}; {}", Lock::Mysql(online))),
            Err(error) => wrong.push(format!("{statement}\n    {error}")),
        }
        let is_written = before != numbers(&session, table, server);
        let work = touches.list.iter().map(|touch| touch.work).max();
        if is_written != (work == Some(Work::Rewrite)) {
            wrong.push(format!(
                "{statement}\n    {work:?} is foretold; written: {is_written}"
            ));
        }
        // What was refused has changed nothing.
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
