//! `claviger import …`: the plan, the question, and what became of it.

use std::{fmt::Write as _, process::ExitCode};

use anyhow::{Context, Result, ensure};
use serde_json::{Value, json};

use super::{
    output::{self, View},
    session::Session,
};
use crate::{
    cli::{Form, Import, ImportFrom, Server},
    client::Client,
    failure::Failure,
    import::{
        Account, Secrets,
        apply::{Outcome, apply},
        baidu,
        native::{self, Wanted},
        plan::{Plan, Rewriting, Step, Verdict},
    },
    settings::{Environment, Settings},
    terminal::{ask, plain},
};

const STEPS: View =
    View { things: "things", columns: &[("what", "what"), ("name", "name"), ("plan", "plan"), ("why", "reason")] };

const ENDED: View = View {
    things: "steps",
    columns: &[
        ("what", "what"),
        ("name", "name"),
        ("plan", "plan"),
        ("why", "reason"),
        ("result", "result"),
        ("error", "error"),
    ],
};

pub(super) fn run(command: Import) -> Result<ExitCode> {
    match command {
        Import::Baidu(asked) => {
            let session = Session::open(&asked.server, asked.output)?;
            let mut settings = source(&asked.what)?;
            settings.place.endpoint.get_or_insert_with(|| baidu::ENDPOINT.to_owned());
            let reader =
                baidu::Reader::new(&settings.place, settings.credentials.ok_or_else(|| Failure::usage(NO_KEY))?)?;
            import(&session, &baidu::read(&reader)?, &asked.what, false)
        }
        Import::Native(asked) => {
            let session = Session::open(&asked.server, asked.output)?;
            let settings = source(&asked.what.from)?;
            ensure!(settings.place.endpoint.is_some(), Failure::usage(NO_PLACE));
            ensure!(settings.credentials.is_some(), Failure::usage(NO_KEY));
            let there = native::read(&Client::new(&settings)?, &Wanted::All)?;
            import(&session, &there, &asked.what.from, asked.what.rewrite_account)
        }
    }
}

const NO_KEY: &str = "there is no key for where it comes from: give `--from` with a profile, or set \
                      CLAVIGER_FROM_ACCESS_KEY_ID and CLAVIGER_FROM_SECRET_ACCESS_KEY in the environment";
const NO_PLACE: &str =
    "where does it come from? Give `--from` with a profile that has an endpoint, or `--from-endpoint`";

fn source(from: &ImportFrom) -> Result<Settings> {
    let server = Server { profile: from.from.clone(), endpoint: from.from_endpoint.clone(), ca: from.from_ca.clone() };
    Settings::of_source(&server, &Environment::read_source())
}

fn import(session: &Session, there: &Account, from: &ImportFrom, rewrite: bool) -> Result<ExitCode> {
    let client = session.client();
    let here = native::read(client, &Wanted::LikeIn(there))?;
    let to = here.id.clone().context("the server does not say whose account this is")?;
    let rewriting = Rewriting { from: there.id.clone(), to: to.clone(), allowed: rewrite };
    let plan = Plan::new(there, &here, &native::system_policies(client)?, &rewriting);
    if !from.apply || plan.count(Verdict::Create) == 0 {
        show(session.form(), &plan)?;
        return Ok(ExitCode::SUCCESS);
    }
    if session.form() == Form::Text {
        show(Form::Text, &plan)?;
    }
    let question = format!("Do this in account {to}?");
    ask::confirm(from.sure.yes, &question, &to)?;
    let ended = apply(client, &plan);
    show_ended(session.form(), &plan, &ended)?;
    let good = ended.iter().all(|(_, outcome)| *outcome == Outcome::Done);
    Ok(if good { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

fn row(step: &Step) -> Value {
    json!({ "what": step.what, "name": step.name, "plan": step.verdict.word(), "reason": step.reason })
}

fn summary(plan: &Plan) -> Value {
    Verdict::ALL.into_iter().map(|verdict| (verdict.word().to_owned(), json!(plan.count(verdict)))).collect()
}

fn show(form: Form, plan: &Plan) -> Result<()> {
    let rows: Vec<Value> = plan.steps.iter().map(row).collect();
    match form {
        Form::Csv => output::line(&STEPS.csv(&rows)),
        Form::Json => {
            let all = json!({ "steps": rows, "summary": summary(plan), "new_secrets": new_secrets(plan) });
            output::line(&all.to_string())
        }
        Form::Text => {
            let [create, exists, differs, cannot] = Verdict::ALL.map(|verdict| plan.count(verdict));
            let mut text = format!(
                "{}\n\n{create} to create, {exists} exist, {differs} differ and stay as they are, {cannot} cannot be \
                 brought.",
                STEPS.table(&rows)
            );
            for (user, secrets) in &plan.secrets {
                let _ = write!(text, "\nUser {} needs {}.", plain(user), in_words(*secrets));
            }
            output::line(&text)
        }
    }
}

fn in_words(secrets: Secrets) -> String {
    let count = |number: usize, what: &str| match number {
        0 => None,
        1 => Some(format!("a new {what}")),
        _ => Some(format!("{number} new {what}s")),
    };
    let password = secrets.password.then(|| "a new password".to_owned());
    let all = [password, count(secrets.access_keys, "access key"), count(secrets.api_keys, "API key")];
    all.into_iter().flatten().collect::<Vec<_>>().join(" and ")
}

fn new_secrets(plan: &Plan) -> Vec<Value> {
    let one = |(user, secrets): &(String, Secrets)| {
        json!({ "user": user, "password": secrets.password, "access_keys": secrets.access_keys,
            "api_keys": secrets.api_keys })
    };
    plan.secrets.iter().map(one).collect()
}

fn show_ended(form: Form, plan: &Plan, ended: &[(&Step, Outcome)]) -> Result<()> {
    let rows: Vec<Value> = ended.iter().map(|(step, outcome)| with_outcome(row(step), outcome)).collect();
    let count =
        |wanted: &str| rows.iter().filter(|row| row.get("result").is_some_and(|result| result == wanted)).count();
    let counts = ["done", "failed", "left out"].map(count);
    match form {
        Form::Csv => output::line(&ENDED.csv(&rows)),
        Form::Json => {
            let rest = plan.steps.iter().filter(|step| step.verdict != Verdict::Create).map(row);
            let [done, failed, left_out] = counts;
            let all = json!({ "steps": rows.iter().cloned().chain(rest).collect::<Vec<_>>(), "summary": summary(plan),
                "results": { "done": done, "failed": failed, "left_out": left_out }, "new_secrets": new_secrets(plan) });
            output::line(&all.to_string())
        }
        Form::Text => {
            let bad: Vec<Value> = rows.iter().filter(|row| row.get("error").is_some()).cloned().collect();
            let [done, failed, left_out] = counts;
            if !bad.is_empty() {
                output::line(&format!("\n{}", FAILED.table(&bad)))?;
            }
            output::line(&format!("\n{done} done, {failed} failed, {left_out} left out."))
        }
    }
}

const FAILED: View =
    View { things: "failures", columns: &[("what", "what"), ("name", "name"), ("result", "result"), ("why", "error")] };

fn with_outcome(mut row: Value, outcome: &Outcome) -> Value {
    let (result, error) = match outcome {
        Outcome::Done => ("done", None),
        Outcome::Failed(why) => ("failed", Some(why)),
        Outcome::LeftOut(why) => ("left out", Some(why)),
    };
    if let Some(members) = row.as_object_mut() {
        members.insert("result".to_owned(), json!(result));
        members.extend(error.map(|error| ("error".to_owned(), json!(error))));
    }
    row
}
