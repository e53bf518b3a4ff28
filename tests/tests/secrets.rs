//! A password is in no output, however the program is told it and whatever goes wrong.

use migrate_tests::database::Database as _;
use migrate_tests::mysql;
use migrate_tests::postgres::Database;
use migrate_tests::project::{Outcome, Project, Running, program};

/// Has what URLs encode. Its encoded form must not be seen either.
const PASSWORD: &str = "geh/e:m p@ss%ü";
const ENCODED: &str = "geh%2Fe%3Am%20p%40ss%25%C3%BC";

/// Nothing of it, not even a recognisable part.
#[track_caller]
fn kept(outcome: &Outcome) {
    for part in [PASSWORD, ENCODED, "geh", "p@ss", "p%40ss"] {
        let said = outcome.stdout.contains(part) || outcome.stderr.contains(part);
        assert!(!said, "`{part}` in {outcome}");
    }
}

/// Commands that speak of the database, each as talkative as can be.
const COMMANDS: &[&[&str]] = &[
    &["-v", "status"],
    &["-vv", "--format", "json", "status"],
    &["-v", "up", "--dry-run"],
    &["-v", "up"],
    &["-v", "--format", "json", "up"],
    &["-v", "--format", "json-lines", "redo"],
    &["-v", "down"],
    &["-v", "init"],
    &["-v", "validate"],
    &["-v", "fresh"],
];

fn project() -> Project {
    let project = Project::without_database();
    project.migrations(&[("1_a", "CREATE TABLE a (b int);", "DROP TABLE a;")]);
    project
}

/// Every command with a URL, given in every way; how many of them succeeded.
fn run_all(url: &str) -> usize {
    let project = project();
    let mut succeeded = 0;
    let mut check = |outcome: Outcome| {
        kept(&outcome);
        succeeded += usize::from(outcome.status.success());
    };
    for command in COMMANDS {
        check(project.migrate(&[&["-d", url], *command].concat()));
    }
    project.write(&[(".env", format!("DATABASE_URL='{url}'\n"))]);
    COMMANDS
        .iter()
        .for_each(|command| check(project.migrate(command)));
    project.remove(".env");
    project.write(&[("migrate.toml", format!("[database]\nurl = '{url}'\n"))]);
    COMMANDS
        .iter()
        .for_each(|command| check(project.migrate(command)));
    succeeded
}

#[test]
fn of_a_server_that_answers() {
    let database = Database::create();
    let role = database.role(PASSWORD);
    let name = &role.name;
    database.run(&format!(
        "GRANT ALL ON SCHEMA public TO {name}; GRANT ALL ON DATABASE {} TO {name}",
        database.name()
    ));
    let in_authority = database.url_as(name, ENCODED);
    let separator = if in_authority.contains('?') { '&' } else { '?' };
    let without = in_authority.replace(&format!("{name}:{ENCODED}@"), "");
    let in_query = format!("{without}{separator}user={name}&password={ENCODED}");
    // What `options` sets may be a secret too.
    let in_options = format!("{in_authority}{separator}options=-cmy.key%3Dgeheim");
    for url in [in_authority, in_query, in_options] {
        assert!(run_all(&url) > 20, "it connects with {url}");
    }
}

#[test]
fn of_a_mysql_server_that_answers() {
    let database = mysql::Database::create();
    let role = database.role(PASSWORD);
    let (name, url) = (&role.name, database.url_as(&role.name, ENCODED));
    database.run(&format!("GRANT ALL ON {}.* TO {name}", database.name()));
    assert!(run_all(&url) > 20, "it connects with {url}");
    assert_eq!(run_all(&database.url_as(name, "geh-wrong")), 3, "validate");
    let project = project();
    let url = database.url_as(name, "").replace(":@", "@");
    let mut command = project.command(&program("migrate"));
    command
        .args(["-v", "-d", &url, "status"])
        .env("MYSQL_PWD", PASSWORD);
    kept(&Running::start(&mut command).wait().expect(0));
}

#[test]
fn of_the_environment_and_the_password_file() {
    let database = Database::create();
    let role = database.role(PASSWORD);
    let url = database.url_as(&role.name, "").replace(":@", "@");
    let project = project();
    let mut command = project.command(&program("migrate"));
    command
        .args(["-v", "-d", &url, "status"])
        .env("PGPASSWORD", PASSWORD);
    let outcome = Running::start(&mut command).wait().expect(0);
    kept(&outcome);
    let escaped = PASSWORD.replace(':', "\\:");
    project.write(&[(".pgpass", format!("*:*:*:*:{escaped}\n"))]);
    let file = project.path(".pgpass");
    use std::os::unix::fs::PermissionsExt;
    std::fs::set_permissions(file, std::fs::Permissions::from_mode(0o600)).expect("it is ours");
    kept(&project.migrate(&["-v", "-d", &url, "status"]).expect(0));
}

/// URLs that lead nowhere, for every reason there is.
#[test]
fn of_urls_that_fail() {
    for url in [
        format!("postgres://me:{ENCODED}@127.0.0.1:1/app"),
        format!("postgres://me:{ENCODED}@no.such.host.invalid/app"),
        format!("postgres://me:{ENCODED}@localhost:notaport/app"),
        format!("postgres://me:{ENCODED}@localhost/app?sslmode=nonsense"),
        format!("postgres://me:{ENCODED}@localhost/app?nonsense=1"),
        format!("postgres://me:{ENCODED}%zz@localhost/app"),
        format!("postgres://me:{ENCODED}@[::1/app"),
        format!("postgres://localhost/app?user=me&password={ENCODED}&port=x"),
        format!("postgresq://me:{ENCODED}@localhost/app"),
        format!("oracle://me:{ENCODED}@localhost/app?password={ENCODED}"),
        format!("mysql://me:{ENCODED}@127.0.0.1:1/app"),
        format!("mysql://me:{ENCODED}@no.such.host.invalid/app"),
        format!("mysql://me:{ENCODED}@localhost"),
        format!("mariadb://me:{ENCODED}@localhost/app?ssl-mode=nonsense"),
        format!("mysql://me@localhost/app?password={ENCODED}"),
        format!("host=localhost port=1 user=me password='{PASSWORD}' dbname=app"),
        format!("me:{ENCODED}@localhost/app"),
        format!("sqlite:app.db?key={ENCODED}"),
        // What people type when they do not know of the encoding.
        "postgres://me:geh#p@ss@127.0.0.1:1/app".to_owned(),
        "postgres://me:geh?p@ss@127.0.0.1:1/app".to_owned(),
        "postgres://me:geh/p@ss@127.0.0.1:1/app".to_owned(),
        "postgres://me:geh p@ss@127.0.0.1:1/app".to_owned(),
    ] {
        run_all(&url);
    }
}

/// Nor what stands in a line of `.env` that cannot be read; and nothing else is read instead.
#[test]
fn of_a_malformed_file_of_variables() {
    let database = migrate_tests::sqlite::Database::create();
    for (text, line) in [
        (format!("# mine\nA=1\nDATABASE_URL={PASSWORD}\n"), 3),
        (format!("\nDATABASE_URL='{PASSWORD}\nB=2\n\n"), 2),
        (format!("A='1\n2'\r\n{PASSWORD}"), 3),
        (
            format!("\u{feff}A=\"1\n\\\"\n2\"\nPASSWORD=\"\\{PASSWORD}\"\n\n"),
            4,
        ),
    ] {
        let project = project();
        project.write(&[
            (".env", text),
            (
                "migrate.toml",
                format!("[database]\nurl = '{}'\n", database.url()),
            ),
        ]);
        for command in COMMANDS {
            let outcome = project.migrate(command).expect(2);
            kept(&outcome);
            outcome
                .says(&format!("`.env`: line {line} is not"))
                .says("nothing was done");
        }
    }
    assert!(database.objects().is_empty());
}
