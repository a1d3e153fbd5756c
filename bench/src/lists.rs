//! What the console's lists ask of the core, in an account of 100 000 users, on both databases: each beside reading one
//! user, measured in the same rounds.

use std::{
    collections::VecDeque,
    time::{Duration, Instant},
};

use anyhow::{Context as _, Result, ensure};
use base::secret::SecretText;
use iam::{
    Database, Iam,
    caller::Caller,
    door::{Operation, Query},
    groups,
    page::{PageSize, Search},
    users::{self, Filter, ListRows, Order},
    values::{EntityName, EntityPath, Remarks},
};

use crate::{
    measure::{Contender, Samples, in_turns, micros},
    raw,
    report::{self, Amount, Bar, Figure},
    world,
};

const USERS: u64 = 100_000;
/// As many as the default quota lets into a group.
const MEMBERS: u64 = 5_000;
/// When filling ends with fewer, where the machine is slow.
const FILL_MAX: Duration = Duration::from_secs(240);
/// How many changes are under way at once while filling.
const WINDOW: usize = 512;
const ROUNDS: u32 = 31;
/// How many rows a page of the console has.
const ROWS: u64 = 50;
/// What a list may take, in milliseconds.
const BAR_MS: f64 = 20.0;
const GROUP: &str = "staff";

/// Runs the benchmark.
pub(crate) fn run() -> Result<()> {
    let folder = world::folder()?;
    measure("SQLite", &world::open(folder.path(), Database::Embedded)?, || Ok(()))?;
    let Ok(server) = std::env::var("CLAVIGER_TEST_PG") else {
        report::not_run("console-lists on PostgreSQL", "CLAVIGER_TEST_PG names no server");
        return Ok(());
    };
    let mut databases = raw::postgres::Databases::on(&server);
    let (folder, url) = (world::folder()?, databases.make("lists")?);
    let database = Database::Postgres { url: SecretText::new(url.clone()) };
    // As the server does by itself, within a minute or so.
    measure("PostgreSQL", &world::open(folder.path(), database)?, || raw::postgres::vacuum(&url))
}

/// Fills a store, lets it `settle`, and measures.
fn measure(backend: &str, iam: &Iam, settle: impl FnOnce() -> Result<()>) -> Result<()> {
    let root = world::account(iam)?;
    let filled = fill(iam, &root)?;
    settle()?;
    let list = |filter: Filter, order| ListRows { filter, order, after: None, size: PageSize::MAX };
    let searching = |text: &str| Ok::<_, anyhow::Error>(Filter { search: Some(Search::parse(text)?), ..Filter::default() });
    let of_group = || Filter { group: Some(GROUP.to_owned()), ..Filter::default() };
    let lists = [
        ("first page", list(Filter::default(), Order::Name), Some(ROWS)),
        ("longest idle first", list(Filter::default(), Order::Idle), Some(ROWS)),
        ("search, in all", list(searching("user-")?, Order::Name), Some(ROWS)),
        ("search, in one", list(searching(&world::user_name(filled - 1))?, Order::Name), Some(1)),
        ("search, in none", list(searching("nobody-has-it")?, Order::Name), Some(0)),
        ("members of a group", list(of_group(), Order::Name), Some(ROWS)),
        ("search in a group, in none", list(Filter { group: of_group().group, ..searching("zq")? }, Order::Name), Some(0)),
    ];
    for (name, list, rows) in lists {
        let list = ListRows { size: PageSize::new(ROWS)?, ..list };
        let found = world::wait(iam.query(root.clone(), list.clone()))?.items.len();
        ensure!(rows.is_none_or(|rows| rows == found as u64), "{name}: {found} rows");
        let get = users::Get { name: world::user_name(filled / 2) };
        let [ours, one] = in_turns(ROUNDS, [asking(iam, &root, list), asking(iam, &root, get)])?;
        line(&format!("{backend}, {name}, {}", report::count(filled)), &ours, &one);
    }
    iam.close();
    Ok(())
}

/// Asks through the door; milliseconds.
fn asking<'a, Q: Query + Clone + 'a>(iam: &'a Iam, caller: &'a Caller, query: Q) -> Contender<'a> {
    Box::new(move || Ok(micros(|| Ok(world::wait(iam.query(caller.clone(), query.clone()))?))? / 1e3))
}

/// Makes the users, and a group of some from all over the list; gives how many users there are.
fn fill(iam: &Iam, root: &Caller) -> Result<u64> {
    let start = Instant::now();
    let made = each(iam, root, (0..USERS).take_while(|_| start.elapsed() < FILL_MAX).map(world::create_user))?;
    let group = groups::Create {
        name: EntityName::parse(GROUP)?,
        path: EntityPath::default(),
        remarks: Remarks::default(),
    };
    world::wait(iam.change(root.clone(), group))?;
    let every = (made / MEMBERS).max(1);
    let member = |number| groups::AddUser { group: GROUP.to_owned(), user: world::user_name(number * every) };
    each(iam, root, (0..MEMBERS.min(made)).map(|number| Ok(member(number))))?;
    Ok(made)
}

/// Does all of them, many at once; gives how many they were.
fn each<O: Operation>(iam: &Iam, root: &Caller, operations: impl Iterator<Item = Result<O>>) -> Result<u64> {
    let (mut done, mut under_way) = (0, VecDeque::with_capacity(WINDOW));
    for operation in operations {
        under_way.push_back(iam.change(root.clone(), operation?));
        done += 1;
        if under_way.len() == WINDOW {
            world::wait(under_way.pop_front().context("there is one")?)?;
        }
    }
    for waiting in under_way {
        world::wait(waiting)?;
    }
    Ok(done)
}

fn line(name: &str, ours: &Samples, one: &Samples) {
    let beside = Some(("reading one user", Amount::latency(one, "ms")));
    report::figure(&Figure { name, ours: Amount::latency(ours, "ms"), beside, bar: Bar::Below(BAR_MS) });
}
