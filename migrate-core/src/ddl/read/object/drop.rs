//! `DROP` of what the model has.

use super::target::{kind, target};
use crate::ddl::Statement;
use crate::ddl::object::{Drop, ObjectKind};
use crate::ddl::read::table::index::setting;
use crate::ddl::read::tokens::Tokens;
use crate::dialect::Dialect;

pub(super) fn statement(tokens: &mut Tokens<'_>) -> Option<Statement> {
    tokens.eat("DROP").then_some(())?;
    let temporary = tokens.eat("TEMPORARY");
    let kind = kind(tokens)?;
    if matches!(kind, ObjectKind::Column | ObjectKind::Constraint) {
        return None;
    }
    let concurrently = tokens.eat("CONCURRENTLY");
    let if_exists = tokens.if_exists();
    let targets = tokens.list(|tokens| target(tokens, kind))?;
    let mut drop = Drop {
        kind,
        targets,
        if_exists,
        cascade: false,
        concurrently,
        temporary,
        algorithm: None,
        lock: None,
    };
    options(tokens, &mut drop);
    Some(Statement::Drop(drop))
}

/// What is said behind the names.
fn options(tokens: &mut Tokens<'_>, drop: &mut Drop) {
    while !tokens.is_at_end() {
        if tokens.eat("CASCADE") {
            // "The RESTRICT and CASCADE keywords do nothing":
            // https://dev.mysql.com/doc/refman/8.4/en/drop-table.html
            drop.cascade = tokens.dialect != Dialect::Mysql;
        } else if tokens.eat("ALGORITHM") {
            drop.algorithm = setting(tokens);
        } else if tokens.eat("LOCK") {
            drop.lock = setting(tokens);
        } else if tokens.eat("WAIT") {
            tokens.advance();
        } else if tokens.eat_any(&["RESTRICT", "NOWAIT"]).is_none() {
            tokens.pass_over();
        }
    }
}
