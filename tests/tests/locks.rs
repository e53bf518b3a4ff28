//! What statements lock and write on a real PostgreSQL, and what is said of them without one.
//!
//! Each statement of `fixtures/locks/postgres.sql` runs in a transaction of its own. Then `pg_locks` has
//! the locks on tables, views and sequences (not on indexes, of which little is said), a new
//! relfilenode shows what was written again, and the number of sequential scans what was read.
//! What runs in no transaction is made to wait for a lock, and the lock that it waits for is compared.

use migrate_core::catalog::{Applied, Catalog, Key, Kind, Site, apply};
use migrate_core::ddl::{self, Statement};
use migrate_core::dialect::Dialect;
use migrate_core::locks::{Lock, LockMode, Scene, Server, Touches, Work, touches};
use migrate_core::split::split;
use migrate_tests::postgres::{Database, Server as RealServer, Session};
use migrate_tests::wait_until;
use std::collections::BTreeMap;
use std::thread;

const STATEMENTS: &str = include_str!("../fixtures/locks/postgres.sql");

/// A statement that is looked at.
struct Case<'a> {
    /// It runs in no transaction.
    alone: bool,
    /// It may lock more than is foretold, and that is said.
    more: bool,
    /// From which major version on there is such a statement.
    from: u16,
    /// What is done before it.
    setup: &'a str,
    /// It.
    statement: &'a str,
}

impl<'a> Case<'a> {
    fn read(line: &'a str) -> Case<'a> {
        let (flags, rest) = match line.strip_prefix('[').and_then(|it| it.split_once("] ")) {
            Some((flags, rest)) => (flags, rest),
            None => ("", line),
        };
        let (setup, statement) = rest.split_once(" => ").unwrap_or(("", rest));
        let from = flags.split(' ').find_map(|flag| flag.strip_suffix('-'));
        Case {
            alone: flags.contains("alone"),
            more: flags.contains("more"),
            from: from.map_or(0, |major| major.parse().expect("a major version")),
            setup,
            statement,
        }
    }
}

/// The relations of a schema: name by object id, and where each is stored.
type Stored = BTreeMap<String, (String, String)>;

/// A relation's name, as keys are shown: without the schema `public`.
const NAME: &str =
    "CASE n.nspname WHEN 'public' THEN c.relname ELSE n.nspname || '.' || c.relname END";

/// Which relations are compared.
const RELATIONS: &str = "pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace \
    AND n.nspname !~ '^(pg_|information_schema)' AND c.relkind IN ('r', 'p', 'v', 'm', 'S')";

fn stored(session: &Session) -> Stored {
    let rows = session.rows(&format!(
        "SELECT c.oid, {NAME}, c.relfilenode FROM {RELATIONS}"
    ));
    let entry = |row: Vec<String>| {
        let [oid, name, file] = <[String; 3]>::try_from(row).expect("three columns");
        (oid, (name, file))
    };
    rows.into_iter().map(entry).collect()
}

/// What the server has done to the relations that were there before.
struct Seen {
    /// The strongest lock on each, in the words of `pg_locks`.
    locks: BTreeMap<String, String>,
    /// Those that are stored elsewhere.
    written: Vec<String>,
    /// Those that were read from end to end.
    scanned: Vec<String>,
}

/// How often each table was read from end to end.
const SCANS: &str = "SELECT c.oid, pg_stat_get_xact_numscans(c.oid) FROM pg_class c \
    WHERE c.relkind IN ('r', 'm') AND pg_stat_get_xact_numscans(c.oid) > 0";

const STRENGTH: [&str; 8] = [
    "AccessShareLock",
    "RowShareLock",
    "RowExclusiveLock",
    "ShareUpdateExclusiveLock",
    "ShareLock",
    "ShareRowExclusiveLock",
    "ExclusiveLock",
    "AccessExclusiveLock",
];

fn strength(mode: &str) -> usize {
    let found = STRENGTH.iter().position(|it| *it == mode);
    found.unwrap_or_else(|| panic!("{mode} is no lock on a relation"))
}

/// A lock that is foretold, in the words of `pg_locks`.
fn in_words_of_the_server(lock: Lock) -> String {
    let words = lock.to_string().to_lowercase();
    let capital = |word: &str| word[..1].to_uppercase() + &word[1..];
    words.split(' ').map(capital).collect::<String>() + "Lock"
}

/// Runs a statement in a transaction that is taken back.
fn in_transaction(session: &Session, statement: &str, before: &Stored) -> Result<Seen, String> {
    session.run("BEGIN");
    // Counted since the session's numbers were last handed in, which is not done within a transaction.
    let earlier = session.rows(SCANS);
    let result = session.try_run(statement);
    if let Err(error) = result {
        session.run("ROLLBACK");
        return Err(error
            .as_db_error()
            .map_or_else(|| error.to_string(), ToString::to_string));
    }
    // First, before these questions leave locks of their own (on the system's catalogs only).
    let held = session.rows(
        "SELECT relation, mode FROM pg_locks WHERE pid = pg_backend_pid() AND locktype = 'relation'",
    );
    let mut locks: BTreeMap<String, String> = BTreeMap::new();
    for row in held {
        let Some((name, _)) = before.get(&row[0]) else {
            continue;
        };
        let strongest = locks.entry(name.clone()).or_insert_with(|| row[1].clone());
        if strength(&row[1]) > strength(strongest) {
            strongest.clone_from(&row[1]);
        }
    }
    let after = stored(session);
    let scanned = session.rows(SCANS).into_iter();
    let scanned = scanned.filter(|row| !earlier.contains(row));
    let seen = Seen {
        locks,
        written: moved(before, &after),
        scanned: scanned
            .filter_map(|row| before.get(&row[0]).map(|(name, _)| name.clone()))
            .collect(),
    };
    session.run("ROLLBACK");
    Ok(seen)
}

/// The relations that are stored elsewhere than before, by their names before.
fn moved(before: &Stored, after: &Stored) -> Vec<String> {
    let moved = before.iter().filter_map(|(oid, (name, file))| {
        let (_, now) = after.get(oid)?;
        (now != file).then(|| name.clone())
    });
    moved.collect()
}

/// Replays statements on a catalog.
fn replay(catalog: &Catalog, sql: &str) -> Catalog {
    let statements = split(sql, 0..sql.len(), Dialect::Postgres).statements;
    let mut catalog = catalog.clone();
    for span in statements.iter() {
        let text = &sql[span.range()];
        let applied = apply(
            &catalog,
            &ddl::read(text, Dialect::Postgres),
            Site::default(),
        );
        let faults = applied.faults;
        assert!(faults.is_empty(), "{text}: {faults:?}");
        catalog = applied.catalog;
    }
    catalog
}

/// What is foretold.
fn foretold(catalog: &Catalog, text: &str, major: u16) -> Touches {
    let statement: Statement = ddl::read(text, Dialect::Postgres);
    let applied: Applied = apply(catalog, &statement, Site::default());
    assert!(applied.faults.is_empty(), "{text}: {:?}", applied.faults);
    let scene = Scene {
        statement: &statement,
        text,
        before: catalog,
        applied: &applied,
    };
    touches(&scene, Server::Postgres(major))
}

/// The locks and works that are foretold, but for indexes'.
fn summary(catalog: &Catalog, touches: &Touches) -> BTreeMap<String, (Lock, Work)> {
    let is_index = |key: &Key| {
        let kind = catalog.get(key).map(|object| &object.kind);
        matches!(kind, Some(Kind::Index(_)))
    };
    let summary = touches.summary().into_iter();
    let tables = summary.filter(|(key, _)| !is_index(key));
    tables.map(|(key, it)| (key.to_string(), it)).collect()
}

/// Where what was foretold differs from what was seen.
fn differences(told: &BTreeMap<String, (Lock, Work)>, more: bool, seen: &Seen) -> Vec<String> {
    let mut differences = Vec::new();
    for (name, (lock, _)) in told {
        let told = in_words_of_the_server(*lock);
        match seen.locks.get(name) {
            Some(lock) if *lock == told => {}
            Some(lock) => differences.push(format!("{name} is locked {lock}, not {told}")),
            None => differences.push(format!("{name} is not locked, {told} is foretold")),
        }
    }
    for (name, lock) in &seen.locks {
        if !told.contains_key(name) && !more {
            differences.push(format!("{name} is locked {lock}, which is not foretold"));
        }
    }
    for (name, (_, work)) in told {
        let is_written = seen.written.contains(name);
        let is_scanned = seen.scanned.contains(name);
        let wrong = match work {
            // A copy of the whole file is no scan.
            Work::Rewrite => !is_written,
            // Indexes are built, over nothing.
            Work::Empty => !is_written,
            Work::Scan | Work::Index => is_written || !is_scanned,
            Work::Catalog => is_written || is_scanned,
            Work::Rows => is_written,
            Work::Unknown => false,
        };
        if wrong {
            let seen = format!("written: {is_written}, scanned: {is_scanned}");
            differences.push(format!("{name}: {work} is foretold; {seen}"));
        }
    }
    differences
}

#[test]
fn what_postgresql_locks_is_foretold() {
    let database = Database::create();
    let session = database.session();
    let major = u16::try_from(RealServer::shared().version() / 10_000).expect("a major version");
    let (world, cases) = STATEMENTS
        .split_once("-- The statements")
        .expect("the schema comes first");
    let world = world.to_owned();
    let catalog = replay(&Catalog::new(Dialect::Postgres), &world);
    let lines = cases.lines().skip(1).filter(|line| !line.starts_with("--"));
    let cases: Vec<Case<'_>> = lines
        .map(Case::read)
        .filter(|case| case.from <= major)
        .collect();
    let mut wrong = Vec::new();
    let mut stale = true;
    for case in &cases {
        if stale || !case.setup.is_empty() || case.alone {
            session.run("DROP SCHEMA IF EXISTS s, other CASCADE; DROP SCHEMA public CASCADE; CREATE SCHEMA public");
            session.run(&format!("{world}; {}", case.setup));
        }
        stale = !case.setup.is_empty() || case.alone;
        let catalog = replay(&catalog, case.setup);
        let before = stored(&session);
        let touches = foretold(&catalog, case.statement, major);
        let told = summary(&catalog, &touches);
        let mut found = match case.alone {
            true => alone(&database, case.statement, &before, &told),
            false => match in_transaction(&session, case.statement, &before) {
                Ok(seen) => differences(&told, touches.more.is_some(), &seen),
                Err(error) => vec![error],
            },
        };
        match (touches.more, case.more) {
            (Some(why), false) => found.push(format!("it may lock more: {why}")),
            (None, true) => found.push("it is not said that it may lock more".to_owned()),
            _ => {}
        }
        if !found.is_empty() {
            let found = found.join("\n    ");
            wrong.push(format!("{} => {}\n    {found}", case.setup, case.statement));
        }
    }
    assert!(cases.len() > 150, "{} statements", cases.len());
    let (count, all) = (wrong.len(), cases.len());
    assert!(
        wrong.is_empty(),
        "{count} of {all} on PostgreSQL {major}:\n{}",
        wrong.join("\n")
    );
}

/// Runs what runs in no transaction, while another session holds what is in the way of the locks that are
/// foretold: the first lock that it waits for is to be one of them.
fn alone(
    database: &Database,
    statement: &str,
    before: &Stored,
    told: &BTreeMap<String, (Lock, Work)>,
) -> Vec<String> {
    let (other, watch, session) = (database.session(), database.session(), database.session());
    let pid = session.rows("SELECT pg_backend_pid()")[0][0].clone();
    other.run("BEGIN");
    for (name, (lock, _)) in told {
        // What lets those pass that ask for less.
        let mode = match *lock == LockMode::AccessExclusive.into() {
            true => LockMode::AccessShare,
            false => LockMode::ShareUpdateExclusive,
        };
        other.run(&format!("LOCK TABLE {name} IN {} MODE", mode.as_str()));
    }
    let text = statement.to_owned();
    let run = thread::spawn(move || session.try_run(&text).map(drop));
    let waits = format!(
        "SELECT relation, mode FROM pg_locks WHERE pid = {pid} AND locktype = 'relation' AND NOT granted"
    );
    let mut waiting = Vec::new();
    wait_until("it waits, or has ended", || {
        waiting = watch.rows(&waits);
        !waiting.is_empty() || run.is_finished()
    });
    other.run("ROLLBACK");
    let ended = run.join().expect("it ended");
    let mut differences: Vec<String> = ended.err().map(|it| it.to_string()).into_iter().collect();
    for row in &waiting {
        let Some((name, _)) = before.get(&row[0]) else {
            continue;
        };
        let told = told
            .get(name)
            .map(|(lock, _)| in_words_of_the_server(*lock));
        if told.as_deref() != Some(&row[1]) {
            differences.push(format!(
                "it waits for {} on {name}, {told:?} is foretold",
                row[1]
            ));
        }
    }
    if waiting.is_empty() {
        differences.push("it waits for nothing".to_owned());
    }
    let moved = moved(before, &stored(&watch));
    for (name, (_, work)) in told {
        if moved.contains(name) != (*work == Work::Rewrite) {
            differences.push(format!("{name}: {work} is foretold"));
        }
    }
    differences
}
