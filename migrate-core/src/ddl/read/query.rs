//! STUB

use super::tokens::Tokens;
use crate::ddl::Statement;

pub(super) fn statement(_: &mut Tokens<'_>) -> Option<Statement> {
    None
}
