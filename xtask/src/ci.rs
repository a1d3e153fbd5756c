//! `cargo xtask ci`: exactly what CI runs, so that a green run here is a green run there.

use crate::{
    command::{Failure, Result, cargo, step, succeeds},
    test, tidy,
};

/// How much to run.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Extent {
    /// Format, clippy, tidy, tests: each change.
    Usual,
    /// Also documentation, the release build and the dependencies: before a release.
    Full,
}

/// Runs the parts, quick ones first; stops at the first that fails.
pub(crate) fn run(extent: Extent) -> Result<()> {
    if extent == Extent::Full && !succeeds(&mut cargo(&["deny", "--version"])) {
        return Err(Failure::new("cargo-deny is missing; run: cargo install --locked cargo-deny"));
    }
    step(&mut cargo(&["fmt", "--all", "--check"]))?;
    step(&mut cargo(&["clippy", "--workspace", "--all-targets", "--locked", "--", "-D", "warnings"]))?;
    eprintln!("== tidy");
    tidy::run()?;
    test::run(&test::Options::of_ci())?;
    if extent == Extent::Full {
        // Nothing else builds what is off by default.
        step(&mut cargo(&["clippy", "-p", "claviger", "--features", "otlp", "--locked", "--", "-D", "warnings"]))?;
        step(cargo(&["doc", "--no-deps", "--locked"]).env("RUSTDOCFLAGS", "-D warnings"))?;
        step(&mut cargo(&["build", "--release", "--locked"]))?;
        step(&mut cargo(&["deny", "--locked", "check", "bans", "licenses", "sources"]))?;
    }
    Ok(())
}
