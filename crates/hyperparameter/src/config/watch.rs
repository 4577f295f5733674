//! The frozen snapshot kept like its files: loaded again when one of them changes (feature `watch`).

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::sync::mpsc::{Receiver, RecvTimeoutError, Sender, channel};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use notify::{RecommendedWatcher, RecursiveMode, Watcher as _};

use super::laying::Origin;
use super::{Builder, Config};
use crate::error::{Error, Result};
use crate::scope::{Scope, Snapshot};

/// An editor writes a file in several steps: it is read when nothing has happened for so long.
const QUIET: Duration = Duration::from_millis(50);
/// And after so many of these at the latest, where something keeps on writing.
const MOST_QUIETS: usize = 20;

/// What the thread that watches is told.
enum Happened {
    /// Something in one of the folders: what, the files themselves say.
    Change,
    Stop,
}

/// Files that are watched until this is dropped. What was published last stays then.
#[derive(Debug)]
#[must_use = "the files are watched until this is dropped"]
pub struct Watch {
    thread: Option<JoinHandle<()>>,
    tell: Sender<Happened>,
}

impl Drop for Watch {
    fn drop(&mut self) {
        let _ = self.tell.send(Happened::Stop);
        if let Some(thread) = self.thread.take() {
            // The callback may drop what holds this: a thread cannot wait for itself.
            if thread.thread().id() != std::thread::current().id() {
                let _ = thread.join();
            }
        }
    }
}

/// Loads what `build` says, publishes it over the frozen snapshot, and does so again whenever one of its files changes, those
/// that are included too.
///
/// A publication is one atomic step (rule T2): a thread outside every scope sees the new values at its next read, a thread
/// inside a scope keeps those under which it entered. A key that is gone from the files falls back to what was frozen
/// before. Where a load fails, the last good values stay and `told` gets the error, once however often it is met; it gets
/// `Ok` after each publication. It is called on the thread that watches.
///
/// # Errors
/// `Config` where the first load fails, or where the system cannot watch the files.
///
/// ```no_run
/// use hyperparameter::config::{Config, watch};
///
/// let watched = watch(
///     || Config::builder().file("service.toml").env("HP"),
///     |outcome| match outcome {
///         Ok(()) => log::info!("new configuration"),
///         Err(error) => log::error!("the last good configuration stays: {error}"),
///     },
/// )?;
/// # drop(watched);
/// # Ok::<(), hyperparameter::error::Error>(())
/// ```
pub fn watch(
    build: impl Fn() -> Builder + Send + 'static,
    told: impl FnMut(Result<()>) + Send + 'static,
) -> Result<Watch> {
    #[cfg(feature = "host")]
    if crate::host::store()? == crate::host::Store::Hosted {
        let text = "this library shares the parameter store of its process, and files are watched by the program that owns \
                    the store: watch them there, or load the configuration here and publish it with \
                    hyperparameter::frozen()";
        return Err(Error::config(None, text));
    }
    let (tell, events) = channel();
    let sender = tell.clone();
    let watcher = notify::recommended_watcher(move |_| {
        let _ = sender.send(Happened::Change);
    });
    let mut watching = Watching {
        watcher: watcher.map_err(|error| refused(&error))?,
        folders: BTreeSet::new(),
        before: Snapshot::take(),
        now: None,
        fingerprint: None,
    };
    let first = build().load()?;
    // Watched before the next look: a change between the two is not missed.
    watching.follow(&first)?;
    watching.publish(first)?;
    let thread = std::thread::Builder::new().name("hyperparameter-watch".to_owned());
    let thread = thread.spawn(move || watching.run(&build, told, &events));
    let thread = thread.map_err(|error| Error::config(None, format!("no thread to watch files with: {error}")))?;
    // What changed while the first load went on is seen by a look at the beginning.
    let _ = tell.send(Happened::Change);
    Ok(Watch { thread: Some(thread), tell })
}

fn refused(error: &notify::Error) -> Error {
    Error::config(None, format!("the files cannot be watched: {error}"))
}

struct Watching {
    watcher: RecommendedWatcher,
    folders: BTreeSet<PathBuf>,
    /// What was frozen before the first publication.
    before: Snapshot,
    now: Option<Scope>,
    /// Of the texts that were published last.
    fingerprint: Option<u64>,
}

impl Watching {
    fn run(mut self, build: &dyn Fn() -> Builder, mut told: impl FnMut(Result<()>), events: &Receiver<Happened>) {
        let mut last_error = None;
        while let Ok(Happened::Change) = events.recv() {
            if stopped_in_the_quiet(events) {
                return;
            }
            let outcome = build().load().and_then(|config| {
                self.follow(&config)?;
                if Some(config.fingerprint) == self.fingerprint {
                    return Ok(false);
                }
                self.publish(config).map(|()| true)
            });
            match outcome {
                Ok(published) => {
                    // A file that is mended to what it was before is worth a word too.
                    if published || last_error.take().is_some() {
                        told(Ok(()));
                    }
                    last_error = None;
                }
                Err(error) => {
                    let text = error.to_string();
                    if last_error.as_ref() != Some(&text) {
                        last_error = Some(text);
                        told(Err(error));
                    }
                }
            }
        }
    }

    /// Watches the folders of the files that were read. Folders, since editors put a new file in the place of the old one.
    fn follow(&mut self, config: &Config) -> Result<()> {
        let files = config.origins.iter().filter_map(|origin| match origin {
            Origin::File(path) if path.as_str() != "-" => Some(path),
            _ => None,
        });
        for path in files {
            let folder = Path::new(path.as_str()).parent().filter(|folder| !folder.as_os_str().is_empty());
            let folder = folder.unwrap_or(Path::new("."));
            // A text that was given by name has no folder.
            if folder.is_dir() && !self.folders.contains(folder) {
                self.watcher.watch(folder, RecursiveMode::NonRecursive).map_err(|error| refused(&error))?;
                self.folders.insert(folder.to_path_buf());
            }
        }
        Ok(())
    }

    fn publish(&mut self, config: Config) -> Result<()> {
        let fingerprint = config.fingerprint;
        let scope = config.into_scope()?;
        self.before.replace(self.now.as_ref(), &scope);
        self.now = Some(scope);
        self.fingerprint = Some(fingerprint);
        Ok(())
    }
}

/// Waits until nothing has happened for a while. Whether the word to stop came.
fn stopped_in_the_quiet(events: &Receiver<Happened>) -> bool {
    for _ in 0..MOST_QUIETS {
        let end = Instant::now() + QUIET;
        let mut quiet = true;
        loop {
            match events.recv_timeout(end.saturating_duration_since(Instant::now())) {
                Ok(Happened::Stop) | Err(RecvTimeoutError::Disconnected) => return true,
                Ok(Happened::Change) => quiet = false,
                Err(RecvTimeoutError::Timeout) => break,
            }
        }
        if quiet {
            return false;
        }
    }
    false
}
