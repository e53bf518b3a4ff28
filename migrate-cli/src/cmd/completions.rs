//! `migrate completions`

use crate::app::App;
use crate::args::Cli;
use crate::exit::Exit;
use crate::failure::Failure;
use clap::{Args, CommandFactory};
use clap_complete::Shell;

/// Prints completions for a shell.
#[derive(Debug, Args)]
#[command(after_help = "Example:\n  migrate completions bash > /etc/bash_completion.d/migrate")]
pub struct Completions {
    /// Which shell
    shell: Shell,
}

impl Completions {
    pub(super) fn run(self, app: &App) -> Result<Exit, Failure> {
        let mut script = Vec::new();
        clap_complete::generate(self.shell, &mut Cli::command(), "migrate", &mut script);
        let script = String::from_utf8_lossy(&script);
        app.output.show(|_| script.to_string(), || &script);
        Ok(Exit::Done)
    }
}
