//! The store under the server: what a restart keeps, and which stores are left alone, with a clear word and untouched.

use std::{
    collections::BTreeMap,
    fs,
    os::unix::fs::PermissionsExt,
    path::{Path, PathBuf},
};

use claviger::server::Store;
use iam::Database;
use tempfile::TempDir;

use crate::support::{
    assert_text,
    database::{on_each_database, run},
    process::{Program, not_run},
    request::Request,
    sdk::{Key, Sdk},
    world::{self, World},
};

/// SEC-200: what was answered is there after a restart.
#[test]
fn sec_200_a_restart_keeps_everything() {
    on_each_database(async |world: World| {
        let (account, root_key, alice_key, before) = {
            let root = world.account().await;
            for name in ["alice", "bob", "张三"] {
                root.create_user(name).await;
            }
            root.call("POST", "/v1/group", r#"{"name":"crew","description":"all"}"#).await;
            root.call("PUT", "/v1/group/crew/user/alice", "").await;
            root.call("PUT", "/v1/user/alice/loginProfile", r#"{"password":"correct horse battery"}"#).await;
            root.call("DELETE", "/v1/user/bob", "").await;
            let alice_key = root.create_key("alice").await;
            (root.account.clone(), root.key.clone(), alice_key, root.everything().await)
        };
        let world = world.restart().await;
        let root = world::Root { world: &world, account, key: root_key };
        assert_eq!(root.everything().await, before);
        let denied = root.with_key(alice_key).get("/v1/user").await;
        assert_eq!(denied.status, 403, "its key is known, and it still has no policy");
        root.create_user("bob").await;
        assert_eq!(root.names().await, ["alice", "张三", "bob"]);
    });
}

/// SEC-147: nobody else can read what a start makes.
#[test]
fn sec_147_files_are_private() {
    run(async {
        let world = World::start(Database::Embedded).await;
        world.account().await;
        let data = world.directory.path().join("data");
        let mut modes: Vec<String> = files(&data).into_keys().map(|name| mode(&data, &name)).collect();
        modes.push(mode(&data, "admin.sock"));
        modes.sort();
        assert_text(
            &modes.join("\n"),
            "admin.sock 600
            claviger.db 600
            claviger.db-shm 600
            claviger.db-wal 600
            instance 600
            lock 600
            master.key 400",
        );
        assert_eq!(fs::metadata(&data).expect("it is there").permissions().mode() & 0o777, 0o700);
    });
}

/// SEC-201: the part of it that another connection can see. The settings of the server's own connections are read back
/// by the server itself, which does not start where they differ.
#[test]
fn sec_201_the_file_is_in_wal_mode_and_whole() {
    run(async {
        let world = World::start(Database::Embedded).await;
        world.account().await.create_user("alice").await;
        let data = world.stop().await;
        let database = open(&data.path().join("data"));
        let read = |pragma: &str| -> String {
            database.query_row(&format!("PRAGMA {pragma}"), [], |row| row.get(0)).expect("it can be read")
        };
        assert_eq!(read("journal_mode"), "wal");
        assert_eq!(read("integrity_check"), "ok");
        let broken: Option<String> = database.query_row("PRAGMA foreign_key_check", [], |row| row.get(0)).ok();
        assert_eq!(broken, None);
    });
}

/// SEC-205: the second server on a directory is refused, and the first goes on.
#[test]
fn sec_205_a_second_server_on_the_same_store_is_refused() {
    run(async {
        let world = World::start(Database::Embedded).await;
        let root = world.account().await;
        let data = world.directory.path().join("data");
        assert_eq!(refusal(&data).await, "another claviger process uses `<data>`");
        root.create_user("alice").await;
        world.account().await;
    });
}

/// SEC-065: a store with data starts with its own master key and no other.
#[test]
fn sec_065_without_its_master_key_a_store_does_not_start() {
    run(async {
        let left = Left::new().await;
        let key = left.data().join("master.key");
        let own = fs::read(&key).expect("it is there");
        let others = fs::read(Left::new().await.data().join("master.key")).expect("it is there");
        assert_ne!(own, others, "each store has its own");

        fs::remove_file(&key).expect("it goes");
        let missing =
            "the store has data, but there is no master key at `<data>/master.key`: without it nothing can be verified";
        assert_eq!(left.refusal().await, missing);
        fs::remove_file(left.data().join("instance")).expect("it goes");
        assert_eq!(left.refusal().await, missing, "also where the marker is gone with it");

        let hexadecimal = "the master key at `<data>/master.key` is not written in hexadecimal digits";
        let digits = "the master key at `<data>/master.key` must have 64 hexadecimal digits";
        let half = own[..32].to_vec();
        for (text, refusal) in [
            (others, "the master key at `<data>/master.key` is not this store's"),
            (b"0".repeat(64), "the master key at `<data>/master.key` is not this store's"),
            (b"correct horse battery staple".to_vec(), hexadecimal),
            (Vec::new(), digits),
            (half, digits),
            ([&own[..64], b"00"].concat(), digits),
        ] {
            put(&key, &text, 0o400);
            assert_eq!(left.refusal().await, refusal, "{}", text.escape_ascii());
        }
        put(&key, &own, 0o400);
        left.starts().await;
    });
}

/// SEC-065: a key that somebody else put there is not taken. (Only root can give a file away.)
#[test]
fn sec_065_a_master_key_of_another_user_is_refused() {
    run(async {
        let left = Left::new().await;
        let key = left.data().join("master.key");
        if std::os::unix::fs::chown(&key, Some(NOBODY), None).is_err() {
            return not_run("only root can give a file away");
        }
        assert_eq!(left.refusal().await, "the master key at `<data>/master.key` belongs to another user");
    });
}

/// SEC-064: a sealed secret that was copied to another key's row opens nothing, and the account is told, once a minute
/// however often it is tried.
#[test]
fn sec_064_a_secret_in_another_row_opens_nothing_and_is_told() {
    run(async {
        let program = Program::new();
        let (account, key) = program.create_account();
        program.create_account();
        let database = open(program.data());
        let swapped = "UPDATE access_key SET sealed_secret = (SELECT other.sealed_secret FROM access_key other
                       WHERE other.id <> access_key.id)";
        assert_eq!(database.execute(swapped, []).expect("the rows can be changed"), 2);
        drop(database);
        let server = program.start().await;
        for _ in 0..3 {
            let reply = server.call(&key, "GET", "/v1/user", "").await;
            assert_eq!((reply.status, &*reply.field("code")), (403, "InvalidAccessKeyId"));
        }
        server.stop().await;
        let events = program.say(&["audit", "export", &account]);
        let told: Vec<&str> = events.lines().filter(|event| event.contains("iam:CiphertextIntegrity")).collect();
        assert_eq!(told.len(), 1, "{events}");
        assert!(told[0].contains(&format!("access-key/{}", key.id)), "{}", told[0]);
    });
}

/// SEC-204: with a wrong key not even the schema of an older release is touched.
#[test]
fn sec_204_the_key_is_tried_before_the_schema_is_changed() {
    run(async {
        let left = Left::new().await;
        left.change(
            "DROP TABLE role_use; DROP TABLE account_activity; DROP INDEX access_key_age; DROP TABLE user_listing;
             DROP TABLE setup_link; DROP TABLE last_sign_in; DROP TABLE sign_in_device; DROP TABLE sign_in_failure;
             DROP TABLE step_up_proof; DROP TABLE console_session; DROP TABLE root_login;
             DROP TABLE old_password; DROP TABLE password_settings;
             ALTER TABLE login_profile DROP COLUMN password_expires_us;
             DROP TABLE api_key_use; DROP TABLE api_key; DROP TABLE session_mark; DROP TABLE user_identity_provider;
             DROP TABLE partner_account; DROP TABLE idempotency; DROP TABLE master_key; DROP TABLE instance_key;
             DROP TABLE audit_checkpoint; DROP TABLE audit_sink; DROP TABLE audit_sink_lease;
             DROP TABLE boundary; DROP TABLE inline_policy; DROP TABLE attachment; DROP TABLE iam_role;
             DROP TABLE policy_version; DROP TABLE policy; DELETE FROM schema_migration WHERE version >= 3",
        );
        let key = left.data().join("master.key");
        let own = fs::read(&key).expect("it is there");
        put(&key, &b"0".repeat(64), 0o400);
        assert_eq!(left.refusal().await, "the master key at `<data>/master.key` is not this store's");
        put(&key, &own, 0o400);
        left.starts().await;
        let steps: u32 = open(&left.data())
            .query_row("SELECT max(version) FROM schema_migration", [], |row| row.get(0))
            .expect("it can be read");
        assert!(steps >= 4, "the older store was brought up to date");
    });
}

/// SEC-065: a key that the operator names is used, and never made.
#[test]
fn sec_065_a_named_master_key_is_never_made() {
    run(async {
        let directory = TempDir::new().expect("a temporary directory");
        let (data, key) = (directory.path().join("data"), directory.path().join("key"));
        let store = || Store { master_key: Some(key.clone()), ..Store::embedded(data.clone()) };
        let clock = world::clock();
        let Err(error) = world::start(store(), &clock).await else { panic!("it starts without a key") };
        let error = format!("{error:#}");
        assert!(error.contains("there is no master key at") && error.contains(&key.display().to_string()), "{error}");
        assert!(!key.exists() && !data.join("master.key").exists() && !data.join("instance").exists());

        put(&key, &b"0123456789abcdef".repeat(4), 0o400);
        for _ in 0..2 {
            world::start(store(), &clock).await.expect("it starts with the key").stop().await;
        }
        assert!(!data.join("master.key").exists());
        assert!(refusal(&data).await.contains("there is no master key at"), "and not without being told where it is");
    });
}

/// SEC-065, SEC-147: what others may read is refused.
#[test]
fn sec_065_sec_147_exposed_files_are_refused() {
    run(async {
        let left = Left::new().await;
        for (name, usual) in [("master.key", 0o400), ("claviger.db", 0o600)] {
            for exposed in [0o644, 0o640, 0o604, 0o420, 0o402, 0o666] {
                set_mode(&left.data().join(name), exposed);
                assert_eq!(
                    left.refusal().await,
                    format!("`<data>/{name}` may be read by others (mode {exposed:o}): it must be private")
                );
            }
            set_mode(&left.data().join(name), usual);
        }
        left.starts().await;
    });
}

/// SEC-204: where a store was, none is made anew.
#[test]
fn sec_204_a_missing_database_is_missed() {
    run(async {
        let left = Left::new().await;
        let database = left.data().join("claviger.db");
        let aside = left.directory.path().join("aside");
        fs::rename(&database, &aside).expect("it moves");
        let missing =
            "there was a store in `<data>`, but its database is missing: restore it, or choose an empty directory";
        assert_eq!(left.refusal().await, missing);
        assert!(!database.exists());
        fs::remove_file(left.data().join("master.key")).expect("it goes");
        assert_eq!(left.refusal().await, missing);
        assert!(!left.data().join("master.key").exists(), "no new key is made for it");
    });
}

/// SEC-204: an empty file where the store was is as good as a missing one.
#[test]
fn sec_204_an_emptied_database_is_not_filled_anew() {
    run(async {
        let left = Left::new().await;
        put(&left.data().join("claviger.db"), b"", 0o600);
        left.refusal().await;
        fs::remove_file(left.data().join("master.key")).expect("it goes");
        left.refusal().await;
        assert!(!left.data().join("master.key").exists(), "no new key is made for it");
    });
}

/// SEC-204: as is one that has lost the row by which it knows its key.
#[test]
fn sec_204_a_store_without_its_key_check_is_not_taken_for_a_new_one() {
    run(async {
        let left = Left::new().await;
        left.change("DELETE FROM instance");
        left.refusal().await;
    });
}

/// SEC-204: what is not ours is not touched.
#[test]
fn sec_204_foreign_files_are_left_alone() {
    run(async {
        let foreign = "the database is not claviger's";
        let make = |script: &str| {
            let directory = TempDir::new().expect("a temporary directory");
            let data = directory.path().join("data");
            fs::create_dir(&data).expect("it can be made");
            put(&data.join("claviger.db"), b"", 0o600);
            open(&data).execute_batch(script).expect("it can be made");
            directory
        };
        for script in [
            "CREATE TABLE song (id INTEGER PRIMARY KEY, title TEXT); INSERT INTO song VALUES (1, 'a')",
            "PRAGMA application_id = 1196444487; CREATE TABLE gpkg (id INTEGER)",
            "PRAGMA journal_mode = WAL; CREATE TABLE song (id INTEGER)",
            "PRAGMA application_id = 1196444487; VACUUM",
        ] {
            let directory = make(script);
            assert_eq!(refusal(&directory.path().join("data")).await, foreign, "{script}");
        }
        for text in [&b"# notes\n".repeat(200)[..], &[0; 8_192], b"SQLite format 3"] {
            let directory = make("");
            put(&directory.path().join("data/claviger.db"), text, 0o600);
            assert_eq!(refusal(&directory.path().join("data")).await, foreign, "{}", text[..8].escape_ascii());
        }
    });
}

/// SEC-204: a store that does not hold together is not started, repaired or replaced.
#[test]
fn sec_204_a_damaged_database_is_refused() {
    run(async {
        let left = Left::new().await;
        let path = left.data().join("claviger.db");
        let whole = fs::read(&path).expect("it is there");
        let pages = whole.len() / PAGE;
        assert!(pages > 20, "{pages} pages");

        let garbage: Vec<u8> = (0..PAGE).map(|at| u8::try_from(at * 31 % 251).expect("it is small")).collect();
        for page in 1..pages {
            let mut damaged = whole.clone();
            damaged[page * PAGE..(page + 1) * PAGE].copy_from_slice(&garbage);
            put(&path, &damaged, 0o600);
            let refusal = left.refusal().await;
            assert!(refusal.starts_with("the database is damaged: "), "page {page}: {refusal}");
        }
        for (what, damaged, wanted) in [
            ("half of it", whole[..pages / 2 * PAGE].to_vec(), "the database is damaged: "),
            ("a page and a half", whole[..PAGE * 3 / 2].to_vec(), "the database is damaged: "),
            ("no header", [&[0; 100], &whole[100..]].concat(), "the database is not claviger's"),
        ] {
            put(&path, &damaged, 0o600);
            let refusal = left.refusal().await;
            assert!(refusal.starts_with(wanted), "{what}: {refusal}");
        }
        put(&path, &whole, 0o600);
        left.starts().await;
    });
}

/// SEC-204: a store that a later release has been at, or that another program made, is left to it.
#[test]
fn sec_204_a_newer_or_another_schema_is_refused() {
    run(async {
        let left = Left::new().await;
        let steps: i64 = open(&left.data())
            .query_row("SELECT max(version) FROM schema_migration", [], |row| row.get(0))
            .expect("the steps are remembered");
        left.change(&format!("INSERT INTO schema_migration (version, sha256) VALUES ({}, 'x')", steps + 1));
        assert_eq!(
            left.refusal().await,
            format!(
                "the store has schema version {}, this program knows up to {steps}: use a newer claviger",
                steps + 1
            )
        );
        left.change(&format!("DELETE FROM schema_migration WHERE version > {steps}"));
        left.change("UPDATE schema_migration SET sha256 = 'x' WHERE version = 1");
        assert_eq!(left.refusal().await, "step 1 of the store's schema is not the one that this program knows");
    });
}

/// The user that owns nothing, by number.
const NOBODY: u32 = 65_534;
/// The size of a database page, in bytes.
const PAGE: usize = 4_096;

/// A store that a server has made, worked on and left.
struct Left {
    directory: TempDir,
    key: Key,
}

impl Left {
    async fn new() -> Self {
        let world = World::start(Database::Embedded).await;
        let key = {
            let root = world.account().await;
            root.create_user("alice").await;
            root.key
        };
        Self { directory: world.stop().await, key }
    }

    fn data(&self) -> PathBuf {
        self.directory.path().join("data")
    }

    /// Changes the tables behind the server's back.
    fn change(&self, script: &str) {
        open(&self.data()).execute_batch(script).expect("the tables can be changed");
    }

    /// See [`refusal`].
    async fn refusal(&self) -> String {
        refusal(&self.data()).await
    }

    /// Starts on it, and looks that the user is still there.
    async fn starts(&self) {
        let clock = world::clock();
        let server = world::start(Store::embedded(self.data()), &clock).await.expect("the server starts");
        let host = server.address().to_string();
        let now = iam::clock::Clock::now(&*clock);
        let request = Sdk::Go.sign(Request::new("GET", "/v1/user/alice"), &self.key, &host, now);
        let mut connection = crate::support::client::Connection::open(server.address()).await;
        connection.send(&request.to_bytes()).await;
        assert_eq!(connection.reply().await.expect("an answer").status, 200);
        drop(connection);
        server.stop().await;
    }
}

/// Tries to start on a directory; gives the refusal, with the directory as `<data>`. No file of it may have changed,
/// come or gone, but for the lock.
async fn refusal(data: &Path) -> String {
    let before = files(data);
    let Err(error) = world::start(Store::embedded(data.to_owned()), &world::clock()).await else {
        panic!("the store is taken")
    };
    let text = format!("{error:#}").replace(&data.display().to_string(), "<data>");
    let after = files(data);
    let names =
        |files: &BTreeMap<String, Vec<u8>>| files.keys().filter(|name| *name != "lock").cloned().collect::<Vec<_>>();
    assert_eq!(names(&before), names(&after), "files came or went; the refusal was: {text}");
    let changed = before.iter().find(|(name, content)| after.get(*name) != Some(content));
    assert_eq!(changed.map(|(name, _)| name), None, "the file was changed; the refusal was: {text}");
    text
}

/// The files of a directory, with what is in them.
fn files(data: &Path) -> BTreeMap<String, Vec<u8>> {
    let mut files = BTreeMap::new();
    for entry in fs::read_dir(data).expect("the directory is there") {
        let entry = entry.expect("it can be read");
        if entry.file_type().expect("it has a type").is_file() {
            let content = fs::read(entry.path()).expect("it can be read");
            files.insert(entry.file_name().to_string_lossy().into_owned(), content);
        }
    }
    files
}

fn mode(data: &Path, name: &str) -> String {
    let mode = fs::metadata(data.join(name)).expect("it is there").permissions().mode() & 0o7777;
    format!("{name} {mode:o}")
}

fn set_mode(path: &Path, mode: u32) {
    fs::set_permissions(path, fs::Permissions::from_mode(mode)).expect("the mode can be set");
}

/// Writes a file, whatever was there.
fn put(path: &Path, content: &[u8], mode: u32) {
    if path.exists() {
        fs::remove_file(path).expect("it goes");
    }
    fs::write(path, content).expect("it can be written");
    set_mode(path, mode);
}

fn open(data: &Path) -> rusqlite::Connection {
    rusqlite::Connection::open(data.join("claviger.db")).expect("it opens")
}
