//! Subjects on MySQL and MariaDB, where DDL commits by itself.

use super::{REDO, Subject, UP, fails, texts, there_and_back};
use migrate_tests::mysql::Database;

/// The lock of the history in this database.
const LOCKS: &str =
    "SELECT IS_USED_LOCK(CONCAT('migrate:', DATABASE(), '._migrations')) IS NOT NULL";

/// It commits by itself, and no catalog shows that it has.
const DOUBTS: &[(&str, &str)] = &[
    (
        "CALL pay(100000)",
        "SELECT count(*) FROM steps WHERE x = 'paid'",
    ),
    (
        "CREATE VIEW rich",
        "SELECT count(*) FROM information_schema.views \
         WHERE table_schema = DATABASE() AND table_name = 'rich'",
    ),
    (
        "CREATE PROCEDURE pay",
        "SELECT count(*) FROM information_schema.routines \
         WHERE routine_schema = DATABASE() AND routine_name = 'pay'",
    ),
];

const COLUMNS: &str = "SELECT table_name, column_name, column_type FROM information_schema.columns \
     WHERE table_schema = DATABASE() ORDER BY 1, 2";

const INDEXES: &str = "SELECT table_name, index_name, column_name FROM information_schema.statistics \
     WHERE table_schema = DATABASE() ORDER BY 1, 2, 3";

const ROUTINES: &str = "SELECT routine_name FROM information_schema.routines \
     WHERE routine_schema = DATABASE() ORDER BY 1";

/// Everything but what is large: data in one transaction, DDL statement by statement, both
/// together, with a transaction of its own, with a routine, failing until it is mended, and long.
pub fn up() -> Subject {
    let files = [
        (
            "migrations/1_account.sql",
            "-- migrate:up\nCREATE TABLE account (name varchar(20), balance int);\n\
             INSERT INTO account VALUES ('a', 1), ('b', 2);\n-- migrate:down\nDROP TABLE account;\n",
        ),
        (
            "migrations/2_interest.sql",
            "-- migrate:up\nUPDATE account SET balance = balance + 1;\n\
             INSERT INTO account VALUES ('c', 0);\n",
        ),
        (
            "migrations/3_ddl.sql",
            "-- migrate:up\nALTER TABLE account ADD COLUMN note varchar(20);\n\
             CREATE INDEX account_name ON account (name);\n\
             CREATE TABLE drafts (x varchar(40));\n\
             RENAME TABLE drafts TO steps;\n\
             ALTER TABLE account DROP COLUMN note;\n\
             CREATE VIEW rich AS SELECT name FROM account WHERE balance > 10;\n",
        ),
        (
            "migrations/4_steps.sql",
            "-- migrate:up\n-- migrate:no-transaction\n\
             SET SESSION div_precision_increment = 7;\n\
             INSERT INTO steps VALUES (CONCAT('precision ', @@div_precision_increment));\n\
             UPDATE account SET balance = balance + 10;\n\
             START TRANSACTION;\n\
             INSERT INTO steps VALUES ('own');\n\
             SAVEPOINT s;\n\
             UPDATE account SET balance = balance + 100;\n\
             RELEASE SAVEPOINT s;\n\
             COMMIT;\n\
             CREATE UNIQUE INDEX steps_x ON steps (x);\n\
             INSERT INTO steps VALUES (CONCAT('last ', @@div_precision_increment));\n\
             OPTIMIZE TABLE steps;\n",
        ),
        (
            "migrations/5_broken.sql",
            "-- migrate:up\nUPDATE account SET balance = balance + 1000;\n\
             INSERT INTO nowhere VALUES (1);\n",
        ),
        (
            "migrations/6_halfway.sql",
            "-- migrate:up\nALTER TABLE steps ADD COLUMN y int;\n\
             INSERT INTO steps VALUES ('half', 1);\nINSERT INTO nowhere VALUES (1);\n\
             ALTER TABLE steps DROP COLUMN y;\n",
        ),
        (
            "migrations/7_long.sql",
            "-- migrate:up\nUPDATE account SET balance = balance + 10000;\nSELECT SLEEP(0.2);\n\
             INSERT INTO steps VALUES ('long');\n",
        ),
        (
            "migrations/8_routine.sql",
            "-- migrate:up\nDELIMITER //\nCREATE PROCEDURE pay(IN amount int)\nBEGIN\n\
             START TRANSACTION;\nUPDATE account SET balance = balance + amount;\n\
             INSERT INTO steps VALUES ('paid');\nCOMMIT;\nEND//\nDELIMITER ;\n\
             CALL pay(100000);\nINSERT INTO steps VALUES ('called');\n",
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
                "-- migrate:up\nALTER TABLE steps ADD COLUMN y int;\n\
                 INSERT INTO steps VALUES ('half', 1);\n\
                 INSERT INTO steps VALUES ('mended', 2);\n\
                 ALTER TABLE steps DROP COLUMN y;\n",
            ),
            UP,
        ],
        effects: &[
            COLUMNS,
            INDEXES,
            ROUTINES,
            "SELECT name, balance FROM account ORDER BY name",
            "SELECT x FROM steps ORDER BY x",
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
            "-- migrate:up\nCREATE TABLE undone (x varchar(20));\n-- migrate:down\nSELECT 1;\n",
        ),
        (
            "migrations/2_a.sql",
            "-- migrate:up\nCREATE TABLE a (b int);\n\
             -- migrate:down\nDROP TABLE a;\nINSERT INTO undone VALUES ('a');\n",
        ),
        (
            "migrations/3_c.sql",
            "-- migrate:up\nCREATE TABLE c (d int);\nCREATE INDEX c_d ON c (d);\n\
             -- migrate:down\nINSERT INTO undone VALUES ('c');\nDROP INDEX c_d ON c;\nDROP TABLE c;\n",
        ),
    ];
    Subject {
        database: || Box::new(Database::create()),
        files: texts(files),
        acts: there_and_back(),
        effects: &[COLUMNS, INDEXES, "SELECT x FROM undone ORDER BY x"],
        doubts: &[],
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
    Subject {
        database: || Box::new(Database::create()),
        files: vec![
            (
                "migrations/1_table.sql",
                "-- migrate:up\nCREATE TABLE large (x int);\n".to_owned(),
            ),
            (
                "migrations/2_large.sql",
                format!("-- migrate:up\n{}", insert.repeat(3)),
            ),
            (
                "migrations/3_more.sql",
                "-- migrate:up\nINSERT INTO large VALUES (1);\n".to_owned(),
            ),
        ],
        acts: vec![UP],
        effects: &[COLUMNS, "SELECT x FROM large ORDER BY x"],
        doubts: &[],
        locks: Some(LOCKS),
    }
}
