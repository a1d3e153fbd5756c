//! A small installation for the tests of sessions: two accounts, some users, and roles as a test makes them.

use std::{sync::Arc, time::Duration};

use base::{
    ids::{AccessKeyId, AccountId, GroupId, RoleId, UserId},
    secret::{SecretBytes, SecretText},
    timestamp::Timestamp,
};
use policy::{
    catalogue::Catalogue,
    compiled::Compiled,
    document::{Principal as Named, Purpose},
    grammar::{self, Flavour},
};

use crate::{
    identity::Actor,
    seal::{NONCE_BYTES, SealingKey},
    session::{Assumed, Assumer, Session, SessionPolicy, TokenKey},
    snapshot::{Account, Grants, Inline, Kind, Principal, Role, Rules, Snapshot, System},
};

pub(crate) const HOME: u64 = 100_000_000_000;
pub(crate) const AWAY: u64 = 200_000_000_000;
/// The root users.
pub(crate) const ROOT: u64 = 1;
pub(crate) const ROOT_AWAY: u64 = 11;
/// A user at home, in the group [`STAFF`].
pub(crate) const ALICE: u64 = 2;
/// Another, in no group.
pub(crate) const BOB: u64 = 3;
/// A user away.
pub(crate) const ZOE: u64 = 12;
pub(crate) const STAFF: u64 = 7;

/// A moment in the life of the installation.
pub(crate) fn noon() -> Timestamp {
    Timestamp::parse_seconds("2026-11-22T12:00:00Z").unwrap()
}

pub(crate) fn later(seconds: u64) -> Timestamp {
    noon().plus(Duration::from_secs(seconds))
}

pub(crate) fn account(number: u64) -> AccountId {
    AccountId::new(number).unwrap()
}

pub(crate) fn user(id: u64) -> Actor {
    Actor::User(UserId::new(id).unwrap())
}

pub(crate) fn role(id: u64) -> Actor {
    Actor::Role(RoleId::new(id).unwrap())
}

pub(crate) fn key(number: u8) -> AccessKeyId {
    AccessKeyId::temporary(account(HOME), [number; 5])
}

pub(crate) fn secret(text: &str) -> SecretText {
    SecretText::new(text.to_owned())
}

pub(crate) fn token_key(byte: u8) -> TokenKey {
    TokenKey::new(&SecretBytes::new([byte; 32]))
}

/// The token of a session of the installation, whose key has this secret.
pub(crate) fn token(session: &Session, secret_text: &str) -> String {
    let token = token_key(5).seal(session, &secret(secret_text), [9; NONCE_BYTES]).unwrap();
    token.expose().to_owned()
}

/// A document in the native grammar.
pub(crate) fn rules(statements: &str) -> Arc<Rules> {
    let text = document(statements);
    let parsed = grammar::parse(&text, Flavour::Native, Purpose::Identity).unwrap();
    Arc::new(Rules::new(&parsed, &Catalogue::built_in()))
}

pub(crate) fn policy(statements: &str) -> SessionPolicy {
    SessionPolicy { flavour: Flavour::Native, text: document(statements), rules: rules(statements) }
}

fn document(statements: &str) -> String {
    format!(r#"{{"Version":"2012-10-17","Statement":[{statements}]}}"#)
}

/// A statement that allows an action on everything, or denies it.
pub(crate) fn statement(effect: &str, action: &str, more: &str) -> String {
    format!(r#"{{"Effect":"{effect}","Action":"{action}","Resource":"*"{more}}}"#)
}

/// All that a trust document can be about.
const ALL_OF_TRUST: &str = "sts:AssumeRole\",\"sts:TagSession\",\"sts:SetSourceIdentity";

/// A trust document's statement about a principal, as `arn:aws:iam::100000000000:user/alice`; `*` is every action.
pub(crate) fn trusting(effect: &str, action: &str, principal: &str, more: &str) -> String {
    let actions = if action == "*" { ALL_OF_TRUST } else { action };
    format!(r#"{{"Effect":"{effect}","Action":["{actions}"],"Principal":{{"AWS":"{principal}"}}{more}}}"#)
}

/// A session of a user, begun at noon with event 10, for an hour.
pub(crate) fn session_of(number: u64) -> Session {
    let account = account(if number == ZOE { AWAY } else { HOME });
    Session {
        key: key(1),
        account,
        actor: user(number),
        issued: noon(),
        expires: later(3_600),
        began: 10,
        mfa: None,
        policy: None,
        assumed: None,
        bearer: false,
    }
}

/// A session of a role at home that a user assumed with its own key, begun at noon with event 10, for an hour.
pub(crate) fn session_as(number: u64, by: u64) -> Session {
    let by_account = account(if by == ZOE { AWAY } else { HOME });
    let by = Assumer { account: by_account, actor: user(by), event: 10, limited: false, session: None };
    let assumed = Assumed {
        name: "work".to_owned(),
        by,
        external_id: None,
        source_identity: None,
        tags: Vec::new(),
        address: Some([192, 0, 2, 7].into()),
        tls: true,
        agent: "test/1".to_owned(),
    };
    Session { key: key(2), account: account(HOME), actor: role(number), assumed: Some(assumed), ..session_of(ALICE) }
}

/// A session of a role that was assumed with another session.
pub(crate) fn chained(number: u64, by: Session, event: u64) -> Session {
    let mut session = session_as(number, ALICE);
    let (by_account, actor) = (by.account, by.actor);
    (session.key, session.began) = (key(u8::try_from(event).unwrap()), event);
    let assumer = Assumer { account: by_account, actor, event, limited: false, session: Some(Arc::new(by)) };
    session.assumed.as_mut().unwrap().by = assumer;
    session
}

pub(crate) struct World {
    pub(crate) snapshot: Snapshot,
}

impl World {
    pub(crate) fn new() -> Self {
        let system = System::default().with_tokens(token_key(5));
        let mut world = Self { snapshot: Snapshot::new(Arc::new(system)) };
        for (number, root) in [(HOME, ROOT), (AWAY, ROOT_AWAY)] {
            let (id, root) = (account(number), UserId::new(root).unwrap());
            let data_key = Arc::new(SealingKey::new(&SecretBytes::new([7; 32])));
            world.snapshot.accounts.insert(id, Arc::new(Account { id, root, revision: 1, data_key }));
        }
        world.put_user(ROOT, HOME, Kind::Root);
        world.put_user(ROOT_AWAY, AWAY, Kind::Root);
        for (id, home, name) in [(ALICE, HOME, "alice"), (BOB, HOME, "bob"), (ZOE, AWAY, "zoe")] {
            world.put_user(id, home, Kind::User { name: name.to_owned(), path: "/".to_owned() });
        }
        world
    }

    fn put_user(&mut self, id: u64, home: u64, kind: Kind) {
        let groups = if id == ALICE { vec![GroupId::new(STAFF).unwrap()] } else { Vec::new() };
        let (id, tags) = (UserId::new(id).unwrap(), Arc::new([("team".to_owned(), "build".to_owned())]));
        let grants = Grants::default();
        let principal = Principal { id, account: account(home), kind, enabled: true, groups, tags, grants };
        self.snapshot.principals.insert(id, Arc::new(principal));
    }

    /// Changes a user.
    pub(crate) fn change(&mut self, id: u64, change: impl FnOnce(&mut Principal)) {
        let id = UserId::new(id).unwrap();
        let mut principal = Principal::clone(self.snapshot.principals.get(&id).unwrap());
        change(&mut principal);
        self.snapshot.principals.insert(id, Arc::new(principal));
    }

    /// Gives a user a document of its own.
    pub(crate) fn give(&mut self, id: u64, statements: &str) {
        let inline = Inline { name: "own".to_owned(), document: rules(statements), digest: [0; 32] };
        self.change(id, |user| user.grants.inline.push(inline));
    }

    /// Makes a role `role-<number>` in the path `/ops/`, or gives one that is there another trust document.
    pub(crate) fn role(&mut self, number: u64, home: u64, trust: &str) {
        let parsed = grammar::parse(&document(trust), Flavour::Native, Purpose::Trust).unwrap();
        let compiled = Compiled::resolved(&parsed, &Catalogue::built_in(), &number_of);
        let (id, tags) = (RoleId::new(number).unwrap(), Arc::new([("team".to_owned(), "ops".to_owned())]));
        let role = Role {
            id,
            account: account(home),
            name: format!("role-{number}"),
            path: "/ops/".to_owned(),
            tags,
            max_session_s: 3_600,
            trust: Arc::new(Rules::of(&parsed, compiled)),
            grants: Grants::default(),
        };
        self.snapshot.roles.insert(id, Arc::new(role));
    }

    /// Changes a role.
    pub(crate) fn change_role(&mut self, id: u64, change: impl FnOnce(&mut Role)) {
        let id = RoleId::new(id).unwrap();
        let mut role = Role::clone(self.snapshot.roles.get(&id).unwrap());
        change(&mut role);
        self.snapshot.roles.insert(id, Arc::new(role));
    }
}

/// Whom a trust document names.
fn number_of(principal: &Named) -> Option<u64> {
    match principal {
        Named::User { name, .. } => match name.as_str() {
            "alice" => Some(ALICE),
            "bob" => Some(BOB),
            "zoe" => Some(ZOE),
            _ => None,
        },
        Named::Group { .. } => Some(STAFF),
        Named::Role { name: role, .. } | Named::Session { role, .. } => role.rsplit('-').next()?.parse().ok(),
        _ => None,
    }
}
