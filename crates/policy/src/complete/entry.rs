//! What may stand in access-control lists.

use super::{
    Kind,
    offer::Offer,
    scan::{Scanned, Spot, Step},
};
use crate::{
    catalogue::Catalogue,
    document::Purpose,
    grammar::{Flavour, condition_members, members},
};

/// What may stand before a service.
const PREFIX: &str = "bce:";
const WORDS: [&str; 5] = ["READ", "LIST", "WRITE", "OPERATE", "FULL_CONTROL"];

/// Offers what may stand at a place.
pub(super) fn offer(scanned: &Scanned, spot: &Spot, purpose: Purpose, catalogue: &Catalogue, offer: &mut Offer<'_>) {
    let path = spot.place.path.as_slice();
    let (entry, inside) = match path {
        [] if spot.place.is_name => return names(scanned, path, members::LIST, purpose, offer),
        [Step::Member(_), Step::Element(_), inside @ ..] => (path.get(..2).unwrap_or_default(), inside),
        [Step::Member(_), inside @ ..] => (path.get(..1).unwrap_or_default(), inside),
        _ => return,
    };
    let inside: Vec<&str> = inside
        .iter()
        .filter_map(|step| if let Step::Member(name) = step { Some(name.as_str()) } else { None })
        .collect();
    let written = scanned.values(entry, &["service"]).next().map(|name| name.strip_prefix(PREFIX).unwrap_or(name));
    let services = || {
        catalogue
            .services()
            .iter()
            .filter(|service| written.is_none_or(|name| name == "*" || service.name.eq_ignore_ascii_case(name)))
    };
    match (inside.as_slice(), spot.place.is_name) {
        ([], true) => names(scanned, entry, members::ENTRY, purpose, offer),
        (["effect"], false) => offer.all(["Allow", "Deny"], Kind::Effect),
        (["service"], false) => {
            for service in catalogue.services() {
                offer.add(service.name.clone(), Kind::Service, &service.about);
            }
            offer.add("*", Kind::Service, "");
        }
        (["region"], false) => offer.add("*", Kind::Value, ""),
        (["permission"], false) if purpose == Purpose::Trust => offer.add("AssumeRole", Kind::Word, ""),
        (["permission"], false) => {
            offer.all(WORDS, Kind::Word);
            for service in services() {
                offer.all(service.words.iter().map(|word| word.name.as_str()), Kind::Word);
                for action in &service.actions {
                    offer.add(action.name.clone(), Kind::Action(Some(action.level)), &action.about);
                }
            }
        }
        (["resource" | "notResource"], false) => {
            offer.add("*", Kind::Resource, "");
            for shape in services().flat_map(|service| &service.resources) {
                offer.add(shape.pattern(), Kind::Resource, &shape.path);
            }
        }
        (["condition"], true) => offer.all(condition_members(None), Kind::Member),
        (["condition", member], true) => offer.all(condition_members(Some(member)), Kind::Operator),
        (["condition", "secureTransport"], false) => offer.all(["true", "false"], Kind::Value),
        (["grantee"], true) => offer.all(["id", "user", "group", "saml-provider"], Kind::Member),
        _ => {}
    }
}

fn names(scanned: &Scanned, path: &[Step], table: &'static [members::Row], purpose: Purpose, offer: &mut Offer<'_>) {
    let there: Vec<&str> = scanned.names(path).collect();
    let new = |name: &&str| {
        let is_resource = |name: &str| matches!(name, "resource" | "notResource");
        !there.contains(name) && !there.iter().any(|there| is_resource(name) && is_resource(there))
    };
    offer.all(members::names(table, Flavour::Acl, purpose).filter(new), Kind::Member);
}
