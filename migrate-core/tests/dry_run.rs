//! Scripts of dry runs, `fixtures/dry_run`: for each, the folder in `fixtures/folders` that has its
//! name is applied to an empty database and rolled back. `UPDATE_GOLDEN=1` writes them anew.

use migrate_core::bookkeeping::{Bookkeeping, Lacks};
use migrate_core::dialect::Dialect;
use migrate_core::dry_run::{own, script, stop_at_errors};
use migrate_core::folder::load;
use migrate_core::history::{Applied, RowState};
use migrate_core::limits::{Limits, Scope};
use migrate_core::migration::Migration;
use migrate_core::plan::{self, Plan, Policy, Target};
use migrate_core::surroundings::Surroundings;
use migrate_core::table::TableName;
use migrate_core::unit::units;
use std::fs;
use std::path::Path;

#[test]
fn scripts_are_as_their_goldens_say() {
    let fixtures = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures");
    let goldens = fs::read_dir(fixtures.join("dry_run")).expect("the goldens");
    for golden in goldens.map(|entry| entry.expect("an entry").path()) {
        let name = golden.file_stem().expect("a name").to_string_lossy();
        let (dialect, _) = name.split_once('_').expect("a dialect and a name");
        let dialect: Dialect = dialect.parse().expect("a dialect");
        let folder = load(
            &fixtures.join("folders").join(&*name),
            "migrations",
            dialect,
        );
        let seen = there_and_back(&folder.migrations, dialect);
        if std::env::var_os("UPDATE_GOLDEN").is_some() {
            fs::write(&golden, &seen).expect("a writable golden");
        }
        let expected = fs::read_to_string(&golden).expect("a readable golden");
        assert!(seen == expected, "{name} is now:\n{seen}");
    }
}

fn there_and_back(migrations: &[Migration], dialect: Dialect) -> String {
    let table = TableName::parse("_migrations").expect("a name");
    let bookkeeping = Bookkeeping {
        dialect,
        table: &table,
        applied_by: None,
    };
    let steps = |plan: &Plan<'_>| -> String {
        let steps = plan.steps.iter();
        let around = Surroundings::default();
        let limits = Limits::default();
        let one = |step| {
            script(
                step,
                &units(step, dialect, limits, Scope::Session),
                &bookkeeping,
                &around,
            )
        };
        steps.map(one).collect()
    };
    let policy = Policy::default();
    let up = plan::up(migrations, &[], &Target::All, &policy, dialect).expect("a plan");
    let applied: Vec<Applied> = migrations.iter().map(applied).collect();
    let down = plan::down(migrations, &applied, &Target::All, &policy, dialect).expect("a plan");
    [
        stop_at_errors(dialect).to_owned(),
        own(&bookkeeping.prepare(&Lacks::Table)),
        steps(&up),
        steps(&down),
    ]
    .concat()
}

fn applied(migration: &Migration) -> Applied {
    Applied {
        version: migration.version.clone(),
        name: migration.name.to_string(),
        applied_at: None,
        checksum: migration.checksum.to_string(),
        execution_time_ms: None,
        fingerprint: Some(migration.fingerprint.to_string()),
        state: RowState::Applied,
        statements_done: 0,
        down_sql: None,
    }
}
