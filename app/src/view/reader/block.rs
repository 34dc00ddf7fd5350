//! One block of the page: its pieces below each other, each in what it stands in.

use std::sync::Arc;

use egui::{Color32, Id, Pos2, Rect, Ui, pos2};
use postil_model::markdown::{Block, BlockKind, Flow, Level, Nest};

use super::access::Nodes;
use super::colours::Painted;
use super::rhythm::{self, Kin};
use super::sheet::Sheet;

/// Nests that indent; deeper ones stand where these do.
const MAX_INDENTS: usize = 8;

/// A block that has its place.
pub(super) struct Spot {
    pub(super) id: Id,
    pub(super) at: Pos2,
    pub(super) width: f32,
    /// The first byte of the block.
    pub(super) base: usize,
    pub(super) hash: u64,
    /// The block with the head of the table that this block is a part of.
    pub(super) table: Option<usize>,
    /// What the block folds, and whether that is open.
    pub(super) fold: Option<((u64, u32), bool)>,
    /// The colours of the block, if it is a piece of code.
    pub(super) painted: Option<Arc<Painted>>,
}

/// A quote that is being drawn: its bar comes last.
struct Bar {
    level: u32,
    left: f32,
    top: f32,
    bottom: f32,
    color: Color32,
}

impl Sheet<'_> {
    /// Draws a block of the page of this name, and gives its height.
    pub(super) fn block(
        &mut self,
        ui: &mut Ui,
        (page, index): (Id, usize),
        at: Pos2,
        width: f32,
    ) -> f32 {
        let Some(block) = self.parsed.blocks().get(index) else {
            return 0.0;
        };
        let flow = self.kept.flow(self.parsed, index);
        let spot = Spot {
            id: page.with(("block", index)),
            at,
            width,
            base: block.range.start,
            hash: block.hash,
            table: match block.kind {
                BlockKind::Table => Some(index),
                BlockKind::Rows { table } => Some(table),
                _ => None,
            },
            fold: self.fold_of(block, index),
            painted: self.colours_of(ui, block, index),
        };
        self.flow(ui, &flow, &spot)
    }

    /// The colours of a piece of code, once they are known.
    fn colours_of(&mut self, ui: &Ui, block: &Block, index: usize) -> Option<Arc<Painted>> {
        if !matches!(block.kind, BlockKind::Source { .. }) {
            return None;
        }
        let code = self.parsed.long_code(index)?;
        let text = self.parsed.text();
        let piece = block.range.clone();
        let colours = &mut self.kept.colours;
        colours.of_piece(ui.ctx(), &code.language, text, code.start, piece)
    }

    /// Draws what a block shows, and gives its height.
    pub(super) fn flow(&mut self, ui: &mut Ui, flow: &Arc<Flow>, spot: &Spot) -> f32 {
        let mut down = 0.0;
        let mut above: Option<Kin> = None;
        let mut bars: Vec<Bar> = Vec::new();
        let mut n_seen = 0;
        let mut nodes = Nodes::default();
        for (i, piece) in flow.pieces.iter().enumerate() {
            let is_hidden = piece.levels.iter().any(|level| match level.nest {
                Nest::Fold { id, is_open } => !self.kept.is_open((spot.hash, id), is_open),
                _ => false,
            });
            if is_hidden {
                continue;
            }
            let ui = nodes.enter(&mut *ui, spot.id, &piece.levels);
            let kin = rhythm::of_piece(piece);
            down += rhythm::gap(above, kin, self.set);
            above = Some(kin);
            let mut left = spot.at.x;
            for (depth, level) in piece.levels.iter().enumerate() {
                let is_new = level.id >= n_seen;
                let indent = self.indent(level);
                let y = spot.at.y + down;
                if is_new {
                    if let Nest::Quote(alert) = level.nest {
                        bars.push(Bar {
                            level: level.id,
                            left,
                            top: y,
                            bottom: y,
                            color: self.bar_color(alert),
                        });
                        if let Some(alert) = alert {
                            down += self.alert(ui, alert, pos2(left + indent, y), spot, level.id);
                        }
                    } else {
                        self.marker(
                            ui,
                            spot,
                            level,
                            &piece.levels[..depth],
                            piece,
                            pos2(left, y),
                        );
                    }
                }
                if depth < MAX_INDENTS {
                    left += indent;
                }
            }
            n_seen = piece
                .levels
                .iter()
                .map(|level| level.id + 1)
                .fold(n_seen, u32::max);
            let at = pos2(left, spot.at.y + down);
            let width = (spot.at.x + spot.width - left).max(40.0);
            down += self.piece(ui, piece, (i, at, width), spot);
            for bar in &mut bars {
                if piece.levels.iter().any(|level| level.id == bar.level) {
                    bar.bottom = spot.at.y + down;
                }
            }
        }
        for bar in bars {
            let rect =
                Rect::from_min_max(pos2(bar.left, bar.top), pos2(bar.left + 3.0, bar.bottom));
            ui.painter().rect_filled(rect, 1.5, bar.color);
        }
        down
    }

    fn indent(&self, level: &Level) -> f32 {
        let em = self.set.text_pt;
        match &level.nest {
            Nest::Item { marker, .. } => self.marker_room(*marker),
            Nest::Quote(_) => (em * 1.25).round(),
            Nest::Footnote(_) | Nest::Definition => (em * 1.75).round(),
            Nest::Fold { .. } => 0.0,
        }
    }
}
