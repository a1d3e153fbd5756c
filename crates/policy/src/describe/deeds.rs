//! What is done: actions of a service are taken together.

use super::{Act, Deed, ServiceName};
use crate::{
    catalogue::{Catalogue, Level, Levels, service::Service},
    document::Action,
    pattern::{Pattern, Syntax},
};

const ALL_LEVELS: [Level; 4] = [Level::Read, Level::List, Level::Write, Level::Manage];

/// What a list of actions says.
pub(super) fn of(actions: &[Action], catalogue: &Catalogue) -> Vec<Deed> {
    let mut deeds: Vec<Deed> = Vec::new();
    for action in actions {
        let deed = one(action, catalogue);
        let (Deed::Actions(service, acts), false) = (&deed, deeds.contains(&deed)) else {
            if !deeds.contains(&deed) {
                deeds.push(deed);
            }
            continue;
        };
        let same = deeds.iter_mut().find_map(|known| match known {
            Deed::Actions(known, acts) if known == service => Some(acts),
            _ => None,
        });
        match same {
            Some(known) => {
                let new: Vec<Act> = acts.iter().filter(|act| !known.contains(act)).cloned().collect();
                known.extend(new);
            }
            None => deeds.push(deed),
        }
    }
    deeds.into_iter().map(|deed| levelled(deed, catalogue)).collect()
}

fn one(action: &Action, catalogue: &Catalogue) -> Deed {
    match action {
        Action::Any => Deed::Everything,
        Action::Named { service, name } if name == "*" => Deed::Service(ServiceName::of(service, catalogue)),
        Action::Named { service, name } => {
            let is_pattern = name.contains(['*', '?']);
            let named = ServiceName::of(service, catalogue);
            if is_pattern {
                let count = count(Some(service), name, Syntax::WILD, catalogue);
                return Deed::Like(Some(named), name.clone(), count);
            }
            Deed::Actions(named, vec![act(service, name, catalogue)])
        }
        Action::Permission { service, word } => permission(service.as_deref(), word, catalogue),
    }
}

/// A word of an access-control list.
fn permission(service: Option<&str>, word: &str, catalogue: &Catalogue) -> Deed {
    let named = service.map(|service| ServiceName::of(service, catalogue));
    let everything = word == "*" || Levels::of_word(word) == Some(Levels::ALL);
    match (named, Levels::of_word(word)) {
        (None, _) if everything => Deed::Everything,
        (Some(named), _) if everything => Deed::Service(named),
        (named, Some(levels)) => Deed::Levels(named, within(levels)),
        (Some(named), None) => match catalogue.own_word(&named.name, word) {
            Some(own) => {
                let acts = own.iter().map(|name| act(&named.name, name, catalogue)).collect();
                Deed::Actions(named, acts)
            }
            None if word.contains('*') => {
                let count = count(service, word, Syntax::STAR, catalogue);
                Deed::Like(Some(named), word.to_owned(), count)
            }
            None => {
                let acts = vec![act(&named.name, word, catalogue)];
                Deed::Actions(named, acts)
            }
        },
        (None, None) => Deed::Like(None, word.to_owned(), count(None, word, Syntax::STAR, catalogue)),
    }
}

fn act(service: &str, name: &str, catalogue: &Catalogue) -> Act {
    match catalogue.entry(service, name) {
        Some(entry) => Act { name: entry.name.clone(), level: Some(entry.level) },
        None => Act { name: name.to_owned(), level: None },
    }
}

fn count(service: Option<&str>, pattern: &str, syntax: Syntax, catalogue: &Catalogue) -> usize {
    let Ok(pattern) = Pattern::read(pattern, syntax) else { return 0 };
    let of = |named: &Service| service.is_none_or(|service| named.name.eq_ignore_ascii_case(service));
    let all = catalogue.actions().filter(|(service, _)| of(service));
    all.filter(|(_, action)| pattern.matches_in_ascii_case(&action.name)).count()
}

fn within(levels: Levels) -> Vec<Level> {
    ALL_LEVELS.into_iter().filter(|level| levels.contains_all(Levels::of(*level))).collect()
}

/// Many actions that are together all of some levels are said by the levels.
fn levelled(deed: Deed, catalogue: &Catalogue) -> Deed {
    let Deed::Actions(service, acts) = deed else { return deed };
    let names: Vec<&str> = acts.iter().map(|act| act.name.as_str()).collect();
    let levels = catalogue.service(&service.name).and_then(|known| levels_of(known, &names));
    match levels.filter(|_| acts.len() > 3) {
        Some(levels) => Deed::Levels(Some(service), levels),
        None => Deed::Actions(service, acts),
    }
}

/// The levels, some but not all, of which `names` are together all the actions of a service, in any ASCII case.
pub fn levels_of(service: &Service, names: &[&str]) -> Option<Vec<Level>> {
    let has = |name: &str| names.iter().any(|known| known.eq_ignore_ascii_case(name));
    let of_level = |level: Level| service.actions.iter().filter(move |action| action.level == level);
    let mut levels = Vec::new();
    let mut count = 0;
    for level in ALL_LEVELS {
        let all = of_level(level).count();
        match of_level(level).filter(|action| has(&action.name)).count() {
            0 => {}
            found if found == all => {
                count += all;
                levels.push(level);
            }
            _ => return None,
        }
    }
    (count == names.len() && count > 0).then_some(levels)
}
