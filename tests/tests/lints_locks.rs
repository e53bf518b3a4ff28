//! The rules about what PostgreSQL locks, reads and writes, on a real server: their bad examples do
//! there what the rules say, and their good ones do not.

use migrate_core::dialect::Dialect;
use migrate_core::lint::{Example, RULES, Rule};
use migrate_core::split::split;
use migrate_tests::postgres::{Database, Session};
use migrate_tests::{sqlite, wait_until};
use std::thread;

fn rule(code: &str) -> &'static Rule {
    let rule = RULES.iter().find(|rule| rule.code == code);
    rule.unwrap_or_else(|| panic!("there is no rule `{code}`"))
}

fn statements(sql: &str) -> Vec<&str> {
    let statements = split(sql, 0..sql.len(), Dialect::Postgres).statements;
    statements.iter().map(|span| &sql[span.range()]).collect()
}

/// What a migration has done to a table.
#[derive(Debug, PartialEq)]
struct Seen {
    /// The strongest lock that it held before its last statement.
    before_last: &'static str,
    /// The strongest lock that it holds at its end.
    lock: &'static str,
    /// Whether all rows were read, from the table itself.
    scanned: bool,
    /// How often they were written anew.
    rewrites: usize,
}

/// The locks of `pg_locks`, from the weakest on.
const LOCKS: [&str; 9] = [
    "none",
    "AccessShareLock",
    "RowShareLock",
    "RowExclusiveLock",
    "ShareUpdateExclusiveLock",
    "ShareLock",
    "ShareRowExclusiveLock",
    "ExclusiveLock",
    "AccessExclusiveLock",
];

const NONE: &str = LOCKS[0];
const ACCESS_SHARE: &str = LOCKS[1];
const SHARE_UPDATE_EXCLUSIVE: &str = LOCKS[4];
const SHARE_ROW_EXCLUSIVE: &str = LOCKS[6];
const EXCLUSIVE: &str = LOCKS[7];
const ACCESS_EXCLUSIVE: &str = LOCKS[8];

fn lock_on(session: &Session, table: &str) -> &'static str {
    let held = session.rows(&format!(
        "SELECT mode FROM pg_locks WHERE pid = pg_backend_pid() AND relation = to_regclass('{table}')"
    ));
    let strength = |row: &Vec<String>| LOCKS.iter().position(|lock| *lock == row[0]);
    LOCKS[held.iter().filter_map(strength).max().unwrap_or(0)]
}

fn number(session: &Session, query: &str) -> usize {
    let rows = session.rows(query);
    rows.first()
        .map_or(0, |row| row[0].parse().expect("a number"))
}

/// Runs an example in a transaction, with rows in its tables.
fn see(example: &Example, rows: &str, table: &str) -> Seen {
    let database = Database::create();
    let session = database.session();
    session.run(&format!("{}\n{rows}", example.before));
    // What was read before is handed in at the end of a transaction.
    let file = format!("SELECT relfilenode FROM pg_class WHERE oid = to_regclass('{table}')");
    let scans = format!("SELECT pg_stat_get_xact_numscans(to_regclass('{table}'))");
    session.run("BEGIN");
    let earlier = number(&session, &scans);
    let mut files = vec![number(&session, &file)];
    let mut before_last = NONE;
    for statement in statements(example.migration) {
        before_last = lock_on(&session, table);
        session.run(statement);
        files.push(number(&session, &file));
    }
    files.dedup();
    Seen {
        before_last,
        lock: lock_on(&session, table),
        scanned: number(&session, &scans) > earlier,
        rewrites: files.len() - 1,
    }
}

/// What a rule says of its examples.
struct Claim {
    rule: &'static str,
    /// What the tables hold.
    rows: &'static str,
    /// The table, or view, that it is about.
    table: &'static str,
    /// What its bad example does to it: the lock before the last statement and at the end, whether
    /// it is read, and how often it is written anew.
    bad: (&'static str, &'static str, bool, usize),
    /// The same of the good one, unless it has no such table.
    good: Option<(&'static str, &'static str, bool, usize)>,
}

const CLAIMS: &[Claim] = &[
    Claim {
        rule: "alter-table-split",
        rows: "INSERT INTO orders VALUES (1, 1, 1)",
        table: "orders",
        bad: (ACCESS_EXCLUSIVE, ACCESS_EXCLUSIVE, true, 2),
        good: Some((NONE, ACCESS_EXCLUSIVE, true, 1)),
    },
    Claim {
        rule: "check-validated",
        rows: "INSERT INTO orders VALUES (1, 1)",
        table: "orders",
        bad: (NONE, ACCESS_EXCLUSIVE, true, 0),
        good: Some((NONE, ACCESS_EXCLUSIVE, false, 0)),
    },
    Claim {
        rule: "default-volatile",
        rows: "INSERT INTO users VALUES (1)",
        table: "users",
        bad: (NONE, ACCESS_EXCLUSIVE, true, 1),
        good: Some((NONE, ACCESS_EXCLUSIVE, false, 0)),
    },
    Claim {
        rule: "exclusion-added",
        rows: "INSERT INTO bookings VALUES (1, '[2026-01-01, 2026-01-02)')",
        table: "bookings",
        bad: (NONE, ACCESS_EXCLUSIVE, true, 0),
        good: None,
    },
    Claim {
        rule: "foreign-key-validated",
        rows: "INSERT INTO customers VALUES (1); INSERT INTO orders VALUES (1, 1)",
        table: "orders",
        bad: (NONE, SHARE_ROW_EXCLUSIVE, true, 0),
        good: Some((NONE, SHARE_ROW_EXCLUSIVE, false, 0)),
    },
    Claim {
        rule: "foreign-key-validated",
        rows: "INSERT INTO customers VALUES (1); INSERT INTO orders VALUES (1, 1)",
        table: "customers",
        bad: (NONE, SHARE_ROW_EXCLUSIVE, true, 0),
        good: Some((NONE, SHARE_ROW_EXCLUSIVE, false, 0)),
    },
    Claim {
        rule: "identity-added",
        rows: "INSERT INTO events VALUES ('a')",
        table: "events",
        bad: (NONE, ACCESS_EXCLUSIVE, true, 1),
        good: Some((NONE, ACCESS_EXCLUSIVE, false, 0)),
    },
    Claim {
        rule: "lock-held",
        rows: "INSERT INTO orders VALUES (1, 1)",
        table: "orders",
        bad: (ACCESS_EXCLUSIVE, ACCESS_EXCLUSIVE, true, 0),
        good: Some((SHARE_UPDATE_EXCLUSIVE, ACCESS_EXCLUSIVE, true, 0)),
    },
    Claim {
        rule: "logged-changed",
        rows: "INSERT INTO hits VALUES (1)",
        table: "hits",
        bad: (NONE, ACCESS_EXCLUSIVE, true, 1),
        good: None,
    },
    Claim {
        rule: "not-null-set",
        rows: "INSERT INTO users VALUES (1, 'a')",
        table: "users",
        bad: (NONE, ACCESS_EXCLUSIVE, true, 0),
        good: Some((ACCESS_EXCLUSIVE, ACCESS_EXCLUSIVE, false, 0)),
    },
    Claim {
        rule: "partition-scanned",
        rows: "INSERT INTO events_2024 VALUES (1, 2024)",
        table: "events_2024",
        bad: (NONE, ACCESS_EXCLUSIVE, true, 0),
        good: Some((NONE, ACCESS_EXCLUSIVE, false, 0)),
    },
    Claim {
        rule: "primary-key-added",
        rows: "INSERT INTO events VALUES (1, 'a')",
        table: "events",
        bad: (NONE, ACCESS_EXCLUSIVE, true, 0),
        good: Some((NONE, ACCESS_EXCLUSIVE, false, 0)),
    },
    Claim {
        rule: "refresh-not-concurrent",
        rows: "INSERT INTO orders VALUES (1, 1)",
        table: "order_counts",
        bad: (NONE, ACCESS_EXCLUSIVE, true, 1),
        good: Some((NONE, EXCLUSIVE, true, 0)),
    },
    Claim {
        rule: "several-tables-locked",
        rows: "",
        table: "customers",
        bad: (ACCESS_EXCLUSIVE, ACCESS_EXCLUSIVE, false, 0),
        good: Some((NONE, ACCESS_EXCLUSIVE, false, 0)),
    },
    Claim {
        rule: "stored-column-added",
        rows: "INSERT INTO items VALUES (1, 1, 1)",
        table: "items",
        bad: (NONE, ACCESS_EXCLUSIVE, true, 1),
        good: Some((NONE, ACCESS_SHARE, false, 0)),
    },
    Claim {
        rule: "type-rewritten",
        rows: "INSERT INTO orders VALUES (1, 1)",
        table: "orders",
        bad: (NONE, ACCESS_EXCLUSIVE, true, 1),
        good: Some((NONE, ACCESS_EXCLUSIVE, false, 0)),
    },
    Claim {
        rule: "unique-constraint-added",
        rows: "INSERT INTO users VALUES (1, 'a')",
        table: "users",
        bad: (NONE, ACCESS_EXCLUSIVE, true, 0),
        good: Some((NONE, ACCESS_EXCLUSIVE, false, 0)),
    },
    Claim {
        rule: "validated-at-once",
        rows: "INSERT INTO orders VALUES (1, 1)",
        table: "orders",
        bad: (ACCESS_EXCLUSIVE, ACCESS_EXCLUSIVE, true, 0),
        good: Some((NONE, SHARE_UPDATE_EXCLUSIVE, true, 0)),
    },
];

#[test]
fn rows_are_read_and_written_under_the_locks_that_are_said() {
    let mut wrong = Vec::new();
    for claim in CLAIMS {
        let rule = rule(claim.rule);
        let cases = [(&rule.bad, Some(claim.bad)), (&rule.good, claim.good)];
        for (example, expected) in cases {
            let Some((before_last, lock, scanned, rewrites)) = expected else {
                continue;
            };
            let expected = Seen {
                before_last,
                lock,
                scanned,
                rewrites,
            };
            let seen = see(example, claim.rows, claim.table);
            if seen != expected {
                let example = example.migration;
                wrong.push(format!(
                    "{}: {example}\n  {seen:?}\n  {expected:?}",
                    rule.code
                ));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// What runs in no transaction, or whose good example does not: rule, table, and the lock of a program that the
/// bad example waits for.
const ALONE: &[(&str, &str, &str)] = &[
    ("detach-not-concurrent", "events", "ACCESS SHARE"),
    ("index-drop-not-concurrent", "orders", "ACCESS SHARE"),
    ("index-not-concurrent", "orders", "ROW EXCLUSIVE"),
    ("reindex-not-concurrent", "orders", "ROW EXCLUSIVE"),
    ("table-repacked", "orders", "ACCESS SHARE"),
];

/// Whether an example waits for a program that has locked a table so.
fn waits(example: &Example, table: &str, mode: &str) -> bool {
    let database = Database::create();
    let (program, watch, session) = (database.session(), database.session(), database.session());
    session.run(example.before);
    program.run(&format!("BEGIN; LOCK TABLE {table} IN {mode} MODE"));
    let pid = session.rows("SELECT pg_backend_pid()")[0][0].clone();
    let text = example.migration.to_owned();
    let run = thread::spawn(move || session.try_run(&text).map(drop));
    let query = format!("SELECT locktype FROM pg_locks WHERE pid = {pid} AND NOT granted");
    let mut waiting = Vec::new();
    // What works concurrently waits for the program's transaction, which keeps nobody from the table.
    wait_until("it waits, or has ended", || {
        waiting = watch.rows(&query);
        !waiting.is_empty() || run.is_finished()
    });
    program.run("ROLLBACK");
    let ended = run.join().expect("it ended");
    ended.unwrap_or_else(|error| panic!("{error}: {}", example.migration));
    waiting.iter().any(|row| row[0] == "relation")
}

#[test]
fn what_is_not_concurrent_waits_for_programs() {
    for (code, table, mode) in ALONE {
        let rule = rule(code);
        assert!(waits(&rule.bad, table, mode), "{code}: bad");
        assert!(!waits(&rule.good, table, mode), "{code}: good");
    }
}

#[test]
fn a_required_column_fails_on_the_first_row() {
    let rule = rule("column-required");
    for (example, is_refused) in [(&rule.bad, true), (&rule.good, false)] {
        for rows in ["", "INSERT INTO users VALUES (1)"] {
            let database = Database::create();
            let session = database.session();
            session.run(&format!("{}\n{rows}", example.before));
            let result = session.try_run(example.migration);
            assert_eq!(result.is_err(), is_refused && !rows.is_empty(), "{rows}");
        }
    }
}

#[test]
fn a_unique_index_fails_on_rows_that_are_alike() {
    let bad = &rule("index-made-unique").bad;
    for (rows, is_refused) in [
        ("INSERT INTO users (email) VALUES ('a'), ('b')", false),
        ("INSERT INTO users (email) VALUES ('a'), ('a')", true),
    ] {
        let database = sqlite::Database::create();
        let connection = database.connect();
        let set_up = connection.execute_batch(&format!("{}\n{rows}", bad.before));
        set_up.expect("it runs");
        let result = connection.execute_batch(bad.migration);
        assert_eq!(result.is_err(), is_refused, "{rows}: {result:?}");
    }
}

#[test]
fn a_foreign_key_without_an_index_is_searched_for() {
    let rule = rule("foreign-key-unindexed");
    for (example, scans) in [(&rule.bad, 1), (&rule.good, 0)] {
        let database = Database::create();
        let session = database.session();
        session.run(&format!("{}\n{}", example.before, example.migration));
        session.run("INSERT INTO users VALUES ('a'), ('b'); INSERT INTO orders VALUES ('1', 'a')");
        // The planner is right to read a table of one row.
        session.run("SET enable_seqscan = off; BEGIN");
        let count = "SELECT pg_stat_get_xact_numscans('orders'::regclass)";
        let earlier = number(&session, count);
        session.run("DELETE FROM users WHERE id = 'b'");
        assert_eq!(number(&session, count) - earlier, scans);
    }
}
