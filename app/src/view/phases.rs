//! The phases of a plan with their milestones: ticked, named, ordered, added, removed in place.

use std::collections::HashMap;

use egui::{FontId, Id, Key, RichText, Sense, TextEdit, Ui, vec2};
use egui_dnd::{DragDropConfig, Handle, dnd};
use lucide_icons::Icon;
use postil_model::{Milestone, Phase, PhaseId, PhaseStatus, PlanId};

use super::View;
use super::edit::{Editing, Name};
use super::parts::{icon, icon_button, section, sheet};
use crate::command::UserCommand;
use crate::fonts;
use crate::theme::{Tokens, size, space};

/// What is being typed into the fields for new things, and a question that is open.
#[derive(Debug, Default)]
pub(super) struct Phases {
    new_phase: String,
    new_milestones: HashMap<PhaseId, String>,
    asks_to_complete: Option<PhaseId>,
}

impl Phases {
    /// Paints the phases of a plan.
    pub(super) fn phases_ui(
        &mut self,
        ui: &mut Ui,
        view: &mut View<'_>,
        edit: &mut Editing,
        plan: PlanId,
    ) {
        let state = view.state;
        let phases = state.library.phases(plan);
        section(ui, &view.tokens, "PHASES", &phases.len().to_string());
        let ids: Vec<u128> = phases.iter().map(|phase| phase.id.0).collect();
        let list =
            dnd(ui, Id::unique(("phases", plan.0))).with_mouse_config(DragDropConfig::mouse());
        let dragged = list.show(ids.iter(), |ui, id, handle, _| {
            if let Some(phase) = phases.iter().find(|phase| phase.id.0 == *id) {
                self.phase_ui(ui, view, edit, phase, handle);
            }
        });
        if let Some(update) = dragged.final_update()
            && let Some(id) = ids.get(update.from)
        {
            let index = index_without_itself(update.from, update.to);
            view.ask(UserCommand::MovePhase(PhaseId(*id), index));
        }
        if let Some(name) = new_field(ui, plan.0, "Add a phase…", &mut self.new_phase) {
            view.ask(UserCommand::AddPhase(plan, name));
        }
        self.complete_ui(ui, view);
    }

    fn phase_ui(
        &mut self,
        ui: &mut Ui,
        view: &mut View<'_>,
        edit: &mut Editing,
        phase: &Phase,
        handle: Handle<'_>,
    ) {
        let t = view.tokens;
        let progress = view.state.library.phase_progress(phase.id);
        ui.horizontal(|ui| {
            ui.spacing_mut().item_spacing.x = space::XS;
            grip(ui, handle, &t);
            if status_button(ui, phase, &t).clicked() {
                let next = match phase.status {
                    PhaseStatus::Pending => PhaseStatus::InProgress,
                    PhaseStatus::InProgress => PhaseStatus::Completed,
                    PhaseStatus::Completed => PhaseStatus::Pending,
                };
                self.set_status(view, phase, next);
            }
            ui.with_layout(egui::Layout::right_to_left(egui::Align::Center), |ui| {
                self.phase_menu(ui, view, edit, phase);
                if progress.n_total > 0 {
                    let count = format!("{}/{}", progress.n_done, progress.n_total);
                    ui.label(RichText::new(count).size(size::SMALL).color(t.ink_soft))
                        .on_hover_text("Milestones reached");
                }
                ui.with_layout(egui::Layout::left_to_right(egui::Align::Center), |ui| {
                    let font = FontId::new(size::UI, fonts::semibold());
                    let is_done = phase.status == PhaseStatus::Completed;
                    let color = if is_done { t.ink_soft } else { t.ink_strong };
                    let name = Name {
                        text: &phase.name,
                        what: "Name of the phase",
                        rich: RichText::new(&phase.name).font(font.clone()).color(color),
                        font,
                        is_multiline: false,
                    };
                    let id = Id::unique(("phase name", phase.id.0));
                    let (response, typed) = edit.name_ui(ui, id, &name);
                    response.on_hover_text(&phase.name);
                    if let Some(typed) = typed {
                        view.ask(UserCommand::RenamePhase(phase.id, typed));
                    }
                });
            });
        });
        ui.horizontal(|ui| {
            ui.spacing_mut().item_spacing.x = 0.0;
            ui.add_space(space::L);
            ui.vertical(|ui| {
                ui.spacing_mut().item_spacing = vec2(space::XS, 2.0);
                self.milestones_ui(ui, view, edit, phase);
            });
        });
        ui.add_space(space::XS);
    }

    fn milestones_ui(
        &mut self,
        ui: &mut Ui,
        view: &mut View<'_>,
        edit: &mut Editing,
        phase: &Phase,
    ) {
        let state = view.state;
        let milestones = state.library.milestones(phase.id);
        let ids: Vec<u128> = milestones.iter().map(|milestone| milestone.id.0).collect();
        let list = dnd(ui, Id::unique(("milestones", phase.id.0)))
            .with_mouse_config(DragDropConfig::mouse());
        let dragged = list.show(ids.iter(), |ui, id, handle, _| {
            if let Some((i, milestone)) = milestones
                .iter()
                .enumerate()
                .find(|(_, milestone)| milestone.id.0 == *id)
            {
                milestone_ui(ui, view, edit, milestone, (i, milestones.len()), handle);
            }
        });
        if let Some(update) = dragged.final_update()
            && let Some(milestone) = milestones.get(update.from)
        {
            let index = index_without_itself(update.from, update.to);
            view.ask(UserCommand::MoveMilestone(milestone.id, index));
        }
        let typed = self.new_milestones.entry(phase.id).or_default();
        if let Some(name) = new_field(ui, phase.id.0, "Add a milestone…", typed) {
            view.ask(UserCommand::AddMilestone(phase.id, name));
        }
    }

    fn phase_menu(&mut self, ui: &mut Ui, view: &mut View<'_>, edit: &mut Editing, phase: &Phase) {
        let button = icon_button(
            ui,
            Icon::Ellipsis,
            &format!("Menu of the phase {}", phase.name),
        );
        egui::Popup::menu(&button).show(|ui| {
            if ui.button("Rename").clicked() {
                edit.start(Id::unique(("phase name", phase.id.0)), &phase.name);
            }
            ui.separator();
            for status in [
                PhaseStatus::Pending,
                PhaseStatus::InProgress,
                PhaseStatus::Completed,
            ] {
                if ui
                    .radio(phase.status == status, status_text(status))
                    .clicked()
                {
                    self.set_status(view, phase, status);
                    ui.close();
                }
            }
            ui.separator();
            let phases = view.state.library.phases(phase.plan);
            let at = phases.iter().position(|p| p.id == phase.id).unwrap_or(0);
            if let Some(to) = move_buttons(ui, at, phases.len()) {
                view.ask(UserCommand::MovePhase(phase.id, to));
            }
            ui.separator();
            if ui.button("Remove").clicked() {
                view.ask(UserCommand::RemovePhase(phase.id));
            }
        });
    }

    /// Completing a phase with open milestones asks about them first.
    fn set_status(&mut self, view: &mut View<'_>, phase: &Phase, status: PhaseStatus) {
        let progress = view.state.library.phase_progress(phase.id);
        if status == PhaseStatus::Completed && progress.n_done < progress.n_total {
            self.asks_to_complete = Some(phase.id);
        } else {
            view.ask(UserCommand::SetPhaseStatus(phase.id, status, false));
        }
    }

    fn complete_ui(&mut self, ui: &Ui, view: &mut View<'_>) {
        let Some(phase) = self
            .asks_to_complete
            .and_then(|id| view.state.library.phase(id))
        else {
            return;
        };
        let progress = view.state.library.phase_progress(phase.id);
        let n_open = progress.n_total.saturating_sub(progress.n_done);
        let answer = sheet(ui, "complete phase").show(ui.ctx(), |ui| {
            ui.set_max_width(340.0);
            ui.heading("Complete the phase");
            let open = crate::update::count(n_open, "milestone");
            ui.label(format!("“{}” has {open} not reached yet.", phase.name));
            ui.add_space(space::S);
            ui.horizontal(|ui| {
                let with = if n_open == 1 {
                    "Complete it too"
                } else {
                    "Complete them too"
                };
                if ui.button(with).clicked() {
                    return Some(Some(true));
                }
                if ui.button("Only the phase").clicked() {
                    return Some(Some(false));
                }
                ui.button("Cancel").clicked().then_some(None)
            })
            .inner
        });
        if let Some(Some(with_milestones)) = answer.inner {
            let completed = PhaseStatus::Completed;
            view.ask(UserCommand::SetPhaseStatus(
                phase.id,
                completed,
                with_milestones,
            ));
        }
        if answer.inner.is_some() || answer.should_close() {
            self.asks_to_complete = None;
        }
    }
}

fn milestone_ui(
    ui: &mut Ui,
    view: &mut View<'_>,
    edit: &mut Editing,
    milestone: &Milestone,
    (at, n): (usize, usize),
    handle: Handle<'_>,
) {
    let t = view.tokens;
    ui.horizontal(|ui| {
        grip(ui, handle, &t);
        let mut is_done = milestone.completed.is_some();
        let checkbox = ui.scope(|ui| {
            // An empty box must be seen as one.
            ui.visuals_mut().widgets.inactive.bg_stroke.color = t.ink_soft;
            ui.checkbox(&mut is_done, "")
                .accessible_name(&milestone.name)
        });
        if checkbox.inner.changed() {
            view.ask(UserCommand::SetMilestoneDone(milestone.id, is_done));
        }
        ui.with_layout(egui::Layout::right_to_left(egui::Align::Center), |ui| {
            let menu = format!("Menu of the milestone {}", milestone.name);
            let button = icon_button(ui, Icon::Ellipsis, &menu);
            egui::Popup::menu(&button).show(|ui| {
                if ui.button("Rename").clicked() {
                    edit.start(
                        Id::unique(("milestone name", milestone.id.0)),
                        &milestone.name,
                    );
                }
                if let Some(to) = move_buttons(ui, at, n) {
                    view.ask(UserCommand::MoveMilestone(milestone.id, to));
                }
                ui.separator();
                if ui.button("Remove").clicked() {
                    view.ask(UserCommand::RemoveMilestone(milestone.id));
                }
            });
            ui.with_layout(egui::Layout::left_to_right(egui::Align::Center), |ui| {
                let mut rich = RichText::new(&milestone.name).color(t.ink);
                if is_done {
                    rich = rich.color(t.ink_soft).strikethrough();
                }
                let name = Name {
                    text: &milestone.name,
                    what: "Name of the milestone",
                    font: FontId::proportional(size::UI),
                    rich,
                    is_multiline: false,
                };
                let id = Id::unique(("milestone name", milestone.id.0));
                let (response, typed) = edit.name_ui(ui, id, &name);
                response.on_hover_text(&milestone.name);
                if let Some(typed) = typed {
                    view.ask(UserCommand::RenameMilestone(milestone.id, typed));
                }
            });
        });
    });
}

/// What a row is dragged by.
fn grip(ui: &mut Ui, handle: Handle<'_>, t: &Tokens) {
    handle.ui(ui, |ui| {
        let grip = icon(Icon::GripVertical).size(13.0).color(t.ink_soft);
        ui.add(egui::Label::new(grip).selectable(false))
            .accessible_name("Drag to reorder");
    });
}

fn status_button(ui: &mut Ui, phase: &Phase, t: &Tokens) -> egui::Response {
    let (glyph, color) = match phase.status {
        PhaseStatus::Pending => (Icon::Circle, t.ink_soft),
        PhaseStatus::InProgress => (Icon::CircleDot, t.accent),
        PhaseStatus::Completed => (Icon::CircleCheckBig, t.good),
    };
    let name = format!("Status of {}: {}", phase.name, status_text(phase.status));
    let label = egui::Label::new(icon(glyph).color(color))
        .selectable(false)
        .sense(Sense::click());
    let response = ui.add(label).on_hover_text(format!(
        "{}. Click for the next state",
        status_text(phase.status)
    ));
    response
        .on_hover_cursor(egui::CursorIcon::PointingHand)
        .accessible_name(name)
}

fn status_text(status: PhaseStatus) -> &'static str {
    match status {
        PhaseStatus::Pending => "Pending",
        PhaseStatus::InProgress => "In progress",
        PhaseStatus::Completed => "Completed",
    }
}

/// A field for a new part of `whole`; `Some` when its name was entered. It keeps the focus for the
/// next, wherever the rows that were added move it.
fn new_field(ui: &mut Ui, whole: u128, hint: &str, typed: &mut String) -> Option<String> {
    let field = TextEdit::singleline(typed)
        .id(Id::unique(("new part", whole)))
        .prefix(icon(Icon::Plus))
        .hint_text(hint.to_owned())
        .frame(egui::Frame::new().inner_margin(vec2(space::XS, space::XS)))
        .desired_width(f32::INFINITY);
    let field = ui.add(field).accessible_name(hint);
    let is_entered = field.lost_focus() && ui.input(|input| input.key_pressed(Key::Enter));
    if !is_entered || typed.trim().is_empty() {
        return None;
    }
    field.request_focus();
    Some(std::mem::take(typed))
}

/// Moving by menu, for those who do not drag. Gives the index among the others.
fn move_buttons(ui: &mut Ui, at: usize, n: usize) -> Option<usize> {
    let mut to = None;
    if ui
        .add_enabled(at > 0, egui::Button::new("Move up"))
        .clicked()
    {
        to = Some(at - 1);
    }
    if ui
        .add_enabled(at + 1 < n, egui::Button::new("Move down"))
        .clicked()
    {
        to = Some(at + 1);
    }
    to
}

/// The drag list counts the place before which a row is put, itself included.
fn index_without_itself(from: usize, to: usize) -> usize {
    if to > from { to - 1 } else { to }
}
