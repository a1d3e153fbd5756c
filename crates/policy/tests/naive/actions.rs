//! Which actions a statement or an acl entry covers.

use super::catalogue;
use super::patterns::{self, Special};

/// The actions of a statement, as its patterns, or of an acl entry.
pub(crate) enum Actions {
    These(Vec<String>),
    AllBut(Vec<String>),
    Acl { service: String, permissions: Vec<String> },
}

impl Actions {
    /// Refuses patterns that cannot be.
    pub(crate) fn check(&self) -> Result<(), String> {
        match self {
            Self::These(list) | Self::AllBut(list) => list.iter().try_for_each(|pattern| check_pattern(pattern)),
            Self::Acl { .. } => Ok(()),
        }
    }

    /// Whether the action of a request is one of these.
    pub(crate) fn cover(&self, action: &str) -> bool {
        match self {
            Self::These(list) => list.iter().any(|pattern| pattern_covers(pattern, action)),
            Self::AllBut(list) => !list.iter().any(|pattern| pattern_covers(pattern, action)),
            Self::Acl { service, permissions } => {
                permissions.iter().any(|permission| permission_covers(service, permission, action))
            }
        }
    }
}

/// The action of a request: `service:Name`, both literal, neither empty.
pub(crate) fn read_asked(action: &str) -> Result<String, String> {
    match action.split_once(':') {
        Some((service, name)) if is_service(service) && is_name(name) && !name.contains(['*', '?']) => {
            Ok(action.to_owned())
        }
        _ => Err(format!("bad action `{action}`")),
    }
}

fn check_pattern(pattern: &str) -> Result<(), String> {
    match pattern.split_once(':') {
        _ if pattern == "*" || pattern == "*:*" => Ok(()),
        Some((service, name)) if is_service(service) && is_name(name) => Ok(()),
        _ => Err(format!("bad action `{pattern}`")),
    }
}

fn is_service(text: &str) -> bool {
    !text.is_empty() && text.chars().all(|c| c.is_ascii_alphanumeric() || c == '-' || c == '_')
}

fn is_name(text: &str) -> bool {
    !text.is_empty() && !text.contains(':')
}

fn pattern_covers(pattern: &str, action: &str) -> bool {
    let everything = pattern == "*" || pattern == "*:*";
    // The service has no wildcard, so the whole can be matched as one text; a name has no colon.
    everything || glob(pattern, action, Special { run: true, one: true, variables: false })
}

fn permission_covers(service: &str, permission: &str, action: &str) -> bool {
    let Some((action_service, action_name)) = action.split_once(':') else { return false };
    if !glob(service, action_service, STARS_ONLY) {
        return false;
    }
    if permission == "*" || permission.eq_ignore_ascii_case("FULL_CONTROL") {
        return true;
    }
    if let Some(levels) = levels_of_word(permission) {
        let level = catalogue::level(action_service, action_name);
        let by_level = level.is_some_and(|level| levels.contains(&level.as_str()));
        let by_word = levels_of_word(action_name).is_some_and(|asked| asked.iter().all(|level| levels.contains(level)));
        return by_level || by_word;
    }
    if let Some(actions) = catalogue::word(action_service, permission) {
        let itself = permission.eq_ignore_ascii_case(action_name);
        return itself || actions.iter().any(|name| name.eq_ignore_ascii_case(action_name));
    }
    glob(permission, action_name, STARS_ONLY)
}

/// What a word stands for; `FULL_CONTROL` is no word of levels, it is everything.
fn levels_of_word(word: &str) -> Option<&'static [&'static str]> {
    match word.to_ascii_uppercase().as_str() {
        "READ" => Some(&["read", "list"]),
        "LIST" => Some(&["list"]),
        "WRITE" | "MODIFY" => Some(&["write"]),
        "OPERATE" => Some(&["read", "list", "write"]),
        _ => None,
    }
}

const STARS_ONLY: Special = Special { run: true, one: false, variables: false };

fn glob(pattern: &str, text: &str, special: Special) -> bool {
    let (pattern, text) = (pattern.to_ascii_lowercase(), text.to_ascii_lowercase());
    // Without variables there is nothing to refuse.
    patterns::read(&pattern, special).is_ok_and(|pattern| patterns::fits(&pattern, &text))
}
