//! What stands before a text: bullets, numbers, tasks, the marks of footnotes and folds.

use egui::{
    Align2, Color32, FontId, Id, Pos2, Rect, Sense, Stroke, Ui, WidgetInfo, accesskit, pos2, vec2,
};
use lucide_icons::Icon;
use postil_model::markdown::{Level, Marker, Nest, Part, Piece, Property, Role};

use super::block::Spot;
use super::prose::Placed;
use super::sheet::{Ask, Sheet};
use super::type_area::Look;
use crate::fonts;

/// Values of front matter that stay in sight while it is folded.
const N_PROPERTIES_IN_SIGHT: usize = 3;

/// An icon whose left edge is at a point.
pub(super) fn icon(ui: &Ui, icon: Icon, left_middle: Pos2, pt: f32, color: Color32) -> Rect {
    let font = FontId::new(pt, fonts::icons());
    ui.painter().text(
        left_middle,
        Align2::LEFT_CENTER,
        icon.unicode(),
        font,
        color,
    )
}

impl Sheet<'_> {
    /// The room that a list's marker takes to the left of its text.
    pub(super) fn marker_room(&self, marker: Marker) -> f32 {
        let em = self.set.text_pt;
        let ems = match marker {
            Marker::Number(n) => (n.max(1).ilog10() as f32 * 0.62 + 1.65).max(1.65),
            Marker::Bullet | Marker::Task(_) => 1.65,
        };
        (em * ems).round()
    }

    /// Draws what stands before the first text of a nest. `at` is the left end of the first line.
    pub(super) fn marker(
        &mut self,
        ui: &Ui,
        spot: &Spot,
        level: &Level,
        outer: &[Level],
        piece: &Piece,
        at: Pos2,
    ) {
        let line_pt = match &piece.part {
            Part::Text {
                role: Role::Heading(level),
                ..
            } => self.set.heading_line_pt(*level),
            Part::Code { .. } => self.set.code_line_pt + 24.0,
            _ => self.set.line_pt,
        };
        let middle = at.y + line_pt / 2.0;
        match &level.nest {
            Nest::Item { marker, task } => {
                let right = pos2(at.x + self.marker_room(*marker), middle);
                let depth = outer.iter().filter(|level| is_bullet(level)).count();
                match (marker, task) {
                    (Marker::Task(is_done), Some(task)) => {
                        let id = spot.id.with(("marker", level.id));
                        // Between the brackets.
                        let mark = spot.base + task.start + 1;
                        let words = words_of(piece);
                        self.task(ui, id, (words, *is_done, mark), right);
                    }
                    _ => self.item_marker(ui, *marker, depth, right),
                }
            }
            Nest::Footnote(number) => {
                let id = spot.id.with(("footnote", level.id));
                let color = self.t.accent;
                let font = FontId::proportional(self.set.small_pt);
                let galley = ui
                    .painter()
                    .layout_no_wrap(format!("{number}."), font, color);
                let aside = self.set.aside(self.t).line_pt;
                let corner = pos2(at.x, at.y + (aside - galley.size().y) / 2.0);
                let rect = Rect::from_min_size(corner, galley.size());
                ui.painter().galley(corner, galley, color);
                let back = ui.interact(rect.expand(3.0), id, Sense::click());
                back.widget_info(|| {
                    let name = format!("Back to footnote mark {number}");
                    WidgetInfo::labeled(accesskit::Role::Link, true, name)
                });
                if back
                    .on_hover_text("Back to where it is mentioned")
                    .on_hover_cursor(egui::CursorIcon::PointingHand)
                    .clicked()
                {
                    let target = format!("#postil-mark-{number}");
                    ui.ctx().open_url(egui::OpenUrl::same_tab(target));
                }
            }
            Nest::Quote(_) | Nest::Definition | Nest::Fold { .. } => {}
        }
    }

    /// The box of a task with these words and this byte as its mark, to be ticked.
    fn task(&mut self, ui: &Ui, id: Id, (words, is_done, mark): (&str, bool, usize), right: Pos2) {
        let em = self.set.text_pt;
        let at = pos2(right.x - em * 1.5, right.y);
        let side = em * 1.06;
        let rect = Rect::from_min_size(pos2(at.x, at.y - side / 2.0), vec2(side, side));
        let tick = ui.interact(rect.expand(em * 0.2), id, Sense::click());
        tick.widget_info(|| WidgetInfo::selected(accesskit::Role::CheckBox, true, is_done, words));
        let is_at_hand = tick.hovered() || tick.has_focus();
        let (glyph, color) = match is_done {
            true if is_at_hand => (Icon::SquareCheckBig, self.t.ink_strong),
            true => (Icon::SquareCheckBig, self.t.good),
            false if is_at_hand => (Icon::Square, self.t.ink_strong),
            false => (Icon::Square, self.t.ink_soft),
        };
        icon(ui, glyph, at, side, color);
        if tick.has_focus() {
            let stroke = Stroke::new(1.5, self.t.accent);
            let kind = egui::StrokeKind::Outside;
            ui.painter()
                .rect_stroke(rect.expand(1.0), 3.0, stroke, kind);
        }
        let hint = if is_done {
            "Untick this task in the file"
        } else {
            "Tick this task in the file"
        };
        if tick
            .on_hover_text(hint)
            .on_hover_cursor(egui::CursorIcon::PointingHand)
            .clicked()
        {
            self.asked.push(Ask::Tick(mark));
        }
    }

    fn item_marker(&self, ui: &Ui, marker: Marker, depth: usize, right: Pos2) {
        let em = self.set.text_pt;
        let color = self.t.ink_soft;
        match marker {
            Marker::Bullet => {
                let center = pos2((right.x - em * 0.78).round(), right.y.round() + 0.5);
                let radius = em * 0.155;
                match depth % 3 {
                    0 => drop(ui.painter().circle_filled(center, radius, color)),
                    1 => drop(
                        ui.painter()
                            .circle_stroke(center, radius, Stroke::new(1.2, color)),
                    ),
                    _ => {
                        let square = Rect::from_center_size(center, vec2(radius, radius) * 1.8);
                        ui.painter().rect_filled(square, 0.0, color);
                    }
                }
            }
            Marker::Number(number) => {
                let at = pos2(right.x - em * 0.5, right.y);
                let font = FontId::proportional(em);
                ui.painter()
                    .text(at, Align2::RIGHT_CENTER, format!("{number}."), font, color);
            }
            // Drawn by itself.
            Marker::Task(_) => {}
        }
    }

    /// The sign of something that folds; gives the room that it takes.
    pub(super) fn fold(
        &mut self,
        ui: &Ui,
        id: Id,
        at: Pos2,
        fold: (u64, u32),
        is_open: bool,
        name: &str,
    ) -> f32 {
        let em = self.set.text_pt;
        let room = (em * 1.35).round();
        let rect = Rect::from_min_size(at, vec2(room, self.set.line_pt));
        let button = ui.interact(rect, id, Sense::click());
        button.widget_info(|| {
            let name = if is_open {
                format!("Fold {name}")
            } else {
                format!("Unfold {name}")
            };
            WidgetInfo::labeled(accesskit::Role::Button, true, name)
        });
        let color = if button.hovered() || button.has_focus() {
            self.t.ink_strong
        } else {
            self.t.ink_soft
        };
        let glyph = if is_open {
            Icon::ChevronDown
        } else {
            Icon::ChevronRight
        };
        icon(ui, glyph, pos2(at.x - em * 0.1, rect.center().y), em, color);
        let button = if self.is_tree() {
            button.on_hover_text("With Shift, all that is in it too")
        } else {
            button
        };
        if button
            .on_hover_cursor(egui::CursorIcon::PointingHand)
            .clicked()
        {
            self.asked.push(Ask::Fold(fold, !is_open));
        }
        room
    }

    /// Front matter: its first values in a line, or all of it as a table.
    pub(super) fn properties(
        &mut self,
        ui: &Ui,
        id: Id,
        at: Pos2,
        width: f32,
        properties: &[Property],
        spot: &Spot,
    ) -> f32 {
        let fold = (spot.hash, 0);
        let is_open = self.kept.is_open(fold, false);
        let line_pt = (self.set.small_pt * 1.6).round();
        let room = self.fold(ui, id.with("fold"), at, fold, is_open, "the properties");
        let font = FontId::proportional(self.set.small_pt);
        let soft = self.t.ink_soft;
        let head_pt = self.set.line_pt;
        let said = |ui: &Ui, id: Id, rect: Rect, words: &str| {
            let response = ui.interact(rect, id, Sense::hover());
            response.widget_info(|| WidgetInfo::labeled(accesskit::Role::Label, true, words));
        };
        let head = if is_open {
            "Properties".to_owned()
        } else {
            let values = properties.iter();
            let values = values.map(|property| property.value.text.lines().next().unwrap_or(""));
            let values: Vec<&str> = values.filter(|value| !value.is_empty()).collect();
            let seen = values.iter().take(N_PROPERTIES_IN_SIGHT).copied();
            seen.collect::<Vec<_>>().join("   ·   ")
        };
        let head = if head.is_empty() {
            "Properties".to_owned()
        } else {
            head
        };
        let mut job = egui::text::LayoutJob::simple_singleline(head.clone(), font.clone(), soft);
        job.wrap = egui::text::TextWrapping::truncate_at_width(width - room);
        let galley = ui.fonts_mut(|fonts| fonts.layout_job(job));
        let corner = pos2(at.x + room, at.y + (head_pt - galley.size().y) / 2.0);
        let rect = Rect::from_min_size(corner, galley.size());
        ui.painter().galley(corner, galley, soft);
        said(ui, id.with("head"), rect, &head);
        if !is_open {
            return head_pt;
        }
        let mut down = head_pt;
        let name_room = (width * 0.28).min(self.set.text_pt * 11.0);
        let look = Look {
            line_pt: (self.set.small_pt * 1.3).round(),
            ..self.set.aside(self.t)
        };
        for (i, Property { name, value }) in properties.iter().enumerate() {
            let name_at = pos2(at.x + room, at.y + down);
            let job =
                egui::text::LayoutJob::simple(name.clone(), font.clone(), soft, name_room - 8.0);
            let name_galley = ui.fonts_mut(|fonts| fonts.layout_job(job));
            let rect = Rect::from_min_size(name_at, name_galley.size());
            said(ui, id.with(("property", i)), rect, name);
            let value_room = (width - room - name_room).max(40.0);
            let galley = self.galley(ui, value, &look, Some(value_room), None);
            let height = rect.height().max(galley.size().y).max(line_pt * 0.75);
            // The first lines of both stand on one line.
            let drop = (look.line_pt - self.set.small_pt * 1.21) / 2.0;
            ui.painter()
                .galley(name_at + vec2(0.0, drop.round()), name_galley, soft);
            let placed = Placed {
                id: id.with(("value", i)),
                at: name_at + vec2(name_room, 0.0),
                width: value_room,
                galley,
                rich: value,
                base: spot.base,
                role: accesskit::Role::Label,
            };
            if !value.text.is_empty() {
                self.text(ui, &placed);
            }
            down += height + line_pt * 0.25;
        }
        down
    }
}

fn is_bullet(level: &Level) -> bool {
    matches!(
        level.nest,
        Nest::Item {
            marker: Marker::Bullet | Marker::Task(_),
            ..
        }
    )
}

/// What is read first in a piece.
fn words_of(piece: &Piece) -> &str {
    match &piece.part {
        Part::Text { rich, .. } | Part::Code { rich, .. } | Part::Source { rich, .. } => {
            rich.text.trim()
        }
        _ => "",
    }
}
