//! How InnoDB changes the tables that a statement is about.

use super::Context;
use crate::catalog::Key;
use crate::check::locks::{Lock, Online, Server, Touch, touches};
use crate::dialect::Dialect;
use std::ops::Range;

/// A change of a table that was there before the migration.
pub(crate) struct Change {
    /// The table.
    pub relation: Key,
    /// How all servers that are asked about make it: of those the least.
    pub online: Online,
    /// Whether it takes longer the more rows there are.
    pub is_long: bool,
    /// What is done.
    pub why: &'static str,
    /// Where it stands.
    pub range: Range<usize>,
}

/// The changes that a statement makes on each server that the migrations are for, or on all that are supported.
pub(crate) fn changes(context: &Context<'_>) -> Vec<Change> {
    let versions = &context.options.versions;
    let is_asked = |server: &Server| match server {
        Server::Mysql(major, _) | Server::Mariadb(major, _) => {
            versions.is_empty() || versions.contains(&u32::from(*major))
        }
        Server::Postgres(_) | Server::Sqlite => false,
    };
    let servers = Server::supported(Dialect::Mysql).iter();
    let each = servers.filter(|server| is_asked(server));
    let mut each = each.map(|server| touches(&context.step.scene(), *server).list);
    let mut found: Vec<Change> = each.next().unwrap_or_default().into_iter().filter_map(|touch| {
        let is_old = context.is_old(&touch.relation);
        is_old.then(|| change(touch))?
    }).collect();
    for touches in each {
        found.retain_mut(|known| {
            let same = touches.iter().find(|it| it.relation == known.relation && it.range == known.range);
            let Some(other) = same.cloned().and_then(change) else {
                return false;
            };
            known.online = known.online.min(other.online);
            known.is_long &= other.is_long;
            true
        });
    }
    found
}

fn change(touch: Touch) -> Option<Change> {
    let Lock::Online(online) = touch.lock else {
        return None;
    };
    Some(Change {
        relation: touch.relation,
        online,
        is_long: touch.work.is_long(),
        why: touch.why,
        range: touch.range,
    })
}
