//! Telling a run to stop, from outside.

use std::fmt;
use std::sync::{Arc, Mutex, PoisonError};
use tokio::sync::watch;

type Callback = Box<dyn FnOnce() + Send>;

/// A handle that stops the runs that it was given to, at once and cleanly: the statement that is
/// running is cancelled, its migration undone, the lock released.
///
/// ```
/// use migrate_runtime::{Interrupt, Migrator};
///
/// let interrupt = Interrupt::new();
/// let migrator = Migrator::new(&[]).interrupt(interrupt.clone());
/// // elsewhere, for example where a signal arrives:
/// interrupt.trigger();
/// ```
#[derive(Clone)]
pub struct Interrupt {
    triggered: Arc<watch::Sender<bool>>,
    callbacks: Arc<Mutex<Vec<Callback>>>,
}

impl Default for Interrupt {
    fn default() -> Interrupt {
        Interrupt {
            triggered: Arc::new(watch::Sender::new(false)),
            callbacks: Arc::default(),
        }
    }
}

impl Interrupt {
    /// A handle that has not been triggered.
    pub fn new() -> Interrupt {
        Interrupt::default()
    }

    /// Stops the runs. May be called from any thread, and more than once.
    pub fn trigger(&self) {
        self.triggered.send_replace(true);
        let callbacks = std::mem::take(&mut *self.lock());
        for callback in callbacks {
            callback();
        }
    }

    /// Whether it has been triggered.
    pub fn is_triggered(&self) -> bool {
        *self.triggered.borrow()
    }

    /// Waits until it is triggered.
    pub(crate) async fn triggered(&self) {
        let mut receiver = self.triggered.subscribe();
        // The sender lives as long as `self`, so that waiting cannot fail.
        let _ = receiver.wait_for(|triggered| *triggered).await;
    }

    /// Calls back when triggered: for databases that run in this very thread.
    #[cfg(feature = "sqlite")]
    pub(crate) fn on_trigger(&self, callback: impl FnOnce() + Send + 'static) {
        if self.is_triggered() {
            callback();
        } else {
            self.lock().push(Box::new(callback));
        }
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, Vec<Callback>> {
        self.callbacks
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
    }
}

impl fmt::Debug for Interrupt {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Interrupt")
            .field("triggered", &self.is_triggered())
            .finish()
    }
}
