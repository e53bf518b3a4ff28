//! Pictures of diagnostics, as users see them.

use migrate_core::diagnostic::{Code, Diagnostic};
use migrate_core::render::{Style, render};
use migrate_core::source::{SourceFile, Sources, Span};
use proptest::prelude::*;

const USERS: &str = "migrations/20260115120000_create_users.sql";

fn source(text: &str) -> (Sources, impl Fn(&str) -> Span + use<>) {
    let mut sources = Sources::default();
    let id = sources.add(SourceFile {
        path: USERS.into(),
        text: text.into(),
    });
    let text = text.to_owned();
    let find = move |part: &str| {
        let start = text.find(part).unwrap();
        Span::range(id, start..start + part.len())
    };
    (sources, find)
}

fn check(sources: &Sources, diagnostic: &Diagnostic, expected: &str) {
    let picture = render(diagnostic, sources, Style::Plain);
    assert_eq!(picture, expected.trim_matches('\n'), "\n{picture}");
}

#[test]
fn the_picture_that_is_promised() {
    let (sources, at) = source(
        "-- migrate:up\nCREATE TABLE users (\n    id BIGSERIAL PRIMARY KEY\n    email VARCHAR(255) UNIQUE NOT NULL,\n);\n",
    );
    let diagnostic = Diagnostic::new(
        Code::Syntax,
        at("email"),
        "expected `)` or `,`, found `email`",
    )
    .label("expected `)` or `,`")
    .help("a comma is missing after the column `id`");
    let expected = r"
error[syntax]: expected `)` or `,`, found `email`
  --> migrations/20260115120000_create_users.sql:4:5
   |
 4 |     email VARCHAR(255) UNIQUE NOT NULL,
   |     ^^^^^ expected `)` or `,`
   = help: a comma is missing after the column `id`
";
    check(&sources, &diagnostic, expected);
    let colored = render(&diagnostic, &sources, Style::Color);
    assert!(colored.contains("\u{1b}["));
    assert_eq!(without_colors(&colored), expected.trim_matches('\n'));
}

fn without_colors(picture: &str) -> String {
    let mut pieces = picture.split("\u{1b}[");
    let first = pieces.next().unwrap().to_owned();
    pieces.fold(first, |text, piece| text + piece.split_once('m').unwrap().1)
}

#[test]
fn a_file_as_a_whole() {
    let (mut sources, at) = source("");
    let other = sources.add(SourceFile {
        path: "migrations/other.sql".into(),
        text: "".into(),
    });
    let span = Span::file(at("").file);
    let diagnostic = Diagnostic::new(Code::FileName, span.clone(), "the file has no version");
    check(
        &sources,
        &diagnostic,
        r"
error[file-name]: the file has no version
  --> migrations/20260115120000_create_users.sql
",
    );
    let diagnostic = Diagnostic::new(Code::VersionDuplicate, span, "version `1` is taken")
        .other(Span::file(other), "has it")
        .help("give one of them another");
    check(
        &sources,
        &diagnostic,
        r"
error[version-duplicate]: version `1` is taken
  --> migrations/20260115120000_create_users.sql
   = note: `migrations/other.sql` has it
   = help: give one of them another
",
    );
}

#[test]
fn places_that_are_near_and_places_that_are_far() {
    let gap = "-- a comment\n".repeat(400);
    let (mut sources, at) = source(&format!("one;\n\ntwo;\n{gap}three;\n"));
    let diagnostic = Diagnostic::new(Code::TransactionImpossible, at("two"), "two")
        .label("here")
        .other(at("one"), "near")
        .other(at("three"), "far");
    check(
        &sources,
        &diagnostic,
        r"
error[transaction-impossible]: two
   --> migrations/20260115120000_create_users.sql:3:1
    |
  1 | one;
    | --- near
  2 |
  3 | two;
    | ^^^ here
    |
   ::: migrations/20260115120000_create_users.sql:404:1
    |
404 | three;
    | ----- far
",
    );
    let id = sources.add(SourceFile {
        path: "migrations/b.sql".into(),
        text: "x\n".into(),
    });
    let diagnostic = Diagnostic::new(Code::UpEmpty, at("two"), "two")
        .other(Span::range(id, 0..1), "another file");
    check(
        &sources,
        &diagnostic,
        r"
warning[up-empty]: two
  --> migrations/20260115120000_create_users.sql:3:1
   |
 3 | two;
   | ^^^
   |
  ::: migrations/b.sql:1:1
   |
 1 | x
   | - another file
",
    );
}

#[test]
fn tabs_and_wide_characters() {
    let (sources, at) = source("\u{feff}SELECT\t'漢字 é 🦀' FORM t;\r\nSELECT 2;\r\n");
    let diagnostic = Diagnostic::new(Code::Syntax, at("FORM"), "unexpected").label("here");
    check(
        &sources,
        &diagnostic,
        r"
error[syntax]: unexpected
  --> migrations/20260115120000_create_users.sql:1:17
   |
 1 | SELECT    '漢字 é 🦀' FORM t;
   |                       ^^^^ here
",
    );
}

#[test]
fn statements_of_several_lines() {
    let (sources, at) = source("SELECT\n  1,\n  2;\n");
    let diagnostic = Diagnostic::new(Code::Syntax, at("SELECT\n  1,\n  2"), "short").label("here");
    check(
        &sources,
        &diagnostic,
        r"
error[syntax]: short
  --> migrations/20260115120000_create_users.sql:1:1
   |
 1 | / SELECT
 2 | |   1,
 3 | |   2;
   | |___^ here
",
    );
    let long = format!("INSERT INTO t VALUES\n{}(0)", "(1),\n".repeat(100));
    let (sources, at) = source(&long);
    let diagnostic = Diagnostic::new(Code::Syntax, at(&long), "long").label("here");
    check(
        &sources,
        &diagnostic,
        r"
error[syntax]: long
  --> migrations/20260115120000_create_users.sql:1:1
   |
 1 | INSERT INTO t VALUES
   | ^^^^^^^^^^^^^^^^^^^^ here
",
    );
}

#[test]
fn the_end_of_a_file() {
    for text in ["SELECT", "SELECT\n"] {
        let (sources, at) = source(text);
        let end = Span::range(at("SELECT").file, text.len()..text.len());
        let picture = render(
            &Diagnostic::new(Code::Syntax, end, "unexpected end").label("here"),
            &sources,
            Style::Plain,
        );
        assert!(picture.ends_with("^ here"), "{picture}");
    }
}

/// A line of a megabyte is shown around the mark, with its true column.
#[test]
fn very_long_lines() {
    let rows = "('a value', 1), ".repeat(70_000);
    let text = format!("-- data\nINSERT INTO t VALUES {rows}oops {rows};\n");
    let (sources, at) = source(&text);
    let diagnostic = Diagnostic::new(Code::Syntax, at("oops"), "unexpected `oops`").label("here");
    let picture = render(&diagnostic, &sources, Style::Plain);
    assert!(picture.len() < 1000, "{}", picture.len());
    let column = text.find("oops").unwrap() - text.find("INSERT").unwrap() + 1;
    assert!(
        picture.contains(&format!("{USERS}:2:{column}\n")),
        "{picture}"
    );
    let [.., line, mark] = picture.lines().collect::<Vec<_>>()[..] else {
        panic!("{picture}");
    };
    assert_eq!(line.find("oops"), mark.find("^^^^ here"), "{picture}");

    let whole = at(text.trim_start_matches("-- data\n"));
    let diagnostic = Diagnostic::new(Code::TransactionImpossible, whole, "all of it");
    let picture = render(&diagnostic, &sources, Style::Plain);
    assert!(picture.len() < 1000, "{}", picture.len());
    assert!(picture.contains("sql:2:1\n"), "{picture}");
}

#[test]
fn nothing_reaches_the_terminal_but_text() {
    let mut sources = Sources::default();
    let id = sources.add(SourceFile {
        path: "migrations/\u{1b}[31m.sql".into(),
        text: "SELECT '\u{1b}[31m\u{7}';\n".into(),
    });
    for span in [Span::file(id), Span::range(id, 0..6)] {
        let diagnostic = Diagnostic::new(Code::Lexical, span, "\u{1b}[31m")
            .label("\u{1b}[31m")
            .other(Span::file(id), "\u{1b}[31m")
            .help("\u{1b}[31m");
        let picture = render(&diagnostic, &sources, Style::Plain);
        assert!(!picture.contains(['\u{1b}', '\u{7}']), "{picture:?}");
    }
}

proptest! {
    #[test]
    fn no_span_panics(
        text in "(\\PC|[\n\r\t\u{feff}\u{0}]|[a-c ]{9}){0,40}",
        ranges in prop::collection::vec((0usize..200, 0usize..200), 1..4),
    ) {
        let mut sources = Sources::default();
        let id = sources.add(SourceFile { path: "a.sql".into(), text: text.as_str().into() });
        let mut spans = ranges.into_iter().map(|(start, end)| Span::range(id, start..end));
        let mut diagnostic = Diagnostic::new(Code::Syntax, spans.next().unwrap(), "m").label("l");
        for span in spans {
            diagnostic = diagnostic.other(span, "o");
        }
        let picture = render(&diagnostic, &sources, Style::Plain);
        prop_assert!(picture.starts_with("error[syntax]: m\n  --> a.sql:"));
    }
}
