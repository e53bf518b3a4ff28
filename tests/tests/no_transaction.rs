//! Migrations that are not in one transaction: resumed where they stopped.

use migrate_tests::database::Database as _;
use migrate_tests::postgres::Database;
use migrate_tests::project::Project;

/// Five statements, of which the third needs a table that is not there yet.
const FIVE: &str = "-- migrate:up
-- migrate:no-transaction
CREATE TABLE one (a int);
CREATE TABLE two (a int);
INSERT INTO elsewhere VALUES (3);
INSERT INTO one VALUES (4);
INSERT INTO two VALUES (5);
-- migrate:down
DROP TABLE two;
DROP TABLE one;
";

migrate_tests::every_engine! {
    fn a_failed_run_resumes_at_the_failed_statement(database) {
        let project = Project::new(&database.url());
        project.write(&[("migrations/1_five.sql", FIVE)]);
        project.migrate(&["up"]).expect(1).says("migrations/1_five.sql:5").says("elsewhere");
        let progress = "SELECT state, statements_done FROM _migrations";
        assert_eq!(database.rows(progress), [["applying", "2"]]);
        project.migrate(&["status", "--exit-code"]).expect(4).says("failed");

        // Still not: it fails at the same place, and nothing before it runs again.
        project.migrate(&["up"]).expect(1).says("migrations/1_five.sql:5");
        database.run("CREATE TABLE elsewhere (a int)");
        project.migrate(&["up"]).expect(0);
        let rows = "SELECT a FROM one UNION SELECT a FROM two UNION SELECT a FROM elsewhere \
                    ORDER BY 1";
        assert_eq!(database.column(rows), ["3", "4", "5"]);
        assert_eq!(database.rows(progress), [["applied", "0"]]);
        project.migrate(&["status", "--exit-code"]).expect(0);
    }

    /// Nothing is recorded past it, and what is said of its end is not taken for another's.
    fn what_stopped_has_to_be_cleared_first(database) {
        let project = Project::new(&database.url());
        project.migrations(&[("0_b", "CREATE TABLE b (a int);", "DROP TABLE b;")]);
        project.write(&[("migrations/1_five.sql", FIVE)]);
        project.migrate(&["up"]).expect(1);
        project.migrations(&[("2_c", "CREATE TABLE c (a int);", "DROP TABLE c;")]);
        project.migrate(&["baseline", "2"]).expect(4).says("1_five").says("migrate repair");
        project.migrate(&["repair", "--version", "0", "--applied"]).expect(2).says("0_b");
        project.migrate(&["repair", "--version", "1", "--applied"]).expect(0);
        project.migrate(&["baseline", "2"]).expect(0);
        project.migrate(&["status", "--exit-code"]).expect(0).says("3 applied");
    }

    /// The statement that failed may be mended in the file; those that ran may not be changed.
    fn only_what_has_not_run_may_be_mended(database) {
        let project = Project::new(&database.url());
        project.write(&[("migrations/1_five.sql", FIVE)]);
        project.migrate(&["up"]).expect(1);
        let changed = FIVE.replace("TABLE two (a int)", "TABLE two (a text)");
        project.write(&[("migrations/1_five.sql", changed)]);
        project.migrate(&["up"]).expect(4).says("1_five");
        let mended = FIVE.replace("INTO elsewhere VALUES", "INTO one VALUES");
        project.write(&[("migrations/1_five.sql", mended)]);
        project.migrate(&["up"]).expect(0);
        assert_eq!(database.column("SELECT a FROM one ORDER BY a"), ["3", "4"]);
    }

    /// A rollback takes the records of its transaction along.
    fn transactions_of_the_script_itself(database) {
        let project = Project::new(&database.url());
        project.write(&[(
            "migrations/1_own.sql",
            "-- migrate:up\n-- migrate:no-transaction\nCREATE TABLE a (b int);\n\
             BEGIN;\nINSERT INTO a VALUES (1);\nROLLBACK;\n\
             BEGIN;\nINSERT INTO a VALUES (2);\nCOMMIT;\nINSERT INTO a VALUES (3);\n",
        )]);
        project.migrate(&["up"]).expect(0);
        assert_eq!(database.column("SELECT b FROM a ORDER BY b"), ["2", "3"]);
        let progress = "SELECT state, statements_done FROM _migrations";
        assert_eq!(database.rows(progress), [["applied", "0"]]);
    }

    /// A savepoint takes back records too, which are made up for by the next one.
    fn a_savepoint_of_the_scripts_own(database) {
        let project = Project::new(&database.url());
        let up = "-- migrate:up\n-- migrate:no-transaction\nCREATE TABLE a (x int);\nBEGIN;\n\
                  SAVEPOINT s;\nINSERT INTO a VALUES (1);\nROLLBACK TO s;\n\
                  INSERT INTO a VALUES (2);\nCOMMIT;\nINSERT INTO missing VALUES (1);\n";
        project.write(&[("migrations/1_own.sql", up)]);
        project.migrate(&["up"]).expect(1).says("before this one (7) have run and stay");
        assert_eq!(database.column("SELECT statements_done FROM _migrations"), ["7"]);
        database.run("CREATE TABLE missing (x int)");
        project.migrate(&["up"]).expect(0);
        assert_eq!(database.column("SELECT x FROM a"), ["2"]);
    }

    fn a_failed_down_resumes_too(database) {
        let project = Project::new(&database.url());
        project.write(&[(
            "migrations/1_two.sql",
            "-- migrate:up\n-- migrate:no-transaction\nCREATE TABLE a (b int);\n\
             CREATE TABLE c (d int);\n\
             -- migrate:down\n-- migrate:no-transaction\nDROP TABLE a;\nDROP TABLE gone;\n\
             DROP TABLE c;\n",
        )]);
        project.migrate(&["up"]).expect(0);
        project.migrate(&["down"]).expect(1).says("migrations/1_two.sql:8");
        let progress = "SELECT state, statements_done FROM _migrations";
        assert_eq!(database.rows(progress), [["reverting", "1"]]);
        database.run("CREATE TABLE gone (a int)");
        project.migrate(&["down"]).expect(0);
        assert_eq!(database.value("SELECT count(*) FROM _migrations"), "0");
    }
}

/// `CREATE INDEX CONCURRENTLY` leaves an invalid index behind when it fails (manual, CREATE INDEX,
/// "Building Indexes Concurrently"), which the next attempt would trip over.
#[test]
fn an_invalid_index_is_cleared_away() {
    let database = Database::create();
    database.run("CREATE TABLE a (b int); INSERT INTO a VALUES (1), (1)");
    let project = Project::new(&database.url());
    // Such statements alone need no directive.
    project.migrations(&[(
        "1_index",
        "CREATE UNIQUE INDEX CONCURRENTLY \"a's b\" ON a (b);",
        "DROP INDEX \"a's b\";",
    )]);
    let indexes =
        || database.column("SELECT indisvalid FROM pg_index WHERE indrelid = 'a'::regclass");
    project
        .migrate(&["up"])
        .expect(1)
        .says("migrations/1_index.sql:2")
        .says("left invalid is dropped by the next run");
    assert_eq!(indexes(), ["f"], "PostgreSQL left an invalid index");
    project.migrate(&["up"]).expect(1);
    assert_eq!(indexes(), ["f"], "no second one");
    database.run("DELETE FROM a WHERE ctid = (SELECT min(ctid) FROM a)");
    project.migrate(&["up"]).expect(0);
    assert_eq!(indexes(), ["t"]);
}

/// A run that was cut off may have built its index; one that somebody else has built under the
/// same name is not it.
#[test]
fn an_index_of_another_definition_is_not_taken_for_ours() {
    let database = Database::create();
    database.run("CREATE TABLE a (b int, c int); CREATE INDEX a_i ON a (c)");
    let project = Project::new(&database.url());
    project.migrations(&[("1_index", "CREATE INDEX CONCURRENTLY a_i ON a (b);", "")]);
    for _ in 0..2 {
        project.migrate(&["up"]).expect(1).says("already exists");
    }
    database.run("DROP INDEX a_i; CREATE INDEX a_i ON a (b)");
    project.migrate(&["up"]).expect(0);
}

/// What cannot run in a transaction, alone in its section, runs without a directive, and the
/// table of migrations says so.
#[test]
fn statements_that_cannot_be_in_a_transaction_run_outside() {
    let database = Database::create();
    database.run("CREATE TABLE a (b int)");
    let project = Project::new(&database.url());
    project.migrations(&[("1_vacuum", "VACUUM a;\nVACUUM ANALYZE a;", "VACUUM a;")]);
    project.migrate(&["up"]).expect(0);
    project.migrate(&["down"]).expect(0);
}

/// A name that is not there was not dropped, however often it is tried.
#[test]
fn an_index_that_was_never_there_is_not_taken_for_dropped() {
    let database = Database::create();
    let project = Project::new(&database.url());
    project.migrations(&[("1_index", "DROP INDEX CONCURRENTLY mispelt;", "")]);
    for _ in 0..3 {
        project.migrate(&["up"]).expect(1).says("does not exist");
    }
}

/// The history belongs to the role that runs the migrations, whatever role a script goes to; and
/// the script finds its own again after each record.
#[test]
fn a_script_may_go_to_another_role() {
    let set = [
        ("SET ROLE", "theirs, theirs, theirs"),
        ("SET SESSION AUTHORIZATION", "theirs, theirs, theirs"),
        ("BEGIN; SET ROLE", "theirs, theirs, theirs"),
        ("BEGIN; SET LOCAL ROLE", "theirs, theirs, ours"),
        (
            "BEGIN; SET LOCAL SESSION AUTHORIZATION",
            "theirs, theirs, ours",
        ),
    ];
    for (set, owners) in set {
        let database = Database::create();
        let role = database.role("secret");
        let name = &role.name;
        database.run(&format!("GRANT CREATE ON SCHEMA public TO \"{name}\""));
        let project = Project::new(&database.url());
        let commit = if set.starts_with("BEGIN") {
            "COMMIT;"
        } else {
            ""
        };
        let up = format!(
            "-- migrate:up\n-- migrate:no-transaction\n\
             {set} \"{name}\"; CREATE TABLE t1 (a int); CREATE TABLE t2 (a int); {commit}\n\
             CREATE TABLE t3 (a int);\n"
        );
        project.write(&[("migrations/1_role.sql", up)]);
        project.migrations(&[("2_ours", "CREATE TABLE t4 (a int);", "")]);
        project.migrate(&["up"]).expect(0);
        let who = format!(
            "SELECT string_agg(CASE tableowner WHEN '{name}' THEN 'theirs' ELSE 'ours' END, ', ' \
             ORDER BY tablename) FROM pg_tables WHERE tablename LIKE 't_'"
        );
        assert_eq!(database.value(&who), format!("{owners}, ours"), "{set}");
    }
}

/// A directive sets the timeout for the whole script, and the script's own settings go before it.
#[test]
fn timeouts_are_those_of_the_script() {
    let database = Database::create();
    let project = Project::new(&database.url());
    let shown =
        |name: &str| format!("CREATE TABLE {name} AS SELECT current_setting('lock_timeout') AS t");
    let up = format!(
        "-- migrate:up\n-- migrate:no-transaction\n-- migrate:lock-timeout 7s\n{};\n\
         SET lock_timeout = '1s';\n{};\n",
        shown("directive"),
        shown("script")
    );
    project.write(&[("migrations/1_a.sql", up)]);
    project.migrations(&[("2_b", &shown("next"), "")]);
    project.migrate(&["up"]).expect(0);
    let all = "SELECT d.t, s.t, n.t FROM directive d, script s, next n";
    assert_eq!(database.rows(all), [["7s", "1s", "5s"]]);
}

/// What the script's own transaction took back is not said to stay.
#[test]
fn a_transaction_of_the_scripts_own_is_taken_back() {
    let database = Database::create();
    let project = Project::new(&database.url());
    let up = "-- migrate:up\n-- migrate:no-transaction\nCREATE TABLE stays (a int);\n\
              BEGIN;\nCREATE TABLE goes (a int);\nINSERT INTO missing VALUES (1);\nCOMMIT;\n";
    project.write(&[("migrations/1_own.sql", up)]);
    let said = project.migrate(&["up"]).expect(1);
    said.says("the statements before this one (1) have run and stay");
    let progress = "SELECT statements_done FROM _migrations";
    assert_eq!(database.column(progress), ["1"]);
    database.run("CREATE TABLE missing (a int)");
    project.migrate(&["up"]).expect(0);
    let tables = "SELECT count(*) FROM pg_tables WHERE tablename IN ('goes', 'stays')";
    assert_eq!(database.value(tables), "2");
}

/// A transaction that begins where another one ends.
#[test]
fn a_chain_of_transactions() {
    let database = Database::create();
    database.run("CREATE TABLE a (x int)");
    let project = Project::new(&database.url());
    let up = "-- migrate:up\n-- migrate:no-transaction\nBEGIN;\nINSERT INTO a VALUES (1);\n\
              COMMIT AND CHAIN;\nINSERT INTO a VALUES (2);\nROLLBACK WORK AND CHAIN;\n\
              INSERT INTO a VALUES (3);\nINSERT INTO missing VALUES (1);\nCOMMIT;\n";
    project.write(&[("migrations/1_chain.sql", up)]);
    project
        .migrate(&["up"])
        .expect(1)
        .says("before this one (3) have run and stay");
    assert_eq!(
        database.column("SELECT statements_done FROM _migrations"),
        ["3"]
    );
    assert_eq!(database.column("SELECT x FROM a"), ["1"]);
}

/// On SQLite a savepoint outside of a transaction begins one, which ends with its release.
#[test]
fn a_savepoint_is_a_transaction_on_sqlite() {
    let database = migrate_tests::sqlite::Database::create();
    let project = Project::new(&database.url());
    let up = "-- migrate:up\n-- migrate:no-transaction\nCREATE TABLE a (x int);\nSAVEPOINT s;\n\
              INSERT INTO a VALUES (1);\nSAVEPOINT S;\nRELEASE s;\nROLLBACK TO s;\n\
              INSERT INTO a VALUES (2);\nRELEASE SAVEPOINT s;\nINSERT INTO a VALUES (3);\n\
              SAVEPOINT t;\nINSERT INTO a VALUES (4);\nINSERT INTO missing VALUES (1);\n\
              RELEASE t;\n";
    project.write(&[("migrations/1_own.sql", up)]);
    project
        .migrate(&["up"])
        .expect(1)
        .says("before this one (9) have run and stay");
    assert_eq!(database.column("SELECT x FROM a"), ["2", "3"]);
}
