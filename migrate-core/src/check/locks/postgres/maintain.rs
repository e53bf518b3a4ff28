//! Work on what is there that changes no schema.

use super::*;
use crate::catalog::{Access, AccessMode};
use crate::ddl::object::{Maintain, Maintenance};

impl Postgres<'_> {
    pub(super) fn maintain(&mut self, maintain: &Maintain) {
        if maintain.targets.is_empty() && maintain.kind != Maintenance::Lock {
            self.more("the statement is about all tables");
        }
        for target in &maintain.targets {
            let (key, range) = (self.key(target), target.range());
            let only = maintain.only.contains(target);
            self.maintained((&key, only), maintain, &range);
        }
    }

    fn maintained(&mut self, (key, only): (&Key, bool), maintain: &Maintain, range: &Range<usize>) {
        let concurrently = maintain.concurrently;
        match maintain.kind {
            Maintenance::Vacuum => {
                let keys = self.vacuumed(key, only);
                self.all(
                    &keys,
                    ShareUpdateExclusive,
                    Work::Scan,
                    "dead rows are removed",
                    range,
                );
            }
            Maintenance::VacuumFull => {
                let keys = self.vacuumed(key, only);
                self.all(
                    &keys,
                    AccessExclusive,
                    Work::Rewrite,
                    "it is written again",
                    range,
                );
            }
            Maintenance::Analyze => self.analyzed(key, only, range),
            Maintenance::Reindex => {
                self.reindexed(key, &maintain.options.canonical, concurrently, range)
            }
            Maintenance::Cluster => {
                let why = "it is written again, in the order of an index";
                // Of a partitioned table each partition by itself, from 15 on (`cluster_multiple_rels`).
                let keys = self.partitions(key);
                self.all(&keys, AccessExclusive, Work::Rewrite, why, range);
            }
            Maintenance::Refresh => self.refreshed(key, maintain, range),
            Maintenance::Lock => {
                let mode = mode_of(&maintain.options.canonical);
                for key in self.behind_views(key) {
                    let keys = match only {
                        true => vec![key],
                        false => self.family(&key),
                    };
                    for key in keys {
                        self.touch(&key, mode, Work::Catalog, "it is locked", range);
                    }
                }
            }
            // MySQL's.
            Maintenance::Optimize => {}
        }
    }

    /// Partitions are taken with their table, other children from 18 on.
    fn vacuumed(&mut self, key: &Key, only: bool) -> Vec<Key> {
        match self.version >= 18 {
            _ if only => vec![key.clone()],
            true => self.family(key),
            false => self.partitions(key),
        }
    }

    fn analyzed(&mut self, key: &Key, only: bool, range: &Range<usize>) {
        let keys = self.vacuumed(key, only);
        let why = "a sample of it is read";
        for key in &keys {
            self.touch(key, ShareUpdateExclusive, Work::Rows, why, range);
        }
        for key in self.family(key) {
            self.touch(&key, AccessShare, Work::Rows, why, range);
        }
    }

    fn reindexed(&mut self, key: &Key, options: &str, concurrently: bool, range: &Range<usize>) {
        let says = |word: &str| options.split(' ').any(|it| it == word);
        let mode = match concurrently {
            true => ShareUpdateExclusive,
            false => Share,
        };
        let why = "indexes are built again";
        if says("table") {
            let keys = self.partitions(key);
            self.all(&keys, mode, Work::Index, why, range);
        } else if says("index") {
            match self.table_of_index(key) {
                Some(table) => {
                    let keys = self.partitions(&table);
                    self.all(&keys, mode, Work::Index, why, range);
                }
                None => self.more("the index's table is not known"),
            }
        } else {
            self.more("the statement is about all tables");
        }
    }

    /// `REFRESH MATERIALIZED VIEW`: with `CONCURRENTLY` rows are compared, and only what differs is written.
    fn refreshed(&mut self, key: &Key, maintain: &Maintain, range: &Range<usize>) {
        let has_data = !maintain.options.canonical.contains("no data");
        let (mode, work, why) = match maintain.concurrently {
            _ if !has_data => (AccessExclusive, Work::Empty, "its rows are thrown away"),
            true => (
                Exclusive,
                Work::Scan,
                "its rows are compared with those of its query",
            ),
            false => (AccessExclusive, Work::Rewrite, "it is written again"),
        };
        self.touch(key, mode, work, why, range);
        if !has_data {
            return;
        }
        if let Some(Kind::View(view)) = self.certain(key).map(|object| object.kind.clone()) {
            for key in self.read_by(&view) {
                let access = Access {
                    relation: key,
                    mode: AccessMode::Read,
                    only: false,
                };
                self.access(&access, range);
            }
        } else {
            self.more("what the view reads is not known");
        }
    }
}

/// The mode of `LOCK TABLE`.
fn mode_of(options: &str) -> LockMode {
    let mut named = LockMode::ALL.into_iter().rev().filter(|mode| {
        let words = format!("in {} mode", mode.as_str().to_ascii_lowercase());
        options.contains(&words)
    });
    named.next().unwrap_or(AccessExclusive)
}
