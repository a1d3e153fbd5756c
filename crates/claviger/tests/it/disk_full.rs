//! The disk is full: what is stored stays readable, nothing is half written, and it goes on when there is space again.

use std::{
    fs::{self, File},
    io::Write as _,
    path::{Path, PathBuf},
    process::Command,
    time::{Duration, Instant},
};

use serde_json::json;

use crate::support::{
    client::Reply,
    database::run,
    eventually,
    process::{Program, Serving, not_run},
    sdk::Key,
};

/// How long an answer may take on a full disk (SEC-203).
const ANSWER: Duration = Duration::from_secs(1);
/// How long it may take to go on when there is space again (SEC-203).
const RECOVERY: Duration = Duration::from_secs(10);
/// How many changes the space that is left in the log can take at most.
const TRIES: usize = 5_000;

/// SEC-203, SEC-200: on a full disk changes are refused at once and leave nothing behind, everything else goes on, and
/// the server recovers by itself.
#[test]
fn sec_203_a_full_disk_stops_changes_and_nothing_else() {
    run(async {
        let mut program = Program::new();
        let Some(disk) = Disk::mount(&program.directory.path().join("disk")) else {
            return not_run("no file system may be mounted here, so there is none to fill");
        };
        program.keep_data_in(disk.path.join("data"));
        let (account, root) = program.create_account();
        let server = program.start().await;
        let mut users = Users { server: &server, root: &root, there: Vec::new(), refused: Vec::new() };
        assert_eq!(users.create().await.status, 201);
        let plain = users.mint().await;

        for _ in 0..2 {
            disk.fill();
            // What is in the log already may be written over; then it has to grow.
            let mut tries = 0;
            while users.create().await.status == 201 {
                tries += 1;
                assert!(tries < TRIES, "the disk does not get full");
                disk.fill();
            }
            for _ in 0..20 {
                let refused = users.create().await;
                assert_eq!(
                    refused.in_short(),
                    "503 ServiceUnavailable: the service is busy or its store is not available"
                );
                assert_eq!(refused.header("retry-after"), Some("1"));
                users.assert_listed().await;
            }
            assert_eq!((server.health("/live").await, server.health("/ready").await), (200, 200), "it decides");
            // A denial that cannot be recorded is not told as one.
            let denied = timed(server.call(&plain, "GET", "/v1/user", "")).await;
            assert_eq!(denied.status, 503, "{denied:?}");

            disk.free();
            let freed = Instant::now();
            eventually(RECOVERY, async || (users.create().await.status == 201).then_some(())).await;
            assert!(freed.elapsed() < RECOVERY);
            assert_eq!(server.call(&plain, "GET", "/v1/user", "").await.status, 403);
            users.assert_listed().await;
            program.say(&["audit", "verify"]);
            program.say(&["audit", "replay", &account]);
        }
        let Users { there, refused, .. } = users;
        assert!(refused.len() >= 40 && there.len() >= 3, "{} refused, {} there", refused.len(), there.len());
        server.stop().await;

        // It is whole for the next start, too.
        let server = program.start().await;
        Users { server: &server, root: &root, there, refused }.assert_listed().await;
        server.stop().await;
        program.say(&["audit", "verify"]);
        program.say(&["audit", "replay", &account]);
    });
}

/// SEC-204, SEC-203, SEC-206: nor does a start on a full disk harm anything, and the end is a good one.
#[test]
fn sec_203_starting_and_ending_on_a_full_disk_harms_nothing() {
    run(async {
        let mut program = Program::new();
        let Some(disk) = Disk::mount(&program.directory.path().join("disk")) else {
            return not_run("no file system may be mounted here, so there is none to fill");
        };
        disk.fill();
        program.keep_data_in(disk.path.join("data"));
        let why = program.refusal(&["serve", "--listen", "127.0.0.1:0"]);
        assert!(why.contains("space") || why.contains("full"), "{why}");
        disk.free();
        let (_, root) = program.create_account();
        disk.fill();
        let why = program.refusal(&["account", "create"]);
        assert!(why.starts_with("claviger: the store is not usable: "), "{why}");
        disk.free();
        let server = program.start().await;
        assert_eq!(server.call(&root, "GET", "/v1/user", "").await.status, 200);
        disk.fill();
        server.stop().await;
        disk.free();
        let server = program.start().await;
        assert_eq!(server.call(&root, "POST", "/v1/user", r#"{"name":"alice"}"#).await.status, 201);
        server.stop().await;
        program.say(&["audit", "verify"]);
    });
}

/// Users that are made one after the other.
struct Users<'s> {
    server: &'s Serving,
    root: &'s Key,
    there: Vec<String>,
    refused: Vec<String>,
}

impl Users<'_> {
    /// Makes one, or tries to.
    async fn create(&mut self) -> Reply {
        let name = format!("user-{}", self.there.len() + self.refused.len());
        let body = json!({ "name": name, "description": "d".repeat(200) }).to_string();
        let reply = timed(self.server.call(self.root, "POST", "/v1/user", &body)).await;
        match reply.status {
            201 => self.there.push(name),
            503 => self.refused.push(name),
            _ => panic!("{reply:?}"),
        }
        reply
    }

    /// Makes a key for the first.
    async fn mint(&self) -> Key {
        let reply = self.server.call(self.root, "POST", &format!("/v1/user/{}/accesskey", self.there[0]), "").await;
        Key { id: reply.field("id"), secret: base::secret::SecretText::new(reply.field("secret")) }
    }

    /// Exactly those are there that are said to be.
    async fn assert_listed(&self) {
        let listed = timed(self.server.call(self.root, "GET", "/v1/user", "")).await;
        assert_eq!(listed.status, 200, "{listed:?}");
        let users = listed.json()["users"].as_array().expect("a list").clone();
        let names: Vec<_> = users.iter().map(|user| user["name"].as_str().expect("a name")).collect();
        assert_eq!(names, self.there);
    }
}

async fn timed(call: impl Future<Output = Reply>) -> Reply {
    let begun = Instant::now();
    let reply = call.await;
    assert!(begun.elapsed() < ANSWER, "{:?}: {reply:?}", begun.elapsed());
    reply
}

/// A small file system of its own. It goes when it is dropped.
struct Disk {
    path: PathBuf,
}

impl Disk {
    /// Mounts it. `None` where that is not allowed.
    fn mount(path: &Path) -> Option<Self> {
        fs::create_dir(path).expect("it can be made");
        let mut mount = Command::new("mount");
        mount.args(["-t", "tmpfs", "-o", "size=12m,mode=0700", "claviger-test"]).arg(path);
        let mounted = mount.output().is_ok_and(|output| output.status.success());
        mounted.then(|| Self { path: path.to_owned() })
    }

    /// Writes until there is no space left at all.
    fn fill(&self) {
        let mut file = File::options().create(true).append(true).open(self.path.join("filler")).expect("a file");
        for size in [1 << 16, 1 << 12, 1] {
            let piece = vec![b'x'; size];
            while file.write_all(&piece).is_ok() {}
        }
    }

    fn free(&self) {
        fs::remove_file(self.path.join("filler")).expect("it goes");
    }
}

impl Drop for Disk {
    fn drop(&mut self) {
        // Lazily, since a server that a failed test has left may be about to be killed.
        let _ = Command::new("umount").arg("--lazy").arg(&self.path).status();
    }
}
