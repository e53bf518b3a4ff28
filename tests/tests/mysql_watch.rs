//! Who keeps a migration waiting on MySQL and MariaDB, and how far it is: as much as the server
//! tells.

use migrate_tests::database::Database as _;
use migrate_tests::mysql::{Cluster, Database, Session, Setup};
use migrate_tests::project::{Outcome, Project};

const LIMITED: [&str; 5] = ["up", "--lock-timeout", "1s", "--lock-retries", "0"];

fn project(url: &str, sql: &str) -> Project {
    let project = Project::new(url);
    project.write(&[("migrations/1_a.sql", format!("-- migrate:up\n{sql}\n"))]);
    project
}

/// Another application, in the middle of a transaction that has changed `users`; with its
/// connection's id.
fn busy(session: Session) -> (Session, String) {
    session.run("CREATE TABLE users (a int); INSERT INTO users VALUES (1)");
    session.run("START TRANSACTION; UPDATE users SET a = 2");
    let id = session.rows("SELECT CONNECTION_ID()").concat().concat();
    (session, id)
}

/// What is said of one who surely is in the way, and that it can be ended.
fn says_held(up: Outcome, lock: &str, id: &str) {
    let by = format!("{lock}, held by process {id} (user `");
    up.says(&format!("waiting for {by}"))
        .says("idle in transaction for ")
        .says(&format!("note: waited for {by}"))
        .says(&format!("end it (`KILL {id}`)"));
}

#[test]
fn who_has_locked_a_row_is_told() {
    let database = Database::create();
    let (other, id) = busy(database.session());
    let project = project(&database.url(), "UPDATE users SET a = 3;");
    let up = project.migrate(&LIMITED).expect(1);
    says_held(up, "a row of `users`", &id);
    let json: Vec<&str> = ["--format", "json-lines"]
        .into_iter()
        .chain(LIMITED)
        .collect();
    project.migrate(&json).expect(1).says(&format!(
        r#""lock":"a row of `users`","by":[{{"pid":{id},"certain":true,"user":""#
    ));
    other.run("ROLLBACK");
    project.migrate(&LIMITED).expect(0);
}

/// What the other one does, where it does something.
#[test]
fn the_query_of_whoever_is_in_the_way_is_told() {
    let database = Database::create();
    let (other, id) = busy(database.session());
    let project = project(&database.url(), "UPDATE users SET a = 3;");
    std::thread::scope(|scope| {
        scope.spawn(|| other.try_rows("SELECT\n  SLEEP(100)"));
        project
            .migrate(&LIMITED)
            .expect(1)
            .says(&format!("held by process {id} ("))
            .says("active for ")
            .says(": `SELECT SLEEP(100)`)");
        database.run(&format!("KILL QUERY {id}"));
    });
}

/// A server as it comes may tell of transactions only, and MariaDB's does not tell of what.
#[test]
fn who_may_use_a_table_is_told() {
    let database = Database::create();
    let (_other, id) = busy(database.session());
    let project = project(&database.url(), "ALTER TABLE users ADD COLUMN b int;");
    let up = project.migrate(&LIMITED).expect(1);
    if database.value("SELECT VERSION()").contains("MariaDB") {
        let by = format!("a table, perhaps held by process {id} (user `");
        let up = up
            .says(&format!("waiting for {by}"))
            .says(&format!("note: waited for {by}"));
        assert!(!up.stderr.contains("KILL"), "{up}");
    } else {
        says_held(up, "`users`", &id);
    }
}

/// MariaDB, where it is told to look at the locks of tables.
#[test]
fn who_uses_a_table_is_told_where_the_server_knows() {
    let cluster = Cluster::start(&Setup {
        options: &[
            "--performance-schema=1",
            "--performance-schema-instrument=wait/lock/metadata/sql/mdl=ON",
        ],
        ..Setup::default()
    });
    Session::open(&cluster.url("mysql")).run("CREATE DATABASE app");
    let url = cluster.url("app");
    let (other, id) = busy(Session::open(&url));
    let drops = project(&url, "DROP TABLE users;");
    says_held(drops.migrate(&LIMITED).expect(1), "`users`", &id);
    other.run("COMMIT; LOCK TABLES users READ");
    let writes = project(&url, "INSERT INTO users VALUES (3);");
    writes
        .migrate(&LIMITED)
        .expect(1)
        .says(&format!(
            "waited for `users`, held by process {id} (user `root`, idle)"
        ))
        .says(&format!("end it (`KILL {id}`)"));
}

/// MariaDB with the plugin that lists the locks of tables which are held.
#[test]
fn who_holds_a_table_that_is_named_may_be_it() {
    let cluster = Cluster::start(&Setup {
        options: &["--plugin-load-add=metadata_lock_info"],
        ..Setup::default()
    });
    Session::open(&cluster.url("mysql")).run("CREATE DATABASE app; CREATE TABLE app.b (c int)");
    let url = cluster.url("app");
    let (other, id) = busy(Session::open(&url));
    other.run("COMMIT; LOCK TABLES users READ");
    let elsewhere = Session::open(&url);
    elsewhere.run("START TRANSACTION; INSERT INTO b VALUES (1)");
    let project = project(&url, "DROP TABLE users;");
    let up = project.migrate(&LIMITED).expect(1).says(&format!(
        "waited for `users`, perhaps held by process {id} (user `root`, idle)"
    ));
    assert!(!up.stderr.contains("or by process"), "{up}");
}

/// Without PROCESS the server tells of oneself only, and nothing else is claimed. The table that is
/// read is waited for at the end, when it is copied.
#[test]
fn a_user_who_may_not_look_at_others() {
    let database = Database::create();
    let role = database.role("secret");
    let (other, _) = busy(database.session());
    other.run("COMMIT; START TRANSACTION; SELECT * FROM users");
    let (name, role_name) = (database.name(), &role.name);
    database.run(&format!("GRANT ALL ON {name}.* TO {role_name}"));
    let project = project(&role.url, "ALTER TABLE users ADD COLUMN b int;");
    let json: Vec<&str> = ["--format", "json-lines"]
        .into_iter()
        .chain(LIMITED)
        .collect();
    let up = project
        .migrate(&json)
        .expect(1)
        .says("Lock wait timeout")
        .says(r#""phase":"Waiting for table metadata lock","percent":null"#);
    assert!(!up.stdout.contains("blocked"), "{up}");
    assert!(!up.stderr.contains("held by"), "{up}");
}

/// A server without a free connection is no reason to fail.
#[test]
fn a_watcher_that_cannot_connect_does_no_harm() {
    let database = Database::create();
    let role = database.role("secret");
    let (_other, _) = busy(database.session());
    let (name, role_name) = (database.name(), &role.name);
    database.run(&format!(
        "GRANT ALL ON {name}.* TO {role_name}; GRANT PROCESS ON *.* TO {role_name};
         ALTER USER {role_name} WITH MAX_USER_CONNECTIONS 1"
    ));
    let project = project(&role.url, "UPDATE users SET a = 3;");
    let up = project
        .migrate(&LIMITED)
        .expect(1)
        .says("Lock wait timeout");
    assert!(!up.stderr.contains("held by"), "{up}");
}

/// How far a table is copied. The column is slow to compute.
#[test]
fn the_progress_of_a_copy_is_told() {
    let database = Database::create();
    if !database.value("SELECT VERSION()").contains("MariaDB") {
        return;
    }
    database.run("CREATE TABLE a (x int); INSERT INTO a SELECT seq FROM seq_1_to_300");
    let sql = "ALTER TABLE a ADD COLUMN y char(128) AS (SHA2(REPEAT(x, 1000000), 512)) STORED, ALGORITHM=COPY;";
    let project = project(&database.url(), sql);
    let json = ["--format", "json-lines", "up", "--lock-timeout", "1s"];
    let up = project.migrate(&json).expect(0);
    let told = up
        .stdout
        .lines()
        .find(|line| line.contains(r#""phase":"copy to tmp table""#));
    let told = told.unwrap_or_else(|| panic!("{up}"));
    assert!(
        told.contains(r#""percent":"#) && !told.contains("null"),
        "{told}"
    );
}
