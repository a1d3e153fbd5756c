//! What does not depend on the machine's mood: allocations and instructions for a decision.

use std::{
    io::ErrorKind,
    process::{Command, Output},
};

use anyhow::{Context, Result, bail, ensure};

use super::{CASBIN, CEDAR, Engine, MIDDLE, workload};
use crate::{
    measure::{Samples, float},
    report::{self, Amount, Bar, Figure},
};

/// The word by which this program calls itself to decide again and again.
pub(crate) const WORD: &str = "--decide";
/// How often it decides in each of two runs. What starting and preparing cost is in both.
const TIMES: [u32; 2] = [20, 120];

/// Runs something without counting what it allocates: counting takes time. An Err of `work` is handed on.
pub(super) fn uncounted<T>(work: impl FnOnce() -> Result<T>) -> Result<T> {
    let mut outcome = None;
    allocation_counter::opt_out(|| outcome = Some(work()));
    outcome.context("nothing was done")?
}

/// Allocations for a decision. Ours, with an answer and no reasons, makes none.
pub(super) fn allocations() -> Result<()> {
    const UNIT: &str = "allocs";
    let policies = workload::policies(MIDDLE)?;
    let count = |engine: Engine| {
        let decider = engine.ready(&policies)?;
        let info = allocation_counter::measure(|| {
            std::hint::black_box(decider());
        });
        Ok::<_, anyhow::Error>(Samples::new(vec![float(i64::try_from(info.count_total)?)]))
    };
    let (cedar, casbin) = (count(Engine::Cedar)?, count(Engine::Casbin)?);
    for (name, engine) in [
        ("allocations, decide, 12 policies", Engine::Check),
        ("allocations, the same, names read too", Engine::ReadAndCheck),
        ("allocations, the same and a boundary", Engine::Bounded),
        ("allocations, the same as acl", Engine::Acl),
    ] {
        line(name, UNIT, &count(engine)?, (CEDAR, &cedar), Bar::Below(1.0));
    }
    line("allocations, explain, 12 policies", UNIT, &count(Engine::Explain)?, (CASBIN, &casbin), Bar::None);
    Ok(())
}

/// Instructions for a decision.
pub(super) fn instructions() -> Result<()> {
    const UNIT: &str = "instr";
    let Some(check) = count(Engine::Check)? else {
        report::not_run("instructions for a decision", "valgrind is not installed");
        return Ok(());
    };
    let counted = |engine| count(engine)?.context("valgrind is gone");
    let name = "instructions, decide, 12 policies";
    line(name, UNIT, &check, (CEDAR, &counted(Engine::Cedar)?), Bar::None);
    line(name, UNIT, &check, (CASBIN, &counted(Engine::Casbin)?), Bar::None);
    let (name, explain) = ("instructions, explain, 12 policies", counted(Engine::Explain)?);
    line(name, UNIT, &explain, ("decide, 12 policies", &check), Bar::None);
    Ok(())
}

/// As valgrind counts them; none where it is not installed.
fn count(engine: Engine) -> Result<Option<Samples>> {
    let (_, word) = Engine::ALL.into_iter().find(|(known, _)| *known == engine).context("an engine without a word")?;
    let mut counted = [0; TIMES.len()];
    for (counted, times) in counted.iter_mut().zip(TIMES) {
        let mut command = Command::new("valgrind");
        command.args(["--tool=callgrind", "--callgrind-out-file=/dev/null"]);
        command.arg(std::env::current_exe()?).args([WORD, word, &times.to_string()]);
        *counted = match command.output() {
            Err(error) if error.kind() == ErrorKind::NotFound => return Ok(None),
            output => collected(&output.context("valgrind does not start")?)?,
        };
    }
    let ([less, more], [few, many]) = (counted, TIMES.map(i64::from));
    Ok(Some(Samples::new(vec![float(more - less) / float(many - few)])))
}

/// The number of instructions in what callgrind says of itself.
fn collected(output: &Output) -> Result<i64> {
    let text = String::from_utf8_lossy(&output.stderr);
    ensure!(output.status.success(), "the probe failed under valgrind: {text}");
    let number = text.lines().find_map(|line| line.split_once("Collected :")).context("callgrind says no count")?.1;
    Ok(number.trim().parse()?)
}

/// In that process: decides.
pub(crate) fn probe(words: &[String]) -> Result<()> {
    let [word, times] = words else { bail!("not a probe") };
    let engine = Engine::ALL.into_iter().find(|(_, known)| known == word).context("not an engine")?.0;
    let decider = engine.ready(&workload::policies(MIDDLE)?)?;
    for _ in 0..times.parse::<u32>()? {
        std::hint::black_box(decider());
    }
    Ok(())
}

fn line(name: &str, unit: &str, ours: &Samples, (other, beside): (&str, &Samples), bar: Bar) {
    let beside = Some((other, Amount::median(beside, unit)));
    report::figure(&Figure { name, ours: Amount::median(ours, unit), beside, bar });
}
