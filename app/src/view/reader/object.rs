//! What stands among words like a word, and is none: a formula, or a picture in a cell of a table.
//!
//! Its characters are set as blanks without width, but for the room that it takes; so that places in
//! the text stay what they are.

use std::sync::Arc;

use egui::text::{LayoutJob, TextFormat};
use egui::{
    Color32, FontId, Galley, Image, Pos2, Rect, TextureHandle, TextureId, Ui, Vec2, pos2, vec2,
};
use postil_model::markdown::{Rich, Run, Style};

use super::formula::{Set, tex_of};
use super::prose::{Placed, chars_of};
use super::select::rects_of;
use super::sheet::Sheet;
use super::type_area::Look;

/// Letters so small that they take no room.
const NO_PT: f32 = 0.04;
/// How far letters reach above the middle of their line to their own height.
const MIDDLE: f32 = 0.36;
/// A picture among words is no larger, in lines and ems.
const MAX_PICTURE: Vec2 = vec2(14.0, 5.0);

/// Pixels on the graphics card.
#[derive(Clone)]
pub(super) enum Texture {
    /// That of a formula.
    Own(TextureHandle),
    /// That egui's loader keeps.
    Loaded(TextureId),
}

/// A picture with its place among words.
#[derive(Clone)]
pub(super) struct Object {
    pub(super) texture: Texture,
    /// The whole picture.
    pub(super) image_pt: Vec2,
    /// The box of what is in it, `edge_pt` from its corner.
    pub(super) size_pt: Vec2,
    pub(super) edge_pt: f32,
    /// How far the box reaches below the line that letters stand on.
    pub(super) depth_pt: f32,
}

impl std::fmt::Debug for Object {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Object")
            .field("size_pt", &self.size_pt)
            .finish_non_exhaustive()
    }
}

/// How characters are set that are not to be seen.
pub(super) fn hidden(line_pt: f32) -> TextFormat {
    TextFormat {
        font_id: FontId::proportional(NO_PT),
        line_height: Some(line_pt),
        color: Color32::TRANSPARENT,
        valign: egui::Align::BOTTOM,
        ..TextFormat::default()
    }
}

/// Adds the source of a formula, whose dollar signs are not to be seen.
pub(super) fn append_source(text: &str, format: &TextFormat, job: &mut LayoutJob) {
    let inner = text.trim_matches('$');
    let n_marks = text.chars().take_while(|c| *c == '$').count();
    let marks = "\u{A0}".repeat(n_marks);
    let n_last = text.len() - n_marks.min(text.len()) - inner.len();
    let line_pt = format.line_height.unwrap_or(format.font_id.size);
    job.append(&marks, 0.0, hidden(line_pt));
    job.append(inner, 0.0, format.clone());
    job.append(&"\u{A0}".repeat(n_last), 0.0, hidden(line_pt));
}

impl Object {
    /// Adds `n` characters that take its room to a text.
    fn append(&self, job: &mut LayoutJob, n: usize, line_pt: f32) {
        job.append("\u{A0}", 0.0, hidden(line_pt));
        let rest = "\u{A0}".repeat(n.saturating_sub(1));
        job.append(&rest, self.size_pt.x, hidden(line_pt));
    }

    /// `n` characters that take its room, and nothing else.
    pub(super) fn galley(&self, ui: &Ui, n: usize, line_pt: f32) -> Arc<Galley> {
        let mut job = LayoutJob {
            wrap: egui::text::TextWrapping::no_max_width(),
            ..LayoutJob::default()
        };
        self.append(&mut job, n.max(2), line_pt);
        ui.fonts_mut(|fonts| fonts.layout_job(job))
    }

    /// Draws it with the upper left corner of its box at a point.
    pub(super) fn paint(&self, ui: &Ui, at: Pos2) {
        let pixels = ui.ctx().pixels_per_point();
        let corner = at - Vec2::splat(self.edge_pt);
        // On whole pixels, so that letters are sharp.
        let corner = ((corner.to_vec2() * pixels).round() / pixels).to_pos2();
        let rect = Rect::from_min_size(corner, self.image_pt);
        let whole = Rect::from_min_max(Pos2::ZERO, pos2(1.0, 1.0));
        let texture = match &self.texture {
            Texture::Own(texture) => texture.id(),
            Texture::Loaded(id) => *id,
        };
        ui.painter().image(texture, rect, whole, Color32::WHITE);
    }

    /// How far it stands above the line that letters stand on, and the height of a line with it, in
    /// text of this look.
    fn rise(&self, look: &Look) -> (f32, f32) {
        let above = look.line_pt / 2.0 + MIDDLE * look.pt;
        let below = look.line_pt - above;
        let up = (self.depth_pt - below + 1.0).max(0.0);
        let height = self.size_pt.y - self.depth_pt + up;
        (up, look.line_pt + (height + 3.0 - above).max(0.0).round())
    }
}

impl Sheet<'_> {
    /// What stands for a run, if that is ready. It is as wide as `width` at the most.
    fn object(
        &mut self,
        ui: &Ui,
        rich: &Rich,
        run: &Run,
        look: &Look,
        width: Option<f32>,
    ) -> Option<Object> {
        let text = rich.text.get(run.shown.clone())?;
        let mut object = if run.style.has(Style::MATH) {
            let (tex, is_displayed) = tex_of(text)?;
            let set = (look.pt, look.color);
            match self.kept.formulas.of(ui.ctx(), tex, is_displayed, set) {
                Set::Ready(object) => object,
                Set::Pending | Set::Failed(_) => return None,
            }
        } else if run.style.has(Style::PICTURE) {
            let target = &rich.links.get(run.link?)?.target;
            self.small_picture(ui, target, look)?
        } else {
            return None;
        };
        let most = width.unwrap_or(f32::INFINITY);
        let scale = (most / object.size_pt.x).min(1.0);
        if scale < 1.0 {
            object.size_pt *= scale;
            object.image_pt *= scale;
            object.edge_pt *= scale;
            object.depth_pt *= scale;
        }
        (text.chars().nth(1).is_some()).then_some(object)
    }

    /// A picture of the plan among words.
    fn small_picture(&mut self, ui: &Ui, target: &str, look: &Look) -> Option<Object> {
        let uri = self.picture_uri(ui, target)?;
        let most = MAX_PICTURE * vec2(look.pt, look.line_pt);
        let load = Image::from_uri(uri).load_for_size(ui.ctx(), most);
        let texture = load.ok()?;
        let (texture, size) = (texture.texture_id()?, texture.size()?);
        let scale = (most / size).min_elem().min(1.0);
        Some(Object {
            texture: Texture::Loaded(texture),
            image_pt: size * scale,
            size_pt: size * scale,
            edge_pt: 0.0,
            depth_pt: 0.0,
        })
    }

    /// Adds a run to a text, as what stands for it if it is ready; whether it is.
    pub(super) fn append_object(
        &mut self,
        ui: &Ui,
        (rich, run): (&Rich, &Run),
        look: &Look,
        job: &mut LayoutJob,
    ) -> bool {
        let width = job.wrap.max_width;
        let width = width.is_finite().then_some(width);
        let Some(object) = self.object(ui, rich, run, look, width) else {
            return false;
        };
        let n = rich.text[run.shown.clone()].chars().count();
        object.append(job, n, object.rise(look).1);
        true
    }

    /// How many runs of a text can be objects, and how many of them are.
    pub(super) fn n_objects(&mut self, ui: &Ui, rich: &Rich, look: &Look) -> (usize, usize) {
        let (mut n, mut n_ready) = (0, 0);
        for run in rich.runs.iter().filter(|run| is_object(run)) {
            n += 1;
            n_ready += usize::from(self.object(ui, rich, run, look, None).is_some());
        }
        (n, n_ready)
    }

    /// Draws the objects of a text that was set with this look.
    pub(super) fn objects(&mut self, ui: &Ui, placed: &Placed<'_>, look: &Look) {
        let rich = placed.rich;
        for run in rich.runs.iter().filter(|run| is_object(run)) {
            let chars = chars_of(&rich.text, &run.shown);
            let rects = rects_of(&placed.galley, &chars);
            let Some((row, rect)) = rects.first() else {
                continue;
            };
            let row = &placed.galley.rows[*row];
            let is_hidden = |glyph: &egui::epaint::text::Glyph| glyph.font_height <= NO_PT * 2.0;
            // Its source is shown while it is on its way.
            let left = rect.left() - row.pos.x;
            let first = row.glyphs.iter().find(|glyph| glyph.pos.x >= left - 0.01);
            if !first.is_some_and(is_hidden) {
                continue;
            }
            let wrap = placed.galley.job.wrap.max_width;
            let width = wrap.is_finite().then_some(wrap);
            let Some(object) = self.object(ui, rich, run, look, width) else {
                continue;
            };
            let baseline = row.glyphs.iter().find(|glyph| !is_hidden(glyph)).map_or(
                row.size.y - look.line_pt / 2.0 + MIDDLE * look.pt,
                |glyph| glyph.pos.y,
            );
            let height = object.size_pt.y - object.depth_pt + object.rise(look).0;
            let at = placed.at + vec2(rect.left(), row.pos.y + baseline - height);
            object.paint(ui, at);
        }
    }
}

fn is_object(run: &Run) -> bool {
    run.style.has(Style::MATH) || (run.style.has(Style::PICTURE) && run.link.is_some())
}
