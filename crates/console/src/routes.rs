//! From an address to its handler: one table, in which each page says who may open it (SEC-012).

use std::{pin::Pin, sync::Arc};

use edge::{Received, Reply};
use iam::Iam;

use crate::{
    assets, attach, cookies, documents, explain,
    failure::{self, Failure},
    groups,
    guard::Site,
    identity_providers, keys, log, me, overview, policies, preferences, reply, roles, search, session, settings, user,
    users,
    visit::{Answer, SignedIn, Visit},
};

/// Who may open a page.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Access {
    /// Everybody: a file that says nothing of anybody. Nobody's session is looked up.
    File,
    /// Everybody, signed in or not.
    Open,
    /// Whoever is signed in, also where nothing but a new password can be set.
    Restricted,
    /// Whoever is signed in.
    SignedIn,
    /// The same, asked for by a page's script time and again: it does not count as activity (SEC-043).
    Polled,
}

/// A handler's answer on its way.
pub(crate) type Answering<'a> = Pin<Box<dyn Future<Output = Answer> + Send + 'a>>;
/// A page's handler.
pub(crate) type Handler = for<'a> fn(&'a Visit) -> Answering<'a>;

/// An address and what answers it.
pub(crate) struct Route {
    method: &'static str,
    /// With `{}` for what may stand in a part of the path.
    path: &'static str,
    access: Access,
    handler: Handler,
}

impl Route {
    /// A page for whoever is signed in.
    pub(crate) const fn get(path: &'static str, handler: Handler) -> Self {
        Self { method: "GET", path, access: Access::SignedIn, handler }
    }

    /// A form of whoever is signed in.
    pub(crate) const fn post(path: &'static str, handler: Handler) -> Self {
        Self { method: "POST", path, access: Access::SignedIn, handler }
    }

    /// The same for others.
    pub(crate) const fn access(self, access: Access) -> Self {
        Self { access, ..self }
    }
}

/// All pages, by the module of their noun.
const TABLES: &[&[Route]] = &[
    FILES,
    overview::ROUTES,
    attach::ROUTES,
    session::ROUTES,
    preferences::ROUTES,
    documents::ROUTES,
    groups::ROUTES,
    log::ROUTES,
    explain::ROUTES,
    keys::ROUTES,
    identity_providers::ROUTES,
    me::ROUTES,
    settings::ROUTES,
    policies::ROUTES,
    roles::ROUTES,
    search::ROUTES,
    users::ROUTES,
    user::ROUTES,
];

const FILES: &[Route] = &[Route::get("/static/{}/{}", |visit| Box::pin(assets::show(visit))).access(Access::File)];

/// The method and path of every page, for tests.
pub(crate) fn all() -> impl Iterator<Item = &'static Route> {
    TABLES.iter().copied().flatten()
}

/// Whether a page could live at that path.
pub(crate) fn recognises(path: &str) -> bool {
    let first = |path: &'static str| path.split('/').nth(1).unwrap_or_default();
    let asked = path.split('/').nth(1).unwrap_or_default();
    path == "/" || !asked.is_empty() && all().any(|route| first(route.path) == asked)
}

/// Answers a request.
pub(crate) async fn answer(iam: &Arc<Iam>, site: &Site, received: Received) -> Reply {
    let route = find(&received);
    if let Some((route, _)) = &route {
        received.notes.route(route.path);
    }
    if !site.is_meant_by(&received) {
        return failure::bare(&Failure::WrongHost, &received.origin.request_id);
    }
    let (route, parts) = match route {
        Some((route, parts)) => (Some(route), parts),
        None => (None, Vec::new()),
    };
    let mut visit = Visit::new(iam, site, received, parts);
    match route {
        Some(route) => match guarded(route, &mut visit).await {
            Ok(reply) => reply,
            Err(failure) => failure::show(&visit, failure),
        },
        None => match identify(&mut visit, true).await {
            Ok(()) => failure::show(&visit, Failure::NothingHere),
            Err(failure) => failure::show(&visit, failure),
        },
    }
}

/// Lets the handler answer, if whoever asks may ask it.
async fn guarded(route: &Route, visit: &mut Visit) -> Answer {
    if route.access == Access::File {
        return (route.handler)(visit).await;
    }
    if visit.received.header("authorization").is_some() {
        return Err(Failure::AmbiguousCredentials);
    }
    identify(visit, route.access != Access::Polled).await?;
    if route.method == "POST" && !visit.is_own_form() {
        return Err(Failure::NotOwnForm);
    }
    let must_reset = visit.signed_in.as_ref().map(|who| who.session.must_reset);
    match (route.access, must_reset) {
        (Access::File | Access::Open, _)
        | (Access::Restricted, Some(_))
        | (Access::SignedIn | Access::Polled, Some(false)) => {}
        (Access::SignedIn | Access::Polled, Some(true)) => return visit.go(session::NEW_PASSWORD),
        (Access::Restricted | Access::SignedIn | Access::Polled, None) => return Err(Failure::SignIn),
    }
    (route.handler)(visit).await
}

/// Looks up who is signed in; `touch` where this is activity of theirs.
async fn identify(visit: &mut Visit, touch: bool) -> Result<(), Failure> {
    let Some(token) = visit.cookie(cookies::SESSION).filter(|token| !token.is_empty()).map(str::to_owned) else {
        return Ok(());
    };
    if let Some(session) = visit.iam.console_session(&token, touch).await? {
        visit.received.notes.caller_is(session.account, session.user.number());
        visit.signed_in = Some(SignedIn { session, token });
    }
    Ok(())
}

/// The route of a request with what stands for each `{}`, decoded once.
fn find(received: &Received) -> Option<(&'static Route, Vec<String>)> {
    let method = if received.method == "HEAD" { "GET" } else { &received.method };
    let asked = if received.path == "/" { "/" } else { received.path.trim_end_matches('/') };
    all().filter(|route| route.method == method).find_map(|route| Some((route, matched(route.path, asked)?)))
}

/// What stands for each `{}` of a pattern. A fixed part never stands for `{}` where a fixed one matches: routes are in
/// that order.
fn matched(pattern: &str, path: &str) -> Option<Vec<String>> {
    let mut parts = Vec::new();
    let (mut wanted, mut given) = (pattern.split('/'), path.split('/'));
    loop {
        match (wanted.next(), given.next()) {
            (None, None) => return Some(parts),
            (Some("{}"), Some(part)) if !part.is_empty() => {
                let decoded = percent_encoding::percent_decode_str(part).decode_utf8().ok()?;
                if decoded.contains('\0') {
                    return None;
                }
                parts.push(decoded.into_owned());
            }
            (Some(fixed), Some(part)) if fixed == part => {}
            _ => return None,
        }
    }
}

/// The redirect to sign-in, and back to where somebody wanted to go.
pub(crate) fn to_sign_in(visit: &Visit) -> Reply {
    let wanted = match (visit.received.method.as_str(), visit.received.query.as_str()) {
        ("GET" | "HEAD", "") => visit.received.path.clone(),
        ("GET" | "HEAD", query) => format!("{}?{query}", visit.received.path),
        _ => String::new(),
    };
    let back = if wanted == "/" { "" } else { &wanted };
    reply::see_other(&crate::form::address(session::SIGN_IN, &[("back", back)]))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parts_of_a_path_are_decoded_once() {
        assert_eq!(matched("/users/{}/keys", "/users/a%252Fb/keys"), Some(vec!["a%2Fb".to_owned()]));
        assert_eq!(matched("/users/{}", "/users/%E4%BD%A0"), Some(vec!["你".to_owned()]));
        assert_eq!(matched("/users/{}", "/users/"), None);
        assert_eq!(matched("/users/{}", "/users/a/b"), None);
        assert_eq!(matched("/users/{}", "/users/%ff"), None);
        assert_eq!(matched("/users/{}", "/users/a%00"), None);
        assert_eq!(matched("/", "/"), Some(vec![]));
    }

    #[test]
    fn no_page_hides_another() {
        let routes: Vec<&Route> = all().collect();
        for (index, route) in routes.iter().enumerate() {
            let sample = route.path.replace("{}", "sample");
            let first =
                routes.iter().position(|other| other.method == route.method && matched(other.path, &sample).is_some());
            assert_eq!(first, Some(index), "{} {}", route.method, route.path);
        }
    }

    /// Where templates lead, with a sample in place of what is filled in.
    fn links(text: &str) -> Vec<String> {
        let marks = ["href=\"/", "action=\"/", "formaction=\"/"];
        let found = marks.iter().flat_map(|mark| text.split(mark).skip(1));
        let address = |rest: &str| {
            let mut link = String::from("/");
            let mut rest = rest.split('"').next().unwrap_or_default();
            while let Some((fixed, filled)) = rest.split_once("{{") {
                link.push_str(fixed);
                link.push_str("sample");
                rest = filled.split_once("}}").map_or("", |(_, behind)| behind);
            }
            link.push_str(rest);
            link.split(['?', '#']).next().unwrap_or_default().to_owned()
        };
        found.map(address).collect()
    }

    #[test]
    fn no_template_leads_nowhere() {
        let mut folders = vec![std::path::PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/templates"))];
        let mut seen = 0;
        while let Some(folder) = folders.pop() {
            for entry in std::fs::read_dir(folder).unwrap() {
                let path = entry.unwrap().path();
                if path.is_dir() {
                    folders.push(path);
                    continue;
                }
                for link in links(&std::fs::read_to_string(&path).unwrap()) {
                    seen += 1;
                    assert!(all().any(|route| matched(route.path, &link).is_some()), "{link} in {}", path.display());
                }
            }
        }
        assert!(seen > 50, "only {seen} links were found");
    }

    #[test]
    fn sec_012_only_these_pages_are_for_everybody() {
        let open: Vec<String> = all()
            .filter(|route| matches!(route.access, Access::File | Access::Open))
            .map(|route| format!("{} {}", route.method, route.path))
            .collect();
        assert_eq!(open, OPEN);
    }

    const OPEN: &[&str] = &[
        "GET /static/{}/{}",
        "GET /signin",
        "GET /signin/{}",
        "POST /signin",
        "GET /setup",
        "GET /setup/{}",
        "POST /setup",
        "POST /preferences",
    ];
}
