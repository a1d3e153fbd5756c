//! What the account asks of passwords, when it locks somebody out, and how long a session lasts.

use askama::Template;
use base::timestamp::Timestamp;
use hyper::StatusCode;
use iam::{
    error::Error,
    once::{Expected, Terms},
    password_settings::{Get, Lock, PasswordSettings, Update, Weakness},
    passwords::Class,
};

use super::{SIGN_IN, Tab};
use crate::{
    chrome::{Chrome, Section},
    failure::{Failure, sentence},
    form::{Field, Form},
    text::{Lang, Value},
    visit::{Answer, Visit},
};

/// What stands in a number's place that is none: no range has it.
const NO_NUMBER: u16 = u16::MAX;

#[derive(Template)]
#[template(path = "settings/sign_in.html")]
struct Page {
    c: Chrome,
    tab: Tab,
    /// When the settings were last changed, as this form has seen it; 0 for never.
    version: i64,
    min_length: Field,
    history: Field,
    validity: Field,
    failures: Field,
    minutes: Field,
    idle: Field,
    hours: Field,
    classes: Vec<Choice>,
    expired_may_reset: bool,
    locks: bool,
    words: Words,
    /// How what holds now is weaker than advised.
    weak: Vec<&'static str>,
    wrong: Vec<Field>,
    problem: String,
}

/// A kind of characters that may be asked for.
struct Choice {
    word: &'static str,
    id: &'static str,
    chosen: bool,
}

/// What holds now, in sentences.
struct Words {
    passwords: String,
    lock: String,
    sessions: String,
}

/// The form, with what holds now.
pub(super) async fn show(visit: &Visit) -> Answer {
    let present = visit.ask(Get).await?;
    visit.page(&Page::new(visit, &present, &present, version(&present)))
}

/// Saves it, unless somebody else changed the settings since.
pub(super) async fn save(visit: &Visit) -> Answer {
    let (to, seen) = (asked(&visit.form), visit.form.get("version").parse().unwrap_or_default());
    let present = visit.ask(Get).await?;
    let mut page = Page::new(visit, &to, &present, seen);
    if page.blame(visit, &to) {
        return visit.page_of(StatusCode::UNPROCESSABLE_ENTITY, &page);
    }
    let saved = if seen == 0 && present.updated.is_some() {
        Err(Failure::Core(Error::Stale))
    } else {
        let expected = (seen != 0).then(|| Expected::At(Timestamp::from_micros(seen)));
        visit.run_on(Update::new(to)?, Terms { expected, once: None }).await
    };
    match saved {
        Ok(_) => visit.go_with_news(SIGN_IN, "news-settings-saved", ""),
        Err(Failure::Core(error @ Error::Stale)) => {
            // What is there now counts as seen from here on, and stands in words beside: saving again is a choice then.
            page.version = version(&present);
            page.problem = sentence(visit.lang, &error);
            visit.page_of(StatusCode::CONFLICT, &page)
        }
        Err(other) => Err(other),
    }
}

fn version(settings: &PasswordSettings) -> i64 {
    settings.updated.map_or(0, Timestamp::micros)
}

fn asked(form: &Form) -> PasswordSettings {
    let number = |name| form.get(name).trim().parse().unwrap_or(NO_NUMBER);
    let lock = Lock { failures: number("lock_failures"), minutes: number("lock_minutes") };
    PasswordSettings {
        min_length: number("min_length"),
        classes: form.all("class").filter_map(Class::from_word).collect(),
        validity_days: number("validity_days"),
        expired_may_reset: form.has("expired_may_reset"),
        history: number("history"),
        lock: form.has("lock").then_some(lock),
        idle_minutes: number("idle_minutes"),
        session_hours: number("session_hours"),
        updated: None,
    }
}

impl Page {
    /// With `shown` in its fields, or what was typed into them.
    fn new(visit: &Visit, shown: &PasswordSettings, present: &PasswordSettings, version: i64) -> Self {
        let typed = |name: &str| visit.form.first(name).map(str::to_owned);
        let number = |name, value: u16| Field::text(name, typed(name).unwrap_or(value.to_string())).kind("number");
        let (failures, minutes) = (*PasswordSettings::LOCK_FAILURES.end(), *PasswordSettings::LOCK_MINUTES.start());
        let lock = shown.lock.unwrap_or(Lock { failures, minutes });
        let class =
            |class: Class| Choice { word: class.word(), id: kind(class), chosen: shown.classes.contains(&class) };
        Self {
            c: visit.chrome(Section::Settings),
            tab: Tab::SignIn,
            version,
            min_length: number("min_length", shown.min_length),
            history: number("history", shown.history),
            validity: number("validity_days", shown.validity_days),
            failures: number("lock_failures", lock.failures),
            minutes: number("lock_minutes", lock.minutes),
            idle: number("idle_minutes", shown.idle_minutes),
            hours: number("session_hours", shown.session_hours),
            classes: Class::ALL.into_iter().map(class).collect(),
            expired_may_reset: shown.expired_may_reset,
            locks: shown.lock.is_some(),
            words: Words::of(visit.lang, present),
            weak: present.weaknesses().into_iter().map(weakness).collect(),
            wrong: Vec::new(),
            problem: String::new(),
        }
    }

    /// Says at each number that is out of its range what the range is. Tells whether there is one.
    fn blame(&mut self, visit: &Visit, to: &PasswordSettings) -> bool {
        for (name, range) in to.out_of_range() {
            let field = match name {
                "minimum length" => &mut self.min_length,
                "validity in days" => &mut self.validity,
                "history" => &mut self.history,
                "number of failures before a lock" => &mut self.failures,
                "minutes of a lock" => &mut self.minutes,
                "minutes without a click" => &mut self.idle,
                _ => &mut self.hours,
            };
            field.wrong(sentence(visit.lang, &PasswordSettings::range_rule(name, &range)));
        }
        let numbers = [&self.min_length, &self.history, &self.validity, &self.failures, &self.minutes, &self.idle];
        self.wrong = Field::wrong_ones(numbers.into_iter().chain([&self.hours]));
        !self.wrong.is_empty()
    }
}

/// The message that names a kind of characters.
const fn kind(class: Class) -> &'static str {
    match class {
        Class::Upper => "settings-kind-upper",
        Class::Lower => "settings-kind-lower",
        Class::Digit => "settings-kind-digit",
        Class::Special => "settings-kind-special",
    }
}

const fn weakness(weakness: Weakness) -> &'static str {
    match weakness {
        Weakness::LongIdle => "settings-weak-idle",
        Weakness::LongSession => "settings-weak-session",
        Weakness::NoHistory => "settings-weak-history",
    }
}

impl Words {
    fn of(lang: Lang, settings: &PasswordSettings) -> Self {
        let said = |id: &str| lang.say(id, &[]);
        let counted = |id: &str, n: u16| lang.say(id, &[("n", Value::from(u32::from(n)))]);
        let kinds: Vec<String> = settings.classes.iter().map(|class| said(kind(*class))).collect();
        let kinds = kinds.join(&said("settings-words-comma"));
        let after = match (settings.validity_days, settings.expired_may_reset) {
            (0, _) => String::new(),
            (_, true) => said("settings-words-expired-own"),
            (_, false) => said("settings-words-expired-help"),
        };
        let passwords = [
            counted("settings-words-length", settings.min_length),
            if kinds.is_empty() {
                said("settings-words-no-kinds")
            } else {
                lang.say("settings-words-kinds", &[("kinds", Value::from(&kinds))])
            },
            counted("settings-words-history", settings.history),
            counted("settings-words-validity", settings.validity_days),
            after,
        ];
        let lock = settings.lock.map_or_else(
            || said("settings-words-no-lock"),
            |Lock { failures, minutes }| {
                let values = [("failures", u32::from(failures).into()), ("minutes", u32::from(minutes).into())];
                lang.say("settings-words-lock", &values)
            },
        );
        let sessions = [
            counted("settings-words-idle", settings.idle_minutes),
            counted("settings-words-hours", settings.session_hours),
        ];
        Self { passwords: lang.paragraph(&passwords), lock, sessions: lang.paragraph(&sessions) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn settings_are_told_in_words() {
        let words = Words::of(Lang::En, &PasswordSettings::DEFAULT);
        assert!(words.passwords.starts_with("A new password has at least 8 characters. "), "{}", words.passwords);
        assert!(!words.passwords.contains("  ") && words.lock.contains("Nobody"), "{}", words.lock);
        let strict = PasswordSettings {
            classes: vec![Class::Upper, Class::Digit],
            validity_days: 90,
            expired_may_reset: false,
            lock: Some(Lock { failures: 3, minutes: 20 }),
            ..PasswordSettings::DEFAULT
        };
        let words = Words::of(Lang::En, &strict);
        for part in ["a capital letter, a digit", "90 days", "administrator"] {
            assert!(words.passwords.contains(part), "{}", words.passwords);
        }
        assert!(words.lock.contains("3 wrong passwords") && words.lock.contains("20 minutes"), "{}", words.lock);
        let words = Words::of(Lang::Zh, &strict);
        assert!(!words.passwords.contains(' ') || words.passwords.contains(" 90 天"), "{}", words.passwords);
    }

    #[test]
    fn what_is_no_number_is_out_of_every_range() {
        let form = Form::of([("min_length", "ten"), ("history", ""), ("lock", "on"), ("lock_failures", "-3")]);
        assert_eq!(asked(&form).out_of_range().len(), 7);
        let form = Form::of([
            ("min_length", "12"),
            ("history", " 5 "),
            ("validity_days", "0"),
            ("idle_minutes", "30"),
            ("session_hours", "12"),
            ("class", "digit"),
            ("class", "none of them"),
            ("lock_failures", "999"),
        ]);
        let settings = asked(&form);
        assert!(settings.out_of_range().is_empty() && settings.lock.is_none());
        assert_eq!((settings.history, settings.classes), (5, vec![Class::Digit]));
    }
}
