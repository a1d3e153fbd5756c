//! The master key is changed on the real server (SEC-066): under load, killed in the middle again and again, and
//! afterwards without the old key.

use std::{
    env, fs,
    os::unix::fs::PermissionsExt as _,
    path::PathBuf,
    sync::{
        Arc,
        atomic::{AtomicBool, AtomicUsize, Ordering},
    },
    time::{Duration, Instant},
};

use iam::clock::{Clock as _, Random as _, SystemClock, SystemEntropy};
use rustix::process::Signal;
use serde_json::{Value, json};
use tokio::{net::UnixStream, task::JoinSet};

use crate::support::{
    client::{Connection, Reply},
    database::run,
    eventually,
    postgres::{self, OwnDatabase},
    process::{DEADLINE, Program, Serving, not_run},
    random::Random,
    request::Request,
    sdk::{Key, Sdk},
};

const ACCOUNTS: usize = 24;
/// How often the server is killed while it wraps anew.
const ROUNDS: usize = 6;
const LOADERS: usize = 4;
/// What an answer may take while everything is wrapped anew, on a machine that has much else to do.
const SLOWEST: Duration = Duration::from_secs(5);

/// SEC-066: on the embedded database.
#[test]
fn sec_066_the_master_key_is_changed_under_load_and_killed_in_the_middle() {
    let program = Program::new();
    run(Story::tell(&program, None));
}

/// SEC-066: on PostgreSQL.
#[test]
fn sec_066_the_master_key_is_changed_under_load_and_killed_in_the_middle_on_postgres() {
    let Some(server) = postgres::server() else { return not_run("without PostgreSQL") };
    let database = OwnDatabase::new(&server);
    let program = Program::new().with_environment("CLAVIGER_DATABASE", database.url());
    run(Story::tell(&program, Some(&database)));
}

/// SEC-066: the commands on a store that no server holds, and what they say.
#[test]
fn sec_066_the_commands_need_no_server() {
    let program = Program::new();
    program.create_account();
    let say = |words: &[&str]| {
        let said = program.say(&[&["master-key"], words].concat());
        said.replace(&program.data().display().to_string(), "<data>")
    };
    let refused = program.refusal(&["master-key", "rotate"]);
    assert!(refused.contains("master key has no other version to rotate to: add one first"), "{refused}");
    assert_eq!(
        say(&["add"]),
        "Version 2 has a line of its own in `<data>/master.key`.\nKeep a copy where the backups are not, copy the line \
         to the file of every other node, and then: claviger master-key rotate\n"
    );
    assert_eq!(
        say(&["rotate"]),
        "Version 2 wraps what is new.\nVersion 2 wraps everything: older ones can be dropped.\n"
    );
    let refused = program.refusal(&["master-key", "drop", "2"]);
    assert!(refused.contains("master key is in use: it wraps what is new"), "{refused}");
    let refused = program.refusal(&["master-key", "drop", "7"]);
    assert!(refused.contains("master key `7` does not exist"), "{refused}");
    assert_eq!(
        say(&["drop", "1"]),
        "Version 1 is not needed any more: remove its line from `<data>/master.key`, and from the files of other nodes. \
         A backup that is older than this needs it still.\n"
    );
    let list = say(&["list"]);
    let states: Vec<&str> = list.lines().map(|line| line.split_whitespace().nth(1).unwrap_or_default()).collect();
    assert_eq!(states, ["state", "dropped", "current"], "{list}");
    let mode = fs::metadata(program.data().join("master.key")).expect("it is there").permissions().mode();
    assert_eq!(mode & 0o7777, 0o400);
    program.say(&["audit", "verify"]);
}

/// SEC-066: a line that is added by hand is read on SIGHUP, and is the one that `add` takes.
#[test]
fn sec_066_a_line_by_hand_is_read_on_sighup() {
    run(async {
        let program = Program::new();
        let (_, key) = program.create_account();
        let server = program.start().await;
        let file = KeyFile::of(&program);
        file.put(&format!("{}2:{}\n", file.text(), "5a".repeat(32)));
        server.signal(Signal::HUP);
        eventually(DEADLINE, async || server.log().contains("the master key's file was read again").then_some(()))
            .await;
        let added: Value =
            serde_json::from_str(&program.say(&["master-key", "add", "--output", "json"])).expect("JSON");
        assert_eq!((added["version"].as_u64(), added["made"].as_bool()), (Some(2), Some(false)));
        program.say(&["master-key", "rotate"]);
        file.put("swordfish");
        server.signal(Signal::HUP);
        eventually(DEADLINE, async || server.log().contains("the master keys at hand stay in use").then_some(())).await;
        assert!(!server.log().contains("swordfish"));
        assert_eq!(server.call(&key, "GET", "/v1/user", "").await.status, 200);
        server.stop().await;
    });
}

/// SEC-066: a second node that was not given the line says so, stops being ready, and goes on when it gets it.
#[test]
fn sec_066_a_node_without_the_line_says_so_and_waits() {
    let Some(server) = postgres::server() else { return not_run("without PostgreSQL") };
    let database = OwnDatabase::new(&server);
    let node = || Program::new().with_environment("CLAVIGER_DATABASE", database.url());
    let (one, two) = (node(), node());
    run(async {
        let (_, key) = one.create_account();
        let first = one.start().await;
        fs::create_dir(two.data()).expect("it can be made");
        let [here, there] = [&one, &two].map(KeyFile::of);
        fs::copy(&here.0, &there.0).expect("it can be copied");
        let second = two.start().await;
        assert_eq!(second.call(&key, "GET", "/v1/user", "").await.status, 200);

        one.say(&["master-key", "add"]);
        one.say(&["master-key", "rotate"]);
        eventually(DEADLINE, async || (second.health("/ready").await == 503).then_some(())).await;
        let told = "the store has keys that version 2 of the master key wraps, and this node's file has no such line: \
                    the node stops being ready until it is there";
        assert!(second.log().contains(told), "{}", second.log());
        assert_eq!(second.log().matches(told).count(), 1, "it is said once");
        eventually(DEADLINE, async || (second.call(&key, "GET", "/v1/user", "").await.status == 503).then_some(()))
            .await;
        assert_eq!(second.health("/live").await, 200);

        there.put(&here.text());
        eventually(DEADLINE, async || (second.health("/ready").await == 200).then_some(())).await;
        assert!(second.log().contains("version 2 of the master key was found"), "{}", second.log());
        assert_eq!(second.call(&key, "GET", "/v1/user", "").await.status, 200);
        second.stop().await;
        first.stop().await;
    });
}

/// The file of the master keys.
struct KeyFile(PathBuf);

impl KeyFile {
    fn of(program: &Program) -> Self {
        Self(program.data().join("master.key"))
    }

    fn text(&self) -> String {
        fs::read_to_string(&self.0).expect("it can be read")
    }

    /// Replaces it, whatever was there.
    fn put(&self, text: &str) {
        fs::remove_file(&self.0).expect("it goes");
        fs::write(&self.0, text).expect("it can be written");
        fs::set_permissions(&self.0, fs::Permissions::from_mode(0o400)).expect("it can be private");
    }

    /// The digits of every key.
    fn keys(&self) -> Vec<String> {
        self.text().lines().map(|line| line.rsplit(':').next().unwrap_or_default().to_owned()).collect()
    }

    /// What is left without the line of a version.
    fn without(&self, version: u64) -> String {
        let text = self.text();
        let is_its = |line: &str| match line.split_once(':') {
            Some((number, _)) => number == version.to_string(),
            None => version == 1,
        };
        text.lines().filter(|line| !is_its(line)).map(|line| format!("{line}\n")).collect::<Vec<_>>().concat()
    }
}

/// A server with accounts, and those who use it.
struct Story<'p> {
    program: &'p Program,
    database: Option<&'p OwnDatabase>,
    file: KeyFile,
    accounts: Vec<(String, Key)>,
    random: Random,
    server: Serving,
}

impl<'p> Story<'p> {
    async fn tell(program: &'p Program, database: Option<&'p OwnDatabase>) {
        let mut story = Self::begin(program, database).await;
        let mut in_the_middle = 0;
        for round in 0..ROUNDS {
            in_the_middle += usize::from(story.killed_in_the_middle(round).await);
        }
        assert!(in_the_middle > 0, "it was never killed while it worked");
        story.change_to_the_end().await;
        story.do_without_the_old().await;
        story.end().await;
    }

    async fn begin(program: &'p Program, database: Option<&'p OwnDatabase>) -> Self {
        let seed = seed();
        eprintln!("CLAVIGER_TEST_SEED={seed}");
        let first = program.create_account();
        let server = program.start().await;
        let mut accounts = vec![first];
        while accounts.len() < ACCOUNTS {
            accounts.push(program.create_account());
        }
        for (_, key) in &accounts {
            let made = server.call(key, "POST", "/v1/group", r#"{"name":"crew"}"#).await;
            assert_eq!(made.status, 201, "{made:?}");
        }
        Self { program, database, file: KeyFile::of(program), accounts, random: Random::new(seed), server }
    }

    /// Adds a key, takes it into use, and kills the server when a drawn number of accounts is left, while others go on
    /// working. Tells whether that was in the middle.
    async fn killed_in_the_middle(&mut self, round: usize) -> bool {
        let version = self.operate("add", &json!({})).await["version"].as_u64().expect("a number");
        let load = Load::begin(&self.server, &self.accounts);
        let wanted = self.random.below(ACCOUNTS);
        self.operate("rotate", &json!({})).await;
        while self.left(version).await > wanted {}
        self.server.kill();
        let answered = load.end().await;
        if let Some(database) = self.database {
            database.is_left().await;
        }
        let left = self.left(version).await;
        eprintln!("round {round}: killed with {left} left of {ACCOUNTS}, {answered} requests answered");
        self.server = self.program.start().await;
        self.check_keys().await;
        if round.is_multiple_of(2) {
            self.audit();
        }
        // What was left is done without anybody's asking.
        eventually(DEADLINE, async || (self.left(version).await == 0).then_some(())).await;
        self.check_keys().await;
        (1..ACCOUNTS).contains(&left)
    }

    /// The whole way once more, by the commands and without a kill: nobody notices.
    async fn change_to_the_end(&self) {
        let load = Load::begin(&self.server, &self.accounts);
        let program = self.program;
        let said = tokio::task::block_in_place(|| {
            program.say(&["master-key", "add"]);
            program.say(&["master-key", "rotate"])
        });
        let answered = load.end().await;
        assert!(said.contains("wraps everything"), "{said}");
        assert!(answered > 0);
        let version = u64::try_from(ROUNDS).expect("it is small") + 2;
        assert_eq!(self.left(version).await, 0);
        self.check_keys().await;
        self.audit();
    }

    /// Drops all but the newest, and goes on without their lines; without the newest's nothing starts.
    async fn do_without_the_old(&mut self) {
        let newest = u64::try_from(ROUNDS).expect("it is small") + 2;
        let whole = self.file.text();
        for version in 1..newest {
            self.operate("drop", &json!({ "version": version })).await;
            self.file.put(&self.file.without(version));
        }
        assert_eq!(self.file.keys().len(), 1);
        self.server.kill();
        if let Some(database) = self.database {
            database.is_left().await;
        }
        let rest = self.file.text();
        let first = whole.lines().next().expect("a line");
        self.file.put(first);
        let refused = self.program.refusal(&["account", "list"]);
        assert_eq!(
            refused,
            format!(
                "claviger: the master key at `<data>/master.key` has no version {newest}, and the store needs it: add \
                 the line with that version, from where it was made"
            )
        );
        self.file.put(&rest);
        self.server = self.program.start().await;
        self.check_keys().await;
        self.accounts.push(self.program.create_account());
        self.check_keys().await;
        for key in whole.lines().map(|line| line.rsplit(':').next().unwrap_or_default()) {
            for (name, written) in self.program.written() {
                assert!(!written.to_lowercase().contains(key), "a master key is in {name}");
            }
        }
    }

    async fn end(self) {
        self.audit();
        self.server.stop().await;
        self.program.say(&["audit", "verify"]);
    }

    /// How many accounts' data keys older versions wrap than this, as the tables have it.
    async fn left(&self, than: u64) -> usize {
        let first = format!("02{than:08x}");
        let counted = if let Some(database) = self.database {
            database.value(&format!("SELECT count(*) FROM account WHERE data_key < '\\x{first}'::bytea")).await
        } else {
            let file = rusqlite::Connection::open(self.program.data().join("claviger.db")).expect("it opens");
            file.busy_timeout(DEADLINE).expect("it can wait");
            let count = format!("SELECT CAST(count(*) AS TEXT) FROM account WHERE data_key < x'{first}'");
            file.query_row(&count, [], |row| row.get::<_, String>(0)).expect("it can be counted")
        };
        counted.parse().expect("a number")
    }

    /// Asks as the operator's commands do.
    async fn operate(&self, what: &str, body: &Value) -> Value {
        let socket = UnixStream::connect(self.program.data().join("admin.sock")).await.expect("the socket is there");
        let mut connection = Connection::on(socket);
        let body = body.to_string();
        let request = Request::new("POST", &format!("/operator/master-keys/{what}")).header("Host", "admin");
        let request = request.header("Content-Length", body.len()).body(body);
        connection.send(&request.to_bytes()).await;
        let reply = connection.reply().await.expect("the server answers");
        assert_eq!(reply.status, 200, "{what}: {reply:?}");
        reply.json()
    }

    /// Every account's key still verifies.
    async fn check_keys(&self) {
        for (account, key) in &self.accounts {
            let reply = self.server.call(key, "GET", "/v1/user", "").await;
            assert_eq!(reply.status, 200, "{account}: {reply:?}");
        }
    }

    /// The trails are whole, and replaying some of them gives the tables.
    fn audit(&self) {
        tokio::task::block_in_place(|| {
            self.program.say(&["audit", "verify"]);
            for (account, _) in self.accounts.iter().step_by(5) {
                self.program.say(&["audit", "replay", account]);
            }
        });
    }
}

/// Those who read and write all the time, as whoever has a key.
struct Load {
    tasks: JoinSet<()>,
    ending: Arc<AtomicBool>,
    answered: Arc<AtomicUsize>,
}

impl Load {
    fn begin(server: &Serving, accounts: &[(String, Key)]) -> Self {
        let (ending, answered) = (Arc::new(AtomicBool::new(false)), Arc::new(AtomicUsize::new(0)));
        let mut tasks = JoinSet::new();
        for number in 0..LOADERS {
            let keys: Vec<Key> = accounts.iter().map(|(_, key)| key.clone()).collect();
            let (address, ending, answered) = (server.address, Arc::clone(&ending), Arc::clone(&answered));
            tasks.spawn(async move {
                let mut connection = Connection::open(address).await;
                for (turn, key) in keys.iter().cycle().skip(number * 5).enumerate() {
                    if ending.load(Ordering::SeqCst) {
                        return;
                    }
                    let request = match turn % 4 {
                        0 => Request::new("PUT", "/v1/group/crew")
                            .body(json!({ "description": format!("turn {turn}") }).to_string()),
                        _ => Request::new("GET", "/v1/user"),
                    };
                    let request = Sdk::Go.sign(request, key, &address.to_string(), SystemClock.now());
                    let begun = Instant::now();
                    connection.send(&request.to_bytes()).await;
                    let Some(Reply { status, .. }) = connection.reply().await else { return };
                    assert_eq!(status, 200, "request {turn} of loader {number}");
                    assert!(begun.elapsed() < SLOWEST, "an answer took {:?}", begun.elapsed());
                    answered.fetch_add(1, Ordering::SeqCst);
                }
            });
        }
        Self { tasks, ending, answered }
    }

    /// Lets them end, where the server has not done that. Gives how many requests were answered.
    async fn end(self) -> usize {
        self.ending.store(true, Ordering::SeqCst);
        self.tasks.join_all().await;
        self.answered.load(Ordering::SeqCst)
    }
}

fn seed() -> u64 {
    let given = env::var("CLAVIGER_TEST_SEED").ok().map(|seed| seed.parse().expect("a seed is a number"));
    given.unwrap_or_else(|| {
        let mut bytes = [0; 4];
        SystemEntropy::default().fill(&mut bytes);
        u32::from_le_bytes(bytes).into()
    })
}
