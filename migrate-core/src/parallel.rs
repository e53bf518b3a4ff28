//! The same work for many things at once, with an outcome that does not depend on how many threads do it.

use std::iter;
use std::num::NonZero;
use std::panic::resume_unwind;
use std::sync::mpsc::{Receiver, TrySendError, sync_channel};
use std::sync::{Mutex, PoisonError};
use std::thread::{self, Builder};

/// A thread is worth its price for so many things.
const WORTH_A_THREAD: usize = 16;

/// So many are handed over together, at most: to wake a thread takes as long as some of them.
const PIECE: usize = 16;

/// Each thread gets so many pieces, at least, so that none waits long for another at the end.
const PIECES: usize = 8;

/// As much as the first thread of a program has: nothing may go less deep because another thread does it.
const STACK: usize = 8 << 20;

/// How many threads there may be, with the one that asks.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Threads(usize);

impl Threads {
    /// As many as the machine runs at once.
    pub fn available() -> Threads {
        Threads(thread::available_parallelism().map_or(1, NonZero::get))
    }

    /// The outcomes of some work, in the order of what it is done with. This thread takes the items from their
    /// iterator, which may have work of its own that has to be done one after the other, and hands them to the
    /// others; what these cannot take at once, or all if there are no others, it does itself.
    ///
    /// # Panics
    ///
    /// When the work does.
    pub fn map<T: Send, R: Send>(
        self,
        mut items: impl ExactSizeIterator<Item = T>,
        work: impl Fn(T) -> R + Sync,
    ) -> Vec<R> {
        let threads = self.0.min(items.len() / WORTH_A_THREAD);
        if threads < 2 {
            return items.map(work).collect();
        }
        let size = (items.len() / (threads * PIECES)).clamp(1, PIECE);
        let pieces = iter::from_fn(|| {
            let piece: Vec<T> = items.by_ref().take(size).collect();
            (!piece.is_empty()).then_some(piece)
        });
        let work = |piece: Vec<T>| -> Vec<R> { piece.into_iter().map(&work).collect() };
        let (sender, receiver) = sync_channel(2 * threads);
        let receiver = Mutex::new(receiver);
        let help = || {
            let mut done: Vec<(usize, Vec<R>)> = Vec::new();
            while let Some((at, piece)) = next(&receiver) {
                done.push((at, work(piece)));
            }
            done
        };
        let mut done = thread::scope(|scope| {
            // Where no thread is to be had, there is one less.
            let spawn = |_| Builder::new().stack_size(STACK).spawn_scoped(scope, help);
            let helpers: Vec<_> = (1..threads).map(spawn).map_while(Result::ok).collect();
            let mut done = Vec::new();
            for piece in pieces.enumerate() {
                use TrySendError::{Disconnected, Full};
                if let Err(Full((at, it)) | Disconnected((at, it))) = sender.try_send(piece) {
                    done.push((at, work(it)));
                }
            }
            drop(sender);
            done.extend(help());
            for helper in helpers {
                done.extend(helper.join().unwrap_or_else(|panic| resume_unwind(panic)));
            }
            done
        });
        done.sort_by_key(|(at, _)| *at);
        done.into_iter().flat_map(|(_, piece)| piece).collect()
    }
}

/// The next thing to be done; `None` when there will be no more.
fn next<T>(receiver: &Mutex<Receiver<T>>) -> Option<T> {
    let receiver = receiver.lock().unwrap_or_else(PoisonError::into_inner);
    receiver.recv().ok()
}

#[cfg(test)]
impl Threads {
    /// So many, whatever the machine has.
    pub fn exactly(number: usize) -> Threads {
        Threads(number)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::HashSet;
    use std::sync::Barrier;
    use std::thread::ThreadId;

    /// The threads that work on so many things, which all have come when some of them go.
    fn workers(threads: usize, things: usize, together: usize) -> HashSet<ThreadId> {
        let barrier = Barrier::new(together);
        let work = |_| {
            barrier.wait();
            thread::current().id()
        };
        let workers = Threads(threads).map(vec![(); things].into_iter(), work);
        workers.into_iter().collect()
    }

    #[test]
    fn threads_work_at_once_where_there_is_enough_to_do() {
        assert_eq!(workers(4, 64, 4).len(), 4);
        let own = HashSet::from([thread::current().id()]);
        assert_eq!(workers(1, 64, 1), own);
        assert_eq!(workers(4, 2 * WORTH_A_THREAD - 1, 1), own);
    }

    #[test]
    fn outcomes_are_in_the_order_of_the_items_whoever_has_made_them() {
        for threads in [1, 2, 3, 8] {
            let done = Threads(threads).map(0..1000, |it: i32| it * it);
            assert!(done.into_iter().eq((0..1000).map(|it| it * it)));
        }
    }

    #[test]
    #[should_panic(expected = "at 700")]
    fn a_panic_is_the_callers() {
        Threads(3).map(0..1000, |it| assert!(it != 700, "at {it}"));
    }
}
