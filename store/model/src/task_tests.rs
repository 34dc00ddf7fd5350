use super::{Task, Tick};
use crate::DocumentId;

const PLAN: &str = "# Dig\r\n\r\n- [ ] Two beds\r\n- [x] Test\r\n  - [ ] Test\r\n- [X] Test\r\n";

fn mark(text: &str, nth: usize) -> usize {
    text.match_indices("- [")
        .nth(nth)
        .map(|(at, _)| at + 3)
        .unwrap()
}

fn toggled(text: &str, nth: usize) -> Tick {
    Tick::toggle(DocumentId(1), text, mark(text, nth)).unwrap()
}

#[test]
fn a_task_is_known_by_its_line() {
    let task = Task::at(PLAN, mark(PLAN, 0)).unwrap();
    assert_eq!(task.line, "- [ ] Two beds");
    assert_eq!(task.words(), "Two beds");
    assert_eq!((task.column, task.nth, task.n_alike), (3, 0, 1));
    // The nested one begins otherwise; done or not makes no difference.
    let task = Task::at(PLAN, mark(PLAN, 3)).unwrap();
    assert_eq!((task.nth, task.n_alike), (1, 2));
}

#[test]
fn every_task_is_found_where_it_is() {
    for nth in 0..4 {
        let at = mark(PLAN, nth);
        assert_eq!(Task::at(PLAN, at).unwrap().find(PLAN), Some(at));
    }
}

#[test]
fn a_tick_changes_one_byte_and_back() {
    let tick = toggled(PLAN, 0);
    assert_eq!((tick.before, tick.after), (' ', 'x'));
    assert_eq!(tick.label(), "Tick “Two beds”");
    let ticked = PLAN.replace("[ ] Two", "[x] Two");
    assert_eq!(tick.reversed().find(&ticked), Some(mark(&ticked, 0)));
    assert_eq!(tick.reversed().label(), "Untick “Two beds”");
    // A capital comes back as one.
    let untick = toggled(PLAN, 3);
    assert_eq!((untick.before, untick.after), ('X', ' '));
    assert_eq!(untick.reversed().after, 'X');
}

#[test]
fn a_task_is_found_after_the_text_around_it_changed() {
    let tick = toggled(PLAN, 3);
    let longer = PLAN.replace("# Dig", "# Dig deeper\r\n\r\nFirst this.");
    assert_eq!(tick.find(&longer), Some(mark(&longer, 3)));
    let unix = PLAN.replace("\r\n", "\n");
    assert_eq!(tick.find(&unix), Some(mark(&unix, 3)));
}

#[test]
fn nothing_is_ticked_that_may_be_another_task() {
    let tick = toggled(PLAN, 3);
    // Another one of the same words: which of the three is it?
    assert_eq!(tick.find(&format!("{PLAN}- [ ] Test\r\n")), None);
    assert_eq!(tick.find(&PLAN.replacen("- [x] Test\r\n", "", 1)), None);
    // Somebody else has unticked it.
    assert_eq!(tick.find(&PLAN.replace("[X]", "[ ]")), None);
    assert_eq!(toggled(PLAN, 0).find(""), None);
}

#[test]
fn what_is_no_mark_is_no_task() {
    for at in [0, 1, 2, PLAN.len() - 1, PLAN.len(), PLAN.len() + 9] {
        assert_eq!(Task::at(PLAN, at), None, "{at}");
    }
    assert_eq!(Task::at("- [é] No", 3), None);
    assert_eq!(Task::at("- [é] No", 4), None);
}

#[test]
fn a_line_without_end_is_known_by_its_beginning() {
    let text = format!("- [ ] {}\n", "é".repeat(2_000_000));
    let task = Task::at(&text, 3).unwrap();
    assert!(task.line.len() <= 1_000);
    assert_eq!(task.find(&text), Some(3));
}
