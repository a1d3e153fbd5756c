//! What the provider says of itself, and the domain that names may end with.

use askama::Template;
use base::timestamp::Timestamp;
use hyper::StatusCode;
use iam::{
    error::Error,
    identity_providers::{Changes, IdentityProvider, Update},
    once::{Expected, Terms},
};

use super::{PAGE, present};
use crate::{
    chrome::{Chrome, Section},
    failure::{Failure, sentence},
    form::{Field, Form},
    visit::{Answer, Visit},
};

#[derive(Template)]
#[template(path = "identity_providers/edit.html")]
struct Page {
    c: Chrome,
    /// Whether there is one already.
    is_there: bool,
    /// When it was last changed, as this form has seen it; 0 where there is none.
    version: i64,
    file_name: Field,
    metadata: Field,
    domain: Field,
    wrong: Vec<Field>,
    problem: String,
}

/// The form, with what holds now.
pub(super) async fn show(visit: &Visit) -> Answer {
    let provider = present(visit).await?;
    let values = provider.as_ref().map(values).unwrap_or_default();
    visit.page(&Page::new(visit, version(provider.as_ref()), &values))
}

/// Saves it, unless somebody else changed it since; where there is none, it is made, switched off.
pub(super) async fn save(visit: &Visit) -> Answer {
    let seen: i64 = visit.form.get("version").parse().unwrap_or_default();
    let saved = match Update::new(asked(&visit.form)) {
        Ok(operation) if seen == 0 => match present(visit).await? {
            None => visit.run(operation).await,
            Some(_) => Err(Error::Stale.into()),
        },
        Ok(operation) => {
            let expected = Some(Expected::At(Timestamp::from_micros(seen)));
            visit.run_on(operation, Terms { expected, once: None }).await
        }
        Err(error) => Err(error.into()),
    };
    match saved {
        Ok(_) => visit.go_with_news(PAGE, "news-provider-saved", ""),
        Err(Failure::Core(error @ Error::Invalid { .. })) => {
            Page::new(visit, seen, &visit.form).again(visit, StatusCode::UNPROCESSABLE_ENTITY, &error)
        }
        Err(Failure::Core(error @ Error::Stale)) => {
            // What is there now counts as seen from here on: saving again is a choice then.
            let now = version(present(visit).await?.as_ref());
            Page::new(visit, now, &visit.form).again(visit, StatusCode::CONFLICT, &error)
        }
        Err(other) => Err(other),
    }
}

fn version(provider: Option<&IdentityProvider>) -> i64 {
    provider.map_or(0, |provider| provider.updated.micros())
}

fn values(provider: &IdentityProvider) -> Form {
    Form::of([
        ("file_name", provider.file_name.as_str()),
        ("metadata", &provider.metadata),
        ("domain", &provider.auxiliary_domain),
    ])
}

fn asked(form: &Form) -> Changes {
    Changes {
        enabled: None,
        file_name: Some(form.get("file_name").trim().to_owned()),
        // Browsers send line ends of their own.
        metadata: Some(form.get("metadata").replace("\r\n", "\n")),
        auxiliary_domain: Some(form.get("domain").trim().to_owned()),
    }
}

impl Page {
    fn new(visit: &Visit, version: i64, values: &Form) -> Self {
        Self {
            c: visit.chrome(Section::IdentityProviders),
            is_there: version != 0,
            version,
            file_name: Field::plain("file_name", values.get("file_name")),
            metadata: Field::plain("metadata", values.get("metadata")),
            domain: Field::plain("domain", values.get("domain")),
            wrong: Vec::new(),
            problem: String::new(),
        }
    }

    fn again(mut self, visit: &Visit, status: StatusCode, error: &Error) -> Answer {
        let told = sentence(visit.lang, error);
        match error {
            Error::Invalid { field: "file name", .. } => self.file_name.wrong(told),
            Error::Invalid { field: "auxiliary domain", .. } => self.domain.wrong(told),
            Error::Invalid { .. } => self.metadata.wrong(told),
            _ => self.problem = told,
        }
        self.wrong = Field::wrong_ones([&self.file_name, &self.metadata, &self.domain]);
        visit.page_of(status, &self)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_browsers_do_to_lines_is_undone() {
        let form = Form::of([("metadata", "<a>\r\n</a>\r\n"), ("file_name", " idp.xml "), ("domain", "")]);
        let wanted = Changes {
            enabled: None,
            file_name: Some("idp.xml".to_owned()),
            metadata: Some("<a>\n</a>\n".to_owned()),
            auxiliary_domain: Some(String::new()),
        };
        assert_eq!(asked(&form), wanted);
    }
}
