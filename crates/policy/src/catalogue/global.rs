//! The condition keys that come with actions of every service.

use crate::catalogue::service::{KeyEntry, KeyType};

/// Their entries, by name.
pub(super) fn keys() -> Vec<KeyEntry> {
    let entry = |&(name, kind, several, about): &(&str, KeyType, bool, &str)| KeyEntry {
        name: name.to_owned(),
        kind,
        several,
        about: about.to_owned(),
    };
    KEYS.iter().map(entry).collect()
}

/// Name, type, whether it may have several values, and a sentence for people.
const KEYS: &[(&str, KeyType, bool, &str)] = &[
    ("CurrentTime", KeyType::Date, false, "When the request is decided."),
    ("EpochTime", KeyType::Epoch, false, "When the request is decided, in seconds since 1970."),
    ("MultiFactorAuthAge", KeyType::Number, false, "How many seconds ago the caller proved a second factor."),
    ("MultiFactorAuthPresent", KeyType::Bool, false, "Whether the caller proved a second factor at sign-in."),
    ("PrincipalAccount", KeyType::Text, false, "The caller's account."),
    ("PrincipalArn", KeyType::Arn, false, "The caller."),
    ("PrincipalTag/", KeyType::Text, false, "A tag of the caller."),
    ("PrincipalType", KeyType::Text, false, "What the caller is: a user, a role's session, a service."),
    ("Referer", KeyType::Text, false, "The page that the request says it comes from."),
    ("RequestTag/", KeyType::Text, false, "A tag that the request sets."),
    ("RequestedRegion", KeyType::Text, false, "The region that the request is for."),
    ("ResourceTag/", KeyType::Text, false, "A tag of the resource."),
    ("SecureTransport", KeyType::Bool, false, "Whether the request came through TLS."),
    ("SourceAccount", KeyType::Text, false, "The account for which a service asks."),
    ("SourceArn", KeyType::Arn, false, "The resource for which a service asks."),
    ("SourceIdentity", KeyType::Text, false, "Who is behind the caller's session, along a chain of roles."),
    ("SourceIp", KeyType::Address, false, "The address that the request came from."),
    ("TagKeys", KeyType::Text, true, "The names of the tags that the request sets or removes."),
    ("TokenIssueTime", KeyType::Date, false, "When the caller's temporary credential was issued."),
    ("UserAgent", KeyType::Text, false, "The program that the request says it comes from."),
    ("UserId", KeyType::Text, false, "The caller's id."),
    ("UserName", KeyType::Text, false, "The caller's name, where it is a user; without its path."),
    ("VpcId", KeyType::Text, false, "The private network that the request came from."),
];

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;
    use crate::key::{GLOBAL, Key};

    #[test]
    fn they_are_the_global_keys_of_the_language() {
        let described: BTreeSet<_> = keys().into_iter().map(|key| key.name.to_lowercase()).collect();
        for key in GLOBAL {
            assert!(described.contains(*key), "{key} is not described");
        }
        for name in &described {
            let spelled = name.strip_suffix('/').map_or_else(|| name.clone(), |family| format!("{family}/x"));
            let is_global = |key: Key| key.name() == spelled;
            assert!(is_global(Key::with_prefixes(&format!("p:{spelled}"), &["p:"])), "{name} is not a global key");
        }
        assert!(keys().is_sorted_by_key(|key| key.name.clone()));
    }
}
