//! Requests: who asks for what, in which context.

use super::dice::Dice;
use super::keys::{self, KEYS, Key};
use super::words::{self, ACCOUNT, OTHER_ACCOUNT};
use serde_json::{Map, Value, json};

/// A request before it is JSON, as the makers of policies look at it.
pub(crate) struct Asked {
    principal: &'static str,
    pub(crate) action: &'static str,
    pub(crate) resource: String,
    owner: Option<&'static str>,
    /// The keys with their values; a key that is not here is absent.
    pub(crate) context: Vec<(Key, Vec<&'static str>)>,
    /// The same as JSON, with keys in one of their spellings.
    written: Map<String, Value>,
}

impl Asked {
    pub(crate) fn request(&self) -> Value {
        let mut request = json!({
            "principal": self.principal,
            "action": self.action,
            "resource": self.resource,
            "context": self.written,
        });
        if let Some(owner) = self.owner {
            request["resource_account"] = json!(owner);
        }
        request
    }

    /// The values of a key; none where it is absent.
    pub(crate) fn values(&self, key: Key) -> &[&'static str] {
        self.context.iter().find(|(other, _)| other.name == key.name).map_or(&[], |(_, values)| values)
    }
}

const PRINCIPALS: [&str; 12] = [
    "arn:aws:iam::123456789012:user/alice",
    "arn:aws:iam::123456789012:user/alice",
    "arn:aws:iam::123456789012:user/a/b/bob",
    "arn:aws-cn:iam::123456789012:role/deploy",
    "arn:aws:sts::123456789012:assumed-role/deploy/one",
    "arn:aws:sts::123456789012:assumed-role/deploy/one",
    "trn:iam::123456789012:user/alice",
    "trn:sts::123456789012:assumed-role/deploy/one",
    "crn:iam::123456789012:user/alice",
    "crn:sts::123456789012:assumed-role/deploy/one",
    "arn:aws:iam::123456789012:user/root",
    "trn:iam::123456789012:role/x/deploy",
];
const ROOTS: [&str; 4] =
    ["arn:aws:iam::123456789012:root", "trn:iam::123456789012:root", "crn:iam::123456789012:root", ACCOUNT];

/// A request.
pub(crate) fn asked(dice: &mut Dice) -> Asked {
    let action = dice.pick(&words::ACTIONS);
    let foreign = dice.chance(6);
    let account = if foreign { OTHER_ACCOUNT } else { dice.pick(&[ACCOUNT, ACCOUNT, ACCOUNT, ""]) };
    let without = action == "bos:ListBuckets" || dice.chance(8);
    let resource = if without { "*".to_owned() } else { resource(dice, action, account) };
    let owner = if foreign {
        Some(OTHER_ACCOUNT)
    } else if dice.chance(50) {
        Some(ACCOUNT)
    } else {
        None
    };
    let principal = if dice.chance(7) { dice.pick(&ROOTS) } else { dice.pick(&PRINCIPALS) };
    let context = context(dice);
    let written = context.iter().map(|(key, values)| (key.spelled(dice), written(dice, values))).collect();
    Asked { principal, action, resource, owner, context, written }
}

fn resource(dice: &mut Dice, action: &str, account: &str) -> String {
    let service = action.split_once(':').map_or("bos", |(service, _)| service).to_ascii_lowercase();
    let (region, path) = (dice.pick(&words::REGIONS), dice.pick(&words::PATHS));
    let scheme = dice.pick(&["arn:aws", "arn:aws", "arn:aws", "arn:aws-cn", "trn", "wsc", "crn"]);
    format!("{scheme}:{service}:{region}:{account}:{path}")
}

fn context(dice: &mut Dice) -> Vec<(Key, Vec<&'static str>)> {
    let mut context = Vec::new();
    for key in KEYS {
        if dice.chance(50) {
            let count = dice.pick(&[0, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 2, 2, 3]);
            context.push((key, (0..count).map(|_| keys::asked_value(dice, key.kind)).collect()));
        }
    }
    context
}

fn written(dice: &mut Dice, values: &[&str]) -> Value {
    match values {
        [one] if dice.chance(80) => json!(one),
        several => json!(several),
    }
}
