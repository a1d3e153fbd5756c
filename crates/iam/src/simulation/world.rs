//! A world: one store, some nodes, one clock, and a scheduler that draws what happens next.

use std::{collections::BTreeMap, path::Path, sync::Arc};

use base::{
    ids::{AccountId, UserId},
    secret::SecretText,
    timestamp::Timestamp,
};
use decide::{identity::Actor, session::Session};

use super::{
    choose::Choice,
    deeds::{Deed, Given, Proof, Question, Who},
    dice::Dice,
    faulty::{self, Plan, Sabotage, Struck},
    history::{History, Violation},
    invariants::Watch,
    jobs::{Asked, From},
    model::Model,
    node::{Node, keyring},
};
use crate::{
    audit::KeptHead,
    clock::{Clock, ManualClock},
    db::{instance, job::Job, sqlite},
    error::{Error, Quota, Result as Answer},
    master_keys::Version,
    sessions::Credentials,
    store::DATABASE_FILE,
};

const SECOND: i64 = 1_000_000;
const DAY: i64 = 86_400 * SECOND;
/// After how many steps everything is checked, and not only what is cheap.
const EVERYTHING: u32 = 60;

/// A key or a session, of whatever became of it.
#[derive(Debug, Clone)]
pub(super) struct Credential {
    pub(super) account: AccountId,
    /// Whose it is, or who began it.
    pub(super) principal: u64,
    pub(super) proof: Proof,
    /// The secret of an access key, or the text of an API key. Nobody knows it where the answer was lost.
    pub(super) secret: Option<SecretText>,
    /// What proves that it is this session.
    pub(super) session: Option<(Arc<Session>, Arc<Credentials>)>,
}

impl Credential {
    /// Who asks with it: those who act as themselves. Sessions of roles are only verified and decided about.
    pub(super) fn who(&self) -> Option<Who> {
        let Self { account, principal, proof, session, .. } = self;
        let is_role = session.as_ref().is_some_and(|(session, _)| matches!(session.actor, Actor::Role(_)));
        let who = Who::Principal { account: *account, principal: UserId::new(*principal).ok()?, proof: *proof };
        (!is_role).then_some(who)
    }
}

/// What was asked for in a step, and what came back: nothing where the node died.
pub(super) struct Pending {
    pub(super) who: Who,
    pub(super) what: What,
    pub(super) request: String,
    pub(super) answer: Option<Answer<Given>>,
}

pub(super) enum What {
    Change(Deed),
    Ask(Question),
}

/// See the module.
pub(super) struct World {
    pub(super) dice: Dice,
    pub(super) clock: Arc<ManualClock>,
    directory: tempfile::TempDir,
    pub(super) look: rusqlite::Connection,
    /// `None` while a node is down.
    pub(super) nodes: Vec<Option<Node>>,
    /// A node that only looks, and that nothing ever happens to.
    pub(super) auditor: Node,
    pub(super) model: Model,
    pub(super) credentials: Vec<Credential>,
    /// Sessions that were begun in this step.
    pub(super) begun: Vec<Arc<Credentials>>,
    pub(super) watch: Watch,
    pub(super) kept: BTreeMap<AccountId, KeptHead>,
    pub(super) history: History,
    weather: u64,
    pub(super) sabotage: Option<Sabotage>,
    step: u32,
    /// Everything goes well until there is an account to work in.
    calm: bool,
}

impl World {
    pub(super) fn new(seed: u64, sabotage: Option<Sabotage>) -> Self {
        let dice = Dice::new(seed);
        let clock = Arc::new(ManualClock::new(Timestamp::parse_seconds("2026-07-01T12:00:00Z").unwrap()));
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join(DATABASE_FILE);
        prepare(&path, &*clock);
        let auditor = Node::start(&path, &clock, dice.number(), "auditor".to_owned()).unwrap();
        let look = rusqlite::Connection::open(&path).unwrap();
        look.set_prepared_statement_cache_capacity(64);
        let nodes = 1 + dice.below(4);
        let weather = dice.pick(&[0, 20, 60, 150]).unwrap_or_default();
        let nodes = (0..nodes).map(|_| None).collect();
        Self {
            dice,
            clock,
            directory,
            look,
            nodes,
            auditor,
            model: Model::default(),
            credentials: Vec::new(),
            begun: Vec::new(),
            watch: Watch::default(),
            kept: BTreeMap::new(),
            history: History::default(),
            weather,
            sabotage,
            step: 0,
            calm: true,
        }
    }

    /// Lets so many things happen, and looks after each whether all is as it must be.
    pub(super) fn run(&mut self, steps: u32) -> Result<(), Violation> {
        self.begin()?;
        for _ in 0..steps {
            self.step += 1;
            self.step()?;
            if self.step.is_multiple_of(EVERYTHING) {
                self.check_everything()?;
            }
        }
        self.check_everything()
    }

    /// Starts the nodes, makes an account or two with something in it, and sets low limits.
    fn begin(&mut self) -> Result<(), Violation> {
        for place in 0..self.nodes.len() {
            self.start(place);
        }
        for _ in 0..=self.dice.below(2) {
            let account = self.choice().new_account();
            self.do_one(0, Who::Operator, Deed::CreateAccount { account })?;
            if let Some(root) = self.credentials.last().and_then(Credential::who).filter(|who| who.account() == account)
            {
                for deed in self.choice().beginning() {
                    self.do_one(0, root, deed)?;
                }
            }
            for quota in Quota::ALL {
                let limit = 2 + self.dice.below(3);
                self.do_one(0, Who::Operator, Deed::SetQuota { account, quota: *quota, limit })?;
            }
        }
        self.calm = false;
        Ok(())
    }

    fn do_one(&mut self, place: usize, who: Who, deed: Deed) -> Result<(), Violation> {
        self.turn(place, |world, node| Ok(vec![world.ask(node, who, What::Change(deed), Node::change)]))
    }

    fn step(&mut self) -> Result<(), Violation> {
        self.clock.advance_micros(self.dice.pick(&[0, 700, 3_000, 40_000, SECOND]).unwrap_or_default());
        self.model.now_us = self.clock.now().micros();
        let place = usize::try_from(self.dice.below(self.nodes.len() as u64)).unwrap_or_default();
        if self.nodes[place].is_none() {
            self.start(place);
            return self.after_step(place, &[], Struck::default());
        }
        match self.dice.weigh(&[46, 14, 12, 12, 5, 5, 4, 4]) {
            0 => {
                let (who, deed) = self.choice().deed();
                self.do_one(place, who, deed)
            }
            1 => self.turn(place, |world, node| Ok(if node.poll() { world.batch(node) } else { Vec::new() })),
            2 => self.turn(place, |world, node| {
                let (who, question) = world.choice().question();
                Ok(vec![world.ask(node, who, What::Ask(question), Node::query)])
            }),
            3 => self.turn(place, |world, node| {
                world.watch.caught_up = node.poll();
                world.history.count("followed");
                Ok(Vec::new())
            }),
            4 => self.turn(place, |_, node| node.record_reads().map(|()| Vec::new())),
            5 => {
                let jump = self.dice.pick(&[-DAY, -SECOND, 61 * SECOND, DAY, 2 * DAY]).unwrap_or_default();
                self.clock.advance_micros(jump);
                self.history.tell(format!("{}: the clock moves by {jump}", self.step));
                self.after_step(place, &[], Struck::default())
            }
            6 => {
                self.history.tell(format!("{}: node {place} dies", self.step));
                self.nodes[place] = None;
                self.after_step(place, &[], Struck::default())
            }
            _ => self.turn(place, |world, node| {
                world.history.count("pruned");
                node.prune();
                Ok(Vec::new())
            }),
        }
    }

    /// Several changes in one commit, by the embedded database's own writer. It has nobody beside it and follows no
    /// feed, so the node has just done that.
    fn batch(&mut self, node: &Node) -> Vec<Pending> {
        self.history.count("batch");
        let mut jobs = Vec::new();
        let mut waiting = Vec::new();
        for place in 0..=self.dice.below(6) {
            let (who, deed) = self.choice().deed();
            let request = format!("{}-{place}", self.step);
            let session = self.session_of(&who);
            let from = From { core: &node.core, who, session, request: &request };
            let Asked { job, answer } = deed.clone().ask(&from);
            jobs.push(job);
            waiting.push((who, deed, request, answer));
        }
        node.batch(jobs);
        let pending = |(who, deed, request, answer): (_, _, _, Box<dyn FnOnce() -> _>)| Pending {
            who,
            what: What::Change(deed),
            request,
            answer: answer(),
        };
        waiting.into_iter().map(pending).collect()
    }

    fn session_of(&self, who: &Who) -> Option<Arc<Session>> {
        let Who::Principal { proof, .. } = who else { return None };
        let credential = self.credentials.iter().find(|credential| credential.proof == *proof);
        credential?.session.as_ref().map(|(session, _)| Arc::clone(session))
    }

    fn ask(&self, node: &Node, who: Who, what: What, run: fn(&Node, Box<dyn Job>)) -> Pending {
        let request = self.step.to_string();
        let from = From { core: &node.core, who, session: self.session_of(&who), request: &request };
        let Asked { job, answer } = match &what {
            What::Change(deed) => deed.clone().ask(&from),
            What::Ask(question) => question.clone().ask(&from),
        };
        run(node, job);
        node.drain();
        Pending { who, what, request, answer: answer() }
    }

    /// Lets a node do something, with whatever goes wrong meanwhile, and settles what came of it.
    fn turn(
        &mut self,
        place: usize,
        work: impl FnOnce(&mut Self, &Node) -> Result<Vec<Pending>, Violation>,
    ) -> Result<(), Violation> {
        let Some(node) = self.nodes[place].take() else { return Ok(()) };
        let weather = if self.calm { 0 } else { self.weather };
        self.watch.before(node.snapshot().as_deref());
        let plan = Plan::draw(&self.dice, weather, self.sabotage.filter(|_| !self.calm));
        node.leave_room(plan.room)?;
        let loads = node.loads.get();
        faulty::arm(plan);
        let pending = work(self, &node);
        let struck = faulty::disarm();
        if node.loads.get() > loads {
            self.history.count("loaded");
        }
        node.leave_room(None)?;
        let mut pending = pending?;
        let broken = struck.crashed || node.is_broken();
        self.nodes[place] = Some(node);
        if struck.crashed {
            self.history.count("crash");
            // Whoever asked a process that died has heard nothing.
            for pending in &mut pending {
                pending.answer = None;
            }
        }
        if broken {
            self.nodes[place] = None;
        }
        self.after_step(place, &pending, struck)
    }

    fn start(&mut self, place: usize) {
        let path = self.directory.path().join(DATABASE_FILE);
        let weather = if self.calm { 0 } else { self.weather };
        faulty::arm(Plan::draw(&self.dice, weather, self.sabotage.filter(|_| !self.calm)));
        let node = Node::start(&path, &self.clock, self.dice.number(), format!("node-{place}"));
        let struck = faulty::disarm();
        let outcome = node.as_ref().map_or_else(Error::to_string, |_| "it is up".to_owned());
        self.history.tell(format!("{}: node {place} starts: {outcome}", self.step));
        self.nodes[place] = node.ok().filter(|_| !struck.crashed);
        self.watch.caught_up = self.nodes[place].is_some();
    }

    pub(super) fn choice(&self) -> Choice<'_> {
        Choice { dice: &self.dice, model: &self.model, credentials: &self.credentials }
    }
}

/// Makes the store.
fn prepare(path: &Path, clock: &dyn Clock) {
    std::fs::File::create_new(path).unwrap();
    let connection = sqlite::open(path, |_| Ok(())).unwrap();
    let check = keyring().make_check(Version::FIRST, &super::dice::SeededRandom::new(0)).unwrap();
    sqlite::transact(&connection, |tx| Ok(instance::create(tx, check, clock.now())?)).unwrap();
}
