//! All that the console links to, found as a person finds it.

use std::collections::{BTreeMap, BTreeSet, VecDeque};

use crate::console::browser::{Browser, Page};

/// How many pages of one kind are looked at: of each user's page, say.
const ALIKE_MAX: usize = 2;

/// What there is.
#[derive(Default)]
pub(crate) struct Found {
    /// Each page by its address.
    pub(crate) pages: BTreeMap<String, Page>,
    /// Where forms are sent that change something.
    pub(crate) forms: BTreeSet<String>,
}

/// Looks at everything that somebody's pages lead to.
pub(crate) async fn crawl(browser: &mut Browser<'_>) -> Found {
    let mut found = Found::default();
    let mut alike: BTreeMap<String, usize> = BTreeMap::new();
    let mut waiting = VecDeque::from(["/".to_owned()]);
    let mut known = BTreeSet::from(["/".to_owned()]);
    while let Some(address) = waiting.pop_front() {
        let page = browser.get(&address).await;
        assert!(page.status() < 500, "SEC-006: {address}: {}", page.words());
        found.forms.extend(forms(&page));
        for link in page.attributes("href") {
            let link = link.split('#').next().unwrap_or_default().to_owned();
            if !link.starts_with('/') || link.starts_with("/static/") || !known.insert(link.clone()) {
                continue;
            }
            let alike = alike.entry(kind(&link)).or_default();
            *alike += 1;
            if *alike <= ALIKE_MAX {
                waiting.push_back(link);
            }
        }
        found.pages.insert(address, page);
    }
    assert!(found.pages.len() > 30 && found.forms.len() > 15, "{:?} {:?}", found.pages.keys(), found.forms);
    found
}

/// Where the forms of a page are sent that are sent by POST; each must carry a token.
fn forms(page: &Page) -> Vec<String> {
    let mut actions = Vec::new();
    for form in page.text.split("<form").skip(1) {
        let form = form.split("</form>").next().unwrap_or_default();
        let tag = form.split('>').next().unwrap_or_default();
        if !tag.contains("method=\"post\"") {
            continue;
        }
        assert!(form.contains("name=\"_token\""), "SEC-046: <form{tag}> carries no token");
        let part = Page { reply: page.reply.clone(), text: form.to_owned() };
        actions.extend(part.attributes("action"));
        actions.extend(part.attributes("formaction"));
    }
    actions
}

/// What an address is, without whose it is: every second part is a name, and of a query only the names count.
fn kind(link: &str) -> String {
    let (path, query) = link.split_once('?').unwrap_or((link, ""));
    let parts = path.split('/').skip(1).enumerate();
    let fixed = parts.map(|(index, part)| if index % 2 == 1 && !path.starts_with("/new/") { "*" } else { part });
    let keys: BTreeSet<&str> = query.split('&').filter_map(|pair| pair.split('=').next()).collect();
    format!("{}?{}", fixed.collect::<Vec<_>>().join("/"), keys.into_iter().collect::<Vec<_>>().join("&"))
}

/// An address with one pair in its query.
pub(crate) fn with_query(path: &str, name: &str, value: &str) -> String {
    let mut address = format!("{path}?{name}=");
    signing::percent::encode(value, &mut address);
    address
}
