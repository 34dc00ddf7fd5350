//! The libraries that there are, each with notes, settings and backups of its own.

use egui::{Key, Label, RichText, ScrollArea, TextEdit, Ui};
use lucide_icons::Icon;

use super::View;
use super::history::{ROW_PT, row};
use super::parts::icon;
use crate::command::UserCommand;
use crate::paths::{is_profile_name, profile_of};
use crate::theme::{size, space};

/// Lists them, and takes the name of a new one.
pub(super) fn libraries_ui(ui: &mut Ui, view: &mut View<'_>, new_name: &mut String) {
    let t = view.tokens;
    let here = profile_of(&view.state.data_dir);
    let mut names: Vec<Option<&str>> = vec![None];
    names.extend(view.state.profiles.iter().map(|name| Some(name.as_str())));
    if here.is_some() && !names.contains(&here.as_deref()) {
        names.push(here.as_deref());
    }
    let text = "Each library has notes, settings and backups of its own: work, private…";
    ui.label(RichText::new(text).size(size::SMALL).color(t.ink_soft));
    let field = TextEdit::singleline(new_name)
        .prefix(icon(Icon::Plus))
        .hint_text("New library…")
        .desired_width(f32::INFINITY);
    let field = ui.add(field).accessible_name("New library");
    let name = new_name.trim().to_owned();
    let is_good = is_profile_name(&name);
    if !name.is_empty() && !is_good {
        let text = "Letters from a to z, digits, - and _";
        ui.label(RichText::new(text).size(size::SMALL).color(t.warn));
    }
    if is_good && field.lost_focus() && ui.input(|input| input.key_pressed(Key::Enter)) {
        view.ask(UserCommand::OpenProfile(Some(name)));
        new_name.clear();
    }
    ui.add_space(space::XS);
    ScrollArea::vertical()
        .auto_shrink(false)
        .show_rows(ui, ROW_PT, names.len(), |ui, range| {
            for name in &names[range] {
                row(ui, |ui| {
                    let shown = name.unwrap_or("The first library");
                    if *name == here.as_deref() {
                        let open = RichText::new("open now").size(size::SMALL);
                        ui.label(open.color(t.ink_soft));
                    } else {
                        let button = ui.button("Open");
                        let button = button.accessible_name(format!("Open library {shown}"));
                        if button.clicked() {
                            view.asked
                                .push(UserCommand::OpenProfile(name.map(str::to_owned)));
                        }
                    }
                    ui.with_layout(egui::Layout::left_to_right(egui::Align::Center), |ui| {
                        ui.add(Label::new(RichText::new(shown).color(t.ink)).truncate());
                    });
                });
            }
        });
}
