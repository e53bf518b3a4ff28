//! Exit codes: what a script learns of how the program ended.

use migrate_runtime::{ErrorKind, Refusal};
use std::process::ExitCode;

/// How the program ends. The numbers are promises.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
pub enum Exit {
    /// What was asked for is done.
    Done = 0,
    /// It failed.
    Failed = 1,
    /// The command line or the configuration is wrong; nothing was tried.
    Usage = 2,
    /// `status --exit-code`: something is pending.
    Pending = 3,
    /// History and files disagree: modified, missing, out of order, failed, in doubt.
    Disagreement = 4,
    /// The lock was not got in time.
    Locked = 5,
    /// A second interrupt, while the first one was being seen to: 128 + SIGINT, as shells have it.
    Interrupted = 130,
}

impl From<Exit> for ExitCode {
    fn from(exit: Exit) -> ExitCode {
        ExitCode::from(exit as u8)
    }
}

impl From<&ErrorKind> for Exit {
    fn from(kind: &ErrorKind) -> Exit {
        match kind {
            ErrorKind::Refused(refusal) => Exit::from(refusal),
            ErrorKind::InDoubt(_) => Exit::Disagreement,
            ErrorKind::Locked { .. } => Exit::Locked,
            ErrorKind::Usage(_) => Exit::Usage,
            ErrorKind::Invalid(_)
            | ErrorKind::Failed(_)
            | ErrorKind::Connection(_)
            | ErrorKind::ConnectionLost(_)
            | ErrorKind::Database(_)
            | ErrorKind::Interrupted => Exit::Failed,
            // The library may come to know more kinds; all of them are failures.
            _ => Exit::Failed,
        }
    }
}

impl From<&Refusal> for Exit {
    fn from(refusal: &Refusal) -> Exit {
        match refusal {
            Refusal::Disagreement(_) => Exit::Disagreement,
            Refusal::UnknownTarget { .. }
            | Refusal::NoDown { .. }
            | Refusal::NoFile { .. }
            | Refusal::NoStatement { .. } => Exit::Failed,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use migrate_runtime::{Diagnostics, Disagreement, StatementInDoubt};
    use std::time::Duration;

    #[test]
    fn every_kind_of_error_has_its_code() {
        let label = || "1_a".to_owned();
        let message = || "no".to_owned();
        let disagreement = Disagreement::Modified {
            migrations: vec![label()],
        };
        let unknown = Refusal::UnknownTarget {
            version: "9".to_owned(),
            among: "applied",
            nearest: None,
        };
        let no_down = Refusal::NoDown {
            migration: label(),
            irreversible: None,
        };
        let no_statement = Refusal::NoStatement {
            migration: label(),
            statement: 3,
            statements: 2,
        };
        let doubt = StatementInDoubt {
            migration: label(),
            version: "1".to_owned(),
            file: "1_a.sql".to_owned(),
            line: 1,
            column: 1,
            number: 1,
            statement: "CALL p()".to_owned(),
        };
        let locked = ErrorKind::Locked {
            waited: Duration::ZERO,
            holder: message(),
        };
        for (kind, code) in [
            (ErrorKind::Invalid(Diagnostics::default()), 1),
            (ErrorKind::Refused(disagreement.into()), 4),
            (ErrorKind::Refused(unknown), 1),
            (ErrorKind::Refused(no_down), 1),
            (
                ErrorKind::Refused(Refusal::NoFile { migration: label() }),
                1,
            ),
            (ErrorKind::Refused(no_statement), 1),
            (ErrorKind::InDoubt(Box::new(doubt)), 4),
            (locked, 5),
            (ErrorKind::Connection(message()), 1),
            (ErrorKind::ConnectionLost(message()), 1),
            (ErrorKind::Database(message()), 1),
            (ErrorKind::Usage(message()), 2),
            (ErrorKind::Interrupted, 1),
        ] {
            assert_eq!(Exit::from(&kind) as u8, code, "{kind:?}");
        }
    }
}
