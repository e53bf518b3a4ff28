//! What every command works with: the settings, a migrator of them, and a runtime for it.

use crate::args::Global;
use crate::config::{Settings, Variables};
use crate::failure::{Complaint, Failure};
use crate::output::{Output, RunView};
use crate::signals::Signals;
use migrate_runtime::{MigrationError, Migrator, redact};
use std::path::Path;
use tokio::runtime::{Builder, Runtime};

/// A run of the program.
pub struct App {
    /// Where everything is shown.
    pub output: Output,
    flags: Global,
    variables: Variables,
    runtime: Runtime,
    signals: Signals,
}

impl App {
    /// Makes ready for a command.
    ///
    /// # Errors
    ///
    /// The system gives no thread, or signals cannot be had.
    pub fn new(flags: Global, variables: Variables, output: Output) -> Result<App, Complaint> {
        let complain = |error| Complaint::file("start in", Path::new("."), &error);
        // A second thread, so that a signal is seen while SQLite keeps the first one busy.
        let runtime = Builder::new_multi_thread()
            .worker_threads(2)
            .enable_all()
            .build()
            .map_err(complain)?;
        let signals = Signals::new();
        signals.listen(&runtime, &output).map_err(complain)?;
        Ok(App {
            output,
            flags,
            variables,
            runtime,
            signals,
        })
    }

    /// The settings. Says where each came from, to those who want to know.
    ///
    /// # Errors
    ///
    /// The configuration is wrong.
    pub fn settings(&self) -> Result<Settings, Complaint> {
        let here = std::env::current_dir()
            .map_err(|error| Complaint::file("find", Path::new("."), &error))?;
        let settings = Settings::load(&self.flags, &self.variables, &here)?;
        for line in settings.describe(redact) {
            self.output.detail(&line);
        }
        Ok(settings)
    }

    /// A migrator of the configured folder, which shows what it does.
    ///
    /// # Errors
    ///
    /// A setting that it needs is wrong.
    pub fn migrator(&self, settings: &Settings) -> Result<Migrator, Complaint> {
        Ok(Migrator::from_dir(settings.directory()?)
            .table_name(settings.table_name.value.clone()?)
            .out_of_order(settings.out_of_order()?)
            .connect_timeout(settings.connect_timeout.value)
            .lock_wait(self.flags.lock_wait)
            .lock(settings.lock()?)
            .lease(settings.lease()?)
            .lock_timeout(settings.lock_timeout()?)
            .statement_timeout(settings.statement_timeout()?)
            .lock_retries(usize::try_from(settings.lock_retries.value).unwrap_or(usize::MAX))
            .reconnect(self.flags.reconnect)
            .interrupt(self.signals.interrupt())
            .observer(RunView::new(&self.output)))
    }

    /// Waits for what only reads: a signal may end it anywhere.
    ///
    /// # Errors
    ///
    /// Those of the work.
    pub fn read<T>(
        &self,
        work: impl Future<Output = Result<T, MigrationError>>,
    ) -> Result<T, Failure> {
        self.runtime.block_on(work).map_err(Failure::from)
    }

    /// Waits for what writes: a signal stops it where everything is in order.
    ///
    /// # Errors
    ///
    /// Those of the work.
    pub fn write<T>(
        &self,
        work: impl Future<Output = Result<T, MigrationError>>,
    ) -> Result<T, Failure> {
        let _busy = self.signals.busy();
        self.read(work)
    }
}
