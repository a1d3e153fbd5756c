//! Who may assume a role, as a form has it: a line for each, and what those of other accounts must say.
//!
//! A document that says more than that is no form's, and stays a document.

use base::ids::AccountId;
use policy::{
    catalogue::Catalogue,
    condition::Operator,
    document::{Action, Condition, Document, Effect, Listed, Principal, Purpose, Quantifier, Statement},
    grammar::{self, Flavour},
    key::Key,
};

use crate::form::Form;

const SERVICE: &str = "sts";
const ASSUME: &str = "AssumeRole";
const EXTERNAL_ID: &str = "sts:ExternalId";
const VERSION: &str = "2012-10-17";
/// How many empty lines stand below the filled ones.
const EMPTY: usize = 3;

/// What a line names.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    User,
    Group,
    Role,
    Account,
    Service,
}

impl Kind {
    /// All, as they are offered.
    pub(crate) const ALL: [Self; 5] = [Self::User, Self::Group, Self::Role, Self::Account, Self::Service];

    /// Its word in forms.
    pub(crate) const fn word(self) -> &'static str {
        match self {
            Self::User => "user",
            Self::Group => "group",
            Self::Role => "role",
            Self::Account => "account",
            Self::Service => "service",
        }
    }

    fn of_word(word: &str) -> Self {
        Self::ALL.into_iter().find(|kind| kind.word() == word).unwrap_or(Self::User)
    }
}

/// Somebody who may assume the role.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Line {
    pub(crate) kind: Kind,
    /// A name; of another account's with its number and a colon before it. Of an account its number.
    pub(crate) name: String,
    /// Whether that cannot be a name.
    pub(crate) is_wrong: bool,
}

impl Line {
    fn new(kind: Kind, name: impl Into<String>) -> Self {
        Self { kind, name: name.into(), is_wrong: false }
    }

    /// Whether that is what it names, for the list of kinds.
    #[expect(clippy::trivially_copy_pass_by_ref, reason = "templates hand on references")]
    pub(crate) fn is(&self, kind: &Kind) -> bool {
        self.kind == *kind
    }

    fn principal(&self, own: &str) -> Principal {
        let (account, name) = self.name.split_once(':').unwrap_or((own, &self.name));
        let (account, name) = (account.trim().to_owned(), name.trim().to_owned());
        match self.kind {
            Kind::User => Principal::User { account, name },
            Kind::Group => Principal::Group { account, name },
            Kind::Role => Principal::Role { account, name },
            Kind::Account => Principal::Account(name),
            Kind::Service => Principal::Service(name),
        }
    }

    /// The line of a principal; `None` for one that has no line.
    fn of(principal: &Principal, own: &str) -> Option<Self> {
        let named = |kind, account: &str, name: &str| {
            Some(Self::new(kind, if account == own { name.to_owned() } else { format!("{account}:{name}") }))
        };
        match principal {
            Principal::User { account, name } => named(Kind::User, account, name),
            Principal::Group { account, name } => named(Kind::Group, account, name),
            Principal::Role { account, name } => named(Kind::Role, account, name),
            Principal::Account(number) => Some(Self::new(Kind::Account, number)),
            Principal::Service(name) => Some(Self::new(Kind::Service, name)),
            Principal::Everyone | Principal::Session { .. } | Principal::Provider { .. } | Principal::Id(_) => None,
        }
    }

    /// Whether a document can name it.
    fn can_stand(&self, own: &str, catalogue: &Catalogue) -> bool {
        let principal = self.principal(own);
        let account = match &principal {
            Principal::User { account, .. } | Principal::Group { account, .. } | Principal::Role { account, .. } => {
                account
            }
            Principal::Account(number) => number,
            _ => own,
        };
        let read = || {
            let document = document_of(vec![statement(vec![principal.clone()], "")]);
            let text = grammar::print(&document, Flavour::Native, catalogue).ok()?;
            grammar::parse_new(&text, Flavour::Native, Purpose::Trust).ok()
        };
        let names = |document: Document| document.statements.into_iter().filter_map(|statement| statement.principals);
        AccountId::parse(account).is_ok()
            && read().is_some_and(|document| names(document).any(|listed| listed.items == [principal.clone()]))
    }
}

/// See the module.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Draft {
    /// Whether everybody of the account may whom its own policies allow it.
    pub(crate) everybody: bool,
    pub(crate) lines: Vec<Line>,
    /// What those of other accounts must say; empty for nothing.
    pub(crate) external_id: String,
}

impl Draft {
    /// What a form says: lines without a name are left out.
    pub(crate) fn of_form(form: &Form) -> Self {
        let lines = form.all("kind").zip(form.all("who")).filter(|(_, name)| !name.trim().is_empty());
        Self {
            everybody: form.has("everybody"),
            lines: lines.map(|(kind, name)| Line::new(Kind::of_word(kind), name.trim())).collect(),
            external_id: form.get("external_id").trim().to_owned(),
        }
    }

    /// What a document says, for readers of the account `own`; `None` where it says more than a form has room for.
    pub(crate) fn of(document: &Document, own: &str) -> Option<Self> {
        let mut draft = Self::default();
        let mut external: Vec<&str> = Vec::new();
        let mut freely = false;
        for statement in &document.statements {
            let asks = external_id(statement)?;
            external.extend(asks);
            for principal in &listed(statement)?.items {
                let is_other = is_other(principal, own);
                if asks.is_some() && !is_other {
                    return None;
                }
                freely |= is_other && asks.is_none();
                match principal {
                    Principal::Account(number) if number == own => draft.everybody = true,
                    other => draft.lines.push(Line::of(other, own)?),
                }
            }
        }
        external.dedup();
        draft.external_id = match external.as_slice() {
            [] => String::new(),
            [one] if !freely && !one.is_empty() => (*one).to_owned(),
            _ => return None,
        };
        document.id.is_none().then_some(draft)
    }

    /// Whether nobody may assume the role.
    pub(crate) fn is_empty(&self) -> bool {
        !self.everybody && self.lines.is_empty()
    }

    /// The same with empty lines below.
    pub(crate) fn with_room(mut self) -> Self {
        self.lines.extend((0..EMPTY).map(|_| Line::new(Kind::User, "")));
        self
    }

    /// Marks lines of which the name can be none. Whether there are such.
    pub(crate) fn mark_wrong(&mut self, own: &str, catalogue: &Catalogue) -> bool {
        for line in &mut self.lines {
            line.is_wrong = !line.can_stand(own, catalogue);
        }
        self.lines.iter().any(|line| line.is_wrong)
    }

    /// What it says, as a document of the account `own`.
    pub(crate) fn document(&self, own: &str) -> Document {
        let everybody = self.everybody.then(|| Principal::Account(own.to_owned()));
        let mut all: Vec<Principal> = Vec::new();
        for principal in everybody.into_iter().chain(self.lines.iter().map(|line| line.principal(own))) {
            if !all.contains(&principal) {
                all.push(principal);
            }
        }
        let asks = |principal: &Principal| !self.external_id.is_empty() && is_other(principal, own);
        let (asked, free): (Vec<_>, Vec<_>) = all.into_iter().partition(asks);
        let parts = [(free, ""), (asked, self.external_id.as_str())];
        let filled = parts.into_iter().filter(|(principals, _)| !principals.is_empty());
        document_of(filled.map(|(principals, external_id)| statement(principals, external_id)).collect())
    }

    /// The text of that document; empty where it names nobody.
    pub(crate) fn text(&self, own: &str, catalogue: &Catalogue) -> String {
        let print = || grammar::print(&self.document(own), Flavour::Native, catalogue).unwrap_or_default();
        if self.is_empty() { String::new() } else { print() }
    }
}

fn document_of(statements: Vec<Statement>) -> Document {
    Document { version: Some(VERSION.to_owned()), id: None, variables: true, statements }
}

fn statement(principals: Vec<Principal>, external_id: &str) -> Statement {
    let condition = Condition {
        operator: Operator::StringEquals,
        quantifier: Quantifier::None,
        if_exists: false,
        key: Key::named(EXTERNAL_ID),
        values: vec![external_id.to_owned()],
    };
    Statement {
        id: None,
        effect: Effect::Allow,
        principals: Some(Listed { negated: false, items: principals }),
        actions: Listed { negated: false, items: vec![assume()] },
        resources: Listed { negated: false, items: Vec::new() },
        conditions: if external_id.is_empty() { Vec::new() } else { vec![condition] },
    }
}

fn assume() -> Action {
    Action::Named { service: SERVICE.to_owned(), name: ASSUME.to_owned() }
}

/// Whether a principal is of another account than `own`.
fn is_other(principal: &Principal, own: &str) -> bool {
    match principal {
        Principal::User { account, .. } | Principal::Group { account, .. } | Principal::Role { account, .. } => {
            account != own
        }
        Principal::Account(number) => number != own,
        _ => false,
    }
}

/// Whom a statement lets assume the role, where that is all it does.
fn listed(statement: &Statement) -> Option<&Listed<Principal>> {
    let only_assumes = !statement.actions.negated && statement.actions.items == [assume()];
    let plain = statement.id.is_none() && statement.effect == Effect::Allow && only_assumes;
    statement.principals.as_ref().filter(|listed| plain && !listed.negated)
}

/// The external id that a statement asks for, where it asks for one; `None` where it asks for something else.
#[expect(clippy::option_option, reason = "three answers: none is asked for, one is, and it cannot be shown")]
fn external_id(statement: &Statement) -> Option<Option<&str>> {
    match statement.conditions.as_slice() {
        [] => Some(None),
        [one] => {
            let plain = one.operator == Operator::StringEquals && one.quantifier == Quantifier::None && !one.if_exists;
            let [value] = one.values.as_slice() else { return None };
            let is_external = plain && one.key.name().eq_ignore_ascii_case(EXTERNAL_ID);
            (is_external && !value.contains("${")).then_some(Some(value.as_str()))
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const OWN: &str = "100000000001";

    fn draft(lines: &[(Kind, &str)], external_id: &str) -> Draft {
        let lines = lines.iter().map(|(kind, name)| Line::new(*kind, *name)).collect();
        Draft { everybody: false, lines, external_id: external_id.to_owned() }
    }

    fn read(text: &str) -> Option<Draft> {
        Draft::of(&grammar::parse_new(text, Flavour::Native, Purpose::Trust).unwrap(), OWN)
    }

    #[test]
    fn what_a_form_says_is_read_back_from_its_document() {
        let catalogue = Catalogue::built_in();
        let whole = [
            (Kind::User, "dev/alice"),
            (Kind::Group, "ops"),
            (Kind::Role, "200000000002:deploy"),
            (Kind::Account, "200000000002"),
            (Kind::Service, "fc"),
        ];
        for draft in [
            draft(&whole, ""),
            draft(&whole[..1], ""),
            draft(&whole[2..4], "ticket 42"),
            Draft { everybody: true, ..draft(&whole[4..], "") },
            Draft { everybody: true, ..Draft::default() },
        ] {
            let text = draft.text(OWN, &catalogue);
            assert_eq!(read(&text).unwrap(), draft, "{text}");
        }
        // What is asked of others stands apart, so that lines change their places.
        let mixed = draft(&[(Kind::Account, "200000000002"), (Kind::User, "alice")], "42");
        let again = read(&mixed.text(OWN, &catalogue)).unwrap();
        assert_eq!(again, draft(&[(Kind::User, "alice"), (Kind::Account, "200000000002")], "42"));
        assert_eq!(Draft::default().text(OWN, &catalogue), "");
    }

    #[test]
    fn a_document_that_says_more_is_no_form() {
        let more = [
            r#""Sid":"a","Effect":"Allow","Principal":{"Claviger":"100000000001"},"Action":"sts:AssumeRole""#,
            r#""Effect":"Deny","Principal":{"Claviger":"100000000001"},"Action":"sts:AssumeRole""#,
            r#""Effect":"Allow","Principal":{"Claviger":"100000000001"},"Action":["sts:AssumeRole","sts:TagSession"]"#,
            r#""Effect":"Allow","Principal":{"Claviger":"crn:sts::100000000001:assumed-role/a/b"},"Action":"sts:AssumeRole""#,
            r#""Effect":"Allow","Principal":{"Claviger":"200000000002"},"Action":"sts:AssumeRole","Condition":{"StringLike":{"sts:ExternalId":"a"}}"#,
            r#""Effect":"Allow","Principal":{"Claviger":"200000000002"},"Action":"sts:AssumeRole","Condition":{"StringEquals":{"sts:ExternalId":["a","b"]}}"#,
            r#""Effect":"Allow","Principal":{"Claviger":"100000000001"},"Action":"sts:AssumeRole","Condition":{"StringEquals":{"sts:ExternalId":"a"}}"#,
        ];
        for statement in more {
            assert_eq!(
                read(&format!(r#"{{"Version":"2012-10-17","Statement":[{{{statement}}}]}}"#)),
                None,
                "{statement}"
            );
        }
        let free = r#"{"Effect":"Allow","Principal":{"Claviger":"200000000002"},"Action":"sts:AssumeRole"}"#;
        let asks = r#"{"Effect":"Allow","Principal":{"Claviger":"300000000003"},"Action":"sts:AssumeRole","Condition":{"StringEquals":{"sts:ExternalId":"a"}}}"#;
        assert_eq!(read(&format!(r#"{{"Version":"2012-10-17","Statement":[{free},{asks}]}}"#)), None);
    }

    #[test]
    fn a_line_that_no_document_can_have_is_marked() {
        let catalogue = Catalogue::built_in();
        let lines = [
            (Kind::User, "alice", false),
            (Kind::User, "200000000002:dev/alice", false),
            (Kind::User, "a*", true),
            (Kind::User, "two words", true),
            (Kind::User, "else:alice", true),
            (Kind::Role, "a//b", true),
            (Kind::Account, "200000000002", false),
            (Kind::Account, "alice", true),
            (Kind::Service, "fc", false),
            (Kind::Service, "f c", true),
        ];
        for (kind, name, wrong) in lines {
            assert_eq!(draft(&[(kind, name)], "").mark_wrong(OWN, &catalogue), wrong, "{name}");
        }
    }

    #[test]
    fn forms_have_lines_and_lines_without_a_name_are_none() {
        let form = Form::of([("kind", "user"), ("who", " alice "), ("kind", "role"), ("who", ""), ("everybody", "1")]);
        let read = Draft::of_form(&form);
        assert_eq!(read, Draft { everybody: true, ..draft(&[(Kind::User, "alice")], "") });
        assert_eq!(read.with_room().lines.len(), 1 + EMPTY);
    }
}
