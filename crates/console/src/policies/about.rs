//! What stands above each page of a policy: what it is, how much it is used, and its other pages.

use iam::policies::{Get, ListVersions, Policy, PolicyRef, Usage, Used, Version};
use policy::{
    document::{Document, Purpose},
    grammar::{self, Flavour},
};

use super::{named, page_of};
use crate::{
    chrome::Chrome,
    failure::{Failure, allowed},
    text::{Lang, Value},
    visit::Visit,
};

/// A page of a policy.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Tab {
    Overview,
    Builder,
    Document,
    Versions,
    Attached,
}

/// A policy, for the top of its pages.
pub(crate) struct About {
    pub(crate) policy: Policy,
    /// Its page, without a slash at the end.
    pub(crate) page: String,
    pub(crate) tab: Tab,
    /// How many hold it; `None` where whoever asks may not know.
    pub(crate) used: Option<Used>,
    /// Its versions, newest first; none where whoever asks may not know.
    pub(crate) versions: Vec<Version>,
    /// The text in force.
    pub(crate) text: String,
    pub(crate) flavour: Flavour,
    /// What it says.
    pub(crate) document: Document,
}

impl About {
    /// The policy that the address names. Errors: `NotFound`, `Denied`.
    pub(crate) async fn of(visit: &Visit, tab: Tab) -> Result<Self, Failure> {
        let reference = named(visit);
        let detail = visit.ask(Get { policy: reference.clone() }).await?;
        let policy = detail.policy;
        let used = allowed(visit.ask(Usage { policies: vec![policy.id] }).await)?;
        let used = used.and_then(|used| used.into_iter().next());
        let versions = allowed(visit.ask(ListVersions { policy: reference }).await)?.unwrap_or_default();
        let snapshot = visit.iam.snapshot()?;
        let (text, flavour, document) = read(detail.document, &snapshot.system.catalogue)?;
        let page = page_of(&policy);
        Ok(Self { policy, page, tab, used, versions, text, flavour, document })
    }

    /// The same, if the account wrote it: nobody can change the system's. Errors: it is not there.
    pub(crate) async fn own(visit: &Visit, tab: Tab) -> Result<Self, Failure> {
        let about = Self::of(visit, tab).await?;
        if about.is_system() { Err(Failure::NothingHere) } else { Ok(about) }
    }

    /// How operations name it.
    pub(crate) fn reference(&self) -> PolicyRef {
        PolicyRef::Id(self.policy.id)
    }

    pub(crate) fn is_system(&self) -> bool {
        self.policy.account.is_none()
    }

    pub(crate) fn is_in(&self, tab: Tab) -> bool {
        self.tab == tab
    }

    /// Version and use in a few words.
    pub(crate) fn summary(&self, c: &Chrome) -> String {
        let lang = c.lang;
        let used = self.used.as_ref().map(|used| used_words(lang, used)).unwrap_or_default();
        let version = Value::Number(self.policy.default_version.into());
        match (self.is_system(), used.is_empty()) {
            (true, _) => used,
            (false, true) => lang.say("policies-version", &[("n", version)]),
            (false, false) => lang.say("policies-version-used", &[("n", version), ("used", (&used).into())]),
        }
    }

    /// The number of the version that a change would make.
    pub(crate) fn next_version(&self) -> u64 {
        u64::from(self.policy.last_version) + 1
    }
}

/// The text of what a policy says, and its tree. Errors: what is stored cannot be read, which is a fault of ours.
pub(crate) fn read(
    body: iam::policies::Body,
    catalogue: &policy::catalogue::Catalogue,
) -> Result<(String, Flavour, Document), Failure> {
    use iam::policies::Body;
    match body {
        Body::Text { text, flavour } => {
            let document = grammar::parse(&text, flavour, Purpose::Identity).map_err(Failure::internal)?;
            Ok((text, flavour, document))
        }
        Body::Tree(document) => {
            let text = grammar::print(&document, Flavour::Native, catalogue).map_err(Failure::internal)?;
            Ok((text, Flavour::Native, document))
        }
    }
}

/// Who holds a policy, in a few words.
pub(crate) fn used_words(lang: Lang, used: &Used) -> String {
    let count = if used.more { format!("{}+", used.attached) } else { used.attached.to_string() };
    match used.attached {
        0 => lang.say("policies-attached-none", &[]),
        1 => lang.say("policies-attached-one", &[]),
        _ => lang.say("policies-attached-to", &[("n", (&count).into())]),
    }
}
