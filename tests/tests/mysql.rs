//! What is MySQL's own: answers and errors of several statements in one message, what a script
//! leaves in its session, locks, and what `fresh` finds.

use migrate_tests::database::Database as _;
use migrate_tests::mysql::Database;
use migrate_tests::project::Project;
use migrate_tests::wait_until;

fn up(project: &Project, name: &str, sql: &str) {
    let text = format!("-- migrate:up\n{sql}\n");
    project.write(&[(&format!("migrations/{name}.sql"), text)]);
}

/// The statement that failed is the one that is drawn, whichever it was in its message, and
/// however many answers those before it gave.
#[test]
fn each_error_is_that_of_its_statement() {
    let database = Database::create();
    database.run(
        "CREATE TABLE a (x int PRIMARY KEY);
         CREATE PROCEDURE several() BEGIN SELECT 1; SELECT 2; END",
    );
    let good = "INSERT INTO a VALUES (7)";
    for (number, statements) in [
        vec!["INSERT INTO a VALUES (7), (7)", good, good],
        vec![good, "SELECT 1 UNION SELECT 2", "INSERT INTO a VALUES (7)"],
        vec![good, "SELECT ';'", "SELECT wrong FROM a"],
        vec![good, "SELECT 1", "SELECT 1 FRM a", "SELECT 2"],
        vec![good, "DO 1", "SET @a = 1", "INSERT INTO nowhere VALUES (1)"],
    ]
    .iter()
    .enumerate()
    {
        let project = Project::new(&database.url());
        up(&project, "1_a", &format!("{};", statements.join(";\n")));
        let wrong = match number {
            0 => 1,
            1..=3 => 3,
            _ => 4,
        };
        project
            .migrate(&["up"])
            .expect(1)
            .says(&format!("--> migrations/1_a.sql:{}:", wrong + 1))
            .says(&format!("statement {wrong} of {}", statements.len()))
            .says("was undone as a whole");
        assert_eq!(database.value("SELECT count(*) FROM a"), "0", "{number}");
    }
    let project = Project::new(&database.url());
    up(
        &project,
        "1_a",
        "CALL several();\nCALL several();\nINSERT INTO b VALUES (1);",
    );
    project.migrate(&["up"]).expect(1).says("statement 3 of 3");
}

/// `near '…' at line 2` becomes a place in the file.
#[test]
fn a_syntax_error_is_drawn_at_its_place() {
    let database = Database::create();
    let project = Project::new(&database.url());
    up(&project, "1_a", "DO 1;\nDO\n  2 3;\nDO 4;");
    project
        .migrate(&["up"])
        .expect(1)
        .says("--> migrations/1_a.sql:4:5");
    // The history's own SQL, which is sent with a transaction, is not quoted.
    up(&project, "1_a", "DELETE FROM a WHERE;");
    let up = project.migrate(&["up"]).expect(1);
    let up = up
        .says("near '' at line 1")
        .says("--> migrations/1_a.sql:2:20");
    assert!(!up.stderr.contains("_migrations"), "{up}");
}

/// How many rows a statement has changed, the next one is told where nothing of ours stands between.
#[test]
fn rows_are_counted_within_a_transaction_only() {
    let database = Database::create();
    database.run("CREATE TABLE a (x int); INSERT INTO a VALUES (1), (2), (3)");
    let project = Project::new(&database.url());
    let counts = "UPDATE a SET x = x + 1;\nINSERT INTO a VALUES (10 * ROW_COUNT());";
    up(&project, "1_a", counts);
    project.migrate(&["up"]).expect(0);
    assert_eq!(database.value("SELECT max(x) FROM a"), "30");
    up(
        &project,
        "2_b",
        &format!("CREATE TABLE b (x int);\n{counts}"),
    );
    let refused = project.migrate(&["up"]).expect(1);
    refused
        .says("error[row-count]: `ROW_COUNT()`")
        .says("--> migrations/2_b.sql:4:1");
    assert_eq!(database.value("SELECT max(x) FROM a"), "30");
}

/// Routines come in their own delimiters, with statements inside.
#[test]
fn stored_routines() {
    let database = Database::create();
    let project = Project::new(&database.url());
    let routine = "DELIMITER //\nCREATE PROCEDURE fill(n int)\nBEGIN\n  WHILE n > 0 DO\n    \
                   INSERT INTO a VALUES (n); -- ;\n    SET n = n - 1;\n  END WHILE;\nEND//\n\
                   DELIMITER ;\nCREATE TABLE a (x int);\nCALL fill(3);";
    up(&project, "1_a", routine);
    project.migrate(&["up"]).expect(0);
    assert_eq!(database.value("SELECT count(*) FROM a"), "3");
    project
        .migrate(&["up"])
        .expect(0)
        .says("No pending migrations");
}

/// A body may be a compound statement without BEGIN. What is cut off from a body never runs by itself.
#[test]
fn a_body_without_begin() {
    let database = Database::create();
    let project = Project::new(&database.url());
    let bodies = "CREATE TABLE a (x int);\nINSERT INTO a VALUES (1);\n\
                  CREATE PROCEDURE clear(n int) IF n THEN DELETE FROM a; END IF;\n\
                  CREATE FUNCTION tens(n int) RETURNS int DETERMINISTIC\n  \
                  CASE n WHEN 1 THEN RETURN 10; ELSE RETURN 20; END CASE;\nCALL clear(0);";
    up(&project, "1_a", bodies);
    project.migrate(&["up"]).expect(0);
    let answer = database.value("SELECT concat(count(*), ' ', tens(1), ' ', tens(2)) FROM a");
    assert_eq!(answer, "1 10 20");
    up(&project, "2_b", "DELETE FROM a;\nEND IF;");
    project
        .migrate(&["up"])
        .expect(1)
        .says("a routine's body ends too early")
        .says("--> migrations/2_b.sql:3:1");
    assert_eq!(database.value("SELECT count(*) FROM a"), "1");
}

/// What one script sets, neither the history's rows nor the next script meet.
#[test]
fn settings_do_not_reach_the_next_migration() {
    let database = Database::create();
    database.run("CREATE TABLE a (x int)");
    let other = Database::create();
    let found = "SELECT concat_ws(' ', DATABASE(), @@sql_mode, @@foreign_key_checks, \
                 @@character_set_client, @@autocommit, @@time_zone, @@lock_wait_timeout, \
                 @@innodb_lock_wait_timeout, \
                 /*M!100100 @@max_statement_time */ /*!80000 @@max_execution_time */, \
                 @@timestamp > 1000000000) AS found";
    let set = format!(
        "SET sql_mode = 'ANSI_QUOTES,NO_BACKSLASH_ESCAPES', foreign_key_checks = 0;\n\
         SET NAMES latin1;\nSET time_zone = '+05:00';\nSET timestamp = 1;\nSET autocommit = 0;\n\
         USE {};\n",
        other.name()
    );
    let first = format!("CREATE TABLE first AS {found};");
    let after = |name: &str| format!("CREATE TABLE {name} AS {found};");
    for (project, set) in [
        (
            Project::new(&database.url()),
            format!("{set}INSERT INTO {}.a VALUES (1);", database.name()),
        ),
        (
            Project::new(&database.url()),
            format!("{set}CREATE TABLE t (a int); DROP TABLE t;"),
        ),
        (
            Project::new(&database.url()),
            "-- migrate:lock-timeout 7s\n-- migrate:statement-timeout 90s\nDO 1;".to_owned(),
        ),
    ] {
        database.run("DROP TABLE IF EXISTS _migrations, _migrations_log, first, after");
        up(&project, "1_first", &first);
        let down = "SELECT '\\\\', '''';";
        project.migrations(&[("2_it's größe", &set, down)]);
        up(&project, "3_next", &after("after"));
        project
            .migrate(&["up"])
            .expect(0)
            .says("Applied 3 migrations");
        let value = |table: &str| database.value(&format!("SELECT found FROM {table}"));
        assert_eq!(value("after"), value("first"), "{set}");
        let row = database.rows("SELECT name, down_sql FROM _migrations WHERE version = '2'");
        assert_eq!(row[0][0], "it's größe");
        assert!(row[0][1].ends_with(&format!("{down}\n")), "{row:?}");
        project.migrate(&["status", "--exit-code"]).expect(0);
    }
}

/// Limits are in force for rows and for tables; what did not get its locks is tried again.
#[test]
fn locks_are_not_waited_for_for_ever() {
    let database = Database::create();
    database.run("CREATE TABLE a (x int); INSERT INTO a VALUES (1)");
    let other = database.session();
    other.run("START TRANSACTION; UPDATE a SET x = 2");
    let project = Project::new(&database.url());
    let exceeded = "Lock wait timeout exceeded";
    for sql in ["UPDATE a SET x = 3;", "ALTER TABLE a ADD COLUMN y int;"] {
        let directive = format!("-- migrate:lock-timeout 1s\n{sql}");
        up(&project, "1_a", &directive);
        let once = project.migrate(&["up", "--lock-retries", "0"]).expect(1);
        once.says(exceeded);
        up(&project, "1_a", sql);
        let options = ["up", "--lock-timeout", "1s", "--lock-retries", "1"];
        let twice = project.migrate(&options).expect(1);
        twice
            .says("attempt 1 of 2: Lock wait timeout")
            .says("tried 2 times");
        project.migrate(&["repair", "--not-applied"]);
    }
    other.run("COMMIT");
    project.migrate(&["up"]).expect(0);
}

/// A runner that has stopped without a word holds the lock for minutes, not for hours.
#[test]
fn a_frozen_runner_is_let_go() {
    let database = Database::create();
    let project = Project::new(&database.url());
    up(
        &project,
        "1_a",
        "CREATE TABLE a AS SELECT @@wait_timeout AS x;",
    );
    project.migrate(&["up"]).expect(0);
    assert_eq!(database.value("SELECT x FROM a"), "300");
}

/// The limit of statements; MySQL has one for SELECT only.
#[test]
fn statements_may_be_limited() {
    let database = Database::create();
    let project = Project::new(&database.url());
    let endless = "SELECT count(*) FROM information_schema.columns a, information_schema.columns b, \
                   information_schema.columns c WHERE a.column_name < b.column_name;";
    up(
        &project,
        "1_a",
        &format!("-- migrate:statement-timeout 1500ms\n{endless}"),
    );
    // MySQL: "maximum statement execution time exceeded", MariaDB: "max_statement_time exceeded".
    let limited = project.migrate(&["up"]).expect(1).says("1_a.sql:3:1");
    assert!(limited.stderr.contains("exceeded"), "{limited}");
    up(&project, "1_a", endless);
    let limited = project.migrate(&["up", "--statement-timeout", "1s"]);
    limited.expect(1).says("exceeded");
}

/// Tables that take no part in transactions keep what they have got, which is said.
#[test]
fn what_cannot_be_undone_is_not_said_to_be() {
    let database = Database::create();
    database.run("CREATE TABLE a (x int) ENGINE = MyISAM");
    let project = Project::new(&database.url());
    up(
        &project,
        "1_a",
        "INSERT INTO a VALUES (1);\nINSERT INTO nowhere VALUES (1);",
    );
    let failed = project.migrate(&["up"]).expect(1);
    let failed = failed.says("the database could not undo `1_a` as a whole");
    assert!(!failed.stderr.contains("was undone as a whole"), "{failed}");
    assert_eq!(database.value("SELECT count(*) FROM a"), "1");
}

/// Where a script has turned `autocommit` off, to turn it on ends its transaction.
#[test]
fn a_transaction_that_autocommit_ends() {
    let database = Database::create();
    database.run("CREATE TABLE a (x int PRIMARY KEY)");
    let project = Project::new(&database.url());
    let own = "START TRANSACTION;\nINSERT INTO a VALUES (1);\nSET autocommit = 1;";
    let sql = format!("-- migrate:no-transaction\nSET autocommit = 0;\n{own}");
    up(
        &project,
        "1_a",
        &format!("{sql}\nINSERT INTO a VALUES (1);"),
    );
    let progress = "SELECT state, statements_done FROM _migrations";
    project.migrate(&["up"]).expect(1).says("Duplicate entry");
    assert_eq!(database.rows(progress), [["applying", "4"]]);
    up(
        &project,
        "1_a",
        &format!("{sql}\nINSERT INTO a VALUES (2);"),
    );
    project.migrate(&["up"]).expect(0);
    assert_eq!(database.column("SELECT x FROM a"), ["1", "2"]);
}

/// MariaDB's number of this error is MySQL's of a connection that has ended.
#[test]
fn a_trigger_that_is_to_follow_none() {
    let database = Database::create();
    database.run("CREATE TABLE a (x int)");
    let project = Project::new(&database.url());
    let sql = "CREATE TRIGGER t BEFORE INSERT ON a FOR EACH ROW FOLLOWS nothing SET NEW.x = 1;";
    up(&project, "1_a", sql);
    project
        .migrate(&["up"])
        .expect(1)
        .says("Referenced trigger 'nothing'")
        .says("--> migrations/1_a.sql:2:1");
}

/// What cannot be seen in a script, the server says: this commits what was done before it.
#[test]
fn a_statement_that_ends_the_transaction() {
    let database = Database::create();
    database.run("CREATE TABLE a (x int)");
    let project = Project::new(&database.url());
    let sql = "SET autocommit = 0;\nINSERT INTO a VALUES (1);\nSET autocommit = 1;";
    up(
        &project,
        "1_a",
        &format!("{sql}\nINSERT INTO a VALUES (2);"),
    );
    project
        .migrate(&["up"])
        .expect(1)
        .says("--> migrations/1_a.sql:4:1")
        .says("the statement ended the migration's transaction")
        .says("`-- migrate:no-transaction`")
        .says("the database could not undo `1_a` as a whole, and has no record of it");
    assert_eq!(database.column("SELECT x FROM a"), ["1"]);
    assert_eq!(database.value("SELECT count(*) FROM _migrations"), "0");
}

/// Who gives up waiting says who it waited for, as far as it may know that.
#[test]
fn a_runner_that_gives_up_names_the_holder() {
    let database = Database::create();
    let project = Project::new(&database.url());
    up(&project, "1_sleep", "SELECT SLEEP(100);");
    let holder = project.start(&["up"]);
    wait_until("the migration sleeps", || sleeper(&database).is_some());
    let id = sleeper(&database).expect("it sleeps");
    let wait = project.migrate(&["up", "--lock-wait", "0s"]).expect(5);
    wait.says(&format!("connection {id} (user `root`, from localhost"));
    let role = database.role("p");
    database.run(&format!(
        "GRANT ALL ON {}.* TO {}",
        database.name(),
        role.name
    ));
    let blind = project.migrate(&["-d", &role.url, "up", "--lock-wait", "0s"]);
    blind
        .expect(5)
        .says(&format!("connection {id} ("))
        .says("PROCESS");
    holder.signal("INT");
    holder
        .wait()
        .expect(1)
        .says("interrupted")
        .says("`1_sleep` was undone as a whole");
    assert_eq!(sleeper(&database), None);
    up(&project, "1_sleep", "DO 1;");
    project.migrate(&["up", "--lock-wait", "0s"]).expect(0);
}

/// The connection that sleeps in this database.
fn sleeper(database: &Database) -> Option<String> {
    let query = "SELECT id FROM information_schema.processlist \
                 WHERE db = DATABASE() AND info LIKE 'SELECT SLEEP(100)%'";
    database.column(query).pop()
}

/// Two histories in one database do not wait for each other; nor do long names, whose lock's name
/// is cut.
#[test]
fn each_history_has_a_lock_of_its_own() {
    let database = Database::create();
    let project = Project::new(&database.url());
    let table = |last: char| format!("{}{last}", "h".repeat(58));
    let configure = |last: char| {
        let config = format!("[migrations]\ntable_name = '{}'\n", table(last));
        project.write(&[("migrate.toml", config)]);
    };
    configure('a');
    up(&project, "1_sleep", "SELECT SLEEP(100);");
    let holder = project.start(&["up"]);
    wait_until("the migration sleeps", || sleeper(&database).is_some());
    project.migrate(&["up", "--lock-wait", "0s"]).expect(5);
    configure('b');
    up(&project, "1_sleep", "DO 1;");
    project.migrate(&["up", "--lock-wait", "0s"]).expect(0);
    holder.signal("INT");
    holder.wait().expect(1);
}

/// A database that is not there is not made: its name may be a mistake.
#[test]
fn a_history_in_another_database() {
    let database = Database::create();
    let history = format!("{}_ops", database.name());
    let project = Project::new(&database.url());
    let config = format!("[migrations]\ntable_name = '{history}.log book'\n");
    project.write(&[("migrate.toml", config)]);
    up(&project, "1_a", "CREATE TABLE a (x int);");
    for command in ["init", "up"] {
        project
            .migrate(&[command])
            .expect(1)
            .says(&format!("there is no database `{history}`"))
            .says("`table_name`");
    }
    database.run(&format!("CREATE DATABASE {history}"));
    project.migrate(&["status", "--exit-code"]).expect(3);
    let ran = [
        &["up"][..],
        &["status", "--exit-code"],
        &["fresh", "--confirm"],
    ]
    .map(|command| project.migrate(command));
    let rows = format!("SELECT count(*) FROM {history}.`log book`");
    let rows = database.session().try_rows(&rows);
    database.run(&format!("DROP DATABASE IF EXISTS {history}"));
    for ran in ran {
        ran.expect(0);
    }
    assert_eq!(rows.expect("the table is there"), [["1"]]);
    assert_eq!(database.objects(), ["a"]);
}

/// All kinds of objects, some of which are in each other's way.
#[test]
fn fresh_drops_everything() {
    let database = Database::create();
    let project = Project::new(&database.url());
    up(&project, "1_a", "CREATE TABLE a (x int);");
    project.migrate(&["up"]).expect(0);
    database.run(
        "CREATE TABLE p (x int PRIMARY KEY, y int);
         CREATE TABLE q (x int PRIMARY KEY, FOREIGN KEY (x) REFERENCES p (x));
         ALTER TABLE p ADD FOREIGN KEY (y) REFERENCES q (x);
         CREATE VIEW `a ``view` AS SELECT x FROM p; CREATE VIEW v AS SELECT x FROM `a ``view`;
         CREATE TRIGGER t BEFORE INSERT ON p FOR EACH ROW SET NEW.y = NULL;
         CREATE FUNCTION f() RETURNS int DETERMINISTIC RETURN 1;
         CREATE PROCEDURE f() DO 1;
         CREATE EVENT e ON SCHEDULE EVERY 1 YEAR DO DO 1;",
    );
    if database.value("SELECT VERSION()").contains("MariaDB") {
        database.run("CREATE SEQUENCE s; CREATE TABLE w (x int) WITH SYSTEM VERSIONING");
    }
    project
        .migrate(&["fresh", "--confirm"])
        .expect(0)
        .says("Applied 1 migration");
    assert_eq!(database.objects(), ["_migrations", "_migrations_log", "a"]);
    let others = "SELECT count(*) FROM information_schema.routines WHERE routine_schema = DATABASE()
                  UNION ALL SELECT count(*) FROM information_schema.events WHERE event_schema = DATABASE()
                  UNION ALL SELECT count(*) FROM information_schema.triggers WHERE trigger_schema = DATABASE()";
    assert_eq!(database.column(others), ["0", "0", "0"]);
}
