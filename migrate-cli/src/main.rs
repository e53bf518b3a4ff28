//! The `migrate` command.

use migrate_cli::{Streams, main_impl};
use std::process::ExitCode;

fn main() -> ExitCode {
    main_impl(std::env::args_os(), Streams::of_this_process()).into()
}
