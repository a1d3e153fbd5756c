//! What can be chosen for new users: groups and policies, by search. What was chosen stands first.

use base::text;
use iam::{
    groups,
    page::{PageSize, Search},
    policies::{self, Scope},
    values::PathPrefix,
};

use super::draft::{CUSTOM, Draft, SYSTEM};
use crate::{
    failure::{Failure, allowed},
    visit::Visit,
};

/// How many are offered at a time.
const OFFERED: u64 = 12;

/// What can be chosen of a kind.
pub(super) struct Offer {
    /// What is looked for.
    pub(super) text: String,
    /// Which kind of policies: `system`, `custom`, or any.
    pub(super) kind: &'static str,
    pub(super) choices: Vec<Choice>,
    /// Whether there are more than are offered.
    pub(super) more: bool,
}

/// A box to tick.
pub(super) struct Choice {
    pub(super) value: String,
    pub(super) name: String,
    pub(super) help: String,
    /// Whether it is a policy of the system's.
    pub(super) is_system: bool,
    pub(super) chosen: bool,
}

/// The groups; `None` where they must not be seen.
pub(super) async fn groups(visit: &Visit, draft: &Draft) -> Result<Option<Offer>, Failure> {
    let text = visit.form.get("find_group").trim();
    let list = groups::List { search: search(text), after: None, size: PageSize::new(OFFERED)? };
    let Some(found) = allowed(visit.ask(list).await)? else { return Ok(None) };
    let offered = found.items.into_iter().map(|group| Choice {
        value: group.name.clone(),
        name: group.name,
        help: group.remarks,
        is_system: false,
        chosen: false,
    });
    Ok(Some(Offer::new(text, "", draft.groups.iter(), offered, found.next.is_some())))
}

/// The policies; `None` where they must not be seen.
pub(super) async fn policies(visit: &Visit, draft: &Draft) -> Result<Option<Offer>, Failure> {
    let text = visit.form.get("find_policy").trim();
    let (scope, kind) = match visit.form.get("kind") {
        "system" => (Scope::System, "system"),
        "custom" => (Scope::Custom, "custom"),
        _ => (Scope::Any, ""),
    };
    let list = policies::List {
        scope,
        search: search(text),
        under: PathPrefix::parse("/")?,
        attached: None,
        after: None,
        size: PageSize::new(OFFERED)?,
    };
    let Some(found) = allowed(visit.ask(list).await)? else { return Ok(None) };
    let offered = found.items.into_iter().map(|policy| {
        let is_system = policy.account.is_none();
        Choice {
            value: format!("{}{}", if is_system { SYSTEM } else { CUSTOM }, policy.name),
            name: policy.name,
            help: policy.description,
            is_system,
            chosen: false,
        }
    });
    Ok(Some(Offer::new(text, kind, draft.policies.iter(), offered, found.next.is_some())))
}

/// What is looked for; nothing where that is no text to look for.
fn search(text: &str) -> Option<Search> {
    Search::parse(text).ok()
}

impl Offer {
    fn new<'a>(
        text: &str,
        kind: &'static str,
        chosen: impl Iterator<Item = &'a String>,
        offered: impl Iterator<Item = Choice>,
        more: bool,
    ) -> Self {
        let mut offered: Vec<Choice> = offered.collect();
        let mut choices: Vec<Choice> = Vec::new();
        for value in chosen {
            let same = |choice: &Choice| text::name_key(&choice.value) == text::name_key(value);
            let place = offered.iter().position(same);
            let known = place.map_or_else(|| Choice::unseen(value), |place| offered.remove(place));
            choices.push(Choice { chosen: true, ..known });
        }
        choices.extend(offered);
        Self { text: text.to_owned(), kind, choices, more }
    }
}

impl Choice {
    /// One that was chosen and does not stand in what is offered now.
    fn unseen(value: &str) -> Self {
        let system = value.strip_prefix(SYSTEM);
        let name = system.or_else(|| value.strip_prefix(CUSTOM)).unwrap_or(value);
        Self {
            value: value.to_owned(),
            name: name.to_owned(),
            help: String::new(),
            is_system: system.is_some(),
            chosen: true,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_chosen_stands_first_and_once() {
        let offered = ["custom/b", "system/C"].map(|value| Choice { chosen: false, ..Choice::unseen(value) });
        let chosen = ["system/A".to_owned(), "system/c".to_owned()];
        let offer = Offer::new("", "", chosen.iter(), offered.into_iter(), false);
        let told: Vec<_> = offer.choices.iter().map(|choice| (choice.name.as_str(), choice.chosen)).collect();
        assert_eq!(told, [("A", true), ("C", true), ("b", false)]);
        assert!(offer.choices[0].is_system);
    }
}
