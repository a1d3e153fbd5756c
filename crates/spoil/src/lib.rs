//! Seeded mutation: how the tests of all crates try what comes from outside (SEC-274).
//!
//! What is tried is a *body*: a function that takes bytes, panics where something is wrong with how they are read, and
//! tells whether they were taken. The bodies of a crate stand in its `fuzz.rs`. An ordinary test gives one its seeds,
//! which are inputs that are taken, and some pieces that mean something to who reads them; `cargo xtask fuzz` gives the
//! same body to a fuzzer that sees which code runs.
//!
//! Of tests only: nothing depends on this but their builds.

mod mutate;

use std::{
    env, fs,
    panic::{AssertUnwindSafe, catch_unwind, resume_unwind},
    path::Path,
    time::{Duration, Instant},
};

use mutate::Random;

/// For how many seconds each body is tried, where this is set: at least its rounds.
pub const SECONDS: &str = "CLAVIGER_FUZZ_SECONDS";
/// A folder into which the seeds of each body are written, in a folder of its name, in place of trying it.
pub const CORPUS: &str = "CLAVIGER_FUZZ_CORPUS";

/// The first round's seed. The same on every machine.
const SEED: u64 = 0x9E37_79B9_7F4A_7C15;
/// Of so many inputs at least one must be taken, and one not: else seeds and pieces show nothing.
const SHARE: u64 = 200;

/// What a body is tried with.
#[derive(Debug)]
pub struct Trial<'a> {
    /// The body's name.
    pub name: &'a str,
    /// Inputs that are taken, or once were wrongly.
    pub seeds: Vec<Vec<u8>>,
    /// What means something in them.
    pub pieces: &'a [&'a [u8]],
    /// How often it is tried at least.
    pub rounds: u64,
}

impl Trial<'_> {
    /// Tries `body` with each seed as it is, then with spoilt ones.
    ///
    /// # Panics
    /// Where the body does, having printed the input; and where nearly all inputs are taken, or nearly none.
    pub fn run(&self, body: impl Fn(&[u8]) -> bool) {
        if let Some(folder) = env::var_os(CORPUS) {
            return self.write_seeds(&Path::new(&folder).join(self.name));
        }
        let body = |input: &[u8]| self.watched(&body, input);
        for seed in &self.seeds {
            body(seed);
        }
        let least = env::var(SECONDS).map_or(Duration::ZERO, |text| {
            Duration::from_secs(text.parse().expect("the environment gives a number of seconds"))
        });
        let (started, mut random) = (Instant::now(), Random::new(SEED));
        let (mut rounds, mut taken) = (0, 0);
        while rounds < self.rounds || started.elapsed() < least {
            let input = random.spoilt(&self.seeds, self.pieces);
            taken += u64::from(body(&input));
            rounds += 1;
        }
        eprintln!("{}: {taken} of {rounds} inputs were taken", self.name);
        let refused = rounds - taken;
        assert!(taken >= rounds / SHARE, "{}: {taken} of {rounds} were taken: the seeds show nothing", self.name);
        assert!(refused >= rounds / SHARE, "{}: {refused} of {rounds} were refused: too tame", self.name);
    }

    fn watched(&self, body: &impl Fn(&[u8]) -> bool, input: &[u8]) -> bool {
        catch_unwind(AssertUnwindSafe(|| body(input))).unwrap_or_else(|panic| {
            eprintln!("{}: it was tried with b\"{}\"", self.name, input.escape_ascii());
            resume_unwind(panic)
        })
    }

    fn write_seeds(&self, folder: &Path) {
        fs::create_dir_all(folder).expect("the folder for seeds can be made");
        for (place, seed) in self.seeds.iter().enumerate() {
            fs::write(folder.join(format!("seed-{place:03}")), seed).expect("a seed can be written");
        }
    }
}

#[cfg(test)]
mod tests {
    use std::{cell::RefCell, collections::BTreeSet};

    use super::*;

    fn trial(seeds: &[&str]) -> Trial<'static> {
        let seeds = seeds.iter().map(|seed| seed.as_bytes().to_vec()).collect();
        Trial { name: "trial", seeds, pieces: &[b"x"], rounds: 2_000 }
    }

    #[test]
    fn many_inputs_are_tried_and_seeds_as_they_are() {
        if env::var_os(CORPUS).is_some() {
            return; // nothing is tried then
        }
        let seen = RefCell::new(BTreeSet::new());
        trial(&["12", "345"]).run(|input| {
            seen.borrow_mut().insert(input.to_vec());
            input.iter().all(u8::is_ascii_digit)
        });
        let seen = seen.borrow();
        assert!(
            seen.len() > 500 && seen.contains("12".as_bytes()) && seen.contains("345".as_bytes()),
            "{}",
            seen.len()
        );
    }

    #[test]
    fn what_always_or_never_is_taken_is_no_trial() {
        if env::var_os(CORPUS).is_some() {
            return;
        }
        for taken in [true, false] {
            assert!(catch_unwind(|| trial(&["1"]).run(|_| taken)).is_err(), "{taken}");
        }
    }

    #[test]
    fn a_body_that_panics_fails_the_trial() {
        if env::var_os(CORPUS).is_some() {
            return;
        }
        let failed = catch_unwind(|| trial(&["1"]).run(|input| !input.contains(&b'x') || panic!("an x")));
        assert_eq!(failed.unwrap_err().downcast_ref::<&str>(), Some(&"an x"));
    }
}
