//! `cargo xtask package`: the program as it is given to others: a Debian package, an archive, the list of what is in it,
//! and sums over all (SEC-273).
//!
//! Everything but the C library is inside the program. That stays outside: a name of a database's host is looked up by
//! what the machine is set up with, which a C library of our own could not load.

use std::{
    fs,
    os::unix::fs::PermissionsExt,
    path::{Path, PathBuf},
    process::Command,
};

use serde_json::{Value, json};

use crate::command::{Failure, Result, cargo, output, root, step, target};

/// Where each file goes, and with which mode; the first part is the place in the project.
const FILES: [(&str, &str, u32); 8] = [
    ("packaging/claviger.service", "usr/lib/systemd/system/claviger.service", 0o644),
    ("packaging/credentials.conf", "usr/share/doc/claviger/credentials.conf", 0o644),
    ("packaging/claviger.toml", "etc/claviger/claviger.toml", 0o644),
    ("README.md", "usr/share/doc/claviger/README.md", 0o644),
    ("CHANGELOG.md", "usr/share/doc/claviger/CHANGELOG.md", 0o644),
    ("docs/guide.md", "usr/share/doc/claviger/guide.md", 0o644),
    ("docs/operate.md", "usr/share/doc/claviger/operate.md", 0o644),
    ("docs/security.md", "usr/share/doc/claviger/security.md", 0o644),
];
const COMPLETIONS: [(&str, &str); 3] = [
    ("bash", "usr/share/bash-completion/completions/claviger"),
    ("zsh", "usr/share/zsh/vendor-completions/_claviger"),
    ("fish", "usr/share/fish/vendor_completions.d/claviger.fish"),
];
const SCRIPTS: [&str; 4] = ["conffiles", "postinst", "prerm", "postrm"];

/// Builds the program in that profile, and packs it into `target/package`.
pub(crate) fn run(profile: &str) -> Result<()> {
    step(&mut cargo(&["build", "--profile", profile, "--locked", "-p", "claviger"]))?;
    let built = target()?.join(if profile == "dev" { "debug" } else { profile }).join("claviger");
    let place = target()?.join("package");
    let _ = fs::remove_dir_all(&place);
    let tree = place.join("root");
    put(&built, &tree.join("usr/bin/claviger"), 0o755)?;
    // For the image alone, whose base has no program that could make a folder.
    let data = place.join("data");
    fs::create_dir(&data).map_err(|cause| Failure::new(format!("cannot make `{}`: {cause}", data.display())))?;
    for (from, to, mode) in FILES {
        put(&root().join(from), &tree.join(to), mode)?;
    }
    for (shell, to) in COMPLETIONS {
        let text = output(Command::new(&built).args(["completions", shell]))?;
        write(&tree.join(to), &text, 0o644)?;
    }
    let version = text(output(Command::new(&built).arg("--version"))?)?;
    let version = version.split_whitespace().last().ok_or_else(|| Failure::new("the program has no version"))?;
    let architecture = text(output(Command::new("dpkg").arg("--print-architecture"))?)?;
    let name = format!("claviger_{version}_{}", architecture.trim());

    let bill = place.join(format!("{name}.cdx.json"));
    write(&bill, &materials(version)?, 0o644)?;
    let archive = place.join(format!("{name}.tar.gz"));
    let tar = ["--create", "--gzip", "--sort=name", "--owner=0", "--group=0", "--numeric-owner", "--file"];
    step(Command::new("tar").args(tar).arg(&archive).arg("--directory").arg(&tree).arg("."))?;
    debian(&tree, version, architecture.trim())?;
    let package = place.join(format!("{name}.deb"));
    step(Command::new("dpkg-deb").args(["--build", "--root-owner-group"]).arg(&tree).arg(&package))?;
    let names = [&bill, &archive, &package].map(|path| path.file_name().unwrap_or_default().to_owned());
    let sums = output(Command::new("sha256sum").args(names).current_dir(&place))?;
    write(&place.join("SHA256SUMS"), &sums, 0o644)?;
    eprintln!("packed into {}", place.display());
    Ok(())
}

/// What makes a package of the tree.
fn debian(tree: &Path, version: &str, architecture: &str) -> Result<()> {
    let needed = text(output(Command::new("readelf").arg("--version-info").arg(tree.join("usr/bin/claviger")))?)?;
    let (major, minor) = glibc(&needed).ok_or_else(|| Failure::new("the program needs no C library of a version"))?;
    let glibc = format!("{major}.{minor}");
    let control = read(&root().join("packaging/debian/control"))?;
    let control = control.replace("@VERSION@", version).replace("@ARCHITECTURE@", architecture);
    write(&tree.join("DEBIAN/control"), control.replace("@GLIBC@", &glibc).as_bytes(), 0o644)?;
    for script in SCRIPTS {
        let mode = if script == "conffiles" { 0o644 } else { 0o755 };
        put(&root().join("packaging/debian").join(script), &tree.join("DEBIAN").join(script), mode)?;
    }
    Ok(())
}

/// The C library's oldest version that has all that the program uses: mostly one older than this machine's.
fn glibc(needed: &str) -> Option<(u32, u32)> {
    let version = |word: &str| {
        let (major, minor) = word.strip_prefix("GLIBC_")?.split_once('.')?;
        Some((major.parse().ok()?, minor.split('.').next()?.parse().ok()?))
    };
    needed.split_whitespace().filter_map(version).max()
}

/// The crates that the program is made of, as a `CycloneDX` document.
fn materials(version: &str) -> Result<Vec<u8>> {
    let tree = ["tree", "-p", "claviger", "-e", "normal", "--prefix", "none", "--locked", "--format", "{p}|{l}"];
    let tree = text(output(&mut cargo(&tree))?)?;
    let mut components: Vec<Value> = tree.lines().filter_map(component).collect();
    components.sort_by_key(Value::to_string);
    components.dedup();
    let bill = json!({
        "bomFormat": "CycloneDX",
        "specVersion": "1.5",
        "version": 1,
        "metadata": { "component": { "type": "application", "name": "claviger", "version": version } },
        "components": components,
    });
    serde_json::to_vec_pretty(&bill).map_err(|cause| Failure::new(format!("the list of crates: {cause}")))
}

/// One of others; ours are the program itself.
fn component(line: &str) -> Option<Value> {
    let (package, licence) = line.split_once('|')?;
    let mut words = package.split_whitespace();
    let (name, version) = (words.next()?, words.next()?.trim_start_matches('v'));
    if words.any(|word| word.starts_with("(/")) {
        return None;
    }
    let licence = licence.trim_end_matches(" (*)").replace('/', " OR ");
    Some(json!({
        "type": "library",
        "name": name,
        "version": version,
        "purl": format!("pkg:cargo/{name}@{version}"),
        "licenses": [{ "expression": licence }],
    }))
}

fn put(from: &Path, to: &Path, mode: u32) -> Result<()> {
    let bytes = fs::read(from).map_err(|cause| Failure::new(format!("cannot read `{}`: {cause}", from.display())))?;
    write(to, &bytes, mode)
}

fn read(path: &PathBuf) -> Result<String> {
    fs::read_to_string(path).map_err(|cause| Failure::new(format!("cannot read `{}`: {cause}", path.display())))
}

fn write(to: &Path, bytes: &[u8], mode: u32) -> Result<()> {
    let folder = to.parent().map_or(Ok(()), fs::create_dir_all);
    let written = folder.and_then(|()| fs::write(to, bytes));
    let written = written.and_then(|()| fs::set_permissions(to, fs::Permissions::from_mode(mode)));
    written.map_err(|cause| Failure::new(format!("cannot write `{}`: {cause}", to.display())))
}

fn text(bytes: Vec<u8>) -> Result<String> {
    String::from_utf8(bytes).map_err(|_| Failure::new("a program printed what is no text"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_newest_symbol_says_which_c_library_is_needed() {
        let needed = "  0x0010: Name: GLIBC_2.9  Flags: none  Version: 3\n  0x0020: Name: GLIBC_2.34  Flags: none\n\
                      Name: GLIBC_2.2.5  Name: GCC_3.0  Name: GLIBC_PRIVATE";
        assert_eq!(glibc(needed), Some((2, 34)));
        assert_eq!(glibc("Name: GCC_3.0"), None);
    }

    #[test]
    fn crates_of_others_are_materials() {
        let found = component("serde v1.0.228|MIT OR Apache-2.0").unwrap();
        assert_eq!((&found["purl"], &found["version"]), (&"pkg:cargo/serde@1.0.228".into(), &"1.0.228".into()));
        assert_eq!(
            component("x v1.0.0 (proc-macro)|MIT/Apache-2.0 (*)").unwrap()["licenses"][0]["expression"],
            "MIT OR Apache-2.0"
        );
        assert_eq!(component("base v0.1.0 (/somewhere/crates/base)|Apache-2.0"), None);
        assert_eq!(component(""), None);
    }
}
