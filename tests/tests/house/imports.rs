//! Who may import whom.

use anyhow::{Context as _, ensure};
use serde_json::Value;

use crate::cargo;

/// What a package may import of ours; one that is not listed may not exist.
const PACKAGES: &[(&str, &[&str])] = &[
    ("postil-model", &[]),
    ("postil-store", &["postil-model"]),
    ("postil-watcher", &[]),
    (
        "postil",
        &["postil-model", "postil-store", "postil-watcher"],
    ),
    (
        "postil-tests",
        &[
            "postil",
            "postil-model",
            "postil-store",
            "postil-watcher",
            "postil-xtask",
        ],
    ),
    ("postil-xtask", &["postil-model"]),
];

/// Packages of others that one of ours keeps to itself. The tests may use any.
const OWNED: &[(&str, &str)] = &[
    ("bincode", "postil-store"),
    ("redb", "postil-store"),
    ("serde", "postil-store"),
    ("ignore", "postil-watcher"),
    ("notify", "postil-watcher"),
    ("rustix", "postil-watcher"),
    ("xattr", "postil-watcher"),
    ("eframe", "postil"),
    ("egui", "postil"),
    ("egui_commonmark", "postil"),
    ("egui_dnd", "postil"),
    ("rfd", "postil"),
    ("winit", "postil"),
];

/// All that the model may be made of: values in, values out.
const PURE: &[&str] = &[
    "imara-diff",
    "percent-encoding",
    "pulldown-cmark",
    "regex",
    "unicode-segmentation",
];

fn import_complaints(metadata: &Value) -> anyhow::Result<Vec<String>> {
    let mut complaints = Vec::new();
    let packages = metadata["packages"].as_array().context("packages")?;
    for package in packages {
        let name = package["name"].as_str().context("a name")?;
        let Some((_, allowed)) = PACKAGES.iter().find(|(known, _)| *known == name) else {
            complaints.push(format!("{name} has no place in the house"));
            continue;
        };
        for dependency in package["dependencies"].as_array().context("dependencies")? {
            let of = dependency["name"].as_str().context("a name")?;
            let is_for_tests = dependency["kind"].as_str() == Some("dev");
            let is_ours = of == "postil" || of.starts_with("postil-");
            if is_ours && !allowed.contains(&of) {
                complaints.push(format!("{name} may not import {of}"));
            }
            let owner = OWNED
                .iter()
                .find(|(owned, _)| *owned == of)
                .map(|(_, owner)| *owner);
            if owner.is_some_and(|owner| owner != name && name != "postil-tests") {
                complaints.push(format!("{name} may not use {of}"));
            }
            if name == "postil-model" && !is_for_tests && !PURE.contains(&of) {
                complaints.push(format!("{name} is pure and may not use {of}"));
            }
        }
    }
    Ok(complaints)
}

#[test]
fn packages_import_what_they_may() -> anyhow::Result<()> {
    let metadata = cargo(&["metadata", "--no-deps", "--locked", "--format-version", "1"])?;
    let metadata = serde_json::from_str(&metadata)?;
    let complaints = import_complaints(&metadata)?;
    ensure!(complaints.is_empty(), "{complaints:#?}");
    let n_packages = metadata["packages"].as_array().map_or(0, Vec::len);
    ensure!(
        n_packages == PACKAGES.len(),
        "a package of the table is gone"
    );
    Ok(())
}

#[test]
fn a_forbidden_import_is_complained_about() -> anyhow::Result<()> {
    let metadata = serde_json::json!({ "packages": [
        { "name": "postil", "dependencies": [
            { "name": "postil-tests", "kind": "dev" },
            { "name": "redb", "kind": null },
            { "name": "egui", "kind": null },
        ]},
        { "name": "postil-watcher", "dependencies": [{ "name": "postil-model", "kind": null }] },
        { "name": "postil-model", "dependencies": [
            { "name": "rand", "kind": null },
            { "name": "proptest", "kind": "dev" },
        ]},
        { "name": "postil-tests", "dependencies": [{ "name": "redb", "kind": "dev" }] },
        { "name": "postil-cloud", "dependencies": [] },
    ]});
    let complaints = import_complaints(&metadata)?;
    ensure!(
        complaints
            == [
                "postil may not import postil-tests",
                "postil may not use redb",
                "postil-watcher may not import postil-model",
                "postil-model is pure and may not use rand",
                "postil-cloud has no place in the house",
            ],
        "{complaints:#?}"
    );
    Ok(())
}
