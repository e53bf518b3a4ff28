//! A run that was cut off between a statement and its record: what the next one makes of it, and
//! how a person says how far a migration has come.

use migrate_tests::database::Database as _;
use migrate_tests::postgres::Database;
use migrate_tests::project::Project;

/// Its second statement cuts the connection.
const CUT: &str = "-- migrate:up
-- migrate:no-transaction
CREATE TABLE a (x int);
DO $$ BEGIN PERFORM pg_terminate_backend(pg_backend_pid()); END $$;
INSERT INTO a VALUES (3);
";

const PROGRESS: &str = "SELECT state, statements_done FROM _migrations";
const OUTCOMES: &str = "SELECT outcome FROM _migrations_log ORDER BY id";

/// A project whose only migration was cut off in its second statement.
fn cut(database: &Database) -> Project {
    let project = Project::new(&database.url());
    project.write(&[("migrations/1_a.sql", CUT)]);
    // The run connects again, and asks by itself.
    project.migrate(&["up"]).expect(4).says("statement 2");
    assert_eq!(database.rows(PROGRESS), [["applying", "1"]]);
    project.migrate(&["up", "--reconnect", "0"]).expect(4);
    assert_eq!(database.column(OUTCOMES), ["started"; 3]);
    project
}

/// Writes the migration anew, with another second statement.
fn rewrite(project: &Project, second: &str) {
    let lines = CUT.lines();
    let lines = lines.map(|line| if line.starts_with("DO") { second } else { line });
    let text: Vec<&str> = lines.collect();
    project.write(&[("migrations/1_a.sql", text.join("\n"))]);
}

#[test]
fn what_cannot_be_told_is_asked() {
    let database = Database::create();
    let project = cut(&database);
    for _ in 0..2 {
        project
            .migrate(&["up"])
            .expect(4)
            .says("`1_a`: a run ended while statement 2 ran")
            .says("migrations/1_a.sql:4: `DO $$ BEGIN PERFORM pg_terminate_backend(")
            .says("`migrate repair --version 1 --resume-after 2`")
            .says("`migrate repair --version 1 --resume-at 2`");
        assert_eq!(database.rows(PROGRESS), [["applying", "1"]]);
    }
    project
        .migrate(&["up", "--dry-run"])
        .expect(4)
        .says("statement 2");
    let json = project.migrate(&["up", "--format", "json"]).expect(4);
    assert!(json.stdout.contains(r#""code": "in-doubt""#), "{json}");
    project
        .migrate(&["repair", "--resume-after", "2"])
        .expect(0)
        .says("1_a: it goes on after statement 2")
        .says("Repaired 1 migration");
    project
        .migrate(&["up"])
        .expect(0)
        .says("resumed at statement 3");
    assert_eq!(database.column("SELECT x FROM a"), ["3"]);
}

#[test]
fn what_has_not_run_is_run_when_that_is_said() {
    let database = Database::create();
    let project = cut(&database);
    rewrite(&project, "DO $$ BEGIN INSERT INTO a VALUES (2); END $$;");
    project.migrate(&["up"]).expect(4);
    project
        .migrate(&["repair", "--version", "1", "--resume-at", "2"])
        .expect(0);
    project
        .migrate(&["up"])
        .expect(0)
        .says("resumed at statement 2");
    assert_eq!(database.column("SELECT x FROM a ORDER BY x"), ["2", "3"]);
    assert_eq!(
        database.column(OUTCOMES),
        [
            "started", "started", "started", "started", "repaired", "started", "applied"
        ]
    );
}

#[test]
fn what_the_catalog_shows_is_not_asked() {
    const DETACH: &str = "ALTER TABLE parts DETACH PARTITION part CONCURRENTLY";
    for by_hand in [true, false] {
        let database = Database::create();
        database.run(
            "CREATE TABLE parts (x int) PARTITION BY LIST (x);
             CREATE TABLE part PARTITION OF parts FOR VALUES IN (1);",
        );
        let project = cut(&database);
        rewrite(&project, &format!("{DETACH};"));
        if by_hand {
            database.run(DETACH);
        }
        project
            .migrate(&["up"])
            .expect(0)
            .says("Applied 1 migration");
        let parts = "SELECT count(*) FROM pg_inherits WHERE inhparent = 'parts'::regclass";
        assert_eq!(database.value(parts), "0");
    }
}

/// A statement that the database refused has had no effect: that is known.
#[test]
fn what_was_refused_is_not_in_doubt() {
    let database = Database::create();
    let project = Project::new(&database.url());
    project.write(&[("migrations/1_a.sql", CUT)]);
    rewrite(
        &project,
        "ALTER TABLE later DETACH PARTITION part CONCURRENTLY;",
    );
    project.migrate(&["up"]).expect(1).says("later");
    assert_eq!(database.column(OUTCOMES), ["started", "failed"]);
    // What it looks like afterwards, although it has not run.
    database.run("CREATE TABLE later (x int) PARTITION BY LIST (x); CREATE TABLE part (x int)");
    let refused = project.migrate(&["up"]).expect(1);
    refused.says("\"part\" is not a partition of relation \"later\"");
    database.run("ALTER TABLE later ATTACH PARTITION part FOR VALUES IN (1)");
    project.migrate(&["up"]).expect(0);
    assert_eq!(database.value("SELECT count(*) FROM pg_inherits"), "0");
}

/// A procedure whose second batch fails.
const BATCHES: &str = "CREATE TABLE batches (x int CHECK (x < 2));
    CREATE PROCEDURE backfill() LANGUAGE plpgsql AS $$ BEGIN
        FOR i IN 1..2 LOOP INSERT INTO batches VALUES (i); COMMIT; END LOOP;
    END $$;";

#[test]
fn what_commits_in_parts_is_in_doubt_when_it_is_refused() {
    let database = Database::create();
    database.run(BATCHES);
    let project = Project::new(&database.url());
    project.write(&[("migrations/1_a.sql", CUT)]);
    rewrite(&project, "CALL backfill();");
    project
        .migrate(&["up"])
        .expect(1)
        .says("batches_x_check")
        .says("help: statement 2 of `1_a` may have committed a part of its work, which stays")
        .says("`migrate repair --version 1 --resume-at 2`")
        .says("`migrate repair --version 1 --resume-after 2`");
    assert_eq!(database.column(OUTCOMES), ["started", "stopped"]);
    project.migrate(&["up"]).expect(4).says("statement 2");
    assert_eq!(database.column("SELECT x FROM batches"), ["1"]);
    project
        .migrate(&["repair", "--resume-after", "2"])
        .expect(0);
    project.migrate(&["up"]).expect(0);
    assert_eq!(database.column("SELECT x FROM batches"), ["1"]);
}

/// In a transaction nothing of it can stay.
#[test]
fn what_was_refused_in_a_transaction_is_not_in_doubt() {
    let database = Database::create();
    database.run(BATCHES);
    let project = Project::new(&database.url());
    project.write(&[("migrations/1_a.sql", CUT)]);
    rewrite(&project, "BEGIN; CALL backfill(); COMMIT;");
    project
        .migrate(&["up"])
        .expect(1)
        .says("the statements before this one (1) have run and stay");
    assert_eq!(database.column(OUTCOMES), ["started", "failed"]);
    project.migrate(&["up"]).expect(1);
}

/// It has no name to look for.
#[test]
fn an_index_without_a_name_is_built_once() {
    for (by_hand, built) in [(true, "1"), (false, "2")] {
        let database = Database::create();
        let project = cut(&database);
        rewrite(&project, "CREATE INDEX CONCURRENTLY ON a (x);");
        if by_hand {
            database.run("CREATE INDEX CONCURRENTLY ON a (x)");
        } else {
            database.run("ALTER TABLE a ADD y int");
            database.run("CREATE INDEX CONCURRENTLY ON a (y)");
        }
        project.migrate(&["up"]).expect(0);
        let indexes = "SELECT count(*) FROM pg_index WHERE indrelid = 'a'::regclass";
        assert_eq!(database.value(indexes), built);
    }
}

/// It has run, and its record could not be written.
#[test]
fn what_was_not_recorded_is_in_doubt() {
    let database = Database::create();
    let project = Project::new(&database.url());
    project.write(&[("migrations/1_a.sql", CUT)]);
    rewrite(
        &project,
        "DO $$ BEGIN ALTER TABLE _migrations RENAME TO away; END $$;",
    );
    project.migrate(&["up"]).expect(1);
    database.run("ALTER TABLE away RENAME TO _migrations");
    assert_eq!(database.column(OUTCOMES), ["started", "stopped"]);
    project.migrate(&["up"]).expect(4).says("statement 2");
}

migrate_tests::every_engine! {
    fn a_person_says_how_far_a_migration_has_come(database) {
        let project = Project::new(&database.url());
        let text = "-- migrate:up\n-- migrate:no-transaction\nCREATE TABLE a (x int);\n\
                    INSERT INTO nowhere VALUES (2);\nINSERT INTO a VALUES (3);\n";
        project.write(&[("migrations/1_a.sql", text)]);
        project.migrate(&["up"]).expect(1);
        let refused = |arguments: &[&str], words: &str| {
            project.migrate(arguments).expect(2).says(words);
        };
        refused(&["repair", "--resume-at", "2", "--resume-after", "2"], "cannot be used with");
        refused(&["repair", "--resume-at", "2", "--applied"], "cannot be used with");
        project.migrate(&["repair", "--resume-at", "0"]).expect(1).says("1 to 3");
        project
            .migrate(&["repair", "--resume-after", "4"])
            .expect(1)
            .says("`1_a` has no statement 4: its statements are 1 to 3");
        assert_eq!(database.rows(PROGRESS), [["applying", "1"]]);
        project.migrate(&["repair", "--resume-after", "2"]).expect(0);
        refused(&["repair", "--resume-at", "1"], "2 statements from statement 1 on");
        refused(&["repair", "--resume-after", "1"], "add `--force`");
        assert_eq!(database.rows(PROGRESS), [["applying", "2"]]);
        project.migrate(&["repair", "--resume-at", "1", "--force"]).expect(0);
        assert_eq!(database.rows(PROGRESS), [["applying", "0"]]);
        project.migrate(&["repair", "--resume-at", "3"]).expect(0);
        assert_eq!(database.rows(PROGRESS), [["applying", "2"]]);
        project.migrate(&["up"]).expect(0);
        assert_eq!(database.column("SELECT x FROM a"), ["3"]);
        refused(&["repair", "--resume-at", "2"], "no migration stopped in the middle");
        refused(&["repair", "--version", "1", "--resume-at", "2"], "`1_a` did not stop");
    }

    fn a_person_says_how_far_a_rollback_has_come(database) {
        let project = Project::new(&database.url());
        let text = "-- migrate:up\nCREATE TABLE a (x int);\n-- migrate:down\n\
                    -- migrate:no-transaction\nINSERT INTO a VALUES (1);\nDROP TABLE nowhere;\n\
                    DROP TABLE a;\n";
        project.write(&[("migrations/1_a.sql", text)]);
        project.migrate(&["up"]).expect(0);
        project.migrate(&["down"]).expect(1);
        project.migrate(&["repair", "--resume-after", "2"]).expect(0).says("Recording 1_a... done");
        assert_eq!(database.rows(PROGRESS), [["reverting", "2"]]);
        project.migrate(&["down"]).expect(0).says("resumed at statement 3");
        assert!(!database.objects().contains(&"a".to_owned()));
    }

    /// Which one is meant has to be said, and its file has to be there.
    fn a_number_of_a_statement_is_that_of_one_migration(database) {
        let project = Project::new(&database.url());
        let text = "-- migrate:up\n-- migrate:no-transaction\nCREATE TABLE a (x int);\n\
                    DROP TABLE nowhere;\n";
        project.write(&[("migrations/1_a.sql", text)]);
        project.migrate(&["up"]).expect(1);
        database.run(
            "INSERT INTO _migrations (version, name, checksum, state) \
             VALUES ('2', 'b', '', 'applying')",
        );
        project.migrate(&["repair", "--resume-after", "1"]).expect(2).says("`--version`");
        project.migrate(&["repair", "--version", "2", "--resume-at", "1"]).expect(1).says("2_b");
        project.migrate(&["repair", "--version", "1", "--resume-after", "2"]).expect(0);
    }
}
