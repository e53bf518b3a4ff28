//! A program with a SQLite file of its own, which it migrates when it starts.
//!
//! ```sh
//! cargo run -p embedded-sqlite -- blog.db
//! ```
//!
//! It may be started any number of times at once: each migration is applied by one of them, and all
//! come up when the last one is.

use migrate_runtime::{Migration, Migrator, embed_migrations};
use rusqlite::Connection;
use std::env;
use std::error::Error;

static MIGRATIONS: &[Migration] = embed_migrations!(
    "../../migrations",
    dialect = "sqlite",
    since = "20260202110000"
);

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Box<dyn Error>> {
    let file = env::args().nth(1).ok_or("usage: embedded-sqlite FILE")?;
    let mut connection = Connection::open(file)?;

    let report = Migrator::new(MIGRATIONS).up(&mut connection).await?;
    println!("applied {} migrations", report.results.len());

    let mut posts = connection.prepare("SELECT title FROM posts ORDER BY id")?;
    for title in posts.query_map([], |row| row.get::<_, String>(0))? {
        println!("{}", title?);
    }
    Ok(())
}
