//! A run as people see it: lines, and a bar; to programs it is an event on each line.

use super::document::milliseconds;
use super::{Format, Output, event};
use indicatif::{ProgressBar, ProgressStyle};
use migrate_runtime::{Blocker, Event, MigrationDirection, MigrationRef, Observer};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

/// Tells people and programs of a run.
pub struct RunView {
    output: Output,
    /// The migration that has begun.
    begun: Mutex<Option<Begun>>,
}

/// A migration's line.
struct Begun {
    head: String,
    /// Whether the head stands on the screen, and its end can be written behind it.
    on_screen: bool,
    /// Where the bar stood then, and how many statements had run already.
    bar: u64,
    done: usize,
}

impl RunView {
    /// A view of a run.
    pub fn new(output: &Output) -> RunView {
        RunView {
            output: output.clone(),
            begun: Mutex::new(None),
        }
    }

    fn begun(&self) -> MutexGuard<'_, Option<Begun>> {
        self.begun.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Begins a line, which `end` ends. Where something else could be written between, on the
    /// same screen, all of it is written at the end.
    fn begin(&self, head: String, done: usize) {
        let mut pens = self.output.pens();
        let mut bar = 0;
        let on_screen = pens.bar.is_none() && !self.output.verbose;
        if let Some(progress) = &pens.bar {
            progress.set_message(head.clone());
            bar = progress.position();
        } else if on_screen {
            pens.print(&head);
        }
        *self.begun() = Some(Begun {
            head,
            on_screen,
            bar,
            done,
        });
    }

    /// Ends the line that was begun, if one was.
    fn end(&self, tail: &str) {
        let Some(begun) = self.begun().take() else {
            return;
        };
        let mut pens = self.output.pens();
        if let Some(bar) = &pens.bar {
            bar.set_message("");
        }
        match begun.on_screen {
            true => pens.print(&format!("{tail}\n")),
            false => pens.print(&format!("{}{tail}\n", begun.head)),
        }
    }

    /// Says something of the migration that has begun, below its line.
    fn interject(&self, line: &str) {
        if let Some(begun) = self.begun().as_mut().filter(|begun| begun.on_screen) {
            begun.on_screen = false;
            self.output.pens().print("\n");
        }
        self.output.remark(&format!("  {line}"));
    }

    /// The bar after a statement, also where statements that were undone have run again.
    fn advance(&self, number: usize) {
        if let (Some(bar), Some(begun)) = (&self.output.pens().bar, self.begun().as_ref()) {
            bar.set_position(begun.bar + number.saturating_sub(begun.done) as u64);
        }
    }

    /// What the bar says; without one it stands in the log.
    fn progress(&self, doing: &str) {
        if let (Some(bar), Some(begun)) = (&self.output.pens().bar, self.begun().as_ref()) {
            bar.set_message(format!("{} {doing}", begun.head));
        }
    }

    /// Ends a migration's line, or says all of it where a lost connection has ended the line.
    fn finish(&self, migration: &MigrationRef<'_>, tail: &str) {
        let is_begun = self.begun().is_some();
        if !is_begun {
            self.begin(head(migration, None), 0);
        }
        self.end(tail);
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
            } => self.begin(head(migration, *resumed_at), resumed_at.unwrap_or(0)),
            Event::Statement { number, .. } => self.advance(*number),
            Event::Blocked { lock, by, .. } => {
                self.interject(&format!("waiting for {}", Blocker::held(lock, by)));
            }
            Event::Retrying {
                failed,
                of,
                pause,
                message,
                ..
            } => {
                let pause = time(*pause);
                self.interject(&format!(
                    "attempt {failed} of {of}: {message}; trying again in {pause}"
                ));
            }
            Event::Progress {
                elapsed,
                phase,
                percent,
                ..
            } => self.progress(&doing(*elapsed, *phase, *percent)),
            Event::ConnectionLost { message } => {
                self.end(" connection lost");
                self.output.remark(&format!("connection lost: {message}"));
            }
            Event::Reconnected => self.output.remark("connected again"),
            Event::Finished {
                migration,
                duration,
            } => self.finish(migration, &format!(" done ({})", time(*duration))),
            Event::Failed {
                migration,
                duration,
                ..
            } => {
                self.finish(migration, &format!(" failed ({})", time(*duration)));
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
            Format::Text | Format::Json | Format::Sarif | Format::Github => {}
            Format::JsonLines => {
                if let Some(document) = event::document(event) {
                    self.output.document(&document);
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
        (true, _) if resumed_at.is_some() => "Recording",
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

/// `building index: scanning table 42%`, or for how long it has been running.
fn doing(elapsed: Duration, phase: Option<&str>, percent: Option<u8>) -> String {
    match (phase, percent) {
        (Some(phase), Some(percent)) => format!("{phase} {percent}%"),
        (Some(phase), None) => phase.to_owned(),
        (None, _) => format!("running for {}", time(elapsed)),
    }
}

fn time(duration: Duration) -> String {
    match milliseconds(duration) {
        short @ ..10_000 => format!("{short}ms"),
        long => format!("{}.{}s", long / 1000, long % 1000 / 100),
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
}
