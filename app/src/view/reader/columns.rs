//! How the columns of a table share the width of the page.

use std::sync::Arc;

use egui::{Galley, Ui};
use postil_model::markdown::{BlockKind, Flow, Part, Rich, Table};

use super::sheet::Sheet;
use super::table::{Grid, PADDING_X_PT};

/// Parts of a long table that are looked at for the width of its columns.
const N_SAMPLED: usize = 8;

impl Sheet<'_> {
    /// Each column as wide as its widest cell if all have room. Else short cells stay on one line, and
    /// the long ones share what is left, so that none takes many more lines than the others. With no
    /// room for that either, the table is wider than the page.
    pub(super) fn columns(&mut self, ui: &Ui, grid: &Grid<'_>) -> Arc<[f32]> {
        let key = (self.key_of_first(grid).0, grid.width as u32);
        if grid.first.is_some()
            && let Some(known) = self.kept.widths.columns.get(&key)
        {
            return Arc::clone(known);
        }
        let flows = self.parts_of(grid);
        if flows.is_empty() {
            return self.columns_of(ui, &[grid.table], grid.width);
        }
        let tables: Vec<&Table> = flows.iter().filter_map(|flow| table_of(flow)).collect();
        let columns = self.columns_of(ui, &tables, grid.width);
        self.kept.widths.columns.insert(key, Arc::clone(&columns));
        columns
    }

    /// What some parts of a table that comes in several show, the first and the last among them.
    fn parts_of(&mut self, grid: &Grid<'_>) -> Vec<Arc<Flow>> {
        let Some(first) = grid.first else {
            return Vec::new();
        };
        let rest = self.parsed.blocks().get(first + 1..).unwrap_or_default();
        let is_part =
            |kind: &BlockKind| matches!(kind, BlockKind::Rows { table } if *table == first);
        let n = rest.iter().take_while(|block| is_part(&block.kind)).count();
        if n == 0 {
            return Vec::new();
        }
        let step = n.div_ceil(N_SAMPLED).max(1);
        let sampled = (0..n).step_by(step).chain([n]);
        sampled
            .map(|part| self.kept.flow(self.parsed, first + part))
            .collect()
    }

    fn columns_of(&mut self, ui: &Ui, tables: &[&Table], width: f32) -> Arc<[f32]> {
        let rows = tables.iter().flat_map(|table| {
            let rows = table.rows.iter().enumerate();
            rows.map(|(r, row)| (r == 0 && !table.goes_on, row))
        });
        let mut longest: Vec<Longest<'_>> = Vec::new();
        for (is_head, row) in rows {
            if longest.len() < row.len() {
                longest.resize_with(row.len(), Longest::default);
            }
            for (cell, longest) in row.iter().zip(&mut longest) {
                longest.add(cell, is_head);
            }
        }
        let mut columns = Vec::with_capacity(longest.len());
        for longest in &longest {
            let mut column = Column::default();
            for (_, cell, is_head) in longest.lines.iter().chain(&longest.words) {
                let galley = self.cell_galley(ui, cell, *is_head, None);
                column.wanted = column.wanted.max(galley.size().x.ceil() + 1.0);
                column.word = column.word.max(longest_word(&galley).ceil() + 1.0);
            }
            columns.push(column);
        }
        let padding = 2.0 * PADDING_X_PT;
        let room = width - padding * columns.len() as f32;
        let inner = share(&columns, room, self.set.small_pt);
        inner.into_iter().map(|width| width + padding).collect()
    }
}

fn table_of(flow: &Flow) -> Option<&Table> {
    match &flow.pieces.first()?.part {
        Part::Table(table) => Some(table),
        _ => None,
    }
}

/// The cells of a column that are likely to be the widest, and whether they are of the head.
#[derive(Default)]
struct Longest<'t> {
    lines: Vec<(usize, &'t Rich, bool)>,
    words: Vec<(usize, &'t Rich, bool)>,
}

impl<'t> Longest<'t> {
    fn add(&mut self, cell: &'t Rich, is_head: bool) {
        let n_letters = |text: &str| text.chars().count();
        let words = cell.text.split_whitespace().map(n_letters);
        let n_most = words.max().unwrap_or(0);
        // Bold letters are wider, and what stands for a picture is wider than its words.
        let n_links = cell.runs.iter().filter(|run| run.link.is_some()).count();
        let n_more = n_links * 8 + usize::from(is_head) * n_most / 8;
        put(
            &mut self.lines,
            (n_letters(&cell.text) + n_more, cell, is_head),
        );
        put(&mut self.words, (n_most + n_more, cell, is_head));
    }
}

/// Keeps the longest few.
fn put<'t>(kept: &mut Vec<(usize, &'t Rich, bool)>, new: (usize, &'t Rich, bool)) {
    /// Letters differ in width: the longest in letters may not be the widest.
    const N_KEPT: usize = 5;
    let at = kept.partition_point(|old| old.0 >= new.0);
    if at < N_KEPT {
        kept.insert(at, new);
        kept.truncate(N_KEPT);
    }
}

/// What a column would need, without the room beside its words.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Column {
    /// For its widest cell on one line.
    pub(super) wanted: f32,
    /// For its longest word.
    pub(super) word: f32,
}

/// The widths of columns that have `room` together, in letters of `em` points.
pub(super) fn share(columns: &[Column], room: f32, em: f32) -> Vec<f32> {
    /// Cells up to this many ems are not broken while the others have room enough.
    const SHORT_EM: f32 = 11.0;
    /// Longer words are broken.
    const LONGEST_WORD_EM: f32 = 16.0;
    /// How wide a column of prose is where the table is wider than the page.
    const READABLE_EM: f32 = 18.0;
    let wanted = || columns.iter().map(|column| column.wanted);
    if wanted().sum::<f32>() <= room {
        return wanted().collect();
    }
    let words = columns.iter().map(|column| {
        let word = column.word.min(em * LONGEST_WORD_EM).max(em * 3.0);
        word.min(column.wanted)
    });
    let words: Vec<f32> = words.collect();
    let whole = columns.iter().zip(&words).map(|(column, word)| {
        if column.wanted <= em * SHORT_EM {
            column.wanted
        } else {
            *word
        }
    });
    let whole: Vec<f32> = whole.collect();
    let least = [whole, words]
        .into_iter()
        .find(|least| least.iter().sum::<f32>() <= room);
    let Some(least) = least else {
        let readable = columns.iter().map(|column| {
            let word = column.word.min(em * LONGEST_WORD_EM);
            column.wanted.min(word.max(em * READABLE_EM))
        });
        return readable.collect();
    };
    // By the root of their length: the lines of a cell then grow as its width does.
    let widths = |factor: f32| {
        let widths = columns.iter().zip(&least);
        widths.map(move |(column, least)| {
            (factor * column.wanted.sqrt()).clamp(*least, column.wanted)
        })
    };
    let (mut low, mut high) = (0.0_f32, room.max(1.0));
    for _ in 0..40 {
        let middle = f32::midpoint(low, high);
        if widths(middle).sum::<f32>() <= room {
            low = middle;
        } else {
            high = middle;
        }
    }
    widths(low)
        .map(f32::floor)
        .zip(least.iter().copied())
        .map(|(width, least)| width.max(least))
        .collect()
}

/// The width of the longest stretch without a blank.
pub(super) fn longest_word(galley: &Galley) -> f32 {
    let mut longest = 0.0_f32;
    for row in &galley.rows {
        let mut start: Option<f32> = None;
        for glyph in &row.glyphs {
            if glyph.chr.is_whitespace() {
                start = None;
            } else {
                let start = *start.get_or_insert(glyph.pos.x);
                longest = longest.max(glyph.max_x() - start);
            }
        }
    }
    longest
}

#[cfg(test)]
mod tests {
    use super::*;

    fn column(wanted: f32, word: f32) -> Column {
        Column { wanted, word }
    }

    #[test]
    fn columns_are_as_wide_as_their_cells_while_there_is_room() {
        let columns = [column(50.0, 20.0), column(100.0, 30.0)];
        assert_eq!(share(&columns, 150.0, 12.0), [50.0, 100.0]);
    }

    #[test]
    fn short_cells_stay_whole_beside_long_ones() {
        let columns = [
            column(90.0, 30.0),
            column(1_500.0, 60.0),
            column(1_500.0, 60.0),
        ];
        let widths = share(&columns, 420.0, 12.0);
        assert!((widths[0] - 90.0).abs() < 0.01, "{widths:?}");
        assert!((widths[1] - widths[2]).abs() < 1.0, "{widths:?}");
        assert!(
            widths.iter().sum::<f32>() <= 420.0 && widths[1] > 160.0,
            "{widths:?}"
        );
    }

    #[test]
    fn the_longer_cells_are_the_wider_ones() {
        let columns = [column(300.0, 60.0), column(1_200.0, 60.0)];
        let widths = share(&columns, 450.0, 12.0);
        assert!(widths[0] >= 140.0 && widths[1] > widths[0], "{widths:?}");
    }

    #[test]
    fn without_room_for_its_words_a_table_is_wider_than_the_page() {
        let columns = vec![column(400.0, 80.0); 12];
        let widths = share(&columns, 500.0, 12.0);
        assert!(widths.iter().all(|width| *width > 200.0), "{widths:?}");
        let columns = [column(9_000.0, 9_000.0); 2];
        assert!(share(&columns, 500.0, 12.0).iter().sum::<f32>() <= 500.0);
    }
}
