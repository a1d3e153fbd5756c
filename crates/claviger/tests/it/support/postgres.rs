//! PostgreSQL for the program: a database on the run's server, or a server of a test's own that can be stopped.

use std::{
    env, fs,
    io::{BufRead as _, BufReader, Write as _},
    net::TcpListener,
    path::{Path, PathBuf},
    process::{Child, ChildStdin, ChildStdout, Command, Stdio},
    sync::atomic::{AtomicUsize, Ordering},
};

use tokio_postgres::{NoTls, SimpleQueryMessage};

use crate::support::{database::run, eventually, process::DEADLINE, random::Random};

/// The server that `CLAVIGER_TEST_PG` names. `None` where the tests on PostgreSQL are left out on purpose.
pub(crate) fn server() -> Option<String> {
    if env::var("CLAVIGER_TEST_WITHOUT_POSTGRES").is_ok_and(|value| value == "1") {
        return None;
    }
    Some(env::var("CLAVIGER_TEST_PG").expect("CLAVIGER_TEST_PG names a server: `cargo xtask test`"))
}

/// A database of one test. It is made and dropped outside of a runtime.
pub(crate) struct OwnDatabase {
    server: String,
    name: String,
}

impl OwnDatabase {
    pub(crate) fn new(server: &str) -> Self {
        static NUMBER: AtomicUsize = AtomicUsize::new(0);
        let name = format!("claviger_process_{}_{}", std::process::id(), NUMBER.fetch_add(1, Ordering::Relaxed));
        run(query(server, &format!("CREATE DATABASE {name}"))).expect("a database can be made");
        Self { server: server.to_owned(), name }
    }

    /// Its URL.
    pub(crate) fn url(&self) -> String {
        let (start, _) = self.server.rsplit_once('/').expect("postgres://user@host:port/database");
        format!("{start}/{}", self.name)
    }

    /// Its URL with a password, which a server that trusts its clients does not look at.
    pub(crate) fn url_with(&self, password: &str) -> String {
        let url = self.url();
        let (user, rest) = url.split_once('@').expect("postgres://user@host:port/database");
        format!("{user}:{password}@{rest}")
    }

    /// Waits until nobody is connected any more: the server has noticed the end of a client that was killed, and has
    /// rolled back or committed what that had asked for.
    pub(crate) async fn is_left(&self) {
        eventually(DEADLINE, async || (!self.is_used().await).then_some(())).await;
    }

    /// Whether anybody is connected.
    pub(crate) async fn is_used(&self) -> bool {
        let connected = format!("SELECT count(*) FROM pg_stat_activity WHERE datname = '{}'", self.name);
        let count = query(&self.server, &connected).await.expect("the server answers");
        count != [["0".to_owned()]]
    }

    /// The one value of a query.
    pub(crate) async fn value(&self, statement: &str) -> String {
        query(&self.url(), statement).await.expect("the server answers").concat().concat()
    }

    /// Every row of every table, as text; and what its clients have asked for last.
    pub(crate) async fn dump(&self) -> String {
        let read = async |statement: &str| query(&self.url(), statement).await.expect("the server answers");
        let tables = read("SELECT quote_ident(tablename) FROM pg_tables WHERE schemaname = 'public'").await;
        let mut dump = Vec::new();
        for table in tables.into_iter().flatten() {
            dump.extend(read(&format!("SELECT row::text FROM {table} AS row")).await);
            dump.push(vec![table]);
        }
        dump.extend(read("SELECT query FROM pg_stat_activity").await);
        dump.concat().join("\n")
    }
}

impl Drop for OwnDatabase {
    fn drop(&mut self) {
        // A failing test is told of by its own words.
        let _ = run(query(&self.server, &format!("DROP DATABASE {} WITH (FORCE)", self.name)));
    }
}

/// Runs a statement; gives the rows as text.
async fn query(url: &str, statement: &str) -> Result<Vec<Vec<String>>, tokio_postgres::Error> {
    let (client, connection) = tokio_postgres::connect(url, NoTls).await?;
    let connection = tokio::spawn(connection);
    let messages = client.simple_query(statement).await;
    drop(client);
    let _ = connection.await;
    let row = |message: SimpleQueryMessage| match message {
        SimpleQueryMessage::Row(row) => {
            Some((0..row.len()).map(|place| row.get(place).unwrap_or_default().to_owned()).collect())
        }
        _ => None,
    };
    Ok(messages?.into_iter().filter_map(row).collect())
}

/// `$1` is the folder of the programs, `$2` the port (of PostgreSQL 14 or later: before recovery it syncs the whole file
/// system, and not each file, which would take seconds). It does what it is told, a word a line, until there is no more
/// to read; then it stops the server and deletes everything. So the server goes however the test ends, and only what was
/// started here is ever stopped.
const KEEPER: &str = r#"
dir=$(mktemp -d /tmp/claviger-pg.XXXXXX) || exit 1
cd "$dir" || exit 1
start() {
    "$1/pg_ctl" -D "$dir/data" -l "$dir/log" -t 60 -w start -o "-p $2 -c listen_addresses=127.0.0.1 \
        -c unix_socket_directories= -c fsync=on -c recovery_init_sync_method=syncfs" >/dev/null || cat "$dir/log" >&2
}
"$1/initdb" -D "$dir/data" -U postgres -A trust -E UTF8 --locale=C.UTF-8 --no-sync >"$dir/log" 2>&1 || cat "$dir/log" >&2
while read -r word; do
    case "$word" in
        start) start "$1" "$2" ;;
        stop) "$1/pg_ctl" -D "$dir/data" -m immediate -t 60 -w stop >/dev/null ;;
    esac
    echo done
done
"$1/pg_ctl" -D "$dir/data" -m immediate -t 60 -w stop >/dev/null 2>&1
cd / && rm -rf "$dir"
"#;

/// A server of a test's own, on loopback. It stops when it is dropped.
pub(crate) struct Cluster {
    keeper: Child,
    words: Option<ChildStdin>,
    answers: BufReader<ChildStdout>,
    port: u16,
}

impl Cluster {
    /// Makes and starts it.
    pub(crate) fn new() -> Self {
        let port = free_port();
        let mut keeper =
            keeper(&programs(), port).stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().expect("a shell");
        let words = keeper.stdin.take();
        let answers = BufReader::new(keeper.stdout.take().expect("it has an output"));
        let mut cluster = Self { keeper, words, answers, port };
        cluster.start();
        cluster
    }

    pub(crate) fn url(&self) -> String {
        format!("postgres://postgres@127.0.0.1:{}/postgres", self.port)
    }

    pub(crate) fn start(&mut self) {
        self.tell("start");
    }

    /// Stops it as a failure of the machine would: nothing is finished, nothing is written.
    pub(crate) fn stop_immediately(&mut self) {
        self.tell("stop");
    }

    fn tell(&mut self, word: &str) {
        let words = self.words.as_mut().expect("it listens until it is dropped");
        writeln!(words, "{word}").expect("it listens");
        let mut answer = String::new();
        self.answers.read_line(&mut answer).expect("it answers");
        assert_eq!(answer, "done\n", "{word}");
    }
}

impl Drop for Cluster {
    fn drop(&mut self) {
        drop(self.words.take());
        let _ = self.keeper.wait();
    }
}

/// PostgreSQL refuses to run as root; then its own user, which Debian's package makes, runs it.
fn keeper(programs: &Path, port: u16) -> Command {
    let mut command = if rustix::process::geteuid().is_root() {
        let mut command = Command::new("su");
        command.args(["-s", "/bin/sh", "-c", KEEPER, "--", "postgres", "keeper"]);
        command
    } else {
        let mut command = Command::new("/bin/sh");
        command.args(["-c", KEEPER, "keeper"]);
        command
    };
    command.arg(programs).arg(port.to_string()).current_dir("/");
    command
}

/// A port that nobody is given by chance while the server is down: the system hands out those from 32768 on.
fn free_port() -> u16 {
    let mut random = Random::new(std::process::id().into());
    let port = |_| u16::try_from(15_000 + random.below(15_000)).expect("it is small");
    let mut ports = (0..1_000).map(port).filter(|port| TcpListener::bind(("127.0.0.1", *port)).is_ok());
    ports.next().expect("a free port")
}

/// The folder of PostgreSQL's programs: the one that is named, else on the PATH, else where Debian has them.
fn programs() -> PathBuf {
    let named = env::var_os("CLAVIGER_PG_BIN").map(PathBuf::from);
    let path = env::var_os("PATH").unwrap_or_default();
    let versions = fs::read_dir("/usr/lib/postgresql").into_iter().flatten().flatten();
    let debian = versions.map(|version| version.path().join("bin"));
    let all = named.into_iter().chain(env::split_paths(&path)).chain(debian);
    let complete = |folder: &PathBuf| ["initdb", "pg_ctl", "postgres"].iter().all(|name| folder.join(name).is_file());
    all.into_iter().find(complete).expect("PostgreSQL's programs are there: `cargo xtask test`")
}
