use std::path::Path;

use crate::command::UserCommand;
use crate::effects::Effect;
use crate::update::documents::tests::read;
use crate::update::tests::Bench;

/// What the person is offered for a link of the open document, `a.md` of `/plans/garden`.
fn offered(target: &str) -> (String, UserCommand) {
    let (mut bench, _) = Bench::with_plan();
    let effects = bench.user(UserCommand::FollowLink(target.to_owned()));
    assert!(
        effects.iter().all(|e| matches!(e, Effect::TickAfter(_))),
        "{effects:?}"
    );
    let notice = bench.state.notices.pop().expect("a notice");
    (notice.text, notice.action.expect("a way on").1)
}

#[test]
fn a_document_outside_is_opened_only_when_the_person_says_so() {
    let (text, action) = offered("../soil/./b%20c.md");
    assert!(text.contains("/plans/soil/b c.md"), "{text}");
    assert_eq!(
        action,
        UserCommand::OpenPaths(vec!["/plans/soil/b c.md".into()])
    );
}

#[test]
fn what_is_no_document_is_not_opened_at_all() {
    let (text, action) = offered("../../run.sh");
    assert!(text.contains("/run.sh"), "{text}");
    assert_eq!(action, UserCommand::CopyText("/run.sh".to_owned()));
    let (_, action) = offered("../../../../x.pdf");
    assert_eq!(action, UserCommand::CopyText("/x.pdf".to_owned()));
}

#[test]
fn the_editor_opens_the_file_at_the_line_of_the_words() {
    let (mut bench, plan) = Bench::with_plan();
    read(&mut bench, plan, "# Dig\n\nTwo beds.\n");
    let effects = bench.user(UserCommand::OpenInEditor(9));
    let opened = effects.iter().find_map(|effect| match effect {
        Effect::OpenInEditor { file, line } => Some((file.as_path(), *line)),
        _ => None,
    });
    assert_eq!(opened, Some((Path::new("/plans/garden/a.md"), 3)));
}
