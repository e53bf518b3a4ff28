//! Views.

use super::create::Head;
use crate::ddl::object::CreateView;
use crate::ddl::read::tokens::Tokens;
use crate::ddl::{Statement, Text};
use crate::dialect::Dialect;

/// What may stand behind the query.
const BEHIND: &[&str] = &[
    "WITH CHECK OPTION",
    "WITH LOCAL CHECK OPTION",
    "WITH CASCADED CHECK OPTION",
    "WITH DATA",
    "WITH NO DATA",
];

/// `CREATE VIEW`, from behind these words.
pub(super) fn create(tokens: &mut Tokens<'_>, head: Head, materialized: bool) -> Option<Statement> {
    let if_not_exists = tokens.if_not_exists();
    let name = tokens.qualified()?;
    let columns = tokens.idents().unwrap_or_default();
    let options = tokens.text_until(|tokens| tokens.at("AS"));
    tokens.whole &= tokens.dialect != Dialect::Mysql || !is_said(&options);
    tokens.eat("AS").then_some(())?;
    let query = tokens.text_until(|tokens| tokens.at("WITH") && tokens.at_any(BEHIND));
    let mark = tokens.mark();
    tokens.eat_any(BEHIND);
    tokens.whole &= tokens.is_at_end();
    tokens.rest();
    let behind = tokens.text_since(mark);
    let check_option = behind.canonical.ends_with("check option");
    Some(Statement::CreateView(Box::new(CreateView {
        name,
        materialized,
        or_replace: head.or_replace,
        alters: false,
        if_not_exists,
        temporary: head.temporary,
        recursive: head.recursive,
        columns,
        options: [head.settings, options].into_iter().find(is_said),
        query,
        no_data: &*behind.canonical == "with no data",
        check_option: check_option.then_some(behind.canonical),
    })))
}

fn is_said(text: &Text) -> bool {
    !text.canonical.is_empty()
}
