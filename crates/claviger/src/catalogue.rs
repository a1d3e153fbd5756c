//! Folders of descriptions of services, from disk.

use std::{
    fs,
    path::{Path, PathBuf},
    sync::Arc,
};

use anyhow::{Context, Result};
use policy::catalogue::Catalogue;

/// The catalogue of the built-in services and of those that a folder, if there is one, describes.
///
/// Errors: what cannot be read or used, with the file and why.
pub(crate) fn read(folder: Option<&Path>) -> Result<Arc<Catalogue>> {
    let Some(folder) = folder else { return Ok(Catalogue::built_in()) };
    let texts = files(folder)
        .with_context(|| format!("cannot read the folder `{}` of the catalogue", folder.display()))?
        .into_iter()
        .map(|path| {
            let name = path.display().to_string();
            let text = fs::read_to_string(&path).with_context(|| format!("cannot read `{name}` of the catalogue"))?;
            Ok((name, text))
        })
        .collect::<Result<Vec<_>>>()?;
    let texts = texts.iter().map(|(name, text)| (name.as_str(), text.as_str()));
    Ok(Arc::new(Catalogue::with(texts).context("the catalogue cannot be used")?))
}

/// All that end in `.toml`, sorted. Not the hidden ones: editors keep such beside what they edit.
fn files(folder: &Path) -> std::io::Result<Vec<PathBuf>> {
    let mut found = fs::read_dir(folder)?
        .map(|entry| entry.map(|entry| entry.path()))
        .filter(|path| path.as_ref().is_ok_and(|path| is_description(path)) || path.is_err())
        .collect::<std::io::Result<Vec<_>>>()?;
    found.sort();
    Ok(found)
}

fn is_description(path: &Path) -> bool {
    let hidden = path.file_name().is_some_and(|name| name.as_encoded_bytes().starts_with(b"."));
    !hidden && path.extension().is_some_and(|extension| extension == "toml")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn descriptions_are_found_by_their_names() {
        let folder = tempfile::TempDir::new().unwrap();
        for name in ["b.toml", "a.toml", ".#a.toml", "a.toml~", "notes.md", "toml"] {
            fs::write(folder.path().join(name), "").unwrap();
        }
        let found = files(folder.path()).unwrap();
        assert_eq!(found, ["a.toml", "b.toml"].map(|name| folder.path().join(name)));
    }
}
