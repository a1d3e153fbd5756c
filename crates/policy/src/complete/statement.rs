//! What may stand in documents of statements.

use super::{
    Kind,
    offer::Offer,
    scan::{Scanned, Spot, Step},
};
use crate::{
    catalogue::{
        Catalogue,
        service::{KeyEntry, KeyType, Service},
    },
    condition::{Operator, ValueType},
    document::Purpose,
    grammar::{Flavour, members},
    key::Key,
};

const ACTIONS: &[&str] = &["Action", "NotAction"];
const VERSIONS: [&str; 2] = ["2012-10-17", "2008-10-17"];
const QUANTIFIERS: [&str; 2] = ["ForAnyValue:", "ForAllValues:"];
const IF_EXISTS: &str = "IfExists";
/// What a trust document may allow.
const TRUST_ACTIONS: [&str; 4] = ["AssumeRole", "AssumeRoleWithSAML", "TagSession", "SetSourceIdentity"];

/// A place in a document, and what decides what may stand there.
pub(super) struct Place<'a> {
    pub(super) scanned: &'a Scanned,
    pub(super) spot: &'a Spot,
    pub(super) flavour: Flavour,
    pub(super) purpose: Purpose,
    pub(super) catalogue: &'a Catalogue,
}

impl Place<'_> {
    /// Offers what may stand there.
    pub(super) fn offer(&self, offer: &mut Offer<'_>) {
        let path = &self.spot.place.path;
        let Some((statement, inside)) = split(path) else {
            match (path.as_slice(), self.spot.place.is_name) {
                ([], true) => self.members(members::DOCUMENT, &[], offer),
                ([Step::Member(name)], false) if name.eq_ignore_ascii_case("Version") => {
                    offer.all(VERSIONS, Kind::Version);
                }
                _ => {}
            }
            return;
        };
        let lower: Vec<String> = inside.iter().map(|name| name.to_ascii_lowercase()).collect();
        let lower: Vec<&str> = lower.iter().map(String::as_str).collect();
        match (lower.as_slice(), self.spot.place.is_name) {
            ([], true) => self.members(members::STATEMENT, statement, offer),
            (["effect"], false) => offer
                .all(["Allow", "Deny"].map(|word| self.flavour.cased(word)).iter().map(String::as_str), Kind::Effect),
            (["action" | "notaction"], false) => self.actions(offer),
            (["resource" | "notresource"], false) => self.resources(statement, offer),
            (["principal" | "notprincipal"], true) => {
                offer.all(self.flavour.principals().iter().copied().chain(["Service", "Federated"]), Kind::Member);
            }
            (["principal" | "notprincipal"], false) => offer.add("*", Kind::Value, ""),
            (["condition"], true) => operators(offer),
            (["condition", _], true) => self.keys(statement, inside.get(1).copied().unwrap_or_default(), offer),
            (["condition", _, _], false) => {
                let names = (inside.get(1), inside.get(2));
                if let (Some(operator), Some(key)) = names {
                    self.values(operator, key, offer);
                }
            }
            _ => {}
        }
    }

    fn members(&self, table: &'static [members::Row], path: &[Step], offer: &mut Offer<'_>) {
        let there: Vec<&str> = self.scanned.names(path).collect();
        for name in members::names(table, self.flavour, self.purpose) {
            let other = name.strip_prefix("Not").map_or_else(|| format!("Not{name}"), str::to_owned);
            if there.iter().all(|there| !there.eq_ignore_ascii_case(name) && !there.eq_ignore_ascii_case(&other)) {
                offer.add(self.flavour.cased(name), Kind::Member, "");
            }
        }
    }

    fn actions(&self, offer: &mut Offer<'_>) {
        if self.purpose == Purpose::Trust {
            for name in TRUST_ACTIONS {
                let known = self.catalogue.entry("sts", name);
                let about = known.map_or("", |entry| entry.about.as_str());
                offer.add(format!("sts:{name}"), Kind::Action(known.map(|entry| entry.level)), about);
            }
            return;
        }
        let typed = offer.typed();
        let named = typed.split_once(':').map(|(service, _)| service);
        if named.is_none() {
            for service in self.catalogue.services() {
                offer.add(format!("{}:", service.name), Kind::Service, &service.about);
            }
            offer.add("*", Kind::Action(None), "");
        }
        for service in self.catalogue.services() {
            let is_meant = named.map_or(!typed.is_empty(), |named| named.eq_ignore_ascii_case(&service.name));
            if is_meant {
                for action in &service.actions {
                    let text = format!("{}:{}", service.name, action.name);
                    offer.add(text, Kind::Action(Some(action.level)), &action.about);
                }
                offer.add(format!("{}:*", service.name), Kind::Action(None), &service.about);
            }
        }
    }

    fn resources(&self, statement: &[Step], offer: &mut Offer<'_>) {
        offer.add("*", Kind::Resource, "");
        let actions: Vec<&str> = self.scanned.values(statement, ACTIONS).collect();
        for service in self.catalogue.services() {
            for shape in &service.resources {
                if is_of(&actions, service, &shape.name, self.catalogue) {
                    let path = shape.pattern();
                    let start = match self.flavour.schemes().first() {
                        Some(&"arn") => "arn:aws",
                        Some(scheme) => scheme,
                        None => "crn",
                    };
                    offer.add(format!("{start}:{}:*:*:{path}", service.name), Kind::Resource, &shape.path);
                }
            }
        }
    }

    fn keys(&self, statement: &[Step], operator: &str, offer: &mut Offer<'_>) {
        let operator = base(operator);
        let prefix = self.flavour.prefix();
        let fits = |key: &KeyEntry| operator.is_none_or(|operator| operator.is_for(key.kind));
        for key in self.catalogue.global_keys().iter().filter(|key| fits(key)) {
            offer.add(format!("{prefix}{}", key.name), Kind::Key(key.kind), &key.about);
        }
        let actions: Vec<&str> = self.scanned.values(statement, ACTIONS).collect();
        for service in self.catalogue.services() {
            if actions.is_empty() || actions.iter().any(|action| names(action, service)) {
                for key in service.keys.iter().filter(|key| fits(key)) {
                    offer.add(key.name.clone(), Kind::Key(key.kind), &key.about);
                }
            }
        }
    }

    fn values(&self, operator: &str, key: &str, offer: &mut Offer<'_>) {
        let key = Key::named(key);
        let kind = self.catalogue.key(key.name()).map(|key| key.kind);
        let asks = base(operator).map(Operator::value_type);
        if matches!(asks, Some(ValueType::Bool | ValueType::Null)) || kind == Some(KeyType::Bool) {
            offer.all(["true", "false"], Kind::Value);
        } else if key.name() == "principaltype" {
            offer.all(["Account", "User", "AssumedRole"], Kind::Value);
        }
    }
}

/// The path of the statement that a path leads into, and the names of the members inside it.
fn split(path: &[Step]) -> Option<(&[Step], Vec<&str>)> {
    let is_list = |name: &String| name.eq_ignore_ascii_case("Statement");
    let length = match path {
        [Step::Member(name), Step::Element(_), ..] if is_list(name) => 2,
        [Step::Member(name), ..] if is_list(name) => 1,
        [Step::Element(_), ..] => 1,
        _ => return None,
    };
    let (statement, inside) = path.split_at_checked(length)?;
    let names = inside.iter().filter_map(|step| match step {
        Step::Member(name) => Some(name.as_str()),
        Step::Element(_) => None,
    });
    Some((statement, names.collect()))
}

fn operators(offer: &mut Offer<'_>) {
    for operator in Operator::ALL {
        offer.add(operator.name(), Kind::Operator, "");
    }
    // What goes around an operator comes only once it is asked for.
    if offer.typed().is_empty() {
        return;
    }
    for operator in Operator::ALL.iter().filter(|operator| **operator != Operator::Null) {
        offer.add(format!("{}{IF_EXISTS}", operator.name()), Kind::Operator, "");
        for quantifier in QUANTIFIERS {
            offer.add(format!("{quantifier}{}", operator.name()), Kind::Operator, "");
        }
    }
}

/// The operator without what goes around it.
fn base(name: &str) -> Option<Operator> {
    let bare = QUANTIFIERS.iter().find_map(|quantifier| name.strip_prefix(quantifier)).unwrap_or(name);
    Operator::from_name(bare.strip_suffix(IF_EXISTS).unwrap_or(bare))
}

/// Whether an action, as it is written, is of a service.
fn names(action: &str, service: &Service) -> bool {
    action == "*" || action.split_once(':').is_some_and(|(named, _)| named.eq_ignore_ascii_case(&service.name))
}

/// Whether some of the actions may be done to a shape of resources; all are, where nothing is known of the actions.
fn is_of(actions: &[&str], service: &Service, shape: &str, catalogue: &Catalogue) -> bool {
    let deals = |action: &&str| match action.split_once(':') {
        Some((named, name)) => match catalogue.entry(named, name) {
            Some(entry) => entry.on.iter().any(|on| on.service == service.name && on.shape == shape),
            None => named.eq_ignore_ascii_case(&service.name),
        },
        None => true,
    };
    actions.is_empty() || actions.iter().any(deals)
}
