//! Random trees, such as a flavour has them.

use policy::{
    condition::{Operator, ValueType},
    document::{
        Action, Condition, Document, Effect, Listed, Partition, Principal, Purpose, Quantifier, Resource, Statement,
    },
    grammar::Flavour,
    key::Key,
};

use crate::dice::Dice;

const SERVICES: [&str; 4] = ["bos", "iam", "shop", "BOS"];
const NAMES: [&str; 9] =
    ["GetObject", "getobject", "Get*", "*", "List?uckets", "*Object*", "PutObject", "READ", "DeleteUser"];
const WORDS: [&str; 9] = ["READ", "list", "WRITE", "OPERATE", "FULL_CONTROL", "*", "GetObject", "Get*", "Unheard"];
const PATHS: [&str; 9] = ["b/k", "b/*", "*", "b/?", "user/alice", "user/*", "", "b/k:l", "b/$x"];
const LITERAL: [&str; 2] = ["b/${aws:username}", "b/${"];
const VARIABLE: [&str; 6] =
    ["b/${aws:username}", "user/${volc:UserName, 'x'}", "b/${?}", "${*}${$}", "b/${$}{aws:username}", "${a b}*"];
const VALUES: [&str; 8] = ["alice", "a*", "b/?", "", "k", "\"\\\n\u{1}é", "b/k", "true"];
const ADDRESSES: [&str; 5] = ["10.0.0.0/8", "10.0.0.7", "192.0.2.0/31", "::1", "2001:db8::/32"];
const DATES: [&str; 3] = ["2026-01-01", "2026-06-01T00:00:00Z", "0"];
/// Each once in upper and lower case, with the prefix of each vendor and without.
const KEYS: [&str; 8] =
    ["UserName", "username", "SourceIp", "ResourceTag/Team", "TagKeys", "Referer", "CurrentTime", "SecureTransport"];

fn own(text: &str) -> String {
    text.to_owned()
}

fn listed<T>(negated: bool, items: Vec<T>) -> Listed<T> {
    Listed { negated, items }
}

/// A tree that a document of this flavour and purpose may be.
pub(crate) fn tree(dice: &mut Dice, flavour: Flavour, purpose: Purpose) -> Document {
    let (version, variables) = match flavour {
        Flavour::Native | Flavour::Aws => dice.pick(&[
            (None, false),
            (Some("2008-10-17"), false),
            (Some("2012-10-17"), true),
            (Some("2012-10-17"), true),
        ]),
        Flavour::Volcengine | Flavour::Cdnetworks => (dice.pick(&[None, Some("1"), Some("2008-10-17")]), true),
        Flavour::Acl => (dice.pick(&[None, Some("v1"), Some("2012-10-17")]), false),
    };
    let statements = (0..=dice.below(3)).map(|place| {
        let id = (!dice.one_in(2)).then(|| format!("s{place}"));
        let effect = if dice.one_in(3) { Effect::Deny } else { Effect::Allow };
        let principals = (purpose != Purpose::Identity).then(|| principals(dice, flavour, purpose));
        let rest = if flavour == Flavour::Acl {
            entry(dice, purpose, principals.as_ref())
        } else {
            statement(dice, flavour, purpose, variables)
        };
        Statement { id, effect, principals, ..rest }
    });
    let statements = statements.collect();
    let id = dice.one_in(4).then(|| own("policy"));
    Document { version: version.map(own), id, variables, statements }
}

fn principals(dice: &mut Dice, flavour: Flavour, purpose: Purpose) -> Listed<Principal> {
    let account = || own("123456789012");
    let may_negate = purpose == Purpose::Resource && matches!(flavour, Flavour::Native | Flavour::Aws);
    let mut all = vec![
        Principal::Everyone,
        Principal::Account(account()),
        Principal::User { account: account(), name: own("dev/alice") },
    ];
    if !matches!(flavour, Flavour::Aws | Flavour::Volcengine) {
        all.push(Principal::Group { account: account(), name: own("g") });
    }
    if flavour != Flavour::Acl {
        all.extend([
            Principal::Role { account: account(), name: own("a/r") },
            Principal::Session { account: account(), role: own("r"), name: own("s") },
            Principal::Id(own("AROAABCDEFGHIJKLMNOPQ")),
            Principal::Service(own("ecs")),
        ]);
    }
    all.extend([
        Principal::Provider { account: Some(account()), name: own("saml-provider/idp") },
        Principal::Provider { account: None, name: own("saml-provider/x") },
    ]);
    let places: Vec<usize> = (0..all.len()).collect();
    let chosen = dice.some(&places, 4).into_iter().map(|place| all[place].clone()).collect();
    listed(may_negate && dice.one_in(3), chosen)
}

fn statement(dice: &mut Dice, flavour: Flavour, purpose: Purpose, variables: bool) -> Statement {
    let negates = flavour != Flavour::Cdnetworks && purpose != Purpose::Trust;
    let named = |service: &str, name: &str| Action::Named { service: own(service), name: own(name) };
    let actions = (0..=dice.below(3)).map(|_| match purpose {
        Purpose::Trust => named("sts", dice.pick(&["AssumeRole", "assumeRole*", "TagSession"])),
        _ if dice.one_in(6) => Action::Any,
        _ => named(dice.pick(&SERVICES), dice.pick(&NAMES)),
    });
    let actions = actions.collect();
    let count = if purpose == Purpose::Trust { 0 } else { 1 + dice.below(3) };
    let resources = (0..count).map(|_| resource(dice, flavour, variables)).collect();
    Statement {
        id: None,
        effect: Effect::Allow,
        principals: None,
        actions: listed(negates && dice.one_in(5), actions),
        resources: listed(negates && dice.one_in(5), resources),
        conditions: conditions(dice, flavour, variables),
    }
}

fn resource(dice: &mut Dice, flavour: Flavour, variables: bool) -> Resource {
    if dice.one_in(3) {
        return Resource::Any;
    }
    let partitions =
        [Partition::Open, Partition::Named(own("aws")), Partition::Scheme("trn"), Partition::Scheme("wsc")];
    let usable: &[usize] = match flavour {
        Flavour::Native => &[0, 0, 1, 2, 3],
        Flavour::Aws => &[0, 1],
        Flavour::Volcengine => &[0, 2],
        Flavour::Cdnetworks => &[0, 3],
        Flavour::Acl => &[0],
    };
    Resource::Named {
        partition: partitions[dice.pick(usable)].clone(),
        service: own(dice.pick(&["bos", "iam", "b*", "s?op"])),
        region: own(dice.pick(&["", "*", "bj"])),
        account: own(dice.pick(&["", "*", "*", "1"])),
        path: own(with_variables(dice, &PATHS, variables)),
    }
}

fn with_variables(dice: &mut Dice, texts: &[&'static str], variables: bool) -> &'static str {
    match (dice.one_in(3), variables) {
        (true, true) => dice.pick(&VARIABLE),
        (true, false) => dice.pick(&LITERAL),
        (false, _) => dice.pick(texts),
    }
}

/// Those with one operator stand together, as in print.
fn conditions(dice: &mut Dice, flavour: Flavour, variables: bool) -> Vec<Condition> {
    if dice.one_in(2) {
        return Vec::new();
    }
    let mut conditions = Vec::new();
    let prefixes: &[&str] = match flavour {
        Flavour::Native => &["aws:", "volc:", "claviger:", ""],
        Flavour::Aws => &["aws:", "claviger:", ""],
        Flavour::Volcengine => &["volc:", "claviger:", ""],
        Flavour::Cdnetworks | Flavour::Acl => &["claviger:", ""],
    };
    for operator in dice.some(Operator::ALL, 3) {
        let plain = operator == Operator::Null;
        let quantifier = dice.pick(&[Quantifier::None, Quantifier::None, Quantifier::All, Quantifier::Any]);
        let quantifier = if plain { Quantifier::None } else { quantifier };
        let if_exists = !plain && dice.one_in(4);
        let takes = matches!(operator.value_type(), ValueType::Text | ValueType::Arn | ValueType::Bool);
        for name in dice.some(&KEYS, 3) {
            let key = Key::named(&format!("{}{name}", dice.pick(prefixes)));
            let values = values(dice, operator, variables && takes);
            conditions.push(Condition { operator, quantifier, if_exists, key, values });
        }
    }
    conditions
}

fn values(dice: &mut Dice, operator: Operator, variables: bool) -> Vec<String> {
    let (count, empty) = (dice.below(3), dice.one_in(8));
    let count = if empty { 0 } else { count };
    (0..=count)
        .map(|_| {
            own(match operator.value_type() {
                ValueType::Address => dice.pick(&ADDRESSES),
                ValueType::Date => dice.pick(&DATES),
                ValueType::Bool | ValueType::Null if !dice.one_in(5) => dice.pick(&["true", "false"]),
                _ => with_variables(dice, &VALUES, variables),
            })
        })
        // Some lists are empty.
        .skip(usize::from(empty))
        .collect()
}

fn entry(dice: &mut Dice, purpose: Purpose, principals: Option<&Listed<Principal>>) -> Statement {
    let service = dice.pick(&[Some("bos"), Some("iam"), None]);
    let region = dice.pick(&["*", "*", "bj"]);
    let actions = if purpose == Purpose::Trust {
        let providers = |principal: &Principal| matches!(principal, Principal::Provider { .. });
        let trusted = &principals.unwrap().items;
        let named = |name: &str| Action::Named { service: own("sts"), name: own(name) };
        let own_role = trusted.iter().any(|one| !providers(one)).then(|| named("AssumeRole"));
        let assertion = trusted.iter().any(providers).then(|| named("AssumeRoleWithSAML"));
        own_role.into_iter().chain(assertion).collect()
    } else {
        let word = |word: &str| Action::Permission { service: service.map(own), word: own(word) };
        dice.some(&WORDS, 3).into_iter().map(word).collect()
    };
    let resource = |path: &str| match (region, path) {
        ("*", "*") => Resource::Any,
        _ => Resource::Entry { service: own(service.unwrap_or("*")), region: own(region), path: own(path) },
    };
    let paths = if purpose == Purpose::Trust { Vec::new() } else { dice.some(&PATHS, 3) };
    let literal = if purpose != Purpose::Trust && dice.one_in(4) { vec![dice.pick(&LITERAL)] } else { Vec::new() };
    Statement {
        id: None,
        effect: Effect::Allow,
        principals: None,
        actions: listed(false, actions),
        resources: listed(
            purpose != Purpose::Trust && dice.one_in(6),
            paths.into_iter().chain(literal).map(resource).collect(),
        ),
        conditions: (0..dice.below(4)).map(|_| entry_condition(dice)).collect(),
    }
}

fn entry_condition(dice: &mut Dice) -> Condition {
    use Operator::{
        Bool, DateGreaterThan, DateGreaterThanEquals, DateLessThan, DateLessThanEquals, IpAddress, NotIpAddress,
        StringEquals, StringLike,
    };
    let (operator, key) = dice.pick(&[
        (IpAddress, "sourceip"),
        (NotIpAddress, "sourceip"),
        (DateLessThan, "currenttime"),
        (DateLessThanEquals, "currenttime"),
        (DateGreaterThan, "currenttime"),
        (DateGreaterThanEquals, "currenttime"),
        (StringLike, "referer"),
        (StringEquals, "referer"),
        (StringLike, "useragent"),
        (Bool, "securetransport"),
        (StringEquals, "vpcid"),
        (StringEquals, "saml:Aud"),
        (StringEquals, "eduPersonPrincipalName"),
        (StringEquals, "resourcetag/Team"),
        (StringEquals, "resourcetag/b"),
    ]);
    let values = match operator {
        Bool => vec![own(dice.pick(&["true", "false"]))],
        _ => values(dice, operator, false),
    };
    Condition { operator, quantifier: Quantifier::None, if_exists: false, key: Key::named(key), values }
}
