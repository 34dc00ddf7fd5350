//! The command line of the built program: what is wrong is named, and nothing is changed.

use std::path::Path;
use std::process::{Command, Output};

fn postil(data_dir: &Path, args: &[&str]) -> std::io::Result<Output> {
    Command::new(env!("CARGO_BIN_EXE_postil"))
        .arg("--data-dir")
        .arg(data_dir)
        .args(args)
        .env_remove("DISPLAY")
        .env_remove("WAYLAND_DISPLAY")
        .output()
}

#[test]
fn a_bad_path_is_named_and_ends_the_program() -> std::io::Result<()> {
    let dir = tempfile::tempdir()?;
    let data = dir.path().join("data");
    let picture = dir.path().join("picture.png");
    std::fs::File::create(&picture)?;
    let picture = picture.to_string_lossy();
    for (path, reason) in [
        ("/no/such/folder", "nothing at this path"),
        (&*picture, "is not Markdown"),
    ] {
        let output = postil(&data, &[path])?;
        let said = String::from_utf8_lossy(&output.stderr);
        assert!(!output.status.success());
        assert!(said.contains(reason) && said.contains(path), "{said}");
        assert!(!data.join("postil.redb").exists());
    }
    Ok(())
}

#[test]
fn a_second_start_on_the_same_library_names_the_first() -> Result<(), Box<dyn std::error::Error>> {
    let dir = tempfile::tempdir()?;
    let _held = postil_store::Lock::acquire(dir.path()).map_err(|error| error.to_string())?;
    let output = postil(dir.path(), &[])?;
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(!output.status.success());
    assert!(said.contains(&std::process::id().to_string()), "{said}");
    Ok(())
}

#[test]
fn the_database_folder_is_refused() -> std::io::Result<()> {
    let dir = tempfile::tempdir()?;
    let output = postil(dir.path(), &[&dir.path().to_string_lossy()])?;
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(!output.status.success());
    assert!(said.contains("own database"), "{said}");
    Ok(())
}
