//! `alter-blocks-writes`

use crate::check::locks::{Algorithm, OnlineLock};
use crate::diagnostic::Level;
use crate::dialect::Dialect;
use crate::lint::{Context, Example, Findings, Rule, online};

pub(super) static RULE: Rule = Rule {
    code: "alter-blocks-writes",
    level: Level::Warn,
    dialects: &[Dialect::Mysql],
    when: "A change of a table that was there before the migration, in which InnoDB reads or writes all rows and lets nobody else write: a `FULLTEXT` or `SPATIAL` index, or `LOCK = SHARED` or `EXCLUSIVE` where less would do. What copies the table is `alter-copies`.",
    effect: "Whoever writes to the table waits until it is done; with `LOCK = EXCLUSIVE` also whoever reads.",
    instead: "Ask for no more than the change needs, `LOCK = NONE`, and do what needs it when few write.",
    bad: Example::new(
        "CREATE TABLE notes (id bigint NOT NULL PRIMARY KEY, title varchar(100) NOT NULL);",
        "ALTER TABLE notes ADD INDEX notes_title (title), LOCK = SHARED;",
    ),
    good: Example::new(
        "CREATE TABLE notes (id bigint NOT NULL PRIMARY KEY, title varchar(100) NOT NULL);",
        "ALTER TABLE notes ADD INDEX notes_title (title), LOCK = NONE;",
    ),
    check,
};

fn check(context: &Context<'_>, findings: &mut Findings) {
    for change in online::changes(context) {
        let does = match change.online.lock {
            OnlineLock::None => continue,
            OnlineLock::Shared => "write to",
            OnlineLock::Exclusive => "use",
        };
        if change.is_long && change.online.algorithm != Some(Algorithm::Copy) {
            let message = format!("nobody can {does} `{}` until this is done", change.relation);
            let finding = context.found(&change.range, message);
            findings.push(finding.help("ask for `LOCK = NONE` where the change allows it"));
        }
    }
}
