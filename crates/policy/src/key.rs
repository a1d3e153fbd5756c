//! Condition keys: one name for each, however a vendor spells it.

use crate::grammar::prefixes;

/// A condition key in its one spelling: lower case, and for a global key without the vendor's prefix, as
/// `sourceip` or `principaltag/team`. Keys of services keep their prefix, as `bos:prefix`.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Key {
    name: Box<str>,
    written: Box<str>,
}

/// Global keys, beside which `principaltag/`, `requesttag/` and `resourcetag/` stand for one each per tag.
pub const GLOBAL: &[&str] = &[
    "currenttime",
    "epochtime",
    "multifactorauthage",
    "multifactorauthpresent",
    "principalaccount",
    "principalarn",
    "principaltype",
    "referer",
    "requestedregion",
    "securetransport",
    "sourceaccount",
    "sourcearn",
    "sourceidentity",
    "sourceip",
    "tagkeys",
    "tokenissuetime",
    "useragent",
    "userid",
    "username",
    "vpcid",
];

/// Other spellings of global keys.
const ALIASES: &[(&str, &str)] =
    &[("principaltrn", "principalarn"), ("sourcetrn", "sourcearn"), ("sourcevpc", "vpcid")];

/// The keys that have one value per tag.
const TAGGED: &[&str] = &["principaltag/", "requesttag/", "resourcetag/"];

/// How a vendor spells the names of entities in the values of its keys.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Spelling {
    /// `arn:aws:…`
    Arn,
    /// `trn:…`
    Trn,
    /// `crn:…`
    Crn,
}

impl Key {
    /// The key that `text` names, with whichever vendor's prefix.
    pub fn named(text: &str) -> Self {
        Self::with_prefixes(text, prefixes::PREFIXES)
    }

    /// The spelling that goes with the vendor's prefix that its document wrote before it.
    pub fn spelling(&self) -> Spelling {
        prefixes::spelling(&self.written)
    }

    /// The key that `text` names. `prefixes` are those before a global key's name, each with its colon.
    pub(crate) fn with_prefixes(text: &str, prefixes: &[&str]) -> Self {
        let lower = text.to_ascii_lowercase();
        let bare = prefixes.iter().find_map(|prefix| lower.strip_prefix(prefix)).unwrap_or(&lower);
        // The tags of the core's own entities have a second name.
        let bare = bare.strip_prefix("iam:").filter(|rest| rest.starts_with("resourcetag/")).unwrap_or(bare);
        let global = ALIASES.iter().find(|(alias, _)| *alias == bare).map_or(bare, |(_, name)| name);
        let is_global = GLOBAL.contains(&global) || TAGGED.iter().any(|tagged| global.starts_with(tagged));
        let name = if is_global { global } else { &lower };
        Self { name: name.into(), written: text.into() }
    }

    /// Its one spelling.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// As its document wrote it.
    pub fn written(&self) -> &str {
        &self.written
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// SEC-090: whoever fills in a key fills in all its spellings, so no spelling is left for anybody else to set.
    #[test]
    fn sec_090_a_global_key_has_one_name_however_it_is_spelled() {
        for global in GLOBAL.iter().copied().chain(["principaltag/team", "requesttag/team", "resourcetag/team"]) {
            for prefix in prefixes::PREFIXES.iter().copied().chain(["", "AWS:", "Claviger:"]) {
                for spelled in [format!("{prefix}{global}"), format!("{prefix}{}", global.to_ascii_uppercase())] {
                    assert_eq!(Key::named(&spelled).name(), global);
                    assert_eq!(Key::named(&spelled).written(), spelled);
                }
            }
        }
        assert_eq!(Key::named("aws:PrincipalTrn").name(), "principalarn");
        assert_eq!(Key::named("aws:SourceVpc").name(), "vpcid");
        assert_eq!(Key::named("iam:ResourceTag/Team").name(), "resourcetag/team");
        for other in
            ["bos:prefix", "aws:aws:sourceip", "aws:prefix", "iam:sourceip", "xaws:sourceip", "to\u{212a}entype"]
        {
            assert_eq!(Key::named(other).name(), other);
        }
    }
}
