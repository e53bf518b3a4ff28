//! MySQL with others in the way: what another attempt begins with, what the program's own SQL waits
//! for, and runs without the lock.

use migrate_tests::database::Database as _;
use migrate_tests::mysql::Database;
use migrate_tests::project::Project;

fn up(project: &Project, name: &str, sql: &str) {
    let text = format!("-- migrate:up\n{sql}\n");
    project.write(&[(&format!("migrations/{name}.sql"), text)]);
}

/// Two databases: `a` is in the first one only, and `b`, in which a row is locked for as long as the
/// session is there, in the second one only.
fn two() -> (Database, Database, migrate_tests::mysql::Session) {
    let (database, other) = (Database::create(), Database::create());
    database.run("CREATE TABLE a (x int)");
    other.run("CREATE TABLE b (x int); INSERT INTO b VALUES (1)");
    let session = other.session();
    session.run("START TRANSACTION; UPDATE b SET x = 2");
    (database, other, session)
}

/// `USE` is not undone with the transaction: the second attempt would look for `a` in the other
/// database.
#[test]
fn another_attempt_begins_where_the_first_one_did() {
    let (database, other, session) = two();
    let project = Project::new(&database.url());
    let name = other.name();
    let sql = format!("INSERT INTO a VALUES (1);\nUSE {name};\nUPDATE b SET x = 3;");
    up(&project, "1_a", &sql);
    let limited = ["up", "--lock-timeout", "1s", "--lock-retries", "1"];
    project
        .migrate(&limited)
        .expect(1)
        .says("attempt 1 of 2: Lock wait timeout")
        .says("tried 2 times");
    session.run("ROLLBACK");
    project.migrate(&["up"]).expect(0);
    assert_eq!(database.value("SELECT x FROM a"), "1");
    assert_eq!(other.value("SELECT x FROM b"), "3");
}

/// A transaction of the script's own, in which something of the session is set, is not begun anew:
/// there is no way back to how the session was at its `BEGIN`.
#[test]
fn a_transaction_that_sets_the_session_is_tried_once() {
    let (database, other, _session) = two();
    let project = Project::new(&database.url());
    let begin = "-- migrate:no-transaction\nSTART TRANSACTION;\nINSERT INTO a VALUES (1);";
    let end = "UPDATE {}.b SET x = 3;\nCOMMIT;".replace("{}", other.name());
    let options = ["up", "--lock-timeout", "1s", "--lock-retries", "1"];
    up(&project, "1_a", &format!("{begin}\n{end}"));
    project.migrate(&options).expect(1).says("tried 2 times");
    let set = format!("USE {};", other.name());
    up(&project, "1_a", &format!("{begin}\n{set}\n{end}"));
    let once = project.migrate(&options).expect(1);
    let once = once.says("Lock wait timeout");
    assert!(!once.stderr.contains("attempt 1 of"), "{once}");
    assert_eq!(database.value("SELECT count(*) FROM a"), "0");
}

/// What the program asks for itself does not wait for a day either, which is the server's default.
#[test]
fn the_history_is_not_waited_for_for_ever() {
    let database = Database::create();
    let project = Project::new(&database.url());
    up(&project, "1_a", "DO 1;");
    project.migrate(&["up"]).expect(0);
    let other = database.session();
    other.run("LOCK TABLES _migrations WRITE");
    for command in ["up", "status"] {
        project
            .migrate(&[command, "--lock-timeout", "1s"])
            .expect(1)
            .says("cannot read the migration history: Lock wait timeout");
    }
    other.run("UNLOCK TABLES; LOCK TABLES _migrations_log WRITE");
    up(&project, "2_b", "DO 1;");
    let options = ["up", "--lock-timeout", "1s", "--lock-retries", "0"];
    project
        .migrate(&options)
        .expect(1)
        .says("Lock wait timeout");
    other.run("UNLOCK TABLES");
    project.migrate(&options).expect(0);
}

/// Who wants no lock waits for none, and takes none.
#[test]
fn a_run_without_the_lock() {
    let database = Database::create();
    let project = Project::new(&database.url());
    up(
        &project,
        "1_a",
        "CREATE TABLE a AS SELECT IS_USED_LOCK(CONCAT('migrate:', DATABASE(), '._migrations')) AS x, \
         CONNECTION_ID() AS y;",
    );
    let other = database.session();
    other.run("DO GET_LOCK(CONCAT('migrate:', DATABASE(), '._migrations'), 0)");
    let locked = project.migrate(&["up", "--lock-wait", "0s"]);
    locked.expect(5);
    let free = ["up", "--lock-wait", "0s", "--lock", "none"];
    project.migrate(&free).expect(0);
    assert_eq!(database.value("SELECT x = y FROM a"), "0");
}

/// The driver would have to hang up on the server that asks for the file.
#[test]
fn a_file_that_nobody_gives() {
    let database = Database::create();
    database.run("CREATE TABLE a (x int)");
    let project = Project::new(&database.url());
    for load in ["LOAD DATA LOCAL", "load /* */ data low_priority local"] {
        let load = format!("{load} INFILE 'x' INTO TABLE a;");
        up(
            &project,
            "1_a",
            &format!("INSERT INTO a VALUES (1);\n{load}"),
        );
        let failed = project.migrate(&["up"]).expect(1);
        failed
            .says("--> migrations/1_a.sql:3:1")
            .says("the server would ask for a file of this machine")
            .says("leave `LOCAL` out")
            .says("was undone as a whole");
        assert_eq!(database.value("SELECT count(*) FROM a"), "0");
    }
}
