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

#[cfg(test)]
mod tests {
    use super::*;
    use migrate_core::dialect::Dialect;
    use migrate_core::folder::load;
    use migrate_core::migration::Origin;
    use std::path::Path;

    /// The sample migrations, as if they had been embedded by a debug build or a release build.
    fn embedded(origin: Origin) -> Vec<Migration> {
        let mut migrations = load(Path::new(SAMPLES), "migrations", Dialect::Postgres).migrations;
        migrations.iter_mut().for_each(|it| it.origin = origin);
        assert!(migrations.len() > 1);
        migrations
    }

    const SAMPLES: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../migrations");

    #[test]
    fn an_added_file_is_refused_by_its_name() {
        let migrations = embedded(Origin::new(Some(SAMPLES)));
        assert!(check(&migrations).is_ok());
        let error = check(&migrations[1..]).expect_err("the first one is missing");
        assert_eq!(error.code(), "stale-binary");
        let name = format!("{}.sql", migrations[0].label());
        assert!(error.to_string().contains(&name), "{error}");
    }

    #[test]
    fn a_release_build_does_not_look() {
        assert!(check(&embedded(Origin::default())[1..]).is_ok());
    }
}
