//! Words of permissions: which levels of access, and so which actions, they stand for.

use crate::{
    catalogue::{Catalogue, Levels},
    grammar::print::Obstacle,
};

pub(super) const EVERYTHING: &str = "*";
const FULL_CONTROL: &str = "FULL_CONTROL";
/// The words for levels of access, which are actions too: a request may ask for `bos:READ`.
const LEVELS: [&str; 5] = ["READ", "LIST", "WRITE", "MODIFY", "OPERATE"];

/// Whether a word in this service's permissions is more than an action's name.
pub(super) fn is_word(service: &str, word: &str, catalogue: &Catalogue) -> bool {
    Levels::of_word(word).is_some() || catalogue.own_word(service, word).is_some()
}

/// The actions that a permission stands for, as statements name them. Of all services, those of the services that the
/// catalogue knows.
pub(in crate::grammar) fn expand(
    service: Option<&str>,
    word: &str,
    catalogue: &Catalogue,
) -> Result<Vec<String>, Obstacle> {
    let everything = word == EVERYTHING || word.eq_ignore_ascii_case(FULL_CONTROL);
    match (service, Levels::of_word(word)) {
        (None, _) if everything => Ok(vec![EVERYTHING.to_owned()]),
        (Some(service), _) if everything => Ok(vec![format!("{service}:*")]),
        (None, Some(levels)) => {
            let services = catalogue.services().iter();
            Ok(services.flat_map(|service| of_levels(&service.name, levels, catalogue)).collect())
        }
        (Some(service), Some(levels)) => Ok(of_levels(service, levels, catalogue)),
        (None, None) => Err(Obstacle::AllServices(word.to_owned())),
        (Some(_), None) if word.contains('?') => Err(Obstacle::Text(word.to_owned())),
        (Some(service), None) => {
            let listed = catalogue.own_word(service, word).unwrap_or_default().iter().map(String::as_str);
            Ok(listed.chain([word]).map(|name| format!("{service}:{name}")).collect())
        }
    }
}

fn of_levels(service: &str, levels: Levels, catalogue: &Catalogue) -> Vec<String> {
    let actions = catalogue.service(service).map(|service| service.actions.as_slice()).unwrap_or_default();
    let actions = actions.iter().filter(|action| levels.contains_all(Levels::of(action.level)));
    let words = LEVELS.into_iter().filter(|word| Levels::of_word(word).is_some_and(|own| levels.contains_all(own)));
    actions.map(|action| action.name.as_str()).chain(words).map(|name| format!("{service}:{name}")).collect()
}
