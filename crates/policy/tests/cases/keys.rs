//! Condition keys, what type they have, and values of the types.

use super::dice::Dice;
use super::words;
use serde_json::{Value, json};

/// The type of a key.
#[derive(Clone, Copy, PartialEq)]
pub(crate) enum Kind {
    Text,
    Number,
    Date,
    Address,
    Arn,
    Bool,
    Binary,
}

pub(crate) const KINDS: [Kind; 7] =
    [Kind::Text, Kind::Number, Kind::Date, Kind::Address, Kind::Arn, Kind::Bool, Kind::Binary];

/// A key by its one spelling; those that begin with `:` are global and have three prefixes.
#[derive(Clone, Copy)]
pub(crate) struct Key {
    pub(crate) name: &'static str,
    pub(crate) kind: Kind,
}

pub(crate) const KEYS: [Key; 22] = [
    Key { name: ":username", kind: Kind::Text },
    Key { name: ":PrincipalTag/team", kind: Kind::Text },
    Key { name: ":ResourceTag/team", kind: Kind::Text },
    Key { name: ":RequestTag/env", kind: Kind::Text },
    Key { name: ":TagKeys", kind: Kind::Text },
    Key { name: ":UserAgent", kind: Kind::Text },
    Key { name: ":referer", kind: Kind::Text },
    Key { name: "bos:prefix", kind: Kind::Text },
    Key { name: "vpcid", kind: Kind::Text },
    Key { name: "saml:aud", kind: Kind::Text },
    Key { name: "eduPersonPrincipalName", kind: Kind::Text },
    Key { name: ":MultiFactorAuthAge", kind: Kind::Number },
    Key { name: "shop:Amount", kind: Kind::Number },
    Key { name: ":CurrentTime", kind: Kind::Date },
    Key { name: ":TokenIssueTime", kind: Kind::Date },
    Key { name: ":SourceIp", kind: Kind::Address },
    Key { name: "shop:Peer", kind: Kind::Address },
    Key { name: ":PrincipalArn", kind: Kind::Arn },
    Key { name: "aws:SourceArn", kind: Kind::Arn },
    Key { name: ":SecureTransport", kind: Kind::Bool },
    Key { name: "shop:wanted", kind: Kind::Bool },
    Key { name: "shop:Digest", kind: Kind::Binary },
];

impl Key {
    /// One of the ways to write it.
    pub(crate) fn spelled(self, dice: &mut Dice) -> String {
        let name = match self.name.strip_prefix(':') {
            Some(global) => format!("{}:{global}", dice.pick(&["aws", "aws", "volc", "claviger"])),
            None => self.name.to_owned(),
        };
        dice.respell(&name)
    }
}

/// A value as a request has it.
pub(crate) fn asked_value(dice: &mut Dice, kind: Kind) -> &'static str {
    let unreadable = dice.chance(6);
    match (kind, unreadable) {
        (Kind::Text, _) => dice.pick(&words::TEXTS),
        (Kind::Number, false) => dice.pick(&words::NUMBERS),
        (Kind::Number, true) => dice.pick(&words::NO_NUMBERS),
        (Kind::Date, false) => dice.pick(&words::DATES),
        (Kind::Date, true) => dice.pick(&words::NO_DATES),
        (Kind::Address, false) => dice.pick(&words::ADDRESSES),
        (Kind::Address, true) => dice.pick(&words::NO_ADDRESSES),
        (Kind::Arn, false) => dice.pick(&words::ARNS),
        (Kind::Arn, true) => dice.pick(&words::NO_ARNS),
        (Kind::Bool, false) => dice.pick(&words::BOOLS),
        (Kind::Bool, true) => dice.pick(&words::NO_BOOLS),
        (Kind::Binary, false) => dice.pick(&words::BINARIES),
        (Kind::Binary, true) => dice.pick(&words::NO_BINARIES),
    }
}

/// A value as a policy has it.
pub(crate) fn policy_value(dice: &mut Dice, kind: Kind) -> Value {
    let unreadable = dice.chance(6);
    match (kind, unreadable) {
        (Kind::Text, _) if dice.chance(25) => json!(dice.pick(&words::VARIABLE_TEXTS)),
        (Kind::Text, _) => json!(dice.pick(&words::TEXTS)),
        (Kind::Number, false) if dice.chance(25) => dice.number(),
        (Kind::Number, false) => json!(dice.pick(&words::NUMBERS)),
        (Kind::Number, true) => json!(dice.pick(&words::NO_NUMBERS)),
        (Kind::Date, false) if dice.chance(10) => json!(1_767_225_600),
        (Kind::Date, false) => json!(dice.pick(&words::DATES)),
        (Kind::Date, true) => json!(dice.pick(&words::NO_DATES)),
        (Kind::Address, false) if dice.chance(30) => json!(dice.pick(&words::ADDRESSES)),
        (Kind::Address, false) if dice.chance(5) => json!(dice.pick(&words::RANGES)),
        (Kind::Address, false) => json!(dice.pick(&words::NETWORKS)),
        (Kind::Address, true) => json!(dice.pick(&words::NO_NETWORKS)),
        (Kind::Arn, false) if dice.chance(30) => json!(dice.pick(&words::ARNS)),
        (Kind::Arn, false) => json!(dice.pick(&words::ARN_PATTERNS)),
        (Kind::Arn, true) => json!(dice.pick(&words::NO_ARNS)),
        (Kind::Bool, false) if dice.chance(40) => json!(dice.chance(50)),
        (Kind::Bool, false) if dice.chance(15) => json!("${shop:wanted}"),
        (Kind::Bool, false) => json!(dice.pick(&words::BOOLS)),
        (Kind::Bool, true) => json!(dice.pick(&words::NO_BOOLS)),
        (Kind::Binary, false) => json!(dice.pick(&words::BINARIES)),
        (Kind::Binary, true) => json!(dice.pick(&words::NO_BINARIES)),
    }
}

impl Dice {
    /// A number as JSON writes it. No exponents: what their text is, the rules do not say.
    fn number(&mut self) -> Value {
        match self.below(5) {
            0 => json!(1.5),
            1 => json!(-1),
            2 => json!(0),
            3 => json!(1),
            _ => json!(10),
        }
    }
}
