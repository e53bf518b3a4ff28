//! Connecting to PostgreSQL, within a time.

use super::ConnectError;
use super::cancel::Cancel;
use super::failure::{self, Attempt, Cause, combine};
use super::postgres_url::PostgresUrl;
use super::settings::{Endpoint, Environment, Host, Settings};
use super::tls::{Connector, Mode, connector};
use futures_util::future::poll_fn;
use std::net::IpAddr;
use std::time::Duration;
use tokio::task::JoinHandle;
use tokio::time::{Instant, timeout};
use tokio_postgres::config::{Config, SslMode};
use tokio_postgres::tls::TlsStream;
use tokio_postgres::{AsyncMessage, Client, Connection, NoTls, Socket};

/// A connection with the task that drives it, which ends when this is dropped.
pub struct PostgresConnection {
    /// The driver's client.
    pub client: Client,
    driver: JoinHandle<()>,
    recipe: Box<Recipe>,
}

/// How a connection was made, for another one to the same server.
#[derive(Clone)]
pub struct Recipe {
    pub(super) config: Config,
    pub(super) tls: Option<Connector>,
}

impl Recipe {
    /// Connects again, under another name.
    ///
    /// # Errors
    ///
    /// The driver's. Time is the caller's to keep.
    pub async fn connect(
        mut self,
        application_name: &str,
    ) -> Result<PostgresConnection, tokio_postgres::Error> {
        self.config.application_name(application_name);
        open(self.config, self.tls).await
    }
}

impl PostgresConnection {
    /// How it was made.
    pub fn recipe(&self) -> Box<Recipe> {
        self.recipe.clone()
    }

    /// What can stop the statement that is running, from outside.
    pub fn canceller(&self) -> Cancel {
        Cancel::new(self.client.cancel_token(), self.recipe())
    }
}

impl Drop for PostgresConnection {
    fn drop(&mut self) {
        self.driver.abort();
    }
}

/// Connects to the first server of the URL that lets us in.
///
/// `connect_timeout` bounds everything, looking up names included, unless the URL's
/// `connect_timeout` or `PGCONNECT_TIMEOUT` is given, which then does. Several servers, and
/// several addresses of one, share it.
///
/// # Errors
///
/// Of kind `Usage` where a parameter makes no sense; of kind `Failed` with the reasons of the
/// servers tried.
pub async fn connect_postgres(
    url: &PostgresUrl,
    connect_timeout: Duration,
) -> Result<PostgresConnection, ConnectError> {
    let settings = Settings::gather(url, &Environment::process(), connect_timeout)?;
    let tls = connector(&settings.tls)?;
    let mut left = settings.connect_timeout;
    let mut failures = Vec::new();
    for (index, endpoint) in settings.endpoints.iter().enumerate() {
        let attempt = Attempt {
            endpoint,
            settings: &settings,
        };
        let began = Instant::now();
        let share = share(left, settings.endpoints.len() - index);
        match connect_endpoint(&attempt, tls.as_ref(), share).await {
            Ok(connection) => return Ok(connection),
            Err(cause) if cause.is_final() => return Err(attempt.explain(&cause)),
            Err(cause) => failures.push(attempt.explain(&cause)),
        }
        left = left.saturating_sub(began.elapsed());
    }
    Err(combine(failures))
}

/// An equal share of the time for each that may still need one.
fn share(time: Duration, sharers: usize) -> Duration {
    time / u32::try_from(sharers.max(1)).unwrap_or(u32::MAX)
}

/// Tries the addresses of one server, one after the other.
async fn connect_endpoint(
    attempt: &Attempt<'_>,
    tls: Option<&Connector>,
    time: Duration,
) -> Result<PostgresConnection, Cause> {
    let began = Instant::now();
    let addresses = timeout(time, addresses(attempt.endpoint))
        .await
        .map_err(|_| Cause::Silent(time))??;
    let mut left = time.saturating_sub(began.elapsed());
    let mut last = Cause::NoAddress;
    for (index, address) in addresses.iter().enumerate() {
        let began = Instant::now();
        let share = share(left, addresses.len() - index);
        match timeout(share, connect_address(attempt, *address, tls)).await {
            Ok(Ok(connection)) => return Ok(connection),
            Ok(Err(error)) => last = Cause::Driver(error),
            Err(_) => last = Cause::Silent(share),
        }
        if last.is_final() {
            break;
        }
        left = left.saturating_sub(began.elapsed());
    }
    Err(last)
}

/// The addresses of a machine; none for a socket, which needs none.
async fn addresses(endpoint: &Endpoint) -> Result<Vec<Option<IpAddr>>, Cause> {
    match &endpoint.host {
        Host::Unix(_) => Ok(vec![None]),
        Host::Tcp(_, Some(address)) => Ok(vec![Some(*address)]),
        Host::Tcp(name, None) => {
            let found = tokio::net::lookup_host((name.as_str(), endpoint.port))
                .await
                .map_err(Cause::Lookup)?;
            Ok(found.map(|address| Some(address.ip())).collect())
        }
    }
}

/// One connection. Where TLS is merely preferred and fails, or the server lets us in without it
/// only, one without it is tried, as by libpq.
async fn connect_address(
    attempt: &Attempt<'_>,
    address: Option<IpAddr>,
    tls: Option<&Connector>,
) -> Result<PostgresConnection, tokio_postgres::Error> {
    let mut config = attempt.settings.config(attempt.endpoint, address);
    let (Some(tls), Host::Tcp(..)) = (tls, &attempt.endpoint.host) else {
        return open(config, None).await;
    };
    let preferred = attempt.settings.tls.mode == Mode::Prefer;
    config.ssl_mode(if preferred {
        SslMode::Prefer
    } else {
        SslMode::Require
    });
    match open(config.clone(), Some(tls.clone())).await {
        Err(error) if preferred && failure::is_about_encryption(&error) => {
            tracing::debug!(%error, "TLS failed, trying without");
            match open(config, None).await {
                // The server insists on TLS: what has to be said is why there is none.
                Err(again) if failure::is_about_encryption(&again) => Err(error),
                result => result,
            }
        }
        result => result,
    }
}

/// Connects, with TLS as the configuration says, or without.
async fn open(
    mut config: Config,
    tls: Option<Connector>,
) -> Result<PostgresConnection, tokio_postgres::Error> {
    let (client, driver) = match &tls {
        Some(tls) => {
            let (client, connection) = config.connect(tls.clone()).await?;
            (client, drive(connection))
        }
        None => {
            config.ssl_mode(SslMode::Disable);
            let (client, connection) = config.connect(NoTls).await?;
            (client, drive(connection))
        }
    };
    let recipe = Box::new(Recipe { config, tls });
    Ok(PostgresConnection {
        client,
        driver,
        recipe,
    })
}

/// Starts the task that moves the connection's bytes and hands on the server's notices.
fn drive<T>(mut connection: Connection<Socket, T>) -> JoinHandle<()>
where
    T: TlsStream + Unpin + Send + 'static,
{
    tokio::spawn(async move {
        while let Some(message) = poll_fn(|context| connection.poll_message(context)).await {
            match message {
                Ok(AsyncMessage::Notice(notice)) => tracing::info!(
                    target: "migrate_runtime::notice",
                    severity = notice.severity(),
                    "{}",
                    notice.message()
                ),
                Ok(_) => {}
                Err(error) => {
                    tracing::debug!(%error, "the connection ended");
                    break;
                }
            }
        }
    })
}
