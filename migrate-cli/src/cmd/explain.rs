//! `migrate explain`

use crate::app::App;
use crate::exit::Exit;
use crate::failure::{Complaint, Failure};
use crate::output::{Explained, ExplainedRule, Paint};
use clap::Args;
use migrate_core::diagnostic::Level;
use migrate_runtime::{Code, Severity};

/// Says what a code means; without one, lists them all.
#[derive(Debug, Args)]
#[command(after_help = "Example:\n  migrate explain version-duplicate")]
pub struct Explain {
    /// A code, as a message has it in brackets
    #[arg(value_name = "RULE")]
    rule: Option<String>,
}

impl Explain {
    pub(super) fn run(self, app: &App) -> Result<Exit, Failure> {
        let (codes, shown): (Vec<Code>, fn(Code, Paint) -> String) = match &self.rule {
            None => (Code::all().collect(), line),
            Some(rule) => (vec![find(rule)?], text),
        };
        app.output.show(
            |paint| codes.iter().map(|code| shown(*code, paint)).collect(),
            || codes.iter().map(document).collect::<Vec<Explained>>(),
        );
        Ok(Exit::Done)
    }
}

/// A code among others: its level, and when it is said.
fn line(code: Code, paint: Paint) -> String {
    // As wide as the longest name of a rule.
    let name = format!("{:<28}", code.as_str());
    let when = match code {
        Code::Lint(rule) => rule.when,
        _ => code.explanation().trim(),
    };
    let first = when.split_once(". ").map_or(when, |(first, _)| first);
    let first = first.split_whitespace().collect::<Vec<_>>().join(" ");
    let (name, first) = (paint.heading(&name), first.trim_end_matches('.'));
    format!("{name}  {:<5}  {first}\n", level(code))
}

/// A level, as it is set.
fn level(code: Code) -> &'static str {
    match code.level() {
        Level::Forbid => Severity::Error.as_str(),
        level => level.as_str(),
    }
}

fn find(rule: &str) -> Result<Code, Complaint> {
    Code::named(rule).ok_or_else(|| {
        let help = match Code::nearest(rule, |_| true) {
            Some(near) => format!("did you mean `{near}`?"),
            None => "`migrate explain` lists all of them".to_owned(),
        };
        Complaint::usage(format!("there is no rule `{rule}`")).help(help)
    })
}

/// The documentation's lines begin with a space, as comments do.
fn text(code: Code, paint: Paint) -> String {
    let name = paint.heading(code.as_str());
    let level = level(code);
    let indented = |text: &str| -> String {
        let lines = text.lines().map(|line| match line.trim_end() {
            "" => "\n".to_owned(),
            line => format!("  {line}\n"),
        });
        lines.collect()
    };
    let Code::Lint(rule) = code else {
        let lines = code.explanation().lines();
        let lines: Vec<String> = lines.map(|line| format!("  {}\n", line.trim())).collect();
        return format!("{name} ({level})\n{}", lines.concat());
    };
    let parts = [
        ("when", rule.when.to_owned()),
        ("effect", rule.effect.to_owned()),
        ("instead", rule.instead.to_owned()),
        ("bad", rule.bad.sql()),
        ("good", rule.good.sql()),
    ];
    let parts = parts.map(|(title, text)| match text.contains('\n') {
        true => format!("\n  {title}:\n{}", indented(&indented(&text))),
        false => format!("  {title}: {text}\n"),
    });
    format!("{name} ({level}, {})\n{}", rule.databases(), parts.concat())
}

fn document(code: &Code) -> Explained {
    let lines = code.explanation().lines().map(str::trim);
    let rule = match code {
        Code::Lint(rule) => Some(ExplainedRule {
            databases: rule.dialects.iter().map(|it| it.as_str()).collect(),
            when: rule.when,
            effect: rule.effect,
            instead: rule.instead,
            bad: rule.bad.sql(),
            good: rule.good.sql(),
        }),
        _ => None,
    };
    Explained {
        code: code.as_str(),
        severity: code.level().severity().as_str(),
        level: code.level().as_str(),
        explanation: lines.collect::<Vec<_>>().join(" "),
        rule,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_misspelt_rule_is_helped() {
        let complaint = find("lexicla").expect_err("it is misspelt");
        assert_eq!(complaint.help.as_deref(), Some("did you mean `lexical`?"));
        assert_eq!(find("lexical"), Ok(Code::Lexical));
    }

    #[test]
    fn a_list_has_a_line_for_each_code() {
        let widest = Code::all().map(|code| code.as_str().len()).max();
        assert_eq!(widest, Some(28), "the first column fits");
        let line = line(Code::LayoutMixed, Paint::Plain);
        assert_eq!(
            line,
            "layout-mixed                  error  The folder mixes two layouts\n"
        );
    }

    #[test]
    fn a_text_is_indented() {
        let text = text(Code::LayoutMixed, Paint::Plain);
        assert_eq!(
            text,
            "layout-mixed (error)\n  The folder mixes two layouts.\n"
        );
    }
}
