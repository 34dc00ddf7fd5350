//! The sample plan, carried in the binary.

/// The name of the folder that it is unpacked to.
pub const FOLDER_NAME: &str = "postil-sample-plan";

macro_rules! sample {
    ($($path:literal),* $(,)?) => {
        &[$(($path, include_bytes!(concat!("../../assets/sample-plan/", $path)))),*]
    };
}

const FILES: &[(&str, &[u8])] = sample![
    "00-overview.md",
    "01-count-the-shelves.md",
    "02-build-the-ledger.md",
    "03-side-by-side.md",
    "04-let-the-cards-rest.md",
    "decisions.md",
    "glossary.md",
    "images/loans-by-month.png",
    "images/way-of-a-loan.svg",
    "progress.md",
    "risks.md",
];

/// The files: path under the folder, and bytes.
#[must_use]
pub fn files() -> Vec<(String, Vec<u8>)> {
    FILES
        .iter()
        .map(|(path, bytes)| ((*path).to_owned(), bytes.to_vec()))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;
    use std::path::Path;

    fn list(folder: &Path, base: &Path, found: &mut BTreeSet<String>) {
        for entry in folder.read_dir().expect("the sample plan") {
            let path = entry.expect("an entry").path();
            if path.is_dir() {
                list(&path, base, found);
            } else {
                let relative = path.strip_prefix(base).expect("below the folder");
                found.insert(relative.to_string_lossy().into_owned());
            }
        }
    }

    #[test]
    fn the_binary_carries_every_file_of_the_sample_plan() {
        let base = Path::new(env!("CARGO_MANIFEST_DIR")).join("../assets/sample-plan");
        let mut on_disk = BTreeSet::new();
        list(&base, &base, &mut on_disk);
        let carried: BTreeSet<String> = files().into_iter().map(|(path, _)| path).collect();
        assert_eq!(carried, on_disk);
    }
}
