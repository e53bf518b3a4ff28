//! A runner that is killed while MySQL runs its statement: the server goes on with it, and the next
//! run finds out.

use migrate_tests::database::Database as _;
use migrate_tests::mysql::Database;
use migrate_tests::project::{Outcome, Project};
use migrate_tests::wait_until;

const PROGRESS: &str = "SELECT state, statements_done FROM _migrations";

/// Kills a runner whose second statement waits for `held`, and lets that statement go on.
fn killed(database: &Database, second: &str) -> Project {
    let project = Project::new(&database.url());
    let text = format!(
        "-- migrate:up\nCREATE TABLE one (x int);\n{second};\nCREATE TABLE three (x int);\n"
    );
    project.write(&[("migrations/1_a.sql", text)]);
    let holder = database.session();
    holder.run("LOCK TABLES held WRITE");
    let runner = project.start(&["up"]);
    wait_until("the statement waits", || {
        let waiting = "SELECT count(*) FROM information_schema.processlist \
                       WHERE state LIKE 'Waiting for table%' AND db = DATABASE()";
        database.value(waiting) == "1"
    });
    runner.signal("KILL");
    runner.wait();
    assert_eq!(database.rows(PROGRESS), [["applying", "1"]]);
    holder.run("UNLOCK TABLES");
    project
}

#[test]
fn what_the_catalog_shows_is_not_run_again() {
    let database = Database::create();
    database.run("CREATE TABLE held (x int)");
    let project = killed(&database, "ALTER TABLE held ADD COLUMN y int");
    // It waits for the lock of the runner that is gone, and with it for its statement.
    project
        .migrate(&["up"])
        .expect(0)
        .says("resumed at statement 2");
    assert_eq!(database.rows(PROGRESS), [["applied", "0"]]);
    database.run("INSERT INTO held (x, y) VALUES (1, 2)");
}

#[test]
fn what_cannot_be_told_is_asked() {
    let database = Database::create();
    database.run("CREATE TABLE held (x int)");
    database.run("CREATE PROCEDURE p() INSERT INTO held VALUES (1)");
    let project = killed(&database, "CALL p()");
    project
        .migrate(&["up"])
        .expect(4)
        .says("migrations/1_a.sql:3: `CALL p()`")
        .says("`migrate repair --version 1 --resume-after 2`");
    project
        .migrate(&["up", "--format", "json"])
        .expect(4)
        .says("\"file\": \"migrations/1_a.sql\",\n    \"line\": 3,\n    \"column\": 1");
    assert_eq!(database.rows(PROGRESS), [["applying", "1"]]);
    assert_eq!(database.value("SELECT count(*) FROM held"), "1");
    project
        .migrate(&["repair", "--resume-after", "2"])
        .expect(0);
    project.migrate(&["up"]).expect(0);
    assert_eq!(database.value("SELECT count(*) FROM held"), "1");
}

#[test]
fn what_was_refused_is_not_in_doubt() {
    let database = Database::create();
    let project = Project::new(&database.url());
    let up = "-- migrate:up\nCREATE TABLE one (x int);\nTRUNCATE later;\n";
    project.write(&[("migrations/1_a.sql", up)]);
    project
        .migrate(&["up"])
        .expect(1)
        .says("1_a: not transactional on MySQL: CREATE TABLE commits by itself (line 2)")
        .says("later");
    database.run("CREATE TABLE later AS SELECT 1 AS x");
    project.migrate(&["up"]).expect(0);
    assert_eq!(database.value("SELECT count(*) FROM later"), "0");
    let outcomes = "SELECT outcome FROM _migrations_log ORDER BY id";
    assert_eq!(
        database.column(outcomes),
        ["started", "failed", "started", "applied"]
    );
}

/// Rows that were written since are not taken away.
#[test]
fn what_holds_data_is_not_emptied_twice() {
    let database = Database::create();
    database.run("CREATE TABLE held AS SELECT 1 AS x");
    let mut statements = vec!["TRUNCATE held"];
    if database.value("SELECT version() LIKE '%MariaDB%'") == "1" {
        statements.push("CREATE OR REPLACE TABLE held (x int)");
    }
    for statement in statements {
        let database = Database::create();
        database.run("CREATE TABLE held AS SELECT 1 AS x");
        let project = killed(&database, statement);
        wait_until("the server has run the statement", || {
            database.value("SELECT count(*) FROM held") == "0"
        });
        database.run("INSERT INTO held VALUES (2)");
        project.migrate(&["up"]).expect(4).says("statement 2");
        assert_eq!(database.column("SELECT x FROM held"), ["2"], "{statement}");
    }
}

#[test]
fn what_commits_in_parts_is_in_doubt_when_it_is_refused() {
    let database = Database::create();
    database.run("CREATE TABLE batches (x int)");
    database.run(
        "CREATE PROCEDURE backfill() BEGIN INSERT INTO batches VALUES (1); COMMIT; \
         INSERT INTO batches VALUES (2); SIGNAL SQLSTATE '45000'; END",
    );
    let project = Project::new(&database.url());
    let up = "-- migrate:up\nCREATE TABLE one (x int);\nCALL backfill();\n";
    project.write(&[("migrations/1_a.sql", up)]);
    project
        .migrate(&["up"])
        .expect(1)
        .says("statement 2 of `1_a` may have committed a part of its work, which stays")
        .says("`migrate repair --version 1 --resume-at 2`");
    let part = database.column("SELECT x FROM batches");
    assert!(part.contains(&"1".to_owned()), "{part:?}");
    project.migrate(&["up"]).expect(4).says("statement 2");
    assert_eq!(database.column("SELECT x FROM batches"), part);
    project
        .migrate(&["repair", "--resume-after", "2"])
        .expect(0);
    project.migrate(&["up"]).expect(0);
    assert_eq!(database.column("SELECT x FROM batches"), part);
}

/// Data alone is one transaction; beside DDL each change commits with its record.
#[test]
fn data_beside_ddl_is_recorded_with_itself() {
    let database = Database::create();
    let project = Project::new(&database.url());
    project.write(&[
        ("migrations/1_both.sql", "-- migrate:up\nCREATE TABLE t (x int PRIMARY KEY);\nINSERT INTO t VALUES (1);\nINSERT INTO t VALUES (1);\n"),
        ("migrations/2_data.sql", "-- migrate:up\nINSERT INTO t VALUES (2);\nINSERT INTO t VALUES (2);\n"),
    ]);
    project
        .migrate(&["validate"])
        .expect(0)
        .says("warning[ddl-with-data]")
        .says("1_both.sql:2");
    project.migrate(&["up"]).expect(1).says("1_both.sql:4");
    assert_eq!(database.rows(PROGRESS), [["applying", "2"]]);
    assert_eq!(database.column("SELECT x FROM t"), ["1"]);
    project.migrate(&["repair", "--applied"]).expect(0);
    project.migrate(&["up"]).expect(1).says("undone as a whole");
    assert_eq!(database.column("SELECT x FROM t"), ["1"]);
    project.migrate(&["status"]).expect(0).says("pending");
}

/// The bodies of routines go through the client, whatever ends their statements.
#[test]
fn the_client_runs_a_dry_runs_script() {
    let database = Database::create();
    let project = Project::new(&database.url());
    let routines =
        include_str!("../../migrate-core/fixtures/folders/mysql_routines/1_routines.sql");
    project.write(&[("migrations/1_routines.sql", routines)]);
    let script = |arguments: &[&str]| project.migrate(arguments).expect(0).stdout;
    let up = script(&["up", "--dry-run"]);
    assert!(
        up.contains("-- not transactional on MySQL: CREATE TABLE commits by itself"),
        "{up}"
    );
    database.script(&up).expect("it runs");
    assert_eq!(
        database.column("SELECT line FROM log"),
        ["> a \"quoted\"; word", "> x;//one"]
    );
    project
        .migrate(&["status", "--exit-code"])
        .expect(0)
        .says("1 applied");
    database
        .script(&script(&["down", "--dry-run"]))
        .expect("it runs");
    project
        .migrate(&["status", "--exit-code"])
        .expect(3)
        .says("1 pending");
}

/// It went with the session that made it, which the next run cannot know before it looks.
#[test]
fn a_temporary_table_is_gone_when_a_run_goes_on() {
    let database = Database::create();
    let project = Project::new(&database.url());
    let sql = |last: &str| {
        format!(
            "CREATE TEMPORARY TABLE old AS SELECT 1 AS x;\nCREATE TABLE b (x int);\n\
             INSERT INTO b SELECT {last} FROM `old`;"
        )
    };
    let write = |last: &str| {
        let text = format!(
            "-- migrate:up\n-- migrate:allow ddl-with-data small\n{}\n",
            sql(last)
        );
        project.write(&[("migrations/1_a.sql", text)]);
    };
    write("y");
    let first = project.migrate(&["up"]).expect(1);
    assert!(!first.stderr.contains("temporary"), "{first}");
    write("x");
    project.migrate(&["up"]).expect(1).says(
        "note: the temporary table `old`, which statement 1 made, is gone with its session; \
         to run statements 1 to 2 once more, `migrate repair --version 1 --resume-at 1 --force`",
    );
    database.run("DROP TABLE b");
    project
        .migrate(&["repair", "--version", "1", "--resume-at", "1", "--force"])
        .expect(0);
    project.migrate(&["up"]).expect(0);
    assert_eq!(database.value("SELECT x FROM b"), "1");
}

/// Neither in the run that has lost it nor in the next one: it is written down again.
#[test]
fn what_only_the_lost_session_knew_is_not_read() {
    let database = Database::create();
    database.run("CREATE TABLE held (x int)");
    database.run("CREATE TABLE p AS SELECT 1 AS id UNION SELECT 2 UNION SELECT 3");
    let project = Project::new(&database.url());
    let write = |again: &str| {
        let text = format!(
            "-- migrate:up\n-- migrate:allow ddl-with-data small\n\
             SELECT max(id) INTO @m FROM p;\nSET @before = (SELECT count(*) FROM p);\n\
             INSERT INTO p VALUES (4);\nALTER TABLE held ADD COLUMN y int;\n\
             CREATE TABLE c (m int, b int);\n{again}INSERT INTO c VALUES (@m, @before);\n"
        );
        project.write(&[("migrations/1_a.sql", text)]);
    };
    write("");
    let holder = database.session();
    holder.run("LOCK TABLES held WRITE");
    let runner = project.start(&["up"]);
    let waiting = || {
        database.column(
            "SELECT id FROM information_schema.processlist \
             WHERE state LIKE 'Waiting for table%' AND db = DATABASE()",
        )
    };
    wait_until("the statement waits", || waiting().len() == 1);
    database.run(&format!("KILL {}", waiting().concat()));
    holder.run("UNLOCK TABLES");
    let why = "statement 6 reads `@m`, which statement 1 has set in a session that is gone";
    let refused = |up: Outcome| up.expect(4).says(why);
    refused(runner.wait()).says("a `SET @m = …` before statement 6");
    refused(project.migrate(&["up"]));
    refused(project.migrate(&["up", "--dry-run"]));
    write("SET @m = 3;\n");
    let more = "statement 7 reads `@before`, which statement 2 has set";
    project.migrate(&["up"]).expect(4).says(more);
    assert_eq!(database.rows(PROGRESS), [["applying", "3"]]);
    write("SET @m = 3, @before = 3;\n");
    project.migrate(&["up"]).expect(0);
    assert_eq!(database.rows("SELECT m, b FROM c"), [["3", "3"]]);
}

/// Its text is not there any more, and nobody needs it.
#[test]
fn what_was_prepared_and_removed_is_not_prepared_again() {
    let database = Database::create();
    let project = Project::new(&database.url());
    let up = "-- migrate:up\nSELECT 'CREATE TABLE one (x int)' INTO @sql;\nPREPARE s FROM @sql;\n\
              EXECUTE s;\nDEALLOCATE PREPARE s;\nDROP TABLE later;\n";
    project.write(&[("migrations/1_a.sql", up)]);
    project.migrate(&["up"]).expect(1).says("later");
    database.run("CREATE TABLE later (x int)");
    project
        .migrate(&["up"])
        .expect(0)
        .says("resumed at statement 5");
}
