//! The native API on the program itself, over loopback TCP: creating users, getting one, listing a hundred; beside a bare
//! echo of the same requests on the same stack. Whoever asks proves itself by an API key.

use std::{
    path::Path,
    process::Command,
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
};

use anyhow::{Result, ensure};
use iam::{
    Database,
    access_keys::Owner,
    api_keys::{self, KeyName},
};

use crate::{
    authorize::{client::Client, cores::Cores, echo},
    measure::{Contender, in_turns},
    program::{self, Server},
    report::{self, Amount, Bar, Figure},
    world,
};

const ROUNDS: u32 = 5;
/// How often each call is made on each of the 64 connections in a turn.
const CREATES: u32 = 60;
const GETS: u32 = 200;
const LISTS: u32 = 60;
const ECHOES: u32 = 600;
/// How many users there are before anything is measured.
const USERS: u64 = 1_000;

/// Numbers the users of the whole run.
static NEXT: AtomicU64 = AtomicU64::new(USERS);

/// Runs the benchmark.
pub(crate) fn run() -> Result<()> {
    let (program, folder) = (program::build()?, world::folder()?);
    let (key, cores) = (fill(folder.path())?, Cores::of_machine()?);
    let (server, echo) = cores.of_servers(|| {
        let mut echo = Command::new(std::env::current_exe()?);
        echo.arg(echo::WORD);
        Ok((Server::start(&program, folder.path())?, Server::run(echo)?))
    })?;
    cores.of_client(|| measure(&Client::new()?, &server, &echo, &key))?;
    server.stop()
}

/// Makes an account with users; gives root's API key.
fn fill(directory: &Path) -> Result<String> {
    let iam = world::open(directory, Database::Embedded)?;
    let root = world::account(&iam)?;
    let made: Vec<_> =
        (0..USERS).map(|number| Ok(iam.change(root.clone(), world::create_user(number)?))).collect::<Result<_>>()?;
    for waiting in made {
        world::wait(waiting)?;
    }
    let name = KeyName::parse("bench")?;
    let create = api_keys::Create { owner: Owner::Root, name, expires: None, document: None };
    let minted = world::wait(iam.change(root, create))?;
    iam.close();
    Ok(minted.text.expose().to_owned())
}

fn measure(client: &Client, server: &Server, echo: &Server, key: &str) -> Result<()> {
    let get = request(key, "GET", &format!("/api/v1/users/{}", world::user_name(7)), "");
    let list = request(key, "GET", "/api/v1/users?limit=100", "");
    let answer = client.ask(&server.address, &list)?;
    ensure!(answer.matches("\"display_name\"").count() == 100, "a page does not hold a hundred users: {answer}");
    ensure!(client.ask(&server.address, &get)?.contains(&world::user_name(7)), "another user is shown");
    let again = |server: &'_ Server, request: &[u8], times| {
        let (address, request) = (server.address.clone(), request.to_vec());
        Box::new(move || Ok(client.flood(&address, request.clone(), times)?.0)) as Contender<'_>
    };
    let key: Arc<str> = key.into();
    let (address, another) = (server.address.clone(), Arc::clone(&key));
    let creating = Box::new(move || {
        let key = Arc::clone(&another);
        Ok(client.flood_with(&address, CREATES, move || create(&key))?.0)
    });
    let first = create(&key);
    let [created, created_echo, got, got_echo, listed, listed_echo] = in_turns(
        ROUNDS,
        [
            creating,
            again(echo, &first, ECHOES),
            again(server, &get, GETS),
            again(echo, &get, ECHOES),
            again(server, &list, LISTS),
            again(echo, &list, ECHOES),
        ],
    )?;
    for (name, ours, beside) in [
        ("native API: create a user, durable", &created, &created_echo),
        ("native API: get a user", &got, &got_echo),
        ("native API: list 100 users", &listed, &listed_echo),
    ] {
        let beside = Some(("bare hyper echo of it", Amount::with_max(beside, "/s")));
        report::figure(&Figure { name, ours: Amount::with_max(ours, "/s"), beside, bar: Bar::None });
    }
    Ok(())
}

/// A request to create another user.
fn create(key: &str) -> Vec<u8> {
    let name = world::user_name(NEXT.fetch_add(1, Ordering::Relaxed));
    request(key, "POST", "/api/v1/users", &format!("{{\"name\":\"{name}\"}}"))
}

fn request(key: &str, method: &str, target: &str, body: &str) -> Vec<u8> {
    let length = body.len();
    format!(
        "{method} {target} HTTP/1.1\r\nhost: iam.example.com\r\nauthorization: Bearer {key}\r\ncontent-type: \
         application/json\r\ncontent-length: {length}\r\n\r\n{body}"
    )
    .into_bytes()
}
