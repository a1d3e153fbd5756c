//! A store to measure on: opened as the server opens it, on the disk that the project is on.

use std::{
    path::{Path, PathBuf},
    pin::pin,
    sync::Arc,
    task::{Context, Poll, Wake, Waker},
    thread::{self, Thread},
};

use anyhow::{Context as _, Result};
use base::ids::AccountId;
use iam::{
    Database, Iam, Settings, accounts,
    caller::{Caller, Origin},
    clock::{SystemClock, SystemEntropy},
    hashing::HashingCost,
    users,
    values::EntityName,
};
use tempfile::TempDir;

/// The project's folder. Cargo tells it at run time, so that a moved tree still works.
pub(crate) fn project() -> Result<PathBuf> {
    let bench = std::env::var_os("CARGO_MANIFEST_DIR").context("run it through cargo: `cargo xtask bench`")?;
    Ok(Path::new(&bench).parent().context("the folder has no parent")?.to_path_buf())
}

/// A fresh folder in the target folder, gone when dropped: a temporary directory may be memory, and then an
/// fdatasync costs nothing.
pub(crate) fn folder() -> Result<TempDir> {
    let program = std::env::current_exe().context("our own path is not known")?;
    let target = program.ancestors().nth(2).context("we are not in a target folder")?;
    tempfile::Builder::new().prefix("bench-").tempdir_in(target).context("no folder to work in")
}

/// Opens a store.
pub(crate) fn open(directory: &Path, database: Database) -> Result<Iam> {
    let settings = Settings {
        directory: directory.to_path_buf(),
        master_key: None,
        clock: Arc::new(SystemClock),
        random: Arc::new(SystemEntropy::default()),
        node: "bench".to_owned(),
        hashing_cost: HashingCost::default(),
        catalogue: policy::catalogue::Catalogue::built_in(),
        service_accounts: Vec::new(),
        database,
        max_staleness: iam::DEFAULT_MAX_STALENESS,
    };
    Ok(Iam::open(settings)?)
}

/// Makes an account; gives its root as a caller.
pub(crate) fn account(iam: &Iam) -> Result<Caller> {
    let create = accounts::Create { occasion: accounts::Occasion::Any, account: iam.draw_account_id() };
    let created = wait(iam.change(operator(), create))?;
    let snapshot = iam.snapshot()?;
    let account = snapshot.accounts.get(&created.account).context("the account is not in the snapshot")?;
    Ok(Caller::with_key(created.account, account.root, created.access_key, origin()))
}

/// The installation's operator as a caller.
pub(crate) fn operator() -> Caller {
    Caller::Operator { origin: origin() }
}

fn origin() -> Origin {
    Origin {
        source: "127.0.0.1".to_owned(),
        agent: "bce-sdk-python/0.9.40/3.11.2/linux".to_owned(),
        request_id: "5f0c9f3e-7c1d-4a5b-a1f0-3d2b9c8e7a61".to_owned(),
        ..Origin::default()
    }
}

/// Creates a user with nothing but a name.
pub(crate) fn create_user(number: u64) -> Result<users::Create> {
    Ok(users::Create { profile: users::Profile::new(EntityName::parse(&user_name(number))?) })
}

/// The name of the user with that number.
pub(crate) fn user_name(number: u64) -> String {
    format!("user-{number:08}")
}

/// The account that a caller acts in, as tables hold it.
pub(crate) fn account_number(caller: &Caller) -> Result<i64> {
    Ok(i64::try_from(AccountId::number(caller.account()))?)
}

/// Waits for a future on this thread.
pub(crate) fn wait<F: Future>(future: F) -> F::Output {
    let waker = Waker::from(Arc::new(Unpark(thread::current())));
    let mut context = Context::from_waker(&waker);
    let mut future = pin!(future);
    loop {
        match future.as_mut().poll(&mut context) {
            Poll::Ready(answer) => return answer,
            Poll::Pending => thread::park(),
        }
    }
}

struct Unpark(Thread);

impl Wake for Unpark {
    fn wake(self: Arc<Self>) {
        self.0.unpark();
    }
}
