//! The clients' stories run in a Python environment of their own, with the vendors' SDKs in it.

use std::{
    fs,
    path::{Path, PathBuf},
    process::Command,
};

use crate::command::{Failure, Result, step, succeeds};

/// The first is whatever the user prefers; the second is Debian's, for which we can install venv.
const CANDIDATES: [&str; 2] = ["python3", "/usr/bin/python3"];

/// A Python 3 that can make environments. Debian's lacks `ensurepip` until `python3-venv` comes.
pub(crate) fn find() -> Option<&'static str> {
    CANDIDATES.into_iter().find(|program| {
        succeeds(Command::new(program).args(["-c", "import sys, venv, ensurepip; assert sys.version_info >= (3, 9)"]))
    })
}

/// The Python of the environment in `folder`, in which just what `requirements` asks for is
/// installed. It is made anew when the text of `requirements` has changed.
pub(crate) fn environment(program: &str, folder: &Path, requirements: &Path) -> Result<PathBuf> {
    let wanted = fs::read_to_string(requirements)
        .map_err(|cause| Failure::new(format!("cannot read `{}`: {cause}", requirements.display())))?;
    let python = folder.join("bin/python");
    let stamp = folder.join("requirements.stamp");
    if is_fresh(&wanted, &stamp) && succeeds(Command::new(&python).arg("--version")) {
        return Ok(python);
    }
    // Not an update: what is no longer asked for must go, too.
    step(Command::new(program).args(["-m", "venv", "--clear"]).arg(folder))?;
    step(
        Command::new(&python)
            .args(["-m", "pip", "install", "--disable-pip-version-check", "--no-input", "-r"])
            .arg(requirements),
    )?;
    fs::write(&stamp, &wanted).map_err(|cause| Failure::new(format!("cannot write `{}`: {cause}", stamp.display())))?;
    Ok(python)
}

/// The stamp is written last, so an installation that broke off has none.
fn is_fresh(wanted: &str, stamp: &Path) -> bool {
    fs::read_to_string(stamp).is_ok_and(|installed| installed == wanted)
}

#[cfg(test)]
mod tests {
    use std::{env, process};

    use super::*;

    #[test]
    fn an_environment_is_fresh_only_with_the_same_text() {
        let stamp = env::temp_dir().join(format!("claviger-xtask-{}.stamp", process::id()));
        fs::write(&stamp, "a==1\n").unwrap();
        assert!(is_fresh("a==1\n", &stamp));
        assert!(!is_fresh("a==2\n", &stamp));
        fs::remove_file(&stamp).unwrap();
        assert!(!is_fresh("a==1\n", &stamp));
    }
}
