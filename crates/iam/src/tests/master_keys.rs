//! Changing the master key while everything goes on (SEC-066).

use std::{fs, path::PathBuf, time::Duration};

use base::{ids::AccountId, timestamp::Timestamp};
use decide::{seal::Binding, verify::ACCESS_KEY_PURPOSE};
use tempfile::TempDir;

use super::support::{MASTER_KEY, Node, Root, Store, eventually, on_each, on_postgres, operator, pause, write_key};
use crate::{
    OpenError, access_keys, audit,
    clock::SystemEntropy,
    error::{Error, Noun},
    instance_keys::instance_key,
    keyring::Keyring,
    master_keys::{Add, Added, Drop, List, Listed, Rewrap, Rotate, Version, file},
    page::PageSize,
};

/// How long wrapping a few accounts anew may take.
const SOON: Duration = Duration::from_secs(30);
/// The name of a key of the installation.
const TOKENS: &str = "tokens-of-a-test";

/// The file that a node has its master keys from.
struct KeyFile {
    _folder: TempDir,
    path: PathBuf,
}

impl KeyFile {
    fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("keys");
        write_key(&path, MASTER_KEY);
        Self { _folder: folder, path }
    }

    fn text(&self) -> String {
        fs::read_to_string(&self.path).unwrap()
    }

    fn put(&self, text: &str) {
        let _ = fs::remove_file(&self.path);
        write_key(&self.path, text);
    }

    /// Removes the line of a version.
    fn remove(&self, version: u32) {
        let is_its = |line: &str| match line.split_once(':') {
            Some((number, _)) => number == version.to_string(),
            None => version == 1,
        };
        let lines: Vec<String> = self.text().lines().filter(|line| !is_its(line)).map(str::to_owned).collect();
        self.put(&lines.join("\n"));
    }

    fn node(&self, store: &Store) -> Node {
        self.try_node(store).unwrap()
    }

    fn try_node(&self, store: &Store) -> Result<Node, OpenError> {
        store.try_node_with(|settings| {
            settings.master_key = Some(self.path.clone());
            settings.max_staleness = Duration::from_secs(1);
        })
    }

    /// Makes the installation's key, as what needs it does at opening; or gives what it is.
    fn instance_key(&self, store: &Store) -> [u8; 32] {
        drop(self.node(store)); // makes the schema where it is not there yet
        let keyring = Keyring::new(self.path.clone(), file::read(&self.path).unwrap());
        let mut opened = store.opened_with(|settings| settings.master_key = Some(self.path.clone()));
        let key = instance_key(&mut opened, &keyring, TOKENS, &SystemEntropy::default(), Timestamp::START_OF_2026);
        *key.unwrap().expose()
    }
}

fn version(number: u64) -> Version {
    Version::new(number).unwrap()
}

fn list(node: &Node) -> Vec<Listed> {
    node.query(&operator(), List).unwrap()
}

fn add(node: &Node) -> Added {
    let next = list(node).last().unwrap().version.next().unwrap();
    node.change(&operator(), Add::new(next)).unwrap()
}

fn drop_version(node: &Node, number: u64) -> Result<(), Error> {
    node.change(&operator(), Drop { version: version(number) })
}

/// Takes the newest into use, and nothing else yet.
fn rotate(node: &Node) -> u32 {
    node.change(&operator(), Rotate).unwrap().number()
}

/// How many data keys, and how many of the installation's, each version wraps.
fn wraps(node: &Node) -> Vec<(u32, u64, u64)> {
    list(node).iter().map(|one| (one.version.number(), one.data_keys, one.instance_keys)).collect()
}

fn rewrapped(node: &Node, old: u32) {
    eventually(SOON, || wraps(node).iter().all(|(version, keys, own)| *version > old || keys + own == 0));
}

/// An account, and a key of its root with its secret.
struct Holder {
    root: Root,
    key: access_keys::Minted,
}

impl Holder {
    fn new(node: &Node) -> Self {
        let root = node.account();
        let key = node.change(&root.caller, access_keys::Create { owner: access_keys::Owner::Root }).unwrap();
        Self { root, key }
    }

    fn account(&self) -> AccountId {
        self.root.account
    }

    /// That the node can open the secret, and so verify what is signed with it. Another node hears of it a moment later.
    fn is_good_on(&self, node: &Node) {
        let id = self.key.key.id;
        eventually(SOON, || node.iam.snapshot().is_ok_and(|snapshot| snapshot.access_keys.get(&id).is_some()));
        let snapshot = node.iam.snapshot().unwrap();
        let account = snapshot.accounts.get(&self.account()).unwrap();
        let kept = snapshot.access_keys.get(&id).unwrap();
        let (owner, record) = (kept.owner.number(), id.as_str());
        let binding = Binding { purpose: ACCESS_KEY_PURPOSE, account: self.account(), owner, record };
        let opened = account.data_key.open(binding, &kept.sealed_secret).unwrap();
        assert_eq!(opened.as_slice(), self.key.secret.expose().as_bytes());
    }

    /// That the trail is whole, and replaying it gives the tables.
    fn is_told_on(&self, node: &Node) {
        let account = Some(self.account());
        assert!(node.query(&operator(), audit::Verify::of(account)).unwrap().verdict.is_ok());
        let replayed = node.query(&operator(), audit::Replay { account }).unwrap();
        assert_eq!(replayed.differing, 0, "{:?}", replayed.differences);
    }

    /// How often the trail says that its data key was wrapped anew.
    fn told_rewraps(&self, node: &Node) -> usize {
        let export = audit::Export { account: Some(self.account()), after: 0, size: PageSize::MAX };
        let events = node.query(&operator(), export).unwrap().items;
        events.iter().filter(|event| event.body.contains(r#""action":"iam:RewrapDataKey""#)).count()
    }
}

fn are_good(holders: &[Holder], node: &Node) {
    for holder in holders {
        holder.is_good_on(node);
    }
}

/// The whole way: added, taken into use, everything wrapped anew, the old one dropped and its line removed.
#[test]
fn sec_066_the_master_key_is_changed() {
    on_each(|store| {
        let file = KeyFile::new();
        let tokens = file.instance_key(store);
        let node = file.node(store);
        let mut holders: Vec<Holder> = (0..5).map(|_| Holder::new(&node)).collect();
        let own = wraps(&node)[0].2;
        assert_eq!(wraps(&node), [(1, 5, own)]);

        assert_eq!(add(&node), Added { version: version(2), made: true });
        assert!(file.text().starts_with(MASTER_KEY) && file.text().contains("\n2:"));
        holders.push(Holder::new(&node));
        assert_eq!(wraps(&node), [(1, 6, own), (2, 0, 0)], "the old one goes on wrapping what is new");

        assert_eq!(rotate(&node), 2);
        holders.push(Holder::new(&node));
        assert_eq!(wraps(&node), [(1, 6, own), (2, 1, 0)], "the new one wraps what is new, at once");
        assert!(list(&node)[1].current && !list(&node)[0].current);
        let in_use = drop_version(&node, 1).unwrap_err();
        assert!(matches!(in_use, Error::InUse { noun: Noun::MasterKey, .. }), "{in_use:?}");

        node.iam.wrap_anew();
        rewrapped(&node, 1);
        assert_eq!(wraps(&node), [(1, 0, 0), (2, 7, own)]);
        for (place, holder) in holders.iter().enumerate() {
            holder.is_good_on(&node);
            holder.is_told_on(&node);
            assert_eq!(holder.told_rewraps(&node), usize::from(place < 6));
        }
        assert!(node.query(&operator(), audit::Verify::of(None)).unwrap().verdict.is_ok());
        let current = drop_version(&node, 2).unwrap_err();
        assert!(matches!(current, Error::InUse { .. }), "{current:?}");
        drop_version(&node, 1).unwrap();
        let gone = drop_version(&node, 1).unwrap_err();
        assert!(matches!(gone, Error::NotFound { noun: Noun::MasterKey, .. }), "{gone:?}");
        drop(node);

        file.remove(1);
        let node = file.node(store);
        holders.push(Holder::new(&node));
        are_good(&holders, &node);
        assert!(list(&node)[0].dropped.is_some() && !list(&node)[0].at_hand && list(&node)[1].at_hand);
        // And once more, so that what a later one wraps is wrapped anew, too.
        assert_eq!(add(&node).version, version(3));
        rotate(&node);
        node.iam.wrap_anew();
        rewrapped(&node, 2);
        drop_version(&node, 2).unwrap();
        drop(node);
        file.remove(2);
        let node = file.node(store);
        are_good(&holders, &node);
        assert_eq!(wraps(&node), [(1, 0, 0), (2, 0, 0), (3, 8, own)]);
        drop(node);
        assert_eq!(file.instance_key(store), tokens, "the installation's keys are what they were");
    });
}

/// What was left undone when the process ended is done after the next start, by itself.
#[test]
fn sec_066_wrapping_anew_goes_on_after_an_end_in_the_middle() {
    on_each(|store| {
        let file = KeyFile::new();
        let node = file.node(store);
        let holders: Vec<Holder> = (0..6).map(|_| Holder::new(&node)).collect();
        add(&node);
        rotate(&node);
        for holder in &holders[..3] {
            node.change(&operator(), Rewrap { account: holder.account() }).unwrap();
        }
        let again = node.change(&operator(), Rewrap { account: holders[0].account() }).unwrap_err();
        assert!(matches!(again, Error::Conflict), "{again:?}");
        are_good(&holders, &node);
        let counts = wraps(&node);
        assert_eq!((counts[0].1, counts[1].1), (3, 3));
        node.iam.close();
        drop(node);

        let node = file.node(store);
        rewrapped(&node, 1);
        for holder in &holders {
            holder.is_good_on(&node);
            holder.is_told_on(&node);
            assert_eq!(holder.told_rewraps(&node), 1, "each was wrapped anew once");
        }
        // An end at any moment, again and again.
        node.iam.close();
        drop(node);
        for old in 2..6 {
            let node = file.node(store);
            add(&node);
            assert_eq!(rotate(&node), old + 1);
            node.iam.wrap_anew();
            pause(Duration::from_millis(3 * u64::from(old)));
            node.iam.close();
            drop(node);
            let node = file.node(store);
            rewrapped(&node, old);
            for holder in &holders {
                holder.is_good_on(&node);
                holder.is_told_on(&node);
            }
        }
    });
}

/// What a start needs of the file: every version that may wrap anything, and that they are the store's.
#[test]
fn sec_066_sec_065_a_store_starts_with_all_versions_that_it_needs() {
    on_each(|store| {
        let file = KeyFile::new();
        let node = file.node(store);
        let holder = Holder::new(&node);
        add(&node);
        drop(node);
        let (whole, another) = (file.text(), "ab".repeat(32));
        let refusal = |text: &str| {
            file.put(text);
            file.try_node(store).err().expect("it was opened")
        };
        let path = file.path.display();

        file.remove(2);
        holder.is_good_on(&file.node(store)); // it wraps nothing yet
        let wrong = refusal(&format!("{MASTER_KEY}\n2:{another}"));
        assert_eq!(wrong.to_string(), format!("version 2 of the master key at `{path}` is not this store's"));
        file.put(&whole);
        rotate(&file.node(store));

        let missing = refusal(MASTER_KEY);
        assert_eq!(
            missing.to_string(),
            format!(
                "the master key at `{path}` has no version 2, and the store needs it: add the line with that \
                 version, from where it was made"
            )
        );
        let wrong = refusal(&format!("{MASTER_KEY}\n2:{another}"));
        assert!(matches!(wrong, OpenError::KeyVersionWrong { version, .. } if version.number() == 2), "{wrong}");
        let first = refusal(&whole.replace(MASTER_KEY, &another));
        assert!(matches!(first, OpenError::KeyWrong(_)), "{first}");
        let first = refusal(whole.split_once('\n').unwrap().1);
        assert!(matches!(first, OpenError::KeyVersionMissing { version: Version::FIRST, .. }), "{first}");
        let swapped = whole.replacen("\n2:", "\n1:", 1).replacen(MASTER_KEY, &format!("2:{MASTER_KEY}"), 1);
        assert!(matches!(refusal(&swapped), OpenError::KeyWrong(_)));
        file.put(&(whole + &format!("3:{another}\n"))); // a line that nobody has taken into use
        holder.is_good_on(&file.node(store));
    });
}

/// Adding is safe to do again, and rotating says what it lacks.
#[test]
fn sec_066_adding_and_rotating_say_what_is_wrong() {
    on_each(|store| {
        let file = KeyFile::new();
        let node = file.node(store);
        let nothing = node.change(&operator(), Rotate).unwrap_err();
        assert!(matches!(nothing, Error::Invalid { field: "master key", .. }), "{nothing:?}");
        for number in [1, 3] {
            let other = node.change(&operator(), Add::new(version(number))).unwrap_err();
            assert!(matches!(other, Error::Conflict), "{other:?}");
        }
        // What broke off between the file and the store, or was written by hand, is gone on with.
        file.put(&format!("{MASTER_KEY}\n2:{}\n", "cd".repeat(32)));
        assert_eq!(add(&node), Added { version: version(2), made: false });
        assert_eq!(rotate(&node), 2);
        assert_eq!(rotate(&node), 2, "doing it again changes nothing");
        // A file that cannot be read is not changed.
        file.put("swordfish");
        let unusable = node.change(&operator(), Add::new(version(3))).unwrap_err();
        let told = unusable.to_string();
        assert!(matches!(unusable, Error::Invalid { field: "master key file", .. }), "{told}");
        assert!(told.contains("is not written in hexadecimal digits") && !told.contains("swordfish"), "{told}");
        assert_eq!(file.text(), "swordfish");
        // What has been proven stays in use whatever the file says meanwhile.
        assert!(node.iam.reload_master_keys().is_err());
        Holder::new(&node).is_good_on(&node);
    });
}

/// An added one that was never taken into use can be dropped, and its number is not used again.
#[test]
fn sec_066_numbers_are_not_used_again() {
    on_each(|store| {
        let file = KeyFile::new();
        let node = file.node(store);
        add(&node);
        drop_version(&node, 2).unwrap();
        assert!(node.change(&operator(), Rotate).is_err(), "nothing is there to rotate to");
        assert_eq!(add(&node).version, version(3));
        assert_eq!(rotate(&node), 3);
    });
}

/// Several nodes that have the file before the rotation go on, whichever of them is asked.
#[test]
fn sec_066_other_nodes_that_have_the_file_go_on() {
    on_postgres(|store| {
        let (here, there) = (KeyFile::new(), KeyFile::new());
        let (one, two) = (here.node(store), there.node(store));
        let mut holders: Vec<Holder> = (0..4).map(|_| Holder::new(&one)).collect();
        add(&one);
        there.put(&here.text());
        rotate(&one);
        one.iam.wrap_anew();
        holders.push(Holder::new(&two)); // the file is read when its version is met
        let listed = list(&two);
        assert!(listed[1].at_hand && listed[1].current && listed[1].data_keys > 0);
        rewrapped(&two, 1);
        for holder in &holders {
            for node in [&one, &two] {
                eventually(SOON, || node.iam.snapshot().unwrap().accounts.get(&holder.account()).is_some());
                holder.is_good_on(node);
                holder.is_told_on(node);
            }
        }
        drop_version(&two, 1).unwrap();
        here.remove(1);
        there.remove(1);
        drop((one, two));
        let node = here.node(store);
        are_good(&holders, &node);
    });
}

/// A node that was not given the line stops being ready, drops nobody, and goes on when it gets it.
#[test]
fn sec_066_a_node_without_the_line_waits_for_it() {
    on_postgres(|store| {
        let (here, there) = (KeyFile::new(), KeyFile::new());
        let (one, two) = (here.node(store), there.node(store));
        let mut holders: Vec<Holder> = (0..3).map(|_| Holder::new(&one)).collect();
        add(&one);
        eventually(SOON, || two.iam.snapshot().is_ok_and(|s| s.accounts.get(&holders[2].account()).is_some()));
        assert!(two.iam.is_ready(), "what was only added matters to nobody");
        let refused = two.change(&operator(), Rotate).unwrap_err();
        assert!(matches!(refused, Error::Invalid { field: "master key file", .. }), "{refused:?}");
        assert_eq!(wraps(&two), [(1, 3, wraps(&one)[0].2), (2, 0, 0)]);

        rotate(&one);
        one.iam.wrap_anew();
        rewrapped(&one, 1);
        eventually(SOON, || two.iam.snapshot().is_err() && !two.iam.is_ready());
        assert!(!two.iam.has_failed());
        assert!(matches!(two.query(&operator(), List), Err(Error::Unavailable { .. })));
        let missing = there.try_node(store).err().expect("it was opened");
        assert!(matches!(missing, OpenError::KeyVersionMissing { .. }), "{missing}");
        // A wrong line is as good as none.
        there.put(&format!("{MASTER_KEY}\n2:{}", "ab".repeat(32)));
        pause(Duration::from_millis(1_500));
        assert!(two.iam.snapshot().is_err());
        holders.push(Holder::new(&one));

        there.put(&here.text());
        eventually(SOON, || two.iam.is_ready() && two.iam.snapshot().is_ok());
        are_good(&holders, &two);
        holders.push(Holder::new(&two));
        eventually(SOON, || one.iam.snapshot().unwrap().accounts.get(&holders[4].account()).is_some());
        are_good(&holders, &one);
    });
}

/// Nodes that add at once do not give one number to two keys.
#[test]
fn sec_066_one_version_is_one_key() {
    on_postgres(|store| {
        let (here, there) = (KeyFile::new(), KeyFile::new());
        let (one, two) = (here.node(store), there.node(store));
        let asked = [&one, &two].map(|node| node.iam.change(operator(), Add::new(version(2))));
        let made: Vec<_> = asked.into_iter().map(super::support::wait).collect();
        assert_eq!(made.iter().filter(|answer| answer.is_ok()).count(), 1, "{made:?}");
        assert!(made.iter().any(|answer| matches!(answer, Err(Error::Conflict))), "{made:?}");
        let (right, wrong) = if made[0].is_ok() { (&one, &two) } else { (&two, &one) };
        let refused = wrong.change(&operator(), Rotate).unwrap_err();
        assert!(refused.to_string().contains("has another key as version 2"), "{refused}");
        rotate(right);
    });
}

/// A store of an older release, which has no table of master keys, starts with its one key and no other.
#[test]
fn sec_066_a_store_of_an_older_release_is_unlocked() {
    on_each(|store| {
        drop(store.node());
        let text = "DROP TABLE master_key";
        match store {
            Store::Sqlite(_) => store.file().execute_batch(text).unwrap(),
            Store::Postgres(database) => database.admin().execute(text),
        }
        let wrong = KeyFile::new();
        wrong.put(&"ab".repeat(32));
        assert!(matches!(wrong.try_node(store), Err(OpenError::KeyWrong(_))));
    });
}
