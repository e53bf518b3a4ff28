//! The subject on SQLite.

use super::{Subject, UP, fails, texts};
use migrate_tests::sqlite::Database;

/// The same kinds on SQLite.
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
        database: || Box::new(Database::create()),
        files: texts(files),
        acts: vec![
            fails(
                "migrations/4_broken.sql",
                "-- migrate:up\nUPDATE account SET balance = balance + 1000;\n",
            ),
            fails(
                "migrations/5_halfway.sql",
                "-- migrate:up\n-- migrate:no-transaction\n\
                 INSERT INTO steps VALUES ('half');\nINSERT INTO steps VALUES ('mended');\n\
                 INSERT INTO steps VALUES ('whole');\n",
            ),
            UP,
        ],
        effects: &[
            "SELECT name, balance FROM account ORDER BY name",
            "SELECT x FROM steps ORDER BY x",
            "SELECT count(*), sum(i) FROM long",
            "SELECT type, name FROM sqlite_schema ORDER BY name",
            "PRAGMA integrity_check",
        ],
        doubts: &[],
        locks: None,
    }
}
