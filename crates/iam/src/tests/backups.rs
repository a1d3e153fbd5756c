//! A store becomes an archive and a store again, in either database (SEC-251 to SEC-254).

use std::{
    collections::BTreeMap,
    fs,
    io::BufWriter,
    os::unix::fs::PermissionsExt as _,
    path::{Path, PathBuf},
    time::Duration,
};

use base::{ids::AccountId, secret::SecretBytes, timestamp::Timestamp};
use decide::verify::{Proof, Refusal};
use serde_json::Value as Json;

use super::{
    stores::{assert_keys, made::fill},
    support::{MASTER_KEY, Node, Store, TestDatabase, on_each, operator, server, settings, write_key},
};
use crate::{
    Database, OpenError, Settings, audit,
    backup::{
        ArchiveFault, BackupError, Begin, Made, Progress, Restore, Restored, Sessions, Step, Watch, restore,
        testing::{ArchiveWriter, Source, write_all},
        verify,
    },
    caller::Caller,
    db::{
        Sql, Value,
        migrate::MIGRATIONS,
        whole::{self, Whole},
    },
    error::Error,
    master_keys::{Add, Rotate, Version},
    page::PageSize,
    sessions::{GetBearerToken, Lifetime},
};

/// The key of every backup here.
const KEY: &str = "5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a";

/// A folder for archives, with the key in it.
struct Shelf(tempfile::TempDir);

impl Shelf {
    fn new() -> Self {
        let shelf = Self(tempfile::tempdir().unwrap());
        write_key(&shelf.key(), KEY);
        shelf
    }

    fn key(&self) -> PathBuf {
        self.0.path().join("backup.key")
    }

    fn archive(&self) -> PathBuf {
        self.0.path().join("archive")
    }

    /// Copies a store that nobody works on.
    fn fill(&self, store: &Store) {
        let key = SecretBytes::new([0x5A; 32]);
        let file = fs::File::create(self.archive()).unwrap();
        let mut archive =
            ArchiveWriter::new(BufWriter::new(file), &key, &crate::clock::SystemEntropy::default()).unwrap();
        let source = Source { node: "node-1", now: Timestamp::START_OF_2026 };
        let copied = store.look(|connection| {
            write_all(connection, &mut archive, &source, &self.archive(), &mut Watch::new(&mut |_| true))
        });
        copied.unwrap();
        archive.finish().unwrap();
    }

    /// Restores into an empty place.
    fn restore(&self, store: &Store, sessions: Sessions) -> Result<Restored, BackupError> {
        self.restore_with(store, sessions, |_| {}, |_| true)
    }

    fn restore_with(
        &self,
        store: &Store,
        sessions: Sessions,
        change: impl FnOnce(&mut Settings),
        mut tell: impl FnMut(Progress) -> bool,
    ) -> Result<Restored, BackupError> {
        let directory = tempfile::tempdir().unwrap();
        let (data, database) = match store {
            Store::Sqlite(data) => (data.path(), Database::Embedded),
            Store::Postgres(database) => (directory.path(), Database::Postgres { url: database.url() }),
        };
        let (mut settings, _) = settings(data, database);
        change(&mut settings);
        let order = Restore { archive: self.archive(), key: self.key(), sessions, compare: None };
        restore(&settings, &order, &mut Watch::new(&mut tell))
    }

    fn verify(&self) -> Result<crate::backup::Verified, BackupError> {
        verify(&self.archive(), &self.key(), &mut Watch::new(&mut |_| true))
    }
}

/// An empty place of each kind.
fn empty_places() -> Vec<Store> {
    let sqlite = Store::Sqlite(tempfile::tempdir().unwrap());
    let postgres = server().map(|server| Store::Postgres(TestDatabase::empty(&server)));
    std::iter::once(sqlite).chain(postgres).collect()
}

/// Whether nothing is there.
fn is_empty(store: &Store) -> bool {
    match store {
        Store::Sqlite(data) => {
            let names = fs::read_dir(data.path()).unwrap().map(|file| file.unwrap().file_name());
            names.filter(|name| name != "lock" && name != "master.key").count() == 0
        }
        Store::Postgres(database) => {
            database.admin().value("SELECT count(*) FROM pg_tables WHERE schemaname = 'public'") == "0"
        }
    }
}

/// Every row of every table.
type Rows = BTreeMap<String, Vec<Vec<Value>>>;

fn rows(store: &Store) -> Rows {
    let read = |connection: &mut dyn Whole| {
        let mut rows = Rows::new();
        for table in whole::tables(connection)? {
            let of = rows.entry(table.name.clone()).or_default();
            whole::each_row(connection, &table, |row| {
                of.push(row);
                Ok::<_, BackupError>(())
            })?;
        }
        Ok(rows)
    };
    store.look(read).unwrap()
}

fn run(store: &Store, text: &'static str) {
    store.transact(|tx| Ok(tx.run(&Sql::new(text), &[])?)).unwrap();
}

/// Puts what restoring takes away, and what it does not, into a store.
fn keep_sessions_in(store: &Store) {
    run(
        store,
        "INSERT INTO instance_key (name, wrapped, created_us) SELECT 'session-tokens', key_check, 1 FROM instance WHERE true ON CONFLICT DO NOTHING",
    );
    run(store, "INSERT INTO instance_key (name, wrapped, created_us) SELECT 'another', key_check, 1 FROM instance");
    run(
        store,
        "INSERT INTO idempotency (account_id, caller, token, request, answer, created_us) \
         SELECT account_id, 'x', data_key, data_key, NULL, 1 FROM account",
    );
}

/// SEC-254: in each database, from each: every row is what it was, and so are ids, hashes and chains. What is more is
/// that it was restored.
#[test]
fn sec_254_every_row_survives_from_either_database_into_either() {
    on_each(|source| {
        let node = source.node();
        let keys = fill(&node);
        drop(node);
        keep_sessions_in(source);
        let shelf = Shelf::new();
        shelf.fill(source);
        let before = rows(source);
        for target in empty_places() {
            let restored = shelf.restore(&target, Sessions::Keep).unwrap();
            assert_eq!(restored.manifest.schema(), MIGRATIONS.len());
            let mut after = rows(&target);
            let mut expected = before.clone();
            let instance: Value = AccountId::INSTANCE.into();
            for rows in [&mut after, &mut expected] {
                // The installation's chain has one event more, and its head says so.
                let events = rows.get_mut("audit_event").unwrap();
                let all = events.len();
                events.retain(|event| event[0] != instance || !format!("{event:?}").contains("iam:Restore"));
                assert!(all - events.len() <= 1);
                rows.get_mut("account_head").unwrap().retain(|head| head[0] != instance);
            }
            for (table, rows) in &expected {
                assert_eq!(&after[table], rows, "{table}");
            }
            assert_eq!(after.len(), expected.len());
            let node = target.node();
            assert_keys(&node, &keys);
            assert_whole(&node);
        }
    });
}

/// Every chain is whole and gives the tables.
fn assert_whole(node: &Node) {
    let accounts = node.query(&operator(), crate::accounts::List { after: None, size: PageSize::MAX }).unwrap();
    for account in accounts.items.iter().map(|account| account.id).chain([AccountId::INSTANCE]) {
        let verified = node.query(&operator(), audit::Verify::of(Some(account))).unwrap();
        assert!(verified.verdict.is_ok(), "{verified:?}");
        let replayed = node.query(&operator(), audit::Replay { account: Some(account) }).unwrap();
        assert_eq!(replayed.differences, []);
    }
}

/// What the installation's own chain tells of restores.
fn restores(node: &Node) -> Vec<Json> {
    let export = audit::Export { account: Some(AccountId::INSTANCE), after: 0, size: PageSize::MAX };
    let events = node.query(&operator(), export).unwrap().items;
    let events = events.iter().map(|event| serde_json::from_str::<Json>(&event.body).unwrap());
    events.filter(|event| event["action"] == "iam:Restore").collect()
}

/// SEC-252: temporary credentials end, and answers that were kept are forgotten, unless they are to be kept; and the trail
/// tells of the gap.
#[test]
fn sec_252_sessions_end_and_the_gap_is_in_the_trail() {
    on_each(|source| {
        let node = source.node();
        let root = node.account();
        let bearer = GetBearerToken { lifetime: Lifetime::AtMost(3_600), policy: None };
        let token = node.change(&root.caller, bearer).unwrap().token;
        let is_good = |node: &Node| {
            let snapshot = node.iam.snapshot().unwrap();
            decide::verify::verify(&snapshot, &Proof::Bearer(token.expose()), node.iam.now())
        };
        assert!(is_good(&node).is_ok());
        drop(node);
        keep_sessions_in(source);
        let shelf = Shelf::new();
        shelf.fill(source);
        for sessions in [Sessions::End, Sessions::Keep] {
            for target in empty_places() {
                let restored = shelf.restore(&target, sessions).unwrap();
                let kept = sessions == Sessions::Keep;
                let after = rows(&target);
                assert!(after["instance_key"].iter().any(|key| key[0] == "another".into()));
                assert_eq!(after["idempotency"].is_empty(), !kept);
                let node = target.node();
                let found = is_good(&node);
                assert!(if kept { found.is_ok() } else { found == Err(Refusal::BadToken) }, "{found:?}");
                let [told] = &restores(&node)[..] else { panic!("it is told once") };
                assert_eq!(told["backup_time"], "2026-01-01T00:00:00.000Z");
                assert_eq!(told["gap_s"], restored.gap_s());
                assert_eq!(told["sessions_ended"], !kept);
                assert!(restored.gap_s() > 300 * 24 * 3_600);
            }
        }
    });
}

/// SEC-252: nothing takes another store's place.
#[test]
fn sec_252_a_place_that_is_not_empty_is_refused_and_left_alone() {
    let source = Store::Sqlite(tempfile::tempdir().unwrap());
    drop(source.node());
    let shelf = Shelf::new();
    shelf.fill(&source);
    on_each(|target| {
        drop(target.node());
        let before = rows(target);
        let refused = shelf.restore(target, Sessions::End).unwrap_err();
        assert!(matches!(refused, BackupError::NotEmpty(_)), "{refused}");
        assert_eq!(rows(target), before);
    });
    // What a database left beside itself would be taken for a part of the new one.
    let target = tempfile::tempdir().unwrap();
    fs::write(target.path().join("claviger.db-wal"), "x").unwrap();
    let refused = shelf.restore(&Store::Sqlite(target), Sessions::End).unwrap_err();
    assert!(matches!(refused, BackupError::NotEmpty(_)), "{refused}");
    if let Some(server) = server() {
        let database = TestDatabase::empty(&server);
        database.admin().execute("CREATE TABLE shop (id INT)");
        let refused = shelf.restore(&Store::Postgres(database), Sessions::End).unwrap_err();
        assert!(matches!(refused, BackupError::Open(OpenError::Foreign)), "{refused}");
    }
}

/// SEC-253: an archive that is not whole, or not for this key, is refused before anything is there.
#[test]
fn sec_253_what_is_refused_leaves_nothing_behind() {
    on_each(|source| {
        let node = source.node();
        fill(&node);
        drop(node);
        let shelf = Shelf::new();
        shelf.fill(source);
        let good = fs::read(shelf.archive()).unwrap();
        let middle = good.len() / 2;
        let mut flipped = good.clone();
        flipped[middle] ^= 1;
        for target in empty_places() {
            let fault = |bytes: &[u8]| {
                fs::write(shelf.archive(), bytes).unwrap();
                assert!(shelf.verify().is_err());
                let refused = shelf.restore(&target, Sessions::End).unwrap_err();
                assert!(is_empty(&target), "{refused}");
                match refused {
                    BackupError::Archive { fault, .. } => fault,
                    other => panic!("{other}"),
                }
            };
            assert!(matches!(fault(&good[..middle]), ArchiveFault::CutOff { .. }));
            assert!(matches!(fault(&flipped), ArchiveFault::Damaged { .. }));
            assert_eq!(fault(b"something else"), ArchiveFault::NotAnArchive);
            fs::write(shelf.archive(), &good).unwrap();
            write_key(&shelf.key(), &"5b".repeat(32));
            assert!(matches!(fault(&good), ArchiveFault::OtherKey { .. }));
            write_key(&shelf.key(), KEY);
            let other_master =
                |settings: &mut Settings| write_key(settings.master_key.as_ref().unwrap(), &"ab".repeat(32));
            let refused = shelf.restore_with(&target, Sessions::End, other_master, |_| true).unwrap_err();
            assert!(matches!(refused, BackupError::MasterKey(_)), "{refused}");
            assert!(is_empty(&target));
            let ours = |settings: &mut Settings| write_key(settings.master_key.as_ref().unwrap(), MASTER_KEY);
            // Broken off, nothing is left, and the next attempt finds an empty place.
            for at_end in [false, true] {
                let tell = |progress: Progress| {
                    progress.step == Step::Proving || (at_end && progress.rows < progress.all_rows)
                };
                let refused = shelf.restore_with(&target, Sessions::End, ours, tell).unwrap_err();
                assert!(matches!(refused, BackupError::Stopped), "{refused}");
                assert!(is_empty(&target));
            }
            shelf.restore(&target, Sessions::End).unwrap();
        }
    });
}

/// SEC-250: an archive of an older schema is brought up to date on its way in.
#[test]
fn sec_250_an_archive_of_an_older_schema_is_restored() {
    super::stores::on_each_fixture(|fixture, source| {
        if fixture.keys.is_empty() {
            return;
        }
        let shelf = Shelf::new();
        shelf.fill(source);
        for target in empty_places() {
            let master = |settings: &mut Settings| {
                write_key(settings.master_key.as_ref().unwrap(), &fixture.master_keys);
            };
            let restored = shelf.restore_with(&target, Sessions::End, master, |_| true).unwrap();
            assert_eq!(restored.manifest.schema(), fixture.schema);
            assert_eq!(target.schema(), MIGRATIONS.len());
            let node = super::stores::open(fixture, &target);
            assert_keys(&node, &fixture.keys);
            assert_whole(&node);
        }
    });
}

/// SEC-066, SEC-252: a store that has changed its master key needs both as long as both wrap something.
#[test]
fn sec_066_every_master_key_that_is_needed_must_be_at_hand() {
    let source = Store::Sqlite(tempfile::tempdir().unwrap());
    let Store::Sqlite(data) = &source else { return };
    let keys_file = data.path().join("master.key");
    let node = source.node();
    let keys = fill(&node);
    node.change(&operator(), Add::new(Version::new(2).unwrap())).unwrap();
    node.change(&operator(), Rotate).unwrap();
    node.account();
    drop(node);
    let both = fs::read_to_string(&keys_file).unwrap();
    let (first, second) = both.trim().split_once('\n').unwrap();
    let shelf = Shelf::new();
    shelf.fill(&source);
    for target in empty_places() {
        let with = |text: &str| {
            let put = |settings: &mut Settings| write_key(settings.master_key.as_ref().unwrap(), text);
            shelf.restore_with(&target, Sessions::End, put, |_| true)
        };
        for one in [first, second] {
            let refused = with(one).unwrap_err();
            assert!(matches!(refused, BackupError::Open(OpenError::KeyVersionMissing { .. })), "{refused}");
            assert!(is_empty(&target));
        }
        with(&both).unwrap();
        let node = target.node_with(|settings| write_key(settings.master_key.as_ref().unwrap(), &both));
        assert_keys(&node, &keys);
        assert_whole(&node);
    }
}

/// An archive of a newer program is refused, and so is one whose steps are others.
#[test]
fn sec_250_an_archive_of_another_schema_is_refused() {
    let source = Store::Sqlite(tempfile::tempdir().unwrap());
    drop(source.node());
    for change in [
        "INSERT INTO schema_migration VALUES (1000, 'from the future')",
        "UPDATE schema_migration SET sha256 = 'x' WHERE version = 1",
    ] {
        source.file().execute_batch(change).unwrap();
        let shelf = Shelf::new();
        shelf.fill(&source);
        let target = Store::Sqlite(tempfile::tempdir().unwrap());
        let refused = shelf.restore(&target, Sessions::End).unwrap_err();
        assert!(matches!(refused, BackupError::Open(OpenError::Schema(_))), "{refused}");
        assert!(is_empty(&target));
        source.file().execute_batch("DELETE FROM schema_migration WHERE version = 1000").unwrap();
    }
}

/// Begins a backup as the operator's command does, and waits for its end.
fn back_up(node: &Node, shelf: &Shelf) -> Result<Made, String> {
    let permit = node.query(&operator(), Begin { archive: shelf.archive(), key: shelf.key() }).unwrap();
    let running = node.iam.begin_backup(permit).map_err(|error| error.to_string())?;
    running.wait(Duration::from_mins(1), |outcome| match outcome {
        Some(Ok(made)) => Ok(made.clone()),
        Some(Err(error)) => Err(error.to_string()),
        None => panic!("it does not end"),
    })
}

/// SEC-251: while the store is at work; private, whole, and without anything that could be read.
#[test]
fn sec_251_a_store_at_work_is_backed_up() {
    on_each(|source| {
        let node = source.node();
        let keys = fill(&node);
        let shelf = Shelf::new();
        let made = back_up(&node, &shelf).unwrap();
        let root = node.account();
        node.create_user(&root, "later").unwrap();
        let mode = fs::metadata(shelf.archive()).unwrap().permissions().mode();
        assert_eq!(mode & 0o7777, 0o600);
        let verified = shelf.verify().unwrap();
        assert_eq!((&verified.sha256, &verified.manifest), (&made.sha256, &made.manifest));
        assert_eq!(made.bytes, fs::metadata(shelf.archive()).unwrap().len());
        assert!(made.manifest.audit_heads.iter().any(|(account, _)| *account == AccountId::INSTANCE));
        let bytes = fs::read(shelf.archive()).unwrap();
        for plain in ["alice", &keys[0].id, "audit_event", MASTER_KEY] {
            assert!(!bytes.windows(plain.len()).any(|window| window == plain.as_bytes()), "{plain}");
        }

        // The trail of the store tells of it.
        let told = |event: &Json| event["action"] == "iam:BackUp";
        super::support::eventually(Duration::from_secs(5), || {
            let export = audit::Export { account: Some(AccountId::INSTANCE), after: 0, size: PageSize::MAX };
            let events = node.query(&operator(), export).unwrap().items;
            events.iter().any(|event| told(&serde_json::from_str(&event.body).unwrap()))
        });
        drop(node);

        let target = Store::Sqlite(tempfile::tempdir().unwrap());
        shelf.restore(&target, Sessions::End).unwrap();
        let node = target.node();
        assert_keys(&node, &keys);
        assert!(!node.iam.snapshot().unwrap().accounts.iter().any(|(id, _)| *id == root.account), "it came later");
        assert_whole(&node);
    });
}

/// A store that is closed meanwhile leaves a whole archive or none.
#[test]
fn sec_253_a_backup_that_is_broken_off_leaves_nothing() {
    on_each(|source| {
        let node = source.node();
        fill(&node);
        let shelf = Shelf::new();
        let permit = node.query(&operator(), Begin { archive: shelf.archive(), key: shelf.key() }).unwrap();
        let running = node.iam.begin_backup(permit).unwrap();
        drop(node);
        let made = running.wait(Duration::ZERO, |outcome| outcome.unwrap().is_ok());
        assert_eq!(shelf.archive().exists(), made);
        assert!(!made || shelf.verify().is_ok());
    });
}

/// Nothing is replaced, and the two kinds of keys are never one.
#[test]
fn sec_251_what_a_backup_refuses() {
    on_each(|source| {
        let node = source.node();
        let shelf = Shelf::new();
        fs::write(shelf.archive(), "mine").unwrap();
        let refused = back_up(&node, &shelf).unwrap_err();
        assert!(refused.contains("is there already"), "{refused}");
        assert_eq!(fs::read(shelf.archive()).unwrap(), b"mine");
        fs::remove_file(shelf.archive()).unwrap();

        let refuses = |words: &str| {
            let refused = back_up(&node, &shelf).unwrap_err();
            assert!(refused.contains(words) && !shelf.archive().exists(), "{refused}");
        };
        write_key(&shelf.key(), MASTER_KEY);
        refuses("is the store's master key");
        write_key(&shelf.key(), "5a5a");
        refuses("must have 64 hexadecimal digits");
        fs::set_permissions(shelf.key(), fs::Permissions::from_mode(0o644)).unwrap();
        refuses("may be read by others");
        fs::remove_file(shelf.key()).unwrap();
        refuses("there is no key");
        crate::backup::make_key(&shelf.key(), &crate::clock::SystemEntropy::default()).unwrap();
        assert_eq!(fs::metadata(shelf.key()).unwrap().permissions().mode() & 0o7777, 0o400);
        back_up(&node, &shelf).unwrap();

        // Only the operator may.
        let root = node.account();
        let begin = Begin { archive: Path::new("/nowhere/archive").into(), key: shelf.key() };
        let denied = node.query(&root.caller, begin).unwrap_err();
        assert!(matches!(denied, Error::Denied { .. }), "{denied:?}");
        assert!(matches!(root.caller, Caller::Principal { .. }));
    });
}

/// SEC-252: what was deleted since is listed, where the old store can still be looked at.
#[test]
fn sec_252_keys_that_were_deleted_since_are_listed() {
    let source = Store::Sqlite(tempfile::tempdir().unwrap());
    let node = source.node();
    let keys = fill(&node);
    drop(node);
    let shelf = Shelf::new();
    shelf.fill(&source);
    source.file().execute("DELETE FROM access_key WHERE id = ?1", [&keys[0].id]).unwrap();
    let Store::Sqlite(old) = &source else { return };
    let target = tempfile::tempdir().unwrap();
    let (settings, _) = settings(target.path(), Database::Embedded);
    let sessions = Sessions::End;
    let compare = Some(old.path().to_owned());
    let order = Restore { archive: shelf.archive(), key: shelf.key(), sessions, compare };
    let restored = restore(&settings, &order, &mut Watch::new(&mut |_| true)).unwrap();
    assert_eq!(restored.deleted_since, Some(vec![keys[0].id.clone()]));
}
