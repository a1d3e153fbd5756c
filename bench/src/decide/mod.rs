//! May somebody do something? Our decision beside Cedar's and casbin's, on the same logical policies, all asserted to
//! allow what is asked and to deny what is not.

mod casbin;
mod cedar;
pub(crate) mod counts;
mod ours;
pub(crate) mod workload;

use anyhow::{Context, Result, ensure};

use self::{
    ours::Written,
    workload::{ALLOWED, Asked, DENIED, Policy},
};
use crate::{
    measure::{Samples, in_turns, nanos},
    report::{self, Amount, Bar, Figure},
};

const ROUNDS: u32 = 31;
/// How many policies the user has, itself and by its groups.
const SIZES: [usize; 3] = [1, MIDDLE, 100];
/// The number of policies that is promised for.
const MIDDLE: usize = 12;
/// What ours may take of Cedar's time there.
const BAR: f64 = 0.01;
const CEDAR: &str = "cedar 4.14, request prebuilt";
const CASBIN: &str = "casbin 2.20, keyMatch";
/// How many policies' statements make the document that is saved.
const SAVED: usize = 3;

/// Decides one question, which lies ready: whether it is allowed.
pub(crate) type Decider = Box<dyn Fn() -> bool>;

/// What decides.
#[derive(Clone, Copy, PartialEq)]
pub(crate) enum Engine {
    /// Ours.
    Check,
    /// Ours, after reading the names of action and resource.
    ReadAndCheck,
    /// Ours, saying why.
    Explain,
    /// Ours, within a boundary.
    Bounded,
    /// Ours, on access-control lists.
    Acl,
    /// A peer.
    Cedar,
    /// A peer.
    Casbin,
}

impl Engine {
    /// All of them, with the words by which a probe is told of them.
    const ALL: [(Self, &'static str); 7] = [
        (Self::Check, "check"),
        (Self::ReadAndCheck, "read-and-check"),
        (Self::Explain, "explain"),
        (Self::Bounded, "bounded"),
        (Self::Acl, "acl"),
        (Self::Cedar, "cedar"),
        (Self::Casbin, "casbin"),
    ];

    /// Makes it ready to decide what is allowed, after it has decided rightly.
    fn ready(self, policies: &[Policy]) -> Result<Decider> {
        for denied in DENIED {
            ensure!(!self.decider(policies, denied)?(), "an engine allows what is denied");
        }
        let decider = self.decider(policies, ALLOWED)?;
        ensure!(decider(), "an engine denies what is allowed");
        Ok(decider)
    }

    fn decider(self, policies: &[Policy], asked: Asked) -> Result<Decider> {
        match self {
            Self::Check => ours::check(policies, Written::Statements, asked),
            Self::ReadAndCheck => ours::read_and_check(policies, asked),
            Self::Explain => ours::explain(policies, asked),
            Self::Bounded => ours::bounded(policies, asked),
            Self::Acl => ours::check(policies, Written::Acl, asked),
            Self::Cedar => cedar::decider(policies, asked),
            Self::Casbin => casbin::decider(policies, asked),
        }
    }
}

/// Runs the benchmark.
pub(crate) fn run() -> Result<()> {
    for size in SIZES {
        peers(size)?;
    }
    kinds()?;
    save()?;
    counts::run()
}

/// Ours beside the peers.
fn peers(size: usize) -> Result<()> {
    let policies = workload::policies(size)?;
    let check = Engine::Check.ready(&policies)?;
    let (cedar, casbin) = (Engine::Cedar.ready(&policies)?, Engine::Casbin.ready(&policies)?);
    let [check, cedar, casbin] = in_turns(ROUNDS, [nanos(check), nanos(cedar), nanos(casbin)])?;
    let name = format!("decide, {size} {}", if size == 1 { "policy" } else { "policies" });
    let bar = if size == MIDDLE { Bar::RatioAtMost(BAR) } else { Bar::None };
    line(&name, &check, (CEDAR, &cedar), bar);
    line(&name, &check, (CASBIN, &casbin), Bar::None);
    Ok(())
}

/// What else ours can do, beside its plain decision.
fn kinds() -> Result<()> {
    let policies = workload::policies(MIDDLE)?;
    let ready = |engine: Engine| Ok::<_, anyhow::Error>(nanos(engine.ready(&policies)?));
    let contenders = [
        ready(Engine::Check)?,
        ready(Engine::ReadAndCheck)?,
        ready(Engine::Explain)?,
        ready(Engine::Bounded)?,
        ready(Engine::Acl)?,
    ];
    let [check, read, explain, bounded, acl] = in_turns(ROUNDS, contenders)?;
    for (name, ours) in [
        ("decide, 12 policies, names read too", &read),
        ("explain, 12 policies", &explain),
        ("decide, 12 policies and a boundary", &bounded),
        ("decide, 12 policies as acl", &acl),
    ] {
        line(name, ours, ("decide, 12 policies", &check), Bar::None);
    }
    Ok(())
}

/// What is done with a document when it is saved.
fn save() -> Result<()> {
    let policies = workload::policies(SAVED)?;
    let statements: Vec<_> = policies.into_iter().flat_map(|policy| policy.statements).collect();
    let (ours, cedar) = (ours::save(&statements), cedar::save(&statements)?);
    ours().context("the document cannot be read")?;
    cedar().context("Cedar cannot read the policies")?;
    let json = workload::document(&statements, workload::ACCOUNT);
    let json = || serde_json::from_str::<serde_json::Value>(&json).ok();
    let [ours, cedar, json] = in_turns(ROUNDS, [nanos(ours), nanos(cedar), nanos(json)])?;
    let name = format!("read and compile {} statements", statements.len());
    line(&name, &ours, ("cedar 4.14 parses the same", &cedar), Bar::None);
    line(&name, &ours, ("serde_json reads the text", &json), Bar::None);
    Ok(())
}

fn line(name: &str, ours: &Samples, (other, beside): (&str, &Samples), bar: Bar) {
    let beside = Some((other, Amount::with_min(beside, "ns")));
    report::figure(&Figure { name, ours: Amount::with_min(ours, "ns"), beside, bar });
}
