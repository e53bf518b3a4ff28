//! PostgreSQL in a Docker container.

use crate::throwaway::remove_at_end;
use testcontainers::core::{IntoContainerPort, WaitFor};
use testcontainers::runners::SyncRunner;
use testcontainers::{GenericImage, ImageExt, TestcontainersError};

/// The URL of a server in a new container; the error says why there is none.
pub(super) fn start() -> Result<String, String> {
    let failed = |error: TestcontainersError| format!("\n(in Docker: {error})");
    let ready = WaitFor::message_on_stderr("database system is ready to accept connections");
    let container = GenericImage::new("postgres", "17-alpine")
        .with_exposed_port(5432.tcp())
        .with_wait_for(ready)
        .with_env_var("POSTGRES_PASSWORD", "postgres")
        .with_cmd(["postgres", "-c", "fsync=off", "-c", "max_connections=200"])
        .start()
        .map_err(failed)?;
    remove_at_end(container.id());
    let host = container.get_host().map_err(failed)?;
    let port = container.get_host_port_ipv4(5432).map_err(failed)?;
    // Not dropped: it serves until the process ends.
    std::mem::forget(container);
    Ok(format!(
        "postgres://postgres:postgres@{host}:{port}/postgres"
    ))
}
