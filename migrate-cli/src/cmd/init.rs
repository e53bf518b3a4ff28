//! `migrate init`

use crate::app::App;
use crate::exit::Exit;
use crate::failure::Failure;
use crate::output::Initialized;
use clap::Args;
use std::fs;
use std::path::Path;

/// Creates the history table.
#[derive(Debug, Args)]
#[command(
    after_help = "`up` creates it by itself where it is not there.\n\nExample:\n  migrate -d sqlite:app.db init"
)]
pub struct Init {}

impl Init {
    pub(super) fn run(self, app: &App) -> Result<Exit, Failure> {
        let settings = app.settings()?;
        let migrator = app.migrator(&settings)?;
        let created = app.write(migrator.init(settings.database()?))?;
        let table = settings.table_name.value.clone()?;
        app.output.show(
            |_| String::new(),
            || Initialized {
                created,
                table: &table,
            },
        );
        app.output.say(&match created {
            true => format!("Created {table} table"),
            false => format!("{table} table already exists"),
        });
        if let Some(hint) = build_script(settings.directory()?) {
            app.output.remark(&hint);
        }
        Ok(Exit::Done)
    }
}

/// What an application that embeds its migrations lacks: a new file alone rebuilds nothing.
fn build_script(migrations: &Path) -> Option<String> {
    // Cargo reads the path as relative to the crate, whose folder is where the migrations are.
    let folder = migrations.parent()?;
    let name = migrations.file_name()?.to_str()?;
    let line = format!("cargo:rerun-if-changed={name}");
    let script = fs::read_to_string(folder.join("build.rs")).unwrap_or_default();
    if !folder.join("Cargo.toml").is_file() || script.contains(&line) {
        return None;
    }
    Some(format!(
        "hint: for `embed_migrations!` to notice added files, put this into build.rs:\n\
         fn main() {{ println!(\"{line}\"); }}"
    ))
}
