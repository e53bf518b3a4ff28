//! `embed_migrations!`: reads and checks a folder of migrations while the program is built.
//!
//! Use it through `migrate-runtime`, which exports it and is what its expansion names. The path
//! through the files is `args` → `expand` → `quote`, with `config` for
//! `migrate.toml`; all that is known about migrations is in `migrate-core`, which the program calls too
//! when it reads a folder at run time.
//!
//! # What this crate does not do
//!
//! It decides nothing about SQL, emits no logic, and has no driver, no async, no TOML crate in
//! its graph: it is built before everything that uses it.

mod args;
mod config;
mod expand;
mod quote;

/// Embeds a folder of migrations, checked while the program is built.
///
/// An expression of type `&'static [Migration]`, for a `static`, a `const` or a `let`:
///
/// ```ignore
/// use migrate_runtime::{Migration, Migrator, embed_migrations};
///
/// static MIGRATIONS: &[Migration] = embed_migrations!("migrations");
///
/// Migrator::new(MIGRATIONS).up("postgres://localhost/app").await?;
/// ```
///
/// The path is relative to the crate's `Cargo.toml`; `embed_migrations!()` means `"migrations"`.
///
/// # Layouts
///
/// A folder has one of these, found by looking:
///
/// ```text
/// sections                              pairs
/// migrations                            migrations
/// ├── 20260115120000_create_users.sql   ├── 20260115120000_create_users.up.sql
/// └── 20260116090000_add_email.sql      ├── 20260115120000_create_users.down.sql
///                                       └── 20260116090000_add_email.up.sql
///
/// folders                               plain
/// migrations                            migrations
/// ├── 20260115120000_create_users       ├── 20260115120000_create_users.sql
/// │   ├── up.sql                        └── 20260116090000_add_email.sql
/// │   └── down.sql
/// └── 20260116090000_add_email
///     └── up.sql
/// ```
///
/// In `sections`, each file has both directions, one behind `-- migrate:up` and one behind
/// `-- migrate:down`; in `plain`, no file has such a marker and each is an up.
///
/// # Options
///
/// Behind the path, by name, in any order:
///
/// | option | |
/// | --- | --- |
/// | `dialect = "postgres"` | or `"sqlite"`, `"mysql"`. Unless given: `[migrations] dialect` in the `migrate.toml` beside `Cargo.toml`, else the scheme of its `[database] url` (of `${NAME:-default}` the default; the environment is not looked at), else `postgres` |
/// | `unchecked_syntax = true` | takes statements that the database's grammar refuses, in the whole folder; for one statement there is `-- migrate:unchecked <why>` |
/// | `allow(rule, …)` | does not report what these rules find |
/// | `warn(rule, …)` | reports it as warnings |
/// | `deny(rule, …)` | reports it as errors |
/// | `since = "20260115120000"` | rules look only at the migrations after this version |
/// | `history = "partial"` | the history begins in the middle: what no migration has created may be there |
/// | `baseline_schema = "schema.sql"` | a file, relative to `Cargo.toml`, that makes the schema which the first migration finds |
///
/// ```ignore
/// static MIGRATIONS: &[Migration] =
///     embed_migrations!("db", dialect = "sqlite", deny(column-dropped));
/// ```
///
/// The last six are also keys of that `migrate.toml`, where the option is not given: `[migrations] history` and
/// `baseline_schema`, `[lints] since`, and `[lints] rule = "deny"`. In a file, `-- migrate:allow <rule> <why>` comes
/// before both.
///
/// # Errors and warnings
///
/// All errors of the folder are reported at once, each drawn at its line of its `.sql` file.
/// What follows from the schema (`object-missing`, …) can be allowed, what cannot be run or understood
/// (`syntax`, …) cannot.
///
/// Warnings do not stop the build. Stable Rust gives macros no way to warn, so each one shows as
/// the use of a deprecated constant that is named like the rule; `#[allow(deprecated)]` on the
/// item that holds the call silences them all. `-D warnings` leaves them warnings: which of them are
/// errors is said by `deny(…)`. Of more than twenty of one folder, the others are counted.
///
/// # Building again
///
/// A changed or removed file builds the crate again by itself, and so does a changed `migrate.toml` or
/// starting schema. An *added* file does not: stable Rust lets
/// a macro watch files, not folders. One line in a `build.rs` does,
///
/// ```
/// // In the `main` of build.rs.
/// println!("cargo:rerun-if-changed=migrations");
/// ```
///
/// and without it a debug build refuses to run as long as its folder has a file that it lacks
/// (unless it was built from an empty folder).
#[proc_macro]
pub fn embed_migrations(input: proc_macro::TokenStream) -> proc_macro::TokenStream {
    expand::expand(syn::parse(input)).into()
}
