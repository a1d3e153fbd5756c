//! One command's dealings with a server: calls, and their answers in the form that is wanted.

use std::process::ExitCode;

use anyhow::{Context, Result};
use clap::Args;
use serde_json::Value;

use super::{
    body::Body,
    output::{self, View},
};
use crate::{
    cli::{Asked, Before, Deletion, Form, Server, Unchanged},
    client::{Call, Client},
    settings::{Environment, Settings},
    terminal::{Progress, ask, plain},
};

/// A server, and how what it says is shown.
pub(super) struct Session {
    client: Client,
    form: Form,
}

impl<T: Args> Asked<T> {
    /// Does the work of a command whose end is good where there is no error.
    pub(super) fn run(&self, work: impl FnOnce(&Session, &T) -> Result<()>) -> Result<ExitCode> {
        work(&Session::open(&self.server, self.output)?, &self.what)?;
        Ok(ExitCode::SUCCESS)
    }
}

impl Session {
    pub(super) fn open(server: &Server, form: Option<Form>) -> Result<Self> {
        let settings = Settings::decide(server, &Environment::read())?;
        let form = match form {
            Some(form) => form,
            None => settings.form()?.unwrap_or(Form::Text),
        };
        Ok(Self { client: Client::new(&settings)?, form })
    }

    pub(super) fn client(&self) -> &Client {
        &self.client
    }

    pub(super) fn form(&self) -> Form {
        self.form
    }

    /// Makes a call and shows the thing that it is answered with.
    pub(super) fn show(&self, view: &View, call: &Call) -> Result<()> {
        self.print(view, &self.client.ask(call)?)
    }

    /// Makes a call and shows the thing, with the document that a member of it holds.
    pub(super) fn show_document(&self, view: &View, call: &Call, member: &str) -> Result<()> {
        let thing = self.client.ask(call)?;
        self.print(view, &thing)?;
        match thing.get(member).and_then(Value::as_str) {
            Some(document) if self.form == Form::Text => {
                let lines: Vec<String> = document.lines().map(plain).collect();
                output::line(&format!("\n{}", lines.join("\n")))
            }
            _ => Ok(()),
        }
    }

    /// Makes a call and shows the thing, with a secret that is never shown again.
    pub(super) fn show_secret(&self, view: &View, call: &Call, what: &str) -> Result<()> {
        self.show(view, call)?;
        self.say(&format!("\n{what} is shown only now. Keep it safe."))
    }

    /// Shows one thing.
    pub(super) fn print(&self, view: &View, thing: &Value) -> Result<()> {
        match self.form {
            Form::Text => output::line(&view.lines(thing)),
            Form::Json => output::line(&thing.to_string()),
            Form::Csv => output::line(&view.csv(std::slice::from_ref(thing))),
        }
    }

    /// Makes a call that is answered with nothing, and tells people that it is done.
    pub(super) fn carry_out(&self, call: &Call, done: &str) -> Result<()> {
        self.client.call(call)?;
        self.say(done)
    }

    /// Tells people something.
    pub(super) fn say(&self, text: &str) -> Result<()> {
        match self.form {
            Form::Text => output::line(text),
            Form::Json | Form::Csv => Ok(()),
        }
    }

    /// Deletes a thing by its name, once that is confirmed.
    pub(super) fn delete(&self, noun: &str, name: &str, deletion: &Deletion) -> Result<()> {
        let plural = noun.strip_suffix('y').map_or_else(|| format!("{noun}s"), |stem| format!("{stem}ies"));
        let path = [plural.as_str(), name];
        // From before the question: who answers it knows the state of then.
        let etag = self.etag(&deletion.unchanged, &path)?;
        let more = if deletion.force { ", and what hangs on it" } else { "" };
        ask::confirm(deletion.sure.yes, &format!("Delete {noun} `{name}`{more}?"), name)?;
        let call = Call::delete(&path).with_some("force", deletion.force.then_some("true"));
        self.carry_out(&call.if_match(etag), &format!("{noun} `{name}` is deleted"))
    }

    /// Ends sessions of somebody, once that is confirmed.
    pub(super) fn revoke(&self, whose: &str, path: &[&str], before: &Before) -> Result<()> {
        ask::confirm(before.sure.yes, &format!("End the sessions of {whose}?"), "yes")?;
        let body = Body::new().with_some("before", before.before.as_deref()).json();
        let answer = self.client.ask(&Call::post(&[path, &["revoke-sessions"]].concat(), &body))?;
        match self.form {
            Form::Text => {
                let time = plain(output::field(&answer, "before")?);
                output::line(&format!("sessions of {whose} that were issued before {time} are over"))
            }
            Form::Json => output::line(&answer.to_string()),
            Form::Csv => Ok(()),
        }
    }

    /// Which state a thing is in, where a change shall count for that only.
    pub(super) fn etag(&self, unchanged: &Unchanged, path: &[&str]) -> Result<Option<String>> {
        if !unchanged.if_unchanged {
            return Ok(None);
        }
        let etag = self.client.call(&Call::get(path))?.etag;
        etag.context("the server does not say in which state it is").map(Some)
    }

    /// Shows a list that comes whole.
    pub(super) fn list_whole(&self, view: &View, call: &Call) -> Result<()> {
        self.print_all(view, &self.client.whole(call)?)
    }

    /// Shows a list that comes in pages: all of it, or so many things.
    pub(super) fn list(&self, view: &View, call: &Call, limit: Option<usize>) -> Result<()> {
        let (mut all, mut progress) = (Vec::new(), Progress::new());
        self.client.pages(call, limit, |page| {
            all.extend(page);
            progress.show(&format!("{} {}", all.len(), view.things));
            Ok(())
        })?;
        drop(progress);
        self.print_all(view, &all)
    }

    fn print_all(&self, view: &View, all: &[Value]) -> Result<()> {
        match self.form {
            Form::Text => output::line(&view.table(all)),
            Form::Json => output::line(&Value::from(all).to_string()),
            Form::Csv => output::line(&view.csv(all)),
        }
    }
}
