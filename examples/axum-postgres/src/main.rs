//! A small web service that migrates its PostgreSQL database when it starts.
//!
//! ```sh
//! DATABASE_URL=postgres://localhost/blog cargo run -p axum-postgres
//! curl http://127.0.0.1:3000/
//! ```
//!
//! Any number of instances may be started at once: the first one migrates, the others wait for it.

use axum::Router;
use axum::extract::State;
use axum::http::StatusCode;
use axum::routing::get;
use deadpool_postgres::{Manager, Pool, PoolError};
use migrate_runtime::{Migration, Migrator, embed_migrations};
use std::env;
use std::error::Error;
use tokio::net::TcpListener;
use tokio_postgres::NoTls;

static MIGRATIONS: &[Migration] = embed_migrations!("../../migrations", since = "20260202110000");

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let url = env::var("DATABASE_URL").map_err(|_| "set DATABASE_URL to a PostgreSQL database")?;
    let pool = Pool::builder(Manager::new(url.parse()?, NoTls)).build()?;

    let report = Migrator::new(MIGRATIONS).up(&pool).await?;
    println!("applied {} migrations", report.results.len());

    let address = env::var("LISTEN").unwrap_or_else(|_| "127.0.0.1:3000".to_owned());
    let listener = TcpListener::bind(address).await?;
    println!("listening on {}", listener.local_addr()?);
    let service = Router::new().route("/", get(titles)).with_state(pool);
    Ok(axum::serve(listener, service).await?)
}

/// The titles of all posts, a line each.
async fn titles(State(pool): State<Pool>) -> Result<String, (StatusCode, String)> {
    let query = async || -> Result<String, PoolError> {
        let client = pool.get().await?;
        let rows = client
            .query("SELECT title FROM posts ORDER BY id", &[])
            .await?;
        let lines = rows.iter().map(|row| row.get::<_, String>("title") + "\n");
        Ok(lines.collect())
    };
    let failed = |error: PoolError| (StatusCode::INTERNAL_SERVER_ERROR, error.to_string());
    query().await.map_err(failed)
}
