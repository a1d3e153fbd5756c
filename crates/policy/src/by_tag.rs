//! Policies by tag: who may do what to whatever bears certain tags.
//!
//! ```
//! use policy::{builder, by_tag::{ByTag, Grant, Tag, model}, builder::Chosen, catalogue::{Catalogue, Level}};
//!
//! let catalogue = Catalogue::built_in();
//! let grants = vec![Grant { service: "bos".to_owned(), chosen: Chosen::Levels(vec![Level::Read, Level::Write]) }];
//! let tags = vec![Tag { key: "stage".to_owned(), values: vec!["test".to_owned(), "dev".to_owned()] }];
//! let text = builder::document(&model(&ByTag { grants, tags, lists: true }, &catalogue), &catalogue).unwrap();
//! assert!(text.contains(r#""claviger:ResourceTag/stage": ["test", "dev"]"#));
//! ```

use crate::{
    builder::{Actions, Chosen, Condition, Model, Row},
    catalogue::{Catalogue, Level, service::ActionEntry},
    condition::Operator,
    document::Effect,
};

/// What a policy by tag allows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ByTag {
    /// Which actions.
    pub grants: Vec<Grant>,
    /// What a resource must bear: all of these tags.
    pub tags: Vec<Tag>,
    /// Whether seeing which resources there are is allowed, too: it is done to no resource in particular, so that no tag
    /// is there to be asked for.
    pub lists: bool,
}

/// Some actions of a service.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Grant {
    /// The prefix of its actions.
    pub service: String,
    /// Which of them.
    pub chosen: Chosen,
}

/// A tag that a resource bears.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Tag {
    /// Its key.
    pub key: String,
    /// Its values: one that the resource has is enough.
    pub values: Vec<String>,
}

/// The rows that say it: for each service one on the condition that the tags are there and, where that is wanted, one
/// without for what is listed.
pub fn model(by_tag: &ByTag, catalogue: &Catalogue) -> Model {
    let conditions: Vec<Condition> = by_tag.tags.iter().map(condition).collect();
    let tagged = by_tag.grants.iter().map(|grant| Row {
        conditions: conditions.clone(),
        ..Row::new(Effect::Allow, &grant.service, grant.chosen.clone())
    });
    let mut rows: Vec<Row> = tagged.collect();
    if by_tag.lists {
        for grant in &by_tag.grants {
            let known = catalogue.service(&grant.service).map(|service| service.actions.as_slice()).unwrap_or_default();
            let names: Vec<String> =
                known.iter().filter(|action| lists(action)).map(|action| action.name.clone()).collect();
            let actions = Actions::Of(grant.service.clone(), Chosen::Named(names.clone()));
            let row = Row { actions, ..Row::new(Effect::Allow, &grant.service, Chosen::All) };
            if !names.is_empty() && !rows.contains(&row) {
                rows.push(row);
            }
        }
    }
    Model { id: None, rows }
}

/// Whether it shows what there is without being done to something that could bear a tag.
fn lists(action: &ActionEntry) -> bool {
    action.level == Level::List && action.on.is_empty()
}

fn condition(tag: &Tag) -> Condition {
    // A value is meant as it stands, and is not a variable.
    let values: Vec<String> = tag.values.iter().map(|value| value.replace("${", "${$}{")).collect();
    let values: Vec<&str> = values.iter().map(String::as_str).collect();
    Condition::new(Operator::StringEquals, &format!("claviger:ResourceTag/{}", tag.key), &values)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        builder,
        describe::describe,
        document::Purpose,
        grammar::{Flavour, parse_new},
    };

    #[test]
    fn tags_are_asked_for_where_there_are_some() {
        let catalogue = Catalogue::built_in();
        let grant = |service: &str, chosen| Grant { service: service.to_owned(), chosen };
        let tag = |key: &str, values: &[&str]| Tag {
            key: key.to_owned(),
            values: values.iter().map(|&value| value.to_owned()).collect(),
        };
        let by_tag = ByTag {
            grants: vec![grant("bos", Chosen::All), grant("fc", Chosen::Named(vec!["GetFunction".to_owned()]))],
            tags: vec![tag("stage", &["test"]), tag("Team", &["a", "${x}"])],
            lists: true,
        };
        let text = builder::document(&model(&by_tag, &catalogue), &catalogue).unwrap();
        let document = parse_new(&text, Flavour::Native, Purpose::Identity).unwrap();
        let said: Vec<String> = describe(&document, &catalogue).iter().map(ToString::to_string).collect();
        let when = "if `claviger:ResourceTag/stage` is test and `claviger:ResourceTag/Team` is a or ${$}{x}";
        let wanted = [
            format!("Allows everything in Bos on everything, {when}."),
            format!("Allows fc:GetFunction on everything, {when}."),
            "Allows bos:ListBuckets on everything.".to_owned(),
            "Allows fc:ListFunctions and fc:ListLayers on everything.".to_owned(),
        ];
        assert_eq!(said, wanted);
    }
}
