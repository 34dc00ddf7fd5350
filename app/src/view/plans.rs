//! The list of all registered plans, filtered by typing.

use egui::{Key, RichText, ScrollArea, Sense, TextEdit, Ui, UiBuilder, vec2};
use lucide_icons::Icon;
use postil_model::{PlanSummary, plan_summaries};

use super::View;
use super::overview::{status_color, status_text};
use super::parts::{icon, pill, progress_bar, progress_text};
use crate::clock::ago;
use crate::command::UserCommand;
use crate::fonts;
use crate::theme::{size, space};

/// What the list keeps: the words typed into the filter.
#[derive(Debug, Default)]
pub(super) struct Plans {
    filter: String,
    was_shown: Option<u64>,
}

/// Paints the list.
pub(super) fn plans_ui(ui: &mut Ui, view: &mut View<'_>, plans: &mut Plans) {
    let frame = ui.ctx().cumulative_pass_nr();
    let is_fresh = plans.was_shown.is_none_or(|last| last + 2 < frame);
    plans.was_shown = Some(frame);

    let field = TextEdit::singleline(&mut plans.filter)
        .prefix(icon(Icon::Search))
        .hint_text("Find a plan…")
        .desired_width(f32::INFINITY);
    let field = ui.add(field).accessible_name("Find a plan");
    if is_fresh {
        field.request_focus();
    }
    let summaries = plan_summaries(&view.state.library, &plans.filter);
    let (is_entered, is_cancelled) = ui.input(|input| {
        (
            input.key_pressed(Key::Enter),
            input.key_pressed(Key::Escape),
        )
    });
    if is_entered
        && field.lost_focus()
        && let Some(first) = summaries.first()
    {
        view.ask(UserCommand::OpenPlan(first.id));
        plans.filter.clear();
    }
    if is_cancelled && view.state.open_plan.is_some() {
        view.ask(UserCommand::ShowPlans(false));
        plans.filter.clear();
    }
    ui.add_space(space::XS);
    if summaries.is_empty() {
        ui.label(RichText::new("No plan matches these words").color(view.tokens.ink_soft));
        return;
    }
    ScrollArea::vertical().auto_shrink(false).show(ui, |ui| {
        for plan in &summaries {
            if plan_row(ui, view, plan) {
                view.ask(UserCommand::OpenPlan(plan.id));
                plans.filter.clear();
            }
        }
    });
}

fn plan_row(ui: &mut Ui, view: &View<'_>, plan: &PlanSummary) -> bool {
    let t = view.tokens;
    let is_open = view.state.open_plan == Some(plan.id);
    let is_missing = view
        .state
        .folders
        .get(&plan.id)
        .is_some_and(|f| f.missing.is_some());
    let builder = UiBuilder::new()
        .id_salt(("plan row", plan.id.0))
        .sense(Sense::click());
    let background = ui.painter().add(egui::Shape::Noop);
    let row = ui.scope_builder(builder, |ui| {
        ui.set_width(ui.available_width());
        egui::Frame::new()
            .inner_margin(vec2(space::S, space::S))
            .show(ui, |ui| {
                ui.spacing_mut().item_spacing.y = 3.0;
                let not_selectable = |text: RichText| egui::Label::new(text).selectable(false);
                ui.horizontal(|ui| {
                    ui.with_layout(egui::Layout::right_to_left(egui::Align::Center), |ui| {
                        pill(
                            ui,
                            status_text(plan.status),
                            status_color(plan.status, &t),
                            &t,
                        );
                        ui.with_layout(egui::Layout::left_to_right(egui::Align::Center), |ui| {
                            let ink = if is_missing { t.ink_soft } else { t.ink_strong };
                            let name = RichText::new(&plan.name)
                                .family(fonts::semibold())
                                .color(ink);
                            ui.add(not_selectable(name).truncate());
                        });
                    });
                });
                progress_bar(ui, &t, plan.progress, ui.available_width());
                let facts = format!(
                    "{} · changed {}",
                    progress_text(plan.progress),
                    ago(plan.updated, view.now)
                );
                ui.add(
                    not_selectable(RichText::new(facts).size(size::SMALL).color(t.ink_soft))
                        .truncate(),
                );
                let folder = crate::paths::folder_from_text(&plan.folder);
                let folder = RichText::new(folder.to_string_lossy())
                    .size(size::SMALL)
                    .color(t.ink_soft);
                ui.add(not_selectable(folder).truncate());
            });
    });
    let response = row.response;
    response.widget_info(|| {
        egui::WidgetInfo::selected(
            egui::accesskit::Role::Button,
            true,
            is_open,
            format!("Open plan {}", plan.name),
        )
    });
    let fill = if is_open {
        t.accent_soft
    } else if response.hovered() || response.has_focus() {
        t.hover
    } else {
        egui::Color32::TRANSPARENT
    };
    ui.painter().set(
        background,
        egui::Shape::rect_filled(response.rect, 8.0, fill),
    );
    let response = if is_missing {
        response.on_hover_text("The folder is not there now")
    } else {
        response
    };
    response
        .on_hover_cursor(egui::CursorIcon::PointingHand)
        .clicked()
}
