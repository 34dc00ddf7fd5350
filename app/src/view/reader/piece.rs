//! One piece of a block: text, code, a table, a picture.

use egui::{Pos2, Rect, Ui, accesskit, pos2, vec2};
use postil_model::markdown::{Level, Nest, Part, Piece, Role};

use super::block::Spot;
use super::code::Code;
use super::formula::Display;
use super::prose::Placed;
use super::sheet::Sheet;
use super::table::Grid;
use super::tree::Line;
use super::type_area::Look;

/// The room beside source that is code.
const CODE_INSET_PT: f32 = 16.0;

impl Sheet<'_> {
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
    pub(super) fn piece(
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
                let painted = spot.painted.as_deref();
                let galley = self.galley(ui, rich, &look, Some(inner), painted);
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
            Part::Node { rich, node } => {
                let line = Line {
                    id,
                    at,
                    width,
                    rich,
                    node: *node,
                };
                self.node(ui, &line, spot)
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
            Part::Table(table) => {
                let (table, put_in) = self.table_with_suggestions(table, spot.base);
                let grid = Grid {
                    id,
                    key: (spot.hash ^ put_in, i),
                    first: spot.table,
                    at,
                    width,
                    table: &table,
                    base: spot.base,
                };
                self.table(ui, &grid)
            }
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
}
