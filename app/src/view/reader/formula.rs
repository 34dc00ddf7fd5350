//! Formulas: set on a thread of their own, in the theme's ink, and kept by what they were set from. One
//! that cannot be set is shown as its source, with the reason.

use std::collections::HashMap;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;

use egui::{
    Color32, Context, Id, Pos2, Rect, ScrollArea, TextureOptions, Ui, UiBuilder, pos2, vec2,
};
use postil_model::markdown::{Rich, Style};

use super::object::{Object, Texture};
use super::prose::Placed;
use super::sheet::Sheet;
use crate::tex::{self, Formula, Letters};
use crate::worker::Worker;

/// Formulas that are kept.
const MAX_KEPT: usize = 600;
/// Height of a formula's letters to that of the words around it: Inter's are larger than `KaTeX`'s.
const SCALE: f32 = 1.16;

/// How far a formula is.
#[derive(Clone, Debug)]
pub(super) enum Set {
    Pending,
    Ready(Object),
    /// Why it cannot be set, for the person.
    Failed(Arc<str>),
}

struct Job {
    key: u64,
    tex: String,
    is_displayed: bool,
    em_px: f32,
    ink: Color32,
}

type Done = (u64, f32, Result<Formula, String>);

/// The formulas that were seen.
#[derive(Default)]
pub(super) struct Formulas {
    worker: Option<Worker<Job, Done>>,
    known: HashMap<u64, Set>,
}

impl std::fmt::Debug for Formulas {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Formulas").finish_non_exhaustive()
    }
}

impl Formulas {
    /// A formula with letters of this height, set or on its way.
    pub(super) fn of(
        &mut self,
        ctx: &Context,
        tex: &str,
        is_displayed: bool,
        (text_pt, ink): (f32, Color32),
    ) -> Set {
        let em_px = text_pt * SCALE * ctx.pixels_per_point();
        let key = Id::unique((tex, is_displayed, em_px.to_bits(), ink)).value();
        if let Some(known) = self.known.get(&key) {
            return known.clone();
        }
        let worker = self.worker.get_or_insert_with(|| {
            let ctx = ctx.clone();
            let wake = move || ctx.request_repaint();
            Worker::start("formulas", wake, || {
                let letters = Letters::new();
                move |job: Job| {
                    // What others wrote of any text is not to end the thread.
                    let formula = catch_unwind(AssertUnwindSafe(|| {
                        tex::draw(&job.tex, job.is_displayed, job.em_px, job.ink, &letters)
                    }));
                    let unknown = |_| Err("It is of a form that is not known".to_owned());
                    (job.key, job.em_px, formula.unwrap_or_else(unknown))
                }
            })
        });
        let tex = tex.to_owned();
        let job = Job {
            key,
            tex,
            is_displayed,
            em_px,
            ink,
        };
        if worker.send(job) {
            self.known.insert(key, Set::Pending);
        }
        Set::Pending
    }

    /// Takes what was set since the last frame.
    pub(super) fn take_news(&mut self, ctx: &Context) {
        let Some(worker) = &mut self.worker else {
            return;
        };
        if self.known.len() > MAX_KEPT {
            self.known.retain(|_, known| matches!(known, Set::Pending));
        }
        for (key, _, formula) in worker.drain() {
            let set = match formula {
                Ok(formula) => {
                    let pixels = ctx.pixels_per_point();
                    let edge = Formula::edge_px() / pixels;
                    let name = format!("formula {key}");
                    let texture = ctx.load_texture(name, formula.image, TextureOptions::LINEAR);
                    Set::Ready(Object {
                        image_pt: texture.size_vec2() / pixels,
                        texture: Texture::Own(texture),
                        size_pt: formula.size_px / pixels,
                        depth_pt: formula.depth_px / pixels,
                        edge_pt: edge,
                    })
                }
                Err(why) => Set::Failed(why.into()),
            };
            self.known.insert(key, set);
        }
    }

    /// Whether formulas are on their way.
    pub(super) fn is_busy(&self) -> bool {
        self.worker.as_ref().is_some_and(Worker::is_busy)
    }
}

/// What is between the dollar signs of a whole formula among words, and whether it is displayed.
pub(super) fn tex_of(text: &str) -> Option<(&str, bool)> {
    let within = |marks: &str| text.strip_prefix(marks)?.strip_suffix(marks);
    let (tex, is_displayed) = match within("$$") {
        Some(tex) => (tex, true),
        None => (within("$")?, false),
    };
    (!tex.trim().is_empty()).then_some((tex, is_displayed))
}

/// A formula that stands on lines of its own.
pub(super) struct Display<'d> {
    pub(super) id: Id,
    pub(super) at: Pos2,
    pub(super) width: f32,
    pub(super) rich: &'d Rich,
    /// The first byte of its block.
    pub(super) base: usize,
}

impl Sheet<'_> {
    /// Draws a formula in the middle of its line, and gives its height.
    pub(super) fn formula(&mut self, ui: &mut Ui, display: &Display<'_>) -> f32 {
        let tex = display.rich.text.trim_matches('$');
        let type_ = (self.set.text_pt, self.t.ink);
        match self.kept.formulas.of(ui.ctx(), tex, true, type_) {
            Set::Ready(object) => self.set_formula(ui, display, &object),
            Set::Pending => self.formula_source(ui, display),
            Set::Failed(why) => {
                let height = self.formula_source(ui, display) + 4.0;
                let words = format!("This formula cannot be set: {why}");
                let at = display.at + vec2(0.0, height);
                height + self.note(ui, display.id.with("why"), at, display.width, words)
            }
        }
    }

    fn set_formula(&mut self, ui: &mut Ui, display: &Display<'_>, object: &Object) -> f32 {
        let room = (self.set.line_pt * 0.15).round();
        let height = object.size_pt.y + 2.0 * room;
        let n = display.rich.text.chars().count();
        let galley = object.galley(ui, n, object.size_pt.y);
        let shift = ((display.width - object.size_pt.x) / 2.0).max(0.0).round();
        let place = |at: Pos2| Placed {
            id: display.id,
            at: at + vec2(0.0, room),
            width: object.size_pt.x,
            galley: Arc::clone(&galley),
            rich: display.rich,
            base: display.base,
            role: egui::accesskit::Role::Math,
        };
        let paint = |ui: &Ui, placed: &Placed<'_>| object.paint(ui, placed.at);
        if object.size_pt.x <= display.width {
            let placed = place(display.at + vec2(shift, 0.0));
            self.text(ui, &placed);
            paint(ui, &placed);
            return height;
        }
        let rect = Rect::from_min_size(display.at, vec2(display.width, height));
        let builder = UiBuilder::new().scope_id(display.id.with("wide"));
        let mut child = ui.new_child(builder.max_rect(rect));
        child.spacing_mut().scroll.floating_allocated_width = 0.0;
        ScrollArea::horizontal()
            .id_salt("formula")
            .auto_shrink(false)
            .show(&mut child, |ui| {
                let size = vec2(object.size_pt.x, height);
                let (area, _) = ui.allocate_exact_size(size, egui::Sense::hover());
                let placed = place(area.min);
                self.text(ui, &placed);
                paint(ui, &placed);
            });
        height
    }

    /// The source, quietly, in the middle of its lines.
    fn formula_source(&mut self, ui: &Ui, display: &Display<'_>) -> f32 {
        let look = self.set.prose(self.t);
        let mut job = egui::text::LayoutJob::default();
        let format = self.set.format(&look, Style::ITALIC, false, self.t);
        super::object::append_source(&display.rich.text, &format, &mut job);
        job.wrap = egui::text::TextWrapping::wrap_at_width(display.width);
        let galley = ui.fonts_mut(|fonts| fonts.layout_job(job));
        let size = galley.size();
        let left = display.at.x + ((display.width - size.x) / 2.0).max(0.0).round();
        let placed = Placed {
            id: display.id,
            at: pos2(left, display.at.y),
            width: size.x,
            galley,
            rich: display.rich,
            base: display.base,
            role: egui::accesskit::Role::Math,
        };
        self.text(ui, &placed);
        size.y
    }
}
