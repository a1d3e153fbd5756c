//! 100 000 users in one account, or a million: what a start costs, what they weigh, and whether one more there costs more than
//! one more in a small account.

pub(crate) mod probe;

use std::{
    cell::Cell,
    collections::VecDeque,
    path::Path,
    time::{Duration, Instant},
};

use anyhow::{Result, ensure};
use iam::{Database, Iam, caller::Caller, error::Quota, quotas, users};

use crate::{
    measure::{Samples, float, in_turns, micros},
    report::{self, Amount, Bar, Figure},
    scale::probe::Probe,
    world,
};

/// How large an account is, and when filling it ends with fewer, where the machine is slow.
struct Size {
    users: u64,
    fill_max: Duration,
}

const USUAL: Size = Size { users: 100_000, fill_max: Duration::from_secs(25) };
const MILLION: Size = Size { users: 1_000_000, fill_max: Duration::from_secs(240) };
/// How many creations are under way at once while filling: below what the core's queue holds.
const WINDOW: usize = 1_024;
/// How often one more is created, and one looked up, in each account.
const TIMES: u32 = 300;
/// How often each start is measured, each time in a process of its own.
const STARTS: u32 = 3;
/// One more in the large account may take that much of one more in the small one.
const BAR: f64 = 1.5;

/// Runs the benchmark.
pub(crate) fn run() -> Result<()> {
    run_at(&USUAL)
}

/// Runs it with a million users: minutes, so it is run by its name alone.
pub(crate) fn run_at_a_million() -> Result<()> {
    run_at(&MILLION)
}

fn run_at(size: &Size) -> Result<()> {
    let (folder, empty) = (world::folder()?, world::folder()?);
    world::open(empty.path(), Database::Embedded)?.close();
    let iam = world::open(folder.path(), Database::Embedded)?;
    let (large, small) = (world::account(&iam)?, world::account(&iam)?);
    let more = quotas::Set { account: large.account(), quota: Quota::Users, limit: 2 * size.users };
    world::wait(iam.change(world::operator(), more))?;
    world::wait(iam.change(small.clone(), world::create_user(0)?))?;
    let filled = fill(&iam, &large, size)?;
    iam.close();
    drop(iam);
    // Opened again, so that what filling has left in the log is in the file, and not on its way there.
    let iam = world::open(folder.path(), Database::Embedded)?;
    one_more(&iam, &large, &small, filled)?;
    iam.close();
    drop(iam);
    start(folder.path(), empty.path(), filled)
}

/// Fills an account; gives how many users it has then.
fn fill(iam: &Iam, caller: &Caller, size: &Size) -> Result<u64> {
    let (start, mut made, mut under_way) = (Instant::now(), 0, VecDeque::with_capacity(WINDOW));
    while made < size.users && start.elapsed() < size.fill_max {
        under_way.push_back(iam.change(caller.clone(), world::create_user(made)?));
        made += 1;
        if under_way.len() == WINDOW {
            under_way.pop_front().map(world::wait).transpose()?;
        }
    }
    for waiting in under_way {
        world::wait(waiting)?;
    }
    let rate = Samples::new(vec![float(i64::try_from(made)?) / start.elapsed().as_secs_f64()]);
    let name = format!("filling one account with {} users", report::count(made));
    report::figure(&Figure { name: &name, ours: Amount::median(&rate, "/s"), beside: None, bar: Bar::None });
    Ok(made)
}

/// One more user, and looking one up, in the large account and in the small one.
fn one_more(iam: &Iam, large: &Caller, small: &Caller, filled: u64) -> Result<()> {
    let next = Cell::new(filled);
    let create = |caller: &Caller| {
        next.set(next.get() + 1);
        let create = world::create_user(next.get())?;
        micros(|| Ok(world::wait(iam.change(caller.clone(), create))?))
    };
    let get = |caller: &Caller, number| {
        let get = users::Get { name: world::user_name(number) };
        micros(|| Ok(world::wait(iam.query(caller.clone(), get))?))
    };
    let looked_up = Cell::new(0);
    let get_large = || {
        looked_up.set((looked_up.get() + 7_919) % filled);
        get(large, looked_up.get())
    };
    let [create_large, create_small, get_large, get_small] = in_turns(
        TIMES,
        [Box::new(|| create(large)), Box::new(|| create(small)), Box::new(get_large), Box::new(|| get(small, 0))],
    )?;
    let line = |name: &str, ours, other: &str, beside, bar| {
        let beside = Some((other, Amount::latency(beside, "us")));
        report::figure(&Figure { name, ours: Amount::latency(ours, "us"), beside, bar });
    };
    let filled = report::count(filled);
    let name = format!("one more user beside {filled}");
    line(&name, &create_large, "in a small account", &create_small, Bar::RatioAtMost(BAR));
    line(&format!("users::Get among {filled}"), &get_large, "in a small account", &get_small, Bar::None);
    Ok(())
}

/// Starting on the store, in processes of their own, so that nothing is there before.
fn start(full: &Path, empty: &Path, filled: u64) -> Result<()> {
    let [open, open_empty, scan] = in_turns(
        STARTS,
        [
            Box::new(|| Ok(Probe::Open(full).run()?.millis)),
            Box::new(|| Ok(Probe::Open(empty).run()?.millis)),
            Box::new(|| Ok(Probe::Scan(full).run()?.millis)),
        ],
    )?;
    let [grown, grown_empty, snapshot] = in_turns(
        STARTS,
        [
            Box::new(|| Ok(Probe::Open(full).run()?.bytes)),
            Box::new(|| Ok(Probe::Open(empty).run()?.bytes)),
            Box::new(|| Ok(Probe::Snapshot(filled).run()?.bytes)),
        ],
    )?;
    ensure!(filled > 0, "there are no users");
    let line = |name: &str, ours, other: &str, beside, unit| {
        let beside = Some((other, Amount::with_min(beside, unit)));
        report::figure(&Figure { name, ours: Amount::with_min(ours, unit), beside, bar: Bar::None });
    };
    let name = format!("start with {} users", report::count(filled));
    line(&name, &open, "start with none", &open_empty, "ms");
    line(&name, &open, "raw SQLite reads the users", &scan, "ms");
    let count = float(i64::try_from(filled)?);
    let per_user = Samples::new(vec![(grown.median() - grown_empty.median()) / count]);
    let of_snapshot = Samples::new(vec![snapshot.median() / count]);
    line("memory a user, after a start", &per_user, "the snapshot's part", &of_snapshot, "bytes");
    Ok(())
}
