//! A connection for code that is not async, and how tests connect at all.

use crate::wait_for;
use mysql_async::prelude::Queryable;
use mysql_async::{Conn, Error, Opts, OptsBuilder, Row, Value};
use std::sync::Arc;
use tokio::sync::Mutex;

/// A connection whose calls return when the server has answered.
pub struct Session(Arc<Mutex<Conn>>);

impl Session {
    /// Connects.
    pub fn open(url: &str) -> Session {
        Session::try_open(url).unwrap_or_else(|error| panic!("{error}, connecting to {url}"))
    }

    /// Connects, where a refusal is an answer too.
    pub fn try_open(url: &str) -> Result<Session, Error> {
        let opts = options(url);
        let conn = wait_for(async move { Conn::new(opts).await })?;
        Ok(Session(Arc::new(Mutex::new(conn))))
    }

    /// Runs SQL, several statements if need be.
    pub fn run(&self, sql: &str) {
        self.rows(sql);
    }

    /// The rows of all statements, where an error is an answer too.
    pub fn try_rows(&self, sql: &str) -> Result<Vec<Vec<String>>, Error> {
        let (conn, sql) = (Arc::clone(&self.0), sql.to_owned());
        wait_for(async move {
            let mut conn = conn.lock().await;
            let mut result = conn.query_iter(sql).await?;
            let mut rows = Vec::new();
            while result.columns().is_some() {
                while let Some(row) = result.next().await? {
                    rows.push(texts(&row));
                }
            }
            result.next().await?;
            Ok(rows)
        })
    }

    /// The rows of a query as text, `NULL` where there is no value.
    pub fn rows(&self, sql: &str) -> Vec<Vec<String>> {
        self.try_rows(sql)
            .unwrap_or_else(|error| panic!("{error}, running: {sql}"))
    }
}

/// The driver's options for a URL of the harness's own.
pub fn options(url: &str) -> Opts {
    let (url, query) = url.split_once('?').unwrap_or((url, ""));
    let url = url
        .replace("mariadb://", "mysql://")
        .replace("@/", "@localhost/");
    let opts = Opts::from_url(&url).unwrap_or_else(|error| panic!("{url}: {error}"));
    let socket = query
        .split('&')
        .find_map(|pair| pair.strip_prefix("socket="));
    OptsBuilder::from_opts(opts)
        .prefer_socket(false)
        .socket(socket)
        .into()
}

fn texts(row: &Row) -> Vec<String> {
    let text = |column: usize| match row.as_ref(column) {
        Some(Value::Bytes(bytes)) => String::from_utf8_lossy(bytes).into_owned(),
        _ => "NULL".to_owned(),
    };
    (0..row.len()).map(text).collect()
}
