//! What the three steps of the form gather. What was typed in other steps travels in hidden fields; passwords never do.

use std::borrow::Cow;

use iam::{
    error::Result,
    policies::{PolicyRef, Scope},
    users::{Parts, Profile},
    values::{DisplayName, Email, EntityName, Mobile, Remarks},
};

use crate::{
    failure::sentence,
    form::{Field, Form},
    text::Lang,
};

/// How many users are made at a time.
pub(super) const MOST: usize = 20;
/// What stands before the name of a policy that the account wrote, and before one of the system's.
pub(super) const CUSTOM: &str = "custom/";
pub(super) const SYSTEM: &str = "system/";

/// A step of the form.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Step {
    Who,
    Access,
    Permissions,
}

impl Step {
    /// The step of that word; the first for any other.
    pub(super) fn of(word: &str) -> Self {
        match word {
            "access" => Self::Access,
            "permissions" => Self::Permissions,
            _ => Self::Who,
        }
    }
}

/// What is to be made.
#[expect(clippy::struct_excessive_bools, reason = "each is a box in the form")]
pub(super) struct Draft {
    pub(super) people: Vec<Person>,
    /// Whether they may sign in at the console.
    pub(super) console: bool,
    /// Whether somebody thinks of their password.
    pub(super) typed: bool,
    /// Whether such a password is for once only.
    pub(super) must_reset: bool,
    /// Whether each gets an access key.
    pub(super) access_key: bool,
    pub(super) administrator: bool,
    /// Names of groups.
    pub(super) groups: Vec<String>,
    /// Names of policies, each behind [`CUSTOM`] or [`SYSTEM`].
    pub(super) policies: Vec<String>,
}

/// Who is to be made.
#[derive(Clone)]
pub(super) struct Person {
    pub(super) name: Field,
    pub(super) display_name: Field,
    pub(super) email: Field,
    pub(super) mobile: Field,
    pub(super) remarks: Field,
}

impl Draft {
    /// What a form brings; what it begins with where none was sent yet.
    pub(super) fn of(form: &Form) -> Self {
        let is_fresh = !form.has("step");
        let count = form.get("people").parse().unwrap_or(1).clamp(1, MOST);
        Self {
            people: (0..count).map(|place| Person::of(form, place)).collect(),
            console: is_fresh || form.has("console"),
            typed: form.get("pwm") == "type",
            must_reset: is_fresh || form.has("must_reset"),
            access_key: form.has("access_key"),
            administrator: form.has("administrator"),
            groups: distinct(form.all("group")),
            policies: distinct(form.all("policy")),
        }
    }

    /// Does what a button of the first step asks: `add`, or `drop-` and a place.
    pub(super) fn change(&mut self, pressed: &str) {
        let place = pressed.strip_prefix("drop-").and_then(|place| place.parse::<usize>().ok());
        if pressed == "add" && self.people.len() < MOST {
            self.people.push(Person::of(&Form::default(), self.people.len()));
        } else if let Some(place) = place.filter(|place| *place < self.people.len() && self.people.len() > 1) {
            self.keep(|at, _| at != place);
        }
    }

    /// Keeps some of the people, who move up.
    pub(super) fn keep(&mut self, keep: impl Fn(usize, &Person) -> bool) {
        let kept = std::mem::take(&mut self.people).into_iter().enumerate();
        let kept = kept.filter(|(at, person)| keep(*at, person)).map(|(_, person)| person);
        self.people = kept.enumerate().map(|(place, person)| person.at(place)).collect();
    }

    /// Whether more can be added.
    pub(super) fn has_room(&self) -> bool {
        self.people.len() < MOST
    }

    /// Whether the same goes for several.
    pub(super) fn is_several(&self) -> bool {
        self.people.len() > 1
    }

    /// The name of the only one; empty where there are several.
    pub(super) fn only(&self) -> &str {
        self.people.first().filter(|_| !self.is_several()).map_or("", |person| person.name.value.trim())
    }

    /// The hidden fields of what other steps than this one ask for.
    pub(super) fn carried(&self, step: Step) -> Vec<(String, String)> {
        let mut fields = vec![("people".to_owned(), self.people.len().to_string())];
        let mut add = |name: &str, value: &str| fields.push((name.to_owned(), value.to_owned()));
        if step != Step::Who {
            for field in self.people.iter().flat_map(Person::fields).filter(|field| !field.value.is_empty()) {
                add(&field.name, &field.value);
            }
        }
        if step != Step::Access {
            let ticks = [("console", self.console), ("must_reset", self.must_reset), ("access_key", self.access_key)];
            ticks.iter().filter(|(_, on)| *on).for_each(|(name, _)| add(name, "on"));
            add("pwm", if self.typed { "type" } else { "generate" });
        }
        if step != Step::Permissions {
            self.groups.iter().for_each(|group| add("group", group));
            self.policies.iter().for_each(|policy| add("policy", policy));
            if self.administrator {
                add("administrator", "on");
            }
        }
        fields
    }

    /// The profiles, in order; `None` where a field cannot be taken, which then says why.
    pub(super) fn profiles(&mut self, lang: Lang) -> Option<Vec<Profile>> {
        let profiles: Vec<Option<Profile>> = self.people.iter_mut().map(|person| person.profile(lang)).collect();
        let mut seen: Vec<String> = Vec::new();
        for person in &mut self.people {
            let key = base::text::name_key(person.name.value.trim());
            if seen.contains(&key) {
                person.name.wrong(lang.say("users-name-twice", &[]));
            }
            seen.push(key);
        }
        let is_good = self.people.iter().all(|person| person.fields().all(|field| field.error.is_empty()));
        profiles.into_iter().collect::<Option<Vec<_>>>().filter(|_| is_good)
    }

    /// What one of them is to begin with, but for the way in.
    pub(super) fn parts(&self, profile: Profile) -> Parts {
        Parts {
            access_key: self.access_key,
            groups: self.groups.clone(),
            policies: self.policies.iter().map(|policy| reference(policy)).collect(),
            administrator: self.administrator,
            ..Parts::new(profile)
        }
    }
}

impl Person {
    fn of(form: &Form, place: usize) -> Self {
        let named = |name| spelled(name, place);
        let text = |name| Field::text(named(name), form.get(&named(name)));
        Self {
            name: Field::plain(named("name"), form.get(&named("name"))).required(),
            display_name: text("display_name"),
            email: text("email").kind("email"),
            mobile: text("mobile").kind("tel"),
            remarks: text("remarks"),
        }
    }

    /// The same in another place.
    fn at(mut self, place: usize) -> Self {
        self.name.name = spelled("name", place);
        self.display_name.name = spelled("display_name", place);
        self.email.name = spelled("email", place);
        self.mobile.name = spelled("mobile", place);
        self.remarks.name = spelled("remarks", place);
        self
    }

    pub(super) fn fields(&self) -> impl Iterator<Item = &Field> {
        [&self.name, &self.display_name, &self.email, &self.mobile, &self.remarks].into_iter()
    }

    fn profile(&mut self, lang: Lang) -> Option<Profile> {
        let name = read(lang, &mut self.name, EntityName::parse);
        let display_name = read(lang, &mut self.display_name, DisplayName::parse);
        let remarks = read(lang, &mut self.remarks, Remarks::parse);
        let email = read(lang, &mut self.email, optional(Email::parse));
        let mobile = read(lang, &mut self.mobile, optional(Mobile::parse));
        let mut profile = Profile::new(name?);
        (profile.display_name, profile.remarks) = (display_name?, remarks?);
        (profile.email, profile.mobile) = (email?, mobile?);
        Some(profile)
    }
}

/// The name of a field of the person in that place.
fn spelled(name: &'static str, place: usize) -> Cow<'static, str> {
    if place == 0 { Cow::Borrowed(name) } else { Cow::Owned(format!("{name}-{}", place + 1)) }
}

/// What was read, or what is wrong with it, said at the field.
fn read<T>(lang: Lang, field: &mut Field, parse: impl Fn(&str) -> Result<T>) -> Option<T> {
    let parsed = parse(field.value.trim());
    parsed.map_err(|error| field.wrong(sentence(lang, &error))).ok()
}

/// The same of what may be left out.
fn optional<T>(parse: impl Fn(&str) -> Result<T>) -> impl Fn(&str) -> Result<Option<T>> {
    move |text| if text.is_empty() { Ok(None) } else { parse(text).map(Some) }
}

fn distinct<'a>(values: impl Iterator<Item = &'a str>) -> Vec<String> {
    let mut all: Vec<String> = Vec::new();
    for value in values.filter(|value| !value.is_empty()) {
        if !all.iter().any(|known| known == value) {
            all.push(value.to_owned());
        }
    }
    all
}

/// The policy that a box stands for.
fn reference(policy: &str) -> PolicyRef {
    match (policy.strip_prefix(SYSTEM), policy.strip_prefix(CUSTOM)) {
        (Some(name), _) => PolicyRef::system(name),
        (_, Some(name)) => PolicyRef::custom(name),
        (None, None) => PolicyRef::Name { scope: Scope::Any, name: policy.to_owned() },
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn draft(fields: &[(&str, &str)]) -> Draft {
        Draft::of(&Form::of(fields.iter().copied()))
    }

    fn names(draft: &Draft) -> Vec<(&str, &str)> {
        draft.people.iter().map(|person| (&*person.name.name, person.name.value.as_str())).collect()
    }

    #[test]
    fn a_form_that_was_not_sent_yet_is_for_one_who_signs_in() {
        let fresh = draft(&[]);
        assert!(fresh.console && fresh.must_reset && !fresh.access_key && !fresh.typed && !fresh.administrator);
        assert_eq!(names(&fresh), [("name", "")]);
        assert!(!draft(&[("step", "access")]).console, "a box without a tick is not sent");
    }

    #[test]
    fn what_is_typed_comes_through_all_steps() {
        let sent = [
            ("step", "permissions"),
            ("people", "2"),
            ("name", "grace"),
            ("name-2", "heidi"),
            ("email-2", "h@x.example"),
            ("console", "on"),
            ("pwm", "type"),
            ("group", "crew"),
            ("policy", "system/Reader"),
            ("administrator", "on"),
        ];
        let first = draft(&sent);
        for step in [Step::Who, Step::Access, Step::Permissions] {
            let carried = first.carried(step);
            let own = sent.iter().filter(|(name, _)| !carried.iter().any(|(known, _)| known == name)).copied();
            let fields = carried.iter().map(|(name, value)| (name.as_str(), value.as_str())).chain(own);
            let again = Draft::of(&Form::of(fields.collect::<Vec<_>>()));
            assert_eq!(names(&again), [("name", "grace"), ("name-2", "heidi")], "{step:?}");
            let emails: Vec<&str> = again.people.iter().map(|person| person.email.value.as_str()).collect();
            assert_eq!(emails, ["", "h@x.example"]);
            assert!(again.console && again.typed && !again.must_reset && again.administrator);
            assert_eq!((again.groups, again.policies), (vec!["crew".to_owned()], vec!["system/Reader".to_owned()]));
        }
    }

    #[test]
    fn people_are_added_and_taken_away() {
        let mut some = draft(&[("step", "who"), ("people", "3"), ("name", "a"), ("name-2", "b"), ("name-3", "c")]);
        some.change("drop-1");
        assert_eq!(names(&some), [("name", "a"), ("name-2", "c")]);
        some.change("add");
        assert_eq!(names(&some).last(), Some(&("name-3", "")));
        for _ in 0..2 * MOST {
            some.change("add");
        }
        assert_eq!(some.people.len(), MOST);
        let mut one = draft(&[("step", "who"), ("name", "a")]);
        for pressed in ["drop-0", "drop-7", "drop-x", "something"] {
            one.change(pressed);
            assert_eq!(names(&one), [("name", "a")], "{pressed}");
        }
    }

    #[test]
    fn no_name_is_taken_twice() {
        let mut twice = draft(&[("step", "who"), ("people", "2"), ("name", "Grace"), ("name-2", "grace ")]);
        assert!(twice.profiles(Lang::En).is_none());
        assert!(twice.people.iter().any(|person| !person.name.error.is_empty()));
        let mut two = draft(&[("step", "who"), ("people", "2"), ("name", "grace"), ("name-2", "heidi")]);
        assert_eq!(two.profiles(Lang::En).map(|all| all.len()), Some(2));
    }
}
