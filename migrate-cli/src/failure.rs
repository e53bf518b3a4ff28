//! Why a command did not do what was asked.

use crate::exit::Exit;
use migrate_runtime::MigrationError;
use std::fmt;
use std::path::Path;

/// Why a command failed.
#[derive(Debug)]
pub enum Failure {
    /// Found by the command line itself.
    Complaint(Complaint),
    /// Found by the library.
    Migration(MigrationError),
}

impl Failure {
    /// The exit code.
    pub fn exit(&self) -> Exit {
        match self {
            Failure::Complaint(complaint) => complaint.exit,
            Failure::Migration(error) => Exit::from(error.kind()),
        }
    }
}

impl From<Complaint> for Failure {
    fn from(complaint: Complaint) -> Failure {
        Failure::Complaint(complaint)
    }
}

impl From<MigrationError> for Failure {
    fn from(error: MigrationError) -> Failure {
        Failure::Migration(error)
    }
}

/// Something that is wrong with what the user asked for, or with the machine.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Complaint {
    /// The exit code.
    pub exit: Exit,
    /// A short stable name of the kind, for programs.
    pub code: &'static str,
    /// What is wrong.
    pub message: String,
    /// What to do instead.
    pub help: Option<String>,
}

impl Complaint {
    /// The command line makes no sense.
    pub fn usage(message: impl Into<String>) -> Complaint {
        Complaint {
            exit: Exit::Usage,
            code: "usage",
            message: message.into(),
            help: None,
        }
    }

    /// The configuration makes no sense.
    pub fn configuration(message: impl Into<String>) -> Complaint {
        Complaint {
            code: "configuration",
            ..Complaint::usage(message)
        }
    }

    /// A file cannot be read or written.
    pub fn file(verb: &str, path: &Path, error: &std::io::Error) -> Complaint {
        Complaint {
            exit: Exit::Failed,
            code: "file",
            message: format!("cannot {verb} `{}`: {error}", path.display()),
            help: None,
        }
    }

    /// Results cannot be written.
    pub fn lost(message: String) -> Complaint {
        Complaint {
            exit: Exit::Failed,
            code: "output",
            message,
            help: None,
        }
    }

    /// Says what to do instead.
    pub fn help(self, help: impl Into<String>) -> Complaint {
        Complaint {
            help: Some(help.into()),
            ..self
        }
    }
}

impl fmt::Display for Complaint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}
