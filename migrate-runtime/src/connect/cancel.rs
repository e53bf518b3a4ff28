//! Asking a server to stop what a connection is doing, in a way that poolers survive.
//!
//! The request goes over a connection of its own, which the server closes when it has acted on it.
//! The driver closes it at once, as soon as it has sent the request; PgBouncer up to 1.20 crashes
//! when that happens in the wrong moment (<https://github.com/pgbouncer/pgbouncer/issues/801>). So
//! the server is waited for, as libpq does.

use super::postgres::Recipe;
use super::tls::Connector;
use std::io;
use std::pin::Pin;
use std::task::{Context, Poll, ready};
use std::time::Duration;
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::net::TcpStream;
#[cfg(unix)]
use tokio::net::UnixStream;
use tokio::time::timeout;
use tokio_postgres::config::Host;
use tokio_postgres::tls::MakeTlsConnect;
use tokio_postgres::{CancelToken, NoTls};

/// How long another connection beside a run's own, or a word on it, may take.
pub const ANOTHER_WITHIN: Duration = Duration::from_secs(5);

/// A request to stop what a connection is doing.
pub struct Cancel {
    token: CancelToken,
    /// How the connection was made; `None` where only the driver knows.
    recipe: Option<Box<Recipe>>,
}

impl Cancel {
    /// For a connection that was made like this.
    pub(super) fn new(token: CancelToken, recipe: Box<Recipe>) -> Cancel {
        let recipe = Some(recipe);
        Cancel { token, recipe }
    }

    /// For a client that was connected elsewhere. The request is sent unencrypted, so a server
    /// that demands TLS of it does not listen.
    pub fn plain(token: CancelToken) -> Cancel {
        Cancel {
            token,
            recipe: None,
        }
    }

    /// Sends the request, for at most five seconds. Whether it arrived, and in time, cannot be
    /// known: errors are ignored.
    pub async fn cancel(&self) {
        let request = async {
            match &self.recipe {
                Some(recipe) => self.request(recipe).await,
                None => {
                    let sent = self.token.cancel_query(NoTls).await;
                    sent.map_err(io::Error::other)
                }
            }
        };
        let sent = timeout(ANOTHER_WITHIN, request).await;
        tracing::debug!(?sent, "asked the server to cancel");
    }

    async fn request(&self, Recipe { config, tls }: &Recipe) -> io::Result<()> {
        let (Some(host), Some(&port)) = (config.get_hosts().first(), config.get_ports().first())
        else {
            return Err(io::ErrorKind::InvalidInput.into());
        };
        match host {
            Host::Tcp(name) => {
                let stream = match config.get_hostaddrs().first() {
                    Some(&address) => TcpStream::connect((address, port)).await?,
                    None => TcpStream::connect((name.as_str(), port)).await?,
                };
                self.send(Patient(stream), name, tls.as_ref()).await
            }
            #[cfg(unix)]
            Host::Unix(folder) => {
                let socket = folder.join(format!(".s.PGSQL.{port}"));
                let stream = UnixStream::connect(socket).await?;
                self.send(Patient(stream), "", None).await
            }
        }
    }

    async fn send<S>(
        &self,
        stream: Patient<S>,
        name: &str,
        tls: Option<&Connector>,
    ) -> io::Result<()>
    where
        S: AsyncRead + AsyncWrite + Unpin + Send + 'static,
    {
        let sent = match tls.cloned() {
            Some(mut tls) => {
                let tls = MakeTlsConnect::<Patient<S>>::make_tls_connect(&mut tls, name);
                let tls = tls.map_err(io::Error::other)?;
                self.token.cancel_query_raw(stream, tls).await
            }
            None => self.token.cancel_query_raw(stream, NoTls).await,
        };
        sent.map_err(io::Error::other)
    }
}

/// A stream that is shut down by the other side: to shut it down is to wait for that.
struct Patient<S>(S);

impl<S: AsyncRead + Unpin> AsyncRead for Patient<S> {
    fn poll_read(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        Pin::new(&mut self.0).poll_read(context, buffer)
    }
}

impl<S: AsyncRead + AsyncWrite + Unpin> AsyncWrite for Patient<S> {
    fn poll_write(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.0).poll_write(context, bytes)
    }

    fn poll_flush(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.0).poll_flush(context)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        loop {
            let mut bytes = [0; 64];
            let mut buffer = ReadBuf::new(&mut bytes);
            let read = ready!(Pin::new(&mut self.0).poll_read(context, &mut buffer));
            if read.is_err() || buffer.filled().is_empty() {
                return Poll::Ready(Ok(()));
            }
        }
    }
}
