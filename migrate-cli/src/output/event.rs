//! What happens in a run, as programs are told of it: a JSON document on each line.

use super::document::milliseconds;
use migrate_runtime::{Blocker, Event, MigrationRef};
use serde::Serialize;

/// An event for programs.
#[derive(Serialize)]
#[serde(tag = "event", rename_all = "snake_case")]
enum EventRow<'a> {
    Warning {
        code: &'static str,
        message: String,
    },
    Notice {
        message: &'a str,
    },
    Waiting {
        holder: &'a str,
    },
    ConnectionLost {
        message: &'a str,
    },
    Reconnected,
    Planned {
        migrations: usize,
        statements: usize,
    },
    Dropping,
    Dropped {
        objects: usize,
    },
    NotTransactional {
        #[serde(flatten)]
        migration: MigrationRow<'a>,
        reason: &'a str,
    },
    Started {
        #[serde(flatten)]
        migration: MigrationRow<'a>,
        transactional: bool,
        statements_done: usize,
    },
    Statement {
        #[serde(flatten)]
        migration: MigrationRow<'a>,
        number: usize,
        of: usize,
    },
    Blocked {
        #[serde(flatten)]
        migration: MigrationRow<'a>,
        lock: &'a str,
        by: Vec<BlockerRow<'a>>,
    },
    Retrying {
        #[serde(flatten)]
        migration: MigrationRow<'a>,
        failed: usize,
        of: usize,
        pause_ms: u64,
        message: &'a str,
    },
    Progress {
        #[serde(flatten)]
        migration: MigrationRow<'a>,
        elapsed_ms: u64,
        phase: Option<&'a str>,
        percent: Option<u8>,
    },
    Finished {
        #[serde(flatten)]
        migration: MigrationRow<'a>,
        duration_ms: u64,
    },
    Failed {
        #[serde(flatten)]
        migration: MigrationRow<'a>,
        duration_ms: u64,
        message: &'a str,
    },
}

#[derive(Serialize)]
struct MigrationRow<'a> {
    version: &'a str,
    name: &'a str,
    direction: &'static str,
}

#[derive(Serialize)]
struct BlockerRow<'a> {
    pid: u64,
    certain: bool,
    user: Option<&'a str>,
    application: Option<&'a str>,
    state: Option<&'a str>,
    transaction_age_ms: Option<u64>,
    query: Option<&'a str>,
}

impl<'a> From<&'a Blocker> for BlockerRow<'a> {
    fn from(blocker: &'a Blocker) -> BlockerRow<'a> {
        BlockerRow {
            pid: blocker.pid,
            certain: blocker.certain,
            user: blocker.user.as_deref(),
            application: blocker.application.as_deref(),
            state: blocker.state.as_deref(),
            transaction_age_ms: blocker.transaction_age.map(milliseconds),
            query: blocker.query.as_deref(),
        }
    }
}

impl<'a> From<&MigrationRef<'a>> for MigrationRow<'a> {
    fn from(migration: &MigrationRef<'a>) -> MigrationRow<'a> {
        MigrationRow {
            version: migration.version,
            name: migration.name,
            direction: migration.direction.as_str(),
        }
    }
}

/// An event as a document; `None` for events that the library has learnt of since.
pub(super) fn document(event: &Event<'_>) -> Option<impl Serialize> {
    Some(match *event {
        Event::Warning { disagreement } => EventRow::Warning {
            code: disagreement.code(),
            message: disagreement.to_string(),
        },
        Event::Notice { message } => EventRow::Notice { message },
        Event::Waiting { holder } => EventRow::Waiting { holder },
        Event::ConnectionLost { message } => EventRow::ConnectionLost { message },
        Event::Reconnected => EventRow::Reconnected,
        Event::Planned {
            migrations,
            statements,
        } => EventRow::Planned {
            migrations,
            statements,
        },
        Event::Dropping => EventRow::Dropping,
        Event::Dropped { objects } => EventRow::Dropped { objects },
        Event::NotTransactional { migration, reason } => EventRow::NotTransactional {
            migration: migration.into(),
            reason,
        },
        Event::Started {
            migration,
            resumed_at,
        } => EventRow::Started {
            migration: migration.into(),
            transactional: migration.transactional,
            statements_done: resumed_at.unwrap_or(0),
        },
        Event::Statement {
            migration,
            number,
            of,
        } => EventRow::Statement {
            migration: migration.into(),
            number,
            of,
        },
        Event::Blocked {
            migration,
            lock,
            by,
        } => EventRow::Blocked {
            migration: migration.into(),
            lock,
            by: by.iter().map(BlockerRow::from).collect(),
        },
        Event::Retrying {
            migration,
            failed,
            of,
            pause,
            message,
        } => EventRow::Retrying {
            migration: migration.into(),
            failed,
            of,
            pause_ms: milliseconds(pause),
            message,
        },
        Event::Progress {
            migration,
            elapsed,
            phase,
            percent,
        } => EventRow::Progress {
            migration: migration.into(),
            elapsed_ms: milliseconds(elapsed),
            phase,
            percent,
        },
        Event::Finished {
            migration,
            duration,
        } => EventRow::Finished {
            migration: migration.into(),
            duration_ms: milliseconds(duration),
        },
        Event::Failed {
            migration,
            duration,
            message,
        } => EventRow::Failed {
            migration: migration.into(),
            duration_ms: milliseconds(duration),
            message,
        },
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use migrate_runtime::MigrationDirection;
    use std::time::Duration;

    #[test]
    fn events() {
        let migration = MigrationRef {
            version: "1",
            name: "a",
            direction: MigrationDirection::Up,
            transactional: false,
            record_only: false,
        };
        let json = |event: &Event<'_>| serde_json::to_string(&document(event)).ok();
        let started = Event::Started {
            migration: &migration,
            resumed_at: Some(2),
        };
        assert_eq!(
            json(&started).as_deref(),
            Some(
                r#"{"event":"started","version":"1","name":"a","direction":"up","transactional":false,"statements_done":2}"#
            )
        );
        let failed = Event::Failed {
            migration: &migration,
            duration: Duration::from_millis(3),
            message: "no",
        };
        assert_eq!(
            json(&failed).as_deref(),
            Some(
                r#"{"event":"failed","version":"1","name":"a","direction":"up","duration_ms":3,"message":"no"}"#
            )
        );
    }
}
