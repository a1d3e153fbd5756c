//! Sessions that are begun with sessions.

use decide::{identity::Actor, session::CHAIN_MAX};
use policy::grammar::Flavour;
use serde_json::json;

use super::{Begun, lasts, may_assume, reading_role, refusal, seconds};
use crate::{
    caller::Caller,
    roles::TrustDocument,
    sessions::{AssumeRole, GetSessionToken, Lifetime},
    tests::support::{
        Company, calling,
        deeds::{assume, create_role, document, put, role, session_token, tags, trust, trusting, when},
        on_each, user_of, verified,
    },
    users,
};

/// Trust in the whole account, with everything that one can say.
pub(super) fn all_of_trust(company: &Company<'_>) -> TrustDocument {
    trusting_all(&company.account().to_string())
}

pub(super) fn trusting_all(principal: &str) -> TrustDocument {
    let actions = ["sts:AssumeRole", "sts:TagSession", "sts:SetSourceIdentity"];
    let statement = json!({ "Effect": "Allow", "Principal": { "AWS": principal }, "Action": actions });
    let text = json!({ "Version": "2012-10-17", "Statement": statement }).to_string();
    TrustDocument::parse(&text, Flavour::Aws).unwrap()
}

fn source_identity(caller: &Caller) -> Option<String> {
    let Caller::Principal { identity, .. } = caller else { return None };
    identity.session()?.assumed.as_ref()?.source_identity.clone()
}

/// However a chain goes on, it is over after the hour of its first link that a role began, and with the session that it
/// began with (SEC-311).
#[test]
fn sec_108_a_chain_is_no_way_round_the_hour() {
    on_each(|store| {
        let node = store.node();
        let company = Company::new(&node);
        let boss = company.administrator("boss");
        for name in ["one", "two"] {
            reading_role(&company, name);
            may_assume(&company, name);
            lasts(&company, name, 43_200);
        }
        let long = |name: &str| AssumeRole { lifetime: Lifetime::Exactly(43_200), ..assume(name) };
        let first = Begun::assumed(&company, node.change(&boss, long("one")).unwrap());
        assert_eq!(seconds(&first.credentials), 43_200);
        assert_eq!(refusal(&node.change(&first.caller, long("two"))), "invalid");
        let second = Begun::assumed(&company, node.change(&first.caller, assume("two")).unwrap());
        assert_eq!(seconds(&second.credentials), 3_600);
        // From one to the other and back, always in time.
        let mut last = Begun { caller: second.caller.clone(), ..second };
        let end = last.credentials.expires;
        for name in ["one", "two", "one"] {
            node.clock.advance_micros(1_000_000_000);
            last = Begun::assumed(&company, node.change(&last.caller, assume(name)).unwrap());
            assert_eq!(last.credentials.expires, end, "{name}");
        }
        node.clock.advance_micros(599_999_999);
        assert!(verified(&node, &last.credentials).is_ok());
        node.clock.advance_micros(1);
        assert!(verified(&node, &last.credentials).is_err());
        // The first session has hours left, and begins another.
        let again = node.change(&first.caller, assume("two")).unwrap();
        assert_eq!(seconds(&again.credentials), 3_600);
        // A session of one's own is no way round, either.
        let short = GetSessionToken { lifetime: Lifetime::Exactly(900), ..session_token() };
        let short = Begun::new(&company, node.change(&boss, short).unwrap());
        let assumed = node.change(&short.caller, long("one")).unwrap();
        assert_eq!(seconds(&assumed.credentials), 900);
    });
}

/// SEC-108: who is behind a chain never changes along it, and each link must be allowed to say it.
#[test]
fn sec_108_a_source_identity_goes_on_and_never_changes() {
    on_each(|store| {
        let node = store.node();
        let company = Company::new(&node);
        let boss = company.administrator("boss");
        for name in ["one", "two", "three"] {
            company.does(create_role(name, all_of_trust(&company)));
            may_assume(&company, name);
        }
        let as_carol = |name: &str| AssumeRole { source_identity: Some("carol".to_owned()), ..assume(name) };
        let as_dave = |name: &str| AssumeRole { source_identity: Some("dave".to_owned()), ..assume(name) };
        let first = Begun::assumed(&company, node.change(&boss, as_carol("one")).unwrap());
        assert_eq!(source_identity(&first.caller).as_deref(), Some("carol"));
        assert_eq!(refusal(&node.change(&first.caller, as_dave("two"))), "invalid");
        for wish in [assume("two"), as_carol("two")] {
            let second = Begun::assumed(&company, node.change(&first.caller, wish).unwrap());
            assert_eq!(source_identity(&second.caller).as_deref(), Some("carol"));
            assert_eq!(refusal(&node.change(&second.caller, as_dave("three"))), "invalid");
            let third = Begun::assumed(&company, node.change(&second.caller, assume("three")).unwrap());
            assert_eq!(source_identity(&third.caller).as_deref(), Some("carol"));
        }
        // A link that must not say who is behind it has no way on.
        company.does(trust("two", trusting(&company.account().to_string())));
        assert_eq!(refusal(&node.change(&first.caller, assume("two"))), "trust");
        let nobody = Begun::assumed(&company, node.change(&boss, assume("one")).unwrap());
        assert_eq!(source_identity(&nobody.caller), None);
        node.change(&nobody.caller, assume("two")).unwrap();
        let later = Begun::assumed(&company, node.change(&nobody.caller, as_dave("three")).unwrap());
        assert_eq!(source_identity(&later.caller).as_deref(), Some("dave"));
    });
}

/// A chain has so many links and no more.
#[test]
fn a_chain_has_an_end() {
    on_each(|store| {
        let node = store.node();
        let company = Company::new(&node);
        let boss = company.administrator("boss");
        reading_role(&company, "reader");
        may_assume(&company, "reader");
        let mut caller = boss;
        for link in 0..CHAIN_MAX {
            let assumed = node.change(&caller, assume("reader")).unwrap_or_else(|error| panic!("{link}: {error}"));
            caller = calling(&node, &assumed.credentials);
        }
        node.query(&caller, users::Get { name: "boss".to_owned() }).unwrap();
        assert_eq!(refusal(&node.change(&caller, assume("reader"))), "invalid");
    });
}

/// What the trust document asked about the session that asked is asked again with that session.
#[test]
fn trust_in_a_tag_of_the_asking_session_lasts_as_long_as_the_session() {
    on_each(|store| {
        let node = store.node();
        let company = Company::new(&node);
        let boss = company.administrator("boss");
        company.does(create_role("one", all_of_trust(&company)));
        may_assume(&company, "one");
        let digits = company.account().to_string();
        let by_tag = json!({ "Effect": "Allow", "Principal": { "AWS": digits }, "Action": "sts:AssumeRole" });
        let by_tag = when(by_tag, "StringEquals", "aws:PrincipalTag/team", "night");
        let text = json!({ "Version": "2012-10-17", "Statement": by_tag }).to_string();
        company.does(create_role("two", TrustDocument::parse(&text, Flavour::Aws).unwrap()));
        company.does(put(role("two"), "reads", document([super::allow(&["iam:GetUser"], &["*"])])));
        let tagged = AssumeRole { tags: tags("team", "night"), ..assume("one") };
        let tagged = Begun::assumed(&company, node.change(&boss, tagged).unwrap());
        let plain = Begun::assumed(&company, node.change(&boss, assume("one")).unwrap());
        assert_eq!(refusal(&node.change(&plain.caller, assume("two"))), "trust");
        let second = Begun::assumed(&company, node.change(&tagged.caller, assume("two")).unwrap());
        node.query(&second.caller, users::Get { name: "boss".to_owned() }).unwrap();
    });
}

/// Who began a chain is known at its end.
#[test]
fn a_chain_knows_who_began_it() {
    on_each(|store| {
        let node = store.node();
        let company = Company::new(&node);
        let boss = company.administrator("boss");
        reading_role(&company, "reader");
        may_assume(&company, "reader");
        let own = Begun::new(&company, node.change(&boss, session_token()).unwrap());
        let first = Begun::assumed(&company, node.change(&own.caller, assume("reader")).unwrap());
        let second = Begun::assumed(&company, node.change(&first.caller, assume("reader")).unwrap());
        let Caller::Principal { identity, .. } = &second.caller else { unreachable!() };
        assert!(matches!(identity.actor, Actor::Role(_)));
        let session = identity.session().unwrap();
        assert_eq!((session.begun_by(), session.depth()), (Some(user_of(&boss)), 2));
    });
}
