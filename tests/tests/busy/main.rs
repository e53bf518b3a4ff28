//! A PostgreSQL database that others use meanwhile.

mod attempts;
mod limits;
mod watched;

use migrate_runtime::{Event, Migrator};
use migrate_tests::database::Database as _;
use migrate_tests::postgres::{Database, Session};
use migrate_tests::project::{Project, folder};
use std::sync::{Arc, Mutex};
use tempfile::TempDir;

/// Another application, which holds a lock on `users` in an open transaction.
fn locked(database: &Database) -> Session {
    database.run("CREATE TABLE users (a int)");
    let other = database.session();
    other.run("SET application_name = 'worker'; BEGIN");
    other.run("UPDATE users\n  SET a = 1");
    other
}

const ADD: &str = "ALTER TABLE users ADD COLUMN b int;";

fn adds(database: &Database) -> Project {
    let project = Project::new(&database.url());
    project.migrations(&[("1_a", ADD, "SELECT 1;")]);
    project
}

/// One migration, as it stands in its file.
fn one(text: &str) -> TempDir {
    folder(&[("1_a.sql", format!("-- migrate:up\n{text}\n"))])
}

/// What an observer was told, in words, and what it does when it is.
fn observed(
    migrator: Migrator,
    does: impl Fn(&Event<'_>) + Send + Sync + 'static,
) -> (Migrator, Arc<Mutex<Vec<String>>>) {
    let told = Arc::new(Mutex::new(Vec::new()));
    let by_observer = Arc::clone(&told);
    let migrator = migrator.observer(move |event: &Event<'_>| {
        let words = format!("{event:?}");
        let name = words.split_whitespace().next().unwrap_or_default();
        by_observer
            .lock()
            .expect("nobody panicked")
            .push(name.to_owned());
        does(event);
    });
    (migrator, told)
}

fn count(told: &Mutex<Vec<String>>, name: &str) -> usize {
    let told = told.lock().expect("nobody panicked");
    told.iter().filter(|told| *told == name).count()
}
