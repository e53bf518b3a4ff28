//! What InnoDB does.
use super::{Scene, Server, Touches};
pub(super) fn touches(_: &Scene<'_>, _: Server) -> Touches {
    Touches {
        list: Vec::new(),
        more: Some("not looked into"),
    }
}
