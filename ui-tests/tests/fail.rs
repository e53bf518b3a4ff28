//! Every refusal: the programs in `fail/` do not compile, and say why as the `.stderr` beside them.
//!
//! `TRYBUILD=overwrite cargo test -p migrate-ui-tests --test fail` writes those files anew.

use std::path::Path;
use std::{fs, io};

#[test]
fn refusals() -> io::Result<()> {
    // The programs are compiled in a package that trybuild makes, and paths are relative to that
    // package's manifest.
    let target = Path::new(env!("CARGO_TARGET_TMPDIR")).join("..");
    let package = target.join("tests/trybuild").join(env!("CARGO_PKG_NAME"));
    let copied = package.join("migrations");
    if copied.exists() {
        fs::remove_dir_all(&copied)?;
    }
    copy(
        &Path::new(env!("CARGO_MANIFEST_DIR")).join("migrations"),
        &copied,
    )?;
    trybuild::TestCases::new().compile_fail("fail/*.rs");
    Ok(())
}

/// Copies a folder and all that is in it.
fn copy(from: &Path, to: &Path) -> io::Result<()> {
    fs::create_dir_all(to)?;
    for entry in fs::read_dir(from)? {
        let entry = entry?;
        let to = to.join(entry.file_name());
        match entry.file_type()?.is_dir() {
            true => copy(&entry.path(), &to)?,
            false => fs::copy(entry.path(), to).map(|_| ())?,
        }
    }
    Ok(())
}
