use std::{collections::BTreeMap, collections::BTreeSet, path::Path};

use super::*;

/// Ids of a file, each with its variables.
fn ids(text: &str) -> BTreeMap<String, BTreeSet<String>> {
    assert!(FluentResource::try_new(text.to_owned()).is_ok(), "it cannot be read: {text:.200}");
    let mut found: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    let mut current = String::new();
    for line in text.lines() {
        if let Some((id, _)) =
            line.split_once(" =").filter(|(id, _)| !id.starts_with([' ', '#', '-']) && !id.contains(' '))
        {
            id.clone_into(&mut current);
            assert!(!found.contains_key(&current), "`{current}` is there twice");
            found.entry(current.clone()).or_default();
        }
        for piece in line.split('$').skip(1) {
            let name: String =
                piece.chars().take_while(|c| c.is_ascii_alphanumeric() || *c == '_' || *c == '-').collect();
            found.entry(current.clone()).or_default().insert(name);
        }
    }
    found
}

#[test]
fn both_languages_have_the_same_messages_with_the_same_variables() {
    let mut all = BTreeSet::new();
    for (file, english, chinese) in FILES {
        let (english, chinese) = (ids(english), ids(chinese));
        assert_eq!(english, chinese, "{file}.ftl");
        for id in english.into_keys() {
            assert!(all.insert(id.clone()), "`{id}` of {file}.ftl is in another file, too");
        }
    }
}

/// All ids that stand in a text as `t("…` or `say("…`: those that end in a hyphen are completed when the program runs.
fn used(text: &str) -> Vec<String> {
    let mut found = Vec::new();
    for marker in ["t(\"", "t1(\"", "t2(\"", "tn(\"", "say(\""] {
        for piece in text.split(marker).skip(1) {
            let id: String = piece.chars().take_while(|c| *c != '"').collect();
            if id.contains('-') && id.chars().all(|c| c.is_ascii_alphanumeric() || c == '-') && !id.ends_with('-') {
                found.push(id);
            }
        }
    }
    found
}

fn walk(folder: &Path, each: &mut dyn FnMut(&Path, &str)) {
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            walk(&path, each);
        } else if let Ok(text) = std::fs::read_to_string(&path) {
            each(&path, &text);
        }
    }
}

#[test]
fn every_message_that_is_used_is_there_and_every_file_is_listed() {
    let known: BTreeSet<String> = FILES.iter().flat_map(|(_, english, _)| ids(english).into_keys()).collect();
    let home = Path::new(env!("CARGO_MANIFEST_DIR"));
    for folder in ["templates", "src"] {
        walk(&home.join(folder), &mut |path, text| {
            for id in used(text) {
                assert!(known.contains(&id), "`{id}`, used in {}, is not there", path.display());
            }
        });
    }
    walk(&home.join("text/en"), &mut |path, _| {
        let name = path.file_stem().unwrap().to_string_lossy();
        assert!(FILES.iter().any(|(file, ..)| *file == name), "{name}.ftl is in no list");
    });
}

#[test]
fn the_language_is_the_best_liked_that_we_speak() {
    assert_eq!(Lang::accepted(""), Lang::En);
    assert_eq!(Lang::accepted("fr, de;q=0.5"), Lang::En);
    assert_eq!(Lang::accepted("zh-CN,zh;q=0.9,en;q=0.8"), Lang::Zh);
    assert_eq!(Lang::accepted("en;q=0.7, zh-TW;q=0.8"), Lang::Zh);
    assert_eq!(Lang::accepted("zh;q=0, en"), Lang::En);
    assert_eq!(Lang::accepted("zh;q=NaN, en"), Lang::En);
}

#[test]
fn a_missing_message_cannot_be_overlooked() {
    let missing = ["no", "such", "message"].join("-");
    assert_eq!(Lang::En.say(&missing, &[]), "⟦no-such-message⟧");
}

#[test]
fn large_numbers_are_read_in_thousands() {
    for (digits, read) in
        [("0", "0"), ("999", "999"), ("1000", "1,000"), ("100000", "100,000"), ("1234567.5", "1,234,567.5")]
    {
        assert_eq!(in_thousands(digits), read);
    }
    assert_eq!(Lang::En.say("overview-of", &[("limit", 100_000_u64.into())]), "of 100,000");
    assert_eq!(Lang::Zh.say("overview-of", &[("limit", 100_000_u64.into())]), "共 100,000");
}
