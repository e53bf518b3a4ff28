//! What operators type and see: the files of `transcripts`, on real databases.

use migrate_tests::{mysql, postgres, sqlite, transcript, workspace};
use std::path::PathBuf;

fn folder(name: &str) -> PathBuf {
    workspace().join("tests/transcripts").join(name)
}

/// The same words whatever the database.
#[test]
fn every_engine_on_postgres() {
    transcript::check_all(&folder("every"), postgres::Database::create);
}

#[test]
fn every_engine_on_sqlite() {
    transcript::check_all(&folder("every"), sqlite::Database::create);
}

#[test]
fn mysql() {
    transcript::check_all(&folder("mysql"), mysql::Database::create);
}

#[test]
fn postgres() {
    transcript::check_all(&folder("postgres"), postgres::Database::create);
}

#[test]
fn sqlite() {
    transcript::check_all(&folder("sqlite"), sqlite::Database::create);
}
