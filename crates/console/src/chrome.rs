//! What stands around every page: who is signed in, where one is, words, and what forms need.

use base::timestamp::Timestamp;

use crate::{
    assets,
    form::segment,
    text::{self, Lang, Value},
    times::Moment,
    visit::{News, Visit},
};

/// How the console looks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Theme {
    System,
    Light,
    Dark,
}

impl Theme {
    /// The theme of that word; the system's for any other.
    pub(crate) fn of_word(word: &str) -> Self {
        match word {
            "light" => Self::Light,
            "dark" => Self::Dark,
            _ => Self::System,
        }
    }

    /// Its word.
    pub(crate) const fn word(self) -> &'static str {
        match self {
            Self::System => "system",
            Self::Light => "light",
            Self::Dark => "dark",
        }
    }
}

/// A line of the rail.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Section {
    /// None of them: pages before sign-in, and failures.
    None,
    Overview,
    Users,
    Groups,
    Roles,
    Policies,
    Explain,
    Log,
    IdentityProviders,
    Settings,
}

/// What a layout shows, and what templates speak with: they call it `c`.
pub(crate) struct Chrome {
    pub(crate) lang: Lang,
    pub(crate) theme: Theme,
    pub(crate) section: Section,
    /// The token that forms carry.
    pub(crate) token: String,
    /// Where this page is found, for coming back to it.
    pub(crate) here: String,
    /// What has just happened.
    pub(crate) news: Option<News>,
    /// Who is signed in.
    pub(crate) who: Option<Who>,
    now: Timestamp,
}

/// Who is signed in, as the layout shows it.
pub(crate) struct Who {
    pub(crate) user: String,
    pub(crate) is_root: bool,
    pub(crate) account: String,
    /// In groups of four digits.
    pub(crate) account_id: String,
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "templates call these as methods of `c`, and hand on references")]
impl Chrome {
    pub(crate) fn new(visit: &Visit, section: Section) -> Self {
        let (path, query) = (&visit.received.path, &visit.received.query);
        let is_get = visit.received.method == "GET";
        let here = if query.is_empty() || !is_get { path.clone() } else { format!("{path}?{query}") };
        let who = visit.signed_in.as_ref().map(|who| &who.session).map(|session| Who {
            user: session.user_name.clone(),
            is_root: session.is_root,
            account: session.account_name.clone(),
            account_id: grouped(&session.account.to_string()),
        });
        Self {
            lang: visit.lang,
            theme: visit.theme,
            section,
            token: visit.form_token(),
            here,
            news: visit.news(),
            who,
            now: visit.iam.now(),
        }
    }

    /// The folder of assets.
    pub(crate) fn assets(&self) -> &'static str {
        assets::folder()
    }

    /// `page` for the rail's line of the page that is open, as `aria-current` takes it.
    pub(crate) fn is_in(&self, section: &Section) -> bool {
        self.section == *section
    }

    /// A message.
    pub(crate) fn t(&self, id: &str) -> String {
        self.lang.say(id, &[])
    }

    /// A message with a variable.
    pub(crate) fn t1<'a>(&self, id: &str, name: &str, value: impl Into<Value<'a>>) -> String {
        self.lang.say(id, &[(name, value.into())])
    }

    /// A message with two variables.
    pub(crate) fn t2<'a, 'b>(
        &self,
        id: &str,
        (first, one): &(&str, impl Into<Value<'a>> + Clone),
        (second, two): &(&str, impl Into<Value<'b>> + Clone),
    ) -> String {
        self.lang.say(id, &[(first, one.clone().into()), (second, two.clone().into())])
    }

    /// A number as people read it.
    pub(crate) fn number(&self, number: &u64) -> String {
        text::in_thousands(&number.to_string())
    }

    /// A moment in words.
    pub(crate) fn at(&self, at: &Timestamp) -> Moment {
        Moment::new(self.lang, *at, self.now)
    }

    /// Whether a moment is over.
    pub(crate) fn is_past(&self, at: Timestamp) -> bool {
        at <= self.now
    }

    /// The page of whoever is signed in.
    pub(crate) fn own_page(&self) -> String {
        let user = self.who.as_ref().map_or("", |who| &who.user);
        format!("/users/{}", segment(user))
    }

    /// The two letters that stand for a name.
    pub(crate) fn initials(&self, name: &str) -> String {
        initials(name)
    }
}

/// The first letters of a name's first two words, or its first two letters, in upper case.
fn initials(name: &str) -> String {
    let mut words = name.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty());
    let (first, second) = (words.next().unwrap_or("?"), words.next());
    let letters: String = match second {
        Some(second) => first.chars().take(1).chain(second.chars().take(1)).collect(),
        None => first.chars().take(2).collect(),
    };
    letters.to_uppercase()
}

/// Digits in groups of four.
fn grouped(digits: &str) -> String {
    let mut text = String::with_capacity(digits.len() + digits.len() / 4);
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && index % 4 == 0 {
            text.push(' ');
        }
        text.push(digit);
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_have_two_letters() {
        assert_eq!(initials("alice"), "AL");
        assert_eq!(initials("deploy-staging"), "DS");
        assert_eq!(initials("王芳"), "王芳");
        assert_eq!(initials(""), "?");
    }

    #[test]
    fn account_numbers_are_read_in_fours() {
        assert_eq!(grouped("471029385561"), "4710 2938 5561");
    }
}
