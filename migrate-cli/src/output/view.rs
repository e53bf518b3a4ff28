//! A run as it is seen: lines, a bar, or an event on each line.

use super::document::milliseconds;
use super::{Format, Output};
use indicatif::{ProgressBar, ProgressStyle};
use migrate_runtime::{Event, MigrationDirection, MigrationRef, Observer};
use serde::Serialize;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

/// Tells people and programs of a run.
pub struct RunView {
    output: Output,
    /// The migration that has begun, where its line has been begun too.
    begun: Mutex<Option<String>>,
}

impl RunView {
    /// A view of a run.
    pub fn new(output: &Output) -> RunView {
        RunView {
            output: output.clone(),
            begun: Mutex::new(None),
        }
    }

    fn begun(&self) -> Option<String> {
        self.begun
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .take()
    }

    /// Begins a line, which `end` ends. Where something else could be written between, on the
    /// same screen, all of it is written at the end.
    fn begin(&self, head: String) {
        let mut pens = self.output.pens();
        if let Some(bar) = &pens.bar {
            bar.set_message(head.clone());
        } else if !self.output.verbose {
            pens.print(&head);
        }
        *self.begun.lock().unwrap_or_else(PoisonError::into_inner) = Some(head);
    }

    fn end(&self, tail: &str) {
        let Some(head) = self.begun() else {
            return;
        };
        let mut pens = self.output.pens();
        if let Some(bar) = &pens.bar {
            bar.set_message("");
        }
        match pens.bar.is_none() && !self.output.verbose {
            true => pens.print(&format!("{tail}\n")),
            false => pens.print(&format!("{head}{tail}\n")),
        }
    }

    fn lines(&self, event: &Event<'_>) {
        match event {
            Event::Planned { statements, .. } => {
                self.end(" another runner was faster");
                self.start_bar(*statements);
            }
            Event::Dropping => self.output.say("Dropping all tables..."),
            Event::Dropped { .. } => self.output.say("Running all migrations..."),
            Event::Started {
                migration,
                resumed_at,
            } => self.begin(head(migration, *resumed_at)),
            Event::Statement { .. } => {
                if let Some(bar) = &self.output.pens().bar {
                    bar.inc(1);
                }
            }
            Event::Finished { duration, .. } => self.end(&format!(" done ({})", time(*duration))),
            Event::Failed { duration, .. } => {
                self.end(&format!(" failed ({})", time(*duration)));
                self.stop_bar();
            }
            _ => {}
        }
    }

    fn start_bar(&self, statements: usize) {
        if !self.output.bar || statements == 0 {
            return;
        }
        let bar = ProgressBar::new(statements as u64);
        // A template that cannot be read is no reason to stop: the default one is shown then.
        let style = ProgressStyle::with_template("{bar:30} {pos}/{len} {elapsed} {wide_msg}");
        if let Ok(style) = style {
            bar.set_style(style);
        }
        bar.enable_steady_tick(Duration::from_millis(200));
        let before = self.output.pens().bar.replace(bar);
        if let Some(before) = before {
            before.finish_and_clear();
        }
    }

    fn stop_bar(&self) {
        let bar = self.output.pens().bar.take();
        if let Some(bar) = bar {
            bar.finish_and_clear();
        }
    }
}

impl Observer for RunView {
    fn event(&self, event: &Event<'_>) {
        match event {
            Event::Warning { disagreement } => self.output.warn(&disagreement.to_string()),
            Event::Notice { message } => self.output.detail(&format!("notice: {message}")),
            Event::NotTransactional { migration, reason } => {
                let label = label(migration.version, migration.name);
                self.output.remark(&format!("{label}: {reason}"));
            }
            Event::Waiting { holder } if self.output.format == Format::Text => {
                self.output
                    .remark(&format!("waiting for the lock, held by {holder}"));
            }
            _ => {}
        }
        match self.output.format {
            Format::Text if !self.output.quiet => self.lines(event),
            Format::Text | Format::Json => {}
            Format::JsonLines => {
                if let Some(row) = EventRow::new(event) {
                    self.output.document(&row);
                }
            }
        }
    }
}

impl Drop for RunView {
    fn drop(&mut self) {
        self.end("");
        self.stop_bar();
    }
}

/// `Applying 1_a (no transaction)...`
fn head(migration: &MigrationRef<'_>, resumed_at: Option<usize>) -> String {
    let verb = match (migration.record_only, migration.direction) {
        (true, MigrationDirection::Up) => "Recording",
        (true, MigrationDirection::Down) => "Removing the record of",
        (false, MigrationDirection::Up) => "Applying",
        (false, MigrationDirection::Down) => "Rolling back",
    };
    let label = label(migration.version, migration.name);
    let how = match (migration.transactional, resumed_at) {
        (true, _) => String::new(),
        (false, None | Some(0)) => " (no transaction)".to_owned(),
        (false, Some(done)) => format!(" (no transaction, resumed at statement {})", done + 1),
    };
    format!("{verb} {label}{how}...")
}

/// `<version>_<name>`, as it may be shown.
pub fn label(version: &str, name: &str) -> String {
    format!("{version}_{name}").replace(char::is_control, "\u{fffd}")
}

fn time(duration: Duration) -> String {
    match milliseconds(duration) {
        short @ ..10_000 => format!("{short}ms"),
        long => format!("{}.{}s", long / 1000, long % 1000 / 100),
    }
}

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

impl<'a> From<&MigrationRef<'a>> for MigrationRow<'a> {
    fn from(migration: &MigrationRef<'a>) -> MigrationRow<'a> {
        MigrationRow {
            version: migration.version,
            name: migration.name,
            direction: migration.direction.as_str(),
        }
    }
}

impl<'a> EventRow<'a> {
    /// `None` for events that the library has learnt of since.
    fn new(event: &Event<'a>) -> Option<EventRow<'a>> {
        Some(match *event {
            Event::Warning { disagreement } => EventRow::Warning {
                code: disagreement.code(),
                message: disagreement.to_string(),
            },
            Event::Notice { message } => EventRow::Notice { message },
            Event::Waiting { holder } => EventRow::Waiting { holder },
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
}

#[cfg(test)]
mod tests {
    use super::*;

    fn migration(transactional: bool, record_only: bool) -> MigrationRef<'static> {
        MigrationRef {
            version: "1",
            name: "a",
            direction: MigrationDirection::Up,
            transactional,
            record_only,
        }
    }

    #[test]
    fn lines() {
        let whole = migration(true, false);
        let parts = migration(false, false);
        let down = MigrationRef {
            direction: MigrationDirection::Down,
            ..whole.clone()
        };
        for (migration, resumed_at, expected) in [
            (&whole, None, "Applying 1_a..."),
            (&down, None, "Rolling back 1_a..."),
            (&parts, None, "Applying 1_a (no transaction)..."),
            (&parts, Some(0), "Applying 1_a (no transaction)..."),
            (
                &parts,
                Some(2),
                "Applying 1_a (no transaction, resumed at statement 3)...",
            ),
            (&migration(true, true), None, "Recording 1_a..."),
        ] {
            assert_eq!(head(migration, resumed_at), expected);
        }
        for (milliseconds, expected) in [
            (0, "0ms"),
            (15, "15ms"),
            (9_999, "9999ms"),
            (61_250, "61.2s"),
        ] {
            assert_eq!(time(Duration::from_millis(milliseconds)), expected);
        }
    }

    #[test]
    fn events() {
        let migration = migration(false, false);
        let json = |event: &Event<'_>| serde_json::to_string(&EventRow::new(event)).ok();
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
