//! The head of a table that has scrolled out of sight, kept at the top of the page.

use egui::{Rect, Stroke, Ui, pos2, vec2};
use postil_model::markdown::{BlockKind, Part};

use super::sheet::Sheet;
use super::table::{Grid, PADDING_X_PT, PADDING_Y_PT, shift};

impl Sheet<'_> {
    /// Draws the head of the table that block `index` is a part of at the top of `column`, if it is
    /// out of sight: the block begins `above` points further up and is `height` points high.
    pub(super) fn table_head(
        &mut self,
        ui: &Ui,
        index: usize,
        column: Rect,
        (above, height): (f32, f32),
    ) {
        let blocks = self.parsed.blocks();
        let first = match blocks.get(index).map(|block| &block.kind) {
            Some(BlockKind::Table) => index,
            Some(BlockKind::Rows { table }) => *table,
            _ => return,
        };
        let goes_on = blocks
            .get(index + 1)
            .is_some_and(|next| matches!(next.kind, BlockKind::Rows { .. }));
        let flow = self.kept.flow(self.parsed, first);
        let Some(Part::Table(table)) = flow.pieces.first().map(|piece| &piece.part) else {
            return;
        };
        let grid = Grid {
            id: ui.unique_id().with("head"),
            key: (blocks[first].hash, 0),
            first: Some(first),
            at: column.min,
            width: column.width(),
            table,
            base: blocks[first].range.start,
        };
        let sizes = self.sizes(ui, &grid);
        let (Some(row), Some(high)) = (table.rows.first(), sizes.rows.first()) else {
            return;
        };
        let is_seen = first == index && above < 1.0;
        let is_past = !goes_on && height - above < high * 2.0;
        if is_seen || is_past {
            return;
        }
        let rect = Rect::from_min_size(column.min, vec2(column.width(), *high));
        let painter = ui.painter().with_clip_rect(rect.intersect(ui.clip_rect()));
        painter.rect_filled(rect, 0.0, self.t.paper);
        let mut left = column.left() - self.kept.widths.scrolled_by(grid.key);
        for (c, (cell, wide)) in row.iter().zip(sizes.columns.iter()).enumerate() {
            let inner = Rect::from_min_size(pos2(left, rect.top()), vec2(*wide, *high));
            let inner = inner.shrink2(vec2(PADDING_X_PT, PADDING_Y_PT));
            let galley = self.cell_galley(ui, cell, true, Some(inner.width()));
            let tail = self.figure_tail(ui, cell, &self.cell_look(true));
            let aside = shift(table, c, inner.width() - galley.size().x - tail);
            painter.galley(inner.min + vec2(aside, 0.0), galley, self.t.ink_strong);
            left += wide;
        }
        let stroke = Stroke::new(1.5, self.t.ink_soft.gamma_multiply(0.55));
        painter.hline(rect.x_range(), rect.bottom() - 0.5, stroke);
    }
}
