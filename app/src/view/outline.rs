//! The headings of the open document, the one that is being read marked.

use egui::{
    Align2, FontId, Frame, Margin, Panel, Rect, ScrollArea, Sense, Ui, WidgetInfo, accesskit, pos2,
    vec2,
};
use postil_model::markdown::{Parsed, Place};

use super::View;
use super::documents::elided;
use super::parts::section;
use crate::command::UserCommand;
use crate::fonts;
use crate::theme::{size, space};

const ROW_HEIGHT_PT: f32 = 24.0;
const INDENT_PT: f32 = 13.0;

/// Paints the outline above what is at the bottom, if there is more than one heading.
pub(super) fn outline_panel(ui: &mut Ui, view: &mut View<'_>) {
    let n_headings = view
        .state
        .shown()
        .map_or(0, |parsed| parsed.outline().len());
    let room = ui.available_height();
    // A low window has no room for it.
    if n_headings < 2 || room < 320.0 {
        return;
    }
    let wanted = n_headings as f32 * ROW_HEIGHT_PT + 44.0;
    Panel::bottom("outline")
        .resizable(true)
        .default_size(wanted.min((room * 0.5 - 130.0).max(80.0)))
        .size_range(70.0..=(room * 0.6))
        .frame(Frame::new().inner_margin(Margin::symmetric(space::M as i8, space::S as i8)))
        .show(ui, |ui| outline_ui(ui, view));
}

fn outline_ui(ui: &mut Ui, view: &mut View<'_>) {
    let (Some(open), Some(parsed)) = (&view.state.document, view.state.shown()) else {
        return;
    };
    let headings = parsed.outline();
    let t = view.tokens;
    let now = current(parsed, open.place);
    section(ui, &t, "ON THIS PAGE", "");
    let key = ui.scope_id().with("outline");
    let was: Option<(u128, usize)> = ui.data(|data| data.get_temp(key));
    let is_new = was != Some((open.id.0, now));
    ui.data_mut(|data| data.insert_temp(key, (open.id.0, now)));
    let top_level = parsed.highest_level();
    let mut chosen = None;
    ScrollArea::vertical()
        .id_salt(("outline", open.id.0))
        .auto_shrink(false)
        .show_viewport(ui, |ui, seen| {
            ui.set_height(headings.len() as f32 * ROW_HEIGHT_PT);
            let area = ui.max_rect();
            let row = |i: usize| {
                let top = area.top() + i as f32 * ROW_HEIGHT_PT;
                Rect::from_min_size(pos2(area.left(), top), vec2(area.width(), ROW_HEIGHT_PT))
            };
            let first = (seen.top() / ROW_HEIGHT_PT).floor().max(0.0) as usize;
            let last = (seen.bottom() / ROW_HEIGHT_PT).ceil().max(0.0) as usize;
            for (i, heading) in headings.iter().enumerate().take(last).skip(first) {
                let depth = f32::from(heading.level - top_level);
                if row_ui(ui, view, &heading.text, row(i), depth, i == now) {
                    chosen = Some(heading.block);
                }
            }
            if is_new && !ui.clip_rect().contains_rect(row(now)) {
                let still = egui::style::ScrollAnimation::none();
                ui.scroll_to_rect_animation(row(now), Some(egui::Align::Center), still);
            }
        });
    if let Some(block) = chosen {
        let offset_pt = 0.0;
        view.ask(UserCommand::ReadAt(Place { block, offset_pt }));
    }
}

/// The heading that the text at the reading place stands under.
fn current(parsed: &Parsed, place: Place) -> usize {
    let headings = parsed.outline();
    // A heading that is just below the edge is what is being read.
    let n = headings.partition_point(|heading| heading.block <= place.block + 1);
    n.saturating_sub(1)
}

fn row_ui(ui: &Ui, view: &View<'_>, text: &str, row: Rect, depth: f32, is_now: bool) -> bool {
    let t = view.tokens;
    let id = ui.scope_id().with(("heading", row.top() as i64, text));
    let response = ui.interact(row, id, Sense::click());
    let name = if text.is_empty() {
        "Heading without words"
    } else {
        text
    };
    response.widget_info(|| {
        let name = format!("Go to {name}");
        WidgetInfo::selected(accesskit::Role::Button, true, is_now, name)
    });
    let painter = ui.painter_at(row);
    if response.hovered() || response.has_focus() {
        painter.rect_filled(row.shrink2(vec2(0.0, 1.0)), 5.0, t.hover);
    }
    let left = row.left() + space::S + 4.0 + depth * INDENT_PT;
    if is_now {
        let bar = Rect::from_min_max(
            pos2(row.left() + 2.0, row.top() + 4.0),
            pos2(row.left() + 5.0, row.bottom() - 4.0),
        );
        painter.rect_filled(bar, 1.5, t.accent);
    }
    let (family, color) = if is_now {
        (fonts::semibold(), t.ink_strong)
    } else {
        (egui::FontFamily::Proportional, t.ink)
    };
    let font = FontId::new(size::UI - 0.5, family);
    if text.is_empty() {
        let at = pos2(left, row.center().y);
        painter.text(at, Align2::LEFT_CENTER, "–", font, t.ink_soft);
    } else {
        let at = pos2(left, row.center().y);
        elided(&painter, text, font, color, at, row.right() - space::S);
    }
    response
        .on_hover_text(name)
        .on_hover_cursor(egui::CursorIcon::PointingHand)
        .clicked()
}
