//! All policies: the system's and the account's own.

use askama::Template;
use base::ids::PolicyId;
use iam::{
    page::{PageSize, Search},
    policies::{self, Policy, Scope, Usage, Used},
    values::PathPrefix,
};

use super::page_of;
use crate::{
    chrome::{Chrome, Section},
    documents::words,
    failure::{Failure, allowed},
    form::address,
    pager::{self, Pager},
    visit::{Answer, Visit},
};

#[derive(Template)]
#[template(path = "policies/list.html")]
struct Page {
    c: Chrome,
    rows: Vec<Row>,
    pager: Pager,
    /// The kinds that can be chosen: message, address, and whether it is.
    kinds: Vec<(&'static str, String, bool)>,
    kind: String,
    search: String,
    usage: String,
}

struct Row {
    policy: Policy,
    page: String,
    about: String,
    /// `None` where whoever asks may not know.
    used: Option<Used>,
}

impl Page {
    fn is_filtered(&self) -> bool {
        !self.search.is_empty() || !self.usage.is_empty() || self.kind != "any"
    }
}

/// The list.
pub(crate) async fn show(visit: &Visit) -> Answer {
    let after = pager::after_number(visit).and_then(|number| PolicyId::new(number).ok());
    let scope = match visit.query.get("kind") {
        "system" => Scope::System,
        "custom" => Scope::Custom,
        _ => Scope::Any,
    };
    let attached = match visit.query.get("use") {
        "attached" => Some(true),
        "unattached" => Some(false),
        _ => None,
    };
    let search = visit.query.filled("q").map(Search::parse).transpose()?;
    let under = PathPrefix::default();
    let found =
        found(visit, policies::List { scope, search, under, attached, after, size: pager::size(visit) }).await?;
    let ids: Vec<PolicyId> = found.items.iter().map(|policy| policy.id).collect();
    let used = allowed(visit.ask(Usage { policies: ids }).await)?.unwrap_or_default();
    let snapshot = visit.iam.snapshot()?;
    let mut rows = Vec::new();
    for (place, policy) in found.items.into_iter().enumerate() {
        // What the system's are about is said in English; what they say is said in every language.
        let system = snapshot.system.catalogue.system_policy(policy.id.number());
        let about = match system.filter(|_| visit.lang != crate::text::Lang::En) {
            Some(system) => {
                let told = words(visit, &system.document, &snapshot.system.catalogue)?;
                told.first().map(|told| told.text.plain()).unwrap_or_default()
            }
            None => policy.description.clone(),
        };
        rows.push(Row { page: page_of(&policy), about, used: used.get(place).copied(), policy });
    }
    let kind = if scope == Scope::Any { "any" } else { visit.query.get("kind") };
    let (search, usage) = (visit.query.get("q").to_owned(), visit.query.get("use").to_owned());
    let link = |word: &str| address("/policies", &[("kind", word), ("q", &search), ("use", &usage)]);
    let kinds = [("policies-all", ""), ("policies-kind-system", "system"), ("policies-kind-custom", "custom")];
    let kinds =
        kinds.into_iter().map(|(id, word)| (id, link(word), word == kind || (word.is_empty() && kind == "any")));
    let page = Page {
        c: visit.chrome(Section::Policies),
        rows,
        pager: Pager::new(visit, found.next.map(|id| id.to_string())),
        kinds: kinds.collect(),
        kind: kind.to_owned(),
        search,
        usage,
    };
    visit.page(&page)
}

/// A page of what is asked for: the account's own in the order of their creation, then the system's by name. Ids of the
/// system's are below all others, so that one cursor goes through both.
async fn found(visit: &Visit, list: policies::List) -> Result<iam::page::Page<Policy, PolicyId>, Failure> {
    let most = pager::rows(visit);
    let among_system = list.after.is_some_and(|after| after.number() < policy::system::IDS_END);
    let own = list.scope != Scope::System && !among_system;
    let mut page = if own {
        visit.ask(policies::List { scope: Scope::Custom, ..list.clone() }).await?
    } else {
        iam::page::Page { items: Vec::new(), next: None }
    };
    if list.scope == Scope::Custom || page.next.is_some() {
        return Ok(page);
    }
    let all = policies::List { scope: Scope::System, after: None, size: PageSize::MAX, ..list.clone() };
    let mut system = visit.ask(all).await?.items;
    system.sort_by(|one, other| one.name.cmp(&other.name));
    let begin = match list.after.filter(|_| among_system) {
        Some(after) => system.iter().position(|policy| policy.id == after).map_or(0, |place| place + 1),
        None => 0,
    };
    let room = most.saturating_sub(page.items.len());
    let more = system.len() > begin + room;
    page.items.extend(system.into_iter().skip(begin).take(room));
    page.next = page.items.last().map(|policy| policy.id).filter(|_| more);
    Ok(page)
}
