//! The left side: the open plan with everything that is known of it, or the list of plans.

use egui::{CentralPanel, FontId, Frame, Id, Margin, Panel, RichText, ScrollArea, Ui};
use lucide_icons::Icon;
use postil_model::{Plan, PlanStatus};

use super::edit::Name;
use super::parts::{icon, icon_button, pill, progress_bar, progress_text};
use super::{Panels, View, documents, health, margin, outline, plans};
use crate::action::Action;
use crate::command::UserCommand;
use crate::fonts;
use crate::theme::{Tokens, size, space};

/// Paints the overview.
pub(super) fn overview_ui(ui: &mut Ui, view: &mut View<'_>, panels: &mut Panels) {
    let margin = Margin::symmetric(space::M as i8, space::S as i8);
    Panel::top("overview top")
        .frame(Frame::new().inner_margin(margin))
        .show_separator_line(false)
        .show(ui, |ui| top_ui(ui, view));
    let plan = view
        .state
        .open_plan
        .and_then(|id| view.state.library.plan(id));
    let Some(plan) = plan.filter(|_| !view.state.shows_plans) else {
        CentralPanel::default()
            .frame(Frame::new().inner_margin(margin))
            .show(ui, |ui| plans::plans_ui(ui, view, &mut panels.plans));
        return;
    };
    let least_rest = 150.0;
    let most = (ui.available_height() - least_rest).max(90.0);
    Panel::bottom("notes")
        .resizable(true)
        // In a low window the documents have what there is.
        .default_size((ui.available_height() * 0.3 - 70.0).clamp(90.0, 260.0))
        .size_range(90.0..=most)
        .frame(Frame::new().inner_margin(margin))
        .show(ui, |ui| panels.notes.notes_ui(ui, view, plan.id));
    outline::outline_panel(ui, view);
    Panel::top("plan name")
        .frame(Frame::new().inner_margin(Margin::symmetric(space::M as i8, 0)))
        .show_separator_line(false)
        .show(ui, |ui| name_ui(ui, view, panels, plan));
    CentralPanel::default().frame(Frame::new()).show(ui, |ui| {
        // The bar has the margin to itself.
        ui.spacing_mut().scroll.floating_allocated_width = 0.0;
        ScrollArea::vertical()
            .id_salt(("overview", plan.id.0))
            .auto_shrink(false)
            .show(ui, |ui| {
                let inner = Margin {
                    left: space::M as i8,
                    right: space::M as i8,
                    top: 0,
                    bottom: space::L as i8,
                };
                Frame::new().inner_margin(inner).show(ui, |ui| {
                    plan_ui(ui, view, panels, plan);
                    panels.plan_notes.plan_notes_ui(ui, view, plan.id);
                    ui.add_space(space::M);
                    panels.phases.phases_ui(ui, view, &mut panels.edit, plan.id);
                    ui.add_space(space::M);
                    documents::documents_ui(ui, view);
                });
            });
    });
}

fn top_ui(ui: &mut Ui, view: &mut View<'_>) {
    ui.horizontal(|ui| {
        let n_plans = view.state.library.plans().count();
        let text = (icon(Icon::Library), format!("Plans ({n_plans})"));
        let plans = ui
            .selectable_label(view.state.shows_plans, text)
            .on_hover_text(Action::Plans.tooltip(ui.ctx()))
            .accessible_name("All plans");
        if plans.clicked() {
            view.asked.extend(Action::Plans.command(view.state));
        }
        ui.with_layout(egui::Layout::right_to_left(egui::Align::Center), |ui| {
            let tooltip = Action::OpenFolder.tooltip(ui.ctx());
            let button = egui::Button::new((icon(Icon::FolderPlus), "Open folder…"));
            if ui
                .add(button)
                .on_hover_text(tooltip)
                .accessible_name("Open folder…")
                .clicked()
            {
                view.ask(UserCommand::ChooseFolder);
            }
        });
    });
}

/// Always in sight, wherever the rest is scrolled to.
fn name_ui(ui: &mut Ui, view: &mut View<'_>, panels: &mut Panels, plan: &Plan) {
    let t = view.tokens;
    ui.horizontal(|ui| {
        ui.with_layout(egui::Layout::right_to_left(egui::Align::Min), |ui| {
            plan_menu(ui, view, panels, plan);
            margin::begin_on_plan_ui(ui, view);
            ui.with_layout(egui::Layout::left_to_right(egui::Align::Min), |ui| {
                let font = FontId::new(size::TITLE, fonts::semibold());
                let name = Name {
                    text: &plan.name,
                    what: "Name of the plan",
                    rich: RichText::new(&plan.name)
                        .font(font.clone())
                        .color(t.ink_strong),
                    font,
                    is_multiline: false,
                };
                let id = Id::unique(("plan name", plan.id.0));
                let (response, typed) = panels.edit.name_ui(ui, id, &name);
                response.on_hover_text(format!("{}\nClick to rename", plan.name));
                if let Some(typed) = typed {
                    view.ask(UserCommand::RenamePlan(plan.id, typed));
                }
            });
        });
    });
}

fn plan_ui(ui: &mut Ui, view: &mut View<'_>, panels: &mut Panels, plan: &Plan) {
    let t = view.tokens;
    ui.horizontal_wrapped(|ui| {
        let status = pill(
            ui,
            status_text(plan.status),
            status_color(plan.status, &t),
            &t,
        );
        status.on_hover_text("Where the plan stands; change it in the menu");
        health::health_ui(ui, view);
    });
    ui.add_space(2.0);
    let progress = view.state.library.progress(plan.id);
    progress_bar(ui, &t, progress, ui.available_width());
    ui.label(
        RichText::new(progress_text(progress))
            .size(size::SMALL)
            .color(t.ink_soft),
    );

    let description = if plan.description.is_empty() {
        RichText::new("Add a description…").color(t.ink_soft)
    } else {
        RichText::new(&plan.description).color(t.ink)
    };
    let name = Name {
        text: &plan.description,
        what: "Description of the plan",
        font: FontId::proportional(size::UI),
        rich: description,
        is_multiline: true,
    };
    let id = Id::unique(("plan description", plan.id.0));
    if let (_, Some(typed)) = panels.edit.name_ui(ui, id, &name) {
        view.ask(UserCommand::DescribePlan(plan.id, typed));
    }
}

fn plan_menu(ui: &mut Ui, view: &mut View<'_>, panels: &mut Panels, plan: &Plan) {
    let button = icon_button(ui, Icon::Ellipsis, "Plan menu");
    egui::Popup::menu(&button).show(|ui| {
        if ui.button("Rename").clicked() {
            panels
                .edit
                .start(Id::unique(("plan name", plan.id.0)), &plan.name);
        }
        ui.separator();
        for status in [
            PlanStatus::Active,
            PlanStatus::Completed,
            PlanStatus::Archived,
        ] {
            if ui
                .radio(plan.status == status, status_text(status))
                .clicked()
            {
                view.ask(UserCommand::SetPlanStatus(plan.id, status));
                ui.close();
            }
        }
        ui.separator();
        if ui.button("Look at the folder again").clicked() {
            view.ask(UserCommand::Rescan);
        }
        if ui.button("Copy the folder's path").clicked() {
            let folder = crate::paths::folder_from_text(&plan.folder);
            ui.ctx().copy_text(folder.to_string_lossy().into_owned());
        }
        let remove = ui.button("Take off the list");
        let remove = remove.on_hover_text("The folder stays as it is, the notes are kept");
        if remove.clicked() {
            view.ask(UserCommand::RemovePlan(plan.id));
        }
    });
}

pub(super) fn status_text(status: PlanStatus) -> &'static str {
    match status {
        PlanStatus::Active => "Active",
        PlanStatus::Completed => "Completed",
        PlanStatus::Archived => "Archived",
    }
}

pub(super) fn status_color(status: PlanStatus, t: &Tokens) -> egui::Color32 {
    match status {
        PlanStatus::Active => t.accent,
        PlanStatus::Completed => t.good,
        PlanStatus::Archived => t.ink_soft,
    }
}
