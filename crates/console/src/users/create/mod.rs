//! New users, one or several, in three steps: who they are, how they come in, what they may do. Each step is a form.

mod draft;
mod made;
mod offer;

use askama::Template;
use hyper::StatusCode;
use iam::{
    error::{Error, Noun},
    users,
};

use self::{
    draft::{Draft, Step},
    offer::Offer,
};
use crate::{
    chrome::{Chrome, Section},
    failure::{Failure, sentence},
    form::Field,
    visit::{Answer, Visit},
};

#[derive(Template)]
#[template(path = "users/create_who.html")]
struct Who {
    c: Chrome,
    draft: Draft,
    sent: Sent,
    wrong: Vec<Field>,
}

#[derive(Template)]
#[template(path = "users/create_access.html")]
struct Access {
    c: Chrome,
    draft: Draft,
    sent: Sent,
}

#[derive(Template)]
#[template(path = "users/create_permissions.html")]
struct Permissions {
    c: Chrome,
    draft: Draft,
    sent: Sent,
    groups: Option<Offer>,
    policies: Option<Offer>,
    typed_password: Field,
    own_password: Field,
    wrong: Vec<Field>,
    problem: String,
}

/// What a step brings along.
struct Sent {
    /// For which the users are made once.
    once: String,
    carried: Vec<(String, String)>,
}

impl Sent {
    fn new(visit: &Visit, draft: &Draft, step: Step) -> Self {
        Self { once: visit.draw_once(), carried: draft.carried(step) }
    }
}

/// The first step.
pub(super) async fn show(visit: &Visit) -> Answer {
    who(visit, Draft::of(&visit.form))
}

/// Takes a step, and shows the one that is asked for; after the last the users are made.
pub(super) async fn step(visit: &Visit) -> Answer {
    let mut draft = Draft::of(&visit.form);
    match (Step::of(visit.form.get("step")), visit.form.get("do")) {
        (Step::Who, "next") => {
            if are_free(visit, &mut draft).await? {
                access(visit, draft)
            } else {
                who(visit, draft)
            }
        }
        (Step::Who, pressed) => {
            draft.change(pressed);
            who(visit, draft)
        }
        (Step::Access, "back") => who(visit, draft),
        (Step::Permissions, "back") => access(visit, draft),
        (Step::Permissions, "create") => made::make(visit, draft).await,
        (Step::Access | Step::Permissions, _) => visit.page(&Permissions::load(visit, draft).await?),
    }
}

/// Whether what is said of all people can be taken, and nobody has one of their names yet.
async fn are_free(visit: &Visit, draft: &mut Draft) -> Result<bool, Failure> {
    let Some(profiles) = draft.profiles(visit.lang) else { return Ok(false) };
    let mut free = true;
    for (person, profile) in draft.people.iter_mut().zip(profiles) {
        let name = profile.name.as_str().to_owned();
        match visit.ask(users::Get { name: name.clone() }).await {
            // Whoever may not look is told when the users are made.
            Err(Failure::Core(Error::NotFound { .. } | Error::Denied { .. })) => {}
            Err(failure) => return Err(failure),
            Ok(_) => {
                person.name.wrong(sentence(visit.lang, &Error::Exists { noun: Noun::User, name }));
                free = false;
            }
        }
    }
    Ok(free)
}

fn who(visit: &Visit, draft: Draft) -> Answer {
    let wrong = Field::wrong_ones(draft.people.iter().flat_map(draft::Person::fields));
    let status = if wrong.is_empty() { StatusCode::OK } else { StatusCode::UNPROCESSABLE_ENTITY };
    let sent = Sent::new(visit, &draft, Step::Who);
    visit.page_of(status, &Who { c: visit.chrome(Section::Users), draft, sent, wrong })
}

fn access(visit: &Visit, draft: Draft) -> Answer {
    let sent = Sent::new(visit, &draft, Step::Access);
    visit.page(&Access { c: visit.chrome(Section::Users), draft, sent })
}

impl Permissions {
    async fn load(visit: &Visit, draft: Draft) -> Result<Self, Failure> {
        Ok(Self {
            c: visit.chrome(Section::Users),
            groups: offer::groups(visit, &draft).await?,
            policies: offer::policies(visit, &draft).await?,
            sent: Sent::new(visit, &draft, Step::Permissions),
            draft,
            typed_password: Field { required: false, ..Field::password("typed_password", "new-password") },
            own_password: Field { required: false, ..Field::password("password", "current-password") },
            wrong: Vec::new(),
            problem: String::new(),
        })
    }

    /// The same, with what the core refused where it stands in the form.
    fn refused(mut self, visit: &Visit, error: &Error) -> Answer {
        let told = sentence(visit.lang, error);
        match error {
            Error::StepUp { .. } | Error::Invalid { field: "password", .. } if self.draft.access_key => {
                self.own_password.wrong(told);
            }
            Error::WeakPassword { .. } | Error::Invalid { field: "password", .. } => self.typed_password.wrong(told),
            _ => self.problem = told,
        }
        self.wrong = Field::wrong_ones([&self.typed_password, &self.own_password]);
        visit.page_of(StatusCode::UNPROCESSABLE_ENTITY, &self)
    }
}
