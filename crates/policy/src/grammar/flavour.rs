//! Flavours: whose documents these are, and how they differ.

use base::json::Value;

/// Whose way of writing a document follows.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Flavour {
    /// Claviger's own statements, which take every spelling.
    Native,
    /// AWS's statements.
    Aws,
    /// Volcengine's statements.
    Volcengine,
    /// Statements as `CDNetworks` writes them.
    Cdnetworks,
    /// Baidu AI Cloud's access-control lists.
    Acl,
}

/// How a flavour differs from the others.
pub(super) struct Traits {
    flavour: Flavour,
    /// The word for it.
    word: &'static str,
    /// How its resources begin, each without its colon.
    pub(super) schemes: &'static [&'static str],
    /// What may stand before a global condition key, each with its colon. The first is what it prints.
    pub(super) prefixes: &'static [&'static str],
    /// The members of `Principal` that hold accounts, users and roles. The first is what it prints.
    pub(super) principals: &'static [&'static str],
    /// What its `Version` says.
    pub(super) version: Version,
    /// What it takes that others do not.
    takes: &'static [Takes],
}

/// What one flavour takes and another does not.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Takes {
    /// A bare list of statements as a document, in lower case too.
    BareList,
    /// Names of members, and effects, in lower case; and prints them so.
    LowerCase,
    /// Several statements with one id.
    RepeatedIds,
    /// Groups as principals.
    Groups,
    /// `IfExists:` before its operator.
    IfExistsFirst,
}

/// What a document's version means.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Version {
    /// One of two dates, of which the later turns on variables.
    Dated,
    /// Nothing: variables are on.
    Variables,
    /// Nothing: there are no variables.
    Plain,
}

/// The version that turns on variables.
pub(super) const WITH_VARIABLES: &str = "2012-10-17";
/// The version that does not; what a document without a version has.
pub(super) const WITHOUT_VARIABLES: &str = "2008-10-17";

const TRAITS: [Traits; 5] = [
    Traits {
        flavour: Flavour::Native,
        word: "native",
        schemes: &["crn", "arn", "trn", "wsc"],
        prefixes: &["claviger:", "aws:", "volc:"],
        principals: &["Claviger", "AWS", "IAM"],
        version: Version::Dated,
        takes: &[Takes::BareList, Takes::Groups, Takes::IfExistsFirst],
    },
    Traits {
        flavour: Flavour::Aws,
        word: "aws",
        schemes: &["arn", "crn"],
        prefixes: &["aws:", "claviger:"],
        principals: &["AWS"],
        version: Version::Dated,
        takes: &[],
    },
    Traits {
        flavour: Flavour::Volcengine,
        word: "volcengine",
        schemes: &["trn", "crn"],
        prefixes: &["volc:", "claviger:"],
        principals: &["IAM"],
        version: Version::Variables,
        takes: &[Takes::RepeatedIds, Takes::IfExistsFirst],
    },
    Traits {
        flavour: Flavour::Cdnetworks,
        word: "cdnetworks",
        schemes: &["wsc", "crn"],
        prefixes: &["claviger:"],
        principals: &["Claviger"],
        version: Version::Variables,
        takes: &[Takes::BareList, Takes::LowerCase, Takes::RepeatedIds, Takes::Groups],
    },
    Traits {
        flavour: Flavour::Acl,
        word: "acl",
        schemes: &[],
        prefixes: &[],
        principals: &[],
        version: Version::Plain,
        takes: &[Takes::RepeatedIds, Takes::Groups],
    },
];

impl Flavour {
    /// All of them.
    pub const ALL: [Self; 5] = [Self::Native, Self::Aws, Self::Volcengine, Self::Cdnetworks, Self::Acl];

    /// The word for it, as it is stored and as commands take it.
    pub fn word(self) -> &'static str {
        self.traits().word
    }

    /// The flavour that `word` names.
    pub fn from_word(word: &str) -> Option<Self> {
        TRAITS.iter().find(|traits| traits.word == word).map(|traits| traits.flavour)
    }

    /// The flavour of a document of which nobody says it: with `accessControlList` acl, else native.
    pub fn detect(document: &Value) -> Self {
        if document.get(super::acl::LIST).is_some() { Self::Acl } else { Self::Native }
    }

    /// How its resources begin, each without its colon; the first is what it prints.
    pub(crate) fn schemes(self) -> &'static [&'static str] {
        self.traits().schemes
    }

    /// What it prints before the name of a global condition key.
    pub(crate) fn prefix(self) -> &'static str {
        self.traits().prefixes.first().copied().unwrap_or_default()
    }

    /// The members of its `Principal` that hold accounts, users and roles.
    pub(crate) fn principals(self) -> &'static [&'static str] {
        self.traits().principals
    }

    /// A word of its grammar, as it prints it.
    pub(crate) fn cased(self, word: &str) -> String {
        if self.takes(Takes::LowerCase) { word.to_ascii_lowercase() } else { word.to_owned() }
    }

    pub(super) fn takes(self, what: Takes) -> bool {
        self.traits().takes.contains(&what)
    }

    pub(super) fn traits(self) -> &'static Traits {
        let [native, aws, volcengine, cdnetworks, acl] = &TRAITS;
        match self {
            Self::Native => native,
            Self::Aws => aws,
            Self::Volcengine => volcengine,
            Self::Cdnetworks => cdnetworks,
            Self::Acl => acl,
        }
    }
}
