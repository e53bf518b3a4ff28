//! Who keeps a migration waiting, in words.

use migrate_core::dialect::Dialect;
use std::fmt;
use std::time::Duration;

/// How much is shown of a statement, in characters. Another session's may hold what is nobody's
/// business, so that it is no more than what it takes to recognise it.
const SHOWN: usize = 120;

/// Another session, which keeps a migration waiting.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Blocker {
    /// The process id of its server, on MySQL the connection's id; 0 for a prepared transaction.
    pub pid: u64,
    /// Whether it surely is in the way; otherwise the database does not tell, and it may be.
    pub certain: bool,
    /// Its user.
    pub user: Option<String>,
    /// What it calls itself.
    pub application: Option<String>,
    /// What it does: `active`, `idle in transaction`, …; `None` where this role may not see it.
    pub state: Option<String>,
    /// Since when its transaction is open.
    pub transaction_age: Option<Duration>,
    /// Its present statement, or the last one, on one line and cut short; `None` where this role
    /// may not see it.
    pub query: Option<String>,
}

impl Blocker {
    /// Several of them, in words.
    pub fn list(blockers: &[Blocker]) -> String {
        let and = match blockers.iter().all(|blocker| blocker.certain) {
            true => ", and by ",
            false => ", or by ",
        };
        let blockers: Vec<String> = blockers.iter().map(Blocker::to_string).collect();
        blockers.join(and)
    }

    /// What they have, or may have, and who they are, in words.
    pub fn held(lock: &str, blockers: &[Blocker]) -> String {
        let held = match blockers.iter().all(|blocker| blocker.certain) {
            true => "held",
            false => "perhaps held",
        };
        format!("{lock}, {held} by {}", Blocker::list(blockers))
    }

    /// What ends its session, where it is surely in the way and has one.
    pub(crate) fn end(&self, dialect: Dialect) -> Option<String> {
        let pid = self.pid;
        match dialect {
            _ if !self.certain || pid == 0 => None,
            Dialect::Mysql => Some(format!("KILL {pid}")),
            Dialect::Postgres => Some(format!("SELECT pg_terminate_backend({pid})")),
            Dialect::Sqlite => None,
        }
    }
}

/// A statement on one line, cut to what an eye takes in, without what a terminal would obey.
pub(crate) fn one_line(statement: &str) -> String {
    let words: Vec<&str> = statement.split_whitespace().collect();
    let line: String = words.join(" ").replace(char::is_control, "\u{fffd}");
    match line.char_indices().nth(SHOWN) {
        None => line,
        Some((end, _)) => format!("{}…", line.get(..end).unwrap_or_default()),
    }
}

impl fmt::Display for Blocker {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.pid == 0 {
            return f.write_str("a prepared transaction (listed by the view `pg_prepared_xacts`, on MySQL by `XA RECOVER`)");
        }
        write!(f, "process {} (", self.pid)?;
        if let Some(user) = &self.user {
            write!(f, "user `{user}`, ")?;
        }
        if let Some(application) = &self.application {
            write!(f, "application `{application}`, ")?;
        }
        let Some(state) = &self.state else {
            return f.write_str("what it does is hidden from this role)");
        };
        f.write_str(state)?;
        if let Some(age) = self.transaction_age {
            write!(f, " for {}", short(age))?;
        }
        match &self.query {
            Some(query) => write!(f, ": `{query}`)"),
            None => f.write_str(")"),
        }
    }
}

/// `850ms`, `12s`, `3m`, `2h`: as exact as people want to know.
pub(crate) fn short(duration: Duration) -> String {
    match (duration.as_millis(), duration.as_secs()) {
        (short @ ..1_000, _) => format!("{short}ms"),
        (_, seconds @ ..120) => format!("{seconds}s"),
        (_, seconds @ ..7_200) => format!("{}m", seconds / 60),
        (_, seconds) => format!("{}h", seconds / 3_600),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_blocker_in_words() {
        let seen = Blocker {
            pid: 4711,
            certain: true,
            user: Some("app".to_owned()),
            application: Some("worker".to_owned()),
            state: Some("idle in transaction".to_owned()),
            transaction_age: Some(Duration::from_secs(185)),
            query: Some(one_line("UPDATE users\n  SET a = 1")),
        };
        assert_eq!(
            seen.to_string(),
            "process 4711 (user `app`, application `worker`, idle in transaction for 3m: `UPDATE users SET a = 1`)"
        );
        let hidden = Blocker {
            application: None,
            state: None,
            transaction_age: None,
            query: None,
            ..seen.clone()
        };
        assert_eq!(
            hidden.to_string(),
            "process 4711 (user `app`, what it does is hidden from this role)"
        );
        let prepared = Blocker { pid: 0, ..hidden };
        assert!(prepared.to_string().contains("pg_prepared_xacts"));
    }

    #[test]
    fn several_blockers_in_words() {
        let seen = |certain| Blocker {
            pid: 4711,
            certain,
            user: None,
            application: None,
            state: Some("idle".to_owned()),
            transaction_age: None,
            query: None,
        };
        let held = |certain| Blocker::held("`a`", &[seen(certain), seen(certain)]);
        assert_eq!(
            held(true),
            "`a`, held by process 4711 (idle), and by process 4711 (idle)"
        );
        assert_eq!(
            held(false),
            "`a`, perhaps held by process 4711 (idle), or by process 4711 (idle)"
        );
    }

    #[test]
    fn a_query_is_one_short_line() {
        let long = "é".repeat(SHOWN + 1);
        let cut = format!("{}…", "é".repeat(SHOWN));
        assert_eq!(one_line(&long), cut);
        assert_eq!(one_line("a\u{1b}[2J"), "a\u{fffd}[2J");
    }

    #[test]
    fn times() {
        for (milliseconds, expected) in [
            (850, "850ms"),
            (12_900, "12s"),
            (119_000, "119s"),
            (185_000, "3m"),
            (7_200_000, "2h"),
        ] {
            assert_eq!(short(Duration::from_millis(milliseconds)), expected);
        }
    }
}
