//! Users that are made with all that they begin with, on both databases.

use base::secret::SecretText;

use super::support::{
    Company, Node,
    deeds::{allow, attach, create_group, create_policy, create_user, deny, document, harmless, when},
    on_each, operator, origin, wait,
};
use crate::{
    access_keys::Owner,
    accounts::{Alias, SetAlias},
    action::Action,
    caller::Caller,
    error::{Error, Noun, Result, Why},
    groups,
    hashing::Password,
    page::PageSize,
    passwords::NewPassword,
    policies::PolicyRef,
    sign_in::{Attempt, Claim},
    users::{Console, CreateWhole, Filter, ListRows, Order, Parts, Profile, SignIn, Whole},
    values::EntityName,
};

const PASSWORD: &str = "seven green frogs";

fn parts(name: &str) -> Parts {
    Parts::new(Profile::new(EntityName::parse(name).unwrap()))
}

fn typed(text: &str, must_reset: bool) -> Console {
    Console { password: NewPassword::Typed(Password::parse(text).unwrap()), must_reset }
}

/// A user with something of everything.
fn all(name: &str) -> Parts {
    Parts {
        console: Some(Console { password: NewPassword::Generated, must_reset: false }),
        access_key: true,
        groups: vec!["staff".to_owned(), "crew".to_owned(), "STAFF".to_owned()],
        policies: vec![PolicyRef::custom("harmless"), PolicyRef::custom("Harmless")],
        administrator: true,
        ..parts(name)
    }
}

fn furnish(company: &Company<'_>) {
    for group in ["staff", "crew"] {
        company.does(create_group(group));
    }
    company.does(create_policy("harmless", harmless()));
}

fn make(node: &Node, caller: &Caller, parts: Parts) -> Result<Whole> {
    node.change(caller, CreateWhole::new(parts))
}

fn is_there(node: &Node, company: &Company<'_>, name: &str) -> bool {
    node.user(&company.root, name).is_ok()
}

#[test]
fn a_user_is_made_with_all_that_it_begins_with_in_one_event() {
    on_each(|store| {
        let node = store.node();
        let company = Company::new(&node);
        let alias = SetAlias { account: company.account(), alias: Some(Alias::parse("acme").unwrap()) };
        node.change(&operator(), alias).unwrap();
        furnish(&company);
        let before = company.trail(0).len();
        let whole = make(&node, &company.root.caller, all("alice")).unwrap();
        assert_eq!(whole.password.as_ref().unwrap().expose().len(), 20);
        let key = whole.access_key.as_ref().unwrap();
        assert!(node.knows(key.key.id) && key.secret.expose().len() == 44);
        let list = ListRows { filter: Filter::default(), order: Order::Name, after: None, size: PageSize::MAX };
        let row = node.query(&company.root.caller, list).unwrap().items.remove(0);
        assert_eq!((row.sign_in, row.active_keys, row.administrator), (SignIn::MustReset, 1, true));
        assert_eq!(row.groups, ["staff", "crew"]);
        let claim = Claim::User { account: "acme".to_owned(), name: "alice".to_owned() };
        let attempt = Attempt { claim, password: whole.password.unwrap(), device: None, origin: origin() };
        assert!(wait(node.iam.sign_in(attempt)).unwrap().session.must_reset, "what was drawn is for once");
        let trail = company.trail(0);
        let event = trail.get(before).unwrap();
        assert_eq!((event["action"].as_str(), event["outcome"].as_str()), (Some("iam:CreateUser"), Some("success")));
        let actions = ["iam:UpdateLoginProfile", "iam:CreateAccessKey", "iam:AddUserToGroup", "iam:AttachUserPolicy"];
        assert_eq!(event["parts"], serde_json::json!(actions), "{event:#}");
        let plain = make(&node, &company.root.caller, parts("bob")).unwrap();
        assert!(!plain.has_secret());
    });
}

#[test]
fn where_a_part_fails_there_is_nothing() {
    on_each(|store| {
        let node = store.node();
        let company = Company::new(&node);
        furnish(&company);
        let root = &company.root.caller;
        let fails = |parts: Parts| {
            let error = make(&node, root, parts).unwrap_err();
            assert!(!is_there(&node, &company, "alice"));
            error
        };
        let absent = fails(Parts { groups: vec!["staff".into(), "nowhere".into()], ..all("alice") });
        assert!(matches!(absent, Error::NotFound { noun: Noun::Group, .. }), "{absent:?}");
        let absent = fails(Parts { policies: vec![PolicyRef::custom("none")], ..all("alice") });
        assert!(matches!(absent, Error::NotFound { noun: Noun::Policy, .. }), "{absent:?}");
        let weak = fails(Parts { console: Some(typed("alice-2026", true)), ..all("alice") });
        assert!(matches!(weak, Error::WeakPassword { .. }), "{weak:?}");
        let many: Vec<PolicyRef> = (0..21)
            .map(|number| {
                company.does(create_policy(&format!("p{number}"), harmless()));
                PolicyRef::custom(format!("p{number}"))
            })
            .collect();
        let full = fails(Parts { policies: many, ..parts("alice") });
        assert!(matches!(full, Error::LimitExceeded { .. }), "{full:?}");
        company.does(create_user("alice"));
        let taken = make(&node, root, all("Alice")).unwrap_err();
        assert!(matches!(taken, Error::Exists { noun: Noun::User, .. }), "{taken:?}");
        let none = node.query(root, crate::access_keys::List { owner: Owner::User("alice".to_owned()) }).unwrap();
        assert!(none.is_empty());
    });
}

/// SEC-083: each part takes what it takes by itself, and conditions see of each what it sets.
#[test]
fn sec_083_each_part_takes_its_own_permission() {
    on_each(|store| {
        let node = store.node();
        let company = Company::new(&node);
        furnish(&company);
        company.does(create_policy("other", harmless()));
        let actions = [
            "iam:CreateUser",
            "iam:UpdateLoginProfile",
            "iam:CreateAccessKey",
            "iam:AddUserToGroup",
            "iam:AttachUserPolicy",
        ];
        let whole = |name: &str| Parts { administrator: false, ..all(name) };
        for (number, missing) in actions.iter().enumerate() {
            let name = format!("maker-{number}");
            let caller = company.user_with(&name, document([allow(&["*"], &["*"]), deny(&[missing], &["*"])]));
            let refused = make(&node, &caller, whole("alice")).unwrap_err();
            assert!(matches!(&refused, Error::Denied { action, .. } if action == missing), "{missing}: {refused:?}");
            assert!(!is_there(&node, &company, "alice"));
            // What is not asked for is not needed.
            assert_eq!(make(&node, &caller, parts(&format!("user-{number}"))).is_ok(), number > 0, "{missing}");
        }
        let only = when(allow(&["iam:AttachUserPolicy"], &["*"]), "StringLike", "iam:PolicyArn", "*/harmless");
        let rest = allow(&["iam:CreateUser", "iam:GetUser"], &["*"]);
        let caller = company.user_with("attaches", document([only, rest]));
        let of = |name: &str, policies: &[&str]| Parts {
            policies: policies.iter().map(|policy| PolicyRef::custom(*policy)).collect(),
            ..parts(name)
        };
        let both = make(&node, &caller, of("alice", &["harmless", "other"])).unwrap_err();
        assert!(matches!(both, Error::Denied { action: "iam:AttachUserPolicy", .. }), "{both:?}");
        let other = make(&node, &caller, of("alice", &["other", "harmless"])).unwrap_err();
        assert!(matches!(other, Error::Denied { action: "iam:AttachUserPolicy", .. }), "{other:?}");
    });
}

/// SEC-094: nobody makes somebody stronger than themselves.
#[test]
fn sec_094_nobody_makes_an_administrator_who_is_none() {
    on_each(|store| {
        let node = store.node();
        let company = Company::new(&node);
        furnish(&company);
        company.does(attach(crate::attachments::OfGroup("staff".to_owned()), "AdministratorAccess"));
        let hand = company.user_who_may("hand", &["iam:*"], &["*"]);
        for given in [
            Parts { administrator: true, ..parts("alice") },
            Parts { groups: vec!["staff".to_owned()], ..parts("alice") },
        ] {
            let refused = make(&node, &hand, given).unwrap_err();
            let by_the_guard =
                matches!(&refused, Error::Denied { why, .. } if matches!(**why, Why::Administrator { .. }));
            assert!(by_the_guard, "{refused:?}");
            assert!(!is_there(&node, &company, "alice"));
        }
        let boss = company.administrator("boss");
        assert!(make(&node, &boss, Parts { administrator: true, ..parts("alice") }).is_ok());
    });
}

/// SEC-038: at the console, a key takes a fresh proof, whatever it comes with.
#[test]
fn sec_038_at_the_console_a_first_key_takes_a_proof() {
    on_each(|store| {
        let node = store.node();
        let company = Company::new(&node);
        let alias = SetAlias { account: company.account(), alias: Some(Alias::parse("acme").unwrap()) };
        node.change(&operator(), alias).unwrap();
        company.administrator("boss");
        let to = crate::login_profiles::Changes {
            password: Some(NewPassword::Typed(Password::parse(PASSWORD).unwrap())),
            must_reset: Some(false),
            ..Default::default()
        };
        company.does(crate::login_profiles::Update::new("boss".to_owned(), to).unwrap());
        let secret = || SecretText::new(PASSWORD.to_owned());
        let claim = Claim::User { account: "acme".to_owned(), name: "boss".to_owned() };
        let attempt = Attempt { claim, password: secret(), device: None, origin: origin() };
        let session = wait(node.iam.sign_in(attempt)).unwrap().session;
        let caller = || session.caller(origin());
        let with_key = |name: &str| Parts { access_key: true, ..parts(name) };
        assert!(make(&node, &caller(), parts("plain")).is_ok());
        let wanted = make(&node, &caller(), with_key("alice")).unwrap_err();
        let Error::StepUp { action, target } = wanted else { panic!("{wanted:?}") };
        assert_eq!((action, target.as_str()), ("iam:CreateAccessKey", "user/alice"));
        let prove = |target: &str| {
            let proof = node.iam.prove(&session, secret(), Action::CreateAccessKey, target, origin());
            caller().proven_by(wait(proof).unwrap())
        };
        assert!(matches!(make(&node, &prove("user/bob"), with_key("alice")), Err(Error::StepUp { .. })));
        assert!(make(&node, &prove("user/alice"), with_key("alice")).unwrap().access_key.is_some());
    });
}

/// What was there is not touched, and the quotas hold.
#[test]
fn groups_have_no_more_room_than_they_have() {
    on_each(|store| {
        let node = store.node();
        let company = Company::new(&node);
        furnish(&company);
        let quota =
            crate::quotas::Set { account: company.account(), quota: crate::error::Quota::UsersPerGroup, limit: 1 };
        node.change(&operator(), quota).unwrap();
        let of_staff = |name: &str| Parts { groups: vec!["staff".to_owned()], ..parts(name) };
        make(&node, &company.root.caller, of_staff("one")).unwrap();
        let full = make(&node, &company.root.caller, of_staff("two")).unwrap_err();
        assert!(matches!(full, Error::LimitExceeded { .. }), "{full:?}");
        assert!(!is_there(&node, &company, "two"));
        let list = groups::ListUsers { group: "staff".to_owned(), search: None, after: None, size: PageSize::MAX };
        assert_eq!(node.query(&company.root.caller, list).unwrap().items.len(), 1);
    });
}
