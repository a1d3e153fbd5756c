//! Replaying a history, and what it notices.

use base::timestamp::Timestamp;
use policy::grammar::Flavour;

use super::support::{Home, World};
use crate::{
    access_keys::{self, Owner},
    accounts,
    api_keys::{self, KeyName},
    audit::{Difference, Replayed},
    caller::Caller,
    error::Error,
    groups,
    hashing::Password,
    identity_providers, login_profiles,
    partner_accounts::{self, Record},
    policies::PolicyDocument,
    users,
    values::{EntityName, EntityPath, Remarks},
};

fn history() -> (World, Home) {
    let world = World::new();
    let (home, other) = (world.home(), world.home());
    for name in ["alice", "bob", "carol"] {
        world.create_user(&home, name).unwrap();
        world.create_user(&other, name).unwrap();
    }
    world.delete_user(&home, "bob").unwrap();
    world.create_user(&home, "bob").unwrap();
    (world, home)
}

fn after(damage: &str) -> Replayed {
    let (world, home) = history();
    world.file().execute(damage, [i64::try_from(home.account.number()).unwrap()]).unwrap();
    world.replay(home.account)
}

/// Table, column, what the trail tells, what was found.
type Told<'a> = (&'a str, Option<&'a str>, Option<&'a str>, Option<&'a str>);

fn told(difference: &Difference) -> Told<'_> {
    let Difference { table, column, expected, found, .. } = difference;
    (table, column.as_deref(), expected.as_deref(), found.as_deref())
}

#[test]
fn sec_178_replaying_the_trail_gives_what_the_tables_hold() {
    let (world, home) = history();
    let replayed = world.replay(home.account);
    assert_eq!(replayed.differences, []);
    // The account, its root's key, and three users with their names.
    assert_eq!((replayed.events, replayed.rows, replayed.differing), (6, 8, 0));
    let world = world.reopen(|_| {});
    assert_eq!(world.replay(home.account).differing, 0);
    assert_eq!(world.replay(base::ids::AccountId::INSTANCE).differing, 0);
}

/// Every noun, changed in every way, with deeds that fail in between.
#[test]
fn sec_178_replaying_rebuilds_every_noun() {
    let world = World::new();
    let home = world.home();
    let root = &home.root;
    let name = |text: &str| EntityName::parse(text).unwrap();
    for user in ["alice", "bob", "carol"] {
        world.create_user(&home, user).unwrap();
        let password = Some(Password::parse("correct horse").unwrap().into());
        let to = login_profiles::Changes { password, enabled: Some(true), ..Default::default() };
        world.change(root, login_profiles::Update::new(user.into(), to).unwrap()).unwrap();
    }
    let to = users::Changes { name: Some(name("Alicia")), enabled: Some(false), ..Default::default() };
    world.change(root, users::Update { name: "alice".into(), to }).unwrap();
    let taken = users::Changes { name: Some(name("bob")), ..Default::default() };
    let refused = world.change(root, users::Update { name: "carol".into(), to: taken });
    assert!(matches!(refused, Err(Error::Exists { .. })));

    let owner = || Owner::User("bob".into());
    let minted = world.change(root, access_keys::Create { owner: owner() }).unwrap();
    world.change(root, access_keys::Create { owner: owner() }).unwrap();
    let key = minted.key.id.to_string();
    world.change(root, access_keys::SetEnabled { owner: owner(), key: key.clone(), enabled: false }).unwrap();
    world.change(root, access_keys::Delete { owner: owner(), key }).unwrap();
    change_api_keys(&world, root);
    change_records(&world, root);

    for group in ["readers", "writers"] {
        let (path, remarks) = (EntityPath::default(), Remarks::default());
        world.change(root, groups::Create { name: name(group), path, remarks }).unwrap();
        for user in ["alicia", "bob"] {
            world.change(root, groups::AddUser { group: group.into(), user: user.into() }).unwrap();
        }
    }
    world.change(root, groups::RemoveUser { group: "readers".into(), user: "bob".into() }).unwrap();
    let to = groups::Changes { name: Some(name("Authors")), ..Default::default() };
    world.change(root, groups::Update { name: "writers".into(), to }).unwrap();
    let dependents = crate::dependents::Dependents::Remove;
    world.change(root, groups::Delete { name: "readers".into(), dependents }).unwrap();

    world
        .change(root, accounts::SetAlias { account: home.account, alias: accounts::Alias::parse("acme").ok() })
        .unwrap();
    world.change(root, login_profiles::Delete { user: "carol".into() }).unwrap();
    assert_eq!(world.replay(home.account).differences, []);
    world.delete_user(&home, "bob").unwrap();
    let replayed = world.replay(home.account);
    assert_eq!(replayed.differences, []);
    // The account and root's key; two users with their names; a profile, a group with a name of its own, a member.
    assert!(replayed.rows >= 2 + 4 + 3, "{replayed:?}");
    assert!(world.verify(home.account, None).verdict.is_ok());
}

/// One key that goes, one that stays.
fn change_api_keys(world: &World, root: &Caller) {
    let owner = || Owner::User("alicia".into());
    let text = r#"{"Version":"2012-10-17","Statement":{"Effect":"Allow","Action":"*","Resource":"*"}}"#;
    let document = PolicyDocument::parse(text.to_owned(), Flavour::Native).unwrap();
    let create = api_keys::Create { owner: owner(), name: KeyName::default(), expires: None, document: None };
    let ids = [(); 2].map(|()| world.change(root, create.clone()).unwrap().key.id.to_string());
    for key in ids {
        let (name, expires) = (KeyName::parse("renamed").ok(), Some(Some(Timestamp::from_micros(i64::MAX / 2))));
        let to = api_keys::Changes { name, enabled: Some(false), expires, document: Some(Some(document.clone())) };
        world.change(root, api_keys::Update { owner: owner(), key: key.clone(), to }).unwrap();
        let to = api_keys::Changes { document: Some(None), ..Default::default() };
        world.change(root, api_keys::Update { owner: owner(), key, to }).unwrap();
    }
    let key = world.change(root, create).unwrap().key.id.to_string();
    world.change(root, api_keys::Delete { owner: owner(), key }).unwrap();
}

/// A provider that goes and comes, and records.
fn change_records(world: &World, root: &Caller) {
    for metadata in ["<a/>", "<b/>"] {
        let to = identity_providers::Changes { metadata: Some(metadata.to_owned()), ..Default::default() };
        world.change(root, identity_providers::Update::new(to).unwrap()).unwrap();
        let to = identity_providers::Changes { enabled: Some(true), ..Default::default() };
        world.change(root, identity_providers::Update::new(to).unwrap()).unwrap();
        if metadata == "<a/>" {
            world.change(root, identity_providers::Delete).unwrap();
        }
    }
    for (user_id, name) in [("one", "first"), ("two", "second"), ("one", "third")] {
        let record = Record { user_id: user_id.to_owned(), name: name.to_owned(), ..Record::default() };
        world.change(root, partner_accounts::Put::new(record).unwrap()).unwrap();
    }
}

#[test]
fn sec_178_replaying_notices_an_edited_row() {
    let replayed = after("UPDATE iam_user SET remarks = 'x' WHERE account_id = ?1 AND name = 'alice'");
    assert_eq!(replayed.differing, 1);
    assert_eq!(told(&replayed.differences[0]), ("iam_user", Some("remarks"), Some("\"\""), Some("\"x\"")));
    let (text, key) = (replayed.differences[0].to_string(), &replayed.differences[0].key);
    assert_eq!(text, format!(r#"iam_user{key}.remarks: the trail tells "", the table holds "x""#));
    let replayed = after("UPDATE iam_user SET enabled = 0 WHERE account_id = ?1 AND name = 'carol'");
    assert_eq!(told(&replayed.differences[0]), ("iam_user", Some("enabled"), Some("true"), Some("false")));
}

#[test]
fn sec_178_replaying_notices_an_exchanged_secret() {
    let replayed = after("UPDATE access_key SET sealed_secret = x'00' WHERE account_id = ?1");
    assert_eq!((replayed.differing, replayed.differences[0].column.as_deref()), (1, Some("sealed_secret")));
}

#[test]
fn sec_178_replaying_notices_a_row_that_came_or_went_past_the_door() {
    let replayed = after("DELETE FROM name WHERE account_id = ?1 AND name_key = 'alice'");
    assert_eq!((replayed.differing, replayed.differences[0].found.as_deref()), (1, None));
    assert_eq!(replayed.differences[0].key, r#"["alice"]"#);
    assert!(replayed.differences[0].to_string().ends_with(", the table holds nothing"));
    let replayed = after("INSERT INTO quota (account_id, quota, most) VALUES (?1, 'users', 1000000)");
    assert_eq!(told(&replayed.differences[0]), ("quota", None, None, Some("[1000000]")));
}

#[test]
fn sec_178_replaying_recounts_the_tallies() {
    let replayed = after("UPDATE tally SET count = 1 WHERE account_id = ?1");
    assert_eq!(replayed.differing, 1);
    assert_eq!(told(&replayed.differences[0]), ("tally", Some("count"), Some("3"), Some("1")));
    let replayed = after("INSERT INTO tally (account_id, noun, count) VALUES (?1, 'dragon', 7)");
    assert_eq!(told(&replayed.differences[0]), ("tally", Some("count"), None, Some("7")));
}

/// SEC-178: tables of more than a page are compared to the last row.
#[test]
fn sec_178_replaying_goes_through_all_pages() {
    let world = World::new();
    let home = world.home();
    for number in 0..1_001 {
        world.create_user(&home, &format!("user-{number}")).unwrap();
    }
    let replayed = world.replay(home.account);
    assert_eq!((replayed.events, replayed.rows, replayed.differing), (1_002, 2 + 2 * 1_001, 0));
    let account = i64::try_from(home.account.number()).unwrap();
    world.file().execute("UPDATE iam_user SET path = '/x/' WHERE account_id = ?1", [account]).unwrap();
    let replayed = world.replay(home.account);
    assert_eq!((replayed.differing, replayed.differences.len()), (1_001, Replayed::DIFFERENCES_MAX));
}

/// An event that does not fit those before it is told by its number. (Verifying tells that it was forged.)
#[test]
fn sec_178_replaying_tells_which_event_does_not_fit() {
    for (from, to) in
        [("\"deed\":\"delete\"", "\"deed\":\"defer\""), ("\"table\":\"iam_user\"", "\"table\":\"planet\""), ("{", "[")]
    {
        let (world, home) = history();
        let account = i64::try_from(home.account.number()).unwrap();
        world.file().execute_batch("DROP TRIGGER audit_event_no_update").unwrap();
        let text = "UPDATE audit_event SET body = replace(body, ?2, ?3) WHERE account_id = ?1 AND seq = 5";
        world.file().execute(text, (account, from, to)).unwrap();
        let replayed = world.replay(home.account);
        assert_eq!(replayed.differences[0].event, Some(5), "{from}: {replayed:?}");
    }
}
