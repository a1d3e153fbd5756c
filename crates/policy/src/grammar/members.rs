//! Which members stand where: a table for each kind of object, and the one reader for all of them.

use std::cell::RefCell;

use base::json::{Kind, Member, Value};

use crate::{
    document::Purpose,
    grammar::{
        MAX_NOTED,
        error::{Hint, PolicyError, Problem},
        flavour::{Flavour, Takes},
    },
    nearest::nearest,
};

/// Whether a member may be there.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Need {
    /// It must.
    Must,
    /// It may.
    May,
    /// It or the other must, and not both.
    Either(&'static str),
    /// It or the other may, and not both.
    MayEither(&'static str),
    /// It may not; the code of a hint what to do instead, and its text.
    Never(&'static str, &'static str),
}

/// A member that an object knows.
pub(crate) struct Row {
    name: &'static str,
    flavours: &'static [Flavour],
    identity: Need,
    resource: Need,
    trust: Need,
}

/// For whom an object is read: this chooses the rows of its table.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Reader<'n> {
    /// The document's flavour.
    pub(crate) flavour: Flavour,
    /// What it is for.
    pub(crate) purpose: Purpose,
    /// Whether what it says is checked as saving demands.
    pub(crate) strict: bool,
    /// Whether `${…}` stands for a value, once the version is known.
    pub(crate) variables: bool,
    /// Whether names of members, and effects, may be in lower case.
    pub(crate) lower: bool,
    /// Where all problems are gathered; without it the first one ends the reading.
    pub(crate) noted: Option<&'n RefCell<Vec<PolicyError>>>,
}

/// The members of an object, under the names of its table.
pub(crate) struct Members<'a>(Vec<(&'static str, &'a Value)>);

use Need::{Either, May, MayEither, Must, Never};

const STATEMENTS: &[Flavour] = &[Flavour::Native, Flavour::Aws, Flavour::Volcengine, Flavour::Cdnetworks];
const NEGATING: &[Flavour] = &[Flavour::Native, Flavour::Aws, Flavour::Volcengine];
const AS_AWS: &[Flavour] = &[Flavour::Native, Flavour::Aws];
const NEEDS_RESOURCE: &[Flavour] = &[Flavour::Native, Flavour::Aws, Flavour::Cdnetworks];
const VOLCENGINE: &[Flavour] = &[Flavour::Volcengine];
const ACL: &[Flavour] = &[Flavour::Acl];

const HOLDER: Need = Never("leave_out_holder", "it is about those whom it is attached to; leave it out");
const OWN_ROLE: Need = Never("leave_out_role", "a trust document is about its own role; leave it out");
const NAME_TRUSTED: Need = Never("name_trusted", "name those who are trusted in `Principal`");
const NAME_ACTIONS: Need = Never("name_actions", "name what is allowed in `Action`, as `sts:AssumeRole`");

/// A document of statements.
pub(crate) const DOCUMENT: &[Row] =
    &[always("Version", STATEMENTS, May), always("Id", STATEMENTS, May), always("Statement", STATEMENTS, Must)];

/// A statement.
pub(crate) const STATEMENT: &[Row] = &[
    always("Sid", STATEMENTS, May),
    always("Effect", STATEMENTS, Must),
    row("Principal", AS_AWS, [HOLDER, Either("NotPrincipal"), Must]),
    row("Principal", &[Flavour::Volcengine, Flavour::Cdnetworks], [HOLDER, Must, Must]),
    row("NotPrincipal", AS_AWS, [HOLDER, Either("Principal"), NAME_TRUSTED]),
    row("Action", STATEMENTS, [Either("NotAction"), Either("NotAction"), Must]),
    row("NotAction", NEGATING, [Either("Action"), Either("Action"), NAME_ACTIONS]),
    row("Resource", NEEDS_RESOURCE, [Either("NotResource"), Either("NotResource"), OWN_ROLE]),
    row("Resource", VOLCENGINE, [MayEither("NotResource"), MayEither("NotResource"), OWN_ROLE]),
    row("NotResource", NEGATING, [MayEither("Resource"), MayEither("Resource"), OWN_ROLE]),
    always("Condition", STATEMENTS, May),
];

/// An access-control list.
pub(crate) const LIST: &[Row] =
    &[always("id", ACL, May), always("version", ACL, May), always(super::acl::LIST, ACL, Must)];

/// An entry of one. Trust documents bear a `resource` that the vendor's server fills in.
pub(crate) const ENTRY: &[Row] = &[
    always("eid", ACL, May),
    always("service", ACL, Must),
    always("region", ACL, Must),
    row("resource", ACL, [Either("notResource"), Either("notResource"), May]),
    row("notResource", ACL, [MayEither("resource"), MayEither("resource"), OWN_ROLE]),
    always("permission", ACL, Must),
    always("effect", ACL, Must),
    row("grantee", ACL, [HOLDER, Must, Must]),
    always("condition", ACL, May),
];

/// A word that does not belong here: the code of a hint, the word that it speaks of, and its text.
pub(crate) type Mixup = (&'static str, &'static str, &'static str, &'static str);

/// Words of the other grammar, and what they are called in this one.
const MIXUPS: &[Mixup] = &[
    (super::acl::LIST, "flavour_acl", "acl", "this is an access-control list; its flavour is `acl`"),
    ("Statement", "flavour_statements", "acl", "this is a document of statements; its flavour is not `acl`"),
    ("permission", "called", "Action", "a statement calls it `Action`"),
    ("grantee", "called", "Principal", "a statement calls it `Principal`"),
    ("eid", "called", "Sid", "a statement calls it `Sid`"),
    ("service", "inside", "Action", "a statement names the service in `Action` and `Resource`"),
    ("region", "inside", "Resource", "a statement names the region in `Resource`"),
    ("Action", "called", "permission", "an entry calls it `permission`"),
    ("Principal", "called", "grantee", "an entry calls it `grantee`"),
    ("Sid", "called", "eid", "an entry calls it `eid`"),
    ("NotAction", "only_lists", "permission", "an entry can only list what it is about, in `permission`"),
    ("NotPrincipal", "only_lists", "grantee", "an entry can only list whom it is about, in `grantee`"),
];

const fn row(name: &'static str, flavours: &'static [Flavour], needs: [Need; 3]) -> Row {
    let [identity, resource, trust] = needs;
    Row { name, flavours, identity, resource, trust }
}

const fn always(name: &'static str, flavours: &'static [Flavour], need: Need) -> Row {
    row(name, flavours, [need, need, need])
}

impl Row {
    fn need(&self, purpose: Purpose) -> Need {
        match purpose {
            Purpose::Identity => self.identity,
            Purpose::Resource => self.resource,
            Purpose::Trust => self.trust,
        }
    }
}

impl Reader<'_> {
    /// For a document of this flavour.
    pub(crate) fn new(flavour: Flavour, purpose: Purpose) -> Self {
        Self { flavour, purpose, strict: false, variables: false, lower: flavour.takes(Takes::LowerCase), noted: None }
    }

    /// Reads an object by its table. Errors: not an object, or a member that the table does not want there.
    pub(crate) fn members<'a>(
        self,
        value: &'a Value,
        what: &'static str,
        table: &'static [Row],
    ) -> Result<Members<'a>, PolicyError> {
        let mut found: Vec<(&'static str, &'a Value)> = Vec::new();
        for member in object(value, what)? {
            let row = self.row(member, table, &found);
            if let Err(error) = &row
                && error.hint.as_ref().is_some_and(|hint| matches!(hint.code, "flavour_acl" | "flavour_statements"))
            {
                // Read as what it is not, all of it is wrong.
                return Err(error.clone());
            }
            // Whoever wants all problems wants those inside a member that is misspelled, too.
            let meant = row.as_ref().err().and_then(|error| error.hint.as_ref()?.word.as_deref());
            let meant =
                self.rows(table).find(|row| Some(row.name) == meant && found.iter().all(|(name, _)| *name != row.name));
            found.extend(self.note(row)?.or(meant).map(|row| (row.name, &member.value)));
        }
        let found = Members(found);
        for (place, row) in self.rows(table).enumerate() {
            let need = row.need(self.purpose);
            let told = |other| self.rows(table).take(place).any(|row| row.name == other);
            if !matches!(need, Either(other) | MayEither(other) if told(other)) {
                self.note(found.satisfy(row.name, need).map_err(|problem| PolicyError::at(value, problem)))?;
            }
        }
        Ok(found)
    }

    /// What was read. Where all problems are gathered, a problem is put to them, once, and there is nothing to go on with.
    pub(crate) fn note<T>(self, read: Result<T, PolicyError>) -> Result<Option<T>, PolicyError> {
        match (read, self.noted) {
            (Ok(read), _) => Ok(Some(read)),
            (Err(error), None) => Err(error),
            (Err(error), Some(noted)) => {
                let mut noted = noted.borrow_mut();
                if !noted.contains(&error) && noted.len() < MAX_NOTED {
                    noted.push(error);
                }
                Ok(None)
            }
        }
    }

    /// Reads each of `items`; as [`Reader::note`], those that can be read.
    pub(crate) fn each<I, T>(
        self,
        items: impl IntoIterator<Item = I>,
        mut read: impl FnMut(I) -> Result<T, PolicyError>,
    ) -> Result<Vec<T>, PolicyError> {
        let items = items.into_iter().map(|item| self.note(read(item)));
        items.filter_map(Result::transpose).collect()
    }

    fn rows(self, table: &'static [Row]) -> impl Iterator<Item = &'static Row> {
        table.iter().filter(move |row| row.flavours.contains(&self.flavour))
    }

    /// The row of a member, if it may be there beside those that were found before it.
    fn row(
        self,
        member: &Member,
        table: &'static [Row],
        found: &[(&'static str, &Value)],
    ) -> Result<&'static Row, PolicyError> {
        let Some(row) = self.rows(table).find(|row| self.is(row.name, &member.name)) else {
            return Err(unknown(member, self.rows(table).map(|row| row.name), MIXUPS));
        };
        if let Never(code, instead) = row.need(self.purpose) {
            let problem = Problem::Misplaced { name: row.name, purpose: self.purpose };
            return Err(PolicyError::at_name(member, problem).hint(Hint::new(code, instead)));
        }
        if found.iter().any(|(name, _)| *name == row.name) {
            let problem = Problem::Repeated { what: "member", name: member.name.clone() };
            return Err(PolicyError::at_name(member, problem));
        }
        Ok(row)
    }

    fn is(self, known: &str, name: &str) -> bool {
        known == name || (self.lower && known.eq_ignore_ascii_case(name))
    }
}

impl<'a> Members<'a> {
    /// The value of a member.
    pub(crate) fn get(&self, name: &str) -> Option<&'a Value> {
        self.0.iter().find(|(found, _)| *found == name).map(|(_, value)| *value)
    }

    /// The value of the one or the other member, and whether it is the other.
    pub(crate) fn either(&self, name: &str, other: &str) -> Option<(&'a Value, bool)> {
        self.get(name).map(|value| (value, false)).or_else(|| self.get(other).map(|value| (value, true)))
    }

    fn satisfy(&self, name: &'static str, need: Need) -> Result<(), Problem> {
        let has = |name| self.get(name).is_some();
        match need {
            Must if !has(name) => Err(Problem::Missing { name }),
            Either(other) if !has(name) && !has(other) => Err(Problem::Missing { name }),
            Either(other) | MayEither(other) if has(name) && has(other) => Err(Problem::Both { one: name, other }),
            Must | May | Either(_) | MayEither(_) | Never(..) => Ok(()),
        }
    }
}

/// The names of the members that a flavour has in a document for this purpose.
pub(crate) fn names(table: &'static [Row], flavour: Flavour, purpose: Purpose) -> impl Iterator<Item = &'static str> {
    let may = move |row: &&Row| row.flavours.contains(&flavour) && !matches!(row.need(purpose), Never(..));
    table.iter().filter(may).map(|row| row.name)
}

/// Whether a flavour has a member at all.
pub(super) fn knows(table: &[Row], name: &str, flavour: Flavour) -> bool {
    table.iter().any(|row| row.name == name && row.flavours.contains(&flavour))
}

/// The members of an object.
pub(crate) fn object<'a>(value: &'a Value, what: &str) -> Result<&'a [Member], PolicyError> {
    if let Kind::Object(members) = &value.kind { Ok(members) } else { Err(wrong_type(value, what, "an object")) }
}

/// The refusal of a value of the wrong type.
pub(crate) fn wrong_type(value: &Value, what: &str, wanted: &'static str) -> PolicyError {
    let found = match &value.kind {
        Kind::Null => "null",
        Kind::Bool(_) => "true or false",
        Kind::Integer(_) | Kind::Float(_) => "a number",
        Kind::String(_) => "text",
        Kind::Array(_) => "a list",
        Kind::Object(_) => "an object",
    };
    PolicyError::at(value, Problem::WrongType { what: what.to_owned(), wanted, found })
}

/// The refusal of a member that is not among `known`.
pub(crate) fn unknown<'a>(member: &Member, known: impl Iterator<Item = &'a str>, mixups: &[Mixup]) -> PolicyError {
    let error = PolicyError::at_name(member, Problem::Unknown { what: "member", name: member.name.clone() });
    match mixups.iter().find(|(name, ..)| *name == member.name) {
        Some((_, code, word, text)) => error.hint(Hint::new(code, *text).word(*word)),
        None => error.meant(nearest(&member.name, known)),
    }
}
