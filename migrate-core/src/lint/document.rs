//! The documentation of the rules: `LINTS.md`.

use super::{Example, RULES, Rule};
use crate::diagnostic::{Code, Level};
use crate::dialect::Dialect;

impl Rule {
    /// The names of the databases that it is about.
    pub fn databases(&self) -> String {
        let titles: Vec<&str> = self.dialects.iter().map(|it| it.title()).collect();
        titles.join(", ")
    }
}

impl Example {
    /// What it shows, as SQL: what was there before in comments, so that the migration stands out.
    pub fn sql(&self) -> String {
        let before = self.before.lines().map(|line| format!("-- {line}\n"));
        let before: String = before.collect();
        match before.is_empty() {
            true => self.migration.to_owned(),
            false => format!("-- before:\n{before}\n{}", self.migration),
        }
    }
}

/// The text of `LINTS.md`.
pub fn lints_md() -> String {
    let mut text = String::from(INTRODUCTION);
    let others = Code::all().filter(|code| {
        !matches!(code, Code::Lint(_)) && (Level::Warn..=Level::Deny).contains(&code.level())
    });
    text.push_str("\n## Rules\n\n| rule | level | databases |\n| --- | --- | --- |\n");
    for rule in RULES {
        let Rule { code, level, .. } = rule;
        let line = format!(
            "| [`{code}`](#{code}) | {} | {} |\n",
            level.as_str(),
            rule.databases()
        );
        text.push_str(&line);
    }
    text.push_str(OTHERS);
    for code in others {
        let what: Vec<&str> = code.explanation().lines().map(str::trim).collect();
        let line = format!(
            "| `{code}` | {} | {} |\n",
            code.level().as_str(),
            what.join(" ")
        );
        text.push_str(&line);
    }
    text.extend(RULES.iter().map(|rule| section(rule)));
    text
}

const INTRODUCTION: &str = "# Lints

<!-- Written by `UPDATE_GOLDEN=1 cargo test -p migrate-core --test lint` from `migrate-core/src/lint/rules/`. -->

What a database accepts and users regret. `embed_migrations!` and `migrate validate` replay all migrations on a schema in
memory, and hold each statement of an up against these rules; where something is not certain, they are silent. What is wrong
with the schema is reported unless a later migration mends it. Migrations in a row that have one name are taken for one that
was split: where a rule says \"the migration\", it means all of them; a transaction is one alone. The README says how levels
are set.
";

const OTHERS: &str = "
## Other codes with a level

What follows from the schema alone, and what is no mistake in itself. All codes that are not on this page are errors in any
case; `migrate explain` lists them.

| code | level | |
| --- | --- | --- |
";

fn section(rule: &Rule) -> String {
    let Rule {
        code,
        level,
        dialects,
        when,
        effect,
        instead,
        bad,
        good,
        check: _,
    } = rule;
    let level = level.as_str();
    let which = match dialects.len() == Dialect::ALL.len() {
        true => "all databases".to_owned(),
        false => rule.databases(),
    };
    format!(
        "\n## `{code}`\n\n{which}, level `{level}`\n\n**When:** {when}\n\n**Effect:** {effect}\n\n**Instead:** {instead}\n\n```sql\n-- bad\n{}\n```\n\n```sql\n-- good\n{}\n```\n",
        bad.sql(),
        good.sql()
    )
}
