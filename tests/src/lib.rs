//! The harness: real databases, a wire between runner and server that can be counted and cut, and
//! the `migrate` program in a folder of its own.
//!
//! Everything here panics with a message that says what went wrong: its callers are tests.

pub mod client;
pub mod database;
pub mod postgres;
pub mod project;
pub mod proxy;
pub mod sqlite;
mod throwaway;
pub mod transcript;

use std::path::{Path, PathBuf};
use std::sync::{LazyLock, mpsc};
use std::thread;
use std::time::{Duration, Instant};

/// The folder of the whole workspace.
pub fn workspace() -> &'static Path {
    let tests = Path::new(env!("CARGO_MANIFEST_DIR"));
    tests.parent().expect("the tests stand in the workspace")
}

/// Where cargo put the running test (`target/debug`): built programs are there, and what tests
/// keep from one run to the next.
pub fn build_folder() -> PathBuf {
    let test = std::env::current_exe().expect("the test knows its own path");
    test.ancestors()
        .find(|folder| folder.ends_with("deps"))
        .and_then(Path::parent)
        .map_or_else(|| workspace().join("target/debug"), Path::to_owned)
}

/// Runs a future to its end, from any thread, one that already runs async code included.
pub fn wait_for<F>(future: F) -> F::Output
where
    F: Future<Output: Send> + Send + 'static,
{
    let (done, result) = mpsc::sync_channel(1);
    RUNTIME.spawn(async move { done.send(future.await) });
    result.recv().expect("the future ran to its end")
}

/// Waits until something has come about that nothing announces, with a bound.
///
/// # Panics
///
/// After a minute.
pub fn wait_until(what: &str, mut condition: impl FnMut() -> bool) {
    let give_up = Instant::now() + Duration::from_secs(60);
    while !condition() {
        assert!(Instant::now() < give_up, "waited in vain until {what}");
        thread::sleep(Duration::from_millis(10));
    }
}

/// Drives the harness's own connections, whatever runtime the test itself has.
static RUNTIME: LazyLock<tokio::runtime::Runtime> = LazyLock::new(|| {
    tokio::runtime::Builder::new_multi_thread()
        .worker_threads(1)
        .enable_all()
        .build()
        .expect("the harness's runtime starts")
});
