//! Where migrations come from: a folder, or what was embedded of one.

use crate::error::{Diagnostics, ErrorKind, MigrationError};
use migrate_core::dialect::Dialect;
use migrate_core::folder;
use migrate_core::migration::Migration;
use std::borrow::Cow;
use std::path::Path;
use std::sync::Arc;

/// Where the migrations come from.
#[derive(Clone)]
pub(crate) enum Source {
    /// Checked when they were built.
    Embedded(&'static [Migration]),
    /// A folder, read when its database's dialect is known.
    Folder(Arc<Path>),
}

/// The migrations of a run, and whether they still have to be checked.
pub(crate) struct Loaded<'a> {
    /// In the order of their versions.
    pub migrations: Cow<'a, [Migration]>,
    /// Whether nobody has checked them when they were built.
    pub unchecked: bool,
}

impl Source {
    /// The migrations, in the dialect of the database that they are for.
    ///
    /// # Errors
    ///
    /// The folder cannot be read, or has mistakes; or has got others since it was embedded.
    pub fn load(&self, dialect: Dialect) -> Result<Loaded<'_>, MigrationError> {
        match self {
            Source::Embedded(migrations) => {
                crate::stale::check(migrations)?;
                Ok(Loaded {
                    migrations: Cow::Borrowed(migrations),
                    unchecked: false,
                })
            }
            Source::Folder(path) => {
                let shown = path.to_string_lossy();
                let folder = folder::load(path, &shown, dialect);
                let found = Diagnostics {
                    sources: folder.sources,
                    list: folder.diagnostics,
                };
                if found.has_errors() {
                    return Err(MigrationError::new(ErrorKind::Invalid(found)));
                }
                Ok(Loaded {
                    migrations: Cow::Owned(folder.migrations),
                    unchecked: true,
                })
            }
        }
    }
}
