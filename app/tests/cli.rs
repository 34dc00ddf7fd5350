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

fn said(output: &Output) -> (String, String) {
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    (text(&output.stdout), text(&output.stderr))
}

/// An empty library, closed.
fn make_library(data_dir: &Path) -> Result<(), Box<dyn std::error::Error>> {
    make_library_of(data_dir, Vec::new())
}

fn make_library_of(
    data_dir: &Path,
    changes: Vec<postil_model::Change>,
) -> Result<(), Box<dyn std::error::Error>> {
    let lock = postil_store::Lock::acquire(data_dir).map_err(|error| error.to_string())?;
    let (store, events) = postil_store::start(lock, std::sync::Arc::new(|| {}))?;
    let opened = events.recv_timeout(std::time::Duration::from_mins(1))?;
    assert!(matches!(opened, postil_store::Event::Opened { .. }));
    let batch = postil_store::Batch {
        revision: 1,
        changes,
        ..postil_store::Batch::default()
    };
    assert_eq!(store.write(batch), Ok(()));
    let _ = store.close();
    Ok(())
}

#[test]
fn jobs_without_a_library_say_so_and_make_none() -> Result<(), Box<dyn std::error::Error>> {
    let dir = tempfile::tempdir()?;
    let data = dir.path().join("data");
    for job in [&["doctor"][..], &["backup"], &["restore"], &["export", "x"]] {
        let output = postil(&data, job)?;
        let (_, error) = said(&output);
        assert!(!output.status.success());
        assert!(error.contains("no library in this folder"), "{error}");
        assert!(!data.exists());
    }
    Ok(())
}

#[test]
fn a_backup_is_made_listed_and_brought_back() -> Result<(), Box<dyn std::error::Error>> {
    let dir = tempfile::tempdir()?;
    let data = dir.path();
    make_library(data)?;
    assert!(
        said(&postil(data, &["restore"])?)
            .0
            .contains("no backup yet")
    );
    let (made, _) = said(&postil(data, &["backup"])?);
    assert!(made.contains("postil-000001-"), "{made}");
    let (list, _) = said(&postil(data, &["restore"])?);
    assert!(list.contains("     1  "), "{list}");
    let output = postil(data, &["restore", "7"])?;
    assert!(!output.status.success());
    assert!(said(&output).1.contains("no such backup"));
    let output = postil(data, &["restore", "1"])?;
    let (words, error) = said(&output);
    assert!(output.status.success(), "{error}");
    assert!(words.contains("is kept:"), "{words}");
    Ok(())
}

#[test]
fn everything_is_exported_once_and_imported() -> Result<(), Box<dyn std::error::Error>> {
    let dir = tempfile::tempdir()?;
    let data = dir.path().join("data");
    make_library(&data)?;
    let file = dir.path().join("all.json");
    let file = &*file.to_string_lossy();
    let output = postil(&data, &["export", file])?;
    assert!(output.status.success(), "{}", said(&output).1);
    let output = postil(&data, &["export", file])?;
    assert!(!output.status.success());
    assert!(said(&output).1.contains("a file of this name already"));
    let other = dir.path().join("other");
    let output = postil(&other, &["import", file, "--profile", "work"])?;
    assert!(output.status.success(), "{}", said(&output).1);
    assert!(other.join("profiles/work/postil.redb").exists());
    let output = postil(&other, &["import", "/no/such/file"])?;
    assert!(said(&output).1.contains("There is no such file"));
    Ok(())
}

#[test]
fn the_doctor_tells_in_words_and_as_json_and_by_its_exit_code()
-> Result<(), Box<dyn std::error::Error>> {
    let dir = tempfile::tempdir()?;
    let data = dir.path();
    make_library(data)?;
    let output = postil(data, &["doctor"])?;
    assert!(output.status.success());
    assert!(said(&output).0.contains("All is well"));
    // Not a database any more.
    let database = std::fs::OpenOptions::new()
        .write(true)
        .open(data.join("postil.redb"))?;
    database.set_len(5)?;
    let output = postil(data, &["doctor", "--json"])?;
    let (json, error) = said(&output);
    assert!(!output.status.success());
    assert!(
        json.starts_with('{') && json.contains("\"possible\""),
        "{json}"
    );
    assert!(error.contains("Something is wrong"), "{error}");
    let output = postil(data, &["doctor", "--repair"])?;
    assert!(output.status.success(), "{:?}", said(&output));
    assert!(postil(data, &["doctor"])?.status.success());
    Ok(())
}

#[test]
fn the_doctor_looks_for_the_documents_in_their_folders() -> Result<(), Box<dyn std::error::Error>> {
    use postil_model::{Change, Document, DocumentId, Plan, PlanId, PlanStatus, Scope, Timestamp};
    let dir = tempfile::tempdir()?;
    let (data, garden) = (dir.path().join("data"), dir.path().join("garden"));
    std::fs::create_dir(&garden)?;
    std::fs::File::create(garden.join("here.md"))?;
    let at = Timestamp(1);
    let document = |id, path: &str| {
        Change::Document(Document {
            id: DocumentId(id),
            plan: PlanId(1),
            path: path.to_owned(),
            hash: None,
            first_seen: at,
            last_seen: at,
            missing: None,
        })
    };
    let plan = Change::Plan(Plan {
        id: PlanId(1),
        name: "Garden".to_owned(),
        folder: garden.to_string_lossy().into_owned(),
        description: String::new(),
        scope: Scope::default(),
        status: PlanStatus::Active,
        created: at,
        updated: at,
        removed: None,
    });
    let changes = vec![plan, document(2, "here.md"), document(3, "gone.md")];
    make_library_of(&data, changes)?;
    let output = postil(&data, &["doctor"])?;
    let (text, _) = said(&output);
    assert!(output.status.success(), "nothing is lost: {text}");
    assert!(
        text.contains("1 document of “Garden” is not in its folder, as gone.md"),
        "{text}"
    );
    std::fs::remove_dir_all(&garden)?;
    let (text, _) = said(&postil(&data, &["doctor"])?);
    assert!(
        text.contains("The folder of “Garden” is not there"),
        "{text}"
    );
    Ok(())
}
