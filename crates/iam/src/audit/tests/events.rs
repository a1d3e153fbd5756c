//! What an event says, and that nothing is done without one.

use std::time::Duration;

use base::ids::AccountId;
use serde_json::{Value as Json, json};

use super::support::{World, eventually, new_account, operator};
use crate::{
    audit::{Export, Replay, Verify},
    door::Query,
    error::Error,
    page::PageSize,
};

/// Makes every audit event fail to be stored.
const BREAK: &str = "CREATE TRIGGER broken BEFORE INSERT ON audit_event BEGIN SELECT RAISE(ABORT, 'broken'); END";

#[test]
fn sec_171_an_event_tells_all() {
    let world = World::new();
    let home = world.home();
    world.create_user(&home, "alice").unwrap();
    let mut event = world.events_of(home.account, "iam:CreateUser").remove(0);
    let members = event.as_object_mut().unwrap();
    let mut changes = members.remove("changes").unwrap();
    let principal = members.remove("principal").unwrap();
    let account = home.account.to_string();
    let expected = json!({
        "form": 1,
        "id": format!("{account}:2"),
        "account": account,
        "seq": 2,
        "time": "2026-07-01T12:00:00.000Z",
        "time_us": 1_782_907_200_000_000i64,
        "action": "iam:CreateUser",
        "outcome": "success",
        "code": null,
        "count": 1,
        "source": "192.0.2.7",
        "source_known_by": "connection",
        "agent": "test/1",
        "request_id": "request-1",
        "subject": account,
        "resources": ["user/alice"],
        "node": "node-1",
        "version": env!("CARGO_PKG_VERSION"),
    });
    assert_eq!(event, expected);
    let mut known = principal.as_object().unwrap().clone();
    assert!(known.remove("id").is_some_and(|id| id.as_u64().is_some()));
    assert!(known.remove("access_key").is_some_and(|key| key.as_str().unwrap().starts_with("CVAK")));
    assert_eq!(Json::Object(known), json!({ "type": "root", "account": account, "name": null, "mfa": false }));
    let user = changes.as_array_mut().unwrap().iter_mut().find(|change| change["table"] == "iam_user").unwrap();
    assert_eq!((&user["deed"], &user["fields"]["name"]), (&json!("insert"), &json!("alice")));
}

/// SEC-171: what is secret appears as a hash of what is sealed.
#[test]
fn sec_171_no_secret_is_in_an_event() {
    let world = World::new();
    let account = world.iam.draw_account_id();
    let created = world.change(&operator(), new_account(account)).unwrap();
    let text = Json::Array(world.events(account)).to_string();
    assert!(!text.contains(created.secret.expose()));
    assert!(text.contains(r#""sealed_secret":{"sha256":""#) && text.contains(r#""data_key":{"sha256":""#));
}

/// SEC-172: what failed has left no event of success, and what was answered has left one.
#[test]
fn sec_172_the_event_stands_and_falls_with_the_change() {
    let world = World::new();
    let home = world.home();
    world.create_user(&home, "alice").unwrap();
    let exists = world.create_user(&home, "ALICE");
    assert!(matches!(exists, Err(Error::Exists { .. })));
    assert_eq!(world.events_of(home.account, "iam:CreateUser").len(), 1);
    // What an operator does to an account stands in both chains.
    for chain in [home.account, AccountId::INSTANCE] {
        let events = world.events_of(chain, "iam:CreateAccount");
        assert_eq!(events.len(), 1);
        assert_eq!(events[0]["subject"], home.account.to_string());
        assert_eq!(events[0]["principal"], json!({ "type": "operator" }));
    }
}

/// SEC-173: no event, no deed; the same for denials, and for starting at all.
#[test]
fn sec_173_without_a_trail_nothing_changes() {
    let world = World::new();
    let home = world.home();
    world.create_user(&home, "alice").unwrap();
    let revision = world.iam.snapshot().unwrap().revision(home.account);
    let before = world.events(home.account);
    world.file().execute_batch(BREAK).unwrap();

    let unavailable = |result: Result<(), Error>| assert!(matches!(result, Err(Error::AuditUnavailable)), "{result:?}");
    unavailable(world.create_user(&home, "bob"));
    unavailable(world.delete_user(&home, "alice"));
    unavailable(world.change(&operator(), new_account(world.iam.draw_account_id())).map(|_| ()));
    let export = Export { account: Some(home.account), after: 0, size: PageSize::MAX };
    for _ in 0..15 {
        unavailable(world.query(&home.root, export).map(|_| ()));
        let account = world.iam.draw_account_id();
        unavailable(world.change(&home.root, new_account(account)).map(|_| ()));
    }

    assert_eq!(world.iam.snapshot().unwrap().revision(home.account), revision);
    assert_eq!(world.events(home.account), before);
    let users: String =
        world.file().query_row("SELECT group_concat(name) FROM iam_user", [], |row| row.get(0)).unwrap();
    assert_eq!(users, "alice");

    world.file().execute_batch("DROP TRIGGER broken").unwrap();
    world.create_user(&home, "bob").unwrap();
    assert!(world.verify(home.account, None).verdict.is_ok());
}

#[test]
#[should_panic(expected = "the audit trail cannot be written")]
fn sec_173_a_store_whose_trail_takes_nothing_is_not_opened() {
    World::new().reopen(|file| file.execute_batch(BREAK).unwrap());
}

/// SEC-179: reading the trail is for whoever may, is recorded, and shows one account only.
#[test]
fn sec_179_reading_the_trail_is_a_permission_and_is_recorded() {
    let world = World::new();
    let (home, other) = (world.home(), world.home());
    world.create_user(&home, "alice").unwrap();
    world.create_user(&other, "mallory").unwrap();
    let account = Some(home.account);
    let export = Export { account, after: 0, size: PageSize::MAX };
    let denied = [
        world.query(&home.root, export).map(|_| ()),
        world.query(&other.root, export).map(|_| ()),
        world.query(&other.root, Verify::of(account)).map(|_| ()),
        world.query(&other.root, Replay { account }).map(|_| ()),
    ];
    assert!(denied.iter().all(|result| matches!(result, Err(Error::Denied { .. }))), "{denied:?}");

    let page = world.query(&operator(), export).unwrap();
    assert!(page.next.is_none() && page.items.iter().all(|event| !event.body.contains("mallory")));
    assert!(page.items.iter().any(|event| event.body.contains("alice")));
    world.verify(home.account, None);
    world.replay(home.account);
    let reads = [Export::ACTION, Verify::ACTION, Replay::ACTION];
    for chain in [home.account, AccountId::INSTANCE] {
        for action in reads {
            let found = || {
                let mut events = world.events_of(chain, action.row().name);
                events.retain(|event| event["outcome"] == "success");
                events
            };
            eventually(Duration::from_secs(20), || found().len() == 1);
            assert_eq!(found()[0]["subject"], home.account.to_string());
        }
    }
    assert!(world.events_of(other.account, "iam:CreateUser").len() == 1);
    let unknown = world.query(&operator(), Verify::of(AccountId::new(999_999_999_999).ok()));
    assert!(matches!(unknown, Err(Error::NotFound { .. })));
}

/// SEC-179: what root does stands in the trail as everybody's deeds do; a kept head goes on being good.
#[test]
fn sec_179_roots_reading_is_recorded_and_a_kept_head_stays_good() {
    let world = World::new();
    let home = world.home();
    world.create_user(&home, "alice").unwrap();
    let kept = world.verify(home.account, None).verdict.unwrap();
    world.query(&home.root, crate::users::Get { name: "alice".into() }).unwrap();
    eventually(Duration::from_secs(20), || world.events_of(home.account, "iam:GetUser").len() == 1);
    let later = world.verify(home.account, Some(kept)).verdict.unwrap();
    assert!(later.seq > kept.seq);
}
