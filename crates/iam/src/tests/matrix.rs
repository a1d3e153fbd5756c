//! The authorisation matrix: what becomes of each action when each kind of caller asks for it, as a text to be reviewed.
//!
//! The rows are those of the table of actions, so an action that `cases.rs` does not know fails here. Each is asked for
//! well formed, and about things that were made for that question alone; so `allowed` means that it was done. Callers of
//! another account ask by the same names, which their own account does not have.

mod cases;
mod things;

use std::collections::{BTreeMap, BTreeSet};

use self::things::{Case, Things};
use super::support::{Company, on_each, operator};
use crate::{
    action::{ACTIONS, Action, Gate, Level},
    caller::Caller,
    error::{Error, Why},
};

const WANTED: &str = include_str!("matrix.txt");
const CALLERS: [&str; 6] = ["root", "administrator", "plain user", "another's root", "another's admin", "operator"];

/// Actions that no operation or query of the core takes, and why. It may only shrink.
const WITHOUT_CASE: [(Action, &str); 1] =
    [(Action::ChangeOwnPassword, "it begins with proving the present one, outside of the door: see `tests/sign_in`")];

/// What the catalogue has of `iam` that is no action of the core, and why.
const CATALOGUE_ALONE: [(&str, &str); 1] =
    [("PassRole", "it is asked about together with what is given a role, and never alone")];

/// SEC-082, SEC-112: each action as each caller, on both databases.
#[test]
fn sec_082_sec_112_each_action_as_each_caller() {
    on_each(|store| {
        let node = store.node();
        let (home, other) = (Company::new(&node), Company::new(&node));
        let callers = [
            home.root.caller.clone(),
            home.administrator("administrator"),
            home.user("plain"),
            other.root.caller.clone(),
            other.administrator("administrator"),
            operator(),
        ];
        let mut rows = vec![row("action", CALLERS)];
        for case in cases::all() {
            let outcomes: Vec<&str> = callers.iter().map(|caller| ask(&case, caller, &home)).collect();
            rows.push(row(&case.shown(), outcomes.try_into().unwrap()));
        }
        let found = rows.join("\n") + "\n";
        assert!(found == WANTED, "the matrix has changed. If each answer is right, matrix.txt is to be\n\n{found}");
    });
}

/// Asks about things that were made for it; what became of it, in a word. Who is refused changes nothing.
fn ask(case: &Case, caller: &Caller, home: &Company<'_>) -> &'static str {
    let deed = (case.deed)(&Things { home });
    let revision = || home.node.iam.snapshot().unwrap().revision(home.account());
    let before = revision();
    let outcome = deed(home.node, caller);
    let word = match &outcome {
        Ok(()) => return "allowed",
        Err(Error::NotFound { .. }) => "absent",
        Err(Error::Denied { why, .. }) => match **why {
            Why::Policies(_) => "denied",
            Why::Kind => "never",
            Why::Root => "root alone",
            Why::Trust => "not trusted",
            _ => "exceeds",
        },
        Err(other) => panic!("{}, as {caller:?}: the case is not well formed: {other:?}", case.shown()),
    };
    assert_eq!(revision(), before, "{}, as {caller:?}: who is refused changes nothing", case.shown());
    word
}

fn row(action: &str, outcomes: [&str; 6]) -> String {
    let [root, administrator, plain, others_root, others_admin, operator] = outcomes;
    format!(
        "{action:36} | {root:7} | {administrator:13} | {plain:10} | {others_root:14} | {others_admin:15} | {operator}"
    )
}

/// Each action that anybody can ask for has its lines, and nothing else has.
#[test]
fn sec_082_no_action_is_forgotten() {
    let cases: BTreeSet<Action> = cases::all().iter().map(|case| case.action).collect();
    let excepted: BTreeSet<Action> = WITHOUT_CASE.iter().map(|(action, _)| *action).collect();
    for row in ACTIONS {
        let asked = cases.contains(&row.action);
        match row.gate {
            Gate::Internal | Gate::Password => assert!(!asked, "{} is nobody's to ask for here", row.name),
            _ => assert!(asked != excepted.contains(&row.action), "{} has no case, or needs no exception", row.name),
        }
    }
    let lines: BTreeSet<&str> = WANTED.lines().skip(1).filter_map(|line| line.split([' ', ',']).next()).collect();
    let names: BTreeSet<&str> = cases.iter().map(|action| short(action.row().name)).collect();
    assert_eq!(lines, names);
}

/// Policies and completion speak of the actions that there are, and of levels as they are (design D1, D11).
#[test]
fn the_table_of_actions_is_the_catalogues() {
    let catalogue = policy::catalogue::Catalogue::built_in();
    let iam = catalogue.service("iam").unwrap();
    let described: BTreeMap<&str, &str> =
        iam.actions.iter().map(|action| (action.name.as_str(), action.level.word())).collect();
    let for_policies = ACTIONS.iter().filter(|row| {
        row.name.starts_with("iam:")
            && matches!(row.gate, Gate::Policy | Gate::PolicyOrOperator | Gate::PolicyOrSelf | Gate::OwnSelf)
    });
    let mut wanted: BTreeMap<&str, &str> = for_policies.map(|row| (short(row.name), word(row.level))).collect();
    for (name, _) in CATALOGUE_ALONE {
        assert!(wanted.insert(name, "manage").is_none(), "{name} is an action after all");
    }
    assert_eq!(described, wanted);
}

/// An action's name inside its service.
fn short(name: &'static str) -> &'static str {
    name.split_once(':').unwrap().1
}

/// How the catalogue writes a level.
fn word(level: Level) -> &'static str {
    match level {
        Level::Read => "read",
        Level::List => "list",
        Level::Write => "write",
        Level::Manage => "manage",
        Level::Internal => panic!("nobody asks for it"),
    }
}
