//! Tables: columns as wide as their words as far as there is room, else scrolled sideways.

use std::collections::HashMap;
use std::sync::Arc;

use egui::{
    Galley, Id, Pos2, Rect, ScrollArea, Sense, Stroke, Ui, UiBuilder, WidgetInfo, accesskit, pos2,
    vec2,
};
use postil_model::markdown::{Alignment, Rich, Table};

use super::prose::Placed;
use super::sheet::Sheet;
use super::type_area::Look;

const PADDING_X_PT: f32 = 12.0;
const PADDING_Y_PT: f32 = 7.0;
/// Rows that are looked at for the width of the columns.
const N_SAMPLED: usize = 120;
/// Sizes of tables that are remembered.
const MAX_REMEMBERED: usize = 500;

/// How wide the columns of tables are and how high their rows, by the block's hash, the table's
/// place in it and the room there is.
#[derive(Debug, Default)]
pub(super) struct Widths {
    known: HashMap<(u64, usize, u32), Arc<Sizes>>,
}

impl Widths {
    /// Forgets all: the type is another.
    pub(super) fn clear(&mut self) {
        self.known.clear();
    }
}

#[derive(Debug, Default)]
struct Sizes {
    columns: Vec<f32>,
    rows: Vec<f32>,
}

/// A table that has its place.
pub(super) struct Grid<'g> {
    pub(super) id: Id,
    /// The block's hash, and the piece's place in it.
    pub(super) key: (u64, usize),
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
        let mut child = ui.new_child(UiBuilder::new().scope_id(grid.id).max_rect(rect));
        child.spacing_mut().scroll.floating_allocated_width = 0.0;
        let n_rows = grid.table.rows.len();
        let n_columns = sizes.columns.len();
        let area = ui.interact(rect, grid.id.with("table"), Sense::hover());
        area.widget_info(|| {
            let name = format!("Table of {n_rows} rows and {n_columns} columns");
            WidgetInfo::labeled(accesskit::Role::Table, true, name)
        });
        ScrollArea::horizontal()
            .id_salt("table")
            .auto_shrink(false)
            .show(&mut child, |ui| {
                let (area, _) = ui.allocate_exact_size(vec2(wide, height), Sense::hover());
                self.rows(ui, grid, &sizes, area);
            });
        height
    }

    fn rows(&mut self, ui: &Ui, grid: &Grid<'_>, sizes: &Sizes, area: Rect) {
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
            for (c, width) in sizes.columns.iter().enumerate() {
                if let Some(cell) = row.get(c) {
                    let place = Rect::from_min_size(pos2(left, rect.top()), vec2(*width, height));
                    self.cell(ui, grid, cell, (r, c), place);
                }
                left += width;
            }
            let stroke = if r == 0 {
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
        let galley = self.cell_galley(ui, cell, at.0, Some(inner.width()));
        let rest = (inner.width() - galley.size().x).max(0.0);
        let alignment = grid.table.alignments.get(at.1).copied().unwrap_or_default();
        let shift = match alignment {
            Alignment::Left => 0.0,
            Alignment::Center => rest / 2.0,
            Alignment::Right => rest,
        };
        let is_head = at.0 == 0;
        let placed = Placed {
            id: grid.id.with(at),
            at: inner.min + vec2(shift.round(), 0.0),
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
        }
    }

    fn cell_galley(&self, ui: &Ui, cell: &Rich, row: usize, width: Option<f32>) -> Arc<Galley> {
        let look = Look {
            is_bold: row == 0,
            line_pt: (self.set.small_pt * 1.45).round(),
            pt: self.set.small_pt + 0.5,
            color: if row == 0 {
                self.t.ink_strong
            } else {
                self.t.ink
            },
            ..self.set.prose(self.t)
        };
        self.galley(ui, cell, &look, width, None)
    }

    fn sizes(&mut self, ui: &Ui, grid: &Grid<'_>) -> Arc<Sizes> {
        let key = (grid.key.0, grid.key.1, grid.width as u32);
        if let Some(known) = self.kept.widths.known.get(&key) {
            return Arc::clone(known);
        }
        let columns = self.columns(ui, grid);
        let rows = grid.table.rows.iter().enumerate();
        let rows = rows.map(|(r, row)| {
            let heights = row.iter().zip(&columns).map(|(cell, width)| {
                let inner = width - 2.0 * PADDING_X_PT;
                self.cell_galley(ui, cell, r, Some(inner)).size().y
            });
            heights.fold(self.set.small_pt * 1.4, f32::max).round() + 2.0 * PADDING_Y_PT
        });
        let rows = rows.collect();
        let sizes = Arc::new(Sizes { columns, rows });
        if self.kept.widths.known.len() > MAX_REMEMBERED {
            self.kept.widths.known.clear();
        }
        self.kept.widths.known.insert(key, Arc::clone(&sizes));
        sizes
    }

    /// Each column as wide as its widest cell if all have room; else what is left is shared out among
    /// the wide ones, none narrower than a few words.
    fn columns(&self, ui: &Ui, grid: &Grid<'_>) -> Vec<f32> {
        let n_columns = grid.table.rows.iter().map(Vec::len).max().unwrap_or(0);
        let mut natural = vec![0.0_f32; n_columns];
        let mut longest_word = vec![0.0_f32; n_columns];
        let em = self.set.small_pt;
        for (r, row) in grid.table.rows.iter().enumerate().take(N_SAMPLED) {
            for (c, cell) in row.iter().enumerate() {
                natural[c] = natural[c].max(self.cell_galley(ui, cell, r, None).size().x);
                let words = cell
                    .text
                    .split_whitespace()
                    .map(|word| word.chars().count());
                let letters = words.max().unwrap_or(0) as f32;
                longest_word[c] = longest_word[c].max((letters * em * 0.62).min(em * 16.0));
            }
        }
        let padding = 2.0 * PADDING_X_PT;
        let wanted: Vec<f32> = natural
            .iter()
            .map(|width| width.ceil() + 1.0 + padding)
            .collect();
        if wanted.iter().sum::<f32>() <= grid.width {
            return wanted;
        }
        let least: Vec<f32> = wanted
            .iter()
            .zip(&longest_word)
            .map(|(wanted, word)| wanted.min(word.max(em * 4.0) + padding))
            .collect();
        let least_sum: f32 = least.iter().sum();
        let spare = (grid.width - least_sum).max(0.0);
        let more: Vec<f32> = wanted.iter().zip(&least).map(|(w, l)| w - l).collect();
        let more_sum: f32 = more.iter().sum::<f32>().max(1.0);
        let shared = least.iter().zip(&more).map(|(least, more)| {
            let readable = (least + more).min(em * 18.0);
            let fair = least + more * (spare / more_sum).min(1.0);
            // With no room at all, cells stay readable and the table scrolls.
            if spare > 0.0 {
                fair.floor()
            } else {
                readable.max(*least).floor()
            }
        });
        shared.collect()
    }
}
