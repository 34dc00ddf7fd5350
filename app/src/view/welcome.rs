//! The first window: what Postil is in three lines, and the two ways to begin.

use egui::{Button, RichText, Ui, vec2};
use lucide_icons::Icon;

use super::View;
use super::parts::icon;
use crate::command::UserCommand;
use crate::fonts;
use crate::state::StoreState;
use crate::theme::space;

/// Paints the page.
pub(super) fn welcome_ui(ui: &mut Ui, view: &mut View<'_>) {
    let t = view.tokens;
    if view.state.store == StoreState::Opening || view.state.wanted.n_inspecting > 0 {
        // A moment at the start: nothing flickers by, but for what takes longer.
        if let Some(percent) = view.state.repaired_percent {
            ui.centered_and_justified(|ui| {
                let text = format!("Checking your notes… {percent} %");
                ui.label(RichText::new(text).size(16.0).color(t.ink));
            });
        }
        return;
    }
    let room = ui.available_height();
    ui.vertical_centered(|ui| {
        ui.add_space((room * 0.5 - 170.0).max(space::L));
        ui.label(
            RichText::new("Postil")
                .family(fonts::semibold())
                .size(34.0)
                .color(t.ink_strong),
        );
        ui.add_space(space::M);
        ui.spacing_mut().item_spacing.y = space::S;
        for line in [
            "Drop a folder of Markdown plans here, and read them on a quiet page.",
            "Keep your notes, phases and milestones beside them, in the margin.",
            "The files stay yours and unchanged; nothing leaves this machine.",
        ] {
            ui.label(RichText::new(line).size(16.0).color(t.ink));
        }
        ui.add_space(space::L);
        let wide = vec2(230.0, 38.0);
        let open = Button::new((
            icon(Icon::FolderOpen).color(t.paper),
            RichText::new("Open folder…").size(15.0).color(t.paper),
        ))
        .fill(t.accent)
        .min_size(wide);
        if ui.add(open).accessible_name("Open folder…").clicked() {
            view.ask(UserCommand::ChooseFolder);
        }
        let sample = Button::new((
            icon(Icon::BookOpen),
            RichText::new("Try the sample plan…").size(15.0),
        ))
        .min_size(wide);
        let sample = ui.add(sample).accessible_name("Try the sample plan…");
        if sample
            .on_hover_text("Choose where it is put; a folder is made there")
            .clicked()
        {
            view.ask(UserCommand::ChooseSampleFolder);
        }
    });
}
