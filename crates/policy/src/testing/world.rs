//! Documents, circumstances and requests at random, from words few enough to meet.

use crate::{
    compiled::Compiled,
    condition::Operator,
    document::{Condition, Document, Effect, Principal, Quantifier, Statement},
    evaluate::{Boundary, Decision, Layers, decide},
    explain::{Explanation, Step, explain, remedy},
    request::{Asker, AskerKind, Context, Request},
    testing::{Keys, Random, allow, compile_numbered, condition, document, request},
};

const ACTIONS: &[&str] = &[
    "*",
    "iam:*",
    "iam:GetUser",
    "IAM:getuser",
    "iam:Get*",
    "iam:*User",
    "iam:?etUser",
    "iam:CreateUser",
    "sts:AssumeRole",
    "bos:*Object",
    "iam/READ",
    "bos/OPERATE",
    "*/LIST",
    "*/FULL_CONTROL",
];
const RESOURCES: &[&str] = &[
    "*",
    "*",
    "arn:aws:iam::1:user/*",
    "arn:aws:iam::1:user/a",
    "arn:aws:iam::1:user/a?",
    "arn:aws:iam:*:*:*/a*",
    "arn:*:iam::*:user/${aws:username}",
    "arn:aws:iam::1:user/${aws:PrincipalTag/t, 'a'}*",
    "crn:iam::1:user/ab",
    "trn:iam::1:user/*",
    "iam/*/user/a*",
    "*/*/*",
    "arn:aws:bos:::a/*",
];
const VALUES: &[&str] = &["a", "ab", "1", "2.5", "10.0.0.0/8", "arn:aws:iam::1:user/a*", "true", "${aws:username}"];
const KEYS: &[&str] = &["username", "principaltag/t", "sourceip", "k", "several"];
const ASKED_ACTIONS: &[&str] =
    &["iam:GetUser", "iam:ListUsers", "iam:CreateUser", "sts:AssumeRole", "bos:GetObject", "bos:READ", "new:Thing"];
const ASKED_RESOURCES: &[&str] = &[
    "*",
    "arn:aws:iam::1:user/a",
    "arn:aws:iam::1:user/ab",
    "trn:iam::1:user/a",
    "crn:iam::1:user/ab",
    "arn:aws:bos:::a/b",
    "arn:aws:iam::2:user/${aws:username}",
];

pub(crate) fn random_statement(random: &mut Random) -> Statement {
    let mut pick = |from: &[&'static str]| -> Vec<&str> { (0..=random.below(2)).map(|_| random.pick(from)).collect() };
    let (actions, resources) = (pick(ACTIONS), pick(RESOURCES));
    let mut statement = allow(&actions, &resources).not(random.once_in(8), random.once_in(8), false);
    if random.once_in(3) {
        statement.effect = Effect::Deny;
    }
    while random.once_in(3) {
        statement = statement.when(random_condition(random));
    }
    statement
}

fn random_condition(random: &mut Random) -> Condition {
    let values: Vec<&str> = (0..=random.below(2)).map(|_| random.pick(VALUES)).collect();
    Condition {
        quantifier: random.pick(&[Quantifier::None, Quantifier::None, Quantifier::All, Quantifier::Any]),
        if_exists: random.once_in(4),
        ..condition(random.pick(Operator::ALL), random.pick(KEYS), &values)
    }
}

fn random_principal(random: &mut Random) -> Principal {
    let account = random.pick(&["1", "2"]).to_owned();
    let name = random.pick(&["7", "8"]).to_owned();
    match random.below(6) {
        0 => Principal::Everyone,
        1 => Principal::Account(account),
        2 => Principal::User { account, name },
        3 => Principal::Role { account, name },
        4 => Principal::Session { account, role: name, name: random.pick(&["s", "t"]).to_owned() },
        _ => Principal::Group { account, name },
    }
}

pub(crate) fn random_document(random: &mut Random) -> Document {
    document((0..=random.below(2)).map(|_| random_statement(random)))
}

fn random_resource_document(random: &mut Random) -> Document {
    let mut document = random_document(random);
    for statement in &mut document.statements {
        let principals: Vec<_> = (0..=random.below(1)).map(|_| random_principal(random)).collect();
        let (actions, resources) = (statement.actions.negated, statement.resources.negated);
        *statement = statement.clone().to(principals).not(actions, resources, random.once_in(8));
    }
    document
}

pub(crate) fn random_keys(random: &mut Random) -> Keys {
    let mut keys = Keys::default();
    for key in ["username", "principaltag/t", "k"] {
        if random.once_in(2) {
            keys = keys.with(key, random.pick(&["a", "ab", "*", "1", "2.5", "true", "arn:aws:iam::1:user/ab", ""]));
        }
    }
    if random.once_in(2) {
        keys = keys.with("sourceip", random.pick(&["10.0.0.1", "11.0.0.1"]));
    }
    match random.below(3) {
        0 => keys,
        1 => keys.with("several", ["a"]),
        _ => keys.with("several", ["a", "1"]),
    }
}

pub(crate) fn random_request(random: &mut Random) -> Request<'static> {
    request(random.pick(ASKED_ACTIONS), random.pick(ASKED_RESOURCES))
}

/// All that a decision rests on.
#[derive(Debug, Clone)]
pub(crate) struct World {
    pub(crate) kind: AskerKind<'static>,
    pub(crate) groups: Vec<u64>,
    pub(crate) same_account: bool,
    pub(crate) identity: Vec<Document>,
    pub(crate) boundary: Option<Document>,
    pub(crate) session: Option<Vec<Document>>,
    pub(crate) resource: Option<Document>,
}

impl World {
    pub(crate) fn random(random: &mut Random) -> Self {
        let session = AskerKind::Session { role: 8, name: "s" };
        Self {
            kind: random.pick(&[AskerKind::User(7), session, AskerKind::Root]),
            groups: if random.once_in(3) { vec![7] } else { Vec::new() },
            same_account: !random.once_in(3),
            identity: (0..random.below(4)).map(|_| random_document(random)).collect(),
            boundary: random.once_in(4).then(|| random_document(random)),
            session: random.once_in(4).then(|| (0..random.below(3)).map(|_| random_document(random)).collect()),
            resource: random.once_in(2).then(|| random_resource_document(random)),
        }
    }

    /// Documents in each layer.
    pub(crate) fn documents(&mut self) -> impl Iterator<Item = &mut Document> {
        let session = self.session.iter_mut().flatten();
        self.identity.iter_mut().chain(&mut self.boundary).chain(session).chain(&mut self.resource)
    }

    pub(crate) fn decide(&self, request: &Request<'_>, context: &dyn Context) -> Decision {
        self.explain(request, context).decision
    }

    /// What it comes to, with reasons, after `decide` was asked whether it agrees.
    pub(crate) fn explain(&self, request: &Request<'_>, context: &dyn Context) -> Explanation {
        self.with_layers(|layers| {
            let explanation = explain(layers, request, context);
            assert_eq!(decide(layers, request, context), explanation.decision, "{self:#?} {request:?}");
            explanation
        })
    }

    /// What must change for it to be allowed.
    pub(crate) fn remedy(&self, request: &Request<'_>, context: &dyn Context) -> Vec<Step> {
        self.with_layers(|layers| remedy(layers, request, context))
    }

    fn with_layers<T>(&self, then: impl FnOnce(&Layers<'_, std::slice::Iter<'_, Compiled>>) -> T) -> T {
        let compile = |documents: &[Document]| documents.iter().map(compile_numbered).collect::<Vec<_>>();
        let (identity, session) = (compile(&self.identity), self.session.as_deref().map(compile));
        let session = session.as_ref().map(|documents| documents.iter().collect::<Vec<&Compiled>>());
        let boundary = self.boundary.as_ref().map(compile_numbered);
        let resource = self.resource.as_ref().map(compile_numbered);
        then(&Layers {
            asker: &Asker { account: "1", kind: self.kind, groups: &self.groups },
            same_account: self.same_account,
            identity: identity.iter(),
            boundary: boundary.as_ref().map_or(Boundary::None, Boundary::Document),
            session: session.as_deref(),
            resource: resource.as_ref(),
        })
    }
}
