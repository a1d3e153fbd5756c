//! What a document says, in the reader's language.

use policy::{
    catalogue::Level,
    describe::{Clause, Deed, Relation, Sentence, ServiceName, Thing},
    document::{Effect, Listed, Principal, Quantifier},
};

use super::rich::{Rich, bare, code, strong};
use crate::text::{Lang, Value};

/// How many of a list are named before the rest is counted.
const NAMED: usize = 5;

/// What one statement says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Told {
    /// Whether it denies.
    pub(crate) denies: bool,
    /// What its author calls it; empty where it has no name.
    pub(crate) id: String,
    /// What may be done, or never.
    pub(crate) text: Rich,
    /// When, and what else is to be known.
    pub(crate) more: Vec<Rich>,
}

/// What statements say to readers of `account`, which is not named where it is meant.
pub(crate) fn told(lang: Lang, sentences: &[Sentence], account: &str) -> Vec<Told> {
    let words = Words { lang, account };
    sentences.iter().map(|sentence| words.sentence(sentence)).collect()
}

struct Words<'a> {
    lang: Lang,
    /// The account of whoever reads.
    account: &'a str,
}

/// Which forms of words a list has: of what is done, or of what is left out.
#[derive(Clone, Copy)]
enum Form {
    Done,
    LeftOut,
}

impl Words<'_> {
    fn say(&self, id: &str, values: &[(&str, &str)]) -> String {
        let values: Vec<(&str, Value<'_>)> = values.iter().map(|(name, value)| (*name, Value::Text(value))).collect();
        self.lang.say(id, &values)
    }

    /// The parts of a sentence. Chinese has a space beside what is not Chinese, and none elsewhere.
    fn rich(&self, text: &str) -> Rich {
        Rich::of(&if self.lang == Lang::Zh { closed(text) } else { text.to_owned() })
    }

    fn sentence(&self, sentence: &Sentence) -> Told {
        let denies = sentence.effect == Effect::Deny;
        let effect = strong(&self.say(if denies { "sentence-deny" } else { "sentence-allow" }, &[]));
        let deeds = self.deeds(&sentence.actions);
        let things = self.things(&sentence.resources);
        let who = sentence.principals.as_ref().map(|principals| self.whom(principals));
        let said = match (&who, things.is_empty()) {
            (Some(who), true) => self.say("sentence-said-to", &[("who", who), ("effect", &effect), ("deeds", &deeds)]),
            (Some(who), false) => {
                let values = [("who", who.as_str()), ("effect", &effect), ("deeds", &deeds), ("things", &things)];
                self.say("sentence-said-to-on", &values)
            }
            (None, _) => self.say("sentence-said", &[("effect", &effect), ("deeds", &deeds), ("things", &things)]),
        };
        let mut more: Vec<Rich> = Vec::new();
        for (place, clause) in sentence.conditions.iter().enumerate() {
            let id = match (place, denies) {
                (0, false) => "sentence-if",
                (0, true) => "sentence-when",
                _ => "sentence-and-if",
            };
            more.push(self.rich(&self.say(id, &[("clause", &self.clause(clause))])));
        }
        if denies {
            more.push(self.rich(&self.say("sentence-beats", &[])));
        }
        Told { denies, id: sentence.id.clone().unwrap_or_default(), text: self.rich(&said), more }
    }

    fn deeds(&self, actions: &Listed<Deed>) -> String {
        let form = if actions.negated { Form::LeftOut } else { Form::Done };
        let deeds: Vec<String> = actions.items.iter().map(|deed| self.deed(deed, form)).collect();
        let deeds = self.joined(&deeds, "sentence-and");
        if actions.negated { self.say("sentence-deed-but", &[("deeds", &deeds)]) } else { deeds }
    }

    fn deed(&self, deed: &Deed, form: Form) -> String {
        let id = |kind: &str| match form {
            Form::Done => format!("sentence-deed-{kind}"),
            Form::LeftOut => format!("sentence-but-{kind}"),
        };
        match deed {
            Deed::Everything => self.say(&id("everything"), &[]),
            Deed::Service(service) => self.say(&id("service"), &[("service", &title(service))]),
            Deed::Levels(service, levels) => {
                let levels: Vec<String> = levels.iter().map(|level| self.level(*level, form)).collect();
                let levels = self.joined(&levels, "sentence-and");
                match service {
                    Some(service) => self.say(&id("levels"), &[("levels", &levels), ("service", &title(service))]),
                    None => self.say(&id("levels-everywhere"), &[("levels", &levels)]),
                }
            }
            Deed::Actions(service, acts) => {
                let names: Vec<String> =
                    acts.iter().map(|act| code(&format!("{}:{}", service.name, act.name))).collect();
                self.say(&id("actions"), &[("actions", &self.joined(&names, "sentence-and"))])
            }
            Deed::Like(service, pattern, count) => {
                let service = service.as_ref().map_or("*", |service| service.name.as_str());
                let pattern = code(&format!("{service}:{pattern}"));
                self.lang.say(&id("like"), &[("pattern", Value::Text(&pattern)), ("n", (*count).into())])
            }
        }
    }

    fn level(&self, level: Level, form: Form) -> String {
        let id = match form {
            Form::Done => format!("sentence-level-{}", level.word()),
            Form::LeftOut => format!("sentence-but-level-{}", level.word()),
        };
        strong(&self.say(&id, &[]))
    }

    fn things(&self, resources: &Listed<Thing>) -> String {
        if resources.items.is_empty() && !resources.negated {
            return String::new();
        }
        let things: Vec<String> = resources.items.iter().map(|thing| self.thing(thing)).collect();
        let things = self.joined(&things, "sentence-and");
        if resources.negated { self.say("sentence-thing-but", &[("things", &things)]) } else { things }
    }

    fn thing(&self, thing: &Thing) -> String {
        let Thing::Resources { service, shape, path, region, account, .. } = thing else {
            return self.say("sentence-thing-everything", &[]);
        };
        let mut text = match shape {
            _ if path == "*" => self.say("sentence-thing-service", &[("service", &title(service))]),
            Some(shape) => self.say("sentence-thing-shape", &[("shape", &self.shape(shape)), ("path", &code(path))]),
            None => self.say("sentence-thing-other", &[("path", &code(path)), ("service", &title(service))]),
        };
        if let Some(region) = region {
            text = self.say("sentence-thing-in", &[("thing", &text), ("region", &code(region))]);
        }
        if let Some(account) = account.as_ref().filter(|account| *account != self.account) {
            text = self.say("sentence-thing-of", &[("thing", &text), ("account", &code(account))]);
        }
        text
    }

    /// A kind of resource, in words where there are some: operators add kinds of their own.
    fn shape(&self, shape: &str) -> String {
        self.known(&format!("sentence-shape-{shape}"), &[]).unwrap_or_else(|| bare(shape))
    }

    fn known(&self, id: &str, values: &[(&str, &str)]) -> Option<String> {
        Some(self.say(id, values)).filter(|text| !text.starts_with('⟦'))
    }

    fn clause(&self, clause: &Clause) -> String {
        let key = self.key(clause);
        let key = match clause.quantifier {
            Quantifier::None => key,
            Quantifier::All => self.say("sentence-each", &[("key", &key)]),
            Quantifier::Any => self.say("sentence-one", &[("key", &key)]),
        };
        let negated = matches!(
            clause.relation,
            Relation::IsNot | Relation::IsNotInAnyCase | Relation::IsNotLike | Relation::NotInNetwork
        );
        let values: Vec<String> = clause.values.iter().map(|value| code(value)).collect();
        let values =
            self.joined(&values, if negated && self.lang == Lang::Zh { "sentence-and" } else { "sentence-or" });
        let id = format!("sentence-relation-{}", clause.relation.word().replace('_', "-"));
        let said = self.say(&id, &[("key", &key), ("values", &values)]);
        if clause.if_exists { self.say("sentence-where-there", &[("clause", &said)]) } else { said }
    }

    fn key(&self, clause: &Clause) -> String {
        let (name, tag) = match clause.key.split_once('/') {
            Some((name, _)) => (name, clause.written.split_once('/').map_or("", |(_, tag)| tag)),
            None => (clause.key.as_str(), ""),
        };
        let known = |name: &str| self.known(&format!("sentence-key-{name}"), &[("tag", &code(tag))]);
        Some(name).filter(|name| !name.contains(':')).and_then(known).unwrap_or_else(|| code(&clause.written))
    }

    fn whom(&self, principals: &Listed<Principal>) -> String {
        let names: Vec<String> = principals.items.iter().map(|principal| self.who(principal)).collect();
        let names = self.joined(&names, "sentence-and");
        if principals.negated { self.say("sentence-who-but", &[("who", &names)]) } else { names }
    }

    fn who(&self, principal: &Principal) -> String {
        let owned =
            |id: &str, account: &str, name: &str| self.say(id, &[("account", &code(account)), ("name", &strong(name))]);
        match principal {
            Principal::Everyone => self.say("sentence-who-everyone", &[]),
            Principal::Account(account) => self.say("sentence-who-account", &[("account", &code(account))]),
            Principal::User { account, name } => owned("sentence-who-user", account, name),
            Principal::Group { account, name } => owned("sentence-who-group", account, name),
            Principal::Role { account, name } => owned("sentence-who-role", account, name),
            Principal::Session { account, role, name } => {
                let values = [("account", code(account)), ("role", strong(role)), ("name", strong(name))];
                let values: Vec<(&str, &str)> = values.iter().map(|(key, value)| (*key, value.as_str())).collect();
                self.say("sentence-who-session", &values)
            }
            Principal::Provider { account: Some(account), name } => owned("sentence-who-provider", account, name),
            Principal::Provider { account: None, name } => {
                self.say("sentence-who-any-provider", &[("name", &strong(name))])
            }
            Principal::Service(name) => self.say("sentence-who-service", &[("name", &strong(name))]),
            Principal::Id(id) => code(id),
        }
    }

    /// `a, b and 3 more`
    fn joined(&self, parts: &[String], last: &str) -> String {
        let more = if parts.len() > NAMED + 1 { parts.len() - NAMED } else { 0 };
        let mut shown: Vec<String> = parts.iter().take(parts.len() - more).cloned().collect();
        if more > 0 {
            shown.push(self.lang.say("sentence-more", &[("n", more.into())]));
        }
        match shown.split_last() {
            None => self.say("sentence-nothing", &[]),
            Some((only, [])) => only.clone(),
            Some((end, start)) => {
                format!("{}{}{end}", start.join(&self.say("sentence-comma", &[])), self.say(last, &[]))
            }
        }
    }
}

/// Without the spaces between two Chinese characters.
fn closed(text: &str) -> String {
    let is_chinese = |char: char| matches!(char, '\u{3000}'..='\u{9FFF}' | '\u{FF00}'..='\u{FFEF}' | '“' | '”');
    let seen = |char: &char| !matches!(char, '\u{E000}'..='\u{E002}');
    let mut closed = String::with_capacity(text.len());
    for (place, char) in text.char_indices() {
        let (before, behind) = (text.get(..place).unwrap_or_default(), text.get(place + 1..).unwrap_or_default());
        let between = char == ' '
            && before.chars().rev().find(seen).is_some_and(is_chinese)
            && behind.chars().find(seen).is_some_and(is_chinese);
        if !between {
            closed.push(char);
        }
    }
    closed
}

fn title(service: &ServiceName) -> String {
    strong(&service.title)
}

#[cfg(test)]
mod tests {
    use policy::{
        catalogue::Catalogue,
        describe::describe,
        document::Purpose,
        grammar::{Flavour, parse},
    };

    use super::*;

    fn said(lang: Lang, text: &str, purpose: Purpose) -> Vec<String> {
        let document = parse(text, Flavour::Native, purpose).unwrap();
        let told = told(lang, &describe(&document, &Catalogue::built_in()), "471029385561");
        let lines =
            |told: Told| std::iter::once(told.text).chain(told.more).map(|rich| rich.plain()).collect::<Vec<_>>();
        told.into_iter().flat_map(lines).collect()
    }

    const INVOICES: &str = r#"{"Version": "2012-10-17", "Statement": [
        {"Effect": "Allow", "Action": ["bos:GetObject", "bos:ListObjects"],
         "Resource": "crn:bos:bj:471029385561:invoices-2026/*",
         "Condition": {"IpAddress": {"aws:SourceIp": "203.0.113.0/24"}, "StringEquals": {"aws:PrincipalTag/Team": ["a", "b"]}}},
        {"Effect": "Deny", "NotAction": ["iam:*", "bos:Get*"], "NotResource": ["crn:fc:*:1:function/a", "crn:bos:*:*:*"],
         "Condition": {"ForAllValues:StringNotLikeIfExists": {"aws:TagKeys": ["x", "y"]}}}]}"#;

    #[test]
    fn statements_are_told_in_english() {
        let wanted = [
            "May use bos:GetObject and bos:ListObjects on object invoices-2026/* in bj",
            "only if the source address is in 203.0.113.0/24",
            "and the caller’s tag Team is a or b",
            "May never do everything but everything in IAM and bos:Get* on everything but function function/a of account 1 and everything of Bos",
            "if each value of the names of the tags is not like x or y, where the request has it",
            "beats every allow, also of other policies",
        ];
        assert_eq!(said(Lang::En, INVOICES, Purpose::Identity), wanted);
    }

    #[test]
    fn statements_are_told_in_chinese() {
        let wanted = [
            "允许对对象 invoices-2026/*（区域 bj）执行 bos:GetObject 和 bos:ListObjects",
            "仅当来源地址属于 203.0.113.0/24",
            "并且调用者的标签 Team 是 a 或 b",
        ];
        assert_eq!(said(Lang::Zh, INVOICES, Purpose::Identity)[..3], wanted);
    }

    #[test]
    fn trust_documents_say_whom_they_trust() {
        let text = r#"{"Statement":[{"Effect":"Allow","Principal":{"AWS":["arn:aws:iam::1:user/a"],"Service":"fc"},"Action":"sts:AssumeRole"}]}"#;
        let wanted = ["user a of account 1 and service fc: May use sts:AssumeRole"];
        assert_eq!(said(Lang::En, text, Purpose::Trust), wanted);
    }

    #[test]
    fn every_relation_and_level_has_words_in_both_languages() {
        for lang in [Lang::En, Lang::Zh] {
            let words = Words { lang, account: "" };
            for relation in Relation::ALL {
                let id = format!("sentence-relation-{}", relation.word().replace('_', "-"));
                assert!(words.known(&id, &[("key", "k"), ("values", "v")]).is_some(), "{id}");
            }
            for level in [Level::Read, Level::List, Level::Write, Level::Manage] {
                for form in [Form::Done, Form::LeftOut] {
                    assert!(!words.level(level, form).contains('⟦'));
                }
            }
            for key in policy::key::GLOBAL {
                assert!(words.known(&format!("sentence-key-{key}"), &[("tag", "t")]).is_some(), "{key}");
            }
            for service in Catalogue::built_in().services() {
                for shape in &service.resources {
                    assert!(words.known(&format!("sentence-shape-{}", shape.name), &[]).is_some(), "{}", shape.name);
                }
            }
        }
    }
}
