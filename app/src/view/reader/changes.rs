//! What changed since the document was last read: marks beside the page, the way from one to the
//! next, and both texts compared by words.

use std::sync::Arc;

use egui::{Align2, Area, Frame, Id, Rect, RichText, ScrollArea, Ui, pos2, vec2};
use lucide_icons::Icon;
use postil_model::markdown::{Flow, Hunk, Parsed, compared};

use super::block::Spot;
use super::sheet::Sheet;
use crate::command::UserCommand;
use crate::state::{OpenDocument, ReadText};
use crate::theme::{Tokens, size, space};
use crate::view::View;
use crate::view::parts::icon_button;

/// Changes that are compared at most.
const MAX_COMPARED: usize = 300;
/// How far left of the column the marks are.
const GUTTER_PT: f32 = 16.0;

/// The comparison, while it is shown.
#[derive(Debug, Default)]
pub(super) struct Changes {
    /// Whether it stands in place of the page.
    pub(super) is_compared: bool,
    /// Both texts, and what is shown of them.
    made: Option<(Arc<Parsed>, Arc<Parsed>, Vec<Change>)>,
}

#[derive(Debug)]
struct Change {
    /// The heading that it stands under.
    under: String,
    /// The block to go to.
    block: usize,
    flows: Vec<Arc<Flow>>,
}

/// The hunk that a block is in, if it is changed.
pub(super) fn hunk_of(hunks: &[Hunk], block: usize) -> Option<&Hunk> {
    let hunk = hunks.get(hunks.partition_point(|hunk| hunk.after.end <= block))?;
    hunk.after.contains(&block).then_some(hunk)
}

/// The block of the change that is `n` changes further down, or up.
pub(super) fn step(hunks: &[Hunk], block: usize, n: isize) -> Option<usize> {
    let at = if n > 0 {
        let next = hunks.partition_point(|hunk| hunk.after.start <= block);
        next.saturating_add_signed(n - 1)
    } else {
        let previous = hunks.partition_point(|hunk| hunk.after.start < block);
        previous.saturating_add_signed(n)
    };
    let last = hunks.len().checked_sub(1)?;
    Some(hunks[at.min(last)].after.start)
}

/// A mark beside a changed block, or where blocks were taken away.
pub(super) fn mark(ui: &Ui, t: &Tokens, hunks: &[Hunk], index: usize, block: Rect) {
    let x = block.left() - GUTTER_PT;
    if hunk_of(hunks, index).is_some() {
        let rect = Rect::from_min_max(pos2(x, block.top()), pos2(x + 3.0, block.bottom()));
        ui.painter()
            .rect_filled(rect, 1.5, t.warn.gamma_multiply(0.7));
    }
    let at = hunks.partition_point(|hunk| hunk.after.start < index);
    let is_gap = |hunk: &Hunk| hunk.after.is_empty() && hunk.after.start == index;
    if hunks.get(at).is_some_and(is_gap) {
        let rect = Rect::from_min_size(pos2(x - 4.0, block.top() - 6.0), vec2(11.0, 2.0));
        ui.painter()
            .rect_filled(rect, 1.0, t.bad.gamma_multiply(0.7));
    }
}

impl Changes {
    /// What can be done about the changes, over the lower right corner of the page. Gives how many
    /// changes to step over.
    pub(super) fn pill_ui(
        &mut self,
        ui: &Ui,
        view: &mut View<'_>,
        page: Rect,
        n_changes: usize,
    ) -> isize {
        if n_changes == 0 {
            self.is_compared = false;
            return 0;
        }
        let t = view.tokens;
        let mut by = 0;
        let corner = page.right_bottom() - vec2(space::L, space::M);
        Area::new(Id::unique("changes"))
            .order(egui::Order::Middle)
            .pivot(Align2::RIGHT_BOTTOM)
            .fixed_pos(corner)
            .show(ui.ctx(), |ui| {
                let frame = Frame::popup(ui.style()).inner_margin(4).corner_radius(8);
                frame.show(ui, |ui| {
                    ui.horizontal(|ui| {
                        ui.spacing_mut().item_spacing.x = 2.0;
                        ui.add_space(space::XS);
                        let words = match n_changes {
                            1 => "1 change since you last read".to_owned(),
                            n => format!("{n} changes since you last read"),
                        };
                        ui.label(RichText::new(words).size(size::SMALL).color(t.ink));
                        if icon_button(ui, Icon::ChevronUp, "Last change").clicked() {
                            by = -1;
                        }
                        if icon_button(ui, Icon::ChevronDown, "Next change").clicked() {
                            by = 1;
                        }
                        let name = if self.is_compared {
                            "Back to the page"
                        } else {
                            "Compare"
                        };
                        if ui.button(RichText::new(name).size(size::SMALL)).clicked() {
                            self.is_compared = !self.is_compared;
                        }
                        let read = RichText::new("Mark as read").size(size::SMALL);
                        if ui.button(read).clicked() {
                            view.ask(UserCommand::MarkRead);
                        }
                    });
                });
            });
        by
    }

    /// Paints both texts in place of the page. Gives the block to go to, if one is chosen.
    pub(super) fn compare_ui(
        &mut self,
        ui: &mut Ui,
        sheet: &mut Sheet<'_>,
        open: &OpenDocument,
        parsed: &Arc<Parsed>,
        column: Rect,
    ) -> Option<usize> {
        let ReadText::Parsed(read) = &open.read else {
            return None;
        };
        let is_made = self.made.as_ref().is_some_and(|(before, after, _)| {
            Arc::ptr_eq(before, read) && Arc::ptr_eq(after, parsed)
        });
        if !is_made {
            let changes = open.hunks.iter().take(MAX_COMPARED);
            let changes = changes
                .map(|hunk| Change::new(read, parsed, hunk))
                .collect();
            self.made = Some((Arc::clone(read), Arc::clone(parsed), changes));
        }
        let (_, _, changes) = self.made.as_ref()?;
        let mut chosen = None;
        ScrollArea::vertical()
            .id_salt(("comparison", open.id.0))
            .auto_shrink(false)
            .show(ui, |ui| {
                let top = ui.cursor().top();
                let mut y = top + space::L;
                for (i, change) in changes.iter().enumerate() {
                    y += change_ui(ui, sheet, change, (i, column, y), &mut chosen);
                }
                let n_more = open.hunks.len().saturating_sub(MAX_COMPARED);
                if n_more > 0 {
                    let words = format!("and {n_more} more changes");
                    let font = egui::FontId::proportional(sheet.set.small_pt);
                    let at = pos2(column.left(), y);
                    ui.painter()
                        .text(at, Align2::LEFT_TOP, words, font, sheet.t.ink_soft);
                    y += sheet.set.line_pt;
                }
                ui.allocate_space(vec2(1.0, y - top + 80.0));
            });
        chosen
    }
}

impl Change {
    fn new(read: &Parsed, parsed: &Parsed, hunk: &Hunk) -> Self {
        let block = hunk
            .after
            .start
            .min(parsed.blocks().len().saturating_sub(1));
        let outline = parsed.outline();
        let at = outline.partition_point(|heading| heading.block <= block);
        let under = at.checked_sub(1).map_or("", |at| outline[at].text.as_str());
        Self {
            under: if under.is_empty() {
                "At the start"
            } else {
                under
            }
            .to_owned(),
            block,
            flows: compared(read, parsed, hunk)
                .into_iter()
                .map(Arc::new)
                .collect(),
        }
    }
}

/// One change below what it stands under; gives its height.
fn change_ui(
    ui: &mut Ui,
    sheet: &mut Sheet<'_>,
    change: &Change,
    (i, column, top): (usize, Rect, f32),
    chosen: &mut Option<usize>,
) -> f32 {
    let mut y = top;
    let row = Rect::from_min_size(pos2(column.left(), y), vec2(column.width(), 22.0));
    let link = RichText::new(&change.under).size(size::SMALL);
    let layout = egui::Layout::left_to_right(egui::Align::Center);
    let place = egui::UiBuilder::new().max_rect(row).layout(layout);
    let link = ui.scope_builder(place, |ui| ui.link(link)).inner;
    if link.on_hover_text("Go there").clicked() {
        *chosen = Some(change.block);
    }
    y += 26.0;
    for (n, flow) in change.flows.iter().enumerate() {
        let spot = Spot {
            id: ui.scope_id().with(("change", i, n)),
            at: pos2(column.left(), y),
            width: column.width(),
            // Beyond any text: nothing of it is selected or found.
            base: usize::MAX / 2,
            hash: 0,
            table: None,
            fold: None,
            painted: None,
        };
        y += sheet.flow(ui, flow, &spot) + (sheet.set.line_pt * 0.4).round();
    }
    let stroke = egui::Stroke::new(1.0, sheet.t.line);
    ui.painter()
        .hline(column.x_range(), y + sheet.set.line_pt * 0.3, stroke);
    y + sheet.set.line_pt - top
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn changes_are_stepped_through() {
        let hunk = |after: std::ops::Range<usize>| Hunk {
            before: 0..0,
            after,
        };
        let hunks = [hunk(2..4), hunk(7..7), hunk(9..10)];
        assert_eq!(step(&hunks, 0, 1), Some(2));
        assert_eq!(step(&hunks, 2, 1), Some(7));
        assert_eq!(step(&hunks, 9, 1), Some(9));
        assert_eq!(step(&hunks, 9, -1), Some(7));
        assert_eq!(step(&hunks, 2, -1), Some(2));
        assert_eq!(step(&[], 2, 1), None);
        assert!(hunk_of(&hunks, 3).is_some() && hunk_of(&hunks, 4).is_none());
    }
}
