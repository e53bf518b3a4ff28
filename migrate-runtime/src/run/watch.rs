//! What is told of a unit while it runs: who keeps it waiting, and how far it is.

use crate::blocker::Blocker;
use crate::engine::{Sight, Watcher};
use crate::observer::{Event, MigrationRef, Observer, tell};
use std::convert::Infallible;
use std::time::{Duration, Instant};

/// How often to look, at most.
const LOOK: Duration = Duration::from_secs(1);

/// How often to say that it still runs, where nothing more is known.
const STILL: Duration = Duration::from_secs(10);

/// Looks after the units of a step.
pub(super) struct Watch<'a> {
    watcher: Option<Watcher>,
    migration: &'a MigrationRef<'a>,
    observer: Option<&'a dyn Observer>,
    begun: Instant,
    look: Duration,
    /// What was seen last.
    seen: Sight,
    told: Instant,
}

impl<'a> Watch<'a> {
    /// Begins to. A lock is waited for no longer than `lock_timeout`, zero without end: who holds it
    /// has to be seen before.
    pub fn new(
        watcher: Option<Watcher>,
        migration: &'a MigrationRef<'a>,
        observer: Option<&'a dyn Observer>,
        lock_timeout: Duration,
    ) -> Watch<'a> {
        let now = Instant::now();
        Watch {
            watcher,
            migration,
            observer,
            begun: now,
            look: match lock_timeout / 3 {
                Duration::ZERO => LOOK,
                third => third.clamp(Duration::from_millis(20), LOOK),
            },
            seen: Sight::default(),
            told: now,
        }
    }

    /// Forgets what was seen of the unit before.
    pub fn begin(&mut self) {
        self.seen = Sight::default();
    }

    /// Looks again and again, and tells what has changed.
    pub async fn watch(&mut self) -> Infallible {
        loop {
            tokio::time::sleep(self.look).await;
            if let Some(watcher) = &mut self.watcher
                && let Some(sight) = watcher.look().await
            {
                self.tell_blockers(&sight);
                self.tell_phase(&sight);
                self.seen = sight;
            }
            if self.told.elapsed() >= STILL {
                self.tell_progress(&Sight::default());
            }
        }
    }

    /// What was waited for when it was looked last, and who was in the way, in words.
    pub fn blocked(&self) -> Option<String> {
        let (lock, blockers) = (&self.seen.lock, &self.seen.blockers);
        (!blockers.is_empty()).then(|| format!("waited for {}", Blocker::held(lock, blockers)))
    }

    /// The processes that were in the way when it was looked last.
    pub fn blockers(&self) -> &[Blocker] {
        &self.seen.blockers
    }

    fn tell_blockers(&self, sight: &Sight) {
        let pids = |sight: &Sight| -> Vec<u64> {
            let blockers = sight.blockers.iter();
            blockers.map(|blocker| blocker.pid).collect()
        };
        if !sight.blockers.is_empty() && pids(sight) != pids(&self.seen) {
            let event = Event::Blocked {
                migration: self.migration,
                lock: &sight.lock,
                by: &sight.blockers,
            };
            tell(self.observer, &event);
        }
    }

    fn tell_phase(&mut self, sight: &Sight) {
        if sight.phase.is_some() && sight.phase != self.seen.phase {
            self.tell_progress(sight);
        }
    }

    fn tell_progress(&mut self, sight: &Sight) {
        self.told = Instant::now();
        let event = Event::Progress {
            migration: self.migration,
            elapsed: self.begun.elapsed(),
            phase: sight.phase.as_ref().map(|(phase, _)| phase.as_str()),
            percent: sight.phase.as_ref().and_then(|(_, percent)| *percent),
        };
        tell(self.observer, &event);
    }
}
