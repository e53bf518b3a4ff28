//! What is run while faults happen: migrations whose being applied twice, or by half, shows; and
//! what has to hold afterwards.

use migrate_tests::project::{Outcome, Project};
use migrate_tests::wait_until;

/// Migrations, what is done with them, and how what they do is seen.
pub struct Subject {
    pub files: Vec<(&'static str, String)>,
    pub acts: Vec<Act>,
    /// Queries of their effects.
    pub effects: &'static [&'static str],
    /// Counts the locks that a runner may have left.
    pub locks: Option<&'static str>,
}

/// A command, how it ends without faults, and what its user does then.
pub struct Act {
    pub command: &'static [&'static str],
    pub code: i32,
    pub mend: Option<(&'static str, &'static str)>,
}

/// What has to be the same, whatever happened.
#[derive(Debug, PartialEq, Eq)]
pub struct State {
    effects: Vec<Vec<Vec<String>>>,
    history: Vec<Vec<String>>,
    /// What was completed; beginnings and failures may be more than without faults.
    log: Vec<Vec<String>>,
}

/// It would mean the next migration when said twice.
pub const REDO: Act = Act {
    command: &["redo", "1"],
    ..UP
};

const UP: Act = Act {
    command: &["up"],
    code: 0,
    mend: None,
};

impl Subject {
    /// A folder with the migrations.
    pub fn project(&self) -> Project {
        let project = Project::without_database();
        project.write(&self.files);
        project
    }

    /// Does all of it; `run` runs a command, and again where a fault ended it.
    pub fn act(&self, project: &Project, mut run: impl FnMut(&Act) -> Outcome) -> Vec<String> {
        let mut done = Vec::new();
        for act in &self.acts {
            let outcome = run(act).expect(act.code);
            // What is reported as done, without the times, and how the report ends.
            let lines = outcome
                .stdout
                .lines()
                .filter_map(|line| match line.split_once("... ") {
                    Some((what, how)) if how.starts_with("done") => {
                        Some(what.split(" (").next().unwrap_or(what).to_owned())
                    }
                    Some(_) => None,
                    None => Some(line.to_owned()),
                });
            done.extend(lines);
            if let Some(file) = act.mend {
                project.write(&[file]);
            }
        }
        done
    }

    /// What a database is like, of which `rows` are asked.
    pub fn state(&self, rows: impl Fn(&str) -> Vec<Vec<String>>) -> State {
        State {
            effects: self.effects.iter().map(|query| rows(query)).collect(),
            history: rows(
                "SELECT version, name, checksum, fingerprint, state, statements_done, down_sql \
                 FROM _migrations ORDER BY version",
            ),
            log: rows(
                "SELECT version, direction, outcome, checksum, count(*) FROM _migrations_log \
                 WHERE outcome IN ('applied', 'rolled_back') GROUP BY 1, 2, 3, 4 ORDER BY 1, 2, 3",
            ),
        }
    }

    /// No runner holds anything up any more.
    pub fn wait_until_free(&self, rows: impl Fn(&str) -> Vec<Vec<String>>) {
        if let Some(locks) = self.locks {
            wait_until("no lock is left", || rows(locks) == [["0"]]);
        }
    }
}

/// What the server knows of runners: advisory locks in this database.
const POSTGRES_LOCKS: Option<&str> = Some(
    "SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' \
     AND database = (SELECT oid FROM pg_database WHERE datname = current_database())",
);

const POSTGRES_OBJECTS: &str = "SELECT relname, relkind FROM pg_class \
     WHERE relnamespace = 'public'::regnamespace ORDER BY relname";

/// Everything but what is large, on PostgreSQL: transactional, statement by statement with a
/// transaction of its own, concurrent, failing until it is mended, and long.
pub fn postgres_up() -> Subject {
    let files = [
        (
            "migrations/1_account.sql",
            "-- migrate:up\nCREATE TABLE account (name text, balance int);\n\
             INSERT INTO account VALUES ('a', 1), ('b', 2);\n-- migrate:down\nDROP TABLE account;\n",
        ),
        (
            "migrations/2_interest.sql",
            "-- migrate:up\nUPDATE account SET balance = balance + 1;\n\
             INSERT INTO account VALUES ('c', 0);\n",
        ),
        (
            "migrations/3_steps.sql",
            "-- migrate:up\n-- migrate:no-transaction\n\
             SET work_mem = '5MB';\n\
             CREATE TABLE steps (x text);\n\
             INSERT INTO steps VALUES (current_setting('work_mem'));\n\
             UPDATE account SET balance = balance + 10;\n\
             BEGIN;\n\
             INSERT INTO steps VALUES ('own');\n\
             SAVEPOINT s;\n\
             UPDATE account SET balance = balance + 100;\n\
             RELEASE s;\n\
             COMMIT;\n\
             CREATE UNIQUE INDEX CONCURRENTLY steps_x ON steps (x);\n\
             INSERT INTO steps VALUES ('last ' || current_setting('work_mem'));\n\
             VACUUM steps;\n",
        ),
        (
            "migrations/4_index.sql",
            "-- migrate:up\nCREATE INDEX CONCURRENTLY account_name ON account (name);\n\
             DROP INDEX CONCURRENTLY steps_x;\n",
        ),
        (
            "migrations/5_broken.sql",
            "-- migrate:up\nUPDATE account SET balance = balance + 1000;\n\
             INSERT INTO nowhere VALUES (1);\n",
        ),
        (
            "migrations/6_halfway.sql",
            "-- migrate:up\n-- migrate:no-transaction\n\
             INSERT INTO steps VALUES ('half');\nINSERT INTO nowhere VALUES (1);\n\
             INSERT INTO steps VALUES ('whole');\n",
        ),
        (
            "migrations/7_long.sql",
            "-- migrate:up\nUPDATE account SET balance = balance + 10000;\nSELECT pg_sleep(0.2);\n\
             INSERT INTO steps VALUES ('long');\n",
        ),
    ];
    Subject {
        files: files.map(|(name, text)| (name, text.to_owned())).to_vec(),
        acts: vec![
            Act {
                code: 1,
                mend: Some((
                    "migrations/5_broken.sql",
                    "-- migrate:up\nUPDATE account SET balance = balance + 1000;\n",
                )),
                ..UP
            },
            Act {
                code: 1,
                mend: Some((
                    "migrations/6_halfway.sql",
                    "-- migrate:up\n-- migrate:no-transaction\n\
                     INSERT INTO steps VALUES ('half');\nINSERT INTO steps VALUES ('mended');\n\
                     INSERT INTO steps VALUES ('whole');\n",
                )),
                ..UP
            },
            UP,
        ],
        effects: &[
            POSTGRES_OBJECTS,
            "SELECT name, balance FROM account ORDER BY name",
            "SELECT x FROM steps ORDER BY x",
            "SELECT indexrelid::regclass, indisvalid FROM pg_index \
             WHERE indrelid IN ('account'::regclass, 'steps'::regclass)",
        ],
        locks: POSTGRES_LOCKS,
    }
}

/// There and back again, with a table of what went back; in words that mean the same when they are
/// said twice.
pub fn postgres_down() -> Subject {
    let files = [
        (
            "migrations/1_undone.sql",
            "-- migrate:up\nCREATE TABLE undone (x text);\n-- migrate:down\nSELECT 1;\n",
        ),
        (
            "migrations/2_a.sql",
            "-- migrate:up\nCREATE TABLE a (b int);\n\
             -- migrate:down\nDROP TABLE a;\nINSERT INTO undone VALUES ('a');\n",
        ),
        (
            "migrations/3_c.sql",
            "-- migrate:up\nCREATE TABLE c (d int);\nCREATE INDEX c_d ON c (d);\n\
             -- migrate:down\n-- migrate:no-transaction\nINSERT INTO undone VALUES ('c');\n\
             DROP INDEX CONCURRENTLY c_d;\nDROP TABLE c;\n",
        ),
    ];
    Subject {
        files: files.map(|(name, text)| (name, text.to_owned())).to_vec(),
        acts: vec![
            UP,
            Act {
                command: &["down", "--to", "2"],
                ..UP
            },
            Act {
                command: &["down", "--to", "1"],
                ..UP
            },
            UP,
        ],
        effects: &[POSTGRES_OBJECTS, "SELECT x FROM undone ORDER BY x"],
        locks: POSTGRES_LOCKS,
    }
}

/// One that is sent in several messages of one transaction.
pub fn postgres_large() -> Subject {
    let filling = "x".repeat(3 << 20);
    let insert = format!("INSERT INTO large SELECT length('{filling}');\n");
    let large = format!(
        "-- migrate:up\nCREATE TABLE large (x int);\n{}",
        insert.repeat(3)
    );
    Subject {
        files: vec![
            ("migrations/1_large.sql", large),
            (
                "migrations/2_more.sql",
                "-- migrate:up\nINSERT INTO large VALUES (1);\n".to_owned(),
            ),
        ],
        acts: vec![UP],
        effects: &[POSTGRES_OBJECTS, "SELECT x FROM large ORDER BY x"],
        locks: POSTGRES_LOCKS,
    }
}

/// The same kinds on SQLite.
pub fn sqlite_up() -> Subject {
    let files = [
        (
            "migrations/1_account.sql",
            "-- migrate:up\nCREATE TABLE account (name text, balance int);\n\
             INSERT INTO account VALUES ('a', 1), ('b', 2);\n-- migrate:down\nDROP TABLE account;\n",
        ),
        (
            "migrations/2_interest.sql",
            "-- migrate:up\nUPDATE account SET balance = balance + 1;\n\
             INSERT INTO account VALUES ('c', 0);\n",
        ),
        (
            "migrations/3_steps.sql",
            "-- migrate:up\n-- migrate:no-transaction\n\
             PRAGMA foreign_keys = ON;\n\
             CREATE TABLE steps (x text);\n\
             INSERT INTO steps SELECT 'keys ' || foreign_keys FROM pragma_foreign_keys;\n\
             UPDATE account SET balance = balance + 10;\n\
             BEGIN;\n\
             INSERT INTO steps VALUES ('own');\n\
             SAVEPOINT s;\n\
             UPDATE account SET balance = balance + 100;\n\
             RELEASE s;\n\
             COMMIT;\n\
             VACUUM;\n\
             INSERT INTO steps SELECT 'last ' || foreign_keys FROM pragma_foreign_keys;\n",
        ),
        (
            "migrations/4_broken.sql",
            "-- migrate:up\nUPDATE account SET balance = balance + 1000;\n\
             INSERT INTO nowhere VALUES (1);\n",
        ),
        (
            "migrations/5_halfway.sql",
            "-- migrate:up\n-- migrate:no-transaction\n\
             INSERT INTO steps VALUES ('half');\nINSERT INTO nowhere VALUES (1);\n\
             INSERT INTO steps VALUES ('whole');\n",
        ),
        (
            "migrations/6_long.sql",
            "-- migrate:up\nUPDATE account SET balance = balance + 10000;\n\
             CREATE TABLE long AS WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n LIMIT 20000) SELECT i FROM n;\n\
             UPDATE long SET i = i + 1;\n",
        ),
    ];
    Subject {
        files: files.map(|(name, text)| (name, text.to_owned())).to_vec(),
        acts: vec![
            Act {
                code: 1,
                mend: Some((
                    "migrations/4_broken.sql",
                    "-- migrate:up\nUPDATE account SET balance = balance + 1000;\n",
                )),
                ..UP
            },
            Act {
                code: 1,
                mend: Some((
                    "migrations/5_halfway.sql",
                    "-- migrate:up\n-- migrate:no-transaction\n\
                     INSERT INTO steps VALUES ('half');\nINSERT INTO steps VALUES ('mended');\n\
                     INSERT INTO steps VALUES ('whole');\n",
                )),
                ..UP
            },
            UP,
        ],
        effects: &[
            "SELECT name, balance FROM account ORDER BY name",
            "SELECT x FROM steps ORDER BY x",
            "SELECT count(*), sum(i) FROM long",
            "SELECT type, name FROM sqlite_schema ORDER BY name",
            "PRAGMA integrity_check",
        ],
        locks: None,
    }
}
