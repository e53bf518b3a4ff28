//! The `migrate` command, as a library that its `main` calls: options, configuration, commands,
//! output and exit codes. It decides nothing about migrations: that is the library's.

mod app;
mod args;
mod cmd;
mod config;
mod exit;
mod failure;
mod output;
mod signals;

pub use exit::Exit;
pub use output::Streams;

use app::App;
use args::{Cli, Format, Global};
use clap::Parser;
use config::Variables;
use failure::{Complaint, Failure};
use output::Output;
use std::ffi::OsString;
use std::path::Path;
use tracing_subscriber::EnvFilter;

/// Runs the program with these arguments, of which the first is its name.
pub fn main_impl(arguments: impl IntoIterator<Item = OsString>, streams: Streams) -> Exit {
    let here = std::env::current_dir();
    let variables = Variables::load(here.as_deref().unwrap_or(Path::new("")));
    let no_color = variables.get("NO_COLOR").is_some_and(|set| !set.is_empty());
    let arguments: Vec<OsString> = arguments.into_iter().collect();
    let cli = match Cli::try_parse_from(&arguments) {
        Ok(cli) => cli,
        Err(error) => {
            let flags = Global {
                format: Format::guess(&arguments),
                ..Global::default()
            };
            Output::new(&flags, no_color, streams).clap(&error);
            return match error.use_stderr() {
                true => Exit::Usage,
                false => Exit::Done,
            };
        }
    };
    let output = Output::new(&cli.global, no_color, streams);
    log(&cli.global, &output);
    let lists_results = cli.command.lists_results();
    let ended = App::new(cli.global, variables, output.clone())
        .map_err(Failure::from)
        .and_then(|app| cli.command.run(&app));
    let exit = match ended {
        Ok(exit) => exit,
        Err(failure) => {
            output.failure(&failure, lists_results);
            failure.exit()
        }
    };
    match output.lost() {
        Some(why) => {
            let message = format!("cannot write the results: {why}");
            output.failure(&Complaint::lost(message).into(), lists_results);
            Exit::Failed
        }
        None => exit,
    }
}

/// Logs what the library tells, for those who want to know more.
fn log(flags: &Global, output: &Output) {
    let filter = match flags.verbose {
        0 => return,
        1 => "migrate_runtime=info",
        _ => "migrate_runtime=debug",
    };
    let writer = output.clone();
    let subscriber = tracing_subscriber::fmt()
        .with_env_filter(EnvFilter::new(filter))
        .with_ansi(output.log_in_colour())
        .with_target(false)
        .with_writer(move || writer.log_writer())
        .finish();
    // Whoever has set another one before (a program that calls this one) keeps it.
    tracing::subscriber::set_global_default(subscriber).ok();
}
