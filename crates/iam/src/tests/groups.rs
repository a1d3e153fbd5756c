//! Lists of groups, on both databases.

use super::support::{
    Company,
    deeds::{create_group, create_user},
    on_each,
};
use crate::{
    groups,
    page::{PageSize, Search},
};

#[test]
fn groups_are_found_by_a_text_in_their_name() {
    on_each(|store| {
        let node = store.node();
        let company = Company::new(&node);
        for name in ["night-shift", "Day-Shift", "a_crew", "abcrew"] {
            company.does(create_group(name));
        }
        company.does(create_user("shifty"));
        let found = |text: &str| {
            let search = Some(Search::parse(text).unwrap());
            let (mut names, mut after) = (Vec::new(), None);
            loop {
                let list = groups::List { search: search.clone(), after, size: PageSize::new(1).unwrap() };
                let page = node.query(&company.root.caller, list).unwrap();
                names.extend(page.items.into_iter().map(|group| group.name));
                after = page.next;
                if after.is_none() {
                    return names;
                }
            }
        };
        assert_eq!(found("SHIFT"), ["night-shift", "Day-Shift"]);
        assert_eq!(found("a_c"), ["a_crew"]);
        assert!(found("nobody").is_empty());
    });
}
