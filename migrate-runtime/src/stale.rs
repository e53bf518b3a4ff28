//! A debug build that lacks migrations: its folder has got files since it was built.
//!
//! Stable Rust lets a macro watch files, not folders, so an added file builds nothing again. To
//! run without it would look as if the migration had done nothing.

use crate::error::{ErrorKind, MigrationError};
use migrate_core::added::added_since;
use migrate_core::migration::Migration;

/// Refuses migrations whose folder has files that they lack. Costs nothing in a release build,
/// which does not know its folder.
///
/// # Errors
///
/// [`ErrorKind::StaleBinary`].
pub(crate) fn check(migrations: &[Migration]) -> Result<(), MigrationError> {
    let Some(folder) = migrations.first().and_then(|first| first.origin.folder()) else {
        return Ok(());
    };
    let files = added_since(folder, migrations);
    if files.is_empty() {
        return Ok(());
    }
    let folder = folder.display().to_string();
    tracing::warn!(
        folder,
        ?files,
        "migrations were added since this program was built"
    );
    Err(MigrationError::new(ErrorKind::StaleBinary {
        folder,
        files,
    }))
}
