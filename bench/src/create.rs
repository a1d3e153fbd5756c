//! Durable user creations a second through the door, beside a bare client of the database that writes the same
//! rows with the same settings and as many to a COMMIT.

use std::{
    cell::RefCell,
    sync::atomic::{AtomicU64, Ordering},
    thread,
    time::{Duration, Instant},
};

use anyhow::{Result, anyhow};
use base::secret::SecretText;
use iam::{Database, Iam, caller::Caller};

use crate::{
    measure::{Contender, Samples, float, in_turns, process_cpu_ns},
    raw,
    report::{self, Amount, Bar, Figure},
    world,
};

/// How many rounds, and how long each contender's turn is.
const ROUNDS: u32 = 5;
const TURN: Duration = Duration::from_millis(400);
/// How many callers at once: also the most that the core puts into one COMMIT.
const CALLERS: u32 = 64;
/// As many connections as the core has threads that change things on PostgreSQL.
const WORKERS: u32 = 6;

/// Runs the benchmark.
pub(crate) fn run() -> Result<()> {
    sqlite()?;
    let Ok(server) = std::env::var("CLAVIGER_TEST_PG") else {
        report::not_run("create on PostgreSQL", "CLAVIGER_TEST_PG names no server");
        return Ok(());
    };
    postgres(&server)
}

fn sqlite() -> Result<()> {
    let (ours_in, raw_in) = (world::folder()?, world::folder()?);
    let seeded = world::open(raw_in.path(), Database::Embedded)?;
    let account = seed(&seeded)?;
    seeded.close();
    drop(seeded);
    let raw = RefCell::new(raw::sqlite::Writer::open(raw_in.path(), account)?);

    let iam = world::open(ours_in.path(), Database::Embedded)?;
    let root = world::account(&iam)?;
    let (one, many) = ([root.clone()], vec![root; usize::try_from(CALLERS)?]);
    let (cpu, raw_cpu) = (RefCell::default(), RefCell::default());
    let [single, raw_single, grouped, raw_grouped] = in_turns(
        ROUNDS,
        [
            ours(&iam, &one),
            Box::new(|| rate(1, || raw.borrow_mut().commit(1))),
            cpu_too(&cpu, ours(&iam, &many)),
            cpu_too(&raw_cpu, Box::new(|| rate(CALLERS, || raw.borrow_mut().commit(CALLERS)))),
        ],
    )?;
    line("create, SQLite, 1 caller", &single, ("raw SQLite, 1 per COMMIT", &raw_single), Bar::RatioAtLeast(0.5));
    line("create, SQLite, 64 callers", &grouped, ("raw SQLite, 64 per COMMIT", &raw_grouped), Bar::RatioAtLeast(0.5));
    let (cpu, raw_cpu) = (Samples::new(cpu.into_inner()), Samples::new(raw_cpu.into_inner()));
    report::figure(&Figure {
        name: "CPU a creation, SQLite, 64 callers",
        ours: Amount::with_min(&cpu, "us"),
        beside: Some(("raw SQLite, 64 per COMMIT", Amount::with_min(&raw_cpu, "us"))),
        bar: Bar::None,
    });
    Ok(())
}

fn postgres(server: &str) -> Result<()> {
    let mut databases = raw::postgres::Databases::on(server);
    let (ours_at, raw_at) = (databases.make("ours")?, databases.make("raw")?);
    let (ours_in, raw_in) = (world::folder()?, world::folder()?);
    let seeded = world::open(raw_in.path(), at(&raw_at))?;
    let writer = |_| raw::postgres::Writer::open(&raw_at, seed(&seeded)?);
    let mut writers = (0..WORKERS).map(writer).collect::<Result<Vec<_>>>()?;
    let alone = RefCell::new(raw::postgres::Writer::open(&raw_at, seed(&seeded)?)?);
    seeded.close();
    drop(seeded);

    let iam = world::open(ours_in.path(), at(&ours_at))?;
    let roots = (0..CALLERS).map(|_| world::account(&iam)).collect::<Result<Vec<_>>>()?;
    let one = roots.get(..1).unwrap_or_default();
    let same = vec![roots.first().cloned().ok_or_else(|| anyhow!("no account"))?; roots.len()];
    let [single, raw_single, in_one_account, spread, raw_spread] = in_turns(
        ROUNDS,
        [
            ours(&iam, one),
            Box::new(|| rate(1, || alone.borrow_mut().commit())),
            ours(&iam, &same),
            ours(&iam, &roots),
            Box::new(|| raw_together(&mut writers)),
        ],
    )?;
    line("create, PostgreSQL, 1 caller", &single, ("raw client, 1 connection", &raw_single), Bar::None);
    line(
        "create, PostgreSQL, 64 callers, 1 account",
        &in_one_account,
        ("raw client, 1 connection", &raw_single),
        Bar::None,
    );
    let connections = format!("raw client, {WORKERS} connections");
    line("create, PostgreSQL, 64 callers, 64 accounts", &spread, (&connections, &raw_spread), Bar::None);
    Ok(())
}

fn at(url: &str) -> Database {
    Database::Postgres { url: SecretText::new(url.to_owned()) }
}

/// Makes an account with one user; gives its number.
fn seed(iam: &Iam) -> Result<i64> {
    let root = world::account(iam)?;
    world::wait(iam.change(root.clone(), world::create_user(0)?))?;
    world::account_number(&root)
}

/// Creations a second by as many threads as there are callers, each of which waits for its answer.
fn ours<'a>(iam: &'a Iam, callers: &'a [Caller]) -> Contender<'a> {
    /// Numbers the users of the whole run.
    static NEXT: AtomicU64 = AtomicU64::new(1);
    let one_after_the_other = |caller: &Caller| {
        rate(1, || {
            let create = world::create_user(NEXT.fetch_add(1, Ordering::Relaxed))?;
            world::wait(iam.change(caller.clone(), create))?;
            Ok(())
        })
    };
    Box::new(move || together(callers.iter().map(|caller| move || one_after_the_other(caller))))
}

fn raw_together(writers: &mut [raw::postgres::Writer]) -> Result<f64> {
    together(writers.iter_mut().map(|writer| move || rate(1, || writer.commit())))
}

/// Notes the CPU time that the whole process spends on a creation, in microseconds: other processes do not show in it.
fn cpu_too<'a>(cpu: &'a RefCell<Vec<f64>>, mut contender: Contender<'a>) -> Contender<'a> {
    Box::new(move || {
        let (start, before) = (Instant::now(), process_cpu_ns());
        let rate = contender()?;
        let made = rate * start.elapsed().as_secs_f64();
        cpu.borrow_mut().push((process_cpu_ns() - before) / 1e3 / made);
        Ok(rate)
    })
}

/// Runs each on a thread of its own and adds up their rates.
fn together<W: FnOnce() -> Result<f64> + Send>(workers: impl Iterator<Item = W>) -> Result<f64> {
    thread::scope(|scope| {
        let threads: Vec<_> = workers.map(|worker| scope.spawn(worker)).collect();
        let rates = threads.into_iter().map(|thread| thread.join().map_err(|_| anyhow!("a caller panicked"))?);
        rates.sum()
    })
}

/// Repeats `work`, which makes `users` each time, for a turn; gives users a second.
fn rate(users: u32, mut work: impl FnMut() -> Result<()>) -> Result<f64> {
    let start = Instant::now();
    let mut made = 0;
    while start.elapsed() < TURN {
        work()?;
        made += i64::from(users);
    }
    Ok(float(made) / start.elapsed().as_secs_f64())
}

fn line(name: &str, ours: &Samples, (other, beside): (&str, &Samples), bar: Bar) {
    let beside = Some((other, Amount::with_max(beside, "/s")));
    report::figure(&Figure { name, ours: Amount::with_max(ours, "/s"), beside, bar });
}
