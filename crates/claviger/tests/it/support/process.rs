//! The program itself, as a child process: started, killed, asked to end, and everything that it says.

use std::{
    env,
    ffi::OsString,
    fs::{self, File},
    io::Write as _,
    net::SocketAddr,
    path::{Path, PathBuf},
    process::{Child, Command, ExitStatus, Output, Stdio},
    sync::atomic::{AtomicUsize, Ordering},
    time::Duration,
};

use base::secret::SecretText;
use iam::clock::{Clock as _, SystemClock};
use rustix::process::{Pid, Signal, kill_process};
use serde_json::Value;
use tempfile::TempDir;

use crate::support::{
    client::{Connection, Reply},
    eventually,
    request::Request,
    sdk::{Key, Sdk},
};

/// How long the program may take for anything.
pub(crate) const DEADLINE: Duration = Duration::from_secs(30);

pub(crate) const PROGRAM: &str = env!("CARGO_BIN_EXE_claviger");

/// The program on a data directory of its own, with its settings. What it writes on standard output and standard
/// error goes to files beside the directory, so that it never waits for a reader.
pub(crate) struct Program {
    pub(crate) directory: TempDir,
    data: PathBuf,
    environment: Vec<(String, OsString)>,
    arguments: Vec<String>,
    listen: String,
    wrapper: Vec<OsString>,
    starts: AtomicUsize,
}

impl Program {
    pub(crate) fn new() -> Self {
        let directory = TempDir::new().expect("a temporary directory");
        let (environment, arguments, wrapper) = (Vec::new(), Vec::new(), Vec::new());
        let (listen, starts) = ("127.0.0.1:0".to_owned(), AtomicUsize::new(0));
        let data = directory.path().join("data");
        Self { directory, data, environment, arguments, listen, wrapper, starts }
    }

    /// Adds a variable to the environment, which holds nothing else.
    pub(crate) fn with_environment(mut self, name: &str, value: impl Into<OsString>) -> Self {
        self.environment.push((name.to_owned(), value.into()));
        self
    }

    /// Adds arguments of `serve`.
    pub(crate) fn with_arguments(mut self, arguments: &[&str]) -> Self {
        self.arguments.extend(arguments.iter().map(|&argument| argument.to_owned()));
        self
    }

    /// Lets the server listen elsewhere than on a free port of loopback.
    pub(crate) fn listening_on(self, address: &str) -> Self {
        Self { listen: address.to_owned(), ..self }
    }

    /// Lets another program start `serve`. It must become it, as `strace -D` and `env` do: so the process that is
    /// started here is the server.
    pub(crate) fn under(mut self, wrapper: impl IntoIterator<Item = impl Into<OsString>>) -> Self {
        self.wrapper = wrapper.into_iter().map(Into::into).collect();
        self
    }

    /// Puts the data directory elsewhere.
    pub(crate) fn keep_data_in(&mut self, data: PathBuf) {
        self.data = data;
    }

    pub(crate) fn data(&self) -> &Path {
        &self.data
    }

    /// Runs a command on the data directory to its end.
    pub(crate) fn run(&self, arguments: &[&str]) -> Output {
        let mut command = self.command(Command::new(PROGRAM));
        command.args(arguments).arg("--data").arg(self.data()).output().expect("the program runs")
    }

    /// Begins a command on the data directory.
    pub(crate) fn spawn(&self, arguments: &[&str]) -> Child {
        let mut command = self.command(Command::new(PROGRAM));
        command.args(arguments).arg("--data").arg(self.data()).stdout(Stdio::null()).stderr(Stdio::null());
        command.spawn().expect("the program runs")
    }

    /// Runs a command that knows no data directory, in the directory of the test, with this on standard input.
    pub(crate) fn pipe(&self, arguments: &[&str], input: &[u8]) -> Output {
        self.pipe_with(&[], arguments, input)
    }

    /// The same, with these variables in the environment.
    pub(crate) fn pipe_with(&self, environment: &[(&str, &str)], arguments: &[&str], input: &[u8]) -> Output {
        let mut command = self.command(Command::new(PROGRAM));
        command.args(arguments).envs(environment.iter().copied()).current_dir(self.directory.path());
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut child = command.spawn().expect("the program runs");
        let mut stdin = child.stdin.take().expect("it has an input");
        std::thread::scope(|scope| {
            // It need not read to the end.
            scope.spawn(move || stdin.write_all(input));
            child.wait_with_output().expect("it ends")
        })
    }

    /// Runs a command that must succeed; gives what it says on standard output.
    #[track_caller]
    pub(crate) fn say(&self, arguments: &[&str]) -> String {
        let output = self.run(arguments);
        assert!(output.status.success(), "{arguments:?}: {output:?}");
        String::from_utf8(output.stdout).expect("it is text")
    }

    /// Runs a command that must be refused; gives why, with the directory as `<data>`.
    #[track_caller]
    pub(crate) fn refusal(&self, arguments: &[&str]) -> String {
        let output = self.run(arguments);
        assert_eq!(output.status.code(), Some(1), "{arguments:?}: {output:?}");
        assert_eq!(String::from_utf8_lossy(&output.stdout), "", "{arguments:?}");
        let why = String::from_utf8(output.stderr).expect("it is text");
        why.trim_end().replace(&self.data().display().to_string(), "<data>")
    }

    /// Makes an account; gives its id and its root's key.
    pub(crate) fn create_account(&self) -> (String, Key) {
        read_account(&self.say(&["account", "create", "--output", "json"]))
    }

    /// Starts the server, and waits until it is ready.
    pub(crate) async fn start(&self) -> Serving {
        let number = self.starts.fetch_add(1, Ordering::SeqCst);
        let file = |name: &str| self.directory.path().join(format!("{name}-{number}"));
        let (output, log) = (file("stdout"), file("stderr"));
        let mut words = self.wrapper.iter().cloned().chain([PROGRAM.into()]);
        let mut command = self.command(Command::new(words.next().expect("there is a program")));
        command.args(words).args(["serve", "--listen", &self.listen, "--data"]).arg(self.data()).args(&self.arguments);
        command.stdout(File::create(&output).expect("a file")).stderr(File::create(&log).expect("a file"));
        let process = command.spawn().expect("the program runs");
        let mut serving = Serving { process, address: SocketAddr::from(([127, 0, 0, 1], 0)), output, log };
        let line = eventually(DEADLINE, async || serving.first_line()).await;
        let address = line.strip_prefix("listening on http://").or(line.strip_prefix("listening on https://"));
        let address = address.unwrap_or_else(|| panic!("it says where it listens, not `{line}`"));
        serving.address = address.parse().expect("an address");
        serving
    }

    fn command(&self, mut command: Command) -> Command {
        // Nothing of the machine's own settings.
        command.env_clear().stdin(Stdio::null());
        command.envs(self.environment.iter().map(|(name, value)| (name, value)));
        command
    }

    /// All that its servers have written so far.
    pub(crate) fn written(&self) -> Vec<(String, String)> {
        let numbers = 0..self.starts.load(Ordering::SeqCst);
        let names = numbers.flat_map(|number| ["stdout", "stderr"].map(|name| format!("{name}-{number}")));
        names.map(|name| (name.clone(), read(&self.directory.path().join(name)))).collect()
    }
}

/// The account's id and its root's key, out of a command's answer.
pub(crate) fn read_account(answer: &str) -> (String, Key) {
    let answer: Value = serde_json::from_str(answer).expect("the answer is JSON");
    let field = |name: &str| answer[name].as_str().unwrap_or_else(|| panic!("{answer} has `{name}`")).to_owned();
    let key = Key { id: field("access_key_id"), secret: SecretText::new(field("secret_access_key")) };
    (field("account_id"), key)
}

/// The server. It is killed when it is dropped before it has ended.
pub(crate) struct Serving {
    process: Child,
    pub(crate) address: SocketAddr,
    output: PathBuf,
    log: PathBuf,
}

impl Serving {
    pub(crate) fn id(&self) -> u32 {
        self.process.id()
    }

    /// What it has said so far.
    pub(crate) fn output(&self) -> String {
        read(&self.output)
    }

    /// What it has logged so far.
    pub(crate) fn log(&self) -> String {
        read(&self.log)
    }

    /// A request signed now, as the SDK for Go does it.
    pub(crate) fn sign(&self, key: &Key, request: Request) -> Request {
        Sdk::Go.sign(request, key, &self.address.to_string(), SystemClock.now())
    }

    pub(crate) async fn connect(&self) -> Connection<tokio::net::TcpStream> {
        Connection::open(self.address).await
    }

    /// Sends a request on a connection of its own; the answer must be well formed.
    pub(crate) async fn send(&self, request: &Request) -> Reply {
        let mut connection = self.connect().await;
        connection.send(&request.to_bytes()).await;
        let reply = connection.reply().await.expect("the server answers");
        reply.assert_well_formed();
        reply
    }

    pub(crate) async fn call(&self, key: &Key, method: &str, target: &str, body: &str) -> Reply {
        self.send(&self.sign(key, Request::new(method, target).body(body))).await
    }

    /// Reads something that must be there.
    pub(crate) async fn get(&self, key: &Key, target: &str) -> Value {
        let reply = self.call(key, "GET", target, "").await;
        assert_eq!(reply.status, 200, "{target}: {reply:?}");
        reply.json()
    }

    /// The status of `/live` or `/ready`.
    pub(crate) async fn health(&self, path: &str) -> u16 {
        let mut connection = self.connect().await;
        connection.send(&Request::new("GET", path).header("Host", "x").to_bytes()).await;
        connection.reply().await.expect("the server answers").status
    }

    pub(crate) fn signal(&self, signal: Signal) {
        kill_process(Pid::from_child(&self.process), signal).expect("it can be told");
    }

    /// Kills it, wherever it is (SIGKILL).
    pub(crate) fn kill(&mut self) {
        self.process.kill().expect("it can be killed");
        let status = self.process.wait().expect("it can be awaited");
        assert_eq!(status.code(), None, "it was still there: {status}: {}", self.log());
    }

    /// Waits for its end.
    pub(crate) async fn end(&mut self) -> ExitStatus {
        eventually(DEADLINE, async || self.process.try_wait().expect("it can be asked")).await
    }

    /// Asks it to end, and insists that it ends well.
    pub(crate) async fn stop(mut self) {
        self.signal(Signal::TERM);
        let status = self.end().await;
        assert!(status.success(), "{status}: {}", self.log());
    }

    /// The first line that it says.
    fn first_line(&mut self) -> Option<String> {
        let output = self.output();
        if let Some((line, _)) = output.split_once('\n') {
            return Some(line.to_owned());
        }
        let status = self.process.try_wait().expect("it can be asked");
        assert_eq!(status, None, "it has ended before it was ready: {}", self.log());
        None
    }
}

impl Drop for Serving {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

fn read(path: &PathBuf) -> String {
    String::from_utf8(fs::read(path).expect("it can be read")).expect("it is text")
}

/// Whether another program is on the PATH.
pub(crate) fn there(program: &str) -> bool {
    let path = env::var_os("PATH").unwrap_or_default();
    env::split_paths(&path).any(|folder| folder.join(program).is_file())
}

/// Says, also where the output of tests is not shown, that a test did not run.
pub(crate) fn not_run(why: &str) {
    let test = std::thread::current().name().unwrap_or_default().to_owned();
    writeln!(std::io::stdout(), "NOT RUN: {test}: {why}").expect("somebody listens");
}
