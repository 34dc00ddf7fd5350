//! The documents of the open plan, drawn only where they are seen.

use egui::{Align2, FontId, Rect, RichText, Sense, Ui, WidgetInfo, pos2, vec2};
use lucide_icons::Icon;
use postil_model::Document;

use super::View;
use super::parts::section;
use crate::command::UserCommand;
use crate::fonts;
use crate::theme::{size, space};

const ROW_HEIGHT_PT: f32 = 28.0;

/// Paints the list.
pub(super) fn documents_ui(ui: &mut Ui, view: &mut View<'_>) {
    let t = view.tokens;
    let n = view.state.listing.len();
    section(ui, &t, "DOCUMENTS", &n.to_string());
    if n == 0 {
        let is_looking = view
            .state
            .open_folder()
            .is_some_and(|f| !f.is_scanned && f.missing.is_none());
        let text = if is_looking {
            "Looking through the folder…"
        } else {
            "No Markdown files here yet. They show as soon as they are written."
        };
        ui.label(RichText::new(text).color(t.ink_soft));
        return;
    }
    let top = ui.cursor().top();
    let width = ui.available_width();
    let (whole, _) = ui.allocate_exact_size(vec2(width, n as f32 * ROW_HEIGHT_PT), Sense::hover());
    let seen = ui.clip_rect();
    let first = ((seen.top() - top) / ROW_HEIGHT_PT).floor().max(0.0) as usize;
    let last = ((seen.bottom() - top) / ROW_HEIGHT_PT).ceil().max(0.0) as usize;
    for i in first..last.min(n) {
        let row = Rect::from_min_size(
            pos2(whole.left(), top + i as f32 * ROW_HEIGHT_PT),
            vec2(width, ROW_HEIGHT_PT),
        );
        let id = view.state.listing[i];
        let plan = view.state.open_plan;
        let document = plan.and_then(|plan| view.state.library.document(plan, id));
        if let Some(document) = document
            && row_ui(ui, view, document, row)
        {
            view.ask(UserCommand::OpenDocument(id));
        }
    }
    bring_into_view(ui, view, whole);
}

fn row_ui(ui: &mut Ui, view: &View<'_>, document: &Document, row: Rect) -> bool {
    let t = view.tokens;
    let is_open = view
        .state
        .document
        .as_ref()
        .is_some_and(|open| open.id == document.id);
    let is_missing = document.missing.is_some();
    let id = ui.scope_id().with(("document", document.id.0));
    let response = ui.interact(row, id, Sense::click());
    response.widget_info(|| {
        let mark = if is_missing { ", missing" } else { "" };
        let label = format!("Document {}{mark}", document.path);
        WidgetInfo::selected(egui::accesskit::Role::Button, true, is_open, label)
    });
    let fill = if is_open {
        Some(t.accent_soft)
    } else {
        (response.hovered() || response.has_focus()).then_some(t.hover)
    };
    let painter = ui.painter_at(row);
    if let Some(fill) = fill {
        painter.rect_filled(row.shrink2(vec2(0.0, 1.0)), 6.0, fill);
    }
    let (name, folder) = match document.path.rsplit_once('/') {
        Some((folder, name)) => (name, folder),
        None => (document.path.as_str(), ""),
    };
    let is_folder_missing = view
        .state
        .open_folder()
        .is_some_and(|folder| folder.missing.is_some());
    let color = if is_missing || is_folder_missing {
        t.ink_soft
    } else if is_open {
        t.ink_strong
    } else {
        t.ink
    };
    let glyph = if is_missing {
        Icon::FileX
    } else {
        Icon::FileText
    };
    let middle = row.center().y;
    painter.text(
        pos2(row.left() + space::S, middle),
        Align2::LEFT_CENTER,
        glyph.unicode(),
        FontId::new(14.0, fonts::icons()),
        t.ink_soft,
    );
    let left = row.left() + space::S + 22.0;
    let family = if is_open {
        fonts::semibold()
    } else {
        egui::FontFamily::Proportional
    };
    let right = row.right() - space::S;
    let end = elided(
        &painter,
        name,
        FontId::new(size::UI, family),
        color,
        pos2(left, middle),
        right,
    );
    let aside = if is_missing { "missing" } else { folder };
    elided(
        &painter,
        aside,
        FontId::proportional(size::SMALL),
        t.ink_soft,
        pos2(end + space::S, middle),
        right,
    );
    let response = response.on_hover_text(&document.path);
    response
        .on_hover_cursor(egui::CursorIcon::PointingHand)
        .clicked()
}

/// One line of text, cut with an ellipsis where the room ends. Gives its right end.
pub(super) fn elided(
    painter: &egui::Painter,
    text: &str,
    font: FontId,
    color: egui::Color32,
    left_middle: egui::Pos2,
    right: f32,
) -> f32 {
    let room = right - left_middle.x;
    if room < 12.0 || text.is_empty() {
        return left_middle.x;
    }
    let mut job = egui::text::LayoutJob::simple_singleline(text.to_owned(), font, color);
    job.wrap = egui::text::TextWrapping::truncate_at_width(room);
    let galley = painter.layout_job(job);
    let at = pos2(left_middle.x, left_middle.y - galley.size().y / 2.0);
    let end = at.x + galley.size().x;
    painter.galley(at, galley, color);
    end
}

/// Scrolls to the open document's row when another one was opened, by whatever way.
fn bring_into_view(ui: &Ui, view: &View<'_>, whole: Rect) {
    let Some(open) = &view.state.document else {
        return;
    };
    let memory = ui.scope_id().with("last shown document");
    let last: Option<u128> = ui.data(|data| data.get_temp(memory));
    if last == Some(open.id.0) {
        return;
    }
    ui.data_mut(|data| data.insert_temp(memory, open.id.0));
    let row = view.state.listing.iter().position(|id| *id == open.id);
    // A plan that is just opened at its first document is shown from its top.
    if let Some(i) = row.filter(|i| *i > 0 || last.is_some()) {
        let top = whole.top() + i as f32 * ROW_HEIGHT_PT;
        let row = Rect::from_x_y_ranges(whole.x_range(), top..=top + ROW_HEIGHT_PT);
        if !ui.clip_rect().contains_rect(row) {
            ui.scroll_to_rect_animation(row, None, egui::style::ScrollAnimation::none());
        }
    }
}
