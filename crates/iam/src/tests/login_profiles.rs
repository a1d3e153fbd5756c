//! Login profiles on both databases.

use super::support::{
    Company,
    deeds::{create_user, set_password},
    on_each,
};
use crate::{
    error::{Error, Noun},
    login_profiles::{Changes, Get, MfaMethods, RemoveMfa, Update},
};

#[test]
fn second_factors_are_taken_away_one_by_one_and_again() {
    on_each(|store| {
        let node = store.node();
        let company = Company::new(&node);
        let remove = |user: &str, sms: bool, totp: bool| {
            let remove = RemoveMfa { user: user.to_owned(), methods: MfaMethods { sms, totp } };
            node.change(&company.root.caller, remove)
        };
        let profile = || node.query(&company.root.caller, Get { user: "alice".to_owned() }).unwrap();
        company.does(create_user("alice"));
        remove("alice", true, true).unwrap();
        assert_eq!(profile().created, None, "nothing is made of it");
        company.does(set_password("alice"));
        let both = Some(MfaMethods { sms: true, totp: true });
        let to = Changes { mfa_methods: both, login_mfa: Some(true), ..Changes::default() };
        company.does(Update::new("alice".to_owned(), to).unwrap());
        let before = profile();
        for _ in 0..2 {
            remove("Alice", false, true).unwrap();
            assert_eq!(profile().mfa_methods, MfaMethods { sms: true, totp: false });
        }
        remove("alice", true, false).unwrap();
        let after = profile();
        assert_eq!(after.mfa_methods, MfaMethods::default());
        assert_eq!((after.login_mfa, after.password_changed), (before.login_mfa, before.password_changed));
        let absent = remove("nobody", true, true).unwrap_err();
        assert!(matches!(absent, Error::NotFound { noun: Noun::User, .. }), "{absent:?}");
    });
}
