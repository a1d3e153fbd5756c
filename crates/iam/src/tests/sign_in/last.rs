//! The last administrator may be one who has nothing but a password (SEC-103).

use super::scene::{PASSWORD, attempt, password, switch_console};
use crate::{
    access_keys::Owner,
    accounts::{Alias, SetAlias},
    error::Error,
    login_profiles,
    sign_in::{Attempt, Claim},
    tests::support::{
        ADMINISTRATOR, Company,
        deeds::{
            Deed, attach, change, create_user, delete_key, delete_user, detach, owner, set_root_login, switch_user,
            user,
        },
        on_each, operator, origin,
    },
};

/// What ends an administrator, in words and as a deed.
type End = (&'static str, fn() -> Deed);

#[test]
fn sec_103_whoever_signs_in_may_be_the_last_administrator() {
    let ends: [End; 6] = [
        ("console", || change(switch_console("boss", false))),
        ("profile", || change(login_profiles::Delete { user: "boss".to_owned() })),
        ("disabled", || change(switch_user("boss", false))),
        ("deleted", || change(delete_user("boss"))),
        ("policy", || change(detach(user("boss"), ADMINISTRATOR))),
        ("key", || change(delete_key(owner("boss"), "CVAKQ2X4T7M3B6N5P8R9"))),
    ];
    on_each(|store| {
        let node = store.node();
        for (number, (what, end)) in ends.iter().enumerate() {
            let company = Company::new(&node);
            let alias = Alias::parse(&format!("acme-{number}")).unwrap();
            node.change(&operator(), SetAlias { account: company.account(), alias: Some(alias) }).unwrap();
            company.does(create_user("boss"));
            company.does(attach(user("boss"), ADMINISTRATOR));
            company.does(password("boss", Some(false)));
            let roots = company.keys(company.root_id());
            company.does(delete_key(Owner::Root, &roots[0]));
            let session = node.sign_in(attempt(&format!("acme-{number}"), "boss", PASSWORD)).unwrap().session;
            let caller = session.caller(origin());
            let ended = end()(&node, &caller);
            match *what {
                "key" => assert!(matches!(ended, Err(Error::NotFound { .. })), "{what}: {ended:?}"),
                "disabled" | "deleted" => assert!(matches!(ended, Err(Error::Oneself)), "{what}: {ended:?}"),
                _ => assert!(matches!(ended, Err(Error::LastAdministrator)), "{what}: {ended:?}"),
            }
            // Where root can sign in, anybody may go.
            node.change(&operator(), set_root_login(company.account(), &format!("root-{number}"))).unwrap();
            let claim = Claim::Root { email: format!("root-{number}@example.com") };
            let as_root = Attempt { claim, ..attempt("", "", PASSWORD) };
            let root = node.sign_in(as_root).unwrap().session.caller(origin());
            let ended = end()(&node, &root);
            assert!(ended.is_ok() || *what == "key", "{what}: {ended:?}");
        }
    });
}
