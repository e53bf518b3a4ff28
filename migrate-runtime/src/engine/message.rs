//! Several statements in one message, one round trip, and which of them is where in it. How it is
//! sent, and what the answers mean, is the engine's.

use std::borrow::Cow;
use std::ops::Range;

/// Above this a message is sent and another one begun, so that a data migration of many
/// megabytes is not in memory several times over.
const FULL: usize = 4 << 20;

/// What comes between the statements of a message; a comment at the end of one ends there.
const SEPARATOR: &str = ";\n";

/// Statements to be sent together.
#[derive(Default)]
pub(crate) struct Message<'a> {
    /// A statement that is alone is not copied.
    sql: Cow<'a, str>,
    items: Vec<Item>,
}

/// One statement of a message.
pub(crate) struct Item {
    /// Where it is in the message.
    pub range: Range<usize>,
    /// Its index in the script; `None` for the program's own.
    pub statement: Option<usize>,
}

impl<'a> Message<'a> {
    /// A message of the program's own statements.
    pub fn own<S: Into<Cow<'a, str>>>(statements: impl IntoIterator<Item = S>) -> Message<'a> {
        let mut message = Message::default();
        message.push_own(statements);
        message
    }

    /// A message that begins with a comment, by which it is known on the server.
    #[cfg(feature = "postgres")]
    pub fn marked(comment: Option<String>) -> Message<'a> {
        let line = comment.map(|comment| format!("{comment}\n"));
        Message {
            sql: line.unwrap_or_default().into(),
            items: Vec::new(),
        }
    }

    /// Adds statements of the program's own.
    pub fn push_own<S: Into<Cow<'a, str>>>(&mut self, statements: impl IntoIterator<Item = S>) {
        for statement in statements {
            self.push(statement, None);
        }
    }

    /// Adds a statement.
    pub fn push(&mut self, sql: impl Into<Cow<'a, str>>, statement: Option<usize>) {
        let sql = sql.into();
        let length = sql.len();
        if self.sql.is_empty() {
            self.sql = sql;
        } else {
            let text = self.sql.to_mut();
            if !self.items.is_empty() {
                text.push_str(SEPARATOR);
            }
            text.push_str(&sql);
        }
        let end = self.sql.len();
        self.items.push(Item {
            range: end - length..end,
            statement,
        });
    }

    /// All of it, as it is sent.
    pub fn sql(&self) -> &str {
        &self.sql
    }

    /// Its statements.
    pub fn items(&self) -> &[Item] {
        &self.items
    }

    /// Whether nothing is in it.
    pub fn is_empty(&self) -> bool {
        self.items.is_empty()
    }

    /// Whether it should be sent before this is added. `limit` is the most bytes that the server
    /// takes at once.
    pub fn is_full_with(&self, sql: &str, limit: usize) -> bool {
        !self.is_empty() && self.sql.len() + sql.len() > FULL.min(limit / 2)
    }
}
