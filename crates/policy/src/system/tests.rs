//! Tests of the system policies.

use std::collections::BTreeSet;

use super::*;
use crate::catalogue::Catalogue;

/// Attachments hold the ids, so a line here never changes; new ones are added.
const IDS: &[(&str, u64)] = &[
    ("AccessKeyFullAccess", 75_015_750_515),
    ("AccessKeySelfManageAccess", 94_354_856_958),
    ("AdministratorAccess", 76_270_448_203),
    ("ApiKeyFullAccess", 50_266_503_357),
    ("ApiKeySelfManageAccess", 74_951_842_036),
    ("AuditReadAccess", 13_296_842_362),
    ("BosFullAccess", 51_668_506_111),
    ("BosOperateAccess", 94_935_119_924),
    ("BosReadOnlyAccess", 37_677_144_986),
    ("FcFullAccess", 70_076_863_103),
    ("FcOperateAccess", 83_775_255_107),
    ("FcReadOnlyAccess", 11_119_748_054),
    ("IAMFullAccess", 55_513_125_709),
    ("IAMOperateAccess", 41_094_665_890),
    ("IAMReadOnlyAccess", 64_698_042_256),
    ("OperateAccess", 84_022_973_185),
    ("QianfanFullAccess", 57_579_842_242),
    ("QianfanOperateAccess", 24_556_549_208),
    ("QianfanReadOnlyAccess", 11_237_959_611),
    ("ReadOnlyAccess", 39_315_478_454),
    ("STSAssumeRoleAccess", 31_955_596_614),
    ("STSFullAccess", 95_956_729_852),
    ("STSOperateAccess", 67_831_930_046),
    ("STSReadOnlyAccess", 72_648_896_913),
];

#[test]
fn ids_never_change() {
    let catalogue = Catalogue::built_in();
    let ids: Vec<_> = catalogue.system_policies().iter().map(|policy| (policy.name.as_str(), policy.id)).collect();
    assert_eq!(ids, IDS);
}

#[test]
fn ids_are_below_all_others() {
    let mut seen = BTreeSet::new();
    for policy in Catalogue::built_in().system_policies() {
        assert!((1..IDS_END).contains(&policy.id) && seen.insert(policy.id), "{}", policy.name);
        assert_eq!(policy.id, id(&policy.name.to_lowercase()));
    }
    assert_eq!(IDS_END, *base::ids::AccountId::RANGE.start());
}

#[test]
fn they_are_found_by_id_and_name() {
    let catalogue = Catalogue::built_in();
    for policy in catalogue.system_policies() {
        assert_eq!(catalogue.system_policy(policy.id), Some(policy));
        assert_eq!(catalogue.system_policy_by_name(&policy.name.to_uppercase()), Some(policy));
    }
    assert_eq!(catalogue.system_policy(0), None);
    assert_eq!(catalogue.system_policy_by_name("Administrator"), None);
}

#[test]
fn sec_102_their_names_are_reserved_in_any_case() {
    let catalogue = Catalogue::built_in();
    for name in ["AdministratorAccess", "administratoraccess", "IAMFULLACCESS", "BosOperateAccess"] {
        assert!(catalogue.is_reserved(name), "{name}");
    }
    for name in ["", "Administrator", "ShopFullAccess", "AdministratorAccess "] {
        assert!(!catalogue.is_reserved(name), "{name}");
    }
}

#[test]
fn each_allows_what_its_name_says() {
    let catalogue = Catalogue::built_in();
    let actions = |name: &str| {
        let document = &catalogue.system_policy_by_name(name).unwrap().document;
        let [statement] = document.statements.as_slice() else { panic!("{name} has one statement") };
        assert_eq!((statement.effect, statement.resources.negated), (Effect::Allow, false));
        if !name.ends_with("SelfManageAccess") {
            assert_eq!(statement.resources.items, [Resource::Any], "{name}");
        }
        statement.actions.items.clone()
    };
    assert_eq!(actions("AdministratorAccess"), [Action::Any]);
    assert_eq!(actions("ReadOnlyAccess"), [word(None, "READ")]);
    assert_eq!(actions("OperateAccess"), [word(None, "OPERATE")]);
    assert_eq!(actions("IAMFullAccess"), [named("iam", "*")]);
    assert_eq!(actions("FcReadOnlyAccess"), [word(Some("fc"), "READ")]);
    assert_eq!(actions("QianfanOperateAccess"), [word(Some("qianfan"), "OPERATE")]);
    assert_eq!(actions("STSAssumeRoleAccess"), [named("sts", "AssumeRole")]);
    assert_eq!(actions("AuditReadAccess"), [named("iam", "ListEvents")]);
    assert_eq!(actions("AccessKeyFullAccess"), actions("AccessKeySelfManageAccess"));
    assert_eq!(actions("ApiKeyFullAccess"), actions("ApiKeySelfManageAccess"));
}

#[test]
fn ones_own_user_is_named_at_any_path() {
    let catalogue = Catalogue::built_in();
    let document = &catalogue.system_policy_by_name("AccessKeySelfManageAccess").unwrap().document;
    let paths = document.statements[0].resources.items.iter().map(|resource| match resource {
        Resource::Named { partition: Partition::Open, service, region, account, path } => {
            assert_eq!((service.as_str(), region.as_str(), account.as_str()), ("iam", "", "*"));
            path.as_str()
        }
        other => panic!("{other:?}"),
    });
    assert_eq!(paths.collect::<Vec<_>>(), ["user/${claviger:UserName}", "user/*/${claviger:UserName}"]);
    assert!(document.variables, "what is in the braces stands for a value");
}

#[test]
fn actions_that_they_name_are_in_the_catalogue() {
    let catalogue = Catalogue::built_in();
    for policy in catalogue.system_policies() {
        for action in policy.document.statements.iter().flat_map(|statement| &statement.actions.items) {
            let Action::Named { service, name } = action else { continue };
            assert!(name == "*" || catalogue.entry(service, name).is_some(), "{}: {service}:{name}", policy.name);
        }
    }
    let keys = catalogue.actions().filter(|(_, entry)| entry.name.contains("AccessKey"));
    assert_eq!(keys.map(|(_, entry)| entry.name.as_str()).collect::<Vec<_>>(), ACCESS_KEY_ACTIONS);
}

#[test]
fn an_operators_service_has_three() {
    let shop = file("shop", "Shop");
    let catalogue = Catalogue::with([("shop.toml", shop.as_str())]).unwrap();
    for name in ["ShopFullAccess", "ShopReadOnlyAccess", "ShopOperateAccess"] {
        assert!(catalogue.is_reserved(name), "{name}");
    }
    assert_eq!(catalogue.system_policies().len(), IDS.len() + 3);
}

#[test]
fn names_and_ids_do_not_clash() {
    let key = file("key", "accesskey");
    let error = Catalogue::with([("key.toml", key.as_str())]).unwrap_err().to_string();
    assert_eq!(error, "key.toml: there is a system policy `AccessKeyFullAccess` already; choose another title");
    // Found by trying titles.
    let (one, two) = (file("a", "Shop138992"), file("b", "Shop562643"));
    let error = Catalogue::with([("a.toml", one.as_str()), ("b.toml", two.as_str())]).unwrap_err().to_string();
    assert_eq!(
        error,
        "b.toml: the system policies `Shop138992FullAccess` and `Shop562643FullAccess` would have one id; choose another title"
    );
}

fn file(service: &str, title: &str) -> String {
    format!(
        "service = \"{service}\"\ntitle = \"{title}\"\nabout = \"A.\"\nactions.GetOrder = {{ level = \"read\", about = \"A.\" }}\n"
    )
}
