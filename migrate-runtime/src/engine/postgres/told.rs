//! Which server process a driver was told it is talking to: where that is not the process that
//! answers, there is a pooler between the two.
//!
//! A server tells the key of its process when a session begins (protocol manual,
//! "BackendKeyData"). A pooler, which gives a client now this process and now that one, makes one
//! up (PgBouncer: `welcome_client` in proto.c).

use std::convert::Infallible;
use std::future::{Ready, ready};
use std::io;
use std::pin::Pin;
use std::task::{Context, Poll};
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio_postgres::Client;
use tokio_postgres::tls::{ChannelBinding, TlsConnect, TlsStream};

/// The id of the server process, as the driver was told. `None` where the driver does not say.
///
/// The driver keeps it to itself, but for a request to cancel, which it writes to whatever stream
/// it is given: length, code, process, secret key, four bytes each (protocol manual,
/// "CancelRequest"). Nothing is sent.
pub(super) async fn told_process(client: &Client) -> Option<i32> {
    let mut paper = Paper(Vec::new());
    let token = client.cancel_token();
    token.cancel_query_raw(&mut paper, Unencrypted).await.ok()?;
    let process = paper.0.rchunks(4).nth(1)?;
    Some(i32::from_be_bytes(process.try_into().ok()?))
}

/// A stream that keeps what is written to it, and says `S` ("willing") to a wish for TLS.
struct Paper(Vec<u8>);

impl AsyncRead for Paper {
    fn poll_read(
        self: Pin<&mut Self>,
        _: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        buffer.put_slice(b"S");
        Poll::Ready(Ok(()))
    }
}

impl AsyncWrite for Paper {
    fn poll_write(
        self: Pin<&mut Self>,
        _: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        self.get_mut().0.extend_from_slice(bytes);
        Poll::Ready(Ok(bytes.len()))
    }

    fn poll_flush(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<io::Result<()>> {
        Poll::Ready(Ok(()))
    }

    fn poll_shutdown(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<io::Result<()>> {
        Poll::Ready(Ok(()))
    }
}

impl TlsStream for &mut Paper {
    fn channel_binding(&self) -> ChannelBinding {
        ChannelBinding::none()
    }
}

/// TLS for a stream that goes nowhere: none.
struct Unencrypted;

impl<'a> TlsConnect<&'a mut Paper> for Unencrypted {
    type Stream = &'a mut Paper;
    type Error = Infallible;
    type Future = Ready<Result<&'a mut Paper, Infallible>>;

    fn connect(self, stream: &'a mut Paper) -> Self::Future {
        ready(Ok(stream))
    }
}
