//! A connection to a server, over a unix socket or TCP.

use super::protocol::Protocol;
use crate::mysql;
use std::io::{self, Read, Write};
use std::net::{Shutdown, TcpStream};
use std::os::unix::net::UnixStream;
use std::path::PathBuf;
use tokio_postgres::Config;
use tokio_postgres::config::Host;

/// Where the server is.
pub(super) enum Address {
    Unix(PathBuf),
    Tcp(String, u16),
}

impl Address {
    /// The first host of a URL.
    pub(super) fn of(url: &str) -> Address {
        match Protocol::of(url) {
            Protocol::Postgres => Address::of_postgres(&url.parse().expect("it is a URL")),
            Protocol::Mysql => {
                let opts = mysql::options(url);
                match opts.socket() {
                    Some(path) => Address::Unix(path.into()),
                    None => Address::Tcp(opts.ip_or_hostname().to_owned(), opts.tcp_port()),
                }
            }
        }
    }

    fn of_postgres(config: &Config) -> Address {
        let port = config.get_ports().first().copied().unwrap_or(5432);
        match config.get_hosts().first().expect("the URL names a host") {
            Host::Unix(folder) => Address::Unix(folder.join(format!(".s.PGSQL.{port}"))),
            Host::Tcp(name) => Address::Tcp(name.clone(), port),
        }
    }

    pub(super) fn connect(&self) -> io::Result<Stream> {
        match self {
            Address::Unix(path) => UnixStream::connect(path).map(Stream::Unix),
            Address::Tcp(name, port) => {
                let stream = TcpStream::connect((name.as_str(), *port))?;
                stream.set_nodelay(true)?;
                Ok(Stream::Tcp(stream))
            }
        }
    }
}

/// Either kind of socket.
pub(super) enum Stream {
    Unix(UnixStream),
    Tcp(TcpStream),
}

impl Stream {
    /// A second handle of the same connection.
    pub(super) fn again(&self) -> io::Result<Stream> {
        match self {
            Stream::Unix(stream) => stream.try_clone().map(Stream::Unix),
            Stream::Tcp(stream) => stream.try_clone().map(Stream::Tcp),
        }
    }

    /// Ends it, one direction or both. That it has ended already is as good.
    pub(super) fn shut(&self, how: Shutdown) {
        match self {
            Stream::Unix(stream) => stream.shutdown(how).ok(),
            Stream::Tcp(stream) => stream.shutdown(how).ok(),
        };
    }
}

impl Read for Stream {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        match self {
            Stream::Unix(stream) => stream.read(buffer),
            Stream::Tcp(stream) => stream.read(buffer),
        }
    }
}

impl Write for Stream {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        match self {
            Stream::Unix(stream) => stream.write(bytes),
            Stream::Tcp(stream) => stream.write(bytes),
        }
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}
