//! The core's rules in the reader's language.
//!
//! The core says in English what breaks a rule. A message is found by those words: each number counts as `n`, and what
//! stands in backticks as `x`, and they are the message's variables `$a`, `$b` …, in their order. So the rule ``must have
//! 3 to 63 of `-_` `` is the message `rule-must-have-n-to-n-of-x`. What has no message is told as the core says it.

use crate::text::{Lang, Value};

/// What the variables are called.
const VARIABLES: [&str; 6] = ["a", "b", "c", "d", "e", "f"];

/// What must hold of a value, as it completes "the name …".
pub(crate) fn rule(lang: Lang, text: &str) -> String {
    translated(lang, "rule", text)
}

/// What a value is of.
pub(crate) fn field(lang: Lang, text: &str) -> String {
    translated(lang, "field", text)
}

fn translated(lang: Lang, kind: &str, text: &str) -> String {
    if lang == Lang::En {
        return text.to_owned();
    }
    let (slug, parts) = pattern(text);
    let values: Vec<(&str, Value<'_>)> =
        VARIABLES.into_iter().zip(&parts).map(|(name, part)| (name, Value::Text(part))).collect();
    let told = lang.say(&format!("{kind}-{slug}"), &values);
    if told.starts_with('⟦') { text.to_owned() } else { told }
}

/// A text's letters, joined by hyphens.
pub(crate) fn slug(text: &str) -> String {
    pattern(text).0
}

/// What of a text is the same each time, and the parts that are not.
fn pattern(text: &str) -> (String, Vec<&str>) {
    let (mut words, mut parts) = (Vec::new(), Vec::new());
    for (index, piece) in text.split('`').enumerate() {
        if index % 2 == 1 {
            words.push("x".to_owned());
            parts.push(piece);
            continue;
        }
        for word in piece.split(|c: char| !c.is_ascii_alphanumeric()).filter(|word| !word.is_empty()) {
            if word.bytes().all(|byte| byte.is_ascii_digit()) {
                words.push("n".to_owned());
                parts.push(word);
            } else {
                words.push(word.to_ascii_lowercase());
            }
        }
    }
    (words.join("-"), parts)
}

#[cfg(test)]
mod tests {
    use std::{collections::BTreeSet, path::Path};

    use super::*;

    /// What nobody meets in a form of the console: commands of the operator, and what only the API brings.
    const NOT_IN_FORMS: [&str; 10] = [
        "audit/event.rs",
        "audit/sinks",
        "audit/verify.rs",
        "db/",
        "master_keys/",
        "partner_accounts/",
        "quotas/",
        "simulation/",
        "sessions/",
        "tests",
    ];

    #[test]
    fn numbers_and_what_stands_in_backticks_are_variables() {
        assert_eq!(slug("must have 3 to 63 of `-_9`"), "must-have-n-to-n-of-x");
        assert_eq!(slug("API key"), "api-key");
        let told = rule(Lang::Zh, "must be from 8 to 32");
        assert!(told.contains('8') && told.contains("32") && !told.contains("must"), "{told}");
        assert_eq!(rule(Lang::En, "must be from 8 to 32"), "must be from 8 to 32");
        assert_eq!(rule(Lang::Zh, "must be something new"), "must be something new");
    }

    /// The first two arguments of each call of `name` in `code`, where they are texts. What is filled in is a number.
    fn arguments(code: &str, name: &str) -> Vec<[Option<String>; 2]> {
        let read = |call: &str| {
            let (first, rest) = argument(call);
            let second = rest.trim_start().strip_prefix(',').and_then(|rest| argument(rest).0);
            [first, second]
        };
        code.split(name).skip(1).map(read).collect()
    }

    /// A text at the beginning of `code`, and what follows; of a name, what follows it.
    fn argument(code: &str) -> (Option<String>, &str) {
        let code = code.trim_start().trim_start_matches("format!(").trim_start_matches("format_args!(");
        match code.strip_prefix('"').and_then(|code| code.split_once('"')) {
            Some((text, rest)) => (Some(filled_in(text)), rest),
            None => (None, code.trim_start_matches(|c: char| c.is_ascii_alphanumeric() || c == '_')),
        }
    }

    fn filled_in(text: &str) -> String {
        let mut told = String::new();
        let mut rest = text;
        while let Some((fixed, behind)) = rest.split_once('{') {
            told.push_str(fixed);
            told.push('1');
            rest = behind.split_once('}').map_or("", |(_, rest)| rest);
        }
        told + rest
    }

    fn sources(folder: &Path, each: &mut dyn FnMut(&str)) {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            let shown = path.to_string_lossy().into_owned();
            if NOT_IN_FORMS.iter().any(|part| shown.contains(&format!("/{part}"))) {
                continue;
            }
            if path.is_dir() {
                sources(&path, each);
            } else if path.extension().is_some_and(|extension| extension == "rs") {
                let text = std::fs::read_to_string(&path).unwrap();
                each(text.split("#[cfg(test)]").next().unwrap());
            }
        }
    }

    #[test]
    fn every_rule_that_a_form_can_break_has_words() {
        let home = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
        let (mut rules, mut fields) = (BTreeSet::new(), BTreeSet::new());
        sources(&home.join("iam/src"), &mut |code| {
            for [field, rule] in arguments(code, "Error::invalid(") {
                fields.extend(field);
                rules.extend(rule);
            }
            rules.extend(arguments(code, "broken(").into_iter().filter_map(|[rule, _]| rule));
            rules.extend(
                code.split("let rule = \"").skip(1).filter_map(|text| text.split('"').next()).map(str::to_owned),
            );
            for name in ["check_plain(", "check_text(", "check(", "checked("] {
                fields.extend(arguments(code, name).into_iter().filter_map(|[field, _]| field));
            }
        });
        let names = std::fs::read_to_string(home.join("base/src/text.rs")).unwrap();
        rules.extend(arguments(&names, "#[error(").into_iter().filter_map(|[rule, _]| rule));
        let is_known = |kind: &str, text: &str| translated(Lang::Zh, kind, text) != text;
        let missing: Vec<String> = [("rule", &rules), ("field", &fields)]
            .into_iter()
            .flat_map(|(kind, texts)| {
                texts.iter().filter(move |text| !is_known(kind, text)).map(move |text| (kind, text))
            })
            .map(|(kind, text)| format!("{kind}-{} = {text}", slug(text)))
            .collect();
        assert!(rules.len() > 25 && fields.len() > 15, "{} rules, {} fields", rules.len(), fields.len());
        assert!(missing.is_empty(), "there are no Chinese words in rules.ftl for\n{}", missing.join("\n"));
    }
}
