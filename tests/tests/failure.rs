//! A statement that fails: what is shown, what is kept, and what goes on.

use migrate_tests::database::Database as _;
use migrate_tests::postgres::Database;
use migrate_tests::project::Project;

fn three_of_which_the_second_fails(project: &Project) {
    project.migrations(&[
        ("1_a", "CREATE TABLE a (b int);", "DROP TABLE a;"),
        (
            "2_b",
            "INSERT INTO a VALUES (1);\nINSERT INTO a (b)\n    SELECT nowhere FROM a;",
            "DELETE FROM a;",
        ),
        ("3_c", "CREATE TABLE c (d int);", "DROP TABLE c;"),
    ]);
}

migrate_tests::every_engine! {
    /// What had committed stays, the failed migration leaves nothing, later ones do not run.
    fn the_first_failure_stops_the_run(database) {
        let project = Project::new(&database.url());
        three_of_which_the_second_fails(&project);
        let up = project.migrate(&["up"]).expect(1);
        let first = up.stdout.lines().next().unwrap_or_default();
        assert!(first.starts_with("Applying 1_a") && first.contains("... done"), "{up}");
        assert!(!up.stdout.contains("3_c"), "{up}");
        assert_eq!(database.column("SELECT version FROM _migrations"), ["1"]);
        assert_eq!(database.value("SELECT count(*) FROM a"), "0");
        assert!(!database.objects().contains(&"c".to_owned()));
        // The failed run stays visible.
        let log = "SELECT count(*) FROM _migrations_log WHERE version = '2' AND error IS NOT NULL";
        assert_eq!(database.value(log), "1");
    }

    /// File, line and column, and the line itself.
    fn a_failing_statement_is_drawn(database) {
        let project = Project::new(&database.url());
        three_of_which_the_second_fails(&project);
        let up = project.migrate(&["up"]).expect(1);
        assert!(up.stderr.contains("--> migrations/2_b.sql:4:12"), "{up}");
        assert!(up.stderr.contains("SELECT nowhere FROM a"), "{up}");
    }

    /// The lock is free at once: whoever comes next does not wait.
    fn another_runner_proceeds_at_once(database) {
        let project = Project::new(&database.url());
        three_of_which_the_second_fails(&project);
        project.migrate(&["up"]).expect(1);
        project.migrations(&[("2_b", "INSERT INTO a VALUES (1);", "DELETE FROM a;")]);
        project
            .migrate(&["up", "--lock-wait", "0s"])
            .expect(0)
            .says("Applied 2 migrations");
    }

    fn a_failing_down_is_drawn_and_keeps_the_record(database) {
        let project = Project::new(&database.url());
        let up = "CREATE TABLE a (b int); INSERT INTO a VALUES (1);";
        project.migrations(&[("1_a", up, "DELETE FROM a;\nDELETE FROM b;")]);
        project.migrate(&["up"]).expect(0);
        project.migrate(&["down"]).expect(1).says("--> migrations/1_a.sql:5:");
        assert_eq!(database.value("SELECT count(*) FROM a"), "1", "a is as it was");
        assert_eq!(database.column("SELECT version FROM _migrations"), ["1"]);
    }

    /// Where nothing has run, nothing is said to stay or to be resumed.
    fn the_first_statement_out_of_a_transaction_fails(database) {
        let project = Project::new(&database.url());
        let text = "-- migrate:up\n-- migrate:no-transaction\nDROP TABLE nowhere;\nSELECT 1;\n";
        project.write(&[("migrations/1_a.sql", text)]);
        for _ in 0..2 {
            project
                .migrate(&["up"])
                .expect(1)
                .says("Applying 1_a (no transaction)...")
                .says("no statement of it has run to its end");
        }
    }

    /// A constraint that is violated has no place in the text: then the statement is it.
    fn an_error_without_a_place_is_drawn_at_its_statement(database) {
        let project = Project::new(&database.url());
        project.migrations(&[(
            "1_a",
            "CREATE TABLE a (b int NOT NULL);\n\n  INSERT INTO a VALUES (NULL);",
            "DROP TABLE a;",
        )]);
        project.migrate(&["up"]).expect(1).says("--> migrations/1_a.sql:4:3");
    }
}

/// What PostgreSQL knows more of it is a note, and what it advises is help; in JSON too.
#[test]
fn details_are_notes_and_hints_are_help() {
    let database = Database::create();
    let project = Project::new(&database.url());
    let raise = "DO $$ BEGIN RAISE 'no' USING DETAIL = 'since', HINT = 'try that'; END $$;";
    project.migrations(&[("1_a", raise, "SELECT 1;")]);
    project
        .migrate(&["--format", "json", "up"])
        .expect(1)
        .says("   = note: since\n   = note: where: PL/pgSQL function inline_code_block line 1 at RAISE\n   = help: try that\n")
        .says("\"notes\": [\n      \"since\",\n      \"where: ")
        .says("\"help\": \"try that\\n`1_a` was undone as a whole");
}

/// What waits for COMMIT meets what the script has set.
#[test]
fn deferred_triggers_run_as_the_script_does() {
    let database = Database::create();
    database.run(
        "CREATE SCHEMA app; CREATE TABLE app.t (a int); CREATE TABLE app.audit (a int);
         CREATE FUNCTION app.note() RETURNS trigger LANGUAGE plpgsql AS
             $$BEGIN INSERT INTO audit VALUES (NEW.a); RETURN NULL; END$$;
         CREATE CONSTRAINT TRIGGER note AFTER INSERT ON app.t DEFERRABLE INITIALLY DEFERRED
             FOR EACH ROW EXECUTE FUNCTION app.note()",
    );
    let project = Project::new(&database.url());
    let up = "SET search_path = app; INSERT INTO t VALUES (1);";
    project.migrations(&[("1_a", up, "SELECT 1;")]);
    project.migrate(&["up"]).expect(0);
    assert_eq!(database.column("SELECT a FROM app.audit"), ["1"]);
}

/// A constraint that is looked at only by COMMIT has no statement to be drawn at.
#[test]
fn an_error_of_commit_names_the_file() {
    let database = Database::create();
    let project = Project::new(&database.url());
    project.migrations(&[(
        "1_a",
        "CREATE TABLE a (id int PRIMARY KEY, b int REFERENCES a DEFERRABLE INITIALLY DEFERRED);\n\
         INSERT INTO a VALUES (1, 2);",
        "DROP TABLE a;",
    )]);
    let up = project.migrate(&["up"]).expect(1).says("foreign key");
    assert!(up.stderr.contains("migrations/1_a.sql"), "{up}");
}
