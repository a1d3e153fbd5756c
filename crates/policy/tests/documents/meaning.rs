//! What documents decide.

use policy::{
    catalogue::Catalogue,
    compiled::Compiled,
    document::Document,
    evaluate::{Boundary, Decision, Layers, decide},
    key::Key,
    request::{Asker, AskerKind, Context, Request, ResourceName, Values},
};

use crate::dice::Dice;

const ACTIONS: [&str; 12] = [
    "bos:GetObject",
    "bos:getobject",
    "bos:PutObject",
    "bos:ListBuckets",
    "bos:READ",
    "bos:OPERATE",
    "bos:FULL_CONTROL",
    "iam:GetUser",
    "iam:DeleteUser",
    "iam:CreateAccessKey",
    "sts:AssumeRole",
    "shop:Buy",
];
const RESOURCES: [&str; 10] = [
    "*",
    "crn:bos:bj:1:b/k",
    "arn:aws:bos:bj:1:b/k",
    "arn:aws:bos:::b/?",
    "trn:bos:bj:1:b/k:l",
    "wsc:bos:::b/${aws:username}",
    "crn:iam::1:user/alice",
    "arn:aws:iam::1:user/dev/alice",
    "trn:shop:bj:1:b/$x",
    "crn:bos:gz::",
];
const CONTEXT: [(&str, &[&str]); 9] = [
    ("sourceip", &["10.0.0.7"]),
    ("sourceip", &["192.0.2.1"]),
    ("username", &["alice"]),
    ("username", &["a*"]),
    ("securetransport", &["true"]),
    ("currenttime", &["2026-06-01T00:00:00Z"]),
    ("referer", &["b/k"]),
    ("resourcetag/team", &["alice"]),
    ("tagkeys", &["alice", "k"]),
];

/// A question, and what is known.
#[derive(Debug)]
pub(crate) struct Question {
    action: &'static str,
    resource: &'static str,
    context: Vec<(&'static str, Vec<String>)>,
}

impl Context for Question {
    fn values(&self, key: &Key) -> Values<'_> {
        let known = self.context.iter().find(|(name, _)| *name == key.name());
        known.map_or(Values::Absent, |(_, values)| Values::Several(values))
    }
}

impl Question {
    pub(crate) fn random(dice: &mut Dice) -> Self {
        let own = |values: &[&str]| values.iter().map(|&value| value.to_owned()).collect();
        let context = dice.some(&CONTEXT, 9).into_iter().map(|(name, values)| (name, own(values))).collect();
        Self { action: dice.pick(&ACTIONS), resource: dice.pick(&RESOURCES), context }
    }

    pub(crate) fn decide(&self, document: &Document, catalogue: &Catalogue) -> Decision {
        let compiled = Compiled::new(document, catalogue);
        let layers = Layers {
            asker: &Asker { account: "1", kind: AskerKind::User(1), groups: &[] },
            same_account: true,
            identity: std::iter::once(&compiled),
            boundary: Boundary::None,
            session: None,
            resource: None,
        };
        let action = catalogue.action(self.action).unwrap();
        decide(&layers, &Request { action, resource: ResourceName::read(self.resource).unwrap() }, self)
    }
}
