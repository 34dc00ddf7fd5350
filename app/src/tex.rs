//! Formulas of `TeX` as pictures: `RaTeX` lays them out, the letters are those of `KaTeX`.

use egui::{Color32, ColorImage, Vec2, vec2};
use ratex_layout::{LayoutOptions, layout, to_display_list, validate_layout};
use ratex_types::color::Color;
use ratex_types::display_item::{DisplayItem, DisplayList};
use ratex_types::math_style::MathStyle;
use ratex_types::path_command::PathCommand;
use resvg::tiny_skia::{FillRule, Paint, PathBuilder, Pixmap, Rect, Stroke, StrokeDash, Transform};
use ttf_parser::{Face, OutlineBuilder};

/// Longer formulas are not set.
const MAX_BYTES: usize = 8 * 1024;
/// Pixels that a formula may have on a side.
const MAX_SIDE_PX: f64 = 8_192.0;
/// Pixels that it may have in all.
const MAX_PIXELS: f64 = 8_000_000.0;
/// Pixels around it: strokes reach beyond the box.
const EDGE_PX: f32 = 2.0;

macro_rules! faces {
    ($($name:literal),*) => {
        &[$(($name, include_bytes!(concat!("../../assets/fonts/katex/KaTeX_", $name, ".ttf")))),*]
    };
}

const FACES: &[(&str, &[u8])] = faces![
    "AMS-Regular",
    "Caligraphic-Bold",
    "Caligraphic-Regular",
    "Fraktur-Bold",
    "Fraktur-Regular",
    "Main-Bold",
    "Main-BoldItalic",
    "Main-Italic",
    "Main-Regular",
    "Math-BoldItalic",
    "Math-Italic",
    "SansSerif-Bold",
    "SansSerif-Italic",
    "SansSerif-Regular",
    "Script-Regular",
    "Size1-Regular",
    "Size2-Regular",
    "Size3-Regular",
    "Size4-Regular",
    "Typewriter-Regular"
];

/// A formula that is drawn.
#[derive(Clone, Debug)]
pub struct Formula {
    /// The picture, with [`Formula::edge_px`] around what is set.
    pub image: ColorImage,
    /// The box of what is set, in pixels.
    pub size_px: Vec2,
    /// How far of that is below the line that letters stand on.
    pub depth_px: f32,
}

impl Formula {
    /// The room around the box in the picture, in pixels.
    #[must_use]
    pub fn edge_px() -> f32 {
        EDGE_PX
    }
}

/// The letters of formulas.
#[derive(Debug)]
pub struct Letters {
    faces: Vec<(&'static str, Face<'static>)>,
}

impl Letters {
    /// Reads the faces that Postil brings along.
    #[must_use]
    pub fn new() -> Self {
        let faces = FACES.iter().filter_map(|(name, bytes)| {
            let face = Face::parse(bytes, 0).ok()?;
            Some((*name, face))
        });
        // What the letters of formulas lack, as in words.
        let text = Face::parse(crate::fonts::INTER_REGULAR, 0).ok();
        let text = text.map(|face| ("", face));
        Self {
            faces: faces.chain(text).collect(),
        }
    }

    fn find(&self, name: &str, letter: char) -> Option<(&Face<'static>, ttf_parser::GlyphId)> {
        let named = self.faces.iter().filter(|(known, _)| *known == name);
        let others = self.faces.iter().filter(|(known, _)| known.is_empty());
        named
            .chain(others)
            .find_map(|(_, face)| Some((face, face.glyph_index(letter)?)))
    }
}

impl Default for Letters {
    fn default() -> Self {
        Self::new()
    }
}

/// Draws a formula, without its dollar signs, as one that stands on lines of its own or as a word
/// among others. `em_px` is the height of the letters in pixels.
///
/// # Errors
/// Words for the person, when it is no `TeX` that is known, has signs without a letter here, or is too
/// large. Never panics by intent; what `RaTeX` does with any text is to be caught.
pub fn draw(
    tex: &str,
    is_displayed: bool,
    em_px: f32,
    ink: Color32,
    letters: &Letters,
) -> Result<Formula, String> {
    if tex.len() > MAX_BYTES {
        return Err(format!("It is longer than {MAX_BYTES} bytes"));
    }
    let nodes = ratex_parser::parse(tex).map_err(|error| error.message)?;
    let [r, g, b, _] = ink.to_array().map(|part| f32::from(part) / 255.0);
    let options = LayoutOptions {
        style: if is_displayed {
            MathStyle::Display
        } else {
            MathStyle::Text
        },
        color: Color::rgb(r, g, b),
        ..LayoutOptions::default()
    };
    let tree = layout(&nodes, &options);
    validate_layout(&tree)?;
    let list = to_display_list(&tree);
    let em = f64::from(em_px);
    let (width, height) = (list.width * em, (list.height + list.depth) * em);
    let is_size = |px: f64| px.is_finite() && px >= 0.0;
    if !is_size(width) || !is_size(height) || list.width <= 0.0 {
        return Err("It has no size that can be drawn".to_owned());
    }
    if width > MAX_SIDE_PX || height > MAX_SIDE_PX || width * height > MAX_PIXELS {
        return Err("It is too large to be drawn".to_owned());
    }
    let size_px = vec2(width as f32, height as f32);
    let sides = (size_px + Vec2::splat(2.0 * EDGE_PX)).ceil();
    let pixmap = Pixmap::new(sides.x as u32, sides.y as u32);
    let mut canvas = Canvas {
        pixmap: pixmap.ok_or("It has no size that can be drawn")?,
        em_px,
        letters,
    };
    canvas.list(&list)?;
    let sides = [canvas.pixmap.width(), canvas.pixmap.height()].map(|side| side as usize);
    Ok(Formula {
        image: ColorImage::from_rgba_premultiplied(sides, canvas.pixmap.data()),
        size_px,
        depth_px: (list.depth * em) as f32,
    })
}

struct Canvas<'l> {
    pixmap: Pixmap,
    em_px: f32,
    letters: &'l Letters,
}

impl Canvas<'_> {
    fn list(&mut self, list: &DisplayList) -> Result<(), String> {
        for item in &list.items {
            match item {
                DisplayItem::GlyphPath {
                    x,
                    y,
                    scale,
                    font,
                    char_code,
                    color,
                } => {
                    let letter = char::from_u32(*char_code).unwrap_or('\u{FFFD}');
                    let (face, glyph) = self
                        .letters
                        .find(font, letter)
                        .ok_or_else(|| format!("There is no letter for {letter} here"))?;
                    let em_px = *scale as f32 * self.em_px;
                    let mut outline = Outline {
                        path: PathBuilder::new(),
                        at: self.point(*x, *y),
                        scale: em_px / f32::from(face.units_per_em()),
                    };
                    face.outline_glyph(glyph, &mut outline);
                    self.fill(outline.path, color);
                }
                DisplayItem::Line {
                    x,
                    y,
                    width,
                    thickness,
                    color,
                    dashed,
                } => {
                    let (left, middle) = self.point(*x, *y);
                    let thick = (*thickness as f32 * self.em_px).max(1.0);
                    let wide = *width as f32 * self.em_px;
                    if *dashed {
                        let mut path = PathBuilder::new();
                        path.move_to(left, middle);
                        path.line_to(left + wide, middle);
                        self.stroke(path, color, thick, true);
                    } else {
                        // On whole pixels, so that the bar of a fraction is a sharp line.
                        let top = (middle - thick / 2.0).round();
                        self.rect(Rect::from_xywh(left, top, wide, thick.round()), color);
                    }
                }
                DisplayItem::Rect {
                    x,
                    y,
                    width,
                    height,
                    color,
                } => {
                    let (left, top) = self.point(*x, *y);
                    let (wide, high) = (*width as f32 * self.em_px, *height as f32 * self.em_px);
                    self.rect(
                        Rect::from_xywh(left, top, wide.max(1.0), high.max(1.0)),
                        color,
                    );
                }
                DisplayItem::Path {
                    x,
                    y,
                    commands,
                    fill,
                    color,
                } => {
                    // Each contour by itself, as these paths are meant.
                    let mut path = PathBuilder::new();
                    for command in commands {
                        if *fill && matches!(command, PathCommand::MoveTo { .. }) {
                            self.fill(std::mem::replace(&mut path, PathBuilder::new()), color);
                        }
                        self.command(&mut path, (*x, *y), command);
                    }
                    if *fill {
                        self.fill(path, color);
                    } else {
                        self.stroke(path, color, (0.04 * self.em_px).max(1.0), false);
                    }
                }
            }
        }
        Ok(())
    }

    /// Ems as pixels of the picture.
    fn point(&self, x: f64, y: f64) -> (f32, f32) {
        let px = |em: f64| em as f32 * self.em_px + EDGE_PX;
        (px(x), px(y))
    }

    fn command(&self, path: &mut PathBuilder, at: (f64, f64), command: &PathCommand) {
        let point = |x: f64, y: f64| self.point(at.0 + x, at.1 + y);
        match *command {
            PathCommand::MoveTo { x, y } => {
                let to = point(x, y);
                path.move_to(to.0, to.1);
            }
            PathCommand::LineTo { x, y } => {
                let to = point(x, y);
                path.line_to(to.0, to.1);
            }
            PathCommand::QuadTo { x1, y1, x, y } => {
                let (by, to) = (point(x1, y1), point(x, y));
                path.quad_to(by.0, by.1, to.0, to.1);
            }
            PathCommand::CubicTo {
                x1,
                y1,
                x2,
                y2,
                x,
                y,
            } => {
                let (by, then, to) = (point(x1, y1), point(x2, y2), point(x, y));
                path.cubic_to(by.0, by.1, then.0, then.1, to.0, to.1);
            }
            PathCommand::Close => path.close(),
        }
    }

    fn fill(&mut self, path: PathBuilder, color: &Color) {
        if let Some(path) = path.finish() {
            let (paint, rule) = (paint(color), FillRule::Winding);
            self.pixmap
                .fill_path(&path, &paint, rule, Transform::identity(), None);
        }
    }

    fn rect(&mut self, rect: Option<Rect>, color: &Color) {
        if let Some(rect) = rect {
            let mut path = PathBuilder::new();
            path.push_rect(rect);
            self.fill(path, color);
        }
    }

    fn stroke(&mut self, path: PathBuilder, color: &Color, width: f32, is_dashed: bool) {
        let dash = StrokeDash::new(vec![width * 3.0, width * 3.0], 0.0);
        let stroke = Stroke {
            width,
            dash: dash.filter(|_| is_dashed),
            ..Stroke::default()
        };
        if let Some(path) = path.finish() {
            let paint = paint(color);
            self.pixmap
                .stroke_path(&path, &paint, &stroke, Transform::identity(), None);
        }
    }
}

fn paint(color: &Color) -> Paint<'static> {
    let part = |part: f32| (part.clamp(0.0, 1.0) * 255.0).round() as u8;
    let mut paint = Paint::default();
    paint.set_color_rgba8(part(color.r), part(color.g), part(color.b), part(color.a));
    paint.anti_alias = true;
    paint
}

/// The outline of a letter, from a face's units to pixels.
struct Outline {
    path: PathBuilder,
    at: (f32, f32),
    scale: f32,
}

impl Outline {
    fn point(&self, x: f32, y: f32) -> (f32, f32) {
        (self.at.0 + x * self.scale, self.at.1 - y * self.scale)
    }
}

impl OutlineBuilder for Outline {
    fn move_to(&mut self, x: f32, y: f32) {
        let to = self.point(x, y);
        self.path.move_to(to.0, to.1);
    }

    fn line_to(&mut self, x: f32, y: f32) {
        let to = self.point(x, y);
        self.path.line_to(to.0, to.1);
    }

    fn quad_to(&mut self, x1: f32, y1: f32, x: f32, y: f32) {
        let (by, to) = (self.point(x1, y1), self.point(x, y));
        self.path.quad_to(by.0, by.1, to.0, to.1);
    }

    fn curve_to(&mut self, x1: f32, y1: f32, x2: f32, y2: f32, x: f32, y: f32) {
        let (by, then, to) = (self.point(x1, y1), self.point(x2, y2), self.point(x, y));
        self.path.cubic_to(by.0, by.1, then.0, then.1, to.0, to.1);
    }

    fn close(&mut self) {
        self.path.close();
    }
}

#[cfg(test)]
#[path = "tex_tests.rs"]
mod tests;
