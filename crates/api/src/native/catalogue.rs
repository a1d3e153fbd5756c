//! The catalogue: what services there are and what can be done with them. It is no secret of any account's, so it asks for
//! no permission.

use std::future::ready;

use policy::catalogue::service::{ActionEntry, KeyEntry, KeyType, On, Service, Shape, Word};
use serde::Serialize;

use super::{
    call::Call,
    describe::{Field, Kind, Schema, flag, list, one_of, text},
    endpoint::{Gives, Noun, get},
    error::Fault,
    response::Answer,
};

pub(super) static CATALOGUE: Noun = Noun {
    name: "catalogue",
    about: "What services there are, and what can be done with them. Every caller may ask.",
    endpoints: &[
        get("/api/v1/catalogue", "getCatalogue")
            .about("Lists services by name, each with its actions, resources and condition keys")
            .query(&[SERVICE_WANTED])
            .gives(Gives::Page(&SERVICE))
            .runs(|call| Box::pin(ready(services(&call)))),
        get("/api/v1/catalogue/keys", "getGlobalKeys")
            .about("Lists the condition keys that come with the actions of every service")
            .gives(Gives::List(&KEY))
            .runs(|call| Box::pin(ready(keys(&call)))),
    ],
};

const SERVICE_WANTED: Field = text("service", "Only the service with this name.").length(1, 128).example("bos");
const ABOUT: Field = text("about", "A sentence about it.").example("Reads an object.");
const LEVELS: &[&str] = &["read", "list", "write", "manage"];
const TYPES: &[&str] = &["text", "number", "date", "epoch", "bool", "address", "arn", "binary"];

static SERVICE: Schema = Schema {
    name: "Service",
    about: "A service.",
    fields: &[
        text("name", "What stands before the colon of its actions.").example("bos").required(),
        text("title", "What people call it.").example("Bos").required(),
        ABOUT.required(),
        list("resources", "What its actions are done to.", &Kind::Object(&SHAPE)).required(),
        list("keys", "Its own condition keys.", &Kind::Object(&KEY)).required(),
        list("words", "Its own words in access-control lists.", &Kind::Object(&WORD)).required(),
        list("actions", "Its actions.", &Kind::Object(&ACTION)).required(),
    ],
};

static SHAPE: Schema = Schema {
    name: "ResourceShape",
    about: "A kind of resource.",
    fields: &[
        text("name", "What it is called.").example("object").required(),
        text("path", "The path of such a resource, with `{…}` for what differs.")
            .example("{bucket}/{object}")
            .required(),
        text("pattern", "A pattern that all of them fit.").example("*/*").required(),
    ],
};

static KEY: Schema = Schema {
    name: "ConditionKey",
    about: "A condition key.",
    fields: &[
        text("name", "Its name; one that ends in `/` stands for a key per tag.").example("SourceIp").required(),
        one_of("type", "What its values are.", TYPES).required(),
        flag("several", "Whether a request may have several values for it.").required(),
        ABOUT.required(),
    ],
};

static WORD: Schema = Schema {
    name: "PermissionWord",
    about: "A word that stands for several actions.",
    fields: &[
        text("name", "The word.").example("INVOKE").required(),
        list("actions", "The names of the actions.", &Kind::Text(super::describe::TEXT)).required(),
    ],
};

static ACTION: Schema = Schema {
    name: "CatalogueAction",
    about: "An action of a service.",
    fields: &[
        text("name", "Its name, without the service.").example("GetObject").required(),
        one_of("level", "How much it can do.", LEVELS).required(),
        list("on", "What it is done to; nothing: only the resource `*` covers it.", &Kind::Object(&ON)).required(),
        list("keys", "The condition keys that come with it.", &Kind::Text(super::describe::TEXT)).required(),
        ABOUT.required(),
    ],
};

static ON: Schema = Schema {
    name: "DoneTo",
    about: "What an action is done to.",
    fields: &[
        text("service", "The service whose resource it is.").example("bos").required(),
        text("resource", "The kind of resource.").example("object").required(),
    ],
};

#[derive(Serialize)]
struct ServiceModel<'a> {
    name: &'a str,
    title: &'a str,
    about: &'a str,
    resources: Vec<ShapeModel<'a>>,
    keys: Vec<KeyModel<'a>>,
    words: Vec<WordModel<'a>>,
    actions: Vec<ActionModel<'a>>,
}

#[derive(Serialize)]
struct ShapeModel<'a> {
    name: &'a str,
    path: &'a str,
    pattern: String,
}

#[derive(Serialize)]
struct KeyModel<'a> {
    name: &'a str,
    r#type: &'static str,
    several: bool,
    about: &'a str,
}

#[derive(Serialize)]
struct WordModel<'a> {
    name: &'a str,
    actions: &'a [String],
}

#[derive(Serialize)]
struct ActionModel<'a> {
    name: &'a str,
    level: &'static str,
    on: Vec<OnModel<'a>>,
    keys: &'a [String],
    about: &'a str,
}

#[derive(Serialize)]
struct OnModel<'a> {
    service: &'a str,
    resource: &'a str,
}

impl<'a> From<&'a Service> for ServiceModel<'a> {
    fn from(service: &'a Service) -> Self {
        let Service { name, title, about, resources, keys, words, actions, .. } = service;
        Self {
            name,
            title,
            about,
            resources: resources.iter().map(ShapeModel::from).collect(),
            keys: keys.iter().map(KeyModel::from).collect(),
            words: words.iter().map(|Word { name, actions }| WordModel { name, actions }).collect(),
            actions: actions.iter().map(ActionModel::from).collect(),
        }
    }
}

impl<'a> From<&'a Shape> for ShapeModel<'a> {
    fn from(shape: &'a Shape) -> Self {
        Self { name: &shape.name, path: &shape.path, pattern: shape.pattern() }
    }
}

impl<'a> From<&'a KeyEntry> for KeyModel<'a> {
    fn from(key: &'a KeyEntry) -> Self {
        let r#type = match key.kind {
            KeyType::Text => "text",
            KeyType::Number => "number",
            KeyType::Date => "date",
            KeyType::Epoch => "epoch",
            KeyType::Bool => "bool",
            KeyType::Address => "address",
            KeyType::Arn => "arn",
            KeyType::Binary => "binary",
        };
        Self { name: &key.name, r#type, several: key.several, about: &key.about }
    }
}

impl<'a> From<&'a ActionEntry> for ActionModel<'a> {
    fn from(action: &'a ActionEntry) -> Self {
        let ActionEntry { name, level, on, keys, about } = action;
        let on = on.iter().map(|On { service, shape }| OnModel { service, resource: shape }).collect();
        Self { name, level: level.word(), on, keys, about }
    }
}

fn services(call: &Call) -> Result<Answer, Fault> {
    let catalogue = &call.asker.snapshot.system.catalogue;
    let (after, size) = (call.after(|name| Some(name.to_owned()))?, call.size()?.count());
    let wanted = call.parameter(SERVICE_WANTED.name);
    let of_page = catalogue.services().iter().filter(|service| {
        after.as_ref().is_none_or(|after| service.name > *after)
            && wanted.is_none_or(|wanted| service.name.eq_ignore_ascii_case(wanted))
    });
    let mut found: Vec<&Service> = of_page.take(size + 1).collect();
    let more = found.len() > size;
    found.truncate(size);
    let next = found.last().filter(|_| more).map(|service| service.name.as_str());
    let items: Vec<ServiceModel<'_>> = found.iter().copied().map(ServiceModel::from).collect();
    call.page(&items, next)
}

fn keys(call: &Call) -> Result<Answer, Fault> {
    let keys = call.asker.snapshot.system.catalogue.global_keys();
    Answer::list(&keys.iter().map(KeyModel::from).collect::<Vec<_>>())
}
