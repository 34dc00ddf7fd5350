//! The lines of a JSON document's tree.

use egui::epaint::text::PlacedRow;
use egui::{FontId, Id, Pos2, Rect, Stroke, Ui, accesskit, pos2};
use postil_model::markdown::{Block, BlockKind, Node, Rich, Shape};

use super::block::Spot;
use super::prose::Placed;
use super::sheet::Sheet;

/// How far each list and object indents what is in it, in ems.
const INDENT: f32 = 1.35;
/// The part of the width that indents take at the most; what is deeper stands where these do.
const MAX_INDENT: f32 = 0.4;

/// A line that has its place.
pub(super) struct Line<'l> {
    pub(super) id: Id,
    pub(super) at: Pos2,
    pub(super) width: f32,
    pub(super) rich: &'l Rich,
    pub(super) node: Node,
}

impl Sheet<'_> {
    /// What a line of the tree folds, and whether that is open.
    pub(super) fn fold_of(&self, block: &Block, index: usize) -> Option<((u64, u32), bool)> {
        if !matches!(block.kind, BlockKind::Node(_)) {
            return None;
        }
        let folds = self.parsed.folds();
        let at = folds.binary_search_by_key(&index, |fold| fold.head).ok()?;
        let fold = &folds[at];
        let name = (fold.name, fold.id);
        Some((name, self.kept.is_open(name, fold.is_open)))
    }

    /// Whether the document is a tree.
    pub(super) fn is_tree(&self) -> bool {
        let first = self.parsed.blocks().first();
        first.is_some_and(|first| matches!(first.kind, BlockKind::Node(_)))
    }

    /// Draws a line, and gives its height.
    pub(super) fn node(&mut self, ui: &Ui, line: &Line<'_>, spot: &Spot) -> f32 {
        let Line {
            id, at, rich, node, ..
        } = *line;
        let em = self.set.text_pt;
        let step = (em * INDENT).round();
        let n_steps = (line.width * MAX_INDENT / step)
            .floor()
            .min(node.depth as f32);
        let mut left = at.x + n_steps * step;
        let right = at.x + line.width;
        if let Some((fold, is_open)) = spot.fold {
            let name = if rich.text.is_empty() {
                format!("item {}", node.number)
            } else {
                rich.text.clone()
            };
            self.fold(ui, id.with("fold"), pos2(left, at.y), fold, is_open, &name);
        }
        left += step;
        if node.number > 0 {
            left += self.number(ui, node, pos2(left, at.y));
        }
        let look = self.set.prose(self.t);
        let width = (right - left).max(em * 4.0);
        let galley = self.galley(ui, rich, &look, Some(width), None);
        let height = galley.size().y.max(look.line_pt);
        let size = match node.shape {
            Shape::List => Some(format!("[{}]", node.n)),
            Shape::Object => Some(format!("{{{}}}", node.n)),
            Shape::Values | Shape::Rest => None,
        };
        if let Some(size) = size {
            let row = galley.rows.last().map_or(Rect::ZERO, PlacedRow::rect);
            let gap = if rich.text.is_empty() { 0.0 } else { em * 0.7 };
            let middle = at.y + row.top() + look.line_pt / 2.0;
            self.soft(ui, size, pos2(left + row.right() + gap, middle));
        }
        if !rich.text.is_empty() {
            let placed = Placed {
                id,
                at: pos2(left, at.y),
                width,
                galley,
                rich,
                base: spot.base,
                role: accesskit::Role::TreeItem,
            };
            self.text(ui, &placed);
            ui.ctx().accesskit_node_builder(id, |item| {
                item.set_level(node.depth as usize + 1);
                if node.number > 0 {
                    item.set_label(format!("{}: {}", node.number, rich.text));
                }
                if let Some((_, is_open)) = spot.fold {
                    item.set_expanded(is_open);
                }
            });
        }
        self.guides(ui, line, (n_steps, step), height);
        height
    }

    /// Which of its list it is. Gives the room that it takes.
    fn number(&self, ui: &Ui, node: Node, at: Pos2) -> f32 {
        let em = self.set.text_pt;
        let room = |digits: u32| (digits as f32 * em * 0.56 + em * 0.5).round();
        let digits = (node.number.ilog10() + 1).max(2);
        if node.shape != Shape::Rest {
            let middle = at.y + self.set.line_pt / 2.0;
            self.soft(ui, node.number.to_string(), pos2(at.x, middle));
        }
        room(digits)
    }

    /// Small words that are not the document's.
    fn soft(&self, ui: &Ui, words: String, left_middle: Pos2) {
        let font = FontId::proportional(self.set.small_pt);
        let color = self.t.ink_soft;
        let anchor = egui::Align2::LEFT_CENTER;
        ui.painter().text(left_middle, anchor, words, font, color);
    }

    /// A line down from each list and object that the line is in.
    fn guides(&self, ui: &Ui, line: &Line<'_>, (n_steps, step): (f32, f32), height: f32) {
        let gap = (self.set.line_pt * 0.22).round();
        let down = line.at.y - gap..=line.at.y + height;
        let stroke = Stroke::new(1.0, self.t.line);
        let mut x = line.at.x + self.set.text_pt * 0.4;
        for _ in 0..n_steps as u32 {
            ui.painter().vline(x.round() + 0.5, down.clone(), stroke);
            x += step;
        }
    }
}
