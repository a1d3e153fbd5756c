//! One row: effect, service, actions, resources, conditions.

use policy::{
    builder::{Actions, Chosen, Part, Row, Wrong},
    catalogue::{Catalogue, Level, service::Service},
    document::Effect,
};

use super::{
    conditions::{self, ConditionView},
    wrongs_of,
};
use crate::{
    chrome::Chrome,
    form::Form,
    text::{Lang, Value},
};

/// The most resources and conditions of a row in a form.
const PARTS_MAX: usize = 100;
const LEVELS: [Level; 4] = [Level::Read, Level::List, Level::Write, Level::Manage];

/// Which actions of a service are meant.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Which {
    All,
    Levels,
    Named,
}

/// A row as it is typed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Draft {
    pub(crate) id: String,
    pub(crate) denies: bool,
    /// The service's prefix; empty for all services.
    pub(crate) service: String,
    pub(crate) which: Which,
    pub(crate) levels: Vec<Level>,
    /// Actions of the catalogue that are ticked.
    pub(crate) actions: Vec<String>,
    /// Other names, and patterns, with space between them.
    pub(crate) more: String,
    pub(crate) resources: Vec<String>,
    pub(crate) conditions: Vec<conditions::Draft>,
}

/// What showing a row takes.
pub(crate) struct Shown<'a> {
    pub(crate) lang: Lang,
    pub(crate) catalogue: &'a Catalogue,
    pub(crate) open: bool,
}

/// A row as a page shows it.
pub(crate) struct RowView {
    pub(crate) place: usize,
    pub(crate) open: bool,
    pub(crate) draft: Draft,
    /// What it says in a few words.
    pub(crate) summary: String,
    /// Prefix and words of each service, and whether it is chosen.
    pub(crate) services: Vec<(String, String, bool)>,
    /// Word of a level, how many actions have it, and whether it is ticked.
    pub(crate) levels: Vec<(&'static str, usize, bool)>,
    pub(crate) actions: Vec<ActionView>,
    /// The kinds of resource of the service: name, and how such a one is spelled.
    pub(crate) shapes: Vec<(String, String)>,
    pub(crate) conditions: Vec<ConditionView>,
    pub(crate) wrong_id: Vec<String>,
    pub(crate) wrong_actions: Vec<String>,
    pub(crate) wrong_resources: Vec<String>,
    pub(crate) wrong_conditions: Vec<String>,
}

/// An action that can be ticked.
pub(crate) struct ActionView {
    pub(crate) name: String,
    pub(crate) about: String,
    pub(crate) level: &'static str,
    pub(crate) on: bool,
}

impl Draft {
    /// A row that allows reading in the first service.
    pub(crate) fn begin(catalogue: &Catalogue) -> Self {
        let service = catalogue.services().first().map(|service| service.name.clone()).unwrap_or_default();
        Self {
            id: String::new(),
            denies: false,
            service,
            which: Which::Levels,
            levels: vec![Level::Read, Level::List],
            actions: Vec::new(),
            more: String::new(),
            resources: Vec::new(),
            conditions: Vec::new(),
        }
    }

    pub(crate) fn of(row: &Row) -> Self {
        let mut draft = Self {
            id: row.id.clone().unwrap_or_default(),
            denies: row.effect == Effect::Deny,
            service: String::new(),
            which: Which::All,
            levels: Vec::new(),
            actions: Vec::new(),
            more: String::new(),
            resources: row.resources.clone(),
            conditions: row.conditions.iter().map(conditions::Draft::of).collect(),
        };
        if let Actions::Of(service, chosen) = &row.actions {
            draft.service.clone_from(service);
            match chosen {
                Chosen::All => {}
                Chosen::Levels(levels) => (draft.which, draft.levels) = (Which::Levels, levels.clone()),
                Chosen::Named(names) => (draft.which, draft.actions) = (Which::Named, names.clone()),
            }
        }
        draft
    }

    pub(crate) fn read(form: &Form, place: usize, catalogue: &Catalogue) -> Self {
        let field = |name: &str| format!("r{place}-{name}");
        let text = |name: &str| form.get(&field(name)).trim().to_owned();
        let count = |name: &str| text(name).parse().unwrap_or(0_usize).min(PARTS_MAX);
        let levels = field("level");
        let levels: Vec<&str> = form.all(&levels).collect();
        let actions = field("action");
        let actions: Vec<String> = form.all(&actions).map(str::to_owned).collect();
        let resources = field("resource");
        let which = match text("which").as_str() {
            "levels" => Which::Levels,
            "named" => Which::Named,
            _ => Which::All,
        };
        let service = text("service");
        // Ticks of the service that was chosen before mean nothing in another.
        let stays = |name: &String| service == text("was") || catalogue.entry(&service, name).is_some();
        let conditions = 0..count("conditions");
        Self {
            id: text("id"),
            denies: text("effect") == "deny",
            which,
            levels: LEVELS.into_iter().filter(|level| levels.contains(&level.word())).collect(),
            actions: actions.into_iter().filter(stays).collect(),
            more: text("more"),
            resources: form.all(&resources).map(|resource| resource.trim().to_owned()).take(PARTS_MAX).collect(),
            conditions: conditions
                .map(|number| conditions::Draft::read(form, &field(&format!("c{number}")), catalogue))
                .collect(),
            service,
        }
    }

    /// Does what a button of the row asks for.
    pub(crate) fn press(&mut self, what: &str, rest: &str, catalogue: &Catalogue) -> bool {
        let at = rest.parse::<usize>().ok();
        match what {
            "resource" => {
                let shape = catalogue
                    .service(&self.service)
                    .and_then(|service| service.resources.iter().find(|shape| shape.name == rest));
                let path = shape.map_or_else(|| "*".to_owned(), policy::catalogue::service::Shape::pattern);
                let service = if self.service.is_empty() { "*" } else { &self.service };
                self.resources.push(format!("crn:{service}:*:*:{path}"));
            }
            "condition" => self.conditions.push(conditions::Draft::begin()),
            "unresource" => match at.filter(|at| *at < self.resources.len()) {
                Some(at) => drop(self.resources.remove(at)),
                None => return false,
            },
            "uncondition" => match at.filter(|at| *at < self.conditions.len()) {
                Some(at) => drop(self.conditions.remove(at)),
                None => return false,
            },
            _ => return false,
        }
        true
    }

    pub(crate) fn model(&self) -> Row {
        let chosen = match self.which {
            Which::All => Chosen::All,
            Which::Levels => Chosen::Levels(self.levels.clone()),
            Which::Named => {
                let mut names = self.actions.clone();
                let more = self.more.split(|char: char| char.is_whitespace() || char == ',');
                for name in more.filter(|name| !name.is_empty()) {
                    // People paste them with the service.
                    let bare = name.strip_prefix(&format!("{}:", self.service)).unwrap_or(name);
                    if !names.iter().any(|known| known == bare) {
                        names.push(bare.to_owned());
                    }
                }
                Chosen::Named(names)
            }
        };
        let service = self.service.clone();
        Row {
            id: Some(self.id.clone()).filter(|id| !id.is_empty()),
            effect: if self.denies { Effect::Deny } else { Effect::Allow },
            actions: if service.is_empty() { Actions::Everything } else { Actions::Of(service, chosen) },
            resources: self.resources.iter().filter(|resource| !resource.is_empty()).cloned().collect(),
            conditions: self.conditions.iter().map(conditions::Draft::model).collect(),
        }
    }

    /// Whether a part of it has yet to be typed.
    pub(crate) fn is_unfinished(&self) -> bool {
        self.conditions.iter().any(conditions::Draft::is_unfinished)
    }

    pub(crate) fn view(&self, place: usize, wrong: &[&Wrong], shown: &Shown<'_>) -> RowView {
        let Shown { lang, catalogue, open } = shown;
        let service = catalogue.service(&self.service);
        let mut draft = self.clone();
        // What the catalogue does not have is typed, not ticked.
        let (known, unknown): (Vec<String>, Vec<String>) =
            draft.actions.drain(..).partition(|name| catalogue.entry(&self.service, name).is_some());
        draft.actions = known;
        let more = unknown.into_iter().chain(Some(draft.more).filter(|more| !more.is_empty()));
        draft.more = more.collect::<Vec<_>>().join(" ");
        RowView {
            place,
            open: *open,
            summary: self.summary(*lang, service),
            services: services(*lang, &self.service, catalogue),
            levels: LEVELS.into_iter().map(|level| self.level(level, service)).collect(),
            actions: service.map(|service| draft.ticks(service)).unwrap_or_default(),
            shapes: service.map(shapes).unwrap_or_default(),
            conditions: self.conditions.iter().map(|condition| condition.view(*lang, service, catalogue)).collect(),
            wrong_id: wrongs_of(*lang, wrong, Part::Id),
            wrong_actions: wrongs_of(*lang, wrong, Part::Actions),
            wrong_resources: wrongs_of(*lang, wrong, Part::Resources),
            wrong_conditions: wrongs_of(*lang, wrong, Part::Conditions),
            draft,
        }
    }

    fn level(&self, level: Level, service: Option<&Service>) -> (&'static str, usize, bool) {
        let actions = service.map(|service| service.actions.as_slice()).unwrap_or_default();
        let count = actions.iter().filter(|action| action.level == level).count();
        (level.word(), count, self.levels.contains(&level))
    }

    fn ticks(&self, service: &Service) -> Vec<ActionView> {
        let is_on = |name: &str| self.actions.iter().any(|ticked| ticked.eq_ignore_ascii_case(name));
        let of_level = |level: Level| service.actions.iter().filter(move |action| action.level == level);
        let all = LEVELS.into_iter().flat_map(of_level);
        all.map(|action| ActionView {
            name: action.name.clone(),
            about: action.about.clone(),
            level: action.level.word(),
            on: is_on(&action.name),
        })
        .collect()
    }

    /// How many actions, of what, on how many resources.
    fn summary(&self, lang: Lang, service: Option<&Service>) -> String {
        let title = service.map_or(self.service.as_str(), |service| service.title.as_str());
        let number = |count: usize| Value::from(count);
        let done = match self.which {
            _ if self.service.is_empty() => lang.say("policies-row-everything", &[]),
            Which::All => lang.say("policies-row-service", &[("service", title.into())]),
            Which::Levels => {
                let count = LEVELS.into_iter().filter(|level| self.levels.contains(level));
                let count = count.map(|level| self.level(level, service).1).sum();
                lang.say("policies-row-actions", &[("n", number(count)), ("service", title.into())])
            }
            Which::Named => {
                let Actions::Of(_, Chosen::Named(names)) = self.model().actions else { return String::new() };
                // A pattern stands for as many as there are.
                if let [one] = names.as_slice() {
                    return self.on(lang, &format!("{}:{one}", self.service));
                }
                lang.say("policies-row-actions", &[("n", number(names.len())), ("service", title.into())])
            }
        };
        self.on(lang, &done)
    }

    /// What is done, and on how many resources.
    fn on(&self, lang: Lang, done: &str) -> String {
        match self.resources.as_slice() {
            [] => lang.say("policies-row-on-everything", &[("done", done.into())]),
            [one] => lang.say("policies-row-on", &[("done", done.into()), ("resource", one.into())]),
            several => lang.say("policies-row-on-several", &[("done", done.into()), ("n", several.len().into())]),
        }
    }
}

impl RowView {
    /// The name of a field of this row.
    pub(crate) fn field(&self, name: &str) -> String {
        format!("r{}-{name}", self.place)
    }

    /// What the names of a condition's fields begin with.
    #[expect(clippy::trivially_copy_pass_by_ref, reason = "templates hand on references")]
    pub(crate) fn at(&self, condition: &usize) -> String {
        self.field(&format!("c{condition}"))
    }

    /// The message for how many of the actions are ticked.
    pub(crate) fn ticked_of(&self, c: &Chrome) -> String {
        let ticked = self.actions.iter().filter(|action| action.on).count();
        c.lang.say("policies-of", &[("n", ticked.into()), ("all", self.actions.len().into())])
    }

    pub(crate) fn is_of_all(&self) -> bool {
        self.draft.service.is_empty()
    }

    pub(crate) fn which(&self) -> &'static str {
        match self.draft.which {
            Which::All => "all",
            Which::Levels => "levels",
            Which::Named => "named",
        }
    }

    pub(crate) fn has_wrong(&self) -> bool {
        [&self.wrong_id, &self.wrong_actions, &self.wrong_resources, &self.wrong_conditions]
            .iter()
            .any(|wrong| !wrong.is_empty())
    }
}

fn services(lang: Lang, chosen: &str, catalogue: &Catalogue) -> Vec<(String, String, bool)> {
    let all = (String::new(), lang.say("policies-all-services", &[]), chosen.is_empty());
    let known = catalogue.services().iter().map(|service| {
        let words = format!("{}: {}", service.name, service.about.split([':', '.']).next().unwrap_or_default());
        (service.name.clone(), words, service.name == chosen)
    });
    let other = (!chosen.is_empty() && catalogue.service(chosen).is_none())
        .then(|| (chosen.to_owned(), chosen.to_owned(), true));
    std::iter::once(all).chain(known).chain(other).collect()
}

fn shapes(service: &Service) -> Vec<(String, String)> {
    let spelled = |path: &str| format!("crn:{}:*:*:{path}", service.name);
    service.resources.iter().map(|shape| (shape.name.clone(), spelled(&shape.path))).collect()
}
