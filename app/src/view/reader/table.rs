//! Tables: columns as wide as their words as far as there is room, else scrolled sideways.

use std::collections::HashMap;
use std::sync::Arc;

use egui::{
    Galley, Id, Pos2, Rect, ScrollArea, Sense, Stroke, Ui, UiBuilder, accesskit, pos2, vec2,
};
use postil_model::markdown::{Alignment, Rich, Table};

use super::figures::{Figures, is_number};
use super::prose::Placed;
use super::sheet::Sheet;
use super::type_area::Look;

pub(super) const PADDING_X_PT: f32 = 12.0;
pub(super) const PADDING_Y_PT: f32 = 7.0;
/// Sizes of tables that are remembered.
const MAX_REMEMBERED: usize = 500;

/// How wide the columns of tables are and how high their rows, by the block's hash, the table's
/// place in it and the room there is.
#[derive(Debug, Default)]
pub(super) struct Widths {
    known: HashMap<(u64, usize, u32), Arc<Sizes>>,
    /// Of tables in parts, by the block with their head and the room there is.
    pub(super) columns: HashMap<(u64, u32), Arc<[f32]>>,
    /// The widths of figures.
    pub(super) figures: Figures,
    /// How far tables are scrolled sideways, by the hash of the block with their head.
    scrolled: HashMap<(u64, usize), f32>,
}

impl Widths {
    /// Forgets all: the type is another.
    pub(super) fn clear(&mut self) {
        self.known.clear();
        self.columns.clear();
    }

    /// How far a table is scrolled sideways, by the key of the part with its head.
    pub(super) fn scrolled_by(&self, key: (u64, usize)) -> f32 {
        self.scrolled.get(&key).copied().unwrap_or(0.0)
    }
}

#[derive(Debug)]
pub(super) struct Sizes {
    pub(super) columns: Arc<[f32]>,
    pub(super) rows: Vec<f32>,
    /// Pictures and formulas that were still on their way.
    n_missing: usize,
}

/// A table that has its place.
pub(super) struct Grid<'g> {
    pub(super) id: Id,
    /// The block's hash, and the piece's place in it.
    pub(super) key: (u64, usize),
    /// The block with the table's head, if the table is a block of the document.
    pub(super) first: Option<usize>,
    pub(super) at: Pos2,
    pub(super) width: f32,
    pub(super) table: &'g Table,
    /// The first byte of its block.
    pub(super) base: usize,
}

impl Sheet<'_> {
    /// Draws a table, and gives its height.
    pub(super) fn table(&mut self, ui: &mut Ui, grid: &Grid<'_>) -> f32 {
        let sizes = self.sizes(ui, grid);
        let wide: f32 = sizes.columns.iter().sum();
        let height: f32 = sizes.rows.iter().sum();
        let rect = Rect::from_min_size(grid.at, vec2(grid.width, height));
        if !ui.is_rect_visible(rect) {
            return height;
        }
        let n_rows = grid.table.rows.len();
        let n_columns = sizes.columns.len();
        let more = if grid.table.goes_on { "more " } else { "" };
        let name = format!("Table of {n_rows} {more}rows and {n_columns} columns");
        let builder = UiBuilder::new()
            .scope_id(grid.id)
            .max_rect(rect)
            .accessibility_role(accesskit::Role::Table)
            .accessibility_label(name);
        let mut child = ui.new_child(builder);
        let node = child.unique_id();
        ui.ctx().accesskit_node_builder(node, |node| {
            node.set_row_count(n_rows);
            node.set_column_count(n_columns);
        });
        child.spacing_mut().scroll.floating_allocated_width = 0.0;
        let mut scroll = ScrollArea::horizontal().id_salt("table").auto_shrink(false);
        // All parts of a table are scrolled as one.
        let key = self.key_of_first(grid);
        let scrolled = self.kept.widths.scrolled.get(&key).copied();
        if let Some(scrolled) = scrolled.filter(|_| wide > grid.width) {
            scroll = scroll.horizontal_scroll_offset(scrolled);
        }
        let output = scroll.show(&mut child, |ui| {
            let (area, _) = ui.allocate_exact_size(vec2(wide, height), Sense::hover());
            self.rows(ui, grid, &sizes, area);
        });
        let offset = output.state.clamped_offset().x;
        if wide > grid.width && (offset - scrolled.unwrap_or(0.0)).abs() > 0.1 {
            self.kept.widths.scrolled.insert(key, offset);
            ui.ctx().request_repaint();
        }
        height
    }

    pub(super) fn key_of_first(&self, grid: &Grid<'_>) -> (u64, usize) {
        let first = grid.first.and_then(|first| self.parsed.blocks().get(first));
        first.map_or(grid.key, |first| (first.hash, 0))
    }

    fn rows(&mut self, ui: &mut Ui, grid: &Grid<'_>, sizes: &Sizes, area: Rect) {
        let mut top = area.top();
        let line = Stroke::new(1.0, self.t.line);
        for (r, row) in grid.table.rows.iter().enumerate() {
            let height = sizes.rows[r];
            let rect = Rect::from_min_size(pos2(area.left(), top), vec2(area.width(), height));
            top += height;
            if !ui.is_rect_visible(rect) {
                continue;
            }
            let mut left = area.left();
            let builder = UiBuilder::new().scope_id(grid.id.with(("row", r)));
            let node = ui.new_child(
                builder
                    .max_rect(rect)
                    .accessibility_role(accesskit::Role::Row),
            );
            for (c, width) in sizes.columns.iter().enumerate() {
                if let Some(cell) = row.get(c) {
                    let place = Rect::from_min_size(pos2(left, rect.top()), vec2(*width, height));
                    self.cell(&node, grid, cell, (r, c), place);
                }
                left += width;
            }
            let stroke = if r == 0 && !grid.table.goes_on {
                Stroke::new(1.5, self.t.ink_soft.gamma_multiply(0.55))
            } else {
                line
            };
            ui.painter()
                .hline(rect.x_range(), rect.bottom() - 0.5, stroke);
        }
    }

    fn cell(&mut self, ui: &Ui, grid: &Grid<'_>, cell: &Rich, at: (usize, usize), place: Rect) {
        let inner = place.shrink2(vec2(PADDING_X_PT, PADDING_Y_PT));
        let is_head = at.0 == 0 && !grid.table.goes_on;
        let galley = self.cell_galley(ui, cell, is_head, Some(inner.width()));
        let tail = self.figure_tail(ui, cell, &self.cell_look(is_head));
        let aside = shift(grid.table, at.1, inner.width() - galley.size().x - tail);
        let placed = Placed {
            id: grid.id.with(at),
            at: inner.min + vec2(aside, 0.0),
            width: galley.size().x,
            galley,
            rich: cell,
            base: grid.base,
            role: if is_head {
                accesskit::Role::ColumnHeader
            } else {
                accesskit::Role::Cell
            },
        };
        if !cell.text.is_empty() {
            self.text(ui, &placed);
            self.objects(ui, &placed, &self.cell_look(is_head));
            ui.ctx().accesskit_node_builder(placed.id, |node| {
                node.set_row_index(at.0);
                node.set_column_index(at.1);
            });
        }
    }

    pub(super) fn cell_look(&self, is_head: bool) -> Look {
        Look {
            is_bold: is_head,
            line_pt: (self.set.small_pt * 1.45).round(),
            pt: self.set.small_pt + 0.5,
            color: if is_head {
                self.t.ink_strong
            } else {
                self.t.ink
            },
            ..self.set.prose(self.t)
        }
    }

    pub(super) fn cell_galley(
        &mut self,
        ui: &Ui,
        cell: &Rich,
        is_head: bool,
        width: Option<f32>,
    ) -> Arc<Galley> {
        let look = Look {
            is_tabular: is_number(&cell.text),
            ..self.cell_look(is_head)
        };
        self.galley(ui, cell, &look, width, None)
    }

    /// Pictures and formulas in cells that are on their way.
    fn n_missing(&mut self, ui: &Ui, table: &Table) -> usize {
        let look = self.cell_look(false);
        let counts = table.rows.iter().flatten().map(|cell| {
            let (n, n_ready) = self.n_objects(ui, cell, &look);
            n - n_ready
        });
        counts.sum()
    }

    pub(super) fn sizes(&mut self, ui: &Ui, grid: &Grid<'_>) -> Arc<Sizes> {
        let key = (grid.key.0, grid.key.1, grid.width as u32);
        if let Some(known) = self.kept.widths.known.get(&key) {
            let known = Arc::clone(known);
            if known.n_missing == 0 || known.n_missing == self.n_missing(ui, grid.table) {
                return known;
            }
        }
        let columns = self.columns(ui, grid);
        let mut rows = Vec::with_capacity(grid.table.rows.len());
        for (r, row) in grid.table.rows.iter().enumerate() {
            let is_head = r == 0 && !grid.table.goes_on;
            let mut height = self.set.small_pt * 1.4;
            for (cell, width) in row.iter().zip(columns.iter()) {
                let inner = width - 2.0 * PADDING_X_PT;
                let galley = self.cell_galley(ui, cell, is_head, Some(inner));
                height = height.max(galley.size().y);
            }
            rows.push(height.round() + 2.0 * PADDING_Y_PT);
        }
        let sizes = Arc::new(Sizes {
            columns,
            rows,
            n_missing: self.n_missing(ui, grid.table),
        });
        let widths = &mut self.kept.widths;
        if widths.known.len() + widths.columns.len() > MAX_REMEMBERED {
            widths.clear();
        }
        self.kept.widths.known.insert(key, Arc::clone(&sizes));
        sizes
    }
}

/// How far from the left a cell's text begins that leaves `rest` of its column's room.
pub(super) fn shift(table: &Table, column: usize, rest: f32) -> f32 {
    let rest = rest.max(0.0);
    let aside = match table.alignments.get(column).copied().unwrap_or_default() {
        Alignment::Left => 0.0,
        Alignment::Center => rest / 2.0,
        Alignment::Right => rest,
    };
    aside.round()
}
