//! Colour, or none.

use migrate_runtime::{Status, Style};

/// Whether what is written may be in colour.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Paint {
    /// As it is.
    Plain,
    /// With ANSI colours.
    Colour,
}

impl Paint {
    /// The renderer's word for the same.
    pub fn style(self) -> Style {
        match self {
            Paint::Plain => Style::Plain,
            Paint::Colour => Style::Color,
        }
    }

    /// A word before an error.
    pub fn error(self, text: &str) -> String {
        self.with("1;31", text)
    }

    /// A word before a warning.
    pub fn warning(self, text: &str) -> String {
        self.with("1;33", text)
    }

    /// A word before a piece of advice.
    pub fn help(self, text: &str) -> String {
        self.with("1;36", text)
    }

    /// A heading.
    pub fn heading(self, text: &str) -> String {
        self.with("1", text)
    }

    /// A migration's state.
    pub fn status(self, status: Status, text: &str) -> String {
        match status {
            Status::Applied | Status::Edited => self.with("32", text),
            Status::Pending => self.with("33", text),
            Status::Modified | Status::Missing | Status::OutOfOrder | Status::Failed => {
                self.with("31", text)
            }
        }
    }

    fn with(self, code: &str, text: &str) -> String {
        match self {
            Paint::Plain => text.to_owned(),
            Paint::Colour => format!("\u{1b}[{code}m{text}\u{1b}[0m"),
        }
    }
}
