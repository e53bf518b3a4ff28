//! What is wrong with files, for tools that gather findings: the Static Analysis Results Interchange
//! Format, 2.1.0 (OASIS). Numbers in comments are its sections.

use super::words;
use migrate_core::source::{Span, line_column};
use migrate_runtime::{Code, Diagnostic, Diagnostics, Severity};
use serde_json::{Value, json};

/// A log with one run.
pub fn log(found: &Diagnostics) -> Value {
    let mut codes: Vec<Code> = found.list.iter().map(|it| it.code).collect();
    codes.sort();
    codes.dedup();
    let results = found.list.iter().map(|it| result(found, it, &codes));
    json!({
        "$schema": "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json",
        "version": "2.1.0",
        "runs": [{
            "tool": { "driver": {
                "name": "migrate",
                "semanticVersion": env!("CARGO_PKG_VERSION"),
                "rules": codes.iter().map(|code| rule(*code)).collect::<Vec<_>>(),
            } },
            "columnKind": "unicodeCodePoints",
            "results": results.collect::<Vec<_>>(),
        }],
    })
}

/// What is known of a code (3.49).
fn rule(code: Code) -> Value {
    let what: Vec<&str> = code.explanation().lines().map(str::trim).collect();
    let mut rule = json!({
        "id": code.as_str(),
        "shortDescription": { "text": what.join(" ") },
        "defaultConfiguration": { "level": level(code.level().severity()) },
    });
    if let Code::Lint(lint) = code {
        rule["fullDescription"] = json!({ "text": lint.effect });
        rule["help"] = json!({ "text": lint.instead });
    }
    rule
}

/// One finding (3.27).
fn result(found: &Diagnostics, diagnostic: &Diagnostic, codes: &[Code]) -> Value {
    let message = words(diagnostic);
    let mut result = json!({
        "ruleId": diagnostic.code.as_str(),
        "ruleIndex": codes.iter().position(|code| *code == diagnostic.code),
        "level": level(diagnostic.severity),
        "message": { "text": message },
        "locations": location(found, &diagnostic.span).into_iter().collect::<Vec<_>>(),
    });
    let others = diagnostic.others.iter().filter_map(|other| {
        let mut place = location(found, &other.span)?;
        place["message"] = json!({ "text": other.text });
        Some(place)
    });
    let others: Vec<Value> = others.collect();
    if !others.is_empty() {
        result["relatedLocations"] = Value::from(others);
    }
    result
}

/// A place (3.28). The region's end is the column behind its last one (3.30).
fn location(found: &Diagnostics, span: &Span) -> Option<Value> {
    let file = found.sources.get(span.file)?;
    let mut place = json!({ "artifactLocation": { "uri": uri(&file.path) } });
    if let Some(range) = &span.range {
        let start = line_column(&file.text, range.start);
        let end = line_column(&file.text, range.end);
        place["region"] = json!({
            "startLine": start.line,
            "startColumn": start.column,
            "endLine": end.line,
            "endColumn": end.column,
        });
    }
    Some(json!({ "physicalLocation": place }))
}

/// The word for it (3.27.10).
fn level(severity: Severity) -> &'static str {
    match severity {
        Severity::Error => "error",
        Severity::Warning => "warning",
    }
}

/// A path as a reference to a URI: what cannot stand in one is `%XX` (RFC 3986), and a path from the root
/// has a scheme.
fn uri(path: &str) -> String {
    let mut uri = match path.starts_with('/') {
        true => String::from("file://"),
        false => String::new(),
    };
    for byte in path.bytes() {
        match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' | b'/' => {
                uri.push(char::from(byte));
            }
            _ => uri.push_str(&format!("%{byte:02X}")),
        }
    }
    uri
}

#[cfg(test)]
mod tests {
    use super::*;
    use migrate_core::source::{SourceFile, Sources, Text};

    fn found() -> Diagnostics {
        let mut sources = Sources::default();
        let file = sources.add(SourceFile {
            path: Text::from("migrations/1_ä.sql"),
            text: Text::from("SELECT 1;\nDROP TABLE ä;\n"),
        });
        let rule = Code::named("column-dropped").expect("it is a rule");
        let list = vec![
            Diagnostic::new(Code::UpEmpty, Span::file(file), "nothing"),
            Diagnostic::new(rule, Span::range(file, 10..23), "dropped")
                .other(Span::range(file, 0..8), "before")
                .help("do not"),
        ];
        Diagnostics { sources, list }
    }

    /// What the schema (sarif-schema-2.1.0.json) requires of the objects that are used, and the values that it
    /// allows.
    #[test]
    fn a_log_has_what_the_schema_requires() {
        let log = log(&found());
        assert_eq!(log["version"], "2.1.0");
        let run = &log["runs"][0];
        assert!(run["tool"]["driver"]["name"].is_string());
        assert_eq!(run["columnKind"], "unicodeCodePoints");
        let rules = run["tool"]["driver"]["rules"].as_array().expect("a list");
        for rule in rules {
            assert!(rule["id"].is_string(), "{rule}");
            assert!(rule["shortDescription"]["text"].is_string(), "{rule}");
        }
        let results = run["results"].as_array().expect("a list");
        assert_eq!(results.len(), 2);
        for result in results {
            assert!(result["message"]["text"].is_string(), "{result}");
            let level = result["level"].as_str();
            assert!(matches!(level, Some("warning" | "error")), "{result}");
            let index = result["ruleIndex"].as_u64().expect("a number");
            let rule = &rules[usize::try_from(index).expect("it is small")];
            assert_eq!(rule["id"], result["ruleId"]);
        }
        let place = &results[1]["locations"][0]["physicalLocation"];
        assert_eq!(place["artifactLocation"]["uri"], "migrations/1_%C3%A4.sql");
        // The column behind the last one, in characters.
        let region = json!({ "startLine": 2, "startColumn": 1, "endLine": 2, "endColumn": 13 });
        assert_eq!(place["region"], region);
        assert_eq!(
            results[1]["relatedLocations"][0]["message"]["text"],
            "before"
        );
        assert_eq!(results[1]["message"]["text"], "dropped\nhelp: do not");
        assert!(results[0]["locations"][0]["physicalLocation"]["region"].is_null());
    }

    #[test]
    fn paths_are_uris() {
        assert_eq!(uri("db/1 größe.sql"), "db/1%20gr%C3%B6%C3%9Fe.sql");
        assert_eq!(uri("/srv/1_a.sql"), "file:///srv/1_a.sql");
    }
}
