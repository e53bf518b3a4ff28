//! Pictures of diagnostics, as users see them.

use migrate_core::diagnostic::{Code, Diagnostic};
use migrate_core::render::{Style, render};
use migrate_core::source::{SourceFile, Sources, Span};
use proptest::prelude::*;

const USERS: &str = "migrations/20260115120000_create_users.sql";

fn source(text: &str) -> (Sources, impl Fn(&str) -> Span) {
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
    let mut plain = String::new();
    for piece in colored.split("\u{1b}[") {
        plain += piece
            .split_once('m')
            .filter(|_| !plain.is_empty() || colored.starts_with('\u{1b}'))
            .map_or(piece, |(_, text)| text);
    }
    assert_eq!(plain, expected.trim_matches('\n'));
}
