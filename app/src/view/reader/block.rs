//! One block of the page: its pieces below each other, each in what it stands in.

use std::sync::Arc;

use egui::{Color32, Id, Pos2, Rect, Ui, accesskit, pos2, vec2};
use postil_model::markdown::{Alert, BlockKind, Flow, Level, Nest, Part, Piece, Role};

use super::access::Nodes;
use super::code::Code;
use super::formula::Display;
use super::prose::{Placed, below};
use super::rhythm::{self, Kin};
use super::sheet::Sheet;
use super::table::Grid;
use super::type_area::Look;

/// Nests that indent; deeper ones stand where these do.
const MAX_INDENTS: usize = 8;

/// The room beside source that is code.
const CODE_INSET_PT: f32 = 16.0;

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
        };
        self.flow(ui, &flow, &spot)
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

    fn bar_color(&self, alert: Option<Alert>) -> Color32 {
        match alert {
            None => self.t.line,
            Some(alert) => self.alert_color(alert),
        }
    }

    fn alert_color(&self, alert: Alert) -> Color32 {
        match alert {
            Alert::Note => self.t.accent,
            Alert::Tip => self.t.good,
            Alert::Important => self.t.important,
            Alert::Warning => self.t.warn,
            Alert::Caution => self.t.bad,
        }
    }

    /// How the text of a piece is set, by what it stands in.
    fn look(&self, piece: &Piece, role: Role) -> Look {
        let is_aside = |level: &Level| matches!(level.nest, Nest::Footnote(_));
        let is_aside = piece.levels.iter().any(is_aside);
        match role {
            Role::Heading(level) => self.set.heading(level, self.t),
            Role::Term => Look {
                is_bold: true,
                color: self.t.ink_strong,
                ..self.set.prose(self.t)
            },
            Role::Paragraph if is_aside => self.set.aside(self.t),
            Role::Paragraph => self.set.prose(self.t),
        }
    }

    #[expect(clippy::too_many_lines, reason = "one arm for each kind of piece")]
    fn piece(
        &mut self,
        ui: &mut Ui,
        piece: &Piece,
        (i, at, width): (usize, Pos2, f32),
        spot: &Spot,
    ) -> f32 {
        let id = spot.id.with(i);
        match &piece.part {
            Part::Text { role, rich } => {
                let look = self.look(piece, *role);
                let rich = &*self.with_suggestions(rich, spot.base);
                let galley = self.galley(ui, rich, &look, Some(width), None);
                let height = galley.size().y;
                if rich.text.is_empty() {
                    return look.line_pt;
                }
                let (access, level) = match role {
                    Role::Heading(level) => (accesskit::Role::Heading, Some(*level)),
                    Role::Term => (accesskit::Role::Term, None),
                    Role::Paragraph => (accesskit::Role::Label, None),
                };
                let placed = Placed {
                    id,
                    at,
                    width,
                    galley,
                    rich,
                    base: spot.base,
                    role: access,
                };
                self.text(ui, &placed);
                self.objects(ui, &placed, &look);
                if let Some(level) = level {
                    let level = usize::from(level);
                    ui.ctx()
                        .accesskit_node_builder(id, |node| node.set_level(level));
                }
                height
            }
            Part::Source { rich, is_code } => {
                let look = if *is_code {
                    self.set.code(self.t)
                } else {
                    self.set.prose(self.t)
                };
                let inset = if *is_code { CODE_INSET_PT } else { 0.0 };
                let inner = width - 2.0 * inset;
                let galley = self.galley(ui, rich, &look, Some(inner), None);
                let height = galley.size().y;
                if *is_code {
                    let ground = Rect::from_min_size(at, vec2(width, height));
                    ui.painter().rect_filled(ground, 0.0, self.t.code);
                }
                let placed = Placed {
                    id,
                    at: at + vec2(inset, 0.0),
                    width: inner,
                    galley,
                    rich,
                    base: spot.base,
                    role: accesskit::Role::Code,
                };
                self.text(ui, &placed);
                height
            }
            Part::Code { language, rich } => self.code(
                ui,
                &Code {
                    id,
                    at,
                    width,
                    language: language.as_deref(),
                    rich,
                    base: spot.base,
                },
            ),
            Part::Formula { rich } => self.formula(
                ui,
                &Display {
                    id,
                    at,
                    width,
                    rich,
                    base: spot.base,
                },
            ),
            Part::Table(table) => self.table(
                ui,
                &Grid {
                    id,
                    key: (spot.hash, i),
                    first: spot.table,
                    at,
                    width,
                    table,
                    base: spot.base,
                },
            ),
            Part::Image { target, alt, link } => {
                let rect = Rect::from_min_size(at, vec2(width, f32::INFINITY));
                self.picture(ui, id, rect, target, alt, link.as_deref())
            }
            Part::Rule => {
                let y = at.y.round() + 0.5;
                let stroke = egui::Stroke::new(1.0, self.t.line);
                ui.painter().hline(at.x..=at.x + width, y, stroke);
                1.0
            }
            Part::Properties(properties) => self.properties(ui, id, at, width, properties, spot),
            Part::Summary {
                rich,
                id: fold,
                is_open,
            } => {
                let is_open = self.kept.is_open((spot.hash, *fold), *is_open);
                let room = self.fold(
                    ui,
                    id.with("fold"),
                    at,
                    (spot.hash, *fold),
                    is_open,
                    &rich.text,
                );
                let look = Look {
                    is_bold: true,
                    ..self.set.prose(self.t)
                };
                let galley = self.galley(ui, rich, &look, Some(width - room), None);
                let height = galley.size().y;
                let placed = Placed {
                    id,
                    at: pos2(at.x + room, at.y),
                    width: width - room,
                    galley,
                    rich,
                    base: spot.base,
                    role: accesskit::Role::Label,
                };
                self.text(ui, &placed);
                height
            }
        }
    }

    /// The head line of an alert, and its height.
    fn alert(&mut self, ui: &Ui, alert: Alert, at: Pos2, spot: &Spot, level: u32) -> f32 {
        let color = self.alert_color(alert);
        let icon = super::marker::alert_icon(alert);
        let line_pt = self.set.line_pt;
        let icon_room = self.set.text_pt * 1.5;
        let middle = below(at, line_pt / 2.0);
        super::marker::icon(ui, icon, middle, self.set.text_pt * 1.05, color);
        let galley = ui.painter().layout_no_wrap(
            alert.name().to_owned(),
            egui::FontId::new(self.set.text_pt, crate::fonts::semibold()),
            color,
        );
        let corner = pos2(at.x + icon_room, middle.y - galley.size().y / 2.0);
        let rect = Rect::from_min_size(corner, galley.size());
        ui.painter().galley(corner, galley, color);
        let id = spot.id.with(("alert", level));
        let response = ui.interact(rect, id, egui::Sense::hover());
        response
            .widget_info(|| egui::WidgetInfo::labeled(accesskit::Role::Label, true, alert.name()));
        line_pt + (line_pt * 0.12).round()
    }
}
