//! What every command does to a database, whichever it is. What it says is in `transcripts`.

use migrate_tests::database::Database;
use migrate_tests::project::{Project, write_files};
use migrate_tests::workspace;
use std::fs;
use std::path::Path;

/// The versions that the history has.
fn applied(database: &dyn Database) -> Vec<String> {
    database.column("SELECT version FROM _migrations ORDER BY version")
}

/// The tables of [`five`] that there are.
fn tables(database: &dyn Database) -> Vec<String> {
    let objects = database.objects().into_iter();
    objects.filter(|name| name.len() == 1).collect()
}

migrate_tests::every_engine! {
    fn up_applies_everything_in_order(database) {
        let project = Project::of_five(&database.url());
        project.migrate(&["up"]).expect(0);
        assert_eq!(applied(database), ["1", "2", "3", "4", "5"]);
        assert_eq!(tables(database), ["a", "b", "c", "d", "e"]);
        let log = "SELECT version, name, direction, outcome FROM _migrations_log \
                   WHERE outcome <> 'started' ORDER BY id";
        assert_eq!(database.rows(log)[0], ["1", "a", "up", "applied"]);
        assert_eq!(database.rows(log).len(), 5);
        let complete = "SELECT count(*) FROM _migrations WHERE state = 'applied' \
                        AND length(checksum) = 64 AND length(fingerprint) = 64 \
                        AND applied_at IS NOT NULL AND execution_time_ms >= 0 \
                        AND down_sql IS NOT NULL";
        assert_eq!(database.value(complete), "5");
    }

    fn up_goes_as_far_as_it_is_told(database) {
        let project = Project::of_five(&database.url());
        project.migrate(&["up", "1"]).expect(0);
        assert_eq!(applied(database), ["1"]);
        project.migrate(&["up", "-n", "1"]).expect(0);
        assert_eq!(applied(database), ["1", "2"]);
        project.migrate(&["up", "--to", "4"]).expect(0);
        assert_eq!(applied(database), ["1", "2", "3", "4"]);
        project.migrate(&["up", "--to", "9"]).expect(1).says("9");
        assert_eq!(applied(database), ["1", "2", "3", "4"]);
    }

    fn down_goes_as_far_as_it_is_told(database) {
        let project = Project::of_five(&database.url());
        project.migrate(&["up"]).expect(0);
        project.migrate(&["down"]).expect(0);
        assert_eq!(tables(database), ["a", "b", "c", "d"]);
        project.migrate(&["down", "--to", "3"]).expect(0);
        assert_eq!(tables(database), ["a", "b", "c"]);
        project.migrate(&["down", "2"]).expect(0);
        assert_eq!(tables(database), ["a"]);
        project.migrate(&["down", "--all"]).expect(0);
        assert_eq!(tables(database), [""; 0]);
        assert_eq!(applied(database), [""; 0]);
        project.migrate(&["down"]).expect(0);
        let log = "SELECT count(*) FROM _migrations_log WHERE direction = 'down' \
                   AND outcome = 'rolled_back'";
        assert_eq!(database.value(log), "5");
    }

    fn redo_goes_down_and_up(database) {
        let project = Project::of_five(&database.url());
        project.migrate(&["up"]).expect(0);
        database.run("INSERT INTO d VALUES (1); INSERT INTO e VALUES (1);");
        project.migrate(&["redo"]).expect(0);
        let count = |table: &str| database.value(&format!("SELECT count(*) FROM {table}"));
        assert_eq!((count("d"), count("e")), ("1".to_owned(), "0".to_owned()));
        project.migrate(&["redo", "2"]).expect(0);
        assert_eq!(count("d"), "0");
        assert_eq!(applied(database), ["1", "2", "3", "4", "5"]);
    }

    fn down_without_a_script_has_to_be_forced(database) {
        let project = Project::new(&database.url());
        project.write(&[("migrations/1_a.sql", "-- migrate:up\nCREATE TABLE a (x int);\n")]);
        project.migrate(&["up"]).expect(0);
        project.migrate(&["down"]).expect(1).says("1_a");
        assert_eq!(applied(database), ["1"]);
        project.migrate(&["down", "--force"]).expect(0);
        assert_eq!(applied(database), [""; 0]);
        assert_eq!(tables(database), ["a"], "only the record is gone");
    }

    fn baseline_marks_without_running(database) {
        let project = Project::of_five(&database.url());
        project.migrate(&["baseline", "3"]).expect(0);
        assert_eq!(applied(database), ["1", "2", "3"]);
        assert_eq!(tables(database), [""; 0]);
        project.migrate(&["up"]).expect(0).says("Applied 2 migrations");
        assert_eq!(tables(database), ["d", "e"]);
    }

    /// The log tells what has run from what was only written down.
    fn the_log_tells_what_ran(database) {
        let project = Project::of_five(&database.url());
        let stops = "-- migrate:up\n-- migrate:no-transaction\nSELECT 1;\nSELECT * FROM nowhere;\n";
        project.write(&[("migrations/6_stops.sql", stops)]);
        project.migrate(&["baseline", "3"]).expect(0);
        project.migrate(&["up"]).expect(1);
        project.migrate(&["repair", "--not-applied"]).expect(0);
        project.migrate(&["up"]).expect(1);
        project.migrate(&["repair", "--applied"]).expect(0);
        project.migrate(&["down", "--force"]).expect(0);
        project.migrate(&["down"]).expect(0);
        let log = database.rows(
            "SELECT version, outcome FROM _migrations_log WHERE outcome <> 'started' ORDER BY id",
        );
        let log: Vec<String> = log.iter().map(|row| row.join(" ")).collect();
        assert_eq!(log, [
            "1 recorded", "2 recorded", "3 recorded", "4 applied", "5 applied", "6 failed",
            "6 removed", "6 failed", "6 recorded", "6 removed", "5 rolled_back",
        ]);
    }

    /// `3x` is not `3`.
    fn a_target_is_a_version(database) {
        let project = Project::of_five(&database.url());
        project.migrate(&["up", "--to", "03"]).expect(0);
        for (command, why) in [
            (&["up", "--to", "5x"][..], "version `5x` is not in the folder"),
            (&["up", "--to", "v4"], "version `v4` is not in the folder"),
            (&["up", "--to", "4 "], "version `4 ` is not in the folder"),
            (&["up", "--to", "4_"], "version `4_` is not in the folder"),
            (&["down", "--to", "2x"], "version `2x` is not applied"),
            (&["baseline", "abc4"], "version `abc4` is not in the folder"),
            (&["repair", "--version", "2x"], "version `2x` is not applied"),
        ] {
            project.migrate(command).expect(1).says(why);
            assert_eq!(applied(database), ["1", "2", "3"], "{command:?}");
        }
    }

    fn fresh_begins_anew(database) {
        let project = Project::of_five(&database.url());
        project.migrate(&["up"]).expect(0);
        database.run("CREATE VIEW v AS SELECT x FROM a; CREATE TABLE other (y int PRIMARY KEY);
                      CREATE TABLE third (y int REFERENCES other (y));
                      INSERT INTO other VALUES (1); INSERT INTO third VALUES (1);");
        project.migrate(&["fresh"]).expect(2);
        assert!(database.objects().contains(&"other".to_owned()), "not without --confirm");
        project.migrate(&["fresh", "--confirm"]).expect(0);
        assert!(!database.objects().contains(&"other".to_owned()));
        assert!(!database.objects().contains(&"v".to_owned()));
        assert_eq!(tables(database), ["a", "b", "c", "d", "e"]);
        assert_eq!(applied(database).len(), 5);
    }

    /// In production the database's name is asked for, or given.
    fn fresh_in_production_wants_the_name(database) {
        let project = Project::of_five(&database.url());
        let environment = format!("[environments.production.database]\nurl = '{}'\n", database.url());
        project.write(&[("migrate.toml", environment)]);
        project.migrate(&["up"]).expect(0);
        database.run("CREATE TABLE other (y int)");
        project.migrate(&["fresh", "--env", "production", "--confirm"]).expect(2);
        project.migrate(&["fresh", "--env", "production", "--confirm=wrong"]).expect(2);
        assert!(database.objects().contains(&"other".to_owned()));
    }

    /// A stopped migration that a person has ended by hand.
    fn repair_clears_a_failed_row(database) {
        let project = Project::new(&database.url());
        let text = "-- migrate:up\n-- migrate:no-transaction\nCREATE TABLE a (x int);\n\
                    INSERT INTO nowhere VALUES (1);\n-- migrate:down\nDROP TABLE a;\n";
        project.write(&[("migrations/1_a.sql", text)]);
        project.migrate(&["up"]).expect(1);
        project.migrate(&["status", "--exit-code"]).expect(4);
        project.migrate(&["repair"]).expect(2);
        assert_eq!(database.column("SELECT state FROM _migrations"), ["applying"]);
    }

    /// Every layout does the same.
    fn all_layouts(database) {
        let up = "CREATE TABLE a (x int);";
        let down = "DROP TABLE a;";
        let sections = format!("-- migrate:up\n{up}\n-- migrate:down\n{down}\n");
        let layouts: [&[(&str, &str)]; 4] = [
            &[("1_a.sql", &sections)],
            &[("1_a.up.sql", up), ("1_a.down.sql", down)],
            &[("1_a/up.sql", up), ("1_a/down.sql", down)],
            &[("1_a.sql", up)],
        ];
        for (number, files) in layouts.iter().enumerate() {
            let folder = format!("layout{number}");
            let project = Project::new(&database.url());
            write_files(&project.path(&folder), files);
            project.migrate(&["-m", &folder, "up"]).expect(0);
            assert_eq!(tables(database), ["a"]);
            let force = if number == 3 { &["--force"][..] } else { &[] };
            project.migrate(&[&["-m", &folder, "down"], force].concat()).expect(0);
            assert_eq!(applied(database), [""; 0]);
        }
    }

    /// The repository's own sample: up, all the way down, and up again.
    fn the_sample_migrations(database) {
        let project = Project::new(&database.url());
        copy_sample(&project, database);
        project.migrate(&["validate"]).expect(0).says("Checked 6 migrations");
        project.migrate(&["up"]).expect(0).says("Applied 6 migrations");
        assert_eq!(database.value("SELECT slug FROM posts"), "hello-world-1");
        let title = "SELECT body FROM posts WHERE title = 'Hello; world'";
        assert_eq!(database.value(title), "It's the first post -- and not the last.");
        project.migrate(&["redo", "6"]).expect(0);
        project.migrate(&["down", "--all"]).expect(0).says("Rolled back 6 migrations");
        let rest = database.objects();
        assert!(rest.iter().all(|name| name.contains("_migrations")), "{rest:?}");
        project.migrate(&["up"]).expect(0).says("Applied 6 migrations");
    }
}

/// What the sample has to say otherwise on MySQL: `||` is OR there, an index belongs to its table,
/// and one that a foreign key needs is not dropped before there is another.
const ON_MYSQL: [(&str, &str); 4] = [
    (
        "lower(replace(replace(title, ';', ''), ' ', '-')) || '-' || id",
        "concat(lower(replace(replace(title, ';', ''), ' ', '-')), '-', id)",
    ),
    (
        "DROP INDEX comments_by_post;",
        "ALTER TABLE comments ADD INDEX (post_id), DROP INDEX comments_by_post;",
    ),
    (
        "DROP INDEX posts_by_author;",
        "ALTER TABLE posts ADD INDEX (author_id), DROP INDEX posts_by_author;",
    ),
    (
        "DROP INDEX posts_by_slug;",
        "DROP INDEX posts_by_slug ON posts;",
    ),
];

fn copy_sample(project: &Project, database: &dyn Database) {
    let sample = fs::read_dir(workspace().join("migrations")).expect("the sample is there");
    for file in sample {
        let file = file.expect("the sample can be read").path();
        let name = Path::new("migrations").join(file.file_name().expect("it has a name"));
        let mut text = fs::read_to_string(&file).expect("the sample can be read");
        if database.is_mysql() {
            for (usual, mysql) in ON_MYSQL {
                text = text.replace(usual, mysql);
            }
        }
        write_files(&project.path(""), &[(&name.to_string_lossy(), text)]);
    }
}
