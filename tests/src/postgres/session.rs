//! A connection for code that is not async, and how tests connect at all.

use crate::wait_for;
use std::sync::Arc;
use tokio_postgres::{Client, Error, NoTls, SimpleQueryMessage};

/// A connection whose calls return when the server has answered.
pub struct Session(Arc<Client>);

impl Session {
    /// Connects.
    pub fn open(url: &str) -> Session {
        Session::new(connect(url))
    }

    /// Connects, where a refusal is an answer too.
    pub fn try_open(url: &str) -> Result<Session, Error> {
        try_connect(url).map(Session::new)
    }

    pub(super) fn new(client: Client) -> Session {
        Session(Arc::new(client))
    }

    /// Runs SQL, several statements if need be.
    pub fn run(&self, sql: &str) {
        self.checked(sql);
    }

    /// The same, where an error is an answer too.
    pub fn try_run(&self, sql: &str) -> Result<Vec<SimpleQueryMessage>, Error> {
        let (client, sql) = (Arc::clone(&self.0), sql.to_owned());
        wait_for(async move { client.simple_query(&sql).await })
    }

    /// The rows of a query as text, `NULL` where there is no value.
    pub fn rows(&self, sql: &str) -> Vec<Vec<String>> {
        let rows = self.checked(sql).into_iter().filter_map(|message| {
            let SimpleQueryMessage::Row(row) = message else {
                return None;
            };
            let values = (0..row.len()).map(|index| row.get(index).unwrap_or("NULL").to_owned());
            Some(values.collect())
        });
        rows.collect()
    }

    fn checked(&self, sql: &str) -> Vec<SimpleQueryMessage> {
        self.try_run(sql)
            .unwrap_or_else(|error| panic!("{}, running: {sql}", explain(&error)))
    }
}

/// Connects and leaves the connection's driver to the harness's runtime.
pub(super) fn connect(url: &str) -> Client {
    try_connect(url).unwrap_or_else(|error| panic!("{}, connecting to {url}", explain(&error)))
}

pub(super) fn try_connect(url: &str) -> Result<Client, Error> {
    let url = url.to_owned();
    wait_for(async move {
        let (client, connection) = tokio_postgres::connect(&url, NoTls).await?;
        tokio::spawn(connection);
        Ok(client)
    })
}

/// What the server said, rather than "db error".
fn explain(error: &Error) -> String {
    match error.as_db_error() {
        Some(error) => error.to_string(),
        None => error.to_string(),
    }
}
