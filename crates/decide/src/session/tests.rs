use std::{net::IpAddr, time::Duration};

use base::ids::RoleId;
use signing::{
    bce_v1,
    sigv4::{self, Body, rules::Rules as SigningRules},
};

use super::*;
use crate::{
    snapshot::Principal,
    testing::{
        ALICE, AWAY, BOB, HOME, ROOT, World, ZOE, account, chained, key, later, noon, policy, role, secret, session_as,
        session_of, statement, token, token_key, trusting, user,
    },
    verify::{Proof, Refusal, verify},
};

const DEPLOY: u64 = 21;
const BUILD: u64 = 22;
const AUDIT: u64 = 23;

/// Roles that trust, in this order: whoever is of the account, the first, the second.
fn world() -> World {
    let mut world = World::new();
    world.role(DEPLOY, HOME, &trusting("Allow", "*", &HOME.to_string(), ""));
    world.role(BUILD, HOME, &trusting("Allow", "*", &arn("role/ops/role-21"), ""));
    world.role(AUDIT, HOME, &trusting("Allow", "*", &arn("role/ops/role-22"), ""));
    world
}

fn arn(path: &str) -> String {
    format!("arn:aws:iam::{HOME}:{path}")
}

/// Signs with the key `id` and `secret`, brings `token`, and is verified at `at`.
fn sigv4_at(world: &World, id: AccessKeyId, with: &str, token: &str, at: Timestamp) -> Result<Identity, Refusal> {
    let date = sigv4::date_text(at);
    let headers = [("host", "example.com"), (sigv4::DATE, date.as_str()), (sigv4::SECURITY_TOKEN, token)];
    let request = signing::Request { method: "GET", path: "/", query: "", headers: &headers };
    let (body, rules) = (Body::Whole(b""), SigningRules::MANAGEMENT);
    let terms = sigv4::Terms { access_key_id: id.as_str(), region: "bj", service: "claviger" };
    let text = sigv4::sign(&terms, &secret(with), &request, body, rules).unwrap();
    let mut sent = headers.to_vec();
    sent.push(("authorization", &text));
    let authorization = sigv4::Authorization::parse(&sent, &[]).unwrap();
    verify(&world.snapshot, &Proof::SigV4 { authorization: &authorization, request: &request, body, rules }, at)
}

fn sigv4(world: &World, id: AccessKeyId, with: &str, token: &str) -> Result<Identity, Refusal> {
    sigv4_at(world, id, with, token, noon())
}

/// The same by `bce-auth-v1`, which leaves the token unsigned.
fn bce(world: &World, id: AccessKeyId, with: &str, token: &str) -> Result<Identity, Refusal> {
    let headers = [("host", "example.com"), ("x-bce-security-token", token)];
    let request = signing::Request { method: "GET", path: "/", query: "", headers: &headers };
    let terms = bce_v1::Terms { access_key_id: id.as_str(), at: noon(), expire_s: 900, signed_headers: &["host"] };
    let text = bce_v1::sign(&terms, &secret(with), &request).unwrap();
    let authorization = bce_v1::Authorization::parse(&text).unwrap();
    let proof = Proof::BceV1 { authorization: &authorization, request: &request, token: Some(token) };
    verify(&world.snapshot, &proof, noon())
}

fn bearer(world: &World, token: &str, at: Timestamp) -> Result<Identity, Refusal> {
    verify(&world.snapshot, &Proof::Bearer(token), at)
}

/// A sequence that mixes a seed: what a random source would give, and the same again.
struct Dice(u64);

impl Dice {
    fn roll(&mut self, sides: u64) -> u64 {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) % sides
    }

    fn chance(&mut self) -> bool {
        self.roll(2) == 1
    }

    fn text(&mut self, most: u64) -> String {
        let alphabet: Vec<char> = "az09-_.@äß张🔑".chars().collect();
        (0..self.roll(most)).map(|_| alphabet[usize::try_from(self.roll(12)).unwrap() % alphabet.len()]).collect()
    }

    fn optional<T>(&mut self, make: impl FnOnce(&mut Self) -> T) -> Option<T> {
        if self.chance() { Some(make(self)) } else { None }
    }

    fn moment(&mut self) -> Timestamp {
        Timestamp::from_micros(i64::try_from(self.roll(1 << 30)).unwrap() * 4_000_003)
    }

    fn address(&mut self) -> IpAddr {
        let byte = u8::try_from(self.roll(256)).unwrap();
        if self.chance() { [192, 0, 2, byte].into() } else { [0x2001, 0xdb8, 0, 0, 0, 0, u16::from(byte), 1].into() }
    }

    fn session(&mut self, links: u64) -> Session {
        let is_role = links > 0 || self.chance();
        let policy = self.optional(|dice| {
            let deny = dice.chance().then(|| format!(",{}", statement("Deny", "iam:*", "")));
            policy(&(statement("Allow", "bos:*", "") + &deny.unwrap_or_default()))
        });
        Session {
            key: AccessKeyId::temporary(account(AWAY), [u8::try_from(self.roll(256)).unwrap(); 5]),
            account: account(if self.chance() { HOME } else { AWAY }),
            actor: if is_role { role(1 + self.roll(1 << 40)) } else { user(1 + self.roll(1 << 40)) },
            issued: self.moment(),
            expires: self.moment(),
            began: self.roll(u64::MAX),
            mfa: self.optional(Self::moment),
            policy,
            assumed: is_role.then(|| self.assumed(links)),
            bearer: self.chance(),
        }
    }

    fn assumed(&mut self, links: u64) -> Assumed {
        let session = (links > 0).then(|| Arc::new(Session { policy: None, ..self.session(links - 1) }));
        let actor = session.as_ref().map_or_else(|| user(1 + self.roll(1 << 40)), |session| session.actor);
        let (event, limited) = (self.roll(u64::MAX), self.chance());
        Assumed {
            name: self.text(64),
            by: Assumer { account: account(HOME), actor, event, limited, session },
            external_id: self.optional(|dice| dice.text(100)),
            source_identity: self.optional(|dice| dice.text(64)),
            tags: (0..self.roll(5)).map(|_| (self.text(20), self.text(40))).collect(),
            address: self.optional(Self::address),
            tls: self.chance(),
            agent: self.text(120),
        }
    }
}

/// That two sessions say the same; [`PartialEq`] looks at the key alone.
fn assert_same(one: &Session, other: &Session) {
    let text = |session: &Session| session.policy.as_ref().map(|policy| (policy.flavour, policy.text.clone()));
    assert_eq!(
        (one.key, one.account, one.actor, one.issued, one.expires, one.began, one.mfa, one.bearer),
        (other.key, other.account, other.actor, other.issued, other.expires, other.began, other.mfa, other.bearer)
    );
    assert_eq!((text(one), &one.assumed), (text(other), &other.assumed));
    match (one.parent(), other.parent()) {
        (Some(one), Some(other)) => assert_same(one, other),
        (one, other) => assert_eq!(one.is_some(), other.is_some()),
    }
}

/// Every shape of a session comes back as it went in, and nothing but the whole of it is read.
#[test]
fn sessions_are_read_as_they_were_written() {
    let world = World::new();
    let catalogue = &world.snapshot.system.catalogue;
    for seed in 0..200 {
        let mut dice = Dice(seed);
        let links = dice.roll(u64::try_from(CHAIN_MAX).unwrap());
        let (session, with) = (dice.session(links), secret(&dice.text(50)));
        let bytes = codec::write(&session, &with);
        let (read, secret) = codec::read(&bytes, catalogue).unwrap_or_else(|| panic!("seed {seed}"));
        assert_same(&read, &session);
        assert_eq!(secret.expose(), with.expose());
        assert_eq!(read.depth(), usize::try_from(links).unwrap());
        for length in (0..bytes.len()).filter(|_| seed < 20) {
            assert!(codec::read(&bytes[..length], catalogue).is_none(), "seed {seed}, cut to {length}");
        }
        let mut longer = bytes.to_vec();
        longer.push(0);
        assert!(codec::read(&longer, catalogue).is_none());
        longer[0] = 2;
        assert!(codec::read(&longer, catalogue).is_none(), "another form");
    }
}

/// Whatever bytes there are, reading them ends.
#[test]
fn what_was_not_written_is_read_without_harm() {
    let world = World::new();
    let catalogue = &world.snapshot.system.catalogue;
    let written = codec::write(&Dice(11).session(3), &secret("secret"));
    let mut dice = Dice(3);
    for _ in 0..20_000 {
        let mut bytes = written.to_vec();
        for _ in 0..=dice.roll(4) {
            let place = usize::try_from(dice.roll(u64::try_from(bytes.len()).unwrap())).unwrap();
            bytes[place] = u8::try_from(dice.roll(256)).unwrap();
        }
        if let Some((read, secret)) = codec::read(&bytes, catalogue) {
            assert_eq!(*codec::write(&read, &secret), bytes, "there is one spelling of a session");
        }
    }
    let nested = vec![1u8; 100_000];
    assert!(codec::read(&nested, catalogue).is_none());
}

/// SEC-105: a chain has an end, also for who could write tokens.
#[test]
fn sec_105_a_longer_chain_than_there_can_be_is_not_read() {
    let world = World::new();
    let catalogue = &world.snapshot.system.catalogue;
    let chain = |links| codec::write(&Dice(1).session(links), &secret("secret"));
    let most = u64::try_from(CHAIN_MAX).unwrap();
    assert!(codec::read(&chain(most - 1), catalogue).is_some());
    assert!(codec::read(&chain(most), catalogue).is_none());
}

/// SEC-042, SEC-105: a token that was cut, made longer or changed in one bit is none, whatever signs with it.
#[test]
fn sec_042_sec_105_only_the_very_token_opens() {
    let world = world();
    let session = session_as(DEPLOY, ALICE);
    let sealed = token(&session, "secret");
    assert!(sigv4(&world, session.key, "secret", &sealed).is_ok());
    let open = |text: &str| token_key(5).open(&session.key, text, &world.snapshot);
    for length in 0..sealed.len() {
        assert!(open(&sealed[..length]).is_err(), "cut to {length}");
    }
    for other in [format!("{sealed}A"), format!("{sealed}="), format!(" {sealed}"), sealed.to_uppercase()] {
        assert!(open(&other).is_err());
    }
    for place in 0..sealed.len() {
        for bit in 0..8 {
            let mut changed = sealed.clone().into_bytes();
            changed[place] ^= 1 << bit;
            let Ok(changed) = String::from_utf8(changed) else { continue };
            assert!(open(&changed).is_err(), "bit {bit} of {place}");
        }
    }
    assert_eq!(sigv4(&world, session.key, "secret", &sealed[1..]), Err(Refusal::BadToken));
    assert_eq!(sigv4(&world, session.key, "secret", ""), Err(Refusal::BadToken));
}

/// SEC-105: id, secret and token of different sessions never fit, in either scheme, and in every mix.
#[test]
fn sec_105_id_secret_and_token_of_different_sessions_do_not_fit() {
    let world = world();
    let sessions = [session_of(ALICE), session_as(DEPLOY, ALICE), Session { key: key(3), ..session_of(BOB) }];
    let secrets = ["secret-1", "secret-2", "secret-3"];
    let tokens: Vec<String> = sessions.iter().zip(secrets).map(|(session, secret)| token(session, secret)).collect();
    for (id, session) in sessions.iter().enumerate() {
        for (with, secret) in secrets.iter().enumerate() {
            for (brought, token) in tokens.iter().enumerate() {
                for answer in [sigv4(&world, session.key, secret, token), bce(&world, session.key, secret, token)] {
                    match (id == brought, id == with) {
                        (true, true) => assert_eq!(answer.unwrap().actor, session.actor),
                        (true, false) => assert_eq!(answer, Err(Refusal::WrongSignature)),
                        (false, _) => assert_eq!(answer, Err(Refusal::BadToken)),
                    }
                }
            }
        }
    }
}

/// SEC-105: a session's key without its token, or one that nobody has, is no key.
#[test]
fn sec_105_a_sessions_key_alone_proves_nothing() {
    let world = world();
    let headers = [("host", "example.com"), (sigv4::DATE, "20261122T120000Z")];
    let request = signing::Request { method: "GET", path: "/", query: "", headers: &headers };
    let (body, rules) = (Body::Whole(b""), SigningRules::MANAGEMENT);
    let id = key(1);
    let terms = sigv4::Terms { access_key_id: id.as_str(), region: "bj", service: "claviger" };
    let text = sigv4::sign(&terms, &secret("secret"), &request, body, rules).unwrap();
    let sent = [headers[0], headers[1], ("authorization", text.as_str())];
    let authorization = sigv4::Authorization::parse(&sent, &[]).unwrap();
    let proof = Proof::SigV4 { authorization: &authorization, request: &request, body, rules };
    assert_eq!(verify(&world.snapshot, &proof, noon()), Err(Refusal::UnknownKey));
}

/// SEC-105: what signs is never its own proof, and the other way round.
#[test]
fn sec_105_bearer_tokens_and_others_are_not_exchanged() {
    let world = world();
    let plain = session_of(ALICE);
    let as_bearer = Session { bearer: true, ..plain.clone() };
    let (plain_token, bearer_token) = (token(&plain, "secret"), token(&as_bearer, "secret"));
    assert!(bearer_token.starts_with(BEARER_PREFIX) && !plain_token.starts_with(BEARER_PREFIX));
    assert_eq!(bearer(&world, &bearer_token, noon()).unwrap().actor, user(ALICE));
    let bare = bearer_token.strip_prefix(BEARER_PREFIX).unwrap();
    for wrong in [plain_token.clone(), format!("{BEARER_PREFIX}{plain_token}"), bare.to_owned()] {
        assert_eq!(bearer(&world, &wrong, noon()), Err(Refusal::BadToken));
    }
    for wrong in [&bearer_token, bare] {
        assert_eq!(sigv4(&world, plain.key, "secret", wrong), Err(Refusal::BadToken));
        assert_eq!(bce(&world, plain.key, "secret", wrong), Err(Refusal::BadToken));
    }
}

/// A token of another installation, and one while there is no key to open any.
#[test]
fn sec_105_another_installations_token_does_not_open() {
    let session = session_of(ALICE);
    let foreign = token_key(6).seal(&session, &secret("secret"), [9; NONCE_BYTES]).unwrap();
    assert_eq!(sigv4(&world(), session.key, "secret", foreign.expose()), Err(Refusal::BadToken));
    let mut world = world();
    world.snapshot.system = Arc::default();
    assert_eq!(sigv4(&world, session.key, "secret", &token(&session, "secret")), Err(Refusal::BadToken));
    let as_bearer = Session { bearer: true, ..session };
    assert_eq!(bearer(&world, &token(&as_bearer, "secret"), noon()), Err(Refusal::BadToken));
}

/// What would not fit into a header is not made, and not looked into.
#[test]
fn a_token_has_an_end() {
    let world = world();
    let mut session = session_as(DEPLOY, ALICE);
    let seal = |session: &Session| token_key(5).seal(session, &secret("secret"), [9; NONCE_BYTES]);
    let least = seal(&session).unwrap().expose().len();
    let agent = |characters: usize| "x".repeat(characters);
    let room = (TOKEN_MAX - least) / 4 * 3;
    session.assumed.as_mut().unwrap().agent = agent(6 + room);
    let longest = seal(&session).unwrap();
    assert!((TOKEN_MAX - 4..=TOKEN_MAX).contains(&longest.expose().len()));
    assert!(sigv4(&world, session.key, "secret", longest.expose()).is_ok());
    session.assumed.as_mut().unwrap().agent = agent(6 + room + 4);
    assert!(seal(&session).is_err());
    for too_long in [70_000, 200_000] {
        session.assumed.as_mut().unwrap().agent = agent(too_long);
        assert!(seal(&session).is_err());
    }
    let padded = format!("{}{}", longest.expose(), "A".repeat(8));
    assert!(token_key(5).open(&session.key, &padded, &world.snapshot).is_err());
}

/// A session ends at its very microsecond.
#[test]
fn sec_108_a_session_lives_to_the_microsecond() {
    let world = world();
    let micro = Duration::from_micros(1);
    let end = later(3_600).plus(Duration::from_micros(17));
    let session = Session { expires: end, ..session_as(DEPLOY, ALICE) };
    assert!(session.is_good(&world.snapshot, end.minus(micro)));
    assert!(!session.is_good(&world.snapshot, end));
    let sealed = token(&session, "secret");
    assert!(sigv4_at(&world, session.key, "secret", &sealed, end.minus(micro)).is_ok());
    assert_eq!(sigv4_at(&world, session.key, "secret", &sealed, end), Err(Refusal::SessionOver));
    let as_bearer = Session { bearer: true, expires: end, ..session_of(ALICE) };
    let sealed = token(&as_bearer, "secret");
    assert!(bearer(&world, &sealed, end.minus(micro)).is_ok());
    assert_eq!(bearer(&world, &sealed, end), Err(Refusal::SessionOver));
    assert_eq!(sigv4(&world, session.key, "wrong", &token(&session, "secret")), Err(Refusal::WrongSignature));
}

/// SEC-108: the mark of a user ends its sessions and those of roles that it assumed; that of a role, the role's.
#[test]
fn sec_108_marks_end_what_was_before_them() {
    let own = session_of(ALICE);
    let assumed = session_as(DEPLOY, ALICE);
    let good = |world: &World| [&own, &assumed].map(|session| session.is_good(&world.snapshot, noon()));
    let micro = Duration::from_micros(1);
    for (mark, lives) in [
        (Mark { moment: Some(noon()), event: 0 }, true),
        (Mark { moment: Some(noon().plus(micro)), event: 0 }, false),
        (Mark { moment: None, event: 9 }, true),
        (Mark { moment: None, event: 10 }, false),
        (Mark { moment: Some(noon().minus(micro)), event: 11 }, false),
        (Mark { moment: Some(noon().plus(micro)), event: 9 }, false),
    ] {
        let mut world = world();
        world.change(ALICE, |user| user.grants.sessions_from = mark);
        assert_eq!(good(&world), [lives, lives], "of the user: {mark:?}");
        let mut world = self::world();
        world.change_role(DEPLOY, |role| role.grants.sessions_from = mark);
        assert_eq!(good(&world), [true, lives], "of the role: {mark:?}");
    }
    let mut world = world();
    let ends_all = Mark { moment: Some(later(1)), event: 99 };
    world.change(BOB, |user| user.grants.sessions_from = ends_all);
    world.change_role(BUILD, |role| role.grants.sessions_from = ends_all);
    assert_eq!(good(&world), [true, true], "others' marks");
}

/// A user of another account counts by the trail of that account, the role by that of its own.
#[test]
fn sec_108_each_account_counts_its_own_events() {
    let mut world = world();
    world.role(DEPLOY, HOME, &trusting("Allow", "*", &AWAY.to_string(), ""));
    let mut session = Session { began: 500, ..session_as(DEPLOY, ZOE) };
    session.assumed.as_mut().unwrap().by.event = 20;
    let good = |world: &World| session.is_good(&world.snapshot, noon());
    let mark = |event| Mark { moment: None, event };
    world.change(ZOE, |user| user.grants.sessions_from = mark(19));
    world.change_role(DEPLOY, |role| role.grants.sessions_from = mark(499));
    assert!(good(&world));
    world.change(ZOE, |user| user.grants.sessions_from = mark(20));
    assert!(!good(&world));
    world.change(ZOE, |user| user.grants.sessions_from = mark(19));
    world.change_role(DEPLOY, |role| role.grants.sessions_from = mark(500));
    assert!(!good(&world));
}

/// SEC-026, SEC-108: who acts, or assumed, must be there and switched on, in the account that the token says.
#[test]
fn sec_026_sec_108_sessions_die_with_whose_they_are() {
    let (own, assumed) = (session_of(ALICE), session_as(DEPLOY, ALICE));
    let good = |world: &World| [&own, &assumed].map(|session| session.is_good(&world.snapshot, noon()));
    assert_eq!(good(&world()), [true, true]);
    let mut world = world();
    world.change(ALICE, |user| user.enabled = false);
    assert_eq!(good(&world), [false, false]);
    let mut world = self::world();
    world.snapshot.principals.remove(&base::ids::UserId::new(ALICE).unwrap());
    assert_eq!(good(&world), [false, false]);
    let mut world = self::world();
    world.snapshot.roles.remove(&RoleId::new(DEPLOY).unwrap());
    assert_eq!(good(&world), [true, false]);
    for session in [
        Session { account: account(AWAY), ..session_of(ALICE) },
        Session { account: account(AWAY), ..session_as(DEPLOY, ALICE) },
        Session { assumed: None, ..session_as(DEPLOY, ALICE) },
        Session { actor: user(ALICE), ..session_as(DEPLOY, ALICE) },
        Session { assumed: session_as(DEPLOY, ALICE).assumed, ..session_of(ALICE) },
    ] {
        assert!(!session.is_good(&self::world().snapshot, noon()), "{session:?}");
    }
    let mut by_nobody = session_as(DEPLOY, ALICE);
    by_nobody.assumed.as_mut().unwrap().by.actor = role(BUILD);
    assert!(!by_nobody.is_good(&self::world().snapshot, noon()), "a role acts by no key");
}

/// SEC-108: a session dies when the trust that it rests on is taken back, also where it says so by a condition.
#[test]
fn sec_108_sessions_die_with_the_trust_that_they_rest_on() {
    let session = session_as(DEPLOY, ALICE);
    let condition =
        |operator: &str, key: &str, value: &str| format!(r#","Condition":{{"{operator}":{{"{key}":"{value}"}}}}"#);
    let alice = arn("user/alice");
    for (trust, lives) in [
        (trusting("Allow", "sts:AssumeRole", &alice, ""), true),
        (trusting("Allow", "sts:AssumeRole", &arn("group/staff"), ""), true),
        (trusting("Allow", "sts:AssumeRole", &arn("user/bob"), ""), false),
        (trusting("Allow", "sts:AssumeRole", &AWAY.to_string(), ""), false),
        (trusting("Allow", "sts:TagSession", &alice, ""), false),
        (trusting("Allow", "sts:AssumeRole", &alice, &condition("IpAddress", "aws:SourceIp", "192.0.2.0/24")), true),
        (trusting("Allow", "sts:AssumeRole", &alice, &condition("IpAddress", "aws:SourceIp", "198.51.100.1")), false),
        (trusting("Allow", "sts:AssumeRole", &alice, &condition("StringEquals", "sts:ExternalId", "x")), false),
        (trusting("Allow", "sts:AssumeRole", &alice, &condition("StringEquals", "sts:RoleSessionName", "work")), true),
        (
            trusting("Allow", "sts:AssumeRole", &alice, &condition("StringEquals", "aws:PrincipalTag/team", "build")),
            true,
        ),
        (
            trusting(
                "Allow",
                "sts:AssumeRole",
                &alice,
                &condition("DateLessThan", "aws:CurrentTime", "2026-11-22T12:00:01Z"),
            ),
            true,
        ),
        (trusting("Allow", "sts:AssumeRole", &alice, "") + "," + &trusting("Deny", "*", &HOME.to_string(), ""), false),
    ] {
        let mut world = World::new();
        world.role(DEPLOY, HOME, &trust);
        assert_eq!(session.is_good(&world.snapshot, later(600)), lives, "{trust}");
    }
    let mut world = World::new();
    world.role(DEPLOY, HOME, &trusting("Allow", "sts:AssumeRole", &arn("group/staff"), ""));
    world.change(ALICE, |user| user.groups.clear());
    assert!(!session.is_good(&world.snapshot, noon()), "it left the group that is trusted");
}

/// Three roles, each assumed with the session of the one before.
fn chain() -> Session {
    let second = chained(BUILD, session_as(DEPLOY, ALICE), 11);
    chained(AUDIT, second, 12)
}

/// SEC-108: whatever ends a session ends all that was begun with it, however far down the chain.
#[test]
fn sec_108_a_chain_breaks_where_one_of_it_does() {
    type Change<'a> = Box<dyn Fn(&mut World) + 'a>;

    let last = chain();
    assert_eq!((last.depth(), last.begun_by()), (2, Some(base::ids::UserId::new(ALICE).unwrap())));
    assert!(last.is_good(&world().snapshot, noon()));
    let mark = |event| Mark { moment: None, event };
    let off = |user: &mut Principal| user.enabled = false;
    let breaking: Vec<(&str, Change<'_>)> = vec![
        ("its beginner's mark", Box::new(|world| world.change(ALICE, |user| user.grants.sessions_from = mark(10)))),
        ("its beginner is off", Box::new(|world| world.change(ALICE, off))),
        (
            "the first role's mark",
            Box::new(|world| world.change_role(DEPLOY, |role| role.grants.sessions_from = mark(10))),
        ),
        (
            "the second role's mark",
            Box::new(|world| world.change_role(BUILD, |role| role.grants.sessions_from = mark(11))),
        ),
        (
            "the first role is gone",
            Box::new(|world| {
                world.snapshot.roles.remove(&RoleId::new(DEPLOY).unwrap());
            }),
        ),
        (
            "the first role's trust",
            Box::new(|world| {
                world.role(DEPLOY, HOME, &trusting("Allow", "*", &arn("user/bob"), ""));
            }),
        ),
        (
            "the second role's trust",
            Box::new(|world| {
                world.role(BUILD, HOME, &trusting("Allow", "*", &arn("user/bob"), ""));
            }),
        ),
    ];
    for (what, change) in breaking {
        let mut world = world();
        change(&mut world);
        assert!(!last.is_good(&world.snapshot, noon()), "{what}");
    }
    let mut world = world();
    world.change_role(DEPLOY, |role| role.grants.sessions_from = mark(9));
    world.change_role(BUILD, |role| role.grants.sessions_from = mark(10));
    world.change_role(AUDIT, |role| role.grants.sessions_from = mark(11));
    assert!(last.is_good(&world.snapshot, noon()), "marks that lie before");
    world.change(ROOT, |root| root.grants.sessions_from = mark(99));
    assert!(last.is_good(&world.snapshot, noon()), "somebody else's");
}

/// SEC-108: what of the asking session the trust document looks at is looked at again as it was then.
#[test]
fn sec_108_trust_is_asked_again_with_what_the_asking_session_was() {
    let mut first = session_as(DEPLOY, ALICE);
    first.assumed.as_mut().unwrap().tags = vec![("team".to_owned(), "night".to_owned())];
    first.assumed.as_mut().unwrap().source_identity = Some("carol".to_owned());
    let mut second = chained(BUILD, first, 11);
    second.assumed.as_mut().unwrap().source_identity = Some("carol".to_owned());
    let condition = r#","Condition":{"StringEquals":{"aws:PrincipalTag/team":"night","aws:SourceIdentity":"carol"},"Null":{"aws:TokenIssueTime":"false"}}"#;
    let mut world = world();
    world.role(BUILD, HOME, &trusting("Allow", "*", &arn("role/ops/role-21"), condition));
    assert!(second.is_good(&world.snapshot, noon()));
    let named = trusting("Allow", "*", &format!("arn:aws:sts::{HOME}:assumed-role/role-21/work"), "");
    world.role(BUILD, HOME, &named);
    assert!(second.is_good(&world.snapshot, noon()));
    world.role(BUILD, HOME, &named.replace("/work", "/play"));
    assert!(!second.is_good(&world.snapshot, noon()));
}
