//! Stories in JavaScript run by Node's own test runner, with their packages in a folder under `target`.

use std::{
    fs,
    path::{Path, PathBuf},
    process::Command,
};

use crate::command::{Failure, Result, root, step, succeeds};

/// What an installation depends on, and all that npm gets to see.
const WISHES: [&str; 3] = ["package.json", "package-lock.json", ".npmrc"];
/// How a file of stories is called.
const STORIES: &str = ".test.mjs";

/// Whether there is npm and a Node new enough for the stories: what drives the browser asks for 20.
pub(crate) fn is_there() -> bool {
    let version = "process.exit(Number(process.versions.node.split('.')[0]) >= 20 ? 0 : 1)";
    succeeds(Command::new("node").args(["-e", version])) && succeeds(Command::new("npm").arg("--version"))
}

/// The folder under `target` in which just the packages are installed that the lockfile in `wishes` names. It is made
/// anew when that has changed.
pub(crate) fn packages(wishes: &Path, target: &Path) -> Result<PathBuf> {
    let name = wishes.file_name().unwrap_or_default().to_string_lossy();
    let folder = target.join(format!("node-{name}"));
    let wanted = WISHES.map(|file| read(&wishes.join(file))).into_iter().collect::<Result<Vec<_>>>()?.join("\0");
    let stamp = folder.join("wishes.stamp");
    if fs::read_to_string(&stamp).is_ok_and(|installed| installed == wanted) {
        return Ok(folder);
    }
    // The stamp is written last, so an installation that broke off has none.
    fs::create_dir_all(&folder)
        .map_err(|cause| Failure::new(format!("cannot make `{}`: {cause}", folder.display())))?;
    for file in WISHES {
        write(&folder.join(file), &read(&wishes.join(file))?)?;
    }
    step(Command::new("npm").arg("ci").current_dir(&folder))?;
    write(&stamp, &wanted)?;
    Ok(folder)
}

/// Node's test runner over the named files of stories in `folder`, or over all of them where none is named. `folder` is
/// named from the workspace's folder. Errors: there is no story, since a run of none passes.
pub(crate) fn stories(folder: &Path, files: &[&str]) -> Result<Command> {
    let mut names: Vec<String> = files.iter().map(|name| (*name).to_owned()).collect();
    if names.is_empty() {
        names = all_stories(folder)?;
    }
    let mut node = Command::new("node");
    // Most of a story is waiting for another process, so that two of them go well on two cores.
    node.args(["--test", "--test-concurrency=2", "--test-reporter=spec"])
        .args(names.iter().map(|name| folder.join(name)));
    node.current_dir(root());
    Ok(node)
}

fn all_stories(folder: &Path) -> Result<Vec<String>> {
    let listed = fs::read_dir(root().join(folder))
        .map_err(|cause| Failure::new(format!("cannot read `{}`: {cause}", folder.display())))?;
    let mut names: Vec<String> =
        listed.flatten().map(|entry| entry.file_name().to_string_lossy().into_owned()).collect();
    names.retain(|name| name.ends_with(STORIES));
    names.sort();
    if names.is_empty() {
        return Err(Failure::new(format!("there is no `*{STORIES}` in `{}`", folder.display())));
    }
    Ok(names)
}

fn read(file: &Path) -> Result<String> {
    fs::read_to_string(file).map_err(|cause| Failure::new(format!("cannot read `{}`: {cause}", file.display())))
}

fn write(file: &Path, text: &str) -> Result<()> {
    fs::write(file, text).map_err(|cause| Failure::new(format!("cannot write `{}`: {cause}", file.display())))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_file_of_stories_is_run_and_a_folder_without_one_is_a_failure() {
        let command = stories(Path::new("tests/clients/js"), &[]).unwrap();
        let words: Vec<_> = command.get_args().map(|word| word.to_string_lossy().into_owned()).collect();
        assert!(words.contains(&"tests/clients/js/sts.test.mjs".to_owned()), "{words:?}");
        assert!(stories(Path::new("xtask/src"), &[]).unwrap_err().message.contains("xtask/src"));
    }

    #[test]
    fn the_locks_name_no_place_that_packages_come_from() {
        let lock = read(&root().join("tests/clients/js/package-lock.json")).unwrap();
        assert!(!lock.contains("\"resolved\"") && lock.contains("\"integrity\""));
    }
}
