//! `policy-always-true`

use crate::catalog::Kind;
use crate::catalog::object::Policy;
use crate::diagnostic::Level;
use crate::dialect::Dialect;
use crate::lint::{Context, Example, Findings, Rule};

pub(super) static RULE: Rule = Rule {
    code: "policy-always-true",
    level: Level::Warn,
    dialects: &[Dialect::Postgres],
    when: "A policy lets everybody write all rows: `USING (true)` or `WITH CHECK (true)` for `PUBLIC`.",
    effect: "Policies are alternatives: with one that is always true the others count for nothing. `FOR SELECT` it may be meant, which is why that is not reported.",
    instead: "Say whose rows they are, or name the role that the policy is for.",
    bad: Example::new(
        "CREATE TABLE notes (id bigint PRIMARY KEY, owner text NOT NULL);",
        "CREATE POLICY anybody ON notes USING (true);",
    ),
    good: Example::new(
        "CREATE TABLE notes (id bigint PRIMARY KEY, owner text NOT NULL);",
        "CREATE POLICY own ON notes USING (owner = current_user);",
    ),
    check,
};

fn check(context: &Context<'_>, findings: &mut Findings) {
    for (change, object) in context.made() {
        let Kind::Policy(policy) = &object.kind else {
            continue;
        };
        if is_open(policy) {
            let message = format!(
                "everybody who may write to `{}` may write all its rows",
                change.key.whole()
            );
            let finding = context.found(&change.range, message);
            let finding = finding.help("say whose rows they are, or name a role: `TO app`");
            findings.push(finding.lasting(change.key.clone(), |catalog, key| {
                let policy = catalog.get(key).map(|it| &it.kind);
                matches!(policy, Some(Kind::Policy(policy)) if is_open(policy))
            }));
        }
    }
}

/// Whether a policy lets everybody write everything. Restrictive ones allow nothing by themselves.
fn is_open(policy: &Policy) -> bool {
    let words: Vec<&str> = policy.definition.split(' ').collect();
    let behind = |word: &str| {
        let at = words.iter().position(|it| *it == word)?;
        words.get(at + 1).copied()
    };
    let is_true = |text: &Option<_>| text.as_deref().is_some_and(is_true);
    let allows = match behind("for").unwrap_or("all") {
        "select" => false,
        "insert" => is_true(&policy.check),
        _ => is_true(&policy.using) && (policy.check.is_none() || is_true(&policy.check)),
    };
    let is_for_all = behind("to").is_none() || words.contains(&"public");
    allows && is_for_all && behind("as") != Some("restrictive")
}

fn is_true(text: &str) -> bool {
    text.trim_matches(['(', ')', ' ']) == "true"
}
