//! How well the screen follows the folders: a word or two beside the plan, and a sheet behind it.

use egui::{Label, RichText, ScrollArea, Sense, Ui};
use postil_model::{Plan, Timestamp};
use postil_watcher::Health;

use super::View;
use super::parts::sheet;
use crate::clock::ago;
use crate::command::{UserCommand, WatchingCommand};
use crate::fonts;
use crate::state::{Folder, Sheet};
use crate::theme::{size, space};
use crate::update::count;

/// More unreadable files than these are a number.
const N_PROBLEMS_SHOWN: usize = 20;

/// What is said of a folder: the words, why, and whether it is as it should be.
struct Words {
    text: String,
    why: String,
    is_well: bool,
}

/// Says how well the screen follows the open plan's folder. A click tells more.
pub(super) fn health_ui(ui: &mut Ui, view: &mut View<'_>) {
    let t = view.tokens;
    let plan = view
        .state
        .open_plan
        .and_then(|id| view.state.library.plan(id));
    let (Some(folder), Some(plan)) = (view.state.open_folder(), plan) else {
        return;
    };
    let words = words(folder, view.now);
    let changed = format!("Changed {}", ago(plan.updated, view.now));
    let (text, hover) = if words.is_well {
        (changed, "Changes on disk show by themselves".to_owned())
    } else {
        (words.text, words.why)
    };
    let color = if words.is_well { t.ink_soft } else { t.warn };
    let text = RichText::new(text).size(size::SMALL).color(color);
    let state = ui.add(Label::new(text).sense(Sense::click()));
    let state = state
        .on_hover_text(format!("{hover}\nClick for how the folders are watched"))
        .on_hover_cursor(egui::CursorIcon::PointingHand);
    let n_problems = n_problems(folder);
    let mut is_clicked = state.clicked();
    if n_problems > 0 {
        let text = RichText::new(count(n_problems, "problem"));
        let label = Label::new(text.size(size::SMALL).color(t.warn)).sense(Sense::click());
        let problems = ui
            .add(label)
            .on_hover_text(problem_lines(folder).join("\n"))
            .accessible_name("Some files cannot be read");
        is_clicked |= problems.clicked();
    }
    if is_clicked {
        view.ask(UserCommand::Watching(WatchingCommand::Count));
        view.ask(UserCommand::ShowSheet(Some(Sheet::Health)));
    }
}

/// Shows the sheet while it is asked for.
pub(super) fn health_sheet_ui(ui: &Ui, view: &mut View<'_>) {
    if view.state.sheet != Some(Sheet::Health) {
        return;
    }
    let sheet = sheet(ui, "health").show(ui.ctx(), |ui| {
        let room = ui.ctx().content_rect().size();
        ui.set_width(520.0_f32.min(room.x - 60.0));
        ui.heading("How the folders are watched");
        ui.add_space(space::S);
        ScrollArea::vertical()
            .max_height((room.y - 180.0).max(80.0))
            .show(ui, |ui| {
                for plan in view.state.library.plans() {
                    if let Some(folder) = view.state.folders.get(&plan.id) {
                        let asked = folder_ui(ui, view, plan, folder);
                        view.asked.extend(asked.map(UserCommand::Watching));
                    }
                }
            });
        ui.add_space(space::S);
        ui.horizontal(|ui| {
            if ui.button("Restart watcher").clicked() {
                view.ask(UserCommand::Watching(WatchingCommand::Restart));
            }
            if ui.button("Count again").clicked() {
                view.ask(UserCommand::Watching(WatchingCommand::Count));
            }
            ui.button("Close").clicked()
        })
        .inner
    });
    if sheet.inner || sheet.should_close() {
        view.ask(UserCommand::ShowSheet(None));
    }
}

/// One folder: where it is, how it is watched, what was done for it. Gives what was asked for.
fn folder_ui(
    ui: &mut Ui,
    view: &View<'_>,
    plan: &Plan,
    folder: &Folder,
) -> Option<WatchingCommand> {
    let t = view.tokens;
    let mut asked = None;
    let soft = |text: String| RichText::new(text).size(size::SMALL).color(t.ink_soft);
    let words = words(folder, view.now);
    let name = RichText::new(&plan.name)
        .family(fonts::semibold())
        .color(t.ink_strong);
    ui.add(Label::new(name).truncate());
    let path = crate::paths::folder_from_text(&plan.folder);
    ui.add(Label::new(soft(path.display().to_string())).truncate());
    let color = if words.is_well { t.good } else { t.warn };
    ui.label(RichText::new(words.text).color(color));
    if !words.why.is_empty() {
        ui.label(soft(words.why));
    }
    let counts = folder.counts;
    ui.label(soft(format!(
        "{}, {} watched · {} heard, {} told, compared {}",
        count(counts.n_files, "document"),
        count(counts.n_watched, "folder"),
        count(counts.n_signals as usize, "sign"),
        counts.n_told,
        count(counts.n_scans as usize, "time"),
    )));
    for line in problem_lines(folder) {
        ui.label(soft(line));
    }
    let mut scope = folder.scope;
    ui.horizontal_wrapped(|ui| {
        if ui.button("Rescan now").clicked() {
            asked = Some(WatchingCommand::Rescan(plan.id));
        }
        if folder.differs.is_some() && ui.button("It is the same plan").clicked() {
            asked = Some(WatchingCommand::Accept(plan.id));
        }
        let is_cut = folder.is_truncated && !folder.scope.is_unlimited;
        if is_cut && ui.button("Look through all of it").clicked() {
            asked = Some(WatchingCommand::LookThroughAll(plan.id));
        }
        if ui
            .checkbox(&mut scope.is_shallow, "This folder only")
            .on_hover_text("Leave its sub-folders alone")
            .changed()
        {
            asked = Some(WatchingCommand::SetShallow(plan.id, scope.is_shallow));
        }
        if ui
            .checkbox(&mut scope.follows_links_out, "Follow links out of it")
            .on_hover_text(
                "Show files elsewhere that links in the folder lead to, and write to them",
            )
            .changed()
        {
            let follows = scope.follows_links_out;
            asked = Some(WatchingCommand::SetFollowsLinks(plan.id, follows));
        }
    });
    ui.add_space(space::M);
    asked
}

fn words(folder: &Folder, now: Timestamp) -> Words {
    let (text, why, is_well) = if let Some(why) = &folder.missing {
        let since = folder.missing_since.map_or(String::new(), |since| {
            format!("; noticed {}", ago(since, now))
        });
        ("Folder missing".to_owned(), format!("{why}{since}"), false)
    } else if folder.is_scanned {
        match &folder.health {
            None | Some(Health::Live) => ("Watched".to_owned(), String::new(), true),
            Some(Health::CatchingUp { n_left }) => {
                (format!("Catching up ({n_left})"), String::new(), true)
            }
            Some(Health::Polling { why }) => {
                ("Looking every few seconds".to_owned(), why.clone(), false)
            }
            Some(Health::Retrying {
                n_failures,
                pause,
                why,
            }) => {
                let text = "Watching is being restarted".to_owned();
                let pause = pause.as_secs_f32();
                let why = format!("{why}; try {n_failures} comes {pause:.1} s after the last");
                (text, why, false)
            }
        }
    } else {
        let why = "The folder is being looked through".to_owned();
        let text = match &folder.health {
            Some(Health::CatchingUp { n_left }) => format!("Looking… ({n_left} files left)"),
            _ => "Looking…".to_owned(),
        };
        (text, why, false)
    };
    Words { text, why, is_well }
}

fn n_problems(folder: &Folder) -> usize {
    folder.problems.len() + folder.n_unreadable + usize::from(folder.is_truncated)
}

fn problem_lines(folder: &Folder) -> Vec<String> {
    let mut lines = Vec::new();
    if folder.is_truncated {
        lines.push("The folder is too large to be listed whole".to_owned());
    }
    if folder.n_unreadable > 0 {
        lines.push(count(folder.n_unreadable, "document") + " cannot be opened");
    }
    let shown = folder.problems.iter().take(N_PROBLEMS_SHOWN);
    lines.extend(shown.map(|(path, problem)| format!("{path}: {problem}")));
    let n_more = folder.problems.len().saturating_sub(N_PROBLEMS_SHOWN);
    if n_more > 0 {
        lines.push(format!("and {n_more} more"));
    }
    lines
}
