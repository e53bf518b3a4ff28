//! Connecting to MySQL and MariaDB, within a time.

use super::ConnectError;
use super::mysql_failure::{Attempt, Cause};
use super::mysql_tls::{self, ssl_opts};
use super::mysql_url::{Host, MysqlUrl};
use super::tls::Mode;
use mysql_async::{Conn, Opts, OptsBuilder};
use std::time::Duration;
use tokio::time::timeout;

/// What the driver lets through: the protocol's own limit. The server's is looked at where
/// messages are made.
const MAX_PACKET: usize = 1 << 30;

/// Connects. `connect_timeout` bounds everything, looking up the host's name included.
///
/// # Errors
///
/// Of kind `Usage` where TLS is demanded that this build lacks, or nobody can be told to be the
/// user; of kind `Failed` with the reason otherwise.
pub async fn connect_mysql(
    url: &MysqlUrl,
    connect_timeout: Duration,
) -> Result<Conn, ConnectError> {
    let user = url.user.clone().or_else(|| whoami::username().ok());
    let user = user.ok_or_else(|| {
        ConnectError::usage("no user is named, and this system's user has no name")
            .with_help("write `mysql://user@host/database`")
    })?;
    let attempt = Attempt { url, user: &user };
    let connecting = async {
        let plain = plain(&attempt).await?;
        let Some(tls) = ssl_opts(&url.tls, &url.host).map_err(Cause::Tls)? else {
            return connect(plain).await;
        };
        let encrypted = OptsBuilder::from_opts(plain.clone()).ssl_opts(tls);
        match connect(encrypted.into()).await {
            Err(Cause::Driver(error))
                if url.tls.mode == Mode::Prefer && mysql_tls::is_about_encryption(&error) =>
            {
                tracing::debug!(%error, "TLS failed, trying without");
                connect(plain).await
            }
            other => other,
        }
    };
    match timeout(connect_timeout, connecting).await {
        Ok(connected) => connected.map_err(|cause| attempt.explain(cause)),
        Err(_) => Err(attempt.explain(Cause::Silent(connect_timeout))),
    }
}

async fn connect(opts: Opts) -> Result<Conn, Cause> {
    Conn::new(opts).await.map_err(Cause::Driver)
}

/// The driver's options for a connection without TLS.
async fn plain(attempt: &Attempt<'_>) -> Result<Opts, Cause> {
    let url = attempt.url;
    let password = url.password.clone();
    let password = password.or_else(|| std::env::var("MYSQL_PWD").ok());
    let builder = OptsBuilder::default()
        .user(Some(attempt.user))
        .pass(password)
        .db_name(Some(&url.database))
        .connect_attribute("program_name", "migrate")
        // What the driver would otherwise ask the server for.
        .prefer_socket(false)
        .max_allowed_packet(Some(MAX_PACKET))
        .wait_timeout(Some(0))
        // A statement may run for hours without a byte on the wire.
        .tcp_keepalive(Some(Duration::from_secs(60)))
        .stmt_cache_size(0);
    Ok(match &url.host {
        Host::Unix(path) => builder.socket(Some(path.to_string_lossy())).into(),
        Host::Tcp(name, port) => {
            let found = tokio::net::lookup_host((name.as_str(), *port)).await;
            let addresses: Vec<_> = found.map_err(Cause::Lookup)?.map(|it| it.ip()).collect();
            if addresses.is_empty() {
                return Err(Cause::NoAddress);
            }
            builder
                .ip_or_hostname(name)
                .tcp_port(*port)
                .resolved_ips(Some(addresses))
                .into()
        }
    })
}
