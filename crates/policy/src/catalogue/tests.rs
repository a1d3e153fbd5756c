//! Tests of the catalogue: levels, lookups, what the built-in files say, and every rule of their form.

use super::*;
use crate::catalogue::service::{KeyType, On};

const SHOP: &str = r#"service = "shop"
title = "Shop"
about = "Orders."
[resources]
order = "order/{id}"
[keys]
"shop:Channel" = { type = "text", about = "Where from." }
"shop:Label/" = { type = "text", several = true, about = "A label." }
[words]
REFUND = ["refundorder", "CancelOrder"]
[actions]
GetOrder = { level = "read", on = ["order"], keys = ["shop:channel", "RequestTag/"], about = "Shows." }
ListOrders = { level = "list", about = "Lists." }
CancelOrder = { level = "write", on = ["order", "iam:user"], about = "Cancels." }
RefundOrder = { level = "manage", on = ["order"], about = "Pays back." }
"#;

fn shop() -> Catalogue {
    Catalogue::with([("shop.toml", SHOP)]).unwrap()
}

/// What is said of the shop's file with `from` replaced.
fn error(from: &str, to: &str) -> String {
    assert_eq!(SHOP.matches(from).count(), 1, "{from}");
    let text = SHOP.replace(from, to);
    Catalogue::with([("shop.toml", text.as_str())]).map(|_| ()).unwrap_err().to_string()
}

#[test]
fn levels_are_sets() {
    let all = [Level::Read, Level::List, Level::Write, Level::Manage];
    let union = all.into_iter().fold(Levels::NONE, |levels, level| levels.union(Levels::of(level)));
    assert_eq!(union, Levels::ALL);
    assert!(Levels::NONE.is_empty() && !Levels::of(Level::Read).is_empty());
    for one in all {
        assert!(Levels::ALL.contains_all(Levels::of(one)));
        assert!(Levels::of(one).contains_all(Levels::NONE));
        assert!(!Levels::NONE.contains_all(Levels::of(one)));
        for other in all {
            assert_eq!(Levels::of(one).contains_all(Levels::of(other)), one == other);
        }
    }
}

#[test]
fn words_stand_for_levels_in_any_case() {
    let table: [(&str, &[Level]); 6] = [
        ("READ", &[Level::Read, Level::List]),
        ("List", &[Level::List]),
        ("WRITE", &[Level::Write]),
        ("modify", &[Level::Write]),
        ("OPERATE", &[Level::Read, Level::List, Level::Write]),
        ("Full_Control", &[Level::Read, Level::List, Level::Write, Level::Manage]),
    ];
    for (word, levels) in table {
        let wanted = levels.iter().fold(Levels::NONE, |all, level| all.union(Levels::of(*level)));
        assert_eq!(Levels::of_word(word), Some(wanted), "{word}");
    }
    for word in ["", "READS", "FULLCONTROL", "*", "MANAGE", "ＲＥＡＤ"] {
        assert_eq!(Levels::of_word(word), None, "{word}");
    }
}

#[test]
fn actions_are_found_in_any_case() {
    let catalogue = shop();
    let levels = |text| catalogue.action(text).map(|action| action.levels);
    assert_eq!(levels("iam:CreateUser"), Some(Levels::of(Level::Write)));
    assert_eq!(levels("IAM:createUSER"), Some(Levels::of(Level::Write)));
    assert_eq!(levels("shop:RefundOrder"), Some(Levels::of(Level::Manage)));
    assert_eq!(levels("shop:operate"), Levels::of_word("OPERATE"));
    assert_eq!(levels("nobody:READ"), Levels::of_word("READ"));
    for unknown in ["shop:CreateUser", "nobody:GetOrder", "shop:GetOrders", "shop:REFUND", "shop:订单"] {
        assert_eq!(levels(unknown), Some(Levels::NONE), "{unknown}");
    }
    let action = catalogue.action("Shop:getORDER").unwrap();
    assert_eq!((action.service, action.name), ("Shop", "getORDER"));
}

#[test]
fn what_is_not_one_action_is_none() {
    let catalogue = Catalogue::built_in();
    for text in
        ["", ":", "iam", "iam:", ":GetUser", "iam:*", "*:*", "*", "i?m:GetUser", "iam:Get?ser", "a:b:c", "iam::GetUser"]
    {
        assert_eq!(catalogue.action(text), None, "{text}");
    }
}

#[test]
fn every_action_finds_itself() {
    let catalogue = shop();
    assert!(catalogue.actions().count() > 100);
    for (service, entry) in catalogue.actions() {
        for text in
            [format!("{}:{}", service.name, entry.name), format!("{}:{}", service.name, entry.name).to_uppercase()]
        {
            assert_eq!(catalogue.action(&text).unwrap().levels, Levels::of(entry.level), "{text}");
        }
        assert_eq!(catalogue.entry(&service.name, &entry.name), Some(entry));
    }
}

#[test]
fn services_and_own_words_are_found_in_any_case() {
    let catalogue = shop();
    let names: Vec<_> = catalogue.services().iter().map(|service| service.name.as_str()).collect();
    assert_eq!(names, ["bos", "fc", "iam", "qianfan", "shop", "sts"]);
    for name in names {
        assert_eq!(catalogue.service(&name.to_uppercase()).unwrap().name, name);
    }
    assert_eq!(catalogue.service("sho"), None);
    let refund = catalogue.own_word("SHOP", "refund").unwrap();
    assert_eq!(refund, ["RefundOrder", "CancelOrder"]);
    assert_eq!(catalogue.own_word("shop", "READ"), None);
    assert_eq!(catalogue.own_word("iam", "REFUND"), None);
}

#[test]
fn keys_are_found_by_their_one_spelling() {
    let catalogue = shop();
    let kind = |name| catalogue.key(name).map(|key| (key.kind, key.several));
    assert_eq!(kind("sourceip"), Some((KeyType::Address, false)));
    assert_eq!(kind("tagkeys"), Some((KeyType::Text, true)));
    assert_eq!(kind("principaltag/team"), Some((KeyType::Text, false)));
    assert_eq!(kind("epochtime"), Some((KeyType::Epoch, false)));
    assert_eq!(kind("shop:channel"), Some((KeyType::Text, false)));
    assert_eq!(kind("shop:label/red"), Some((KeyType::Text, true)));
    assert_eq!(kind("iam:policyarn"), Some((KeyType::Arn, false)));
    for unknown in ["", "principaltag/", "principaltag", "shop:label/", "shop:sourceip", "nobody:x", "channel", "组/x"]
    {
        assert_eq!(kind(unknown), None, "{unknown}");
    }
}

#[test]
fn a_file_becomes_what_it_says() {
    let catalogue = shop();
    let service = catalogue.service("shop").unwrap();
    assert_eq!(
        (service.title.as_str(), service.about.as_str(), service.file.as_str()),
        ("Shop", "Orders.", "shop.toml")
    );
    assert_eq!(service.resources[0].path, "order/{id}");
    let names: Vec<_> = service.actions.iter().map(|action| action.name.as_str()).collect();
    assert_eq!(names, ["CancelOrder", "GetOrder", "ListOrders", "RefundOrder"]);
    let on = |service: &str, shape: &str| On { service: service.into(), shape: shape.into() };
    assert_eq!(service.actions[0].on, [on("shop", "order"), on("iam", "user")]);
    assert_eq!(service.actions[1].keys, ["shop:Channel", "RequestTag/"]);
    assert_eq!(service.actions[2].on, []);
}

#[test]
fn the_form_is_checked() {
    let table = [
        ("title = \"Shop\"\n", "", "shop.toml, line 1: missing field `title`"),
        ("title = \"Shop\"", "title = 1", "shop.toml, line 2: invalid type: integer `1`, expected a string"),
        ("about = \"Orders.\"", "colour = \"red\"\nabout = \"Orders.\"", "shop.toml, line 3: unknown field `colour`"),
        ("{ type = \"text\", about", "{ type = \"word\", about", "shop.toml, line 7: unknown variant `word`"),
        ("level = \"list\"", "level = \"internal\"", "shop.toml, line 13: unknown variant `internal`"),
        ("level = \"list\", ", "", "shop.toml, line 13: missing field `level`"),
        ("level = \"list\",", "level = \"list\", step = 1,", "shop.toml, line 13: unknown field `step`"),
        ("[actions]", "[actions", "shop.toml, line 11: "),
        ("ListOrders", "GetOrder", "shop.toml, line 13: duplicate key"),
    ];
    for (from, to, says) in table {
        let error = error(from, to);
        assert!(error.starts_with(says), "{to}: {error}");
    }
}

#[test]
fn names_and_texts_are_checked() {
    let table = [
        ("service = \"shop\"", "service = \"Shop\"", "line 1: service `Shop` must be up to 48 lower-case"),
        ("service = \"shop\"", "service = \"\"", "line 1: service `` must be"),
        ("service = \"shop\"", "service = \"volc\"", "line 1: service `volc` must not be"),
        ("title = \"Shop\"", "title = \"My-Shop\"", "line 2: title `My-Shop` must be up to 48 letters"),
        ("title = \"Shop\"", "title = \"1Shop\"", "line 2: title `1Shop` must"),
        ("about = \"Orders.\"", "about = \"\"", "line 3: about `` must be a sentence"),
        ("about = \"Lists.\"", "about = \"a\\u0007\"", "line 13: about `a\u{7}` must be a sentence"),
        ("order = \"order/{id}\"", "\"a b\" = \"order/{id}\"", "line 5: resource `a b` must"),
        ("order = \"order/{id}\"", "order = \"order/{id\"", "line 5: path `order/{id` must"),
        ("\"shop:Channel\"", "\"Channel\"", "line 7: key `Channel` must be the service"),
        ("\"shop:Channel\"", "\"iam:Channel\"", "line 7: key `iam:Channel` must be the service"),
        ("\"shop:Label/\"", "\"shop:CHANNEL\"", "key `shop:C"),
        ("REFUND", "OPERATE", "line 10: word `OPERATE` must not be"),
        ("REFUND", "GETORDER", "line 10: word `GETORDER` must not be"),
        ("REFUND", "\"RE FUND\"", "line 10: word `RE FUND` must be"),
        ("[\"refundorder\", \"CancelOrder\"]", "[]", "line 10: word `REFUND` must list an action"),
        ("ListOrders", "\"List*\"", "line 13: action `List*` must be"),
        ("ListOrders", "List", "line 13: action `List` must not be a word for levels"),
    ];
    for (from, to, says) in table {
        let error = error(from, to);
        assert!(error.starts_with("shop.toml, ") && error.contains(says), "{to}: {error}");
    }
}

#[test]
fn what_is_named_is_described_and_once() {
    let table = [
        ("\"CancelOrder\"]", "\"LoseOrder\"]", "line 10: action `LoseOrder` is not described"),
        ("[\"order\", \"iam:user\"]", "[\"cart\"]", "line 14: resource `cart` is not described"),
        ("iam:user", "iam:order", "line 14: resource `iam:order` is not described"),
        ("iam:user", "nobody:user", "line 14: resource `nobody:user` is not described"),
        ("shop:channel", "shop:Colour", "line 12: key `shop:Colour` is not described"),
        ("shop:channel", "iam:PolicyArn", "line 12: key `iam:PolicyArn` is not described"),
        ("ListOrders", "getorder", "line 13: action `getorder` is described twice"),
        ("service = \"shop\"", "service = \"iam\"", "line 1: service `iam` is in `iam.toml` too"),
        ("title = \"Shop\"", "title = \"BOS\"", "line 2: title `BOS` is in `bos.toml` too"),
    ];
    for (from, to, says) in table {
        assert_eq!(error(from, to), format!("shop.toml, {says}"));
    }
    let twice = format!("{SHOP}cancelorder = {{ level = \"list\", about = \"Lists.\" }}\n");
    let error = Catalogue::with([("a.toml", twice.as_str())]).unwrap_err();
    assert_eq!(error.to_string(), "a.toml, line 16: action `cancelorder` is described twice");
}

#[test]
fn a_service_has_an_action() {
    let none = "service = \"a\"\ntitle = \"A\"\nabout = \"A.\"\n[actions]\n";
    let error = Catalogue::with([("a.toml", none)]).unwrap_err().to_string();
    assert_eq!(error, "a.toml, line 1: service `a` must have an action");
}

#[test]
fn files_are_bounded() {
    let long = "#".repeat((1 << 20) + 1);
    let error = Catalogue::with([("a.toml", long.as_str())]).unwrap_err().to_string();
    assert_eq!(error, "a.toml: there may be at most 1048576 bytes");
    let text = |number| {
        format!(
            "service = \"s{number}\"\ntitle = \"S{number}\"\nabout = \"S.\"\nactions.A = {{ level = \"read\", about = \"A.\" }}\n"
        )
    };
    let texts: Vec<String> = (0..996).map(text).collect();
    let files = |count: usize| texts.iter().take(count).map(|text| ("s.toml", text.as_str()));
    assert_eq!(Catalogue::with(files(995)).unwrap().services().len(), 1000);
    assert_eq!(Catalogue::with(files(996)).unwrap_err().to_string(), "s.toml: there may be at most 1000 files");
}

#[test]
fn built_in_actions_read_as_sentences() {
    let catalogue = Catalogue::built_in();
    for (service, entry) in catalogue.actions() {
        assert!(entry.about.ends_with('.'), "{}:{}", service.name, entry.name);
        let lists = entry.name.starts_with("List");
        assert_eq!(lists, entry.level == Level::List, "{}:{}", service.name, entry.name);
        assert!(entry.name.starts_with("Get") <= (entry.level == Level::Read || entry.name.ends_with("Token")));
    }
    for service in catalogue.services() {
        let used = |shape: &str| {
            catalogue
                .actions()
                .any(|(_, entry)| entry.on.iter().any(|on| on.service == service.name && on.shape == shape))
        };
        for shape in &service.resources {
            assert!(used(&shape.name), "{}: nothing is done to {}", service.name, shape.name);
        }
    }
}
