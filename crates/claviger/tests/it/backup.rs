//! Backups as an operator makes them: under load, restored elsewhere, and what happens when something goes wrong.

use std::{
    collections::BTreeSet,
    fs,
    os::unix::fs::PermissionsExt as _,
    path::{Path, PathBuf},
    sync::{
        Arc, Mutex,
        atomic::{AtomicBool, Ordering},
    },
};

use serde_json::{Value, json};
use tokio::task::{JoinSet, block_in_place};

use crate::support::{
    assert_text,
    database::run,
    eventually,
    postgres::{self, OwnDatabase},
    process::{DEADLINE, Program, Serving, not_run},
    request::Request,
    sdk::Key,
};

const WRITERS: usize = 4;
/// How many users there are before the backup begins, at least.
const BEFORE: usize = 25;
/// How often a restore is killed.
const KILLS: usize = 6;

/// A program, and the database that it works on where that is not its own.
struct Place {
    program: Program,
    database: Option<OwnDatabase>,
}

impl Place {
    fn new(server: Option<&str>) -> Self {
        let database = server.map(OwnDatabase::new);
        let program = Program::new();
        let program = match &database {
            Some(database) => program.with_environment("CLAVIGER_DATABASE", database.url()),
            None => program,
        };
        Self { program, database }
    }

    /// A place for what was in another: it has the other's master key, and nothing else.
    fn for_restoring(server: Option<&str>, source: &Program) -> Self {
        let Self { program, database } = Self::new(server);
        let program = program.with_environment("CLAVIGER_MASTER_KEY_FILE", source.data().join("master.key"));
        Self { program, database }
    }
}

/// Where backups of a test go.
struct Shelf(PathBuf);

impl Shelf {
    fn of(program: &Program) -> Self {
        Self(program.directory.path().to_owned())
    }

    fn file(&self, name: &str) -> String {
        self.0.join(name).display().to_string()
    }

    fn back_up(&self, program: &Program) -> Value {
        let (file, key) = (self.file("backup"), self.file("backup.key"));
        let answer = program.say(&["backup", &file, "--key-file", &key, "--make-key", "--output", "json"]);
        serde_json::from_str(&answer).expect("the answer is JSON")
    }

    fn restore(&self, program: &Program) -> Value {
        let answer = program.say(&self.restoring().iter().map(String::as_str).collect::<Vec<_>>());
        serde_json::from_str(&answer).expect("the answer is JSON")
    }

    fn restoring(&self) -> [String; 6] {
        let [restore, option, output, json] = ["restore", "--key-file", "--output", "json"].map(str::to_owned);
        [restore, self.file("backup"), option, self.file("backup.key"), output, json]
    }
}

/// Users being created by signed requests, until it is dropped.
struct Load {
    stop: Arc<AtomicBool>,
    acknowledged: Arc<Mutex<BTreeSet<String>>>,
    writers: JoinSet<()>,
}

impl Load {
    async fn begin(server: &Serving, root: &Key) -> Self {
        let (stop, acknowledged) = (Arc::new(AtomicBool::new(false)), Arc::<Mutex<BTreeSet<String>>>::default());
        let mut writers = JoinSet::new();
        for writer in 0..WRITERS {
            let (stop, acknowledged) = (Arc::clone(&stop), Arc::clone(&acknowledged));
            let (mut connection, root, address) = (server.connect().await, root.clone(), server.address);
            writers.spawn(async move {
                for number in 0.. {
                    let name = format!("user-{writer}-{number}");
                    let body = json!({ "name": name }).to_string();
                    let request = Request::new("POST", "/v1/user").body(body);
                    connection.send(&sign(&root, address, request).to_bytes()).await;
                    let reply = connection.reply().await.expect("the server answers");
                    assert_eq!(reply.status, 201, "{reply:?}");
                    acknowledged.lock().expect("nobody panicked").insert(name);
                    if stop.load(Ordering::SeqCst) {
                        return;
                    }
                }
            });
        }
        Self { stop, acknowledged, writers }
    }

    fn acknowledged(&self) -> BTreeSet<String> {
        self.acknowledged.lock().expect("nobody panicked").clone()
    }

    async fn end(self) -> BTreeSet<String> {
        self.stop.store(true, Ordering::SeqCst);
        self.writers.join_all().await;
        Arc::into_inner(self.acknowledged).expect("all have ended").into_inner().expect("nobody panicked")
    }
}

fn sign(key: &Key, address: std::net::SocketAddr, request: Request) -> Request {
    use iam::clock::{Clock as _, SystemClock};
    crate::support::sdk::Sdk::Go.sign(request, key, &address.to_string(), SystemClock.now())
}

async fn names(server: &Serving, root: &Key) -> BTreeSet<String> {
    let users = server.get(root, "/v1/user").await["users"].clone();
    users.as_array().expect("a list").iter().map(|user| user["name"].as_str().expect("a name").to_owned()).collect()
}

/// SEC-251, SEC-254, SEC-255: backed up under load, restored in the other kind of database, checked against its trail,
/// and a key of before opens it.
async fn drill(source: &Place, target: &Place) {
    let (account, root) = source.program.create_account();
    let server = source.program.start().await;
    let load = Load::begin(&server, &root).await;
    eventually(DEADLINE, async || (load.acknowledged().len() >= BEFORE).then_some(())).await;

    let shelf = Shelf::of(&source.program);
    let before = load.acknowledged();
    let made = block_in_place(|| shelf.back_up(&source.program));
    let during = load.acknowledged().len() - before.len();
    let all = load.end().await;
    assert!(during > 0, "nothing went on while the backup was made");
    let later = server.call(&root, "POST", "/v1/user", r#"{"name":"later"}"#).await;
    assert_eq!(later.status, 201);
    let key = fs::read_to_string(shelf.file("backup.key")).expect("it was made");
    assert!(!server.log().contains(key.trim()), "SEC-146: the key is in the log");
    server.stop().await;

    let restored = block_in_place(|| shelf.restore(&target.program));
    assert_eq!((&restored["rows"], &restored["audit_heads"]), (&made["rows"], &made["audit_heads"]));
    block_in_place(|| {
        target.program.say(&["audit", "verify"]);
        target.program.say(&["audit", "replay", &account]);
    });
    let server = target.program.start().await;
    let found = names(&server, &root).await;
    assert!(found.is_superset(&before), "{:?} are missing", before.difference(&found).collect::<Vec<_>>());
    assert!(all.is_superset(&found), "nobody made {:?}", found.difference(&all).collect::<Vec<_>>());
    let created = server.call(&root, "POST", "/v1/user", r#"{"name":"later"}"#).await;
    assert_eq!(created.status, 201, "it came after the backup, so the name is free: {created:?}");
    server.stop().await;
    eprintln!("{} users before the backup, {during} while it was made, {} restored", before.len(), found.len());
}

#[test]
fn sec_251_sec_254_sec_255_a_drill_from_the_embedded_database_to_postgresql() {
    let Some(server) = postgres::server() else { return not_run("without PostgreSQL") };
    let source = Place::new(None);
    let target = Place::for_restoring(Some(&server), &source.program);
    run(drill(&source, &target));
}

#[test]
fn sec_251_sec_254_sec_255_a_drill_from_postgresql_to_the_embedded_database() {
    let Some(server) = postgres::server() else { return not_run("without PostgreSQL") };
    let source = Place::new(Some(&server));
    let target = Place::for_restoring(None, &source.program);
    run(drill(&source, &target));
}

/// SEC-252, SEC-253: a restore that is killed at any time leaves a place that is as empty as before, or a whole store.
#[test]
fn sec_252_a_restore_that_is_killed_leaves_nothing_half() {
    let server = postgres::server();
    let source = Program::new();
    let (account, root) = source.create_account();
    let shelf = Shelf::of(&source);
    run(async {
        let server = source.start().await;
        let load = Load::begin(&server, &root).await;
        eventually(DEADLINE, async || (load.acknowledged().len() >= 4 * BEFORE).then_some(())).await;
        load.end().await;
        server.stop().await;
        block_in_place(|| shelf.back_up(&source));
    });
    let mut servers = vec![None];
    servers.extend(server.as_deref().map(Some));
    for server in servers {
        let target = Place::for_restoring(server, &source);
        run(async {
            let mut killed = 0;
            for round in 0..KILLS {
                killed += usize::from(kill_midway(&target, &shelf, round).await);
                if target.program.data().join("instance").exists() {
                    break;
                }
            }
            assert!(killed > 0, "it was never killed while it worked");
            if !target.program.data().join("instance").exists() {
                block_in_place(|| shelf.restore(&target.program));
            }
            block_in_place(|| target.program.say(&["audit", "verify"]));
            block_in_place(|| target.program.say(&["audit", "replay", &account]));
            let server = target.program.start().await;
            assert!(names(&server, &root).await.len() >= 4 * BEFORE);
            server.stop().await;
        });
    }
}

/// Kills a restore some moments after it has begun to write. Gives whether it had not ended by then.
async fn kill_midway(target: &Place, shelf: &Shelf, round: usize) -> bool {
    let arguments = shelf.restoring();
    let mut child = target.program.spawn(&arguments.iter().map(String::as_str).collect::<Vec<_>>());
    let draft = target.program.data().join("claviger.db.restoring");
    let mut looks = 0;
    let ended = eventually(DEADLINE, async || {
        let writes = match &target.database {
            Some(database) => database.is_used().await,
            None => draft.exists(),
        };
        looks += usize::from(writes);
        let ended = child.try_wait().expect("it can be asked").is_some();
        (ended || looks > 3 * round).then_some(ended)
    })
    .await;
    let _ = child.kill();
    let status = child.wait().expect("it can be awaited");
    if let Some(database) = &target.database {
        database.is_left().await;
    }
    assert!(!ended || status.success(), "{status}");
    let (database, marker) = (target.program.data().join("claviger.db"), target.program.data().join("instance"));
    if target.database.is_none() {
        assert!(!marker.exists() || database.exists());
    }
    !ended
}

/// What people read, and that only they may read it.
#[test]
fn sec_251_sec_253_what_the_commands_say() {
    let program = Program::new();
    let (account, _) = program.create_account();
    let shelf = Shelf::of(&program);
    let (file, key) = (shelf.file("backup"), shelf.file("backup.key"));
    let absent = program.refusal(&["backup", &file, "--key-file", &key]);
    assert_eq!(absent, format!("claviger: no backup was made: there is no key at `{key}`: --make-key makes one"));
    let told = program.say(&["backup", &file, "--key-file", &key, "--make-key"]);
    let labels = |text: &str| -> String {
        text.lines().map(|line| line.split("  ").next().unwrap_or_default()).collect::<Vec<_>>().join("\n")
    };
    let wanted = "backup\nbytes\nSHA-256\nkey\nmade\nschema\naccounts\nrows";
    assert_text(&labels(&told), wanted);
    let mode = |path: &str| fs::metadata(path).expect("it is there").permissions().mode() & 0o7777;
    assert_eq!((mode(&file), mode(&key)), (0o600, 0o400));
    let again = program.refusal(&["backup", &file, "--key-file", &key]);
    assert_eq!(again, format!("claviger: no backup was made: `{file}` is there already: name a file that is not"));

    let verify = |file: &str, key: &str| program.pipe(&["backup", "verify", file, "--key-file", key], b"");
    let whole = verify(&file, &key);
    assert!(whole.status.success(), "{whole:?}");
    let text = String::from_utf8(whole.stdout).expect("it is text");
    assert!(text.contains("It is whole.") && text.contains("audit_event"), "{text}");

    let bytes = fs::read(&file).expect("it can be read");
    let cut = shelf.file("cut");
    fs::write(&cut, &bytes[..bytes.len() / 2]).expect("it can be written");
    let refused = |output: &std::process::Output| {
        assert_eq!(output.status.code(), Some(1), "{output:?}");
        String::from_utf8_lossy(&output.stderr).trim_end().to_owned()
    };
    assert_eq!(refused(&verify(&cut, &key)), format!("claviger: `{cut}` is cut off: it ends behind 0 whole chunks"));
    let other = program.data().join("master.key").display().to_string();
    let wrong = refused(&verify(&file, &other));
    assert!(wrong.contains("was made with another key, whose id is"), "{wrong}");

    let target = Place::for_restoring(None, &program);
    let told = target.program.say(&["restore", &file, "--key-file", &key, "--compare", &data(&program)]);
    let wanted = "restored\nmade\nschema\naccounts\nrows\nsessions";
    assert_text(&labels(told.split("\n\n").next().unwrap_or_default()), wanted);
    assert!(told.contains("valid again, unless you do that again"), "{told}");
    assert!(told.contains("did not have any more: none"), "{told}");
    let taken = target.program.refusal(&["restore", &file, "--key-file", &key]);
    assert_eq!(taken, "claviger: `<data>` is not empty: restore into a place with nothing in it");
    let trail = target.program.say(&["audit", "export", "000000000000"]);
    assert!(trail.contains("iam:Restore") && trail.contains("iam:BackUp"), "{trail}");
    target.program.say(&["audit", "replay", &account]);
}

fn data(program: &Program) -> String {
    Path::new(program.data()).display().to_string()
}
