//! Every refusal: the programs in `fail/` do not compile, and say why as the `.stderr` beside them. Those in `pass/`
//! do.
//!
//! `TRYBUILD=overwrite cargo test -p migrate-ui-tests --test fail` writes those files anew.

use migrate_core::diagnostic::Code;
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
    let cases = trybuild::TestCases::new();
    cases.compile_fail("fail/*.rs");
    cases.pass("pass/*.rs");
    Ok(())
}

/// A code without a failing program here would be one that nobody has seen.
#[test]
fn every_code_has_a_case() -> io::Result<()> {
    let mut seen = String::new();
    for entry in fs::read_dir(Path::new(env!("CARGO_MANIFEST_DIR")).join("fail"))? {
        let path = entry?.path();
        if path
            .extension()
            .is_some_and(|extension| extension == "stderr")
        {
            seen.push_str(&fs::read_to_string(path)?);
        }
    }
    // Only a run finds these.
    let at_run_time = [Code::Pooler, Code::Database];
    let at_build_time = Code::all().filter(|code| !at_run_time.contains(code));
    // Rules are tried by their own examples; that one of them is seen shows that they come here.
    let (rules, own): (Vec<Code>, Vec<Code>) =
        at_build_time.partition(|code| matches!(code, Code::Lint(_)));
    let is_seen = |code: &Code| seen.contains(&format!("[{code}]"));
    for code in own {
        assert!(is_seen(&code), "{code} has no case");
    }
    assert!(rules.iter().any(is_seen), "no rule has a case");
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
