//! The server is killed (SIGKILL) while many write, and comes back: what was answered is there, what was not is there
//! as a whole or not at all, and the audit trail tells exactly what the tables hold.

use std::{
    collections::BTreeMap,
    env,
    net::SocketAddr,
    time::{Duration, Instant},
};

use base::secret::SecretText;
use iam::clock::{Clock as _, Random as _, SystemClock, SystemEntropy};
use serde_json::json;
use tokio::{sync::mpsc, task::JoinSet};

use crate::support::{
    client::{Connection, Reply},
    database::run,
    eventually,
    postgres::{self, Cluster, OwnDatabase},
    process::{Program, Serving, not_run},
    random::Random,
    request::Request,
    sdk::{Key, Sdk},
};

const ROUNDS: usize = 10;
const WRITERS: usize = 8;
/// How often PostgreSQL is stopped.
const OUTAGES: usize = 3;
/// How long the server goes on deciding without its database, as it is configured.
const STALENESS: Duration = Duration::from_secs(1);
/// How long an answer may take while the database is down (SEC-210).
const SOON: Duration = Duration::from_secs(2);
/// The same for a change that was being made when it went down: it may have waited for the node to follow, and then for
/// another connection.
const CUT_OFF: Duration = Duration::from_secs(3);
/// How long the server may take to work again when the database is back (SEC-209).
const BACK: Duration = Duration::from_secs(30);
/// The group that users join.
const GROUP: &str = "crew";
/// How many keys a writer gives to a user.
const KEYS_MAX: usize = 3;

/// SEC-200: the server is killed ten times on the embedded database.
#[test]
fn sec_200_killed_at_any_time_nothing_acknowledged_is_lost() {
    run(async {
        let program = Program::new();
        let mut story = Story::begin(&program).await;
        let mut unanswered = 0;
        for _ in 0..ROUNDS {
            unanswered += story.killed(async || {}).await;
        }
        assert!(unanswered > 0, "it was never killed while it worked");
        story.end().await;
    });
}

/// SEC-200: the same on PostgreSQL, which lives on.
#[test]
fn sec_200_killed_at_any_time_nothing_acknowledged_is_lost_on_postgres() {
    let Some(server) = postgres::server() else { return not_run("without PostgreSQL") };
    let database = OwnDatabase::new(&server);
    let program = Program::new().with_environment("CLAVIGER_DATABASE", database.url());
    run(async {
        let mut story = Story::begin(&program).await;
        let mut unanswered = 0;
        for _ in 0..ROUNDS {
            unanswered += story.killed(async || database.is_left().await).await;
        }
        assert!(unanswered > 0, "it was never killed while it worked");
        story.end().await;
    });
}

/// SEC-200, SEC-209, SEC-210, SEC-211: PostgreSQL itself is stopped, as by a failure of its machine. Meanwhile the
/// server says soon that it cannot serve, and says so to load balancers; afterwards it works again by itself, and nothing
/// acknowledged is lost.
#[test]
fn sec_200_sec_209_sec_210_the_database_is_stopped_at_any_time() {
    if postgres::server().is_none() {
        return not_run("without PostgreSQL");
    }
    let mut cluster = Cluster::new();
    let program = Program::new();
    let config = program.directory.path().join("claviger.toml");
    std::fs::write(&config, format!("[store]\nmax_staleness_s = {}\n", STALENESS.as_secs()))
        .expect("it can be written");
    let program = program.with_environment("CLAVIGER_CONFIG", config);
    let program = program.with_environment("CLAVIGER_DATABASE", cluster.url());
    run(async {
        let mut story = Story::begin(&program).await;
        for _ in 0..OUTAGES {
            story.outage(&mut cluster).await;
        }
        story.end().await;
    });
}

/// Writers, and the server on which they work.
struct Story<'p> {
    program: &'p Program,
    account: String,
    root: Key,
    random: Random,
    writers: Vec<Writer>,
    server: Serving,
}

impl<'p> Story<'p> {
    async fn begin(program: &'p Program) -> Self {
        let seed = seed();
        eprintln!("CLAVIGER_TEST_SEED={seed}");
        let (account, root) = program.create_account();
        let server = program.start().await;
        let made = server.call(&root, "POST", "/v1/group", &json!({ "name": GROUP }).to_string()).await;
        assert_eq!(made.status, 201, "{made:?}");
        let writers = (0..WRITERS).map(|number| Writer::new(number, seed)).collect();
        Self { program, account, root, random: Random::new(seed), writers, server }
    }

    /// A round: the server is killed after some acknowledgements, and started again once what it has left behind has
    /// `settled`. Gives how many writes were not answered.
    async fn killed(&mut self, settled: impl AsyncFn()) -> usize {
        let acknowledgements = 10 + self.random.below(60);
        let cut_off = self.work(acknowledgements, async |story| story.server.kill()).await;
        settled().await;
        if self.random.below(2) == 0 {
            // Nobody has the store: the command is the first that sees what was left.
            self.audit();
        }
        self.server = self.program.start().await;
        let done = self.check(&cut_off).await;
        let unanswered = cut_off.iter().filter(|cut| matches!(cut.answer, Answer::None)).count();
        eprintln!(
            "killed after {acknowledgements} acknowledgements: {unanswered} writes without an answer, {done} of them done"
        );
        unanswered
    }

    /// A round: the database is stopped after some acknowledgements, and started again.
    async fn outage(&mut self, cluster: &mut Cluster) {
        let acknowledgements = 10 + self.random.below(60);
        let cut_off = self.work(acknowledgements, async |_| cluster.stop_immediately()).await;
        for cut_off in &cut_off {
            let Answer::Unavailable(reply) = &cut_off.answer else { panic!("{:?} is answered", cut_off.deed) };
            let short = reply.in_short();
            assert!(cut_off.took < CUT_OFF, "{:?} was answered after {:?}: {short}", cut_off.deed, cut_off.took);
        }
        let down = Instant::now();
        while self.server.health("/ready").await == 200 {
            assert!(down.elapsed() < STALENESS + SOON, "it is ready, after {:?}", down.elapsed());
            self.assert_unavailable().await;
        }
        let unready = down.elapsed();
        self.assert_unavailable().await;
        assert_eq!(self.server.health("/live").await, 200);

        cluster.start();
        let up = Instant::now();
        eventually(BACK, async || self.works().await.then_some(())).await;
        let back = up.elapsed();
        let unknown = cut_off.iter().filter(|cut| cut.may_be_done()).count();
        let done = self.check(&cut_off).await;
        eprintln!(
            "stopped after {acknowledgements} acknowledgements: not ready after {unready:?}, back after {back:?}; \
             {unknown} outcomes unknown, {done} of them done"
        );
    }

    /// Reads and changes are refused, soon.
    async fn assert_unavailable(&self) {
        let begun = Instant::now();
        let listed = self.server.call(&self.root, "GET", "/v1/user", "").await;
        assert!(listed.status == 503 && begun.elapsed() < SOON, "{:?}: {listed:?}", begun.elapsed());
        let begun = Instant::now();
        let described = self.describe_group().await;
        assert!(described.starts_with("503") && begun.elapsed() < SOON, "{:?}: {described}", begun.elapsed());
    }

    /// Whether it changes, reads and is ready.
    async fn works(&self) -> bool {
        let read = self.server.call(&self.root, "GET", "/v1/user", "").await;
        self.describe_group().await == "200" && read.status == 200 && self.server.health("/ready").await == 200
    }

    /// A change that is none to any user.
    async fn describe_group(&self) -> String {
        let target = format!("/v1/group/{GROUP}");
        self.server.call(&self.root, "PUT", &target, r#"{"description":"all of them"}"#).await.in_short()
    }

    /// Lets the writers work until so many changes are acknowledged, then does `disaster`, and gives what became of each
    /// writer's last write.
    async fn work(&mut self, acknowledgements: usize, disaster: impl AsyncFnOnce(&mut Self)) -> Vec<CutOff> {
        let (acknowledge, mut acknowledged) = mpsc::unbounded_channel();
        let mut tasks = JoinSet::new();
        for writer in std::mem::take(&mut self.writers) {
            let connection = self.server.connect().await;
            let host = self.server.address;
            tasks.spawn(writer.work(connection, host, self.root.clone(), acknowledge.clone()));
        }
        for _ in 0..acknowledgements {
            acknowledged.recv().await.expect("the writers work");
        }
        disaster(self).await;
        let mut ends = tasks.join_all().await;
        ends.sort_by_key(|(writer, _)| writer.number);
        let (writers, cut_off) = ends.into_iter().unzip();
        self.writers = writers;
        cut_off
    }

    /// Compares what is there with what the writers were told. Gives how many of the last writes were done.
    async fn check(&mut self, cut_off: &[CutOff]) -> usize {
        self.audit();
        let mut done = 0;
        let mut found = self.everything().await;
        for (writer, cut_off) in self.writers.iter_mut().zip(cut_off) {
            let prefix = format!("{}-", writer.name());
            let own = found.extract_if(.., |name, _| name.starts_with(&prefix)).collect();
            done += usize::from(writer.settle(cut_off, own));
        }
        assert!(found.is_empty(), "nobody made {found:?}");
        self.check_keys().await;
        done
    }

    /// The secrets that were handed out open what they should, and no more.
    async fn check_keys(&self) {
        for writer in &self.writers {
            for key in &writer.secrets {
                let usable =
                    writer.users.values().find_map(|user| user.keys.get(&key.id).map(|on| *on && user.enabled));
                let wanted = match usable {
                    Some(true) => "access denied",
                    Some(false) => "is disabled",
                    None => "does not exist",
                };
                let reply = self.server.call(key, "GET", "/v1/user", "").await.in_short();
                assert!(reply.starts_with("403") && reply.contains(wanted), "{}: {reply}, not {wanted}", key.id);
            }
        }
    }

    /// The trail is whole, and replaying it gives the tables.
    #[track_caller]
    fn audit(&self) {
        self.program.say(&["audit", "verify"]);
        self.program.say(&["audit", "replay", &self.account]);
    }

    async fn everything(&self) -> Users {
        let list = async |target: &str, of: &str| {
            let answer = self.server.get(&self.root, target).await;
            answer[of].as_array().unwrap_or_else(|| panic!("{answer} has `{of}`")).clone()
        };
        let mut users = Users::new();
        let members = list(&format!("/v1/group/{GROUP}/user"), "users").await;
        for user in list("/v1/user", "users").await {
            let name = user["name"].as_str().expect("a name").to_owned();
            let keys = list(&format!("/v1/user/{name}/accesskey"), "accessKeys").await;
            let key = |key: &serde_json::Value| Some((key["id"].as_str()?.to_owned(), key["enabled"].as_bool()?));
            let found = User {
                remarks: user["description"].as_str().expect("a text").to_owned(),
                enabled: user["enabled"].as_bool().expect("a flag"),
                member: members.iter().any(|member| member["id"] == user["id"]),
                keys: keys.iter().map(|one| key(one).expect("a key has an id and a flag")).collect(),
            };
            users.insert(name, found);
        }
        users
    }

    async fn end(self) {
        self.server.stop().await;
        self.program.say(&["audit", "verify"]);
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

/// The users of a writer by their names.
type Users = BTreeMap<String, User>;

#[derive(Debug, Clone, Default, PartialEq, Eq)]
struct User {
    remarks: String,
    enabled: bool,
    /// Whether it is in [`GROUP`].
    member: bool,
    /// The ids of its keys, and whether they are switched on.
    keys: BTreeMap<String, bool>,
}

/// Somebody who makes one change after the other, each of them to users of its own.
struct Writer {
    number: usize,
    random: Random,
    /// Numbers the names.
    named: usize,
    /// What must be there.
    users: Users,
    /// All keys that it was ever given.
    secrets: Vec<Key>,
}

/// A writer's last write, when the server was no longer there for it.
struct CutOff {
    deed: Deed,
    answer: Answer,
    /// How long the answer took.
    took: Duration,
}

enum Answer {
    /// None: it may have been done.
    None,
    /// That it was not done, or that nobody knows.
    Unavailable(Reply),
}

impl CutOff {
    /// Whether it may have been done all the same.
    fn may_be_done(&self) -> bool {
        match &self.answer {
            Answer::None => true,
            Answer::Unavailable(reply) => reply.field("code") == "OutcomeUnknown",
        }
    }
}

impl Writer {
    fn new(number: usize, seed: u64) -> Self {
        let random = Random::new(seed.wrapping_add(1_000 + number as u64));
        Self { number, random, named: 0, users: Users::new(), secrets: Vec::new() }
    }

    fn name(&self) -> String {
        format!("writer{}", self.number)
    }

    async fn work(
        mut self,
        mut connection: Connection<tokio::net::TcpStream>,
        host: SocketAddr,
        root: Key,
        acknowledge: mpsc::UnboundedSender<()>,
    ) -> (Self, CutOff) {
        loop {
            let deed = self.think();
            let request = Sdk::Go.sign(deed.request(), &root, &host.to_string(), SystemClock.now());
            let begun = Instant::now();
            connection.send(&request.to_bytes()).await;
            let reply = connection.reply().await;
            let took = begun.elapsed();
            match reply {
                Some(reply) if reply.status < 300 => {
                    if let Deed::MakeKey(_) = deed {
                        let secret = SecretText::new(reply.field("secret"));
                        self.secrets.push(Key { id: reply.field("id"), secret });
                    }
                    deed.done(&mut self.users, self.secrets.last().map(|key| key.id.as_str()));
                    let _ = acknowledge.send(());
                }
                Some(reply) => {
                    assert_eq!(reply.status, 503, "{deed:?}: {reply:?}");
                    return (self, CutOff { deed, answer: Answer::Unavailable(reply), took });
                }
                None => return (self, CutOff { deed, answer: Answer::None, took }),
            }
        }
    }

    /// What it does next: something that must succeed.
    fn think(&mut self) -> Deed {
        let count = self.users.len();
        let dice = self.random.below(100);
        if count == 0 || dice < 35 {
            return Deed::Create(self.new_name());
        }
        let place = self.random.below(count);
        let (name, user) = self.users.iter().nth(place).expect("there is one");
        let (name, key) = (name.clone(), user.keys.iter().next().map(|(id, on)| (id.clone(), *on)));
        match (dice, key) {
            (35..45, _) => Deed::Describe(name, format!("remark {}", self.random.below(1_000))),
            (45..55, _) => Deed::Rename(name, self.new_name()),
            (55..62, _) => Deed::Switch(name, !user.enabled),
            (62..68, _) => Deed::Delete(name),
            (68..78, _) if !user.member => Deed::Join(name),
            (78..82, Some((key, on))) => Deed::SwitchKey(name, key, !on),
            (82..85, Some((key, _))) => Deed::DeleteKey(name, key),
            _ if user.keys.len() < KEYS_MAX => Deed::MakeKey(name),
            _ => Deed::Create(self.new_name()),
        }
    }

    fn new_name(&mut self) -> String {
        self.named += 1;
        format!("{}-{}", self.name(), self.named)
    }

    /// Takes over what was found, which must be what the writer knows, without its last write or with the whole of it.
    /// Gives whether that was done.
    fn settle(&mut self, cut_off: &CutOff, found: Users) -> bool {
        let mut after = self.users.clone();
        let made = found
            .values()
            .flat_map(|user| user.keys.keys())
            .find(|id| !self.users.values().any(|user| user.keys.contains_key(*id)));
        cut_off.deed.done(&mut after, made.map(String::as_str));
        let (absent, present) = (found == self.users, found == after);
        assert!(
            absent || present && cut_off.may_be_done(),
            "{:?} is neither there nor absent, or what was acknowledged is not: found\n{found:#?}\nbefore\n{:#?}",
            cut_off.deed,
            self.users
        );
        self.users = found;
        !absent
    }
}

/// A change.
#[derive(Debug)]
enum Deed {
    Create(String),
    Describe(String, String),
    Rename(String, String),
    Switch(String, bool),
    Delete(String),
    Join(String),
    MakeKey(String),
    SwitchKey(String, String, bool),
    DeleteKey(String, String),
}

impl Deed {
    fn request(&self) -> Request {
        let user = |name: &str| format!("/v1/user/{name}");
        match self {
            Self::Create(name) => Request::new("POST", "/v1/user").body(json!({ "name": name }).to_string()),
            Self::Describe(name, text) => {
                Request::new("PUT", &user(name)).body(json!({ "description": text }).to_string())
            }
            Self::Rename(name, to) => Request::new("PUT", &user(name)).body(json!({ "name": to }).to_string()),
            Self::Switch(name, on) => Request::new("PUT", &user(name)).body(json!({ "enabled": on }).to_string()),
            Self::Delete(name) => Request::new("DELETE", &user(name)),
            Self::Join(name) => Request::new("PUT", &format!("/v1/group/{GROUP}/user/{name}")),
            Self::MakeKey(name) => Request::new("POST", &(user(name) + "/accesskey")),
            Self::SwitchKey(name, key, on) => {
                let switch = if *on { "enable" } else { "disable" };
                Request::new("PUT", &format!("{}/accesskey/{key}?{switch}", user(name)))
            }
            Self::DeleteKey(name, key) => Request::new("DELETE", &format!("{}/accesskey/{key}", user(name))),
        }
    }

    /// What is there when it has been done. A new key is the one `made`.
    fn done(&self, users: &mut Users, made: Option<&str>) {
        let mut change = |name: &str, change: &dyn Fn(&mut User)| change(users.get_mut(name).expect("it is there"));
        match self {
            Self::Create(name) => drop(users.insert(name.clone(), User { enabled: true, ..User::default() })),
            Self::Describe(name, text) => change(name, &|user| user.remarks.clone_from(text)),
            Self::Rename(name, to) => {
                let user = users.remove(name).expect("it is there");
                users.insert(to.clone(), user);
            }
            Self::Switch(name, on) => change(name, &|user| user.enabled = *on),
            Self::Delete(name) => drop(users.remove(name)),
            Self::Join(name) => change(name, &|user| user.member = true),
            Self::MakeKey(name) => change(name, &|user| user.keys.extend(made.map(|id| (id.to_owned(), true)))),
            Self::SwitchKey(name, key, on) => change(name, &|user| user.keys.extend([(key.clone(), *on)])),
            Self::DeleteKey(name, key) => change(name, &|user| user.keys.retain(|id, _| id != key)),
        }
    }
}
