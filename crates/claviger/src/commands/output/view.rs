//! Which members of an answer are shown, under which titles.

use serde_json::Value;

use super::{csv, table};

/// How things of a kind are shown.
pub(crate) struct View {
    /// What they are, for when there are none.
    pub(crate) things: &'static str,
    /// A title, and the member that stands under it; of an inner object with a dot between the names.
    pub(crate) columns: &'static [(&'static str, &'static str)],
}

impl View {
    /// A table for people, with a line of titles.
    pub(crate) fn table(&self, items: &[Value]) -> String {
        if items.is_empty() {
            return format!("no {}", self.things);
        }
        let cells =
            |item| self.columns.iter().map(move |(_, member)| text(item, member).unwrap_or_else(|| "-".to_owned()));
        let rows: Vec<Vec<String>> = items.iter().map(|item| cells(item).collect()).collect();
        table::columns(&self.titles(), &rows)
    }

    /// One thing for people: a line for each member that it has.
    pub(crate) fn lines(&self, item: &Value) -> String {
        let lines = self.columns.iter().filter_map(|(title, member)| Some(((*title).to_owned(), text(item, member)?)));
        table::pairs(&lines.collect::<Vec<_>>())
    }

    /// For spreadsheets, with a line of titles.
    pub(crate) fn csv(&self, items: &[Value]) -> String {
        let row = |item| self.columns.iter().map(move |(_, member)| raw(item, member).unwrap_or_default());
        let rows = items.iter().map(|item| csv::line(row(item)));
        std::iter::once(csv::line(self.titles().iter().map(|title| (*title).to_owned())))
            .chain(rows)
            .collect::<Vec<_>>()
            .join("\n")
    }

    fn titles(&self) -> Vec<&'static str> {
        self.columns.iter().map(|(title, _)| *title).collect()
    }
}

/// A member for people. `None` where it has no value, or an empty one.
fn text(item: &Value, member: &str) -> Option<String> {
    match find(item, member)? {
        Value::Bool(true) => Some("yes".to_owned()),
        Value::Bool(false) => Some("no".to_owned()),
        value => Some(word(value)).filter(|text| !text.is_empty()),
    }
}

fn raw(item: &Value, member: &str) -> Option<String> {
    find(item, member).map(word)
}

fn find<'a>(item: &'a Value, member: &str) -> Option<&'a Value> {
    member.split('.').try_fold(item, |value, name| value.get(name)).filter(|value| !value.is_null())
}

/// Any value in one line.
fn word(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        Value::Array(values) => values.iter().map(word).collect::<Vec<_>>().join(", "),
        Value::Object(members) => {
            members.iter().map(|(name, value)| format!("{name}={}", word(value))).collect::<Vec<_>>().join(", ")
        }
        other => other.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    const THINGS: View = View {
        things: "things",
        columns: &[("name", "name"), ("on", "enabled"), ("inside", "inner.name"), ("tags", "tags")],
    };

    fn things() -> [Value; 2] {
        [
            json!({ "name": "张三", "enabled": true, "inner": { "name": "x" }, "tags": { "a": "1", "b": "2" } }),
            json!({ "name": "=1+1", "enabled": false, "tags": {}, "other": 7 }),
        ]
    }

    #[test]
    fn people_get_a_table() {
        let wanted = "name  on   inside  tags\n张三  yes  x       a=1, b=2\n=1+1  no   -       -";
        assert_eq!(THINGS.table(&things()), wanted);
        assert_eq!(THINGS.table(&[]), "no things");
        assert_eq!(THINGS.lines(&things()[1]), "name  =1+1\non    no");
    }

    #[test]
    fn spreadsheets_get_lines_with_commas() {
        let wanted = "name,on,inside,tags\n张三,true,x,\"a=1, b=2\"\n'=1+1,false,,";
        assert_eq!(THINGS.csv(&things()), wanted);
        assert_eq!(THINGS.csv(&[]), "name,on,inside,tags");
    }
}
