//! What good migrations become: the same values as when the folder is read at run time.

#![expect(
    deprecated,
    reason = "how the macro warns: the folders show how files are laid out, not how to write migrations"
)]

use migrate_core::added::added_since;
use migrate_core::dialect::Dialect;
use migrate_core::folder::load;
use migrate_runtime::{Migration, embed_migrations};
use std::collections::BTreeSet;
use std::path::Path;

struct Case {
    folder: &'static str,
    dialect: Dialect,
    embedded: &'static [Migration],
}

/// A case: the name of a folder in `migrations/pass`, and options of the macro.
macro_rules! cases {
    ($( $dialect:ident $folder:literal => $embedded:expr; )+) => {
        &[ $( Case { folder: $folder, dialect: Dialect::$dialect, embedded: $embedded }, )+ ]
    };
}

#[rustfmt::skip]
const CASES: &[Case] = cases! {
    Postgres "sections" => embed_migrations!("migrations/pass/sections", dialect = "postgres");
    Postgres "pairs" => embed_migrations!("migrations/pass/pairs", dialect = "postgres");
    Postgres "folders" => embed_migrations!("migrations/pass/folders", dialect = "postgres");
    Postgres "plain" => embed_migrations!("migrations/pass/plain", dialect = "postgres");
    Postgres "empty" => embed_migrations!("migrations/pass/empty", dialect = "postgres");
    Postgres "unicode" => embed_migrations!("migrations/pass/unicode", dialect = "postgres");
    Postgres "crlf" => embed_migrations!("migrations/pass/crlf", dialect = "postgres");
    Postgres "deep" => embed_migrations!("migrations/pass/deep", dialect = "postgres");
    Postgres "transactions" => embed_migrations!("migrations/pass/transactions", dialect = "postgres");
    Postgres "unchecked" => embed_migrations!("migrations/pass/unchecked", dialect = "postgres", unchecked_syntax = true);
    Postgres "up_empty" => embed_migrations!("migrations/pass/up_empty", dialect = "postgres", allow(up-empty));
    Sqlite "sqlite" => embed_migrations!("migrations/pass/sqlite");
    Mysql "mysql" => embed_migrations!("migrations/pass/mysql", dialect = "mysql", allow(syntax-unknown));
};

/// The folder that is embedded without a word about its path.
static DEFAULT: &[Migration] = embed_migrations!(dialect = "postgres", allow(up - empty),);

fn package() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

#[test]
fn embedding_is_loading() {
    for case in CASES {
        let shown = format!("migrations/pass/{}", case.folder);
        let loaded = load(&package().join(&shown), &shown, case.dialect);
        assert_eq!(case.embedded, loaded.migrations, "{shown}");
    }
}

#[test]
fn every_folder_is_a_case() {
    let folders = std::fs::read_dir(package().join("migrations/pass")).expect("it is there");
    let folders = folders.map(|entry| entry.expect("it can be read").file_name());
    let folders: BTreeSet<String> = folders
        .map(|name| name.into_string().expect("it is Unicode"))
        .collect();
    let cases: BTreeSet<String> = CASES.iter().map(|case| case.folder.to_owned()).collect();
    assert_eq!(folders, cases);
}

/// A debug build knows its folder, and that it lacks nothing of it.
#[cfg(debug_assertions)]
#[test]
fn nothing_was_added_since() {
    for case in CASES.iter().filter(|case| !case.embedded.is_empty()) {
        let folder = case.embedded[0].origin.folder();
        let folder = folder.expect("a debug build knows it");
        assert!(folder.ends_with(case.folder), "{}", folder.display());
        assert_eq!(added_since(folder, case.embedded), [""; 0]);
    }
}

/// What is embedded except for the last migration lacks that one's files.
#[test]
fn what_was_added_since_is_found() {
    for (folder, expected) in [
        ("sections", &["10_delete_unnamed.sql"][..]),
        ("pairs", &["002_forget.down.sql", "002_forget.up.sql"]),
        ("folders", &["2026-01-16-090000_index_email/up.sql"]),
        ("plain", &["2_index_email.sql"]),
        ("unicode", &["1_größe und 表 🦀 'quoted'.sql"]),
    ] {
        let case = CASES.iter().find(|case| case.folder == folder);
        let embedded = case.expect("it is a case").embedded;
        let dir = package().join("migrations/pass").join(folder);
        let kept = &embedded[..embedded.len() - 1];
        assert_eq!(added_since(&dir, kept), expected, "{folder}");
    }
    assert_eq!(added_since(Path::new("no/such/folder"), &[]), [""; 0]);
}

#[test]
fn the_default_folder_is_migrations() {
    assert!(DEFAULT.is_empty());
}

#[test]
fn a_call_is_an_expression_anywhere() {
    const CONST: &[Migration] = embed_migrations!("migrations/pass/plain", dialect = "postgres");
    static STATIC: &[Migration] = embed_migrations!("migrations/pass/plain/", dialect = "postgres");
    let embedded: &'static [Migration] =
        embed_migrations!("migrations/pass/plain", dialect = "postgres");
    assert_eq!(CONST, STATIC);
    assert_eq!(CONST, embedded);
    assert_eq!(
        embed_migrations!("migrations/pass/plain", dialect = "postgres").len(),
        2
    );
}

/// Neither the path nor a name in the caller's scope disturbs the expansion.
#[test]
fn the_expansion_is_hygienic() {
    #[allow(dead_code, non_camel_case_types)]
    mod scope {
        struct Option;
        struct Migration;
        struct Version;
        struct str;
        mod core {}
        mod std {}
        const FILES: () = ();
        const ORIGIN: () = ();
        pub fn count() -> usize {
            ::migrate_runtime::embed_migrations!("migrations/pass/plain", dialect = "postgres")
                .len()
        }
    }
    assert_eq!(scope::count(), 2);
}
