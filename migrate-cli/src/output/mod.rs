//! What users see. Only here are colour, width, JSON and the progress bar known.
//!
//! Results go to stdout, everything else to stderr. Whoever reads a pipe may close it at any
//! time: that is no error.

mod columns;
mod document;
mod event;
mod github;
mod locks;
mod paint;
mod reversals;
mod sarif;
mod table;
mod view;

pub use document::{
    Created, DiagnosticRow, Explained, ExplainedRule, Initialized, Planned, ReportDocument,
    StatusDocument, Validated,
};
pub use locks::{LockedRow, Locks, locks_table};
pub use paint::Paint;
pub use reversals::{ReversalRow, reversals_table};
pub use table::status_table;
pub use view::{RunView, label};

use crate::args::{Color, Format, Global};
use crate::failure::{Complaint, Failure};
use document::{ErrorDocument, ErrorRow};
use indicatif::ProgressBar;
use migrate_runtime::{Diagnostic, Diagnostics, ErrorKind, MigrationError, MigrationStatus, Style};
use serde::Serialize;
use std::io::{self, IsTerminal, Write};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// Where the program writes, and who reads there.
pub struct Streams {
    /// Results.
    pub stdout: Box<dyn Write + Send>,
    /// Everything else.
    pub stderr: Box<dyn Write + Send>,
    /// Whether a person sees stdout.
    pub stdout_is_terminal: bool,
    /// Whether a person sees stderr.
    pub stderr_is_terminal: bool,
    /// Whether a person can be asked.
    pub stdin_is_terminal: bool,
}

impl Streams {
    /// Those of the process.
    pub fn of_this_process() -> Streams {
        Streams {
            stdout: Box::new(io::stdout()),
            stderr: Box::new(io::stderr()),
            stdout_is_terminal: io::stdout().is_terminal(),
            stderr_is_terminal: io::stderr().is_terminal(),
            stdin_is_terminal: io::stdin().is_terminal(),
        }
    }
}

/// The program's voice. Clones speak through the same streams.
#[derive(Clone)]
pub struct Output {
    format: Format,
    quiet: bool,
    verbose: bool,
    /// Whether there is a person to watch a bar.
    bar: bool,
    asks: bool,
    out: Paint,
    err: Paint,
    pens: Arc<Mutex<Pens>>,
}

struct Pens {
    stdout: Box<dyn Write + Send>,
    stderr: Box<dyn Write + Send>,
    bar: Option<ProgressBar>,
    /// Why nothing more can be written to stdout.
    lost: Option<io::Error>,
}

impl Output {
    /// An output as the flags want it. `no_color` is whether `NO_COLOR` is set.
    pub fn new(flags: &Global, no_color: bool, streams: Streams) -> Output {
        let paint = |is_terminal: bool| match flags.color {
            Color::Always => Paint::Colour,
            Color::Auto if is_terminal && !no_color => Paint::Colour,
            Color::Auto | Color::Never => Paint::Plain,
        };
        let is_text = flags.format == Format::Text;
        Output {
            format: flags.format,
            quiet: flags.quiet,
            verbose: flags.verbose > 0,
            bar: is_text && !flags.quiet && streams.stderr_is_terminal,
            asks: streams.stdin_is_terminal,
            out: paint(streams.stdout_is_terminal),
            err: paint(streams.stderr_is_terminal),
            pens: Arc::new(Mutex::new(Pens {
                stdout: streams.stdout,
                stderr: streams.stderr,
                bar: None,
                lost: None,
            })),
        }
    }

    fn pens(&self) -> MutexGuard<'_, Pens> {
        self.pens.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Shows a result: a text for people, or a document for programs.
    pub fn show<D: Serialize>(
        &self,
        text: impl FnOnce(Paint) -> String,
        document: impl FnOnce() -> D,
    ) {
        match self.format {
            Format::Text => self.pens().print(&text(self.out)),
            Format::Json | Format::JsonLines => self.document(&document()),
            Format::Sarif | Format::Github => {}
        }
    }

    /// Shows what is wrong with files, and what else is known of them: as a text for people, or in a
    /// document for programs.
    pub fn findings(
        &self,
        found: &Diagnostics,
        text: impl FnOnce(Paint) -> String,
        document: impl FnOnce() -> Validated,
    ) {
        self.diagnostics(found);
        match self.format {
            Format::Text => self.pens().print(&text(self.out)),
            Format::Json | Format::JsonLines => self.document(&document()),
            Format::Sarif => self.document(&sarif::log(found)),
            Format::Github => self.pens().print(&github::annotations(found)),
        }
    }

    /// How results are printed.
    pub fn format(&self) -> Format {
        self.format
    }

    /// Says how it goes, to people who want to know.
    pub fn say(&self, line: &str) {
        if self.format == Format::Text && !self.quiet {
            self.pens().print(&format!("{line}\n"));
        }
    }

    /// Prints one document: on a line of its own where lines are what was asked for.
    fn document(&self, document: &impl Serialize) {
        let text = match self.format {
            Format::JsonLines => serde_json::to_string(document),
            _ => serde_json::to_string_pretty(document),
        };
        match text {
            Ok(text) => self.pens().print(&format!("{text}\n")),
            Err(error) => self.warn(&format!("the document cannot be written: {error}")),
        }
    }

    /// Something that a person should know, and that stops nothing.
    pub fn warn(&self, message: &str) {
        if !self.quiet {
            let word = self.err.warning("warning");
            self.pens().complain(&format!("{word}: {message}\n"));
        }
    }

    /// Something that helps a person who is watching.
    pub fn remark(&self, line: &str) {
        if !self.quiet && self.format == Format::Text {
            self.pens().complain(&format!("{line}\n"));
        }
    }

    /// Something for those who want to know more.
    pub fn detail(&self, line: &str) {
        if self.verbose {
            self.pens().complain(&format!("{line}\n"));
        }
    }

    /// Draws mistakes in files.
    pub fn diagnostics(&self, diagnostics: &Diagnostics) {
        let drawn = diagnostics.render(self.err.style());
        if !drawn.is_empty() {
            self.pens().complain(&format!("{}\n", drawn.trim_end()));
        }
    }

    /// Says why a command failed; `lists_results` where its document does so.
    pub fn failure(&self, failure: &Failure, lists_results: bool) {
        match failure {
            Failure::Complaint(complaint) => {
                self.error(&complaint.message);
                self.help(complaint.help.as_deref());
            }
            Failure::Migration(error) => self.migration_error(error),
        }
        if self.format.is_json() {
            match failure {
                _ if !lists_results => {
                    let error = ErrorRow::from(failure);
                    self.document(&ErrorDocument { error });
                }
                Failure::Migration(error) => {
                    let report = error.report();
                    self.document(&ReportDocument::new(report, Some(failure)));
                }
                Failure::Complaint(_) => {
                    let report = Default::default();
                    self.document(&ReportDocument::new(&report, Some(failure)));
                }
            }
        }
    }

    fn migration_error(&self, error: &MigrationError) {
        match error.files() {
            Some(files) => self.diagnostics(files),
            None => self.error(&error.to_string()),
        }
        for line in what_stays(error) {
            self.pens().complain(&format!("{line}\n"));
        }
        self.help(error.help().as_deref());
    }

    fn error(&self, message: &str) {
        let word = self.err.error("error");
        self.pens().complain(&format!("{word}: {message}\n"));
    }

    fn help(&self, help: Option<&str>) {
        if let Some(help) = help {
            let word = self.err.help("help");
            self.pens().complain(&format!("{word}: {help}\n"));
        }
    }

    /// What clap says: help on stdout, mistakes on stderr, and as a document if that is wanted.
    pub fn clap(&self, error: &clap::Error) {
        if error.use_stderr() && self.format.is_json() {
            let text = error.render().to_string();
            let message = text.lines().next().unwrap_or_default();
            let message = message.trim_start_matches("error: ");
            let failure = Failure::from(Complaint::usage(message));
            let error = ErrorRow::from(&failure);
            self.document(&ErrorDocument { error });
        }
        let paint = if error.use_stderr() {
            self.err
        } else {
            self.out
        };
        let text = match paint.style() {
            Style::Plain => error.render().to_string(),
            _ => error.render().ansi().to_string(),
        };
        let mut pens = self.pens();
        match error.use_stderr() {
            true => pens.complain(&text),
            false => pens.print(&text),
        }
    }

    /// Whether there is a person to ask.
    pub fn can_ask(&self) -> bool {
        self.asks
    }

    /// Asks, and returns the line that was typed without the white space around it; `None` where
    /// nothing was.
    pub fn ask(&self, question: &str) -> Option<String> {
        self.pens().complain(&format!("{question} "));
        let mut answer = String::new();
        match io::stdin().read_line(&mut answer) {
            Ok(0) | Err(_) => None,
            Ok(_) => Some(answer.trim().to_owned()),
        }
    }

    /// A writer for logs.
    pub fn log_writer(&self) -> LogWriter {
        LogWriter(self.clone())
    }

    /// Whether logs may be in colour.
    pub fn log_in_colour(&self) -> bool {
        self.err == Paint::Colour
    }

    /// The error of writing results, if it was another one than that nobody reads any more.
    pub fn lost(&self) -> Option<String> {
        let pens = self.pens();
        let error = pens.lost.as_ref()?;
        (error.kind() != io::ErrorKind::BrokenPipe).then(|| error.to_string())
    }
}

impl Pens {
    /// Writes to stdout, while the bar steps aside.
    fn print(&mut self, text: &str) {
        if self.lost.is_some() {
            return;
        }
        let stdout = &mut self.stdout;
        let mut write = || {
            stdout
                .write_all(text.as_bytes())
                .and_then(|()| stdout.flush())
        };
        let written = match &self.bar {
            Some(bar) => bar.suspend(write),
            None => write(),
        };
        self.lost = written.err();
    }

    /// Writes to stderr. Where that cannot be done there is nobody to tell.
    fn complain(&mut self, text: &str) {
        let stderr = &mut self.stderr;
        let mut write = || {
            stderr
                .write_all(text.as_bytes())
                .and_then(|()| stderr.flush())
        };
        let written = match &self.bar {
            Some(bar) => bar.suspend(write),
            None => write(),
        };
        written.ok();
    }
}

/// Writes to stderr, for logs.
pub struct LogWriter(Output);

impl Write for LogWriter {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.pens().complain(&String::from_utf8_lossy(bytes));
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// What was done before it failed, in words.
fn what_stays(error: &MigrationError) -> Vec<String> {
    let what = match error.kind() {
        ErrorKind::Interrupted => "interruption",
        _ => "failure",
    };
    [
        (MigrationStatus::Applied, "Applied"),
        (MigrationStatus::RolledBack, "Rolled back"),
    ]
    .into_iter()
    .map(|(status, verb)| (error.report().count(status), verb))
    .filter(|(count, _)| *count > 0)
    .map(|(count, verb)| format!("{verb} {} before the {what}", migrations(count)))
    .collect()
}

/// `1 migration`, `2 migrations`.
pub fn migrations(count: usize) -> String {
    counted(count, "migration")
}

/// `1 thing`, `2 things`.
pub fn counted(count: usize, thing: &str) -> String {
    let plural = if count == 1 { "" } else { "s" };
    format!("{count} {thing}{plural}")
}

/// What a diagnostic says, with its notes and its help, for formats that have one text for all of it.
fn words(diagnostic: &Diagnostic) -> String {
    let notes = diagnostic
        .notes
        .iter()
        .map(|note| format!("\nnote: {note}"));
    let help = diagnostic.help.iter().map(|help| format!("\nhelp: {help}"));
    std::iter::once(diagnostic.message.clone())
        .chain(notes)
        .chain(help)
        .collect()
}
