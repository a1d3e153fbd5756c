//! What does not depend on the machine's mood: allocations and instructions for a decision, as valgrind counts them.
//!
//! An allocator that counts, in this program, would take a tenth of the peers' time, and none of ours.

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

/// One of valgrind's tools, and where its count is.
struct Tool {
    arguments: &'static [&'static str],
    before: &'static str,
    unit: &'static str,
}

const HEAP: Tool = Tool {
    arguments: &["--tool=memcheck", "--leak-check=no", "--undef-value-errors=no"],
    before: "total heap usage: ",
    unit: "allocs",
};
const CALLGRIND: Tool =
    Tool { arguments: &["--tool=callgrind", "--callgrind-out-file=/dev/null"], before: "Collected : ", unit: "instr" };

/// Counts both.
pub(super) fn run() -> Result<()> {
    match Command::new("valgrind").arg("--version").output() {
        Err(error) if error.kind() == ErrorKind::NotFound => {
            report::not_run("allocations and instructions for a decision", "valgrind is not installed");
            return Ok(());
        }
        version => ensure!(version?.status.success(), "valgrind does not work"),
    }
    allocations()?;
    instructions()
}

/// Ours, with an answer and no reasons, makes none.
fn allocations() -> Result<()> {
    let (cedar, casbin) = (HEAP.count(Engine::Cedar)?, HEAP.count(Engine::Casbin)?);
    for (name, engine) in [
        ("allocations, decide, 12 policies", Engine::Check),
        ("allocations, the same, names read too", Engine::ReadAndCheck),
        ("allocations, the same and a boundary", Engine::Bounded),
        ("allocations, the same as acl", Engine::Acl),
    ] {
        HEAP.line(name, &HEAP.count(engine)?, (CEDAR, &cedar), Bar::Below(1.0));
    }
    HEAP.line("allocations, explain, 12 policies", &HEAP.count(Engine::Explain)?, (CASBIN, &casbin), Bar::None);
    Ok(())
}

fn instructions() -> Result<()> {
    let (check, name) = (CALLGRIND.count(Engine::Check)?, "instructions, decide, 12 policies");
    CALLGRIND.line(name, &check, (CEDAR, &CALLGRIND.count(Engine::Cedar)?), Bar::None);
    CALLGRIND.line(name, &check, (CASBIN, &CALLGRIND.count(Engine::Casbin)?), Bar::None);
    let explain = CALLGRIND.count(Engine::Explain)?;
    CALLGRIND.line("instructions, explain, 12 policies", &explain, ("decide, 12 policies", &check), Bar::None);
    Ok(())
}

impl Tool {
    /// What it counts for a decision.
    fn count(&self, engine: Engine) -> Result<Samples> {
        let word = Engine::ALL.into_iter().find(|(known, _)| *known == engine).context("an engine without a word")?.1;
        let mut counted = [0; TIMES.len()];
        for (counted, times) in counted.iter_mut().zip(TIMES) {
            let mut command = Command::new("valgrind");
            command.args(self.arguments).arg(std::env::current_exe()?).args([WORD, word, &times.to_string()]);
            *counted = self.read(&command.output()?)?;
        }
        let ([less, more], [few, many]) = (counted, TIMES.map(i64::from));
        Ok(Samples::new(vec![float(more - less) / float(many - few)]))
    }

    /// The count in what it says of the probe.
    fn read(&self, output: &Output) -> Result<i64> {
        let text = String::from_utf8_lossy(&output.stderr);
        ensure!(output.status.success(), "the probe failed under valgrind: {text}");
        let count = text.lines().find_map(|line| line.split_once(self.before)).context("valgrind says no count")?.1;
        let digits: String = count.chars().take_while(|c| *c != ' ').filter(char::is_ascii_digit).collect();
        Ok(digits.parse()?)
    }

    fn line(&self, name: &str, ours: &Samples, (other, beside): (&str, &Samples), bar: Bar) {
        let beside = Some((other, Amount::median(beside, self.unit)));
        report::figure(&Figure { name, ours: Amount::median(ours, self.unit), beside, bar });
    }
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
