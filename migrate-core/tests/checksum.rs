//! Checksums and fingerprints are stored in users' databases: the vectors here are frozen, and were
//! computed with another implementation of SHA-256 from the description in `checksum.rs`.

use migrate_core::checksum::{checksum, fingerprint, fingerprint_of_prefix};
use migrate_core::dialect::Dialect;
use migrate_core::migration::{Script, TransactionMode};
use migrate_core::source::SourceFile;
use migrate_core::split::split;
use proptest::prelude::*;

fn script(text: &str, dialect: Dialect) -> Script {
    Script {
        file: SourceFile {
            path: "1_a.sql".into(),
            text: text.into(),
        },
        statements: split(text, 0..text.len(), dialect).statements.into(),
        mode: TransactionMode::Transaction,
        lock_timeout: None,
        statement_timeout: None,
    }
}

fn fingerprint_of(text: &str) -> String {
    fingerprint(&script(text, Dialect::Postgres), Dialect::Postgres).to_string()
}

#[test]
fn frozen_checksums() {
    let users =
        "-- migrate:up\nCREATE TABLE users (id bigint);\n-- migrate:down\nDROP TABLE users;\n";
    for (contents, expected) in [
        (
            &[""][..],
            "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
        ),
        (
            &[users],
            "3ad714b12850ac0b1e111a44709f0106b7a8aae0dfc77458b6c1de88b719e906",
        ),
        (
            &["SELECT 1;\n", "SELECT 2;\n"],
            "82efb67f3010c6eb7ead02e4f6d9550633dbc1407f99aa487468e7b2567aebbc",
        ),
    ] {
        assert_eq!(checksum(contents).to_string(), expected, "{contents:?}");
    }
}

#[test]
fn frozen_fingerprints() {
    let table = "CREATE TABLE users (id bigint);";
    assert_eq!(
        fingerprint_of(table),
        "7617da7d73115f24e894301089ebac6596c62e96ffd90678777124e62784bd0c"
    );
    let both = format!("{table}\nINSERT INTO \"Users\" VALUES (E'It\\'s', $$A b$$);");
    assert_eq!(
        fingerprint_of(&both),
        "c01f64c102cf4f0a18212dd831e98f27fc8dd173574d27561d9f036924da9600"
    );
    assert_eq!(
        fingerprint_of(""),
        "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
    );
}

#[test]
fn line_ends_inside_of_tokens_are_all_the_same() {
    let text = "SELECT 'a\nb', $x$\n c\n$x$,\n\"q\n\";\n";
    for line_end in ["\n", "\r\n", "\r"] {
        assert_eq!(
            fingerprint_of(&text.replace('\n', line_end)),
            "a346a2b88a6e0306e35eedbc0dda2f1e275e740f250c56f8c4187f5c6d1cb985",
            "{line_end:?}"
        );
    }
    assert_ne!(
        fingerprint_of(text),
        fingerprint_of(&text.replace("a\nb", "a\n\nb"))
    );
}

#[test]
fn a_cosmetic_edit_keeps_the_fingerprint() {
    let table = fingerprint_of("CREATE TABLE users (id bigint);");
    for same in [
        "create table USERS(id bigint)",
        "-- why\nCREATE /* what */ TABLE users\r\n(\tid BIGINT )\n;\n;",
    ] {
        assert_eq!(fingerprint_of(same), table, "{same}");
    }
    for other in [
        "CREATE TABLE user (id bigint);",
        "CREATE TABLE \"users\" (id bigint);",
        "CREATE TABLE users (id; bigint);",
        "CREATE TABLE usersid (bigint);",
    ] {
        assert_ne!(fingerprint_of(other), table, "{other}");
    }
    assert_ne!(fingerprint_of("SELECT 'A'"), fingerprint_of("SELECT 'a'"));
    assert_ne!(
        fingerprint_of("SELECT 1; SELECT 2"),
        fingerprint_of("SELECT 1 SELECT 2")
    );
}

#[test]
fn the_fingerprint_of_a_prefix() {
    let dialect = Dialect::Postgres;
    let three = script("SELECT 1; SELECT 2; SELECT 3;", dialect);
    let prefix = |statements| fingerprint_of_prefix(&three, statements, dialect);
    assert_eq!(prefix(3), fingerprint(&three, dialect));
    assert_eq!(prefix(2).to_string(), fingerprint_of("select 1; select 2"));
    assert_eq!(prefix(0).to_string(), fingerprint_of(""));
    assert_eq!(prefix(9), prefix(3));
}

proptest! {
    #[test]
    fn the_checksum_does_not_see_line_ends_and_byte_order_marks(lines in prop::collection::vec("[a-z\u{e9} ]{0,5}", 0..8)) {
        let expected = checksum(&[&lines.join("\n")]);
        for line_end in ["\r\n", "\r"] {
            prop_assert_eq!(checksum(&[&lines.join(line_end)]), expected);
        }
        let marked = format!("\u{feff}{}", lines.join("\r\n"));
        prop_assert_eq!(checksum(&[&marked]), expected);
    }
}
