//! The catalogue's files, for the level of an action and for a service's own words.

use std::sync::OnceLock;
use std::{env, fs};
use toml::{Table, Value};

/// The level of an action, where the catalogue has it.
pub(crate) fn level(service: &str, action: &str) -> Option<String> {
    let actions = member(file(service)?, "actions")?.as_table()?;
    let (_, described) = actions.iter().find(|(name, _)| name.eq_ignore_ascii_case(action))?;
    Some(described.get("level")?.as_str()?.to_owned())
}

/// The actions that a service's own word stands for.
pub(crate) fn word(service: &str, word: &str) -> Option<Vec<String>> {
    let words = member(file(service)?, "words")?.as_table()?;
    let (_, actions) = words.iter().find(|(name, _)| name.eq_ignore_ascii_case(word))?;
    Some(actions.as_array()?.iter().filter_map(Value::as_str).map(str::to_owned).collect())
}

fn member<'a>(file: &'a Table, name: &str) -> Option<&'a Value> {
    file.get(name)
}

fn file(service: &str) -> Option<&'static Table> {
    files()
        .iter()
        .find(|file| file.get("service").and_then(Value::as_str).is_some_and(|name| name.eq_ignore_ascii_case(service)))
}

/// All files, read once: they do not change while the tests run.
fn files() -> &'static [Table] {
    static FILES: OnceLock<Vec<Table>> = OnceLock::new();
    FILES.get_or_init(|| {
        let folder = format!("{}/../../catalogue", env!("CARGO_MANIFEST_DIR"));
        let mut tables = Vec::new();
        for entry in fs::read_dir(&folder).expect("the repository has a catalogue") {
            let path = entry.expect("the catalogue can be listed").path();
            if path.extension().is_some_and(|extension| extension == "toml") {
                let text = fs::read_to_string(&path).expect("a file of the catalogue can be read");
                tables.push(text.parse().expect("a file of the catalogue is TOML"));
            }
        }
        tables
    })
}
