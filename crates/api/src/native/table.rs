//! The table of all calls.

use std::sync::LazyLock;

#[cfg(debug_assertions)]
use base::json::{self, Kind, Limits};

use super::{
    access_keys, account, api_keys, attachments, authorize, boundaries, catalogue, console_sessions,
    describe::Field,
    endpoint::{Endpoint, Gives, Noun},
    error::Fault,
    events, groups, identity_provider, inline_policies, login_profiles, overview, page, partner_accounts,
    password_settings, policies, policy_texts, policy_versions, roles, sessions, sts, users, whoami,
};
#[cfg(debug_assertions)]
use super::{describe, response::Answer};

/// Every noun, in the order of the documentation.
pub(super) static NOUNS: &[&Noun] = &[
    &whoami::WHOAMI,
    &account::ACCOUNT,
    &password_settings::PASSWORD_SETTINGS,
    &overview::OVERVIEW,
    &users::USERS,
    &access_keys::ACCESS_KEYS,
    &api_keys::API_KEYS,
    &login_profiles::LOGIN_PROFILES,
    &groups::GROUPS,
    &policies::POLICIES,
    &policy_texts::POLICY_TEXTS,
    &catalogue::CATALOGUE,
    &policy_versions::POLICY_VERSIONS,
    &attachments::ATTACHMENTS,
    &inline_policies::INLINE_POLICIES,
    &boundaries::BOUNDARIES,
    &roles::ROLES,
    &sts::STS,
    &sessions::SESSIONS,
    &console_sessions::CONSOLE_SESSIONS,
    &events::EVENTS,
    &identity_provider::IDENTITY_PROVIDER,
    &partner_accounts::PARTNER_ACCOUNTS,
    &authorize::DECISIONS,
];

/// Every call. No two of them match the same method and path.
pub(super) fn endpoints() -> impl Iterator<Item = &'static Endpoint> {
    NOUNS.iter().flat_map(|noun| noun.endpoints)
}

/// The call for a method and a path, and what stood in the path's names.
///
/// Errors: there is no such path, or it does not know the method.
pub(super) fn find(method: &str, segments: &[String]) -> Result<(&'static Endpoint, Vec<String>), Fault> {
    /// By the number of their segments.
    static BY_LENGTH: LazyLock<Vec<Vec<&Endpoint>>> = LazyLock::new(|| {
        let mut lists: Vec<Vec<&Endpoint>> = Vec::new();
        for endpoint in endpoints() {
            let length = endpoint.segments().count();
            lists.resize_with(lists.len().max(length + 1), Vec::new);
            lists.get_mut(length).expect("it was just made long enough").push(endpoint);
        }
        lists
    });
    let mut allowed = Vec::new();
    for endpoint in BY_LENGTH.get(segments.len()).into_iter().flatten() {
        if let Some(names) = endpoint.matches(segments) {
            if endpoint.method.word() == method {
                return Ok((endpoint, names));
            }
            allowed.push(endpoint.method.word());
        }
    }
    Err(if allowed.is_empty() { Fault::no_such_path() } else { Fault::method_not_allowed(&allowed) })
}

impl Endpoint {
    /// All that may stand in its query.
    pub(super) fn parameters(&self) -> impl Iterator<Item = &'static Field> {
        let pages = if matches!(self.gives, Gives::Page(_)) { page::PARAMETERS } else { &[] };
        pages.iter().chain(self.query)
    }
}

/// That an answer is as its row describes it: a description that drifts away from what is told fails every test that
/// asks for it.
#[cfg(debug_assertions)]
pub(super) fn check_answer(endpoint: &Endpoint, answer: &Answer) {
    if let Err(problem) = fits(endpoint, answer) {
        tracing::error!(endpoint.id = endpoint.id, problem, "an answer is not as it is described");
        panic!("{} gives what it does not describe: {problem}", endpoint.id);
    }
}

#[cfg(debug_assertions)]
fn fits(endpoint: &Endpoint, answer: &Answer) -> Result<(), String> {
    const ANY: Limits = Limits { max_depth: 64, max_members: u32::MAX };
    let read = || json::parse(&answer.body, ANY).map_err(|error| error.to_string());
    if answer.version.is_some() && !endpoint.tells_version() {
        return Err("a version is told where none is described".to_owned());
    }
    let schema = match endpoint.gives {
        Gives::Nothing if answer.body.is_empty() => return Ok(()),
        Gives::Nothing => return Err("there is a body".to_owned()),
        Gives::Object(schema) | Gives::Created(schema) => {
            let body = read()?;
            // What is the system's own has none.
            if endpoint.versioned && body.get("updated_at").is_some() != answer.version.is_some() {
                return Err("what tells when it was changed has a version, and nothing else has".to_owned());
            }
            return describe::check(schema, &body).map_err(|misfit| misfit.to_string());
        }
        Gives::List(schema) | Gives::Page(schema) => schema,
    };
    let body = read()?;
    let cursor = body.get("next_cursor");
    if cursor.is_some_and(|cursor| cursor.as_str().is_none() || !matches!(endpoint.gives, Gives::Page(_))) {
        return Err("`next_cursor` is not what it should be".to_owned());
    }
    let Some(Kind::Array(items)) = body.get("items").map(|items| &items.kind) else {
        return Err("there are no `items`".to_owned());
    };
    items.iter().try_for_each(|item| describe::check(schema, item)).map_err(|misfit| misfit.to_string())
}

#[cfg(test)]
mod tests;
#[cfg(test)]
mod written;
