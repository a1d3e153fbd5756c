use super::*;
use crate::{
    condition::Operator,
    request::ActionName,
    testing::{Keys, action, allow, compile, condition, document, listed, request, resource},
};

const SHOP: &str = r#"
service = "shop"
title = "Shop"
about = "Orders."
[resources]
order = "order/{id}"
[words]
REFUND = ["RefundOrder", "CancelOrder"]
[actions]
GetOrder = { level = "read", on = ["order"], about = "Shows." }
ListOrders = { level = "list", about = "Lists." }
PlaceOrder = { level = "write", on = ["order"], about = "Places." }
RefundOrder = { level = "manage", on = ["order"], about = "Pays back." }
CancelOrder = { level = "write", on = ["order"], about = "Cancels." }
"#;

const ASKED: [&str; 13] = [
    "shop:GetOrder",
    "shop:ListOrders",
    "shop:PlaceOrder",
    "shop:RefundOrder",
    "shop:CancelOrder",
    "shop:READ",
    "shop:LIST",
    "shop:WRITE",
    "shop:MODIFY",
    "shop:OPERATE",
    "shop:FULL_CONTROL",
    "shop:REFUND",
    "shop:New",
];

/// Which of the actions above `pattern` covers; `shop:` is left out.
fn covered(pattern: &str) -> Vec<&'static str> {
    let catalogue = Catalogue::with([("shop.toml", SHOP)]).unwrap();
    let actions = Actions::new(&listed([action(pattern)]), &catalogue);
    let names = ASKED.into_iter().map(|text| (text, catalogue.action(text).unwrap()));
    names
        .filter(|(_, name)| actions.contain(&AskedAction::new(*name)))
        .map(|(text, _)| &text["shop:".len()..])
        .collect()
}

#[test]
fn words_cover_what_can_do_no_more() {
    let read = ["GetOrder", "ListOrders", "READ", "LIST"];
    let write = ["PlaceOrder", "CancelOrder", "WRITE", "MODIFY"];
    let sorted = |mut list: Vec<&'static str>| {
        list.sort_by_key(|name| ASKED.iter().position(|asked| asked.ends_with(&format!(":{name}"))));
        list
    };
    for service in ["shop", "SHOP", "*"] {
        let word = |word: &str| covered(&format!("{service}/{word}"));
        assert_eq!(word("READ"), read);
        assert_eq!(word("read"), read);
        assert_eq!(word("LIST"), ["ListOrders", "LIST"]);
        assert_eq!(word("WRITE"), write);
        assert_eq!(word("Modify"), write);
        assert_eq!(word("OPERATE"), sorted([&read[..], &write, &["OPERATE"]].concat()));
        assert_eq!(word("FULL_CONTROL").len(), ASKED.len());
        assert_eq!(word("*").len(), ASKED.len());
    }
    assert!(covered("bos/FULL_CONTROL").is_empty() && covered("bos/*").is_empty() && covered("bos/READ").is_empty());
}

#[test]
fn a_services_own_words_are_its_own() {
    assert_eq!(covered("shop/REFUND"), ["RefundOrder", "CancelOrder", "REFUND"]);
    assert_eq!(covered("shop/refund"), ["RefundOrder", "CancelOrder", "REFUND"]);
    assert_eq!(covered("*/REFUND"), ["REFUND"]);
    assert_eq!(covered("bos/REFUND"), [""; 0]);
}

/// SEC-087: without ASCII case, and in acl entries with `*` alone.
#[test]
fn sec_087_actions() {
    assert_eq!(covered("SHOP:getORDER"), ["GetOrder"]);
    assert_eq!(covered("shop:*order"), ["GetOrder", "PlaceOrder", "RefundOrder", "CancelOrder"]);
    assert_eq!(covered("shop:?etOrder"), ["GetOrder"]);
    assert_eq!(covered("shop:*").len(), ASKED.len());
    assert_eq!(covered("*").len(), ASKED.len());
    assert_eq!(covered("shop:READ"), ["READ"]);
    assert_eq!(covered("sh*:GetOrder"), [""; 0]);
    assert_eq!(covered("shop:G${x}"), [""; 0]);
    assert_eq!(covered("shop/*order"), ["GetOrder", "PlaceOrder", "RefundOrder", "CancelOrder"]);
    assert_eq!(covered("shop/?etOrder"), [""; 0]);
}

#[test]
fn a_negated_list_is_everything_else() {
    let catalogue = Catalogue::built_in();
    let list = document::Listed { negated: true, ..listed([action("iam:Get*"), action("sts:*")]) };
    let others = Actions::new(&list, &catalogue);
    let contains = |text| others.contain(&AskedAction::new(catalogue.action(text).unwrap()));
    assert!(contains("iam:CreateUser") && contains("new:Thing"));
    assert!(!contains("iam:GetUser") && !contains("STS:AssumeRole"));
    assert!(others.name_service("iam") && others.name_service("bos") && !others.are_all());
}

fn matches(pattern: &str, name: &str, keys: &Keys) -> bool {
    let resources = Resources::new(&listed([resource(pattern)]), true);
    resources.contain(&ResourceName::read(name).unwrap(), keys)
}

/// SEC-087: resources compare with exact case, part by part.
#[test]
fn sec_087_resources() {
    let keys = Keys::default().with("username", "a*");
    for (pattern, name) in [
        ("*", "*"),
        ("*", "arn:aws:bos:::b"),
        ("arn:aws:bos:::b/*", "arn:aws:bos:::b/k:l/m"),
        ("arn:aws:bos:*:*:b/?", "arn:aws:bos:eu:1:b/k"),
        ("arn:*:bos:::b", "arn:aws:bos:::b"),
        ("arn:*:bos:::b", "trn:bos:::b"),
        ("arn:a?s:b*:::b", "arn:aws:bos:::b"),
        ("crn:bos:::b", "arn:aws:bos:::b"),
        ("crn:bos:::b", "trn:bos:::b"),
        ("arn:aws:bos:::b", "crn:bos:::b"),
        ("trn:bos:::b", "crn:bos:::b"),
        ("wsc:bos:::b", "wsc:bos:::b"),
        ("crn:iam::1:user/${aws:username}", "crn:iam::1:user/a*"),
        ("crn:iam::1:user/${x, 'b'}*", "crn:iam::1:user/bc"),
        ("bos/bj/b/*", "arn:aws:bos:bj:1:b/k"),
        ("*/bj/b", "crn:bos:bj::b"),
        ("bos/*/*b", "trn:bos:eu:1:ab"),
        ("bos/*/*", "*"),
        ("bos/*/*", "crn:other:::b"),
        ("bos/*/a?${x}", "crn:bos:::a?${x}"),
    ] {
        assert!(matches(pattern, name, &keys), "{pattern} {name}");
    }
    for (pattern, name) in [
        ("arn:aws:bos:::*", "*"),
        ("crn:*:*:*:*", "*"),
        ("arn:aws:bos:::b", "arn:aws:bos:::B"),
        ("arn:aws:bos:::b", "arn:aws:BOS:::b"),
        ("arn:aws:bos:*::b", "arn:aws:bos:eu:1:b"),
        ("arn:aws:bos:::b", "arn:aws:bos::1:b"),
        ("arn:aws:bos:::b", "trn:bos:::b"),
        ("trn:bos:::b", "wsc:bos:::b"),
        ("trn:bos:::b", "arn:trn2:bos:::b"),
        ("crn:iam::1:user/${aws:username}", "crn:iam::1:user/ab"),
        ("crn:iam::1:user/${x}", "crn:iam::1:user/"),
        ("crn:iam::1:${x}*", "crn:iam::1:user/a"),
        ("bos/bj/*", "crn:bos:gz::b"),
        ("bos/bj/b", "crn:bos:bj::b/k"),
        ("bos/*/a?", "crn:bos:::ab"),
    ] {
        assert!(!matches(pattern, name, &keys), "{pattern} {name}");
    }
}

/// SEC-086: a pattern whose variable has no value matches nothing, in `NotResource` too.
#[test]
fn sec_086_a_pattern_without_value_excludes_nothing() {
    let not = |statement: crate::document::Statement| compile(&document([statement.not(false, true, false)]));
    let asked = request("iam:GetUser", "crn:iam::1:user/a");
    let allows = |compiled: &Compiled, keys: &Keys| compiled.statements()[0].matches(Question::new(&asked, keys));
    let others = not(allow(&["iam:*"], &["crn:iam::1:user/${aws:username}"]));
    assert!(allows(&others, &Keys::default()) && allows(&others, &Keys::default().with("username", "b")));
    assert!(!allows(&others, &Keys::default().with("username", "a")));
}

#[test]
fn the_first_part_that_does_not_match_is_told() {
    let statement = allow(&["iam:GetUser"], &["crn:iam::1:user/a"])
        .when(condition(Operator::StringEquals, "a", &["1"]))
        .when(condition(Operator::StringEquals, "b", &["2"]));
    let compiled = compile(&document([statement]));
    let miss = |action, resource, keys: &Keys| {
        let asked = request(action, resource);
        compiled.statements()[0].miss(Question::new(&asked, keys))
    };
    let (one, both) = (Keys::default().with("a", "1"), Keys::default().with("a", "1").with("b", "2"));
    assert_eq!(miss("iam:ListUsers", "crn:iam::1:user/a", &both), Some(Miss::Action));
    assert_eq!(miss("iam:GetUser", "crn:iam::1:user/b", &both), Some(Miss::Resource));
    assert_eq!(miss("iam:GetUser", "crn:iam::1:user/a", &Keys::default()), Some(Miss::Check(0)));
    assert_eq!(miss("iam:GetUser", "crn:iam::1:user/a", &one), Some(Miss::Check(1)));
    assert_eq!(miss("iam:GetUser", "crn:iam::1:user/a", &both), None);
}

#[test]
fn where_a_document_has_no_variables_they_are_text() {
    let mut plain = document([allow(&["*"], &["crn:iam::1:${x}*"])]);
    plain.variables = false;
    let compiled = compile(&plain);
    let matches = |resource| {
        let asked = request("iam:GetUser", resource);
        compiled.statements()[0].matches(Question::new(&asked, &Keys::default()))
    };
    assert!(matches("crn:iam::1:${x}y") && !matches("crn:iam::1:y"));
}

#[test]
fn an_action_without_levels_is_covered_by_no_word() {
    let actions = Actions::new(&listed([action("shop/OPERATE")]), &Catalogue::built_in());
    let unknown = ActionName { service: "shop", name: "New", levels: crate::catalogue::Levels::NONE };
    assert!(!actions.contain(&AskedAction::new(unknown)));
}
