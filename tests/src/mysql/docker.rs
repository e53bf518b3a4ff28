//! MySQL or MariaDB in a Docker container: the image that `MIGRATE_TEST_MYSQL_IMAGE` names, as
//! `mysql:8` or `mariadb:11`.

use crate::throwaway::remove_at_end;
use std::env;
use testcontainers::core::{IntoContainerPort, WaitFor};
use testcontainers::runners::SyncRunner;
use testcontainers::{GenericImage, ImageExt, TestcontainersError};

/// The URL of a server in a new container; the error says why there is none.
pub(super) fn start() -> Result<String, String> {
    let failed = |error: TestcontainersError| format!("\n(in Docker: {error})");
    let image = env::var("MIGRATE_TEST_MYSQL_IMAGE").unwrap_or_else(|_| "mariadb:11".to_owned());
    let (name, tag) = image.split_once(':').unwrap_or((&image, "latest"));
    // Both images start a server twice, and only the second one listens on the port.
    let ready = WaitFor::message_on_stderr("port: 3306");
    let container = GenericImage::new(name, tag)
        .with_exposed_port(3306.tcp())
        .with_wait_for(ready)
        .with_env_var("MYSQL_ROOT_PASSWORD", "root")
        .with_env_var("MARIADB_ROOT_PASSWORD", "root")
        .start()
        .map_err(failed)?;
    remove_at_end(container.id());
    let host = container.get_host().map_err(failed)?;
    let port = container.get_host_port_ipv4(3306).map_err(failed)?;
    // Not dropped: it serves until the process ends.
    std::mem::forget(container);
    Ok(format!("mysql://root:root@{host}:{port}/mysql"))
}
