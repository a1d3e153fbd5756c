//! What a user may do in the end: every statement that acts on it, where it comes from, and what bounds all of them.

use askama::Template;
use base::ids::PolicyId;
use iam::{
    attachments::{ListAttached, OfGroup, OfUser},
    groups::ListOfUser,
    inline_policies::{self, InlinePolicy, Kind},
    policies::{self, PolicyRef},
};
use policy::{
    document::{Document, Purpose},
    grammar,
};

use super::head::{Head, Tab};
use crate::{
    chrome::{Chrome, Section},
    documents::{Told, words},
    failure::{Failure, allowed},
    form::segment,
    policies::read,
    visit::{Answer, Visit},
};

/// How many documents are read for one page.
const DOCUMENTS_MAX: usize = 60;

#[derive(Template)]
#[template(path = "user/effective.html")]
struct Page {
    c: Chrome,
    head: Head,
    /// The statements that allow, and behind them those that deny.
    held: Vec<Held>,
    /// What the boundary says; `None` where there is none, or where its document must not be seen.
    bounds: Option<Vec<Told>>,
    /// What acts on the user, too, but must not be seen.
    unseen: Vec<String>,
    /// Whether there is more than was read.
    more: bool,
}

/// A statement that acts on the user.
struct Held {
    told: Told,
    /// Its place in its document, from 1.
    place: usize,
    from: Source,
}

/// Where a statement comes from.
#[derive(Clone)]
struct Source {
    name: String,
    page: String,
    /// The groups by which the user has it, with their pages; and whether it has it itself.
    groups: Vec<(String, String)>,
    direct: bool,
}

/// The documents that act on a user.
#[derive(Default)]
struct Documents {
    read: Vec<(Option<PolicyId>, Source, Document)>,
    unseen: Vec<String>,
    more: bool,
}

/// The page.
pub(crate) async fn show(visit: &Visit) -> Answer {
    let head = Head::load(visit, Tab::Permissions).await?;
    let documents = Documents::of(visit, &head).await?;
    let snapshot = visit.iam.snapshot()?;
    let catalogue = &snapshot.system.catalogue;
    let mut held = Vec::new();
    for (_, source, document) in &documents.read {
        let told = words(visit, document, catalogue)?;
        let placed = told.into_iter().zip(1..);
        held.extend(placed.map(|(told, place)| Held { told, place, from: source.clone() }));
    }
    held.sort_by_key(|held| held.told.denies);
    let bounds = match &head.boundary {
        Some(boundary) => match document(visit, boundary.id).await? {
            Some(document) => Some(words(visit, &document, catalogue)?),
            None => None,
        },
        None => None,
    };
    let Documents { unseen, more, .. } = documents;
    visit.page(&Page { c: visit.chrome(Section::Users), head, held, bounds, unseen, more })
}

/// What a policy says; `None` where that must not be seen.
async fn document(visit: &Visit, id: PolicyId) -> Result<Option<Document>, Failure> {
    let Some(detail) = allowed(visit.ask(policies::Get { policy: PolicyRef::Id(id) }).await)? else { return Ok(None) };
    Ok(Some(read(detail.document, &visit.iam.snapshot()?.system.catalogue)?.2))
}

impl Page {
    /// How many statements deny.
    fn denials(&self) -> usize {
        self.held.iter().filter(|held| held.told.denies).count()
    }
}

impl Held {
    fn place(&self) -> usize {
        self.place
    }
}

impl Documents {
    async fn of(visit: &Visit, head: &Head) -> Result<Self, Failure> {
        let mut all = Self::default();
        let (user, base) = (OfUser(head.user.name.clone()), &head.base);
        all.held(visit, user.clone(), None).await?;
        all.own(visit, user, None, |name| format!("{base}/inline/{}", segment(name))).await?;
        match allowed(visit.ask(ListOfUser { user: head.user.name.clone() }).await)? {
            Some(groups) => {
                for group in groups {
                    let page = crate::groups::page_of(&group.name);
                    let (holder, from) = (OfGroup(group.name.clone()), (group.name, page.clone()));
                    all.held(visit, holder.clone(), Some(&from)).await?;
                    all.own(visit, holder, Some(&from), |_| page.clone()).await?;
                }
            }
            None => all.unseen.push(visit.t("user-groups")),
        }
        Ok(all)
    }

    /// Adds the policies that are attached to a holder: to the user, or to a group of it.
    async fn held<K: Kind>(
        &mut self,
        visit: &Visit,
        holder: K,
        group: Option<&(String, String)>,
    ) -> Result<(), Failure> {
        let Some(held) = allowed(visit.ask(ListAttached { holder }).await)? else {
            self.unseen.push(group.map_or_else(|| visit.t("user-policy"), |(name, _)| name.clone()));
            return Ok(());
        };
        for policy in held.into_iter().map(|held| held.policy) {
            let known = self.read.iter_mut().find(|(id, ..)| *id == Some(policy.id));
            if let Some((_, source, _)) = known {
                source.groups.extend(group.cloned());
            } else if self.read.len() == DOCUMENTS_MAX {
                self.more = true;
            } else if let Some(document) = document(visit, policy.id).await? {
                let source = Source::new(policy.name.clone(), crate::policies::page_of(&policy), group);
                self.read.push((Some(policy.id), source, document));
            } else {
                self.unseen.push(policy.name);
            }
        }
        Ok(())
    }

    /// Adds the documents of a holder's own.
    async fn own<K: Kind>(
        &mut self,
        visit: &Visit,
        holder: K,
        group: Option<&(String, String)>,
        page: impl Fn(&str) -> String,
    ) -> Result<(), Failure> {
        let list = inline_policies::List { holder: holder.clone() };
        for name in allowed(visit.ask(list).await)?.unwrap_or_default().into_iter().map(|heading| heading.name) {
            if self.read.len() == DOCUMENTS_MAX {
                self.more = true;
                return Ok(());
            }
            let get = inline_policies::Get { holder: holder.clone(), name: name.clone() };
            match allowed(visit.ask(get).await)? {
                Some(InlinePolicy { flavour, document, .. }) => {
                    let document = grammar::parse(&document, flavour, Purpose::Identity).map_err(Failure::internal)?;
                    self.read.push((None, Source::new(name.clone(), page(&name), group), document));
                }
                None => self.unseen.push(name),
            }
        }
        Ok(())
    }
}

impl Source {
    fn new(name: String, page: String, group: Option<&(String, String)>) -> Self {
        Self { name, page, groups: group.cloned().into_iter().collect(), direct: group.is_none() }
    }
}
