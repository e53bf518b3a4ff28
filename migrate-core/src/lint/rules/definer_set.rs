//! `definer-set`

use crate::diagnostic::Level;
use crate::dialect::Dialect;
use crate::lex::{Token, TokenKind, tokens};
use crate::lint::{Context, Example, Findings, Rule};

pub(super) static RULE: Rule = Rule {
    code: "definer-set",
    level: Level::Warn,
    dialects: &[Dialect::Mysql],
    when: "`DEFINER = user` of a view, trigger, procedure, function or event.",
    effect: "Where there is no such user, the migration fails or everybody who uses the object does: it runs with the rights of that user. Setting another user than oneself takes a privilege that migrations should not need.",
    instead: "Leave it out, so that it is whoever runs the migration, and say `SQL SECURITY INVOKER` where the caller's rights should count.",
    bad: Example::new(
        "CREATE TABLE users (id bigint NOT NULL PRIMARY KEY);",
        "CREATE DEFINER = root@localhost VIEW people AS SELECT id FROM users;",
    ),
    good: Example::new(
        "CREATE TABLE users (id bigint NOT NULL PRIMARY KEY);",
        "CREATE SQL SECURITY INVOKER VIEW people AS SELECT id FROM users;",
    ),
    check,
};

fn check(context: &Context<'_>, findings: &mut Findings) {
    let text = context.step.text;
    let words = tokens(text, Dialect::Mysql).filter(|token| {
        let is_mark = matches!(token.kind, TokenKind::CodeOpen | TokenKind::CodeClose);
        !token.kind.is_trivia() && !is_mark
    });
    // It stands between the verb and the kind of object, with `OR REPLACE` and `ALGORITHM = x` at most.
    let head: Vec<Token> = words.take(12).collect();
    let word = |at: usize| {
        let token = head.get(at);
        let text = token.and_then(|token| text.get(token.range.clone()));
        text.unwrap_or_default().to_ascii_uppercase()
    };
    if !matches!(word(0).as_str(), "CREATE" | "ALTER") {
        return;
    }
    let definer = (1..head.len()).find(|at| word(*at) == "DEFINER" && word(at + 1) == "=");
    let Some((at, first)) = definer.and_then(|at| Some((at, head.get(at)?))) else {
        return;
    };
    let user = at + 2;
    if matches!(word(user).as_str(), "CURRENT_USER" | "CURRENT_ROLE" | "") {
        return;
    }
    let host = head
        .get(user + 1)
        .filter(|_| word(user + 1).starts_with('@'));
    let last = host.or(head.get(user)).unwrap_or(first);
    let range = first.range.start..last.range.end;
    let message = "whoever uses this fails where there is no such user";
    let help = "leave it out: then it is whoever runs the migration";
    findings.push(context.found(&range, message).help(help));
}
