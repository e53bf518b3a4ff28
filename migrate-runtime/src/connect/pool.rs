//! A connection of an application's own pool.

use super::ConnectError;
use std::fmt::Display;
use std::time::Duration;

/// Takes one, within a time.
///
/// # Errors
///
/// Of kind `Failed`: the pool gave none, and why.
pub async fn of_pool<C, E: Display>(
    getting: impl Future<Output = Result<C, E>>,
    timeout: Duration,
) -> Result<C, ConnectError> {
    let why = match tokio::time::timeout(timeout, getting).await {
        Ok(Ok(connection)) => return Ok(connection),
        Ok(Err(error)) => format!(": {error}"),
        Err(_) => format!(" within {timeout:?}"),
    };
    Err(ConnectError::failed(format!(
        "the pool gave no connection{why}"
    )))
}
