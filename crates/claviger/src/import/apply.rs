//! Doing what a plan says, step by step. A step that fails does not hold up others, but for those that need it.

use std::collections::BTreeSet;

use super::plan::{Key, Plan, Step, Verdict};
use crate::{
    client::Client,
    failure::{Cause, cause},
    terminal::Progress,
};

/// How a step ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Outcome {
    Done,
    /// The server refused, and why.
    Failed(String),
    /// What it needs has failed, or there is no server any more.
    LeftOut(String),
}

/// Does all that is to be made; gives how each step of that kind ended, in order.
pub(crate) fn apply<'p>(client: &Client, plan: &'p Plan) -> Vec<(&'p Step, Outcome)> {
    let (mut ended, mut failed, mut gone) = (Vec::new(), BTreeSet::new(), None);
    let mut progress = Progress::new();
    let all = plan.count(Verdict::Create);
    for step in plan.steps.iter().filter(|step| step.verdict == Verdict::Create) {
        progress.show(&format!("{} of {all}: {} {}", ended.len() + 1, step.what, step.name));
        let outcome = match (&gone, blocked(step, &failed)) {
            (Some(reason), _) => Outcome::LeftOut(String::clone(reason)),
            (None, Some(reason)) => Outcome::LeftOut(reason),
            (None, None) => match step.calls.iter().try_for_each(|call| client.call(call).map(drop)) {
                Ok(()) => Outcome::Done,
                Err(error) => {
                    if cause(&error) == Cause::Unreachable {
                        gone = Some("the server was gone".to_owned());
                    }
                    Outcome::Failed(format!("{:#}", error.root_cause()))
                }
            },
        };
        if outcome != Outcome::Done {
            failed.insert(step.key());
        }
        ended.push((step, outcome));
    }
    ended
}

fn blocked(step: &Step, failed: &BTreeSet<Key>) -> Option<String> {
    let missing = step.needs.iter().find(|need| failed.contains(*need));
    missing.map(|(what, name)| format!("{what} {name} has failed"))
}
