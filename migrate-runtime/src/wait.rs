//! Waiting for others: in growing pauses, not longer than a run may, and not after it has been
//! told to stop.

use crate::interrupt::Interrupt;
use crate::observer::{Event, Observer, tell};
use crate::random::random;
use std::sync::Arc;
use std::time::{Duration, Instant};

/// One wait.
pub(crate) struct Wait {
    begun: Instant,
    pause: Duration,
    longest: Duration,
}

/// Why there is no waiting any more.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum GaveUp {
    /// It took too long.
    TooLong,
    /// The run was told to stop.
    Interrupted,
}

impl Wait {
    /// Begins now, with pauses from the first to the longest.
    pub fn new(first: Duration, longest: Duration) -> Wait {
        Wait {
            begun: Instant::now(),
            pause: first,
            longest,
        }
    }

    /// Waits a little, and never beyond the limit, which is counted from the beginning.
    pub async fn pause(&mut self, limit: Duration, interrupt: &Interrupt) -> Result<(), GaveUp> {
        let Some(left) = limit.checked_sub(self.begun.elapsed()) else {
            return Err(GaveUp::TooLong);
        };
        let pause = self.next().min(left);
        sleep(pause, interrupt).await
    }

    /// How long to wait now.
    pub fn next(&mut self) -> Duration {
        let pause = jitter(self.pause);
        self.pause = (self.pause * 3 / 2).min(self.longest);
        pause
    }
}

/// Waits so long, unless the run is told to stop.
async fn sleep(pause: Duration, interrupt: &Interrupt) -> Result<(), GaveUp> {
    tokio::select! {
        () = tokio::time::sleep(pause) => Ok(()),
        () = interrupt.triggered() => Err(GaveUp::Interrupted),
    }
}

/// Half to one and a half of it, so that runners that were started together do not stay together.
fn jitter(pause: Duration) -> Duration {
    pause / 2 + pause * u32::try_from(random() % 1000).unwrap_or(0) / 1000
}

/// How an engine without a lock of its own waits for whoever keeps its database busy.
#[derive(Clone)]
pub(crate) struct Patience {
    /// How long at most.
    pub limit: Duration,
    /// Ends it.
    pub interrupt: Interrupt,
    /// Is told of it.
    pub observer: Option<Arc<dyn Observer>>,
    /// Whether it has been told already.
    pub told: bool,
}

impl Patience {
    /// Waits a little; the first time, says for whom.
    pub async fn pause(&mut self, wait: &mut Wait, holder: &str) -> Result<(), GaveUp> {
        if !self.told {
            self.told = true;
            tell(self.observer.as_deref(), &Event::Waiting { holder });
        }
        wait.pause(self.limit, &self.interrupt).await
    }
}
