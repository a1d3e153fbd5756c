//! A backup of a store at work: on a thread of its own, one at a time, while requests go on.

use std::{
    fs::{self, OpenOptions},
    io::BufWriter,
    os::unix::fs::OpenOptionsExt as _,
    path::{Path, PathBuf},
    sync::{
        Arc, Condvar, Mutex, MutexGuard, PoisonError,
        atomic::{AtomicBool, Ordering},
    },
    thread::JoinHandle,
    time::{Duration, Instant},
};

use super::{
    Manifest, Progress, Step, Watch,
    copy::{self, Source},
    error::BackupError,
    key,
    writer::ArchiveWriter,
};
use crate::{
    action::Action,
    core::Core,
    db::whole::{Place, Whole},
    door::{Query, Read, Target},
    error::Result as CoreResult,
    master_keys::{self, file::sync_folder},
};

/// Asks for leave to write the whole store into an archive, and says so in the trail.
#[derive(Debug, Clone)]
pub struct Begin {
    /// The archive: a file that is not there yet.
    pub archive: PathBuf,
    /// The file of its key.
    pub key: PathBuf,
}

/// Leave to do so. Nobody but the door gives it.
#[derive(Debug)]
pub struct Permit {
    archive: PathBuf,
    key: PathBuf,
}

impl Query for Begin {
    const ACTION: Action = Action::BackUp;
    type Found = ();
    type Output = Permit;

    fn named(&self) -> Target {
        Target::backup(&self.archive.display().to_string())
    }

    fn find(&self, _tx: &Read<'_>) -> CoreResult<()> {
        Ok(())
    }

    fn run(&self, (): (), _tx: &Read<'_>) -> CoreResult<Permit> {
        Ok(Permit { archive: self.archive.clone(), key: self.key.clone() })
    }
}

/// A backup that was made.
#[derive(Debug, Clone)]
pub struct Made {
    /// What the archive says of itself.
    pub manifest: Manifest,
    /// Its length in bytes.
    pub bytes: u64,
    /// Its SHA-256, in hex.
    pub sha256: String,
    /// The id of its key.
    pub key_id: String,
}

/// A backup under way, or one that has ended.
pub struct Running {
    /// Its number on this node, from 1.
    pub number: u64,
    state: Mutex<State>,
    changed: Condvar,
    stop: AtomicBool,
}

struct State {
    progress: Progress,
    outcome: Option<Result<Made, BackupError>>,
}

impl Running {
    fn new(number: u64) -> Self {
        let state = State { progress: Progress::at(Step::Copying), outcome: None };
        Self { number, state: Mutex::new(state), changed: Condvar::new(), stop: AtomicBool::new(false) }
    }

    /// How far it is.
    pub fn progress(&self) -> Progress {
        self.state().progress
    }

    /// Waits for its end, not longer than `limit`. `read` sees how it ended, if it has.
    pub fn wait<T>(&self, limit: Duration, read: impl FnOnce(Option<&Result<Made, BackupError>>) -> T) -> T {
        let until = Instant::now() + limit;
        let mut state = self.state();
        loop {
            let left = until.saturating_duration_since(Instant::now());
            if state.outcome.is_some() || left.is_zero() {
                return read(state.outcome.as_ref());
            }
            state = self.changed.wait_timeout(state, left).unwrap_or_else(PoisonError::into_inner).0;
        }
    }

    fn has_ended(&self) -> bool {
        self.state().outcome.is_some()
    }

    fn end(&self, outcome: Result<Made, BackupError>) {
        self.state().outcome = Some(outcome);
        self.changed.notify_all();
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The backups of a store: the one under way, or the last.
#[derive(Default)]
pub(crate) struct Backups(Mutex<Option<(Arc<Running>, JoinHandle<()>)>>);

impl Backups {
    /// Begins one. Errors: there is one under way.
    pub(crate) fn begin(&self, permit: Permit, place: Place, core: &Arc<Core>) -> Result<Arc<Running>, BackupError> {
        let mut last = self.last();
        if last.as_ref().is_some_and(|(running, _)| !running.has_ended()) {
            return Err(BackupError::Busy);
        }
        let number = last.as_ref().map_or(1, |(running, _)| running.number + 1);
        let (running, core) = (Arc::new(Running::new(number)), Arc::clone(core));
        let body = {
            let running = Arc::clone(&running);
            move || {
                let work = std::panic::AssertUnwindSafe(|| write(&permit, &place, &core, &running));
                let panicked = |_| Err(BackupError::Database("the backup panicked".to_owned()));
                let outcome = std::panic::catch_unwind(work).unwrap_or_else(panicked);
                match &outcome {
                    Ok(made) => tracing::info!(bytes = made.bytes, "a backup was made"),
                    Err(error) => tracing::error!(error = %error, "a backup was not made"),
                }
                running.end(outcome);
            }
        };
        let thread = std::thread::Builder::new().name("backup".to_owned()).spawn(body);
        let thread = thread.map_err(|error| BackupError::Database(error.to_string()))?;
        *last = Some((Arc::clone(&running), thread));
        Ok(running)
    }

    /// The one of that number, unless another was begun since.
    pub(crate) fn find(&self, number: u64) -> Option<Arc<Running>> {
        let last = self.last();
        last.as_ref().filter(|(running, _)| running.number == number).map(|(running, _)| Arc::clone(running))
    }

    /// Breaks off what is under way.
    pub(crate) fn stop(&self) {
        if let Some((running, thread)) = self.last().take() {
            running.stop.store(true, Ordering::SeqCst);
            let _ = thread.join();
        }
    }

    fn last(&self) -> MutexGuard<'_, Option<(Arc<Running>, JoinHandle<()>)>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Writes the archive. Where that fails, the file is deleted.
fn write(permit: &Permit, place: &Place, core: &Core, running: &Running) -> Result<Made, BackupError> {
    let Permit { archive: path, key } = permit;
    let key_bytes = key::read(key)?;
    let file = OpenOptions::new().create_new(true).write(true).mode(0o600).open(path);
    let file = file.map_err(|cause| match cause.kind() {
        std::io::ErrorKind::AlreadyExists => BackupError::InTheWay(path.clone()),
        _ => BackupError::file(path)(cause),
    })?;
    let failed = BackupError::file(path);
    let written =
        ArchiveWriter::new(BufWriter::new(file), &key_bytes, &*core.random).map_err(&failed).and_then(|mut archive| {
            let manifest = place.look(|connection| {
                if key::is_master(&key_bytes, &master_keys::sql::registered(connection, true)?) {
                    return Err(BackupError::KeyIsMaster(key.clone()));
                }
                copy_rows(connection, &mut archive, core, (path, running))
            })?;
            let (key_id, bytes) = (archive.key_id(), archive.bytes());
            let (out, hash) = archive.finish().map_err(&failed)?;
            let file = out.into_inner().map_err(|error| failed(error.into_error()))?;
            file.sync_all().and_then(|()| sync_folder(path)).map_err(&failed)?;
            let bytes = file.metadata().map_or(bytes, |about| about.len());
            Ok(Made { manifest, bytes, sha256: data_encoding::HEXLOWER.encode(&hash), key_id })
        });
    if written.is_err() {
        let _ = fs::remove_file(path);
    }
    written
}

fn copy_rows<W: std::io::Write>(
    connection: &mut dyn Whole,
    archive: &mut ArchiveWriter<W>,
    core: &Core,
    (path, running): (&Path, &Running),
) -> Result<Manifest, BackupError> {
    let mut tell = |progress| {
        running.state().progress = progress;
        !running.stop.load(Ordering::SeqCst)
    };
    let source = Source { node: &core.node, now: core.clock.now() };
    copy::write_all(connection, archive, &source, path, &mut Watch::new(&mut tell))
}
