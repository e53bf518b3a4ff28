//! `migrate status`

use crate::app::App;
use crate::exit::Exit;
use crate::failure::Failure;
use crate::output::{StatusDocument, status_table};
use clap::Args;
use migrate_runtime::{MigrationState, Status as State};

/// Shows every migration and its state. Writes nothing, and needs no history table.
#[derive(Debug, Args)]
#[command(
    after_help = "Example:\n  migrate status\n  migrate status --exit-code && echo nothing to do"
)]
pub struct Status {
    /// Exit with 3 if something is pending, with 4 if history and files disagree
    #[arg(long)]
    exit_code: bool,
}

impl Status {
    pub(super) fn run(self, app: &App) -> Result<Exit, Failure> {
        let settings = app.settings()?;
        let migrator = app.migrator(&settings)?;
        settings.existing_directory()?;
        let states = app.read(migrator.status(settings.database()?))?;
        app.output.show(
            |paint| status_table(&states, paint),
            || StatusDocument::from(&*states),
        );
        Ok(match self.exit_code {
            true => exit(&states),
            false => Exit::Done,
        })
    }
}

/// What `--exit-code` tells.
fn exit(states: &[MigrationState]) -> Exit {
    let newest_known = states
        .iter()
        .filter(|state| state.status != State::Missing)
        .map(|state| &state.version)
        .max();
    let disagrees = |state: &MigrationState| match state.status {
        State::Modified | State::OutOfOrder | State::Failed => true,
        // A database that is newer than the folder is in order for an older release.
        State::Missing => Some(&state.version) < newest_known,
        State::Applied | State::Edited | State::Pending => false,
    };
    if states.iter().any(disagrees) {
        Exit::Disagreement
    } else if states.iter().any(|state| state.status.is_pending()) {
        Exit::Pending
    } else {
        Exit::Done
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use migrate_runtime::Version;

    #[test]
    fn exit_codes() {
        use State::{Applied, Edited, Failed, Missing, Modified, OutOfOrder, Pending};
        for (statuses, expected) in [
            (&[][..], Exit::Done),
            (&[Applied, Edited], Exit::Done),
            (&[Applied, Pending], Exit::Pending),
            (&[Pending], Exit::Pending),
            (&[Modified, Pending], Exit::Disagreement),
            (&[Failed], Exit::Disagreement),
            (&[OutOfOrder, Applied], Exit::Disagreement),
            (&[Missing, Applied], Exit::Disagreement),
            (&[Applied, Missing], Exit::Done),
            (&[Missing], Exit::Done),
        ] {
            let states: Vec<MigrationState> = statuses
                .iter()
                .enumerate()
                .map(|(number, status)| MigrationState {
                    version: Version::new(number.to_string()),
                    name: "a".to_owned(),
                    status: *status,
                    applied: None,
                    no_transaction: false,
                    no_transaction_reason: None,
                })
                .collect();
            assert_eq!(exit(&states), expected, "{statuses:?}");
        }
    }
}
