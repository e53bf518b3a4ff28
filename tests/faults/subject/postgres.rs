//! Subjects on PostgreSQL.

use super::{REDO, Subject, UP, fails, texts, there_and_back};
use migrate_tests::postgres::Database;

/// What the server knows of runners: advisory locks in this database.
const LOCKS: &str = "SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' \
     AND database = (SELECT oid FROM pg_database WHERE datname = current_database())";

/// It commits by itself, and no catalog shows that it has.
const DOUBTS: &[(&str, &str)] = &[("CALL pay()", "SELECT count(*) FROM steps WHERE x = 'paid'")];

const OBJECTS: &str = "SELECT relname, relkind FROM pg_class \
     WHERE relnamespace = 'public'::regnamespace ORDER BY relname";

/// Everything but what is large, on PostgreSQL: transactional, statement by statement with a
/// transaction of its own, concurrent, failing until it is mended, and long.
pub fn up() -> Subject {
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
        (
            "migrations/8_routine.sql",
            "-- migrate:up\nCREATE PROCEDURE pay() LANGUAGE plpgsql AS $$ BEGIN\n\
             UPDATE account SET balance = balance + 100000;\n\
             INSERT INTO steps VALUES ('paid');\nCOMMIT;\nEND $$;\n",
        ),
        (
            "migrations/9_call.sql",
            "-- migrate:up\n-- migrate:no-transaction\nCALL pay();\n\
             INSERT INTO steps VALUES ('called');\n",
        ),
    ];
    Subject {
        database: || Box::new(Database::create()),
        files: texts(files),
        acts: vec![
            fails(
                "migrations/5_broken.sql",
                "-- migrate:up\nUPDATE account SET balance = balance + 1000;\n",
            ),
            fails(
                "migrations/6_halfway.sql",
                "-- migrate:up\n-- migrate:no-transaction\n\
                 INSERT INTO steps VALUES ('half');\nINSERT INTO steps VALUES ('mended');\n\
                 INSERT INTO steps VALUES ('whole');\n",
            ),
            UP,
        ],
        effects: &[
            OBJECTS,
            "SELECT name, balance FROM account ORDER BY name",
            "SELECT x FROM steps ORDER BY x",
            "SELECT indexrelid::regclass, indisvalid FROM pg_index \
             WHERE indrelid IN ('account'::regclass, 'steps'::regclass)",
        ],
        doubts: DOUBTS,
        locks: Some(LOCKS),
    }
}

/// There and back again, with a table of what went back; in words that mean the same when they are
/// said twice.
pub fn down() -> Subject {
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
        database: || Box::new(Database::create()),
        files: texts(files),
        acts: there_and_back(),
        effects: &[OBJECTS, "SELECT x FROM undone ORDER BY x"],
        doubts: DOUBTS,
        locks: Some(LOCKS),
    }
}

/// The same, and once more.
pub fn down_and_redo() -> Subject {
    let mut subject = down();
    subject.acts.push(REDO);
    subject
}

/// One that is sent in several messages of one transaction.
pub fn large() -> Subject {
    let filling = "x".repeat(3 << 20);
    let insert = format!("INSERT INTO large SELECT length('{filling}');\n");
    let large = format!(
        "-- migrate:up\nCREATE TABLE large (x int);\n{}",
        insert.repeat(3)
    );
    Subject {
        database: || Box::new(Database::create()),
        files: vec![
            ("migrations/1_large.sql", large),
            (
                "migrations/2_more.sql",
                "-- migrate:up\nINSERT INTO large VALUES (1);\n".to_owned(),
            ),
        ],
        acts: vec![UP],
        effects: &[OBJECTS, "SELECT x FROM large ORDER BY x"],
        doubts: DOUBTS,
        locks: Some(LOCKS),
    }
}
