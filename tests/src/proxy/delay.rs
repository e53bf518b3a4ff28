//! A writer whose bytes arrive later, as over a long wire: latency, without less bandwidth.

use std::io::{self, Write};
use std::sync::mpsc;
use std::thread;
use std::time::{Duration, Instant};

/// A writer that hands its bytes on after a fixed time, which may be none.
pub(super) struct Delayed {
    sender: mpsc::Sender<(Instant, Vec<u8>)>,
    delay: Duration,
}

impl Delayed {
    /// When the value is dropped and everything has arrived, `end` gets the writer back.
    pub(super) fn new<W: Write + Send + 'static>(
        mut writer: W,
        delay: Duration,
        end: impl FnOnce(W) + Send + 'static,
    ) -> Delayed {
        let (sender, receiver) = mpsc::channel::<(Instant, Vec<u8>)>();
        thread::spawn(move || {
            for (due, bytes) in receiver {
                thread::sleep(due.saturating_duration_since(Instant::now()));
                if writer.write_all(&bytes).is_err() {
                    break;
                }
            }
            end(writer);
        });
        Delayed { sender, delay }
    }
}

impl Write for Delayed {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let due = Instant::now() + self.delay;
        // Where nobody listens any more, bytes get lost, as on a real wire.
        self.sender.send((due, bytes.to_vec())).ok();
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}
