//! How long a session lasts, and who ends it.

use base::secret::SecretText;

use super::scene::{PASSWORD, attempt, company, password, person, secret, switch_console};
use crate::{
    access_keys::Owner,
    caller::Caller,
    console_sessions::{ConsoleSession, End, EndAll, EndEverybodys, Ended, List, Whose},
    error::{Error, Result},
    hashing::Password,
    login_profiles,
    page::{Page, PageSize},
    password_settings::PasswordSettings,
    passwords::{Broken, Class, GetOwnRules},
    sessions::RevokeOfUser,
    sign_in::SignOut,
    tests::support::{
        Node,
        deeds::{delete_user, owner, set_root_login, set_settings, switch_user},
        eventually, on_each, on_postgres, operator, origin, wait,
    },
};

const MINUTE: i64 = 60_000_000;

fn list(node: &Node, caller: &Caller, whose: Whose) -> Result<Vec<ConsoleSession>> {
    node.query(caller, List { whose, after: None, size: PageSize::MAX }).map(|page: Page<_, _>| page.items)
}

fn sign_in(node: &Node, name: &str) -> (SecretText, Caller) {
    let signed_in = node.sign_in(attempt("acme", name, PASSWORD)).unwrap();
    (signed_in.token, signed_in.session.caller(origin()))
}

/// SEC-043: a session that is left alone ends, and one that is not ends as well; what a page does by itself does not
/// keep it alive.
#[test]
fn sec_043_a_session_ends_when_left_alone_and_in_any_case() {
    on_each(|store| {
        let node = store.node();
        company(&node, "acme");
        let (token, caller) = sign_in(&node, "alice");
        let is_alive = |touch| wait(node.iam.console_session(token.expose(), touch)).unwrap().is_some();
        for _ in 0..10 {
            node.clock.advance_micros(29 * MINUTE);
            let before = node.whose(&token).unwrap().seen;
            assert!(is_alive(true));
            // It is written down a moment later.
            eventually(std::time::Duration::from_secs(5), || node.whose(&token).unwrap().seen > before);
        }
        node.clock.advance_micros(20 * MINUTE);
        assert!(is_alive(false));
        node.clock.advance_micros(10 * MINUTE);
        assert!(!is_alive(false) && !is_alive(true), "looking does not keep it alive");
        assert!(matches!(list(&node, &caller, Whose::Own), Err(Error::Unauthenticated)));

        let (token, _) = sign_in(&node, "alice");
        for _ in 0..48 {
            node.clock.advance_micros(15 * MINUTE - 1);
            let before = node.whose(&token).unwrap().seen;
            wait(node.iam.console_session(token.expose(), true)).unwrap();
            eventually(std::time::Duration::from_secs(5), || node.whose(&token).unwrap().seen > before);
        }
        node.clock.advance_micros(MINUTE);
        assert_eq!(node.whose(&token), None, "twelve hours are over");
    });
}

/// SEC-310: an account says how long.
#[test]
fn sec_310_an_account_says_how_long_sessions_last() {
    on_each(|store| {
        let node = store.node();
        let company = company(&node, "acme");
        company.does(set_settings(PasswordSettings {
            idle_minutes: 120,
            session_hours: 1,
            ..PasswordSettings::DEFAULT
        }));
        let (token, _) = sign_in(&node, "alice");
        node.clock.advance_micros(59 * MINUTE);
        assert!(node.whose(&token).is_some());
        node.clock.advance_micros(2 * MINUTE);
        assert!(node.whose(&token).is_none());
    });
}

/// SEC-042: only the very text that was given out is a token.
#[test]
fn sec_042_a_token_is_taken_whole_and_as_it_was_written() {
    on_each(|store| {
        let node = store.node();
        company(&node, "acme");
        let (token, _) = sign_in(&node, "alice");
        let text = token.expose();
        assert_eq!(text.len(), 43);
        let others = [
            String::new(),
            text[..42].to_owned(),
            format!("{text}="),
            format!("{text}A"),
            format!(" {text}"),
            text.to_lowercase(),
            text.to_uppercase(),
            text.replace('-', "+").replace('_', "/") + "\0",
            "x".repeat(10_000),
        ];
        for other in others {
            assert_eq!(wait(node.iam.console_session(&other, true)).unwrap(), None, "{other}");
        }
        assert!(node.whose(&token).is_some());
    });
}

/// SEC-041: each sign-in has a token of its own; signing in again ends nobody's session.
#[test]
fn sec_041_a_token_is_never_given_twice() {
    on_each(|store| {
        let node = store.node();
        company(&node, "acme");
        let [first, second] = [sign_in(&node, "alice").0, sign_in(&node, "alice").0];
        assert_ne!(first, second);
        assert!(node.whose(&first).is_some() && node.whose(&second).is_some());
    });
}

/// SEC-044: whatever should end sessions ends them before it is answered.
#[test]
fn sec_044_what_ends_sessions_ends_them_at_once() {
    on_each(|store| {
        let node = store.node();
        let company = company(&node, "acme");
        let root = &company.root.caller;
        let ends: [(&str, &dyn Fn()); 5] = [
            ("disable", &|| {
                company.does(switch_user("alice", false));
                company.does(switch_user("alice", true));
            }),
            ("console", &|| {
                company.does(switch_console("alice", false));
                company.does(switch_console("alice", true));
            }),
            ("password", &|| drop(company.does(password("alice", Some(false))))),
            ("end all", &|| assert_eq!(company.does(EndAll { owner: owner("alice"), but: None }), 2)),
            ("profile", &|| company.does(login_profiles::Delete { user: "alice".to_owned() })),
        ];
        for (what, end) in ends {
            let (tokens, callers): (Vec<_>, Vec<_>) = (0..2).map(|_| sign_in(&node, "alice")).unzip();
            end();
            for (token, caller) in tokens.iter().zip(&callers) {
                assert_eq!(node.whose(token), None, "{what}");
                assert!(matches!(list(&node, caller, Whose::Own), Err(Error::Unauthenticated)), "{what}");
            }
        }
        person(&company, "bob");
        let (token, _) = sign_in(&node, "bob");
        node.change(root, delete_user("bob")).unwrap();
        assert_eq!(node.whose(&token), None);
        node.change(&operator(), set_root_login(company.account(), "root")).unwrap();
    });
}

/// SEC-045: everybody sees and ends their own, and who may, others'; but not those of somebody with more power.
#[test]
fn sec_045_sessions_are_seen_and_ended_by_whom_they_concern() {
    on_each(|store| {
        let node = store.node();
        let company = company(&node, "acme");
        person(&company, "bob");
        let (_, alice) = sign_in(&node, "alice");
        let (other, _) = sign_in(&node, "alice");
        let (bobs, bob) = sign_in(&node, "bob");
        assert_eq!(list(&node, &alice, Whose::Own).unwrap().len(), 2);
        assert_eq!(list(&node, &alice, Whose::Of(owner("alice"))).unwrap().len(), 2);
        assert!(matches!(list(&node, &alice, Whose::Of(owner("bob"))), Err(Error::Denied { .. })));
        assert!(matches!(list(&node, &alice, Whose::Everybody), Err(Error::Denied { .. })));
        assert_eq!(list(&node, &company.root.caller, Whose::Everybody).unwrap().len(), 3);

        let id = node.whose(&bobs).unwrap().id;
        assert!(matches!(node.change(&alice, End { id }), Err(Error::Denied { .. })));
        assert!(matches!(node.change(&alice, EndAll { owner: owner("bob"), but: None }), Err(Error::Denied { .. })));
        assert_eq!(node.change(&alice, EndAll::others_of(&alice).unwrap()).unwrap(), 1);
        assert!(node.whose(&other).is_none() && list(&node, &alice, Whose::Own).unwrap().len() == 1);
        node.change(&bob, End { id }).unwrap();
        assert!(node.whose(&bobs).is_none());

        let helper = company.user_who_may("helper", &["iam:EndConsoleSessions"], &["*"]);
        company.administrator("boss");
        company.does(password("boss", Some(false)));
        sign_in(&node, "boss");
        let end = |name: &str| node.change(&helper, EndAll { owner: owner(name), but: None });
        assert_eq!(end("alice").unwrap(), 1);
        assert!(matches!(end("boss"), Err(Error::Denied { .. })));
        let roots = node.change(&helper, EndAll { owner: Owner::Root, but: None });
        assert!(matches!(roots, Err(Error::Denied { .. })));
    });
}

/// SEC-045: everybody is put out at once, but for whoever asks, root, and those who can do more.
#[test]
fn sec_045_everybodys_sessions_end_at_once() {
    on_each(|store| {
        let node = store.node();
        let company = company(&node, "acme");
        person(&company, "bob");
        company.administrator("boss");
        company.does(password("boss", Some(false)));
        let everybodys = |caller: &Caller, but| node.change(caller, EndEverybodys { but });
        let (alices, alice) = sign_in(&node, "alice");
        let (bobs, _) = sign_in(&node, "bob");
        let (bosss, boss) = sign_in(&node, "boss");
        let (other, _) = sign_in(&node, "boss");
        assert!(matches!(everybodys(&alice, None), Err(Error::Denied { .. })));
        let helper = company.user_who_may("helper", &["iam:EndConsoleSessions"], &["*"]);
        assert!(matches!(everybodys(&helper, None), Err(Error::Denied { .. })), "the boss can do more");
        let own = node.whose(&bosss).unwrap().id;
        assert_eq!(everybodys(&boss, Some(own)).unwrap(), Ended { sessions: 3, more: false });
        assert!([alices, bobs, other].iter().all(|token| node.whose(token).is_none()));
        assert!(node.whose(&bosss).is_some());
        assert_eq!(everybodys(&company.root.caller, None).unwrap().sessions, 1);
    });
}

/// SEC-017: what a password must be is told before it is set, also to whoever can do nothing else yet.
#[test]
fn sec_017_whoever_sets_a_password_is_told_its_rules() {
    on_each(|store| {
        let node = store.node();
        let company = company(&node, "acme");
        company.does(password("alice", Some(true)));
        let (_, alice) = sign_in(&node, "alice");
        let strict = PasswordSettings { min_length: 12, classes: vec![Class::Digit], ..PasswordSettings::DEFAULT };
        company.does(set_settings(strict));
        let rules = node.query(&alice, GetOwnRules).unwrap();
        assert_eq!(rules.settings.min_length, 12);
        assert_eq!(rules.check("alice-k7Q"), [Broken::TooShort { least: 12 }, Broken::Name]);
        assert_eq!(rules.check("correct horse battery"), [Broken::Lacks(Class::Digit)]);
        assert_eq!(rules.check("7 grey cats on a roof"), []);
        assert_eq!(node.query(&company.root.caller, GetOwnRules).unwrap().check("7 grey cats on a roof"), []);
        assert!(node.query(&operator(), GetOwnRules).is_err());
    });
}

/// A policy that denies everything keeps nobody from going, nor from setting the password that must be set.
#[test]
fn whoever_may_do_nothing_may_sign_out() {
    on_each(|store| {
        use crate::tests::support::deeds::{deny, document, put, user};
        let node = store.node();
        let company = company(&node, "acme");
        company.does(put(user("alice"), "nothing", document([deny(&["*"], &["*"])])));
        let (token, caller) = sign_in(&node, "alice");
        assert!(matches!(list(&node, &caller, Whose::Own), Err(Error::Denied { .. })));
        node.change(&caller, SignOut).unwrap();
        assert_eq!(node.whose(&token), None);
    });
}

/// SEC-044, SEC-240: ending holds on another node as soon as it is answered, on the way of a page and at the door.
#[test]
fn sec_044_what_ends_a_session_holds_on_every_node() {
    on_postgres(|store| {
        let (node, other) = (store.node(), store.node());
        let company = company(&node, "acme");
        for round in 0..10 {
            let (token, caller) = sign_in(&node, "alice");
            assert!(other.whose(&token).is_some(), "{round}: it is one session everywhere at once");
            match round % 3 {
                0 => node.change(&caller, SignOut).unwrap(),
                1 => drop(company.does(EndAll { owner: owner("alice"), but: None })),
                _ => drop(company.does(password("alice", Some(false)))),
            }
            assert!(other.whose(&token).is_none(), "{round}");
            assert!(matches!(list(&other, &caller, Whose::Own), Err(Error::Unauthenticated)), "{round}");
            let own = RevokeOfUser { owner: owner("alice"), before: None };
            assert!(matches!(other.change(&caller, own), Err(Error::Unauthenticated)), "{round}");
        }
    });
}

/// SEC-018: changing one's own password takes the present one, ends all other sessions, and what was locked is open.
#[test]
fn sec_018_ones_own_password_takes_the_present_one() {
    on_each(|store| {
        let node = store.node();
        let company = company(&node, "acme");
        let (other, _) = sign_in(&node, "alice");
        let (_, caller) = sign_in(&node, "alice");
        let change = |current: &str, new: &str| {
            wait(node.iam.change_own_password(caller.clone(), secret(current), Password::parse(new).unwrap()))
        };
        assert!(matches!(change("wrong", "nine grey cats"), Err(Error::Invalid { field: "password", .. })));
        assert!(matches!(change(PASSWORD, PASSWORD), Err(Error::WeakPassword { .. })));
        assert!(matches!(change(PASSWORD, "alice.acme.alice"), Err(Error::WeakPassword { .. })));
        let changed = change(PASSWORD, "nine grey cats").unwrap().unwrap();
        assert!(node.whose(&other).is_none() && node.whose(&changed.token).is_some());
        assert!(node.sign_in(attempt("acme", "alice", PASSWORD)).is_err());
        assert!(node.sign_in(attempt("acme", "alice", "nine grey cats")).is_ok());

        node.change(&operator(), set_root_login(company.account(), "root")).unwrap();
        let root = company.root.caller.clone();
        let new = Password::parse("a key is not enough").unwrap();
        assert!(wait(node.iam.change_own_password(root.clone(), secret("wrong"), new.clone())).is_err());
        assert!(wait(node.iam.change_own_password(root, secret(PASSWORD), new)).unwrap().is_none());
    });
}

/// What a user had before may not come again, as the account says.
#[test]
fn sec_310_a_password_of_before_does_not_come_again() {
    on_each(|store| {
        let node = store.node();
        let company = company(&node, "acme");
        company.does(set_settings(PasswordSettings { history: 3, ..PasswordSettings::DEFAULT }));
        let mut current = PASSWORD.to_owned();
        let change = |current: &str, new: &str| {
            let caller = node.sign_in(attempt("acme", "alice", current)).unwrap().session.caller(origin());
            wait(node.iam.change_own_password(caller, secret(current), Password::parse(new).unwrap()))
        };
        for new in ["the first of them", "the second of them"] {
            node.clock.advance_micros(MINUTE);
            change(&current, new).unwrap();
            new.clone_into(&mut current);
        }
        for used in [PASSWORD, "the first of them", "the second of them"] {
            assert!(matches!(change(&current, used), Err(Error::WeakPassword { .. })), "{used}");
        }
        node.clock.advance_micros(MINUTE);
        change(&current, "the third of them").unwrap();
        change("the third of them", PASSWORD).unwrap();
    });
}
