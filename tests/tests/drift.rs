//! Files that are no longer what was applied.

use migrate_tests::database::Database;
use migrate_tests::project::Project;
use std::fs;

/// Three applied migrations, each a table.
fn applied(database: &dyn Database) -> Project {
    let project = Project::new(&database.url());
    project.migrations(&[
        ("1_a", "CREATE TABLE a (x int);", "DROP TABLE a;"),
        ("2_b", "CREATE TABLE b (x int);", "DROP TABLE b;"),
        ("3_c", "CREATE TABLE c (x int);", "DROP TABLE c;"),
    ]);
    project.migrate(&["up"]).expect(0);
    project
}

fn pending(project: &Project) {
    project.migrations(&[("4_d", "CREATE TABLE d (x int);", "DROP TABLE d;")]);
}

/// The statuses in the order of the table.
fn statuses(project: &Project) -> Vec<String> {
    let status = project.migrate(&["status"]).expect(0);
    let known = [
        "applied",
        "pending",
        "modified",
        "edited",
        "missing",
        "out-of-order",
        "failed",
    ];
    let status_of = |line: &str| {
        let mut words = line.split_whitespace();
        words.find(|word| known.contains(word)).map(str::to_owned)
    };
    let rows = status
        .stdout
        .lines()
        .filter(|line| line.starts_with(|c: char| c.is_ascii_digit()));
    rows.filter_map(status_of).collect()
}

migrate_tests::every_engine! {
    fn an_edited_comment_is_no_error(database) {
        let project = applied(database);
        pending(&project);
        project.migrations(&[(
            "1_a",
            "-- What a comment says,\n  create table  a (x int); /* and how */",
            "DROP TABLE a;",
        )]);
        project.migrate(&["up"]).expect(0).says("Applied 1 migration");
        assert_eq!(statuses(&project)[..2], ["edited", "applied"]);
    }

    fn a_changed_down_is_an_edit(database) {
        let project = applied(database);
        project.migrations(&[("3_c", "CREATE TABLE c (x int);", "DROP TABLE IF EXISTS c;")]);
        assert_eq!(statuses(&project)[2..3], ["edited"]);
        project.migrate(&["up"]).expect(0);
    }

    fn changed_sql_is_refused_before_anything_runs(database) {
        let project = applied(database);
        pending(&project);
        project.migrations(&[("2_b", "CREATE TABLE b (x text);", "DROP TABLE b;")]);
        project.migrate(&["up"]).expect(4).says("2_b");
        assert!(!database.objects().contains(&"d".to_owned()));
        assert_eq!(statuses(&project)[1..2], ["modified"]);
        project.migrate(&["status", "--exit-code"]).expect(4);
        // Until someone says that the file is right as it is.
        project.migrate(&["repair"]).expect(0);
        project.migrate(&["up"]).expect(0);
        project.migrate(&["status", "--exit-code"]).expect(0);
    }

    fn a_gap_is_refused(database) {
        let project = applied(database);
        pending(&project);
        project.remove("migrations/2_b.sql");
        project.migrate(&["up"]).expect(4).says("2_b");
        assert!(!database.objects().contains(&"d".to_owned()));
        assert_eq!(statuses(&project)[1..2], ["missing"]);
    }

    /// An older release of an application against a newer database.
    fn a_newer_tail_is_a_warning(database) {
        let project = applied(database);
        project.remove("migrations/3_c.sql");
        project.migrate(&["up"]).expect(0).says("3_c");
    }

    fn down_works_without_the_file(database) {
        let project = applied(database);
        project.remove("migrations/3_c.sql");
        project.migrate(&["down"]).expect(0).says("Rolling back 3_c");
        assert!(!database.objects().contains(&"c".to_owned()));
        assert_eq!(database.column("SELECT version FROM _migrations ORDER BY version"), ["1", "2"]);
    }

    fn down_of_a_modified_file_is_refused(database) {
        let project = applied(database);
        project.migrations(&[("3_c", "CREATE TABLE c (x text);", "DROP TABLE c;")]);
        project.migrate(&["down"]).expect(4).says("3_c");
        assert!(database.objects().contains(&"c".to_owned()));
    }

    /// What cannot be applied again is not rolled back in the first place.
    fn redo_looks_at_all_of_the_history_first(database) {
        let project = applied(database);
        project.migrations(&[("1_a", "CREATE TABLE a (x text);", "DROP TABLE a;")]);
        let log = "SELECT count(*) FROM _migrations_log";
        let before = database.value(log);
        project.migrate(&["redo"]).expect(4).says("1_a");
        assert!(database.objects().contains(&"c".to_owned()));
        assert_eq!(database.value(log), before);
        project.remove("migrations/1_a.sql");
        project.migrate(&["redo", "2"]).expect(4).says("1_a");
        assert_eq!(database.value(log), before);
    }

    fn out_of_order_has_to_be_allowed(database) {
        let project = applied(database);
        project.migrations(&[("2.5_late", "CREATE TABLE late (x int);", "DROP TABLE late;")]);
        project.migrate(&["up"]).expect(4).says("2.5_late").says("3_c");
        assert!(!database.objects().contains(&"late".to_owned()));
        project.migrate(&["up", "--allow-out-of-order"]).expect(0);
        assert!(database.objects().contains(&"late".to_owned()));
    }

    /// Git on Windows writes CRLF, some editors a byte-order mark.
    fn line_ends_and_byte_order_mark_change_nothing(database) {
        let project = applied(database);
        for name in ["1_a", "2_b", "3_c"] {
            let path = format!("migrations/{name}.sql");
            let text = fs::read_to_string(project.path(&path)).expect("the file is there");
            project.write(&[(&path, format!("\u{feff}{}", text.replace('\n', "\r\n")))]);
        }
        assert_eq!(statuses(&project), ["applied"; 3]);
    }

    /// A table that another program made, with the first five columns only.
    fn a_history_table_of_five_columns_is_taken_over(database) {
        let project = applied(database);
        let rows = database.rows("SELECT version, name, checksum FROM _migrations ORDER BY version");
        database.run("DROP TABLE _migrations; DROP TABLE _migrations_log;");
        let (time, now) = match database.url().starts_with("postgres:") {
            true => ("TIMESTAMPTZ", "NOW()"),
            false => ("TIMESTAMP", "CURRENT_TIMESTAMP"),
        };
        database.run(&format!(
            "CREATE TABLE _migrations (
                 version VARCHAR(255) PRIMARY KEY,
                 name VARCHAR(255) NOT NULL,
                 applied_at {time} NOT NULL DEFAULT {now},
                 checksum VARCHAR(64) NOT NULL,
                 execution_time_ms INTEGER
             )"
        ));
        for row in &rows {
            let [version, name, checksum] = row.as_slice() else { panic!("{row:?}") };
            database.run(&format!(
                "INSERT INTO _migrations VALUES \
                 ('{version}', '{name}', '2024-05-06 07:08:09', '{checksum}', 123)"
            ));
        }
        let five = "SELECT version, name, applied_at, checksum, execution_time_ms \
                    FROM _migrations WHERE version < '4' ORDER BY version";
        let before = database.rows(five);
        project.migrate(&["status", "--exit-code"]).expect(0);
        project.migrate(&["up"]).expect(0).says("No pending migrations");
        pending(&project);
        project.migrate(&["up"]).expect(0).says("Applied 1 migration");
        assert_eq!(database.rows(five), before);
        assert_eq!(statuses(&project), ["applied"; 4]);
        project.migrate(&["down", "--to", "2"]).expect(0).says("Rolled back to version 2");
        assert_eq!(database.column("SELECT version FROM _migrations ORDER BY version"), ["1", "2"]);
    }
}
