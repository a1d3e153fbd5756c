//! How sessions begin, and by whom.

use std::time::Duration;

use decide::{
    identity::{Actor, Credential},
    session::TOKEN_MAX,
    verify::Refusal,
};

use super::{Begun, reading_role, refusal, seconds};
use crate::{
    api_keys,
    caller::Caller,
    error::Error,
    sessions::{AssumeRole, GetBearerToken, GetSessionToken, Lifetime},
    tests::support::{
        Company,
        deeds::{
            allow, assume, attach, bearer_token, create_api_key, create_role, create_user, deny, document, everything,
            harmless, owner, put, role, session_token, tags, trusting, user,
        },
        on_each, operator, user_of, verified,
    },
    users,
    values::Tags,
};

fn get(name: &str) -> users::Get {
    users::Get { name: name.to_owned() }
}

/// Who calls by an API key.
pub(in crate::tests) fn by_api_key(company: &Company<'_>, create: api_keys::Create) -> Caller {
    let key = company.does(create).key;
    let Caller::Principal { mut identity, origin, .. } = company.root.caller.clone() else { unreachable!() };
    (identity.actor, identity.credential) = (Actor::User(key.owner), Credential::ApiKey(key.id));
    Caller::of(identity, origin)
}

/// SEC-106: a session may do what its user may; with a policy, what both allow.
#[test]
fn sec_106_a_session_acts_as_its_user_within_its_policy() {
    on_each(|store| {
        let node = store.node();
        let company = Company::new(&node);
        let alice = company.user_who_may("alice", &["iam:GetUser", "iam:CreateUser", "sts:GetBearerToken"], &["*"]);
        let narrow = || Some(document([allow(&["iam:GetUser", "iam:CreateGroup"], &["*"])]));
        for bearer in [false, true] {
            let begin = |policy| {
                let credentials = if bearer {
                    node.change(&alice, GetBearerToken { policy, ..bearer_token() })
                } else {
                    node.change(&alice, GetSessionToken { policy, ..session_token() })
                };
                Begun::new(&company, credentials.unwrap())
            };
            let whole = begin(None);
            assert_eq!(user_of(&whole.caller), user_of(&alice));
            assert_eq!(whole.credentials.actor, Actor::User(user_of(&alice)));
            assert_eq!(whole.credentials.account, company.account());
            assert_eq!((whole.credentials.issued, seconds(&whole.credentials)), (node.iam.now(), 3_600));
            node.query(&whole.caller, get("alice")).unwrap();
            node.change(&whole.caller, create_user(&format!("made-{bearer}"))).unwrap();
            let limited = begin(narrow());
            node.query(&limited.caller, get("alice")).unwrap();
            for refused in [
                refusal(&node.change(&limited.caller, create_user("not-made"))),
                refusal(&node.change(&limited.caller, crate::tests::support::deeds::create_group("not-made"))),
            ] {
                assert_eq!(refused, "policies");
            }
        }
    });
}

/// Every user may have a session of its own, unless a policy denies it; a bearer token is for whoever is allowed it.
#[test]
fn everybody_begins_a_session_of_their_own_unless_it_is_denied() {
    on_each(|store| {
        let node = store.node();
        let company = Company::new(&node);
        let plain = company.user("plain");
        node.change(&plain, session_token()).unwrap();
        assert_eq!(refusal(&node.change(&plain, bearer_token())), "policies");
        let allowed = company.user_with("allowed", document([allow(&["sts:GetBearerToken"], &["*"])]));
        node.change(&allowed, bearer_token()).unwrap();
        let denied = company.user_with("denied", document([deny(&["sts:*"], &["*"])]));
        company.does(attach(user("denied"), "AdministratorAccess"));
        assert_eq!(refusal(&node.change(&denied, session_token())), "policies");
        assert_eq!(refusal(&node.change(&denied, bearer_token())), "policies");
        for refused in [
            refusal(&node.change(&operator(), session_token())),
            refusal(&node.change(&operator(), bearer_token())),
            refusal(&node.change(&operator(), assume("x"))),
        ] {
            assert_eq!(refused, "kind");
        }
    });
}

/// SEC-099: sessions are begun with long-term access keys alone, or they would never end.
#[test]
fn sec_099_sessions_and_api_keys_beget_no_sessions() {
    on_each(|store| {
        let node = store.node();
        let company = Company::new(&node);
        let boss = company.administrator("boss");
        reading_role(&company, "reader");
        company.does(put(role("reader"), "sts", document([allow(&["sts:*"], &["*"])])));
        let of_user = Begun::new(&company, node.change(&boss, session_token()).unwrap());
        let bearer = Begun::new(&company, node.change(&boss, bearer_token()).unwrap());
        let of_role = Begun::assumed(&company, node.change(&boss, assume("reader")).unwrap());
        let of_root = Begun::new(&company, company.does(session_token()));
        let api_key = by_api_key(&company, create_api_key(owner("boss")));
        for caller in [&of_user.caller, &bearer.caller, &of_role.caller, &of_root.caller, &api_key] {
            assert_eq!(refusal(&node.change(caller, session_token())), "credential");
            assert_eq!(refusal(&node.change(caller, bearer_token())), "credential");
        }
    });
}

#[test]
fn lifetimes_have_a_most_and_can_be_cut_to_it() {
    on_each(|store| {
        let node = store.node();
        let company = Company::new(&node);
        let boss = company.administrator("boss");
        reading_role(&company, "reader");
        let session = |lifetime| node.change(&boss, GetSessionToken { lifetime, policy: None });
        let bearer = |lifetime| node.change(&boss, GetBearerToken { lifetime, policy: None });
        let of_role = |lifetime| {
            let assumed = node.change(&boss, AssumeRole { lifetime, ..assume("reader") });
            assumed.map(|assumed| assumed.credentials)
        };
        let (exactly, at_most) = (Lifetime::Exactly, Lifetime::AtMost);
        for (most, answers) in [
            (129_600, [session(exactly(1)), session(exactly(129_600)), session(at_most(1 << 40)), session(at_most(0))]),
            (2_592_000, [bearer(exactly(1)), bearer(exactly(2_592_000)), bearer(at_most(1 << 40)), bearer(at_most(0))]),
            (3_600, [of_role(exactly(1)), of_role(exactly(3_600)), of_role(at_most(43_200)), of_role(at_most(0))]),
        ] {
            assert_eq!(answers.map(|answer| seconds(&answer.unwrap())), [1, most, most, 1]);
        }
        for refused in [
            session(exactly(0)),
            session(exactly(129_601)),
            bearer(exactly(0)),
            bearer(exactly(2_592_001)),
            of_role(exactly(0)),
            of_role(exactly(3_601)),
            of_role(exactly(u64::MAX)),
        ] {
            assert_eq!(refusal(&refused), "invalid");
        }
        super::lasts(&company, "reader", 43_200);
        assert_eq!(seconds(&of_role(exactly(43_200)).unwrap()), 43_200);
        assert_eq!(refusal(&of_role(exactly(43_201))), "invalid");
    });
}

/// SEC-105: what was drawn for one session is of no other; and it ends at its very moment.
#[test]
fn sec_105_each_session_has_a_key_of_its_own() {
    on_each(|store| {
        let node = store.node();
        let company = Company::new(&node);
        let alice = company.user("alice");
        let sessions: Vec<_> = (0..20).map(|_| node.change(&alice, session_token()).unwrap()).collect();
        let count = |of: &dyn Fn(&crate::sessions::Credentials) -> String| {
            sessions.iter().map(of).collect::<std::collections::HashSet<_>>().len()
        };
        assert_eq!(count(&|session| session.key.to_string()), 20);
        assert_eq!(count(&|session| session.secret.expose().to_owned()), 20);
        assert_eq!(count(&|session| session.token.expose().to_owned()), 20);
        for session in &sessions {
            assert!(session.key.as_str().starts_with("CVTK") && session.token.expose().len() <= TOKEN_MAX);
            assert_eq!(session.secret.expose().len(), 44);
        }
        node.clock.advance_micros(3_600_000_000 - 1);
        assert!(verified(&node, &sessions[0]).is_ok());
        node.clock.advance_micros(1);
        assert_eq!(verified(&node, &sessions[0]), Err(Refusal::SessionOver));
    });
}

/// A session that ends on its way is not good any more when the door is reached.
#[test]
fn sec_078_a_session_that_ends_on_its_way_does_nothing_more() {
    on_each(|store| {
        let node = store.node();
        let company = Company::new(&node);
        let boss = company.administrator("boss");
        let begun = Begun::new(&company, node.change(&boss, session_token()).unwrap());
        node.change(&begun.caller, create_user("before")).unwrap();
        node.clock.advance_micros(3_600_000_000);
        assert_eq!(refusal(&node.change(&begun.caller, create_user("after"))), "unauthenticated");
        assert_eq!(refusal(&node.query(&begun.caller, get("before"))), "unauthenticated");
    });
}

/// What makes a token too long is refused, and nothing is begun.
#[test]
fn a_token_that_would_be_too_long_is_not_made() {
    on_each(|store| {
        let node = store.node();
        let company = Company::new(&node);
        let boss = company.administrator("boss");
        company.does(create_role("deploy", trusting(&company.account().to_string())));
        let names: Vec<String> = (0..100).map(|number| format!("{number}-{}", "x".repeat(80))).collect();
        let names: Vec<&str> = names.iter().map(String::as_str).collect();
        let policy = || Some(document([allow(&["iam:GetUser"], &names)]));
        assert_eq!(refusal(&node.change(&boss, GetSessionToken { policy: policy(), ..session_token() })), "invalid");
        assert_eq!(refusal(&node.change(&boss, GetBearerToken { policy: policy(), ..bearer_token() })), "invalid");
        let tags = Tags::parse((0..50).map(|number| (format!("key-{number}"), "v".repeat(250)))).unwrap();
        company.does(crate::tests::support::deeds::trust("deploy", super::chains::all_of_trust(&company)));
        assert_eq!(refusal(&node.change(&boss, AssumeRole { tags, ..assume("deploy") })), "invalid");
    });
}

/// SEC-098: within the account, trust in the account needs own policies; nothing tells more than may be known.
#[test]
fn sec_098_roles_of_the_own_account() {
    on_each(|store| {
        let node = store.node();
        let company = Company::new(&node);
        let (plain, able) = (company.user("plain"), company.user_who_may("able", &["sts:AssumeRole"], &["role/*"]));
        reading_role(&company, "open");
        let named = trusting(&format!("arn:aws:iam::{}:user/plain", company.account()));
        company.does(create_role("named", named));
        let asks = |caller: &Caller, name: &str| node.change(caller, assume(name)).map(|assumed| assumed.role.name);
        assert_eq!(asks(&able, "open").unwrap(), "open");
        assert_eq!(asks(&able, "OPEN").unwrap(), "open");
        assert_eq!(asks(&plain, "named").unwrap(), "named");
        assert_eq!(refusal(&asks(&plain, "open")), "policies");
        assert_eq!(refusal(&asks(&able, "named")), "trust");
        assert_eq!(refusal(&asks(&company.root.caller, "named")), "trust");
        assert_eq!(asks(&company.root.caller, "open").unwrap(), "open");
        // Only who may assume it learns that it is absent.
        assert_eq!(refusal(&asks(&plain, "absent")), "policies");
        assert_eq!(refusal(&asks(&able, "absent")), "absent");
    });
}

/// A role's session acts as the role, whoever assumed it: not as the user, and not as an administrator.
#[test]
fn a_roles_session_may_do_what_the_role_may() {
    on_each(|store| {
        let node = store.node();
        let company = Company::new(&node);
        let boss = company.administrator("boss");
        reading_role(&company, "reader");
        let begun = Begun::assumed(&company, node.change(&boss, assume("reader")).unwrap());
        let role = node.iam.snapshot().unwrap().roles.iter().find(|(_, role)| role.name == "reader").unwrap().1.id;
        assert_eq!(begun.credentials.actor, Actor::Role(role));
        assert_eq!(begun.credentials.issued, node.iam.now());
        node.query(&begun.caller, get("boss")).unwrap();
        assert_eq!(refusal(&node.change(&begun.caller, create_user("x"))), "policies");
        // What the role holds counts as it is now.
        company.does(put(crate::tests::support::deeds::role("reader"), "all", everything()));
        node.change(&begun.caller, create_user("x")).unwrap();
        let narrow = AssumeRole { policy: Some(harmless()), ..assume("reader") };
        let begun = Begun::assumed(&company, node.change(&boss, narrow).unwrap());
        assert_eq!(refusal(&node.query(&begun.caller, get("boss"))), "policies");
    });
}

/// What is begun with a credential that ends, ends with it.
#[test]
fn sec_099_what_an_api_key_begins_ends_with_it() {
    on_each(|store| {
        let node = store.node();
        let company = Company::new(&node);
        company.administrator("boss");
        reading_role(&company, "reader");
        let expires = Some(node.iam.now().plus(Duration::from_mins(10)));
        let short = by_api_key(&company, api_keys::Create { expires, ..create_api_key(owner("boss")) });
        let endless = by_api_key(&company, create_api_key(owner("boss")));
        let lasting = |caller: &Caller| seconds(&node.change(caller, assume("reader")).unwrap().credentials);
        assert_eq!((lasting(&short), lasting(&endless)), (600, 3_600));
    });
}

/// What is said must be legal, and is refused before it is asked whether it is allowed.
#[test]
fn what_is_said_when_assuming_has_a_form() {
    on_each(|store| {
        let node = store.node();
        let company = Company::new(&node);
        let boss = company.administrator("boss");
        reading_role(&company, "reader");
        for bad in ["", "x", "a b", "ä1", &"x".repeat(1_225)] {
            let wish = AssumeRole { external_id: Some((*bad).to_owned()), ..assume("reader") };
            assert!(matches!(node.change(&boss, wish), Err(Error::Invalid { field: "external id", .. })), "{bad}");
        }
        for bad in ["", "x", "a:b", "a/b", &"x".repeat(65)] {
            let wish = AssumeRole { source_identity: Some((*bad).to_owned()), ..assume("reader") };
            assert!(matches!(node.change(&boss, wish), Err(Error::Invalid { field: "source identity", .. })), "{bad}");
        }
        let wish = AssumeRole { external_id: Some("a:/b".to_owned()), ..assume("reader") };
        node.change(&boss, wish).unwrap();
        let tagged = AssumeRole { tags: tags("team", "x"), ..assume("reader") };
        assert_eq!(refusal(&node.change(&boss, tagged)), "trust", "the document says nothing of tags");
    });
}
