//! Password settings and the rules for passwords, on both databases.

use super::support::{
    Company,
    deeds::{create_user, delete_profile, delete_user, set_password, set_settings, type_password},
    on_each,
};
use crate::{
    accounts::{Alias, SetAlias},
    error::{Error, Result},
    login_profiles::{Changes, Update, Updated},
    password_settings::{self, Lock, PasswordSettings},
    passwords::{Broken, Class, NewPassword},
    tests::support::operator,
};

fn broken<T: std::fmt::Debug>(answer: Result<T>) -> Vec<Broken> {
    match answer {
        Err(Error::WeakPassword { broken }) => broken,
        other => panic!("{other:?}"),
    }
}

/// Others than the default, each in its way.
fn settings() -> PasswordSettings {
    PasswordSettings {
        min_length: 12,
        classes: vec![Class::Digit, Class::Lower, Class::Digit],
        validity_days: 90,
        expired_may_reset: false,
        history: 5,
        lock: Some(Lock { failures: 5, minutes: 10 }),
        idle_minutes: 60,
        session_hours: 24,
        updated: None,
    }
}

#[test]
fn sec_310_settings_are_set_whole_and_each_account_has_its_own() {
    on_each(|store| {
        let node = store.node();
        let (company, other) = (Company::new(&node), Company::new(&node));
        let shown = |company: &Company<'_>| node.query(&company.root.caller, password_settings::Get).unwrap();
        assert_eq!(shown(&company), PasswordSettings::DEFAULT);
        let first = company.does(set_settings(settings()));
        assert_eq!((first.updated, &shown(&company)), (Some(node.iam.now()), &first));
        assert_eq!(first.classes, [Class::Lower, Class::Digit], "in one order, and none twice");
        node.clock.advance_micros(1_000_000);
        assert_eq!(company.does(set_settings(settings())), first, "nothing has changed");
        let lock = Some(Lock { failures: 3, minutes: 60 });
        let second = company.does(set_settings(PasswordSettings { lock, ..PasswordSettings::DEFAULT }));
        assert_eq!(second, PasswordSettings { lock, updated: Some(node.iam.now()), ..PasswordSettings::DEFAULT });
        assert_eq!((shown(&company), shown(&other)), (second, PasswordSettings::DEFAULT));
        let long = PasswordSettings { min_length: 64, ..PasswordSettings::DEFAULT };
        assert!(matches!(password_settings::Update::new(long), Err(Error::Invalid { field: "minimum length", .. })));
    });
}

#[test]
fn sec_017_a_password_that_breaks_rules_is_refused_with_all_of_them() {
    on_each(|store| {
        let node = store.node();
        let company = Company::new(&node);
        let alias = SetAlias { account: company.account(), alias: Some(Alias::parse("bluebird").unwrap()) };
        node.change(&operator(), alias).unwrap();
        company.does(create_user("Wilhelmina"));
        let sets = |text: &str| node.change(&company.root.caller, type_password("wilhelmina", text));
        assert_eq!(broken(sets("password1")), [Broken::Common]);
        assert_eq!(broken(sets("wilhelmina-k7Q")), [Broken::Name]);
        assert_eq!(broken(sets("BlueBird-k7Q")), [Broken::Name], "the account's alias");
        assert_eq!(broken(sets("Claviger#9")), [Broken::Name], "the product's name");
        company.does(set_settings(settings()));
        assert_eq!(
            broken(sets("WILHELMINA!")),
            [Broken::TooShort { least: 12 }, Broken::Lacks(Class::Lower), Broken::Lacks(Class::Digit), Broken::Name]
        );
        sets("seven green frogs 7").unwrap();
        let told = sets("an old one").unwrap_err().to_string();
        assert_eq!(told, "a password must have at least 12 characters, and must have a digit");
    });
}

/// Who may not set a password learns nothing of its rules.
#[test]
fn who_may_not_set_a_password_is_told_so_first() {
    on_each(|store| {
        let node = store.node();
        let company = Company::new(&node);
        company.does(create_user("alice"));
        let plain = company.user("plain");
        let refused = node.change(&plain, type_password("alice", "password1")).unwrap_err();
        assert!(matches!(refused, Error::Denied { .. }), "{refused:?}");
    });
}

#[test]
fn a_drawn_password_is_told_once_and_fits_every_account() {
    on_each(|store| {
        let node = store.node();
        let company = Company::new(&node);
        let strict = PasswordSettings { min_length: 32, classes: Class::ALL.to_vec(), ..PasswordSettings::DEFAULT };
        company.does(set_settings(strict));
        company.does(create_user("alice"));
        let draw = || {
            let to = Changes { password: Some(NewPassword::Generated), ..Changes::default() };
            let Updated { generated, profile, .. } = company.does(Update::new("alice".to_owned(), to).unwrap());
            assert!(profile.enabled && profile.password_changed.is_some());
            generated.unwrap().expose().to_owned()
        };
        let (one, other) = (draw(), draw());
        assert_eq!((one.len(), other.len()), (20, 20));
        assert!(one.starts_with(|first: char| first.is_ascii_alphanumeric()), "no spreadsheet takes it for a formula");
        assert_ne!(one, other);
        let to = Changes { must_reset: Some(true), ..Changes::default() };
        assert!(company.does(Update::new("alice".to_owned(), to).unwrap()).generated.is_none());
    });
}

/// As many old passwords are kept as the account asks for, and they go with the profile.
#[test]
fn old_passwords_are_kept_as_long_as_they_are_asked_for() {
    on_each(|store| {
        let node = store.node();
        let company = Company::new(&node);
        let remember = |history| company.does(set_settings(PasswordSettings { history, ..PasswordSettings::DEFAULT }));
        let kept = || {
            let rows = |row: &serde_json::Value| row["changes"].as_array().cloned().unwrap_or_default();
            let all: Vec<_> = company.trail(0).iter().flat_map(rows).collect();
            let of =
                |deed: &str| all.iter().filter(|row| row["table"] == "old_password" && row["deed"] == deed).count();
            of("insert") - of("delete")
        };
        company.does(create_user("alice"));
        let sets = |text: &str| {
            node.clock.advance_micros(1);
            company.does(type_password("alice", text));
        };
        sets("seven green frogs");
        sets("eight green frogs");
        assert_eq!(kept(), 0, "only the present one counts, and that is in the profile");
        remember(3);
        for text in ["nine green frogs", "ten green frogs", "eleven green frogs", "twelve green frogs"] {
            sets(text);
        }
        assert_eq!(kept(), 2);
        remember(2);
        sets("thirteen green frogs");
        assert_eq!(kept(), 1);
        company.does(delete_profile("alice"));
        assert_eq!(kept(), 0);
        remember(24);
        company.does(set_password("alice"));
        sets("seven green frogs");
        assert_eq!(kept(), 1);
        company.does(delete_user("alice"));
        assert_eq!(kept(), 0);
    });
}
