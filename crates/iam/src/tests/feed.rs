//! The feed on both databases: following it gives what loading gives, and old entries go.

use std::{collections::BTreeMap, fmt::Debug, sync::Arc, time::Duration};

use base::{
    ids::{AccessKeyId, AccountId, UserId},
    secret::SecretBytes,
    timestamp::Timestamp,
};
use decide::snapshot::{Grants, Snapshot};

use super::{
    policies::document,
    roles::create_role,
    support::{
        MASTER_KEY, Node, Root,
        deeds::{create_api_key, harmless, owner},
        eventually, on_each, on_postgres,
    },
};
use crate::{
    api_keys,
    attachments::{OfGroup, OfRole, OfUser},
    boundaries,
    db::{Connection, DbError, Row, Sql, Value},
    error::Result,
    feed::{self, Change, Committed, Cursor, Step, Touched},
    inline_policies,
    keyring::Keyring,
    policies::PolicyRef,
    values::EntityName,
};

/// A little more than entries are kept.
const LONG: i64 = 25 * 60 * 60 * 1_000_000;

fn keyring() -> Keyring {
    let bytes = data_encoding::HEXLOWER.decode(MASTER_KEY.as_bytes()).unwrap();
    Keyring::of_first(SecretBytes::new(bytes.try_into().unwrap()))
}

fn loaded(tx: &mut dyn Connection) -> Result<(Snapshot, Cursor)> {
    Ok((feed::load(tx, &keyring(), &Arc::default())?, Cursor::end(tx)?))
}

fn assert_same(one: &Snapshot, other: &Snapshot) {
    assert_eq!(shown(one.principals.iter()), shown(other.principals.iter()));
    assert_eq!(shown(one.groups.iter()), shown(other.groups.iter()));
    assert_eq!(shown(one.roles.iter()), shown(other.roles.iter()));
    assert_eq!(shown(one.policies.iter()), shown(other.policies.iter()));
    assert_eq!(one.access_keys, other.access_keys);
    assert_eq!(shown(one.api_keys.iter()), shown(other.api_keys.iter()));
    let accounts = |snapshot: &Snapshot| {
        let mut accounts: Vec<_> =
            snapshot.accounts.iter().map(|(id, account)| (*id, account.root, account.revision)).collect();
        accounts.sort();
        accounts
    };
    assert_eq!(accounts(one), accounts(other));
}

/// Compiled documents cannot be compared; what they print can.
fn shown<'a, K: Copy + Ord + 'a>(table: impl Iterator<Item = (&'a K, &'a (impl Debug + 'a))>) -> BTreeMap<K, String> {
    table.map(|(id, value)| (*id, format!("{value:?}"))).collect()
}

/// Lets a user, a role and a group hold policies in every way.
fn hold_policies(node: &Node, root: &Root) {
    node.create_group(root, "readers");
    create_role(node, root, "courier");
    node.create_policy(root, "reading").unwrap();
    let (user, role) = (|| OfUser("user-1".to_owned()), || OfRole("courier".to_owned()));
    for policy in [PolicyRef::custom("reading"), PolicyRef::system("ReadOnlyAccess")] {
        node.attach(root, user(), policy.clone()).unwrap();
        node.attach(root, role(), policy.clone()).unwrap();
        node.attach(root, OfGroup("readers".to_owned()), policy).unwrap();
    }
    for name in ["B", "a"] {
        let (name, document) = (EntityName::parse(name).unwrap(), document(name));
        let put = inline_policies::Put { holder: user(), name: name.clone(), document: document.clone() };
        node.change(&root.caller, put).unwrap();
        node.change(&root.caller, inline_policies::Put { holder: role(), name, document }).unwrap();
    }
    node.change(&root.caller, boundaries::Put { holder: user(), policy: PolicyRef::custom("reading") }).unwrap();
    node.change(&root.caller, boundaries::Put { holder: role(), policy: PolicyRef::custom("reading") }).unwrap();
}

#[test]
fn following_the_feed_gives_what_loading_gives() {
    on_each(|store| {
        let (old, cursor) = store.transact(loaded).unwrap();
        let node = store.node();
        for _ in 0..3 {
            let root = node.account();
            for number in 0..5 {
                node.create_user(&root, &format!("user-{number}")).unwrap();
                node.create_key(&root, &format!("user-{number}"));
                let create = create_api_key(owner(&format!("user-{number}")));
                node.change(&root.caller, api_keys::Create { document: Some(harmless()), ..create }).unwrap();
            }
            node.delete_user(&root, "user-3").unwrap();
            hold_policies(&node, &root);
        }
        drop(node);
        let (new, end) = store.transact(loaded).unwrap();
        let step = store.transact(|tx| feed::follow(tx, &old, &cursor, &keyring())).unwrap();
        let Step::Moved(followed, at) = step else { panic!("{step:?}") };
        assert_same(&followed, &new);
        assert_eq!((new.policies.len(), new.roles.len(), new.groups.len(), new.api_keys.len()), (3, 3, 3, 12));
        let with_all =
            |grants: &Grants| (grants.attached.len(), grants.inline.len(), grants.boundary.is_some()) == (2, 2, true);
        assert_eq!(new.principals.iter().filter(|(_, user)| with_all(&user.grants)).count(), 3);
        assert_eq!(new.roles.iter().filter(|(_, role)| with_all(&role.grants)).count(), 3);
        assert_eq!(at, end);
        assert_eq!(old.principals.len(), 0, "the old one stands as it was");
        let step = store.transact(|tx| feed::follow(tx, &new, &end, &keyring())).unwrap();
        assert!(matches!(step, Step::Unchanged), "{step:?}");
        // A cursor ahead of the feed: the database was put back to an earlier state.
        let step = store.transact(|tx| {
            tx.run(&crate::db::Sql::new("UPDATE change_head SET seq = 0"), &[])?;
            feed::follow(tx, &new, &end, &keyring())
        });
        assert!(matches!(step, Ok(Step::Behind)), "{step:?}");
    });
}

#[test]
fn old_entries_are_deleted_and_who_needs_them_loads_everything() {
    on_each(|store| {
        let (old, cursor) = store.transact(loaded).unwrap();
        let node = store.node();
        let root = node.account();
        node.create_user(&root, "alice").unwrap();
        node.clock.advance_micros(LONG);
        node.create_user(&root, "bob").unwrap();
        let now = node.iam.now();
        drop(node);
        let count = crate::db::Sql::new("SELECT count(*) FROM change_log");
        let entries = |tx: &mut dyn Connection| tx.rows(&count, &[])?[0].int(0);
        let before = store.transact(entries).unwrap();
        assert!(!store.transact(|tx| crate::prune::prune(tx, now)).unwrap(), "few entries go at once");
        let after = store.transact(entries).unwrap();
        // The embedded database's writer may have been at it already.
        assert!(before >= after && after == 1, "{before} entries, then {after}: bob's alone");
        let step = store.transact(|tx| feed::follow(tx, &old, &cursor, &keyring())).unwrap();
        assert!(matches!(step, Step::Behind), "{step:?}");
    });
}

/// Counts statements.
struct Counting<'c>(&'c mut dyn Connection, usize);

impl Connection for Counting<'_> {
    fn rows(&mut self, sql: &Sql, parameters: &[Value]) -> Result<Vec<Row>, DbError> {
        self.1 += 1;
        self.0.rows(sql, parameters)
    }

    fn run(&mut self, sql: &Sql, parameters: &[Value]) -> Result<u64, DbError> {
        self.1 += 1;
        self.0.run(sql, parameters)
    }
}

/// While entries are written, others wait for the shard's head; while they are followed, nothing newer is shown. So
/// neither takes a statement for each.
#[test]
fn many_changes_take_few_statements() {
    const MANY: u64 = 2_500;
    let users = (1..=MANY).map(|number| Change::User(UserId::new(number).unwrap()));
    let keys = (0..MANY).map(|number| {
        let mut bytes = [0; 10];
        bytes[..8].copy_from_slice(&number.to_be_bytes());
        Change::AccessKey(AccessKeyId::long_term(bytes))
    });
    let changes: Vec<Change> = users.chain(keys).collect();
    let account = AccountId::new(100_000_000_007).unwrap();
    on_each(|store| {
        let counts = store.transact(|tx| {
            let (mut snapshot, cursor) = loaded(tx)?;
            let mut counting = Counting(tx, 0);
            feed::announce(&mut counting, account, &changes, Timestamp::from_micros(1))?;
            let announced = std::mem::take(&mut counting.1);
            let touched = Touched { account, revision: 1, changes: changes.clone() };
            feed::apply(&mut counting, &mut snapshot, &Committed(vec![touched]), &keyring())?;
            let applied = std::mem::take(&mut counting.1);
            feed::follow(&mut counting, &snapshot, &cursor, &keyring())?;
            Ok([announced, applied, counting.1])
        });
        let counts = counts.unwrap();
        assert!(counts.into_iter().all(|count| count < 300), "announced, applied, followed with {counts:?}");
    });
}

/// A node whose entries were deleted while it was away goes on all the same.
#[test]
fn a_node_that_was_away_for_long_catches_up() {
    on_postgres(|store| {
        let node = store.node();
        let other = store.node();
        let root = other.account();
        other.create_user(&root, "alice").unwrap();
        let key = other.create_key(&root, "alice");
        eventually(Duration::from_secs(2), || node.knows(key));
        // What a day without connection comes to.
        let admin = store.database().admin();
        admin.execute("BEGIN; UPDATE change_head SET seq = seq + 5; DELETE FROM access_key; COMMIT");
        eventually(Duration::from_secs(2), || !node.knows(key));
    });
}
