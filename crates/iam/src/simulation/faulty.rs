//! Fail points: any statement can fail, and what follows COMMIT can be lost.
//!
//! The crate's own [`crate::db::sqlite`] asks here before each statement and after each COMMIT, in builds for
//! tests; so the production writer is what the simulation drives, and not a copy of it. Each thread has its own
//! plan, and without one nothing fails.

use std::cell::RefCell;

use super::dice::Dice;
use crate::db::DbError;

/// How a statement fails.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Fault {
    /// Somebody else is in the way.
    Busy,
    /// There is no space.
    Full,
    /// The database cannot be reached.
    Lost,
    /// The process dies: no statement of it reaches the database any more.
    Crash,
}

/// How something is wrong on purpose, to see that the simulation notices.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Sabotage {
    /// Tallies are not written.
    ForgetTally,
    /// Events are not written, and the account's head says that they are.
    ForgetEvent,
    /// The name of a deleted or renamed user is not given back.
    KeepName,
    /// A follower passes over what the feed tells.
    SkipEntries,
    /// The answer is given, and then the change is rolled back.
    AnswerBeforeCommit,
    /// What a failed operation has done so far is committed.
    CommitHalf,
    /// The door decides by what the node happens to know.
    StaleDoor,
    /// The answer is given before the node's snapshot shows the change.
    AnswerBeforePublish,
    /// The feed's entry of a policy's change tells of its account instead.
    LosePolicyEntry,
    /// The feed's entry of an API key's change does so.
    LoseApiKeyEntry,
    /// That somebody's sessions are ended is not written.
    ForgetMark,
    /// A detached policy stays, and so do the attachments of what is deleted.
    KeepAttachments,
    /// Who holds a policy is not found: neither by the guard nor by whoever deletes it.
    OverlookHolders,
    /// The guard looks at nobody.
    SkipGuard,
    /// The same, and nobody is told that there is a guard: what everybody's power must be tells.
    ForgetGuard,
}

/// What will go wrong.
#[derive(Debug, Clone, Default)]
pub(super) struct Plan {
    /// At these statements, counted from 0 over all that run.
    statements: Vec<(u32, Fault)>,
    /// Before the next statement of this text.
    before: Option<(&'static str, Fault)>,
    /// After the next COMMIT has happened: its answer does not come back.
    after_commit: Option<Fault>,
    /// The file cannot grow by more than so many pages: SQLite itself says that it is full, where it will.
    pub(super) room: Option<u32>,
    sabotage: Option<Sabotage>,
}

impl Plan {
    /// Draws what goes wrong in a step: mostly nothing. The worse the `weather`, the more.
    pub(super) fn draw(dice: &Dice, weather: u64, sabotage: Option<Sabotage>) -> Self {
        let fault = || match dice.weigh(&[4, 2, 3, 1]) {
            0 => Fault::Busy,
            1 => Fault::Full,
            2 => Fault::Lost,
            _ => Fault::Crash,
        };
        let mut plan = Self { sabotage, ..Self::default() };
        while plan.statements.len() < 3 && dice.happens(weather) {
            let reach = dice.pick(&[8, 30, 90]).unwrap_or(8);
            let place = u32::try_from(dice.below(reach)).unwrap_or_default();
            plan.statements.push((place, fault()));
        }
        let control = dice.pick(&["COMMIT", "COMMIT", "ROLLBACK TO job", "RELEASE job"]).unwrap_or("COMMIT");
        plan.before = dice.happens(weather).then(|| (control, fault()));
        plan.after_commit = dice.happens(weather).then(|| if dice.happens(500) { Fault::Lost } else { Fault::Crash });
        plan.room = dice.happens(weather).then(|| u32::try_from(dice.below(4)).unwrap_or_default());
        plan
    }
}

/// The plan in force, and what has come of it.
#[derive(Debug, Default)]
struct State {
    plan: Plan,
    statements: u32,
    outcome: Struck,
}

/// What has gone wrong.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Struck {
    /// How many statements failed, or may have.
    pub(super) faults: u32,
    /// Whether the process is dead.
    pub(super) crashed: bool,
}

thread_local! {
    static STATE: RefCell<State> = RefCell::default();
}

/// Puts a plan into force.
pub(super) fn arm(plan: Plan) {
    let outcome = Struck { faults: u32::from(plan.room.is_some()), crashed: false };
    STATE.with_borrow_mut(|state| *state = State { plan, outcome, ..State::default() });
}

/// Ends the plan, and tells what has come of it.
pub(super) fn disarm() -> Struck {
    STATE.with_borrow_mut(std::mem::take).outcome
}

/// Whether this is what is wrong on purpose.
pub(super) fn is_sabotaged(by: Sabotage) -> bool {
    STATE.with_borrow(|state| state.plan.sabotage == Some(by))
}

/// Whether the door's guard is to look at nobody.
pub(crate) fn skips_guard() -> bool {
    is_sabotaged(Sabotage::SkipGuard) || is_sabotaged(Sabotage::ForgetGuard)
}

/// Before a statement. `Some` where it is not to run and is to look as if it had changed so many rows.
pub(crate) fn before(text: &str) -> Result<Option<u64>, DbError> {
    STATE.with_borrow_mut(|state| {
        let number = state.statements;
        state.statements += 1;
        if state.outcome.crashed {
            return Err(DbError::Lost("the process is dead".to_owned()));
        }
        let planned = state.plan.statements.iter().find(|(place, _)| *place == number).map(|(_, fault)| *fault);
        let here = state.plan.before.take_if(|(control, _)| *control == text).map(|(_, fault)| fault);
        if let Some(fault) = planned.or(here) {
            return Err(state.strike(fault));
        }
        let forgotten = match state.plan.sabotage {
            Some(Sabotage::ForgetTally) => text.contains(" INTO tally "),
            Some(Sabotage::ForgetEvent) => text.contains(" INTO audit_event "),
            Some(Sabotage::KeepName) => text.contains(" FROM name "),
            Some(Sabotage::ForgetMark) => text.contains("session_mark"),
            Some(Sabotage::KeepAttachments) => text.contains(" FROM attachment "),
            _ => false,
        };
        Ok(forgotten.then_some(1))
    })
}

/// After a statement that controls a transaction has succeeded.
pub(crate) fn after(text: &str) -> Result<(), DbError> {
    STATE.with_borrow_mut(|state| {
        let fault = if text == "COMMIT" { state.plan.after_commit.take() } else { None };
        fault.map_or(Ok(()), |fault| Err(state.strike(fault)))
    })
}

impl State {
    fn strike(&mut self, fault: Fault) -> DbError {
        self.outcome.faults += 1;
        match fault {
            Fault::Busy => DbError::Busy("so the simulation wants it".to_owned()),
            Fault::Full => DbError::Full,
            Fault::Lost => DbError::Lost("so the simulation wants it".to_owned()),
            Fault::Crash => {
                self.outcome.crashed = true;
                DbError::Lost("the process dies".to_owned())
            }
        }
    }
}
