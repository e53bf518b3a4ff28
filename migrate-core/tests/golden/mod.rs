//! Tests as data: each `fixtures/<folder>/<dialect>_*.sql` has its expected picture beside it, in
//! a `.golden` file.
//!
//! `UPDATE_GOLDEN=1 cargo test -p migrate-core` writes the pictures anew.

use migrate_core::diagnostic::Problem;
use migrate_core::dialect::Dialect;
use migrate_core::source::line_column;
use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

/// Compares the picture of every fixture of a folder. A golden that belongs to no fixture fails.
pub fn check_folder(folder: &str, picture: fn(&str, Dialect) -> String) {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("fixtures")
        .join(folder);
    let mut files: BTreeSet<PathBuf> = fs::read_dir(&folder)
        .expect("the fixtures")
        .map(|entry| entry.expect("an entry").path())
        .collect();
    let has_extension =
        |path: &PathBuf| path.extension().is_some_and(|extension| extension == "sql");
    let sources: Vec<PathBuf> = files
        .iter()
        .filter(|path| has_extension(path))
        .cloned()
        .collect();
    assert!(!sources.is_empty(), "no fixtures in {}", folder.display());
    for source in &sources {
        check(source, picture);
        files.remove(source);
        files.remove(&source.with_extension("golden"));
    }
    assert!(files.is_empty(), "these belong to no .sql file: {files:?}");
}

fn check(source: &Path, picture: fn(&str, Dialect) -> String) {
    let name = source
        .file_stem()
        .and_then(|name| name.to_str())
        .expect("a name");
    let dialect = name.split('_').next().unwrap_or_default();
    let dialect: Dialect = dialect
        .parse()
        .expect("a file name that begins with a dialect");
    let text = fs::read_to_string(source).expect("a readable fixture");
    let actual = picture(&text, dialect);
    let golden = source.with_extension("golden");
    if std::env::var_os("UPDATE_GOLDEN").is_some() {
        fs::write(&golden, &actual).expect("a writable golden");
    }
    let expected = fs::read_to_string(&golden).unwrap_or_default();
    assert!(
        actual == expected,
        "{name}: expected\n{expected}\nbut found\n{actual}"
    );
}

/// A problem in two or three lines. Its range begins at `offset` of the text.
pub fn problem(text: &str, offset: usize, problem: &Problem) -> String {
    let range = offset + problem.range.start..offset + problem.range.end;
    let place = line_column(text, range.start);
    let marked = &text[range];
    let mut lines = format!(
        "{}[{}]: {}\n  {}:{} `{marked}` {}\n",
        problem.code.level().severity().as_str(),
        problem.code,
        problem.message,
        place.line,
        place.column,
        problem.label,
    );
    if let Some(help) = &problem.help {
        lines += &format!("  help: {help}\n");
    }
    lines
}
