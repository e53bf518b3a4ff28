//! Ctrl-C, SIGTERM and a terminal that is closed (SIGHUP): the first one stops a run cleanly, a
//! second one exits at once.

use crate::exit::Exit;
use crate::output::Output;
use migrate_runtime::Interrupt;
use std::io;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use tokio::runtime::Runtime;

/// Hears signals.
pub struct Signals {
    interrupt: Interrupt,
    busy: Arc<AtomicBool>,
}

/// While it lives, there is something that has to be stopped cleanly.
pub struct Busy<'a>(&'a AtomicBool);

impl Drop for Busy<'_> {
    fn drop(&mut self) {
        self.0.store(false, Ordering::SeqCst);
    }
}

impl Signals {
    /// Not listening yet.
    pub fn new() -> Signals {
        Signals {
            interrupt: Interrupt::new(),
            busy: Arc::default(),
        }
    }

    /// What stops a run.
    pub fn interrupt(&self) -> Interrupt {
        self.interrupt.clone()
    }

    /// Says that something is under way.
    pub fn busy(&self) -> Busy<'_> {
        self.busy.store(true, Ordering::SeqCst);
        Busy(&self.busy)
    }

    /// Listens from now on.
    ///
    /// # Errors
    ///
    /// The system lets nobody listen.
    pub fn listen(&self, runtime: &Runtime, output: &Output) -> io::Result<()> {
        let _context = runtime.enter();
        let mut arrivals = Arrivals::new()?;
        let (interrupt, busy, output) = (self.interrupt(), self.busy.clone(), output.clone());
        runtime.spawn(async move {
            arrivals.next().await;
            if busy.load(Ordering::SeqCst) {
                interrupt.trigger();
                output.remark("stopping; once more to exit at once");
                arrivals.next().await;
            }
            std::process::exit(Exit::Interrupted as i32);
        });
        Ok(())
    }
}

#[cfg(unix)]
struct Arrivals {
    interrupt: tokio::signal::unix::Signal,
    terminate: tokio::signal::unix::Signal,
    hang_up: Option<tokio::signal::unix::Signal>,
}

#[cfg(unix)]
impl Arrivals {
    fn new() -> io::Result<Arrivals> {
        use tokio::signal::unix::{SignalKind, signal};
        Ok(Arrivals {
            interrupt: signal(SignalKind::interrupt())?,
            terminate: signal(SignalKind::terminate())?,
            // To listen would undo what `nohup` has done.
            hang_up: match hang_up_is_ignored() {
                true => None,
                false => Some(signal(SignalKind::hangup())?),
            },
        })
    }

    async fn next(&mut self) {
        tokio::select! {
            _ = self.interrupt.recv() => {}
            _ = self.terminate.recv() => {}
            () = hung_up(&mut self.hang_up) => {}
        }
    }
}

#[cfg(unix)]
async fn hung_up(signal: &mut Option<tokio::signal::unix::Signal>) {
    match signal {
        Some(signal) => {
            signal.recv().await;
        }
        None => std::future::pending().await,
    }
}

/// Whether whoever started the program has it ignore SIGHUP, number 1: the lowest bit of `SigIgn`
/// (proc_pid_status(5)). Where there is no such file it cannot be told without unsafe code.
#[cfg(unix)]
fn hang_up_is_ignored() -> bool {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let ignored = status.lines().find_map(|line| line.strip_prefix("SigIgn:"));
    let ignored = ignored.and_then(|mask| u64::from_str_radix(mask.trim(), 16).ok());
    ignored.is_some_and(|mask| mask & 1 == 1)
}

#[cfg(windows)]
struct Arrivals(tokio::signal::windows::CtrlC);

#[cfg(windows)]
impl Arrivals {
    fn new() -> io::Result<Arrivals> {
        tokio::signal::windows::ctrl_c().map(Arrivals)
    }

    async fn next(&mut self) {
        self.0.recv().await;
    }
}
