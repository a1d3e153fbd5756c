//! Roles of other accounts.

use base::ids::AccountId;
use decide::identity::Actor;

use super::{Begun, may_assume, refusal, role_for};
use crate::{
    error::Error,
    sessions::AssumeRole,
    tests::support::{
        Company,
        deeds::{allow, assume_in, create_role, create_user, document, erase, put, trust, trusting, user, when},
        on_each, user_of,
    },
    users,
};

/// SEC-110: a role of another account acts in that account, and nowhere else.
#[test]
fn sec_110_a_role_of_another_account_acts_there() {
    on_each(|store| {
        let node = store.node();
        let (home, other) = (Company::new(&node), Company::new(&node));
        home.does(create_user("resident"));
        role_for(&home, "auditor", &other);
        let zoe = other.user_with("zoe", document([allow(&["sts:AssumeRole"], &["*"])]));
        let begun = Begun::assumed(&home, node.change(&zoe, assume_in(home.account(), "auditor")).unwrap());
        assert_eq!(begun.credentials.account, home.account());
        assert_eq!(begun.caller.account(), home.account());
        node.query(&begun.caller, users::Get { name: "resident".to_owned() }).unwrap();
        let absent = node.query(&begun.caller, users::Get { name: "zoe".to_owned() });
        assert!(matches!(absent, Err(Error::NotFound { .. })), "{absent:?}");
        // By what the role holds at home it does not get into the account where it came from.
        may_assume(&home, "auditor");
        let back = node.change(&begun.caller, assume_in(other.account(), "auditor"));
        assert_eq!(refusal(&back), "trust");
    });
}

/// Both accounts must let it: the role's by its trust, the other by policies.
#[test]
fn sec_110_another_accounts_role_needs_both() {
    on_each(|store| {
        let node = store.node();
        let (home, other) = (Company::new(&node), Company::new(&node));
        role_for(&home, "auditor", &other);
        let named = trusting(&format!("arn:aws:iam::{}:user/zoe", other.account()));
        let zoe = other.user("zoe");
        home.does(create_role("for-zoe", named));
        let asks = |name: &str| node.change(&zoe, assume_in(home.account(), name));
        assert_eq!(refusal(&asks("auditor")), "policies");
        assert_eq!(refusal(&asks("for-zoe")), "policies", "being named is enough at home alone");
        other.does(put(
            user("zoe"),
            "assumes",
            document([allow(&["sts:AssumeRole"], &["role/auditor", "role/for-zoe"])]),
        ));
        for name in ["auditor", "for-zoe"] {
            asks(name).unwrap();
        }
        home.does(trust("auditor", trusting(&home.account().to_string())));
        assert_eq!(refusal(&asks("auditor")), "trust");
        other.does(erase(user("zoe"), "assumes"));
        assert_eq!(refusal(&asks("for-zoe")), "policies");
    });
}

/// SEC-004, SEC-112: no answer tells a role that does not trust from one that is not there, in an account that is or is
/// not there; nor does anything stand in that account's trail.
#[test]
fn sec_004_sec_112_what_is_not_trusted_is_not_seen() {
    on_each(|store| {
        let node = store.node();
        let (home, other) = (Company::new(&node), Company::new(&node));
        let tagged = crate::roles::Create {
            path: crate::tests::support::deeds::path("/ops/"),
            tags: crate::tests::support::deeds::tags("env", "prod"),
            ..create_role("secret", trusting(&home.account().to_string()))
        };
        home.does(tagged);
        let by_tag =
            |value: &str| when(allow(&["sts:AssumeRole"], &["*"]), "StringEquals", "aws:ResourceTag/env", value);
        let by_path = |path: &str| allow(&["sts:AssumeRole"], &[path]);
        let nowhere = AccountId::parse("999999999999").unwrap();
        for (number, (held, wanted)) in [
            (allow(&["sts:AssumeRole"], &["*"]), "trust"),
            (allow(&["iam:GetUser"], &["*"]), "policies"),
            (by_tag("prod"), "policies"),
            (by_path("role/ops/secret"), "policies"),
            (by_path("role/secret"), "trust"),
        ]
        .into_iter()
        .enumerate()
        {
            let caller = other.user_with(&format!("prober-{number}"), document([held]));
            let asks = |account, name: &str| {
                let answer = node.change(&caller, assume_in(account, name));
                assert_eq!(refusal(&answer), wanted, "{number}: {account} {name}");
                answer.unwrap_err().to_string().replace(name, "…")
            };
            let texts = [
                asks(home.account(), "secret"),
                asks(home.account(), if wanted == "trust" && number == 4 { "secret" } else { "absent" }),
                asks(nowhere, "secret"),
                asks(AccountId::INSTANCE, "secret"),
            ];
            assert!(texts.iter().all(|text| *text == texts[0]), "{texts:#?}");
            assert!(!texts[0].contains("ops"), "{}", texts[0]);
        }
        assert!(home.trail(0).iter().all(|event| event["action"] != "sts:AssumeRole"));
        let denied: Vec<String> = other
            .trail(0)
            .iter()
            .filter(|event| event["outcome"] == "denied")
            .map(|event| event["resources"].to_string())
            .collect();
        assert_eq!(denied.len(), 20);
        assert!(denied.iter().all(|resources| !resources.contains("ops")), "{denied:?}");
    });
}

/// SEC-107: a third party that forgets to say for whom it asks gets nothing.
#[test]
fn sec_107_an_external_id_is_asked_for() {
    on_each(|store| {
        let node = store.node();
        let (home, other) = (Company::new(&node), Company::new(&node));
        let zoe = other.user_with("zoe", document([allow(&["sts:AssumeRole"], &["*"])]));
        let text = serde_json::json!({
            "Version": "2012-10-17",
            "Statement": {
                "Effect": "Allow", "Principal": { "AWS": other.account().to_string() }, "Action": "sts:AssumeRole",
                "Condition": { "StringEquals": { "sts:ExternalId": "customer:42" } },
            },
        });
        let document = crate::roles::TrustDocument::parse(&text.to_string(), policy::grammar::Flavour::Aws).unwrap();
        home.does(create_role("vendor", document));
        let asks = |id: Option<&str>| {
            let external_id = id.map(str::to_owned);
            node.change(&zoe, AssumeRole { external_id, ..assume_in(home.account(), "vendor") })
        };
        assert!(asks(Some("customer:42")).is_ok());
        for wrong in [None, Some("customer:43"), Some("Customer:42")] {
            assert_eq!(refusal(&asks(wrong)), "trust", "{wrong:?}");
        }
    });
}

/// A user of another account is somebody there, not here: no id of it is anybody's.
#[test]
fn a_foreign_beginner_is_known_by_its_id() {
    on_each(|store| {
        let node = store.node();
        let (home, other) = (Company::new(&node), Company::new(&node));
        role_for(&home, "auditor", &other);
        let zoe = other.user_with("zoe", document([allow(&["sts:AssumeRole"], &["*"])]));
        let begun = Begun::assumed(&home, node.change(&zoe, assume_in(home.account(), "auditor")).unwrap());
        let crate::caller::Caller::Principal { identity, .. } = &begun.caller else { unreachable!() };
        let assumed = identity.session().unwrap().assumed.as_ref().unwrap();
        assert_eq!((assumed.by.account, assumed.by.actor), (other.account(), Actor::User(user_of(&zoe))));
    });
}
