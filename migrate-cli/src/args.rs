//! The command line: options that every command has, and values that clap reads.

use crate::cmd::Command;
use clap::{Args, Parser, ValueEnum};
use migrate_core::limits::{self, DURATIONS};
use migrate_runtime::LockMode;
use std::ffi::OsString;
use std::num::NonZeroUsize;
use std::path::PathBuf;
use std::time::Duration;

/// The whole command line.
#[derive(Debug, Parser)]
#[command(
    name = "migrate",
    version,
    about = "Database migrations, checked before they run",
    after_help = "Example:\n  migrate create add_users\n  migrate -d sqlite:app.db up\n  migrate status",
    arg_required_else_help = true,
    disable_help_subcommand = true,
    max_term_width = 100
)]
pub struct Cli {
    /// Options of every command.
    #[command(flatten)]
    pub global: Global,
    /// What to do.
    #[command(subcommand)]
    pub command: Command,
}

/// Options before or after the command.
#[derive(Clone, Debug, Default, Args)]
#[command(next_help_heading = "Options of every command")]
pub struct Global {
    /// The configuration file [default: migrate.toml, here or in a folder above]
    #[arg(short, long, global = true, value_name = "FILE")]
    pub config: Option<PathBuf>,
    /// The database: postgres://…, mysql://…, sqlite:… [or: DATABASE_URL, or database.url in the file]
    // Not read from the environment by clap, whose help would print the password.
    #[arg(short, long, global = true, value_name = "URL")]
    pub database: Option<String>,
    /// The migrations folder [or: migrations.directory in the file; default: migrations]
    #[arg(short, long, global = true, value_name = "DIR")]
    pub migrations: Option<PathBuf>,
    /// Which [environments.<NAME>] of the file applies [or: MIGRATE_ENV]
    #[arg(long, global = true, value_name = "NAME")]
    pub env: Option<String>,
    /// How results are printed; sarif and github are for `validate`
    #[arg(long, global = true, value_enum, default_value_t)]
    pub format: Format,
    /// Whether to use colour
    #[arg(long, global = true, value_enum, default_value_t, value_name = "WHEN")]
    pub color: Color,
    /// Print only what was asked for, and errors
    #[arg(short, long, global = true, conflicts_with = "verbose")]
    pub quiet: bool,
    /// Say where each setting came from, and log what happens; -vv: every statement
    #[arg(short, long, global = true, action = clap::ArgAction::Count)]
    pub verbose: u8,
    /// How long to wait for another runner: 60s, 500ms, 2m; 0s: not at all
    #[arg(long, global = true, value_name = "DURATION", value_parser = duration, default_value = "60s")]
    pub lock_wait: Duration,
    /// How other runners are kept out: auto, session, lease (PostgreSQL) or none (no change on SQLite)
    /// [or: migrations.lock in the file]
    #[arg(long, global = true, value_name = "MODE", value_parser = lock_mode)]
    pub lock: Option<LockMode>,
    /// How long a statement may wait for a lock; none: without end [or: database.lock_timeout in the
    /// file; default: 5s]
    #[arg(long, global = true, value_name = "DURATION", value_parser = limit)]
    pub lock_timeout: Option<Duration>,
    /// How long a statement may run [or: database.statement_timeout in the file; default: none]
    #[arg(long, global = true, value_name = "DURATION", value_parser = limit)]
    pub statement_timeout: Option<Duration>,
    /// How often to try again what others were in the way of [or: database.lock_retries in the file;
    /// default: 10]
    #[arg(long, global = true, value_name = "N")]
    pub lock_retries: Option<u64>,
    /// How long to try to connect again when the connection is lost in a run; 0s: not at all
    #[arg(long, global = true, value_name = "DURATION", value_parser = duration, default_value = "60s")]
    pub reconnect: Duration,
}

/// How results are printed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub enum Format {
    /// For people.
    #[default]
    Text,
    /// One document.
    Json,
    /// Each event as it happens, then the document, a line each.
    JsonLines,
    /// What `validate` finds, for tools that gather findings: SARIF 2.1.0.
    Sarif,
    /// What `validate` finds, as annotations of a GitHub workflow.
    Github,
}

impl Format {
    /// Whether it is one of documents for programs, which also say why a command failed.
    pub fn is_json(self) -> bool {
        matches!(self, Format::Json | Format::JsonLines)
    }

    /// Whether it can hold nothing but what is found in files.
    pub fn is_of_findings(self) -> bool {
        matches!(self, Format::Sarif | Format::Github)
    }

    /// The format that a command line asks for which cannot be read as a whole.
    pub fn guess(arguments: &[OsString]) -> Format {
        let mut words = arguments.iter().filter_map(|argument| argument.to_str());
        let named = words.find_map(|word| match word.strip_prefix("--format")? {
            "" => Some(None),
            value => Some(value.strip_prefix('=')),
        });
        let value = named.and_then(|value| value.or_else(|| words.next()));
        let format = value.and_then(|value| Format::from_str(value, false).ok());
        format.unwrap_or_default()
    }
}

/// Whether to use colour.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub enum Color {
    /// On a terminal, unless `NO_COLOR` is set.
    #[default]
    Auto,
    /// Always.
    Always,
    /// Never.
    Never,
}

/// How far to go.
#[derive(Clone, Debug, Default, Args)]
pub struct Extent {
    /// So many migrations
    #[arg(value_name = "N", group = "extent", value_parser = count)]
    pub count: Option<NonZeroUsize>,
    /// The same, as an option
    #[arg(short = 'n', value_name = "N", group = "extent", id = "number", value_parser = count)]
    pub number: Option<NonZeroUsize>,
    /// To this version
    #[arg(long, value_name = "VERSION", group = "extent")]
    pub to: Option<String>,
}

impl Extent {
    /// So many migrations, where that was said.
    pub fn count(&self) -> Option<usize> {
        self.count.or(self.number).map(NonZeroUsize::get)
    }
}

/// Reads how many migrations are meant.
pub fn count(text: &str) -> Result<NonZeroUsize, String> {
    let wrong = "write how many migrations, 1 or more";
    text.parse().map_err(|_| wrong.to_owned())
}

/// Reads how other runners are kept out.
fn lock_mode(word: &str) -> Result<LockMode, String> {
    word.parse()
}

/// Reads `60s`, `500ms`, `2m`.
fn duration(text: &str) -> Result<Duration, String> {
    limits::duration(text).map_err(|message| format!("{message}; {DURATIONS}"))
}

/// Reads the same, and `none`.
fn limit(text: &str) -> Result<Duration, String> {
    limits::limit(text).map_err(|message| format!("{message}; {DURATIONS}"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use clap::CommandFactory;

    #[test]
    fn the_command_line_is_well_formed() {
        Cli::command().debug_assert();
    }

    #[test]
    fn durations() {
        for (text, milliseconds) in [
            ("60s", Some(60_000)),
            ("500ms", Some(500)),
            ("2m", Some(120_000)),
            ("1h", Some(3_600_000)),
            ("0s", Some(0)),
            ("60", None),
            ("s", None),
            ("", None),
            ("-1s", None),
            ("1d", Some(86_400_000)),
            // Not without end, and not at all: which one is not clear.
            ("none", None),
            ("25d", None),
            ("99999999999999999999s", None),
            ("9999999999999999999h", None),
        ] {
            let expected = milliseconds.map(Duration::from_millis);
            assert_eq!(duration(text).ok(), expected, "{text}");
        }
        assert_eq!(limit("none"), Ok(Duration::ZERO));
        assert_eq!(limit("2m"), duration("2m"));
    }

    #[test]
    fn the_format_is_known_also_where_nothing_else_is() {
        for (line, format) in [
            ("migrate upp", Format::Text),
            ("migrate upp --format json", Format::Json),
            ("migrate --format=json-lines upp", Format::JsonLines),
            ("migrate --format", Format::Text),
            ("migrate --format yaml", Format::Text),
        ] {
            let words: Vec<OsString> = line.split(' ').map(OsString::from).collect();
            assert_eq!(Format::guess(&words), format, "{line}");
        }
    }

    #[test]
    fn options_stand_before_or_after_the_command() {
        for line in [
            "migrate --env a -v up 2",
            "migrate up 2 -v --env a",
            "migrate up -n 2 --env a -v",
        ] {
            let cli = Cli::try_parse_from(line.split(' ')).expect(line);
            assert_eq!(cli.global.env.as_deref(), Some("a"), "{line}");
            assert_eq!(cli.global.verbose, 1, "{line}");
            let Command::Up(up) = cli.command else {
                panic!("{line}")
            };
            assert_eq!(up.extent.count(), Some(2), "{line}");
        }
    }

    #[test]
    fn what_excludes_each_other_is_refused() {
        for line in [
            "migrate up 2 --to 3",
            "migrate up 2 -n 2",
            "migrate down --all 2",
            "migrate down --all --to 3",
            "migrate up 0",
            "migrate repair --applied --not-applied",
            "migrate -q -v up",
            "migrate verify",
        ] {
            assert!(Cli::try_parse_from(line.split(' ')).is_err(), "{line}");
        }
    }
}
