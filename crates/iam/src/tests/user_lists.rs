//! Lists of users as people look at them, on both databases.

use super::support::{
    ADMINISTRATOR, Company, Node,
    deeds::{
        attach, create_group, create_key, create_user, delete_key, delete_profile, delete_user, join, owner,
        rename_user, set_password, switch_key, switch_user, type_password, user,
    },
    on_each,
};
use crate::{
    access_keys::{self, Owner},
    caller::Caller,
    error::{Error, Noun},
    groups, login_profiles,
    page::{PageSize, Search},
    users::{self, Filter, KeyFilter, ListRows, Order, SignIn, SignInFilter, UserRow},
    values::{Email, Mobile},
};

fn rows(node: &Node, caller: &Caller, filter: &Filter, order: Order, size: u64) -> Vec<UserRow> {
    let (mut rows, mut after) = (Vec::new(), None);
    loop {
        let list = ListRows { filter: filter.clone(), order, after, size: PageSize::new(size).unwrap() };
        let page = node.query(caller, list).unwrap();
        assert!(page.items.len() <= usize::try_from(size).unwrap());
        rows.extend(page.items);
        // A place comes back as it was printed.
        after = page.next.map(|place| users::Place::parse(&place.to_string()).unwrap());
        if after.is_none() {
            return rows;
        }
    }
}

fn names(node: &Node, company: &Company<'_>, filter: &Filter, order: Order) -> Vec<String> {
    let all = rows(node, &company.root.caller, filter, order, 1_000);
    for size in [1, 2, 3] {
        assert_eq!(rows(node, &company.root.caller, filter, order, size), all, "pages of {size}");
    }
    all.into_iter().map(|row| row.user.name).collect()
}

/// A few people, each with something of their own.
fn furnish(company: &Company<'_>) {
    for name in ["Dora", "alice", "Bob", "carol", "erin", "张三"] {
        company.node.clock.advance_micros(1_000_000);
        company.does(create_user(name));
    }
    for group in ["g1", "g2", "g3", "g4"] {
        company.does(create_group(group));
        company.does(join("alice", group));
    }
    company.does(join("Dora", "g2"));
    company.does(attach(user("Dora"), ADMINISTRATOR));
    company.does(switch_user("erin", false));
    for name in ["alice", "Bob", "carol"] {
        company.does(set_password(name));
    }
    for (name, must_reset) in [("alice", false), ("Bob", true)] {
        let to = login_profiles::Changes { must_reset: Some(must_reset), ..Default::default() };
        company.does(login_profiles::Update::new(name.to_owned(), to).unwrap());
    }
    let to = login_profiles::Changes { enabled: Some(false), ..Default::default() };
    company.does(login_profiles::Update::new("carol".to_owned(), to).unwrap());
    let off = company.does(create_key(owner("Bob"))).key.id;
    company.does(switch_key(owner("Bob"), off.as_str(), false));
    company.does(create_key(owner("alice")));
    let gone = company.does(create_key(owner("alice"))).key.id;
    company.does(delete_key(owner("alice"), gone.as_str()));
    let email = Some(Some(Email::parse("c_l@example.com").unwrap()));
    let mobile = Some(Some(Mobile::parse("+8613800138000").unwrap()));
    company
        .does(users::Update { name: "carol".to_owned(), to: users::Changes { mobile, email, ..Default::default() } });
}

#[test]
fn users_are_listed_in_each_order_page_by_page() {
    on_each(|store| {
        let node = store.node();
        let company = Company::new(&node);
        furnish(&company);
        let all = |order| names(&node, &company, &Filter::default(), order);
        assert_eq!(all(Order::Name), ["alice", "Bob", "carol", "Dora", "erin", "张三"], "whatever their case");
        assert_eq!(all(Order::Oldest), ["Dora", "alice", "Bob", "carol", "erin", "张三"]);
        assert_eq!(all(Order::Newest), ["张三", "erin", "carol", "Bob", "alice", "Dora"]);
        assert_eq!(all(Order::Idle), all(Order::Oldest), "nobody was active");
        company.does(rename_user("alice", "zoe"));
        company.does(delete_user("Bob"));
        assert_eq!(all(Order::Name), ["carol", "Dora", "erin", "zoe", "张三"]);
    });
}

#[test]
fn each_filter_lets_through_what_it_says_and_all_together() {
    on_each(|store| {
        let node = store.node();
        let company = Company::new(&node);
        furnish(&company);
        let found = |filter: Filter| {
            let by_name = names(&node, &company, &filter, Order::Name);
            for order in [Order::Oldest, Order::Newest, Order::Active, Order::Idle] {
                let mut other = names(&node, &company, &filter, order);
                other.sort_by_key(|name| by_name.iter().position(|known| known == name));
                assert_eq!(other, by_name, "{filter:?} {order:?}");
            }
            by_name
        };
        let search = |text: &str| Filter { search: Some(Search::parse(text).unwrap()), ..Filter::default() };
        assert_eq!(found(search("O")), ["Bob", "carol", "Dora"]);
        assert_eq!(found(search("0138")), ["carol"]);
        assert_eq!(found(search("C_L@EXAMPLE")), ["carol"]);
        assert_eq!(found(search("三")), ["张三"]);
        assert!(found(search("%")).is_empty() && found(search("nobody")).is_empty());
        let enabled = |on| Filter { enabled: Some(on), ..Filter::default() };
        assert_eq!((found(enabled(false)), found(enabled(true)).len()), (vec!["erin".to_owned()], 5));
        let sign_in = |how| found(Filter { sign_in: Some(how), ..Filter::default() });
        assert_eq!(sign_in(SignInFilter::None), ["Dora", "erin", "张三"]);
        assert_eq!(sign_in(SignInFilter::Off), ["carol"]);
        assert_eq!(sign_in(SignInFilter::On), ["alice", "Bob"]);
        assert_eq!(sign_in(SignInFilter::MustReset), ["Bob"]);
        assert_eq!(sign_in(SignInFilter::Never), ["alice", "Bob"]);
        let keys = |which| found(Filter { keys: Some(which), ..Filter::default() });
        assert_eq!(keys(KeyFilter::Active), ["alice"]);
        assert_eq!(keys(KeyFilter::Inactive), ["Bob"]);
        assert_eq!(keys(KeyFilter::None), ["carol", "Dora", "erin", "张三"]);
        let of = |group: &str| Filter { group: Some(group.to_owned()), ..Filter::default() };
        assert_eq!((found(of("G2")), found(of("g3"))), (vec!["alice".into(), "Dora".into()], vec!["alice".into()]));
        assert_eq!(found(Filter { keys: Some(KeyFilter::None), ..of("g2") }), ["Dora"]);
        assert_eq!(found(Filter { sign_in: Some(SignInFilter::On), enabled: Some(true), ..search("li") }), ["alice"]);
        let absent = ListRows { filter: of("nowhere"), order: Order::Name, after: None, size: PageSize::MAX };
        let absent = node.query(&company.root.caller, absent).unwrap_err();
        assert!(matches!(absent, Error::NotFound { noun: Noun::Group, .. }), "{absent:?}");
    });
}

/// What a row tells is what the things themselves tell.
#[test]
fn a_row_shows_what_is_so() {
    on_each(|store| {
        let node = store.node();
        let company = Company::new(&node);
        furnish(&company);
        let root = &company.root.caller;
        company.does(delete_profile("alice"));
        company.does(type_password("张三", "seven green frogs"));
        let rows = rows(&node, root, &Filter::default(), Order::Name, 1_000);
        for row in &rows {
            let name = row.user.name.clone();
            assert_eq!(row.user, node.user(&company.root, &name).unwrap());
            let profile = node.query(root, login_profiles::Get { user: name.clone() }).unwrap();
            let sign_in = match (profile.created.is_some(), profile.enabled, profile.must_reset) {
                (false, ..) => SignIn::None,
                (_, false, _) => SignIn::Off,
                (_, _, false) => SignIn::On,
                (_, _, true) => SignIn::MustReset,
            };
            assert_eq!(row.sign_in, sign_in, "{name}");
            let keys = node.query(root, access_keys::List { owner: Owner::User(name.clone()) }).unwrap();
            let active = keys.iter().filter(|key| key.enabled).count() as u64;
            assert_eq!((row.active_keys, row.inactive_keys), (active, keys.len() as u64 - active), "{name}");
            let groups = node.query(root, groups::ListOfUser { user: name.clone() }).unwrap();
            let first: Vec<String> = groups.iter().take(3).map(|group| group.name.clone()).collect();
            assert_eq!((&row.groups, row.group_count), (&first, groups.len()), "{name}");
            assert_eq!(row.administrator, name == "Dora", "{name}");
            assert_eq!((row.last_active, row.last_signed_in), (None, None));
        }
        assert_eq!(rows.len(), 6);
    });
}

#[test]
fn who_used_a_key_was_active() {
    on_each(|store| {
        let node = store.node();
        let company = Company::new(&node);
        furnish(&company);
        let key = company.does(create_key(owner("carol"))).key.id;
        node.clock.advance_micros(90_000_000);
        let used = node.iam.now();
        node.iam.note_use(key, "iam", "192.0.2.7");
        let caller = company.root.caller.clone();
        // Closing writes what is noted.
        drop(node);
        let node = store.node();
        let rows = rows(&node, &caller, &Filter::default(), Order::Active, 2);
        let first: Vec<_> = rows.iter().take(2).map(|row| (row.user.name.as_str(), row.last_active)).collect();
        assert_eq!(first, [("carol", Some(used)), ("张三", None)]);
    });
}

/// Who is in a group is told only to those who may know it.
#[test]
fn a_group_is_filtered_by_only_where_its_members_may_be_seen() {
    on_each(|store| {
        let node = store.node();
        let company = Company::new(&node);
        furnish(&company);
        let list = |group: Option<&str>| ListRows {
            filter: Filter { group: group.map(str::to_owned), ..Filter::default() },
            order: Order::Name,
            after: None,
            size: PageSize::MAX,
        };
        let lists = company.user_who_may("lists", &["iam:ListUsers"], &["*"]);
        assert!(node.query(&lists, list(None)).is_ok());
        let refused = node.query(&lists, list(Some("g2"))).unwrap_err();
        assert!(matches!(&refused, Error::Denied { action: "iam:ListUsersInGroup", .. }), "{refused:?}");
        let plain = company.user("plain");
        assert!(matches!(node.query(&plain, list(None)), Err(Error::Denied { .. })));
    });
}
