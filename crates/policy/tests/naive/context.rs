//! The request's context: keys and their values.

use super::json;
use serde_json::Value;

/// The keys that every service has, without their prefix; the names that end in `/` are followed by a tag's key.
const GLOBAL: [&str; 21] = [
    "currenttime",
    "epochtime",
    "multifactorauthage",
    "multifactorauthpresent",
    "principalaccount",
    "principalarn",
    "principaltag/",
    "principaltrn",
    "principaltype",
    "referer",
    "requestedregion",
    "requesttag/",
    "resourcetag/",
    "securetransport",
    "sourceip",
    "tagkeys",
    "tokenissuetime",
    "useragent",
    "userid",
    "username",
    "sourceidentity",
];

/// Keys by their one spelling.
pub(crate) struct Context(Vec<(String, Vec<String>)>);

impl Context {
    /// The values of a key; none where it is absent.
    pub(crate) fn values(&self, name: &str) -> &[String] {
        let name = one_spelling(name);
        self.0.iter().find(|(key, _)| *key == name).map_or(&[], |(_, values)| values.as_slice())
    }
}

/// Reads `{key: "text" | ["several"]}`.
pub(crate) fn read(value: &Value) -> Result<Context, String> {
    let mut context = Vec::new();
    if value.is_null() {
        return Ok(Context(context));
    }
    for (name, values) in json::object(value)? {
        let values = match values {
            Value::Array(list) => {
                list.iter().map(|one| json::text(one).map(str::to_owned)).collect::<Result<Vec<_>, _>>()?
            }
            one => vec![json::text(one)?.to_owned()],
        };
        let name = one_spelling(name);
        if context.iter().any(|(key, _)| *key == name) {
            return Err(format!("`{name}` comes twice"));
        }
        context.push((name, values));
    }
    Ok(Context(context))
}

fn one_spelling(name: &str) -> String {
    let name = name.to_ascii_lowercase();
    for prefix in ["aws:", "volc:", "claviger:"] {
        if let Some(rest) = name.strip_prefix(prefix)
            && GLOBAL
                .iter()
                .any(|global| if global.ends_with('/') { rest.starts_with(global) } else { rest == *global })
        {
            return format!("global:{rest}");
        }
    }
    name
}
